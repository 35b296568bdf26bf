#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    /// New rows get it; old rows keep NULL.
    #[colmig(default = "'en'")]
    pub language: Option<String>,
}
