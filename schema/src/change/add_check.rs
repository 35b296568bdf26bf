//! A check on columns that are there.
//!
//! Builds from before may write rows that fail it, and no trigger could say what they should
//! have written. So the check comes in contract, which waits for the last of them. Rows that
//! fail it are looked for twice: in `backfill`, while everything can still be taken back, and
//! in contract, before anything is tried.

use crate::model::{Model, NamedCheck};
use crate::step::{Action, Condition, Key, PlannedStep};
use crate::{Database, Phase, Sql};

use super::constrain::{checked, condition, key};
use super::{Change, Flights, Refusal, of_tables, precheck};

/// A check that a table did not have.
#[derive(Clone, Debug)]
pub struct AddCheck {
    model: Model,
    ending: String,
    on_their_way: Vec<String>,
}

impl AddCheck {
    /// The check of `model`, the model as it will be, that is called so behind the name of the table.
    pub fn new(model: Model, ending: &str) -> Self {
        AddCheck {
            model,
            ending: ending.to_owned(),
            on_their_way: Vec::new(),
        }
    }

    /// Names the columns that other migrations bring, or replace: what rows hold in them is not
    /// settled, so no check can read them.
    #[must_use]
    pub fn beside(mut self, on_their_way: impl IntoIterator<Item = String>) -> Self {
        self.on_their_way = on_their_way.into_iter().collect();
        self
    }

    fn said(&self) -> Option<NamedCheck<'_>> {
        let mut checks = self.model.all_checks().into_iter();
        checks.find(|check| check.ending == self.ending)
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        let said = self.said();
        Refusal {
            table: Some(self.model.table.clone()),
            column: said.and_then(|check| check.column.map(str::to_owned)),
            what: format!("cannot {}", self.summary()),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    fn condition(&self, database: Sql) -> Result<Condition, Refusal> {
        let said = self
            .said()
            .ok_or_else(|| self.refuse("the model has none", "declare it with `check`"))?;
        let condition = condition(&self.model, &said, database)
            .map_err(|(why, remedy)| self.refuse(why, remedy))?;
        let mut on_their_way = self.on_their_way.iter();
        if let Some(early) =
            on_their_way.find(|way| condition.holds.columns().any(|name| name == *way))
        {
            return Err(self.refuse(
                format!("it reads `{early}`, which is on its way itself"),
                "bring that column's migration to its end first (`cargo colmig contract`), and generate then",
            ));
        }
        Ok(condition)
    }
}

impl Change for AddCheck {
    fn kind(&self) -> &'static str {
        "add_check"
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

    fn summary(&self) -> String {
        let said = self.said();
        format!(
            "add check {} to `{}`",
            said.map_or_else(String::new, |check| in_words(check.condition)),
            self.model.table
        )
    }

    fn slug(&self) -> String {
        crate::model::constraint_name(&self.model.table, &self.ending)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let condition = self.condition(database)?;
        let step = |action: Action| PlannedStep {
            phase: Phase::Contract,
            action,
        };
        let steps = checked(&self.model, &condition, database).into_iter();
        Ok(precheck::again(
            steps.map(step).collect(),
            &key(&self.model),
        ))
    }

    fn row_key(&self) -> Vec<Key> {
        key(&self.model)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

/// A condition, for people.
pub(super) fn in_words(condition: &crate::model::Dialected) -> String {
    let texts = condition.texts();
    let texts = texts.iter().map(|(_, text)| {
        // One line, however it is written.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("`{}`", crate::sql::begin(&text))
    });
    texts.collect::<Vec<_>>().join(" or ")
}
