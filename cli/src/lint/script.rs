//! A file of SQL that people wrote, and how its tool will send it.

use std::path::Path;
use std::sync::Arc;

use colmig_schema::Sql;

use crate::error::{Place, Problem, Result};
use crate::files::read;
use crate::project::shown;

use super::{Known, rule, whole};

/// What sqlx looks for, at the first byte of the file and nowhere else.
pub(super) const NO_TRANSACTION: &str = "-- no-transaction";

/// A migration that somebody wrote.
#[derive(Debug)]
pub(super) struct SqlFile {
    /// The file as a whole.
    pub(super) place: Place,
    /// The database that it is for.
    pub(super) database: Sql,
    /// Whether the tool sends it in a transaction.
    pub(super) in_transaction: bool,
    /// Whether it is the way back of another file.
    pub(super) is_down: bool,
}

impl SqlFile {
    /// Reads a file.
    pub(super) fn read(path: &Path, database: Sql) -> Result<Self> {
        Ok(SqlFile::new(path, read(path)?.into(), database))
    }

    fn new(path: &Path, text: Arc<str>, database: Sql) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        SqlFile {
            in_transaction: !text.starts_with(NO_TRANSACTION),
            // sqlx's and diesel's names.
            is_down: name.ends_with(".down.sql") || name == "down.sql",
            place: whole(shown(path).into(), text),
            database,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.place.source
    }
}

/// Judges a file that the sources send as a query.
pub(crate) fn judge_query(path: &Path, database: Sql, known: &Known) -> Result<Vec<Problem>> {
    let file = SqlFile::read(path, database)?;
    Ok(known.left(&file.place, rule::judge_query(&file, known)))
}

/// Judges files of SQL by every rule.
pub(crate) fn judge(path: &Path, database: Sql, known: &Known) -> Result<Vec<Problem>> {
    let file = SqlFile::read(path, database)?;
    let findings = rule::RULES
        .iter()
        .filter(|rule| rule.database.is_none_or(|only| only == database))
        .flat_map(|rule| (rule.judge)(&file, known))
        .collect();
    Ok(known.left(&file.place, findings))
}
