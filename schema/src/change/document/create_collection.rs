//! A collection that is new to the models. It may be there: whoever stores a document creates it.

use crate::collection::{Before, CollectionAction, Shape};
use crate::model::Model;
use crate::step::PlannedStep;
use crate::{Database, Phase};

use super::{index, planned};
use crate::change::{Change, Flights, Refusal};

/// A collection that the models did not have.
#[derive(Clone, Debug)]
pub struct CreateCollection {
    model: Model,
}

impl CreateCollection {
    /// The collection of `model`.
    pub fn new(model: Model) -> Self {
        CreateCollection { model }
    }
}

impl Change for CreateCollection {
    fn kind(&self) -> &'static str {
        "create_collection"
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

    fn summary(&self) -> String {
        format!(
            "create collection `{}` ({} fields)",
            self.model.table,
            self.model.columns.len()
        )
    }

    fn slug(&self) -> String {
        format!("create_{}", self.model.table)
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let shape = Shape::of(&self.model);
        let fields = self.model.columns.iter();
        let mut steps = vec![
            planned(
                Phase::Expand,
                CollectionAction::Create {
                    collection: self.model.table.clone(),
                },
            ),
            // Documents that are there already were stored by somebody.
            planned(
                Phase::Expand,
                CollectionAction::Prove {
                    shape: shape.clone(),
                    fields: fields.map(|column| column.name.clone()).collect(),
                },
            ),
            planned(
                Phase::Expand,
                CollectionAction::Enforce {
                    shape,
                    step: "enforce",
                    before: Before::Nothing,
                },
            ),
        ];
        for of_model in self.model.all_indexes() {
            steps.extend(index::steps(&of_model, &self.model, Phase::Expand)?);
        }
        Ok(steps)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
