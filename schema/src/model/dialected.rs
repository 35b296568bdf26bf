//! SQL text that may differ from one database to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Database;

/// SQL text: one for every database, or one for each.
///
/// In an attribute: `backfill = "lower(name)"`, or
/// `sql_type(postgres = "citext", sqlite = "TEXT COLLATE NOCASE")`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Dialected {
    /// The same text everywhere.
    Same(String),
    /// A text for each database that is named.
    Each(BTreeMap<Database, String>),
}

impl Dialected {
    /// The text for one database; none if the databases named are others.
    pub fn get(&self, database: impl Into<Database>) -> Option<&str> {
        match self {
            Dialected::Same(text) => Some(text),
            Dialected::Each(texts) => texts.get(&database.into()).map(String::as_str),
        }
    }

    /// Every text, with the database it is for; none means all of them.
    pub fn texts(&self) -> Vec<(Option<Database>, &str)> {
        match self {
            Dialected::Same(text) => vec![(None, text)],
            Dialected::Each(texts) => texts
                .iter()
                .map(|(database, text)| (Some(*database), text.as_str()))
                .collect(),
        }
    }
}
