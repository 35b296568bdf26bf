#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces = "name",
        up = "rtrim(rtrim(name, replace(name, ' ', '')))",
        down = "ltrim(first_name || ' ' || coalesce(last_name, ''))"
    )]
    pub first_name: String,
    #[colmig(replaces = "name", up = "nullif(replace(name, rtrim(name, replace(name, ' ', '')), ''), '')", unique)]
    pub last_name: Option<String>,
}
