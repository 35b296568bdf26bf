#[derive(colmig::Model)]
#[colmig(table = users)]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(default = 0)]
    age: i32,
    #[colmig(column = concat!("a", "b"))]
    name: String,
    #[colmig(sql_type(postgres = citext))]
    email: String,
}

fn main() {}
