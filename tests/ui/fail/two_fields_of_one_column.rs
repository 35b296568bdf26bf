#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    name: String,
    #[colmig(column = "name")]
    full_name: String,
}

fn main() {}
