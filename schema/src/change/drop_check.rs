//! A check that the struct has no more.
//!
//! Builds from before may rely on it in what they read, so it stays until contract, which waits
//! for the last of them; until then the database goes on refusing what it refuses.

use crate::capability::{CheckForm, ReferenceForm};
use crate::model::{Model, constraint_name};
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase};

use super::add_check::in_words;
use super::{Change, Flights, Refusal, of_tables};

/// A check that goes.
#[derive(Clone, Debug)]
pub struct DropCheck {
    model: Model,
    ending: String,
}

impl DropCheck {
    /// The check of `model`, the model as it was, that is called so behind the name of the table.
    pub fn new(model: Model, ending: &str) -> Self {
        DropCheck {
            model,
            ending: ending.to_owned(),
        }
    }
}

impl Change for DropCheck {
    fn kind(&self) -> &'static str {
        "drop_check"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn constrains(&self) -> Vec<&str> {
        vec![&self.model.table]
    }

    fn drops_constraint(&self) -> Option<String> {
        Some(self.ending.clone())
    }

    fn summary(&self) -> String {
        let checks = self.model.all_checks();
        let check = checks.iter().find(|check| check.ending == self.ending);
        format!(
            "drop check {} of `{}`",
            check.map_or_else(String::new, |check| in_words(check.condition)),
            self.model.table
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}", constraint_name(&self.model.table, &self.ending))
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let (table, name) = (
            &self.model.table,
            constraint_name(&self.model.table, &self.ending),
        );
        let checks = self.model.all_checks();
        let came_later = checks
            .iter()
            .any(|check| check.ending == self.ending && check.later);
        let drop = || Action::DropConstraint {
            table: table.clone(),
            name: name.clone(),
            refers: None,
        };
        let alters_tables = database.capabilities().reference != ReferenceForm::WithTable;
        let action = match database.capabilities().check {
            CheckForm::Validated => drop(),
            CheckForm::Triggers if came_later => Action::DropGuards { name },
            // It is one of the table's, which this database lets go of.
            CheckForm::Triggers if alters_tables => drop(),
            CheckForm::Triggers => {
                return Err(Refusal {
                    table: Some(table.clone()),
                    column: None,
                    what: format!("cannot {}", self.summary()),
                    why: format!(
                        "it came with its table, and {} drops no check of a table",
                        database.title()
                    ),
                    remedy: "put the check back; only a copy of the whole table is without it, which is yours to make while \
                             nobody writes"
                        .to_owned(),
                });
            }
        };
        Ok(vec![PlannedStep {
            phase: Phase::Contract,
            action,
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
