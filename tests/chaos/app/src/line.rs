//! What an instance tells: one JSON object in a line of its standard output.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::item::{Field, Values};

/// Microseconds of the machine's monotonic clock.
pub type Time = u64;

/// What is written and read: each value is a number that is written once in a history.
pub type Number = i64;

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum Line {
    /// The instance works.
    Ready,
    /// A write is about to be sent.
    Begun(Begun),
    /// A write was answered.
    Answered {
        /// The number that it had when it began.
        op: u64,
        /// When.
        at: Time,
        /// With what.
        outcome: Outcome,
    },
    /// A read was answered.
    Read(Read),
    /// Raw SQL is written as far as it was told, and none that goes further is under way.
    Raw {
        /// How far.
        writes: RawWrites,
    },
    /// Every row was read.
    Swept {
        /// When that began.
        begun: Time,
        /// When it was answered.
        answered: Time,
    },
}

/// A write that is about to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begun {
    /// Its number in this instance.
    pub op: u64,
    /// When.
    pub at: Time,
    /// What it does.
    pub kind: String,
    /// The row.
    pub key: i64,
    /// What it writes.
    pub values: BTreeMap<Field, Number>,
    /// Whether the row is new.
    pub inserts: bool,
    /// Whether a value is among them that legacy cannot hold.
    pub loud: bool,
}

/// A read of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Read {
    /// What it does.
    pub kind: String,
    /// The row.
    pub key: i64,
    /// When it began.
    pub begun: Time,
    /// When it was answered.
    pub answered: Time,
    /// With what.
    pub found: Found,
}

/// What a read found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
pub enum Found {
    /// The row.
    Row {
        /// What it holds.
        values: Values,
    },
    /// No row.
    Nothing,
    /// It failed.
    Failed {
        /// How.
        outcome: Outcome,
    },
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Outcome {
    /// It was accepted.
    Accepted,
    /// It was accepted, and found no row.
    Missing,
    /// It was refused, and nothing was written.
    Refused {
        /// By which error.
        why: String,
    },
    /// Nobody knows whether it was executed.
    Unknown {
        /// By which error.
        why: String,
    },
    /// The database refused it for a reason of schema, or for one that nobody has foreseen.
    Schema {
        /// What it said.
        what: String,
    },
}

/// What of its time a build may write by hand, past the accessors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RawWrites {
    /// None: its columns may not be there.
    #[default]
    Nothing,
    /// Updates: its columns are there, and so are required ones that an insert leaves out.
    Updates,
    /// Inserts as well.
    All,
}
