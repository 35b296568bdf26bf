//! A column that is new: nullable, required with a default, or required with a rule.

use crate::capability::DefaultForm;
use crate::model::{Column, Dialected, Model};
use crate::record::Flight;
use crate::sql::{self, Expression};
use crate::step::{Action, Condition, Conversion, Key, NewColumn, PlannedStep};
use crate::{Database, Phase, Sql, Template};

use super::constrain::{Constrained, fill, key};
use super::{Change, Flights, Refusal, comment_columns, index, of_tables};
use crate::model::BackfillFn;

/// A column that the table did not have.
#[derive(Clone, Debug)]
pub struct AddColumn {
    model: Model,
    column: Column,
    on_their_way: Vec<String>,
}

/// How rows that are older than the column come to a value.
enum Old {
    /// They hold NULL, and that is a value like any other.
    Null,
    /// They hold a literal from the moment on in which the column is there.
    Literal(Template),
    /// They are filled, one batch after the other.
    Filled(Template),
    /// They are filled by the application, which calls its function for each of them.
    InRust(Conversion),
}

struct Resolved {
    old: Old,
    default: Option<Expression>,
    check: Option<Condition>,
}

impl AddColumn {
    /// The column `column` of `model`, the model as it will be.
    pub fn new(model: Model, column: Column) -> Self {
        AddColumn {
            model,
            column,
            on_their_way: Vec::new(),
        }
    }

    /// Names the columns that may not be there yet while this one is on its way: what an
    /// old row holds cannot follow from them.
    #[must_use]
    pub fn beside(mut self, on_their_way: impl IntoIterator<Item = String>) -> Self {
        self.on_their_way = on_their_way.into_iter().collect();
        self
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.model.table.clone()),
            column: Some(self.column.name.clone()),
            what: format!(
                "cannot add `{}` to `{}`",
                self.column.name, self.model.table
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// Whether a function of the application fills it.
    fn is_in_rust(&self) -> bool {
        self.column.transition.backfill_fn.is_some()
    }

    /// Reads one of the column's expressions, over those columns that are already there.
    fn expression(
        &self,
        attribute: &str,
        text: Option<&Dialected>,
        columns: &[&str],
        database: Sql,
    ) -> Result<Option<Expression>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        let Some(text) = text.get(database) else {
            return Err(self.refuse(
                format!("`{attribute}` says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `{attribute}(...)`"),
            ));
        };
        let every: Vec<&str> = self
            .model
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        sql::expression(text, columns, database)
            .map(Some)
            .map_err(|error| match sql::expression(text, &every, database) {
                Ok(_) => self.refuse(
                    format!("`{attribute}` reads a column that is on its way itself, and may not be there yet"),
                    "bring that column's migration to its end first (`cargo colmig contract`), and generate then",
                ),
                Err(_) => self.refuse(
                    format!("`{attribute}` {error}"),
                    format!(
                        "write an SQL expression of {} over the columns of the same row",
                        database.title()
                    ),
                ),
            })
    }

    fn resolve(&self, database: Sql) -> Result<Resolved, Refusal> {
        let column = &self.column;
        if column.primary_key {
            return Err(self.refuse(
                "a primary key cannot be added to a table that is in use",
                "add the column as a field of its own first",
            ));
        }
        if column.ty.sql(database).is_none() {
            return Err(self.refuse(
                format!("its type has no counterpart in {}", database.title()),
                format!("name one: #[colmig(sql_type({database} = \"...\"))]"),
            ));
        }
        let there: Vec<&str> = self
            .model
            .columns
            .iter()
            .filter(|other| other.transition.is_empty() || other.name == column.name)
            .map(|other| other.name.as_str())
            .collect();
        // A build may read the rule where this column is not there yet, and no other new one.
        let others: Vec<&str> = there
            .iter()
            .copied()
            .filter(|name| *name != column.name && !self.on_their_way.iter().any(|way| way == name))
            .collect();
        let default = self.expression("default", column.default.as_ref(), &[], database)?;
        let backfill = self.expression(
            "backfill",
            column.transition.backfill.as_ref(),
            &others,
            database,
        )?;
        let check = self
            .expression("check", column.check.as_ref(), &there, database)?
            .map(|check| Condition {
                table: self.model.table.clone(),
                name: self.model.check_name(&column.name).unwrap_or_default(),
                holds: check.template,
            });
        let old = match &column.transition.backfill_fn {
            Some(function) => Old::InRust(self.conversion(function, &others)?),
            None => self.old_rows(default.as_ref(), backfill, database)?,
        };
        if column.unique && matches!(old, Old::Literal(_)) {
            return Err(self.refuse(
                "it is unique, and its default would give every old row the same value",
                "give old rows values of their own with `backfill`, or make the field an `Option`",
            ));
        }
        Ok(Resolved {
            old,
            default,
            check,
        })
    }

    /// What the application does, where a function in Rust fills the column.
    fn conversion(&self, filled: &BackfillFn, others: &[&str]) -> Result<Conversion, Refusal> {
        if self.column.nullable {
            return Err(self.refuse(
                "it may be NULL and has a `backfill_fn`, so a NULL that somebody wrote could not be told from an old row",
                "make the field required, or leave `backfill_fn` away and fill the rows you want to fill by hand",
            ));
        }
        if let Some(early) = filled
            .columns
            .iter()
            .find(|column| !others.contains(&column.as_str()))
        {
            return Err(self.refuse(
                format!("`backfill_fn` reads `{early}`, which is on its way itself, and may not be there yet"),
                "bring that column's migration to its end first (`cargo colmig contract`), and generate then",
            ));
        }
        Ok(Conversion {
            model: self.model.name.clone(),
            table: self.model.table.clone(),
            read: filled.columns.clone(),
            target: self.column.name.clone(),
            up: filled.function.clone(),
            fills: true,
        })
    }

    fn old_rows(
        &self,
        default: Option<&Expression>,
        backfill: Option<Expression>,
        database: Sql,
    ) -> Result<Old, Refusal> {
        let nullable = self.column.nullable;
        match (backfill, default) {
            (Some(_), _) if nullable => Err(self.refuse(
                "it may be NULL and has a `backfill`, so a NULL that somebody wrote could not be told from an old row",
                "make the field required, or leave `backfill` away and fill the rows you want to fill by hand",
            )),
            (Some(rule), _) => match rule.volatile {
                Some(function) => Err(self.refuse(
                    format!(
                        "`backfill` calls `{function}`, which gives another value each time: until a row is \
                         filled, every read of it would give a new one"
                    ),
                    "use a rule that follows from the row, such as a literal or another column",
                )),
                None => Ok(Old::Filled(rule.template)),
            },
            (None, Some(default)) if default.literal => Ok(Old::Literal(default.template.clone())),
            (None, Some(_)) if !nullable => Err(self.refuse(
                "its default is no literal, and says what new rows get, but not what old rows hold",
                "say so with `backfill = \"...\"`, an expression over the row, such as a literal",
            )),
            (None, Some(_)) => match database.capabilities().default {
                DefaultForm::Altered => Ok(Old::Null),
                DefaultForm::Trigger => Err(self.refuse(
                    format!("{} can add a column with a literal default only", database.title()),
                    "set the value in the application, or name a literal",
                )),
            },
            (None, None) if nullable => Ok(Old::Null),
            (None, None) => Err(self.refuse(
                "it is required, and nothing says what old rows hold",
                "add `default = \"...\"` or `backfill = \"...\"`, or make the field an `Option`",
            )),
        }
    }

    fn constrained<'a>(&'a self, resolved: &'a Resolved) -> Constrained<'a> {
        Constrained {
            model: &self.model,
            column: &self.column,
            required: matches!(resolved.old, Old::Filled(_) | Old::InRust(_)),
            check: resolved.check.as_ref(),
        }
    }
}

impl Change for AddColumn {
    fn kind(&self) -> &'static str {
        "add_column"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        vec![&self.column.name]
    }

    fn is_covered(&self) -> bool {
        // A trigger knows no function in Rust.
        !self.is_in_rust()
    }

    fn summary(&self) -> String {
        let required = if self.column.nullable {
            "nullable"
        } else {
            "required"
        };
        let transition = &self.column.transition;
        let filled = match (&transition.backfill, &self.column.default) {
            _ if transition.backfill_fn.is_some() => ", filled by a function in Rust",
            (Some(_), _) => ", filled by a rule",
            (None, Some(_)) => ", with a default",
            (None, None) => "",
        };
        format!(
            "add column `{}` to `{}` ({required}{filled})",
            self.column.name, self.model.table
        )
    }

    fn slug(&self) -> String {
        format!("{}_{}", self.model.table, self.column.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        let resolved = self.resolve(database)?;
        for index in self.column.indexes() {
            index::fits(&index, &self.model, database)?;
        }
        let mut steps = Vec::new();
        let literal = match &resolved.old {
            Old::Literal(literal) => Some(literal.clone()),
            Old::Null | Old::Filled(_) | Old::InRust(_) => None,
        };
        steps.push(PlannedStep {
            phase: Phase::Expand,
            action: Action::AddColumn(NewColumn {
                table: self.model.table.clone(),
                name: self.column.name.clone(),
                ty: self.column.ty.clone(),
                not_null: literal.is_some() && !self.column.nullable,
                default: literal,
                key: key(&self.model),
                comment: self.column.comment.clone(),
                unwritten: Some(unwritten(&resolved.old)),
            }),
        });
        steps.extend(comment_columns::of_new(
            &self.model.table,
            &self.column,
            database,
        ));
        match (&resolved.old, &resolved.default) {
            (Old::Null, Some(default)) => steps.push(PlannedStep {
                phase: Phase::Expand,
                action: Action::SetDefault {
                    table: self.model.table.clone(),
                    column: self.column.name.clone(),
                    default: default.template.clone(),
                    before: None,
                },
            }),
            (Old::Filled(rule), _) => {
                let fill = fill(&self.model, &self.column, rule.clone(), "fill");
                steps.push(PlannedStep {
                    phase: Phase::DualWrite,
                    action: Action::CreateFill(fill.clone()),
                });
                steps.push(PlannedStep {
                    phase: Phase::Backfill,
                    action: Action::Backfill(fill.clone()),
                });
                steps.push(PlannedStep {
                    phase: Phase::Constrain,
                    action: Action::CompareFill(fill),
                });
            }
            (Old::InRust(conversion), _) => steps.push(PlannedStep {
                phase: Phase::Backfill,
                action: Action::Convert(conversion.clone()),
            }),
            _ => {}
        }
        let constrained = self.constrained(&resolved);
        if matches!(resolved.old, Old::InRust(_)) {
            // No trigger fills what other writers leave out, so what is to serve them for good
            // serves them before the column refuses NULL.
            let default = resolved.default.as_ref();
            let default = default.map(|default| default.template.clone());
            steps.extend(constrained.takes_over_early(default, database));
        }
        steps.extend(constrained.steps(database));
        if let Old::Filled(rule) = &resolved.old {
            let default = resolved.default.as_ref();
            let default = default.map(|default| default.template.clone());
            steps.extend(constrained.takes_over(default, database));
            let fill = fill(&self.model, &self.column, rule.clone(), "fill");
            steps.push(PlannedStep {
                phase: Phase::Contract,
                action: Action::DropFill(fill),
            });
        }
        Ok(steps)
    }

    fn row_key(&self) -> Vec<Key> {
        key(&self.model)
    }

    fn flights(&self, migration: &str, databases: &[Database]) -> Result<Flights, Refusal> {
        let fallback = databases
            .iter()
            .map(|database| {
                let resolved = self.resolve(of_tables(self, *database)?)?;
                Ok((*database, unwritten(&resolved.old)))
            })
            .collect::<Result<_, Refusal>>()?;
        let flight = Flight {
            migration: migration.to_owned(),
            fingerprint: self.column.transition_fingerprint(),
            fallback,
            // A required column never holds a NULL that somebody wrote.
            null_is_old: !self.column.nullable,
            legacy: Vec::new(),
            in_rust: self.is_in_rust(),
            alike: false,
            leaves: false,
            alters: None,
        };
        Ok(vec![(self.column.name.clone(), flight)])
    }
}

/// What a row holds to which nobody wrote anything.
fn unwritten(old: &Old) -> Template {
    match old {
        // What functions have made cannot be told here from what somebody wrote.
        Old::Null | Old::InRust(_) => Template::literal("NULL"),
        Old::Literal(value) | Old::Filled(value) => value.clone(),
    }
}
