#[derive(colmig::Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    #[colmig(backfill = "first_name || id", unique, check = "length(handle) <= 40")]
    pub handle: String,
    #[colmig(index)]
    pub city: Option<String>,
    #[colmig(check(postgres = "age >= 0 AND age < 150", sqlite = "age BETWEEN 0 AND 149", mariadb = "age BETWEEN 0 AND 149"))]
    pub age: Option<i16>,
}
