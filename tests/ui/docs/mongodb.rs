//! Around the blocks of the page of MongoDB.
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

    //= docs/mongodb.md 3
    Ok(())
}

fn main() {
    let _ = (accessors, transaction);
}
