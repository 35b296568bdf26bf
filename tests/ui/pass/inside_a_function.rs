#![deny(warnings)]

fn main() {
    #[derive(colmig::Model)]
    #[colmig(table = "users")]
    struct User {
        #[colmig(primary_key)]
        id: i64,
        name: String,
    }

    let user = User { id: 1, name: "Ada".to_owned() };
    let _ = User::update(user.id).name(user.name);
}
