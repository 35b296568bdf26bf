#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces = "name",
        up(postgres = "rtrim(rtrim(name, replace(name, ' ', '')))", sqlite = "rtrim(rtrim(name, replace(name, ' ', '')))", mariadb = "rtrim(left(name, char_length(name) - char_length(substring_index(name, ' ', -1))))"),
        down = "ltrim(first_name || ' ' || coalesce(last_name, ''))"
    )]
    pub first_name: String,
    #[colmig(replaces = "name", up(postgres = "nullif(replace(name, rtrim(name, replace(name, ' ', '')), ''), '')", sqlite = "nullif(replace(name, rtrim(name, replace(name, ' ', '')), ''), '')", mariadb = "nullif(substring_index(name, ' ', -1), '')"), unique)]
    pub last_name: Option<String>,
}
