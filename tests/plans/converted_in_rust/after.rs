#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(replaces = "age", up_fn = "age::years", down_fn = "crate::age::text", index)]
    pub years: i32,
}
