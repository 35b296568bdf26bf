#![deny(warnings)]

use colmig::{Model, field};

fn main() {
    #[derive(Model)]
    #[colmig(table = "users")]
    struct User {
        #[colmig(primary_key)]
        id: i64,
        name: String,
    }

    let user = User { id: 1, name: "Ada".to_owned() };
    let _ = User::update(user.id).set(field!(User.name), user.name);
}
