#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User(i64, String);

fn main() {}
