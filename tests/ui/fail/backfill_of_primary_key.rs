#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key, backfill = "1")]
    id: i64,
}

fn main() {}
