#[derive(colmig::Model)]
#[colmig]
#[colmig(table = "users" unique(name, id))]
struct User {
    #[colmig = "primary_key"]
    #[colmig(primary_key, "index")]
    id: i64,
    #[colmig(index; unique)]
    name: String,
    #[colmig(default(postgres = "0" sqlite = "1"))]
    age: i32,
}

fn main() {}
