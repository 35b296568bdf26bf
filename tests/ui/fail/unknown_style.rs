#[derive(colmig::Model)]
#[colmig(table = "users", rename_all = "camelcase")]
struct User {
    #[colmig(primary_key)]
    id: i64,
}

#[derive(colmig::Model)]
#[colmig(table = "people", rename_all = "upside down")]
struct Person {
    #[colmig(primary_key)]
    id: i64,
}

fn main() {}
