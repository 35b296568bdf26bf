//! Each mistake is one message, and code that uses the struct adds none.

use colmig::{Model, field};

#[derive(Model)]
#[colmig(table = "users", uniqe(name))]
struct User {
    id: i64,
    #[colmig(sql_typ = "citext")]
    name: String,
    age: u8,
}

async fn use_it(db: &colmig::Db, user: User) -> colmig::Result<()> {
    user.insert(db).await?;
    let found: Option<User> = User::find(db, 1).await?;
    User::update(1).set(field!(User.name), "Ada").set(field!(User.age), 36).execute(db).await?;
    let all: Vec<User> = User::query(db, "WHERE {age} > $1").bind(18).fetch_all().await?;
    User::delete(db, "1".parse::<i64>().unwrap()).await?;
    drop((found, all, User::columns(db)?));
    Ok(())
}

fn main() {}
