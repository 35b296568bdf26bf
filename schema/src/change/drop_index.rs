//! An index that the struct has no more.

use crate::model::Index;
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase};

use super::index::{kind, over};
use super::{Change, Flights, Refusal};

/// An index that goes: in `contract`, when no build is left whose queries were written for it.
#[derive(Clone, Debug)]
pub struct DropIndex {
    table: String,
    index: Index,
}

impl DropIndex {
    /// The index `index` of the table `table`.
    pub fn new(table: String, index: Index) -> Self {
        DropIndex { table, index }
    }
}

impl Change for DropIndex {
    fn kind(&self) -> &'static str {
        "drop_index"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops_index(&self) -> Option<String> {
        Some(self.index.name(&self.table))
    }

    fn summary(&self) -> String {
        let (kind, over) = (kind(&self.index), over(&self.index));
        format!("drop {kind} of `{}` over {over}", self.table)
    }

    fn slug(&self) -> String {
        format!("drop_{}", self.index.name(&self.table))
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        Ok(vec![PlannedStep {
            phase: Phase::Contract,
            action: Action::DropIndex {
                table: self.table.clone(),
                name: self.index.name(&self.table),
            },
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
