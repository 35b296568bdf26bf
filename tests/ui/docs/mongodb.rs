//! Around the blocks of the page of MongoDB.
<<<<<<< HEAD

#![allow(unused_variables, reason = "the blocks show what they get, and leave it at that")]

//= docs/mongodb.md 1

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Address {
    pub street: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Name {
    pub given: String,
    pub family: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Model)]
#[colmig(collection = "guests")]
pub struct Guest {
    #[serde(rename = "_id")]
    pub id: i64,
    pub first: String,
    pub last: String,
    pub visits: i64,
    //= docs/mongodb.md 2
}

pub async fn accessors(person: Person, id: ObjectId) -> Result<(), Box<dyn std::error::Error>> {
=======
#![allow(unused_variables, reason = "the blocks show what they get, and leave it at that")]

use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use serde::{Deserialize, Serialize};

//= docs/mongodb.md 1

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Address {
    town: String,
}

async fn accessors(db: &colmig::Db, id: ObjectId, ada: Person) -> colmig::Result<()> {
    //= docs/mongodb.md 2
    Ok(())
}

async fn transaction(db: &colmig::Db, id: ObjectId, ada: Person) -> colmig::Result<()> {
    use colmig::{Document, field};

>>>>>>> w-docs
    //= docs/mongodb.md 3
    Ok(())
}

<<<<<<< HEAD
pub async fn transactions(db: colmig::Db, id: ObjectId) -> colmig::Result<()> {
    use colmig::{Document, field};
    //= docs/mongodb.md 4
    Ok(())
}

fn main() {}
=======
fn main() {
    let _ = (accessors, transaction);
}
>>>>>>> w-docs
