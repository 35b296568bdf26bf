//! A foreign key that the struct has no more.
//!
//! Builds from before may rely on it in what they read, so it stays until contract, which waits
//! for the last of them; until then the database goes on refusing what it refuses.

use crate::capability::ReferenceForm;
use crate::model::{Model, Reference, constraint_name};
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase};

use super::{Change, Flights, Refusal, of_tables};

/// A foreign key that goes.
#[derive(Clone, Debug)]
pub struct DropReference {
    table: String,
    column: String,
    ending: String,
    reference: Reference,
}

impl DropReference {
    /// That of the column `column` of `model`, the model as it was; none if it had none.
    pub fn new(model: &Model, column: &str) -> Option<Self> {
        let mut endings = model.reference_endings().into_iter();
        let (_, ending) = endings.find(|(of, _)| *of == column)?;
        Some(DropReference {
            table: model.table.clone(),
            column: column.to_owned(),
            ending,
            reference: model.column(column)?.references.clone()?,
        })
    }
}

impl Change for DropReference {
    fn kind(&self) -> &'static str {
        "drop_reference"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn constrains(&self) -> Vec<&str> {
        vec![&self.table]
    }

    fn drops_constraint(&self) -> Option<String> {
        Some(self.ending.clone())
    }

    fn summary(&self) -> String {
        let Reference { table, column, .. } = &self.reference;
        format!(
            "drop foreign key from `{}` of `{}` to `{table}({column})`",
            self.column, self.table
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}", constraint_name(&self.table, &self.ending))
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().reference == ReferenceForm::WithTable {
            return Err(Refusal {
                table: Some(self.table.clone()),
                column: Some(self.column.clone()),
                what: format!("cannot {}", self.summary()),
                why: format!(
                    "it came with its table, and {} drops no foreign key of a table",
                    database.title()
                ),
                remedy: "put `references` back; only a copy of the whole table is without it, which is yours to make while \
                         nobody writes"
                    .to_owned(),
            });
        }
        Ok(vec![PlannedStep {
            phase: Phase::Contract,
            action: Action::DropConstraint {
                table: self.table.clone(),
                name: constraint_name(&self.table, &self.ending),
                refers: Some(self.reference.table.clone()),
            },
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
