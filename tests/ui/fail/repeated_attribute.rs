#[derive(colmig::Model)]
#[colmig(table = "users", table = "people")]
struct User {
    #[colmig(primary_key)]
    #[colmig(primary_key)]
    id: i64,
    #[colmig(default = "''", default(postgres = "''"))]
    name: String,
}

fn main() {}
