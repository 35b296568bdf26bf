//! A collection that no struct has any more. It goes in `contract`.

use crate::collection::CollectionAction;
use crate::model::Model;
use crate::step::PlannedStep;
use crate::{Database, Phase};

use super::planned;
use crate::change::{Change, Flights, Refusal};

/// A collection that goes.
#[derive(Clone, Debug)]
pub struct DropCollection {
    model: Model,
}

impl DropCollection {
    /// The collection of `model`.
    pub fn new(model: Model) -> Self {
        DropCollection { model }
    }
}

impl Change for DropCollection {
    fn kind(&self) -> &'static str {
        "drop_collection"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn is_of_collection(&self) -> bool {
        true
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops_table(&self) -> bool {
        true
    }

    fn summary(&self) -> String {
        format!(
            "drop collection `{}` (contract loses its documents for good)",
            self.model.table
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}", self.model.table)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        Ok(vec![planned(
            Phase::Contract,
            CollectionAction::Drop {
                collection: self.model.table.clone(),
            },
        )])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
