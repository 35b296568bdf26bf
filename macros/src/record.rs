//! The record of a model: the only file that the derive reads.

use std::io::ErrorKind;
use std::path::Path;
use std::{env, fs};

use colmig_schema::expand::{Refused, SWITCH, Source};
use colmig_schema::record::FOLDER;
use colmig_schema::{Database, Record};

/// Reads the record of the model of that table in the crate that is compiled.
pub(crate) fn find(table: &str) -> Source {
    let off = env::var_os(SWITCH).is_some_and(|switch| switch == "off");
    let Some(crate_folder) = env::var_os("CARGO_MANIFEST_DIR") else {
        return if off {
            Source::Unchecked(None)
        } else {
            Source::Refused(Refused::NoCrate)
        };
    };
    let name = Record::file_name(table);
    let text = match fs::read_to_string(Path::new(&crate_folder).join(FOLDER).join(&name)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if off {
                Source::Unchecked(None)
            } else {
                Source::Refused(Refused::Missing)
            };
        }
        Err(error) => {
            return Source::Refused(Refused::Unreadable(format!("`{FOLDER}/{name}`: {error}")));
        }
    };
    let record: Record = match text.parse() {
        Ok(record) => record,
        Err(error) => {
            return Source::Refused(Refused::Unreadable(format!("`{FOLDER}/{name}`, {error}")));
        }
    };
    if let Some(database) = record.databases.iter().find(|database| !driven(**database)) {
        return Source::Refused(Refused::NoDriver(*database));
    }
    if off {
        Source::Unchecked(Some(record))
    } else {
        Source::Compared(record)
    }
}

/// Whether colmig has the driver on.
fn driven(database: Database) -> bool {
    let on = [
        (Database::Postgres, cfg!(feature = "postgres")),
        (Database::MariaDb, cfg!(feature = "mariadb")),
        (Database::Sqlite, cfg!(feature = "sqlite")),
        (Database::MongoDb, cfg!(feature = "mongodb")),
    ];
    on.contains(&(database, true))
}
