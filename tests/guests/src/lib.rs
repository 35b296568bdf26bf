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

/// A piece of luggage, as the newest build knows it: by functions in Rust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Model)]
#[colmig(collection = "luggage")]
pub struct Luggage {
    /// The key, of several types in one collection.
    #[serde(rename = "_id")]
    pub id: Key,
    /// Known to the build before.
    pub owner: String,
    /// Known to the build before; documents may lack it.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Known to the build before.
    pub room: Option<i64>,
    /// Of another type: it was `weight`, a text with a unit.
    #[colmig(
        replaces = "weight",
        up_fn = "weight::grams",
        down_fn = "weight::text",
        index
    )]
    pub grams: i64,
    /// New, and required: filled where it is missing or null.
    #[colmig(backfill_fn = "label(owner, tags)")]
    pub label: String,
    /// New, and may be null: filled where it is missing only.
    #[colmig(backfill_fn = "floor(room)")]
    pub floor: Option<i64>,
    /// New, and stored as a number of cents.
    #[serde(with = "cents")]
    #[colmig(backfill_fn = "fee(owner)")]
    pub fee: f64,
}

/// What a weight is in both builds.
pub mod weight {
    /// `2 kg` and `2000 g` are 2000.
    ///
    /// # Errors
    /// What is no weight.
    ///
    /// # Panics
    /// Where it is more than anybody carries, as functions of an application may.
    pub fn grams(text: String) -> Result<i64, String> {
        let no_weight = || format!("`{text}` is no weight");
        let (number, unit) = text.trim().split_once(' ').ok_or_else(no_weight)?;
        let number: i64 = number.parse().map_err(|_| no_weight())?;
        assert!(number < 1_000_000_000, "nobody carries {text}");
        match unit {
            "g" if number >= 0 => Ok(number),
            "kg" if number >= 0 => Ok(number * 1_000),
            _ => Err(no_weight()),
        }
    }

    /// In grams, as a build of before would have typed it.
    pub fn text(grams: &i64) -> String {
        format!("{grams} g")
    }
}

/// What a piece of luggage is called.
///
/// # Errors
/// It is nobody's.
pub fn label(owner: &str, tags: &[String]) -> Result<String, &'static str> {
    match owner {
        "" => Err("it is nobody's"),
        owner => Ok([&[owner.to_owned()], tags].concat().join(" ")),
    }
}

#[expect(clippy::ref_option, reason = "it is given a reference to the field")]
fn floor(room: &Option<i64>) -> Option<i64> {
    room.map(|room| room / 100)
}

fn fee(owner: &str) -> f64 {
    f64::from(u32::try_from(owner.len()).unwrap_or_default()) / 4.0
}

/// An amount of money as a whole number.
mod cents {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        clippy::cast_possible_truncation,
        reason = "serde asks for it like this, and the amounts are small"
    )]
    pub(crate) fn serialize<S: Serializer>(euros: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64((euros * 100.0).round() as i64)
    }

    #[expect(clippy::cast_precision_loss, reason = "the amounts are small")]
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(i64::deserialize(deserializer)? as f64 / 100.0)
    }
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

/// The migration that takes over luggage, as the build before knows it.
pub const CREATE_LUGGAGE: &str = "20260106000000_create_luggage";

/// The migration by which functions in Rust convert and fill fields of luggage.
pub const CONVERT: &str = "20260107000000_convert";

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

impl Luggage {
    /// What reads give of the luggage that [`old_luggage`] is.
    pub fn plain(id: i64) -> Luggage {
        let owner = format!("owner {}", id % 5);
        Luggage {
            id: luggage_key(id),
            label: owner.clone(),
            fee: fee(&owner),
            owner,
            tags: Vec::new(),
            room: (id % 3 == 0).then_some(id),
            grams: id * 1_000,
            floor: (id % 3 == 0).then_some(id / 100),
        }
    }
}

/// The keys of luggage are numbers and texts.
pub fn luggage_key(id: i64) -> Key {
    match id % 2 {
        0 => Key::Number(id),
        _ => Key::Text(format!("piece {id}")),
    }
}

/// A piece of luggage as the build before stores it.
pub fn old_luggage(id: i64) -> Document {
    let mut old = doc! { "owner": format!("owner {}", id % 5), "weight": format!("{id} kg") };
    match luggage_key(id) {
        Key::Text(text) => old.insert("_id", text),
        _ => old.insert("_id", id),
    };
    if id % 3 == 0 {
        old.insert("room", id);
    }
    old
}
