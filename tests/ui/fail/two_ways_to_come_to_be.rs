#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(replaces("first", "last"), up = "first || last", backfill = "first")]
    name: String,
    #[colmig(renamed_from = "mail", replaces = "mail")]
    email: String,
    #[colmig(renamed_from = "age")]
    age: i32,
}

fn main() {}
