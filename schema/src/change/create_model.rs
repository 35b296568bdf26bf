//! A table that is new. Nobody uses it yet, so it comes with everything at once.

use crate::model::Model;
use crate::step::{Action, Condition, PlannedStep, Table};
use crate::{Database, Phase, Sql, sql};

use super::{Change, Flights, Refusal, constrain, index, of_tables};

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

    fn checks(&self, database: Sql) -> Result<Vec<Condition>, Refusal> {
        let checks = self.model.all_checks().into_iter();
        checks
            .map(|check| {
                constrain::condition(&self.model, &check, database)
                    .map_err(|(why, remedy)| self.refuse(why, remedy))
            })
            .collect()
    }

    fn verify_columns(&self, database: Sql) -> Result<(), Refusal> {
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
        let database = of_tables(self, database)?;
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
