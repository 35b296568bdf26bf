#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces("first_name", "last_name"),
        up = "ltrim(first_name || ' ' || last_name)",
        down(
            first_name(postgres = "rtrim(rtrim(display_name, replace(display_name, ' ', '')))", sqlite = "rtrim(rtrim(display_name, replace(display_name, ' ', '')))", mariadb = "rtrim(left(display_name, char_length(display_name) - char_length(substring_index(display_name, ' ', -1))))"),
            last_name(postgres = "replace(display_name, rtrim(display_name, replace(display_name, ' ', '')), '')", sqlite = "replace(display_name, rtrim(display_name, replace(display_name, ' ', '')), '')", mariadb = "substring_index(display_name, ' ', -1)")
        ),
        check = "length(display_name) > 0"
    )]
    pub display_name: String,
}
