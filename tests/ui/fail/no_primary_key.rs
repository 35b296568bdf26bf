#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    id: i64,
}

fn main() {}
