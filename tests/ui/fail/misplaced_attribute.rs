#[derive(colmig::Model)]
#[colmig(table = "users", backfill = "0")]
struct User {
    #[colmig(primary_key, rename_all = "camelCase")]
    id: i64,
    #[colmig(index(name, id))]
    name: String,
}

fn main() {}
