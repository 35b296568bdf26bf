//! What a build is: a model of its time, of a table or of a collection.

use std::collections::BTreeMap;

use colmig::{Database, Db, Document, DocumentUpdate, Model, Query, Result, Update};
use mongodb::bson::{self, Bson};
use serde::{Deserialize, Serialize};

use crate::line::{Number, RawWrites};

/// What the application means by a field, whichever column holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Renamed.
    Label,
    /// Text that becomes a number.
    Amount,
    /// Text that becomes text of small letters.
    Tone,
    /// Added.
    Badge,
}

/// What a row holds.
pub type Values = BTreeMap<Field, Number>;

/// A model of an item in one of its times, where items are rows of a table, and the raw SQL of that
/// time.
pub trait Item: Model<Key = i64> + Unpin + Send + Sync + 'static {
    /// What the build is called.
    const BUILD: &'static str;
    /// The fields that it knows.
    const FIELDS: &'static [Field];
    /// Whether it has to refuse values that legacy cannot hold, for as long as there is legacy.
    const GUARDS: bool;

    /// A new item; `own` if it has a badge of its own, and not the one that the rule gives.
    fn new(id: i64, number: Number, own: bool) -> Self;
    /// The key.
    fn id(&self) -> i64;
    /// What it holds.
    fn values(&self) -> Values;
    /// Sets a field; `loud` if legacy is not to be able to hold the value.
    fn set(update: Update<Self>, field: Field, value: Number, loud: bool) -> Update<Self>;
    /// The items of a range whose field holds the value.
    fn filtered(db: &Db, field: Field, value: Number, first: i64, last: i64) -> Query<'_, Self>;
    /// Every item.
    fn all(db: &Db) -> Query<'_, Self>;
    /// The columns of a raw query, in the order of the struct.
    ///
    /// # Errors
    /// What is known of the phases is too old.
    fn raw_columns(db: &Db) -> Result<String>;
    /// Which raw SQL it may write, given what the driver told.
    fn raw_writes(database: Database, told: RawWrites) -> RawWrites;
    /// What a raw update sets.
    fn raw_set(field: Field, value: Number) -> String;
    /// A raw insert, with a badge of its own.
    fn raw_insert(id: i64, number: Number) -> String;
}

/// A model of an item in one of its times, where items are documents of a collection.
pub trait DocumentItem: Document<Key = i64> {
    /// What the build is called.
    const BUILD: &'static str;
    /// The fields that it knows.
    const FIELDS: &'static [Field];
    /// Whether it has to refuse values that legacy cannot hold, for as long as there is legacy.
    const GUARDS: bool;

    /// A new item; `own` if it has a badge of its own, and not the one that the rule gives.
    fn new(id: i64, number: Number, own: bool) -> Self;
    /// The key.
    fn id(&self) -> i64;
    /// What it holds.
    fn values(&self) -> Values;
    /// Sets a field; `loud` if legacy is not to be able to hold the value.
    fn set(
        update: DocumentUpdate<Self>,
        field: Field,
        value: Number,
        loud: bool,
    ) -> DocumentUpdate<Self>;
    /// What a search for the value asks for.
    fn filter(field: Field, value: Number) -> bson::Document;
    /// How far it may go by hand, given what the driver told.
    fn raw(told: RawWrites) -> RawWrites;
    /// By which name and as what a value is stored by hand.
    fn stored(field: Field, value: Number) -> (&'static str, Bson);
}

/// How a number is written where a field is text.
#[derive(Clone, Copy, Debug)]
pub struct Text;

impl Text {
    /// As a kind.
    pub fn kind(number: Number) -> String {
        format!("k{number}")
    }

    /// As a label.
    pub fn label(number: Number) -> String {
        format!("l{number}")
    }

    /// As a tone.
    pub fn tone(number: Number) -> String {
        format!("t{number}")
    }

    /// As a tone that `lower` makes another of, so that legacy cannot hold it.
    pub fn loud(number: Number) -> String {
        format!("T{number}")
    }

    /// As a build writes it that knows nothing of small letters.
    pub fn tone_of_old(number: Number) -> String {
        if number % 2 == 0 {
            Text::tone(number)
        } else {
            Text::loud(number)
        }
    }

    /// As a badge.
    pub fn badge(number: Number) -> String {
        format!("b{number}")
    }

    /// As the badge that the rule gives for the kind.
    pub fn badge_by_rule(number: Number) -> String {
        format!("#{}", Text::kind(number))
    }
}

/// The number that a text stands for. What is none was never written, and -1 says so.
pub fn number(text: &str) -> Number {
    let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.parse().unwrap_or(-1)
}
