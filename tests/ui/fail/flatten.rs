#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(flatten)]
    address: Address,
}

struct Address {
    street: String,
}

fn main() {}
