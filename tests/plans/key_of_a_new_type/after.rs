// databases: postgres
#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key, column = "id_2", replaces = "id")]
    pub id: i64,
    pub name: String,
    #[colmig(column = "invited_by_2", replaces = "invited_by", references = "users(id_2)")]
    pub invited_by: Option<i64>,
}

#[derive(colmig::Model)]
#[colmig(table = "orders")]
pub struct Order {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(column = "user_id_2", replaces = "user_id", references = "users(id_2)", index)]
    pub user_id: i64,
}

// A key that refers to the other: it goes over first.
#[derive(colmig::Model)]
#[colmig(table = "profiles")]
pub struct Profile {
    #[colmig(primary_key, column = "user_id_2", replaces = "user_id", references = "users(id_2)")]
    pub user_id: i64,
    pub bio: String,
}

// It keeps its type for now.
#[derive(colmig::Model)]
#[colmig(table = "visits")]
pub struct Visit {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(references = "users(id_2)")]
    pub user_id: i32,
}
