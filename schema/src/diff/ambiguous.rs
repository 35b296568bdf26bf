//! Differences that have more than one meaning, so that only a person can tell.

use std::collections::BTreeMap;

use super::replaced::is_claimed;
use crate::model::{Column, Model};
use crate::snapshot::Snapshot;

/// A new column that may be one that is gone, by another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// The table.
    pub table: String,
    /// The new column.
    pub column: String,
    /// Its field.
    pub field: String,
    /// The columns that it may have been, in the order of the table. Never empty.
    pub gone: Vec<Gone>,
}

/// A column that no field stands for any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The column.
    pub column: String,
    /// The field that it had.
    pub field: String,
}

/// What [`diff`](super::diff) refuses because it may be a rename, in the order of tables and
/// fields.
///
/// ```
/// # use colmig_schema::{diff::ambiguous, snapshot::Snapshot};
/// # use std::collections::BTreeMap;
/// assert!(ambiguous(&Snapshot::default(), &BTreeMap::new()).is_empty());
/// ```
pub fn ambiguous(snapshot: &Snapshot, models: &BTreeMap<String, Model>) -> Vec<Ambiguous> {
    let mut found = Vec::new();
    for (table, entry) in &snapshot.models {
        let (old, Some(new)) = (&entry.model, models.get(table)) else {
            continue;
        };
        let added: Vec<&Column> = new
            .columns
            .iter()
            .filter(|column| old.column(&column.name).is_none())
            .collect();
        let gone: Vec<&Column> = old
            .columns
            .iter()
            .filter(|column| new.column(&column.name).is_none())
            .filter(|column| !is_claimed(&added, &column.name))
            .collect();
        for column in &added {
            let gone: Vec<Gone> = gone
                .iter()
                .filter(|gone| may_be(column, gone))
                .map(|gone| Gone {
                    column: gone.name.clone(),
                    field: gone.field.clone(),
                })
                .collect();
            if !gone.is_empty() {
                found.push(Ambiguous {
                    table: table.clone(),
                    column: column.name.clone(),
                    field: column.field.clone(),
                    gone,
                });
            }
        }
    }
    found
}

/// Whether a new column may be one that is gone: it says nothing of where it comes from, and
/// could hold what the other held.
pub(super) fn may_be(column: &Column, gone: &Column) -> bool {
    // No field is ever the version of the model.
    let is_version = column.version || gone.version;
    column.ty == gone.ty && column.transition.legacy().is_empty() && !is_version
}
