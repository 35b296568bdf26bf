#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(
        replaces("first_name", "last_name"),
        up = "ltrim(first_name || ' ' || last_name)",
        down(
            first_name = "rtrim(rtrim(display_name, replace(display_name, ' ', '')))",
            last_name = "replace(display_name, rtrim(display_name, replace(display_name, ' ', '')), '')"
        ),
        check = "length(display_name) > 0"
    )]
    pub display_name: String,
}
