#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User;

fn main() {}
