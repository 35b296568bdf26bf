#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: Option<i64>,
}

fn main() {}
