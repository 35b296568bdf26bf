#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i32,
    pub name: String,
    #[colmig(references = "users(id)")]
    pub invited_by: Option<i32>,
}

#[derive(colmig::Model)]
#[colmig(table = "orders")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "users(id)", index)]
    pub user_id: i32,
}

#[derive(colmig::Model)]
#[colmig(table = "profiles")]
pub struct Profile {
    #[colmig(primary_key, references = "users(id)")]
    pub user_id: i32,
    pub bio: String,
}

#[derive(colmig::Model)]
#[colmig(table = "visits")]
pub struct Visit {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "users(id)")]
    pub user_id: i32,
}
