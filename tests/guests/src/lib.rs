//! Guests of a hotel and their stays: documents whose fields come, and take the place of others.

use colmig::Model;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// A guest, as the newest build knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Model)]
#[colmig(collection = "guests")]
#[serde(rename_all = "camelCase")]
pub struct Guest {
    /// The key, of several types in one collection.
    #[serde(rename = "_id")]
    pub id: Key,
    /// Known to the build before.
    pub first: String,
    /// Known to the build before.
    pub last: String,
    /// A nested document, known to the build before.
    pub address: Option<Address>,
    /// Known to the build before; documents may lack it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// New, and required: filled where it is missing or null.
    #[colmig(backfill = r#"{ "$concat": ["$first", " ", "$last"] }"#, index)]
    pub display_name: String,
    /// New, and may be null: filled where it is missing only.
    #[colmig(backfill = r#"{ "$toUpper": { "$substrCP": ["$first", 0, 1] } }"#)]
    pub initial: Option<String>,
    /// New, and no two guests have the same.
    #[colmig(
        backfill = r#"{ "$concat": ["guest ", { "$toString": "$_id" }] }"#,
        unique
    )]
    pub handle: String,
    /// New, with nothing to fill.
    pub note: Option<String>,
}

/// What a guest is known by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// What MongoDB gives to who gives nothing.
    Object(ObjectId),
}

/// A document in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The street.
    pub street: String,
    /// The town.
    pub town: String,
}

/// A stay, as the newest build knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Model)]
#[colmig(collection = "stays")]
pub struct Stay {
    /// The key.
    #[serde(rename = "_id")]
    pub id: i64,
    /// Renamed: it was `visits`.
    #[colmig(renamed_from = "visits", index)]
    pub nights: i64,
    /// Merged: it was `first` and `last`.
    #[colmig(
        replaces("first", "last"),
        up = r#"{ "first": "$first", "last": "$last" }"#,
        down(first = r#""$name.first""#, last = r#""$name.last""#),
        bson_type = "object"
    )]
    pub name: Name,
    /// Of another type: it was `paid`, a text.
    #[colmig(
        replaces = "paid",
        up = r#"{ "$toLong": "$paid" }"#,
        down = r#"{ "$toString": "$cents" }"#
    )]
    pub cents: i64,
    /// Known to the build before.
    pub note: Option<String>,
}

/// A name in two parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Name {
    /// The first.
    pub first: String,
    /// The last.
    pub last: String,
}

/// A badge, of which the build before knew more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Model)]
#[colmig(collection = "badges")]
pub struct Badge {
    /// The key.
    #[serde(rename = "_id")]
    pub id: i64,
    /// What it says.
    pub name: String,
    /// The year.
    pub year: i64,
}

/// The migration that takes over both collections, as the build before knows them.
pub const CREATE: &str = "20260101000000_create";

/// The migration that adds fields to guests.
pub const ADD: &str = "20260102000000_add";

/// The migration that replaces fields of stays.
pub const REPLACE: &str = "20260103000000_replace";

/// The migration that takes over badges, as the build before knows them.
pub const CREATE_BADGES: &str = "20260104000000_create_badges";

/// The migration that drops what is not known any more: `points` and `color`, which are required,
/// `color` with an index, and `remark`, which documents may lack.
pub const DROP: &str = "20260105000000_drop";

impl Guest {
    /// What reads give of the guest that [`old_guest`] is.
    pub fn plain(id: i64) -> Guest {
        Guest {
            id: Key::Number(id),
            first: format!("first{id}"),
            last: format!("Last{id}"),
            address: None,
            tags: Vec::new(),
            display_name: format!("first{id} Last{id}"),
            initial: Some("F".to_owned()),
            handle: format!("guest {id}"),
            note: None,
        }
    }
}

/// A guest as the build before stores it.
pub fn old_guest(id: i64) -> Document {
    doc! { "_id": id, "first": format!("first{id}"), "last": format!("Last{id}") }
}

impl Stay {
    /// What reads give of the stay that [`old_stay`] is.
    pub fn plain(id: i64) -> Stay {
        Stay {
            id,
            nights: id % 7,
            name: Name {
                first: format!("First{id}"),
                last: format!("Last{id}"),
            },
            cents: id * 100,
            note: None,
        }
    }
}

/// A stay as the build before stores it.
pub fn old_stay(id: i64) -> Document {
    doc! {
        "_id": id,
        "visits": id % 7,
        "first": format!("First{id}"),
        "last": format!("Last{id}"),
        "paid": (id * 100).to_string(),
        "note": null,
    }
}

/// A badge as the build before stores it.
pub fn old_badge(id: i64) -> Document {
    doc! { "_id": id, "name": format!("Badge {id}"), "year": 2000_i64, "points": id, "color": "silver" }
}
