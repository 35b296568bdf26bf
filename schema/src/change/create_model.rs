//! A table that is new. Nobody uses it yet, so it comes with everything at once.

use crate::model::bounded_name;
use crate::model::{Dialected, Model};
use crate::step::{Action, Condition, PlannedStep, Table};
use crate::{Database, Phase, sql};

use super::{Change, Flights, Refusal, index};

/// A table that the database did not have.
#[derive(Clone, Debug)]
pub struct CreateModel {
    model: Model,
}

impl CreateModel {
    /// The table of `model`.
    pub fn new(model: Model) -> Self {
        CreateModel { model }
    }

    fn refuse(&self, why: String, remedy: String) -> Refusal {
        Refusal {
            table: Some(self.model.table.clone()),
            column: None,
            what: format!("cannot create `{}`", self.model.table),
            why,
            remedy,
        }
    }

    fn condition(
        &self,
        name: &str,
        check: &Dialected,
        database: Database,
    ) -> Result<Condition, Refusal> {
        let columns: Vec<&str> = self
            .model
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let Some(text) = check.get(database) else {
            return Err(self.refuse(
                format!("a check says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `check(...)`"),
            ));
        };
        let holds = sql::expression(text, &columns, database)
            .map_err(|error| {
                self.refuse(
                    format!("`check` {error}"),
                    "write a condition over the columns of the same row".to_owned(),
                )
            })?
            .template;
        Ok(Condition {
            table: self.model.table.clone(),
            name: bounded_name(name),
            holds,
        })
    }

    fn checks(&self, database: Database) -> Result<Vec<Condition>, Refusal> {
        let table = &self.model.table;
        let of_columns = self.model.columns.iter().filter_map(|column| {
            Some((
                format!("{table}_{}_check", column.name),
                column.check.as_ref()?,
            ))
        });
        let of_table = self
            .model
            .checks
            .iter()
            .enumerate()
            .map(|(position, check)| (format!("{table}_check{}", position + 1), &check.condition));
        of_columns
            .chain(of_table)
            .map(|(name, check)| self.condition(&name, check, database))
            .collect()
    }

    fn verify_columns(&self, database: Database) -> Result<(), Refusal> {
        for column in &self.model.columns {
            if column.ty.sql(database).is_none() {
                return Err(self.refuse(
                    format!(
                        "the type of `{}` has no counterpart in {}",
                        column.name,
                        database.title()
                    ),
                    format!("name one: #[colmig(sql_type({database} = \"...\"))]"),
                ));
            }
            let Some(default) = &column.default else {
                continue;
            };
            let text = default.get(database).ok_or_else(|| {
                self.refuse(
                    format!(
                        "the `default` of `{}` says nothing for {}",
                        column.name,
                        database.title()
                    ),
                    format!("add `{database} = \"...\"` to `default(...)`"),
                )
            })?;
            sql::expression(text, &[], database).map_err(|error| {
                self.refuse(
                    format!("the `default` of `{}` {error}", column.name),
                    "write an SQL expression without columns".to_owned(),
                )
            })?;
        }
        Ok(())
    }
}

impl Change for CreateModel {
    fn kind(&self) -> &'static str {
        "create_model"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        format!(
            "create table `{}` ({} columns)",
            self.model.table,
            self.model.columns.len()
        )
    }

    fn slug(&self) -> String {
        format!("create_{}", self.model.table)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        self.verify_columns(database)?;
        let table = Table {
            model: self.model.clone(),
            checks: self.checks(database)?,
            indexes: self
                .model
                .all_indexes()
                .iter()
                .map(|index| index::resolve(index, &self.model, database))
                .collect::<Result<_, _>>()?,
        };
        Ok(vec![PlannedStep {
            phase: Phase::Expand,
            action: Action::CreateTable(table),
        }])
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
