//! Around the blocks of the page of MongoDB.

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

pub mod weight {
    pub fn grams(text: String) -> Result<i64, String> {
        text.parse().map_err(|_| format!("`{text}` is no weight"))
    }

    pub fn text(grams: &i64) -> String {
        grams.to_string()
    }
}

pub mod slug {
    pub fn of(title: &str, tags: &[String]) -> String {
        format!("{title} {}", tags.join(" "))
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Model)]
#[colmig(collection = "parcels")]
pub struct Parcel {
    #[serde(rename = "_id")]
    pub id: i64,
    pub title: String,
    #[serde(default)]
    pub tags: Vec<String>,
    //= docs/mongodb.md 3
}

pub fn convert(db: &colmig::Db) -> colmig::Convert<Parcel> {
    colmig::convert::<Parcel>(db)
}

pub async fn accessors(person: Person, id: ObjectId) -> Result<(), Box<dyn std::error::Error>> {
    //= docs/mongodb.md 4
    Ok(())
}

pub async fn transactions(db: colmig::Db, id: ObjectId) -> colmig::Result<()> {
    use colmig::{Document, field};
    //= docs/mongodb.md 5
    Ok(())
}

pub async fn filling() -> colmig::Result<()> {
    //= docs/mongodb.md 6
    Ok(())
}

//= docs/mongodb.md 7

fn main() {}
