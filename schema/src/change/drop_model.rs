//! A table whose model is gone. Nothing happens to it before `contract`, when it is dropped.

use crate::model::Model;
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase};

use super::{Change, Flights, Refusal};

/// A table that goes.
#[derive(Clone, Debug)]
pub struct DropModel {
    model: Model,
}

impl DropModel {
    /// The table of `model`, which no struct stands for any more.
    pub fn new(model: Model) -> Self {
        DropModel { model }
    }
}

impl Change for DropModel {
    fn kind(&self) -> &'static str {
        "drop_model"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops_table(&self) -> bool {
        true
    }

    fn summary(&self) -> String {
        format!(
            "drop table `{}` (contract loses its rows for good)",
            self.model.table
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}", self.model.table)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let columns = self.model.columns.iter();
        let refers = columns.filter_map(|column| column.references.as_ref());
        let mut refers: Vec<String> = refers.map(|reference| reference.table.clone()).collect();
        refers.retain(|table| *table != self.model.table);
        refers.sort_unstable();
        refers.dedup();
        Ok(vec![PlannedStep {
            phase: Phase::Contract,
            action: Action::DropTable {
                table: self.model.table.clone(),
                refers,
            },
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
