//! The model, and what the shop does with it.

use colmig::{Db, Model, field};

#[derive(Model, Debug, Clone)]
#[colmig(table = "users")]
pub struct User {
    #[colmig(primary_key)]
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
        let mut tx = db.begin().await?;
        User::update(id).set(field!(User.last_name), &name).execute(&mut tx).await?;
        let user = User::find(&mut tx, id).await?;
        tx.commit().await?;
        Ok(user.is_none_or(|user| user.last_name == name))
    }
}
