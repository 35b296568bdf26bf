//! What only a shop of documents does: filling a collection with the driver of MongoDB.

use colmig::{Db, Options};
use mongodb::bson::doc;

use crate::user::User;

/// What `main.rs` calls the accessors by.
pub use colmig::Document as Accessors;

/// What a `Db` is told of the model.
pub fn options() -> Options {
    Db::options().document::<User>()
}

/// Fills the collection.
pub async fn seed(db: &Db, rows: i64) -> Result<(), Box<dyn std::error::Error>> {
    let database = db.as_mongodb().ok_or("documents are of MongoDB")?;
    let users = database.collection("users");
    for first in (1..=rows).step_by(10_000) {
        let ids = first..(first + 10_000).min(rows + 1);
        let some = ids.map(|id| {
            doc! { "_id": id, "firstName": format!("First {id}"), "lastName": format!("Last {id}") }
        });
        users.insert_many(some).await?;
    }
    Ok(())
}
