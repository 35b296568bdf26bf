//! An index on columns that are there.

use crate::model::{Index, Model};
use crate::step::{Action, Key, PlannedStep};
use crate::{Database, Phase};

use super::constrain::key;
use super::{Change, Flights, Refusal};

/// An index that a table did not have. Builds that do not know it profit from it as well.
#[derive(Clone, Debug)]
pub struct AddIndex {
    table: String,
    index: Index,
    key: Vec<Key>,
}

impl AddIndex {
    /// The index `index` of the table `table`.
    pub fn new(table: String, index: Index) -> Self {
        AddIndex {
            table,
            index,
            key: Vec::new(),
        }
    }

    /// Names rows that a unique index would refuse by the key of their `model`.
    #[must_use]
    pub fn of(mut self, model: &Model) -> Self {
        self.key = key(model);
        self
    }
}

/// The columns of an index, for people.
pub(super) fn over(index: &Index) -> String {
    let columns: Vec<String> = index
        .columns
        .iter()
        .map(|column| format!("`{column}`"))
        .collect();
    columns.join(", ")
}

/// What kind of index it is, for people.
pub(super) fn kind(index: &Index) -> &'static str {
    if index.unique {
        "unique index"
    } else {
        "index"
    }
}

impl Change for AddIndex {
    fn kind(&self) -> &'static str {
        "add_index"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        let (kind, over) = (kind(&self.index), over(&self.index));
        format!("add {kind} to `{}` over {over}", self.table)
    }

    fn slug(&self) -> String {
        self.index.name(&self.table)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        Ok(vec![PlannedStep {
            phase: Phase::Constrain,
            action: Action::CreateIndex {
                table: self.table.clone(),
                index: self.index.clone(),
            },
        }])
    }

    fn row_key(&self) -> Vec<Key> {
        self.key.clone()
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
