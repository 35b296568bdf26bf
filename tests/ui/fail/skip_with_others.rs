#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(skip, index)]
    name: String,
}

fn main() {}
