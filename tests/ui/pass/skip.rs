#![deny(warnings)]

use colmig::{Model, field};

/// Neither stored nor `Clone` nor anything but a default.
#[derive(Default)]
pub struct Cache(pub Vec<*const u8>);

// A model moves between threads.
unsafe impl Send for Cache {}
unsafe impl Sync for Cache {}

#[derive(Model)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(skip)]
    pub before: Cache,
    #[colmig(primary_key)]
    pub id: i64,
    #[colmig(skip)]
    pub between: u64,
    pub name: String,
}

pub async fn use_it(db: &colmig::Db) -> colmig::Result<()> {
    User::update(1).set(field!(User.name), String::from("Ada")).execute(db).await?;
    Ok(())
}

fn main() {}
