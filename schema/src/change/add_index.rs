//! An index on columns that are there.

use crate::model::{Index, Model};
use crate::step::{Action, Key, PlannedStep};
use crate::{Database, Phase};

use super::constrain::{key, standing_key};
use super::{Change, Flights, Refusal, index, of_tables};

/// An index that a table did not have. Builds that do not know it profit from it as well.
#[derive(Clone, Debug)]
pub struct AddIndex {
    model: Model,
    index: Index,
    key: Vec<Key>,
}

impl AddIndex {
    /// The index `index` of the table of `model`, as the model will be.
    pub fn new(model: Model, index: Index) -> Self {
        AddIndex {
            key: key(&model),
            model,
            index,
        }
    }

    /// Names rows by the key that the table has, which was that of the model `old`.
    #[must_use]
    pub fn beside(mut self, old: &Model) -> Self {
        self.key = standing_key(old, &self.model);
        self
    }
}

impl Change for AddIndex {
    fn kind(&self) -> &'static str {
        "add_index"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        let (kind, over) = (index::kind(&self.index), index::over(&self.index));
        format!("add {kind} to `{}` over {over}", self.model.table)
    }

    fn slug(&self) -> String {
        self.index.name(&self.model.table)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        Ok(vec![PlannedStep {
            phase: Phase::Constrain,
            action: Action::CreateIndex {
                table: self.model.table.clone(),
                index: index::resolve(&self.index, &self.model, database)?,
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
