//! Patrons, as documents of MongoDB, some of whose fields are new or take the place of others.

use mongodb::bson::oid::ObjectId;
use serde::{Deserialize, Serialize};

/// A patron, as the newest build knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, colmig::Model)]
#[colmig(collection = "patrons")]
#[serde(rename_all = "camelCase")]
pub struct Patron {
    /// The key.
    #[serde(rename = "_id")]
    pub id: ObjectId,
    /// There all along.
    pub first_name: String,
    /// There all along.
    pub last_name: String,
    /// There all along, and stored as a number of cents.
    #[serde(with = "cents")]
    pub balance: f64,
    /// Renamed: it was `stays`.
    #[colmig(renamed_from = "stays")]
    pub visits: i64,
    /// New.
    #[colmig(backfill = r#"{ "$concat": ["$firstName", " ", "$lastName"] }"#, index)]
    pub display_name: String,
    /// New; null is a nick like any other.
    #[colmig(backfill = r#"{ "$toLower": "$firstName" }"#)]
    pub nick: Option<String>,
    /// Merged: it was `street` and `town`.
    #[colmig(
        replaces("street", "town"),
        up = r#"{ "street": "$street", "town": "$town" }"#,
        down(street = r#""$address.street""#, town = r#""$address.town""#),
        bson_type = "object"
    )]
    pub address: Address,
}

/// Where a patron lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The street.
    pub street: String,
    /// The town.
    pub town: String,
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
