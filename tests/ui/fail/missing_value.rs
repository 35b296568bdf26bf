#[derive(colmig::Model)]
#[colmig(table = "users", index)]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(default)]
    age: i32,
    #[colmig(column("name"))]
    name: String,
}

fn main() {}
