//! The model, and what the shop does with it.

use colmig::{Db, Document, Model, field};
use mongodb::bson::doc;
use serde::{Deserialize, Serialize};

#[derive(Model, Serialize, Deserialize, Debug, Clone)]
#[colmig(collection = "users")]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(rename = "_id")]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
    /// Shown on the profile page.
    #[colmig(backfill = r#"{ "$concat": ["$firstName", " ", "$lastName"] }"#, index)]
    pub display_name: String,
}

impl User {
    /// A new customer.
    pub fn new(id: i64) -> User {
        User {
            id,
            first_name: format!("First {id}"),
            last_name: format!("Last {id}"),
            display_name: format!("Customer {id}"),
        }
    }

    /// Changes a customer and reads the change back. Whether it was there.
    pub async fn rename(db: &Db, id: i64, number: u64) -> colmig::Result<bool> {
        let name = format!("Customer {id}.{number}");
        User::update(id).set(field!(User.display_name), &name).execute(db).await?;
        let found = User::query(db).filter(doc! { "displayName": name });
        Ok(found.fetch_all().await?.iter().all(|user| user.id == id))
    }
}
