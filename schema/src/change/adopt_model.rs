//! A table that was there before colmig. It is never created a second time, and never undone:
//! what it holds is older than the migration.
//!
//! A database without the tables, such as that of a test or of somebody's new machine, is given
//! them by the same migration; which of the two it is, a run finds out on each database.

use super::{Change, CreateModel, Flights, Refusal};
use crate::model::Model;
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase};

/// A table that the database has already.
#[derive(Clone, Debug)]
pub struct AdoptModel {
    model: Model,
}

impl AdoptModel {
    /// The table of `model`.
    pub fn new(model: Model) -> Self {
        AdoptModel { model }
    }
}

impl Change for AdoptModel {
    fn kind(&self) -> &'static str {
        "adopt_model"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        format!(
            "take over table `{}` ({} columns), or create it in a new database",
            self.model.table,
            self.model.columns.len()
        )
    }

    fn slug(&self) -> String {
        format!("adopt_{}", self.model.table)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let created = CreateModel::new(self.model.clone()).steps(database)?;
        let steps = created.into_iter().map(|step| match step.action {
            Action::CreateTable(table) => PlannedStep {
                phase: Phase::Expand,
                action: Action::AdoptTable(table),
            },
            _ => step,
        });
        Ok(steps.collect())
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
