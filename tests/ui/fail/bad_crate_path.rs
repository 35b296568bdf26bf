#[derive(colmig::Model)]
#[colmig(table = "users", crate = "not a path")]
struct User {
    #[colmig(primary_key)]
    id: i64,
}

fn main() {}
