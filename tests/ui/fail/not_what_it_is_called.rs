//! A type that is called like one of the standard library.

use colmig::Model;

mod own {
    pub struct String(pub i64);
}

#[derive(Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    name: own::String,
}

fn main() {}
