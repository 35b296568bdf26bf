#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    #[colmig(
        sql_type(postgres = "citext", sqlite = "TEXT COLLATE NOCASE", mariadb = "char(1)"),
        backfill(postgres = "left(first_name, 1)", sqlite = "substr(first_name, 1, 1)", mariadb = "left(first_name, 1)"),
    )]
    pub initial: String,
}
