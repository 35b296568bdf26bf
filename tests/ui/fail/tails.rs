//! Tails of queries that the compiler refuses.

use colmig::query;

#[derive(colmig::Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    #[colmig(column = "user_name")]
    name: String,
}

fn use_it(db: &colmig::Db) {
    let _ = query!(User, db, "WHERE {name} = $1");
    let _ = query!(User, db, "WHERE {id = $1");
    let _ = query!(User, db, "WHERE id} = $1");
}

fn main() {}
