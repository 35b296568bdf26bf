//! The model, and what the shop does with it.

use colmig::{Db, Document, Model, field};
use serde::{Deserialize, Serialize};

#[derive(Model, Serialize, Deserialize, Debug, Clone)]
#[colmig(collection = "users")]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(rename = "_id")]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
}

impl User {
    /// A new customer.
    pub fn new(id: i64) -> User {
        User {
            id,
            first_name: format!("First {id}"),
            last_name: format!("Last {id}"),
        }
    }

    /// Changes a customer and reads the change back. Whether it was there.
    pub async fn rename(db: &Db, id: i64, number: u64) -> colmig::Result<bool> {
        let name = format!("Last {id}.{number}");
        User::update(id).set(field!(User.last_name), &name).execute(db).await?;
        // Another instance may have changed it again in between.
        let user = User::find(db, id).await?;
        Ok(user.is_none_or(|user| user.last_name.starts_with(&format!("Last {id}."))))
    }
}
