#[derive(colmig::Model)]
#[colmig(table = "users", renamed_from = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
}

fn main() {}
