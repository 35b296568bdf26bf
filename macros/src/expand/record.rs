//! The record of a model: the only file that the derive reads.

use std::io::ErrorKind;
use std::path::Path;
use std::{env, fs};

use colmig_schema::Record;
use colmig_schema::record::FOLDER;

/// Turns the comparison off when it is `off`.
pub(crate) const SWITCH: &str = "COLMIG_DRIFT";

/// What is known of a model beside its struct.
#[derive(Debug)]
pub(crate) enum Source {
    /// The newest migration's, to be compared with the struct.
    Compared(Record),
    /// The comparison is off. Without a record, every column counts as there for good.
    Unchecked(Option<Record>),
    /// No accessors can be made.
    Refused(Refused),
}

/// Why there is no record to go by.
#[derive(Debug)]
pub(crate) enum Refused {
    /// No migration has ever heard of the model.
    Missing,
    /// The file cannot be read, or holds something else.
    Unreadable(String),
    /// The build has not said where the crate is.
    NoCrate,
}

impl Refused {
    /// The message for the struct of that name.
    pub(crate) fn of(&self, model: &str) -> String {
        match self {
            Refused::Missing => format!("`{model}` is in no migration: run `cargo colmig generate`"),
            Refused::Unreadable(reason) => format!("the record of `{model}` cannot be read: {reason}"),
            Refused::NoCrate => format!(
                "the record of `{model}` cannot be found, for CARGO_MANIFEST_DIR is not set: build with cargo, or \
                 set {SWITCH}=off"
            ),
        }
    }
}

/// Reads the record of the model of that table in the crate that is compiled.
pub(crate) fn find(table: &str) -> Source {
    let off = env::var_os(SWITCH).is_some_and(|switch| switch == "off");
    let Some(crate_folder) = env::var_os("CARGO_MANIFEST_DIR") else {
        return if off { Source::Unchecked(None) } else { Source::Refused(Refused::NoCrate) };
    };
    let name = Record::file_name(table);
    let text = match fs::read_to_string(Path::new(&crate_folder).join(FOLDER).join(&name)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if off { Source::Unchecked(None) } else { Source::Refused(Refused::Missing) };
        }
        Err(error) => return Source::Refused(Refused::Unreadable(format!("`{FOLDER}/{name}`: {error}"))),
    };
    match text.parse() {
        Ok(record) if off => Source::Unchecked(Some(record)),
        Ok(record) => Source::Compared(record),
        Err(error) => Source::Refused(Refused::Unreadable(format!("`{FOLDER}/{name}`, {error}"))),
    }
}
