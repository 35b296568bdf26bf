//! What the expansion goes by beside the struct.

use crate::{Database, Record};

/// The environment variable that turns the comparison off when it is `off`.
pub const SWITCH: &str = "COLMIG_DRIFT";

/// What is known of a model beside its struct.
#[derive(Debug)]
pub enum Source {
    /// The newest migration's, to be compared with the struct.
    Compared(Record),
    /// The comparison is off. Without a record, every column counts as there for good.
    Unchecked(Option<Record>),
    /// No accessors can be made.
    Refused(Refused),
}

/// Why there is no record to go by.
#[derive(Debug)]
pub enum Refused {
    /// No migration has ever heard of the model.
    Missing,
    /// The file cannot be read, or holds something else.
    Unreadable(String),
    /// The build has not said where the crate is.
    NoCrate,
    /// `colmig.toml` names a database whose driver is off.
    NoDriver(Database),
}

impl Refused {
    /// The message for the struct of that name.
    pub fn of(&self, model: &str) -> String {
        match self {
            Refused::Missing => {
                format!("`{model}` is in no migration: run `cargo colmig generate`")
            }
            Refused::Unreadable(reason) => {
                format!("the record of `{model}` cannot be read: {reason}")
            }
            Refused::NoDriver(database) => format!(
                "`{model}` is generated for `{database}`, as colmig.toml says: switch on the feature `{database}` of \
                 colmig in Cargo.toml"
            ),
            Refused::NoCrate => format!(
                "the record of `{model}` cannot be found, for CARGO_MANIFEST_DIR is not set: build with cargo, or \
                 set {SWITCH}=off"
            ),
        }
    }
}
