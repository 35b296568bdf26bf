#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[cfg(all())]
    name: String,
}

fn main() {}
