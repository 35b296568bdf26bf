#[derive(colmig::Model)]
#[colmig(table = "users", index(name), index(a_b), index(a, b))]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(index)]
    name: String,
    a: i32,
    b: i32,
    a_b: i32,
}

fn main() {}
