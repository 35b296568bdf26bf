//! A table that gets another name.
//!
//! A view stands for the table under its new name from `expand` on, so that whoever calls it by
//! that name finds it. Accessors call it by the old one until nobody is left who does not know
//! the new one; they move over, and view and table change places in one transaction.

use crate::capability::RenameForm;
use crate::model::{Model, constraint_name};
use crate::step::{Action, PlannedStep, Renaming};
use crate::{Database, Phase};

use super::{Change, Flights, Refusal, of_tables};

/// A model whose table was called otherwise.
#[derive(Clone, Debug)]
pub struct RenameModel {
    from: String,
    model: Model,
}

/// Names of one kind, each as it is and as it will be.
type Names = Vec<(String, String)>;

impl RenameModel {
    /// The table of `model`, which was called `from`.
    pub fn new(from: String, model: Model) -> Self {
        RenameModel { from, model }
    }

    /// The names of indexes and of constraints, which follow from that of the table.
    fn names(&self) -> (Names, Names) {
        let (from, to) = (&self.from, &self.model.table);
        let indexes = self.model.all_indexes();
        let indexes = indexes
            .iter()
            .map(|index| (index.name(from), index.name(to)));
        let both = |ending: &str| (constraint_name(from, ending), constraint_name(to, ending));
        let mut constraints = vec![both("pkey")];
        let checks = self.model.all_checks().into_iter();
        constraints.extend(checks.map(|check| both(&check.ending)));
        let references = self.model.reference_endings().into_iter();
        constraints.extend(references.map(|(_, ending)| both(&ending)));
        (indexes.collect(), constraints)
    }
}

impl Change for RenameModel {
    fn kind(&self) -> &'static str {
        "rename_model"
    }

    fn table(&self) -> &str {
        &self.from
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn becomes(&self) -> Option<&str> {
        Some(&self.model.table)
    }

    fn summary(&self) -> String {
        format!("rename table `{}` to `{}`", self.from, self.model.table)
    }

    fn slug(&self) -> String {
        format!("{}_to_{}", self.from, self.model.table)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().rename == RenameForm::Alone {
            let (from, to) = (&self.from, &self.model.table);
            return Err(Refusal {
                table: Some(to.clone()),
                column: None,
                what: format!("cannot rename `{from}` to `{to}`"),
                why: format!(
                    "on {} no view takes the place of a table that is written: builds of before and of after could not \
                     both find it",
                    database.title()
                ),
                remedy: format!(
                    "keep the table's name, whatever the struct is called: #[colmig(table = \"{from}\")]"
                ),
            });
        }
        let (indexes, constraints) = self.names();
        let renaming = Renaming {
            from: self.from.clone(),
            to: self.model.table.clone(),
            indexes,
            constraints,
        };
        let step = |phase, action: fn(Renaming) -> Action| PlannedStep {
            phase,
            action: action(renaming.clone()),
        };
        Ok(vec![
            step(Phase::Expand, Action::StandIn),
            step(Phase::Contract, Action::RenameTable),
        ])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
