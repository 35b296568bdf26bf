//! What an update cannot set.

use colmig::{Model, field};

#[derive(Model)]
#[colmig(table = "users")]
struct User {
    #[colmig(primary_key)]
    id: i64,
    name: String,
    age: i16,
    #[colmig(skip)]
    online: bool,
}

fn main() {
    let _ = User::update(1).set(field!(User.id), 2);
    let _ = User::update(1).set(field!(User.online), true);
    let _ = User::update(1).set(field!(User.nam), "Ada");
    let _ = User::update(1).set(field!(User.name), 7);
    let _ = User::update(1).set(field!(User.age), 100_000_i32);
    let _ = User::update("Ada");
    let _ = String::update(1);
}
