#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key = "id")]
    id: i64,
    #[colmig(unique = "true")]
    age: i32,
    #[colmig(skip("name"))]
    name: String,
}

fn main() {}
