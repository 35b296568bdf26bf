//! What a column holds in rows that leave it out. Accessors write every column, so this is for
//! the other writers.

use crate::capability::DefaultForm;
use crate::model::{Column, Dialected};
use crate::step::{Action, PlannedStep};
use crate::{Database, Phase, Sql, Template, sql};

use super::{Change, Flights, Refusal, of_tables};

/// A default that comes, goes, or becomes another.
#[derive(Clone, Debug)]
pub struct ChangeDefault {
    table: String,
    column: Column,
    before: Option<Dialected>,
}

impl ChangeDefault {
    /// The default of `column`, as it will be, where it was `before`.
    pub fn new(table: String, column: Column, before: Option<Dialected>) -> Self {
        ChangeDefault {
            table,
            column,
            before,
        }
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.table.clone()),
            column: Some(self.column.name.clone()),
            what: format!(
                "cannot change the default of `{}` of `{}`",
                self.column.name, self.table
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    fn read(
        &self,
        default: Option<&Dialected>,
        database: Sql,
    ) -> Result<Option<Template>, Refusal> {
        let Some(default) = default else {
            return Ok(None);
        };
        let Some(text) = default.get(database) else {
            return Err(self.refuse(
                format!("`default` says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `default(...)`"),
            ));
        };
        match sql::expression(text, &[], database) {
            Ok(expression) => Ok(Some(expression.template)),
            Err(error) => Err(self.refuse(
                format!("`default` {error}"),
                "write an SQL expression without columns",
            )),
        }
    }
}

impl Change for ChangeDefault {
    fn kind(&self) -> &'static str {
        "change_default"
    }

    fn table(&self) -> &str {
        &self.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        let verb = match (&self.before, &self.column.default) {
            (None, _) => "set",
            (_, None) => "drop",
            _ => "change",
        };
        format!(
            "{verb} the default of `{}` of `{}`",
            self.column.name, self.table
        )
    }

    fn slug(&self) -> String {
        format!("{}_{}_default", self.table, self.column.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().default != DefaultForm::Altered {
            return Err(self.refuse(
                format!("{} cannot alter a column", database.title()),
                "take the edit back, or put a column in its place: #[colmig(column = \"...\", replaces = \"...\")]",
            ));
        }
        let before = self.read(self.before.as_ref(), database)?;
        let (table, column) = (self.table.clone(), self.column.name.clone());
        let step = match self.read(self.column.default.as_ref(), database)? {
            // At once: whoever leaves the column out gets along with either.
            Some(default) => PlannedStep {
                phase: Phase::Expand,
                action: Action::SetDefault {
                    table,
                    column,
                    default,
                    before,
                },
            },
            // When nobody is left who was written for it.
            None => PlannedStep {
                phase: Phase::Contract,
                action: Action::DropDefault { table, column },
            },
        };
        Ok(vec![step])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
