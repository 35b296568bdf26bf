#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(column = "age_2", replaces = "age")]
    pub age: i32,
}
