//! colmig's own collections: how far each migration is, what each step did, who did it.
//!
//! | collection | holds |
//! | --- | --- |
//! | `colmig_state` | one document: how far each migration and each of its steps is, what it changes, from which side is read, what was tuned, the run lock, and entries of the audit that are not copied yet |
//! | `colmig_audit` | who did what, and when |
//! | `colmig_instance` | the application's instances, which write it: lease, build, what was acknowledged |
//! | `colmig_range` | the ranges of a backfill under way: who works on each, and how far |
//! | `colmig_brake` | what holds a backfill, as each process that has workers sees it |
//! | `colmig_mismatch` | comparisons of the two sides that found two values |
//! | `colmig_conversion` | what is to be converted by a rule in Rust, and how far that is |
//! | `colmig_conversion_failure` | documents that a rule in Rust cannot convert |
//! | `colmig_conversion_worker` | who converts |
//!
//! They stand in the database of the application. Every time is the server's, by `$$NOW`.
//!
//! What has to change together stands in the one document of [`state`]. What is written often, or by
//! many, has a document of its own, and each write of it its own condition.

mod audit;
mod brakes;
mod conversion;
mod instances;
mod layout;
mod lock;
mod ranges;
mod records;
mod state;
mod switch;
#[cfg(test)]
mod tests;
mod tuning;
mod unit;

use jiff::Timestamp;
use mongodb::bson::{Bson, DateTime, Document, deserialize_from_document, doc};
use serde::de::DeserializeOwned;

use super::{Store, Trouble};
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::error::Place;

/// Reads and writes the collections.
#[derive(Clone, Debug)]
pub(super) struct MongoDbStore {
    actor: String,
}

impl MongoDbStore {
    pub(super) fn new(actor: String) -> Self {
        MongoDbStore { actor }
    }
}

impl Store for MongoDbStore {}

fn documents(driver: &mut dyn Driver) -> Result<&mut Documents, Failure> {
    let documents = driver.documents();
    documents.ok_or_else(|| Failure::refused("this connection has no documents of colmig's"))
}

/// A time as people read it, in ISO 8601.
fn iso(at: DateTime) -> String {
    let second = at.timestamp_millis().div_euclid(1000);
    Timestamp::from_second(second).map_or_else(|_| at.to_string(), |at| at.to_string())
}

/// How many milliseconds lie between two times.
fn since(from: DateTime, to: DateTime) -> i64 {
    to.timestamp_millis() - from.timestamp_millis()
}

/// The moment so many milliseconds from now, by the server's clock.
fn later(milliseconds: u64) -> Bson {
    let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
    Bson::Document(doc! { "$add": ["$$NOW", milliseconds] })
}

/// A value that is no expression, whatever it holds.
fn literal(value: impl Into<Bson>) -> Bson {
    Bson::Document(doc! { "$literal": value.into() })
}

/// The keys of all documents whose key begins with these, in the order of the fields.
fn keys_of(first: &Document) -> Document {
    let with = |last: Bson| {
        let mut key = first.clone();
        // Behind all that may follow, and before it: fields are compared one after the other, by
        // type, then by name.
        key.insert("", last);
        key
    };
    doc! { "$gt": first.clone(), "$lt": with(Bson::MaxKey) }
}

/// The key of what belongs to a step.
fn key(place: &Place) -> Document {
    doc! {
        "migration": place.migration.as_str(),
        "phase": place.phase.name(),
        "step": place.step.as_str(),
    }
}

fn read<T: DeserializeOwned>(collection: &str, found: Document) -> Result<T, Trouble> {
    deserialize_from_document(found)
        .map_err(|error| Trouble::Damaged(format!("a document of {collection}: {error}")))
}
