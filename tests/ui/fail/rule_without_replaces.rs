#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(up = "first || last", down = "name")]
    name: String,
}

fn main() {}
