#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(sql_type(postgresql = "citext"))]
    name: String,
    #[colmig(default(sqlite = "0", sqlite = "1"))]
    age: i32,
    #[colmig(check("size > 0"))]
    size: i32,
}

fn main() {}
