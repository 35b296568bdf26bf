//! A column that is there, and becomes required or nullable.
//!
//! Builds from before go on as they did until contract, which waits for the last of them. Those
//! that store NULL in a column which becomes required are served by a trigger, where a rule
//! says what to store; those that have no place for NULL never meet one, because no accessor
//! stores it before the migration is finished.

use crate::capability::NotNullForm;
use crate::model::{Column, Model};
use crate::record::{Alteration, Flight};
use crate::step::{Action, Definition, Fill, PlannedStep};
use crate::{Database, Phase, Sql, Template, sql};

use super::constrain::{Constrained, fill};
use super::{Change, Flights, Refusal, of_tables};

/// Another answer to whether a column may be NULL.
#[derive(Clone, Debug)]
pub struct ChangeNull {
    model: Model,
    column: Column,
    on_their_way: Vec<String>,
}

impl ChangeNull {
    /// The column `column` of `model`, both as they will be.
    pub fn new(model: Model, column: Column) -> Self {
        ChangeNull {
            model,
            column,
            on_their_way: Vec::new(),
        }
    }

    /// Names the columns that may not be there yet: no rule can read them.
    #[must_use]
    pub fn beside(mut self, on_their_way: impl IntoIterator<Item = String>) -> Self {
        self.on_their_way = on_their_way.into_iter().collect();
        self
    }

    fn alteration(&self) -> Alteration {
        match self.column.nullable {
            true => Alteration::Nullable,
            false => Alteration::Required,
        }
    }

    fn becomes(&self) -> &'static str {
        match self.alteration() {
            Alteration::Nullable => "nullable",
            Alteration::Required => "required",
        }
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.model.table.clone()),
            column: Some(self.column.name.clone()),
            what: format!(
                "cannot make `{}` of `{}` {}",
                self.column.name,
                self.model.table,
                self.becomes()
            ),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// What stands in the place of NULL: the rule, or the default, if it follows from the row.
    fn rule(&self, database: Sql) -> Result<Option<Template>, Refusal> {
        let Column {
            default,
            transition,
            ..
        } = &self.column;
        if transition.backfill_fn.is_some() {
            return Err(self.refuse(
                "a function in Rust fills columns that are new, and this one is there",
                "say what stands in the place of NULL in SQL: `backfill = \"...\"`",
            ));
        }
        let others: Vec<&str> = self
            .model
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| {
                *name != self.column.name && !self.on_their_way.iter().any(|way| way == name)
            })
            .collect();
        let (attribute, text) = match (&transition.backfill, default) {
            (Some(rule), _) => ("backfill", rule),
            (None, Some(default)) => ("default", default),
            (None, None) => return Ok(None),
        };
        let text = text.get(database).ok_or_else(|| {
            self.refuse(
                format!("`{attribute}` says nothing for {}", database.title()),
                format!("add `{database} = \"...\"` to `{attribute}(...)`"),
            )
        })?;
        let rule = sql::expression(text, &others, database).map_err(|error| {
            self.refuse(
                format!("`{attribute}` {error}"),
                format!(
                    "write an SQL expression of {} over other columns of the same row that are there for good",
                    database.title()
                ),
            )
        })?;
        match (rule.volatile, &transition.backfill) {
            (None, _) => Ok(Some(rule.template)),
            // It says what new rows get, and nothing of old ones.
            (Some(_), None) => Ok(None),
            (Some(function), Some(_)) => Err(self.refuse(
                format!(
                    "`backfill` calls `{function}`, which gives another value each time: until a row is filled, every \
                     read of it would give a new one"
                ),
                "use a rule that follows from the row, such as a literal or another column",
            )),
        }
    }

    fn fill(&self, rule: Template) -> Fill {
        Fill {
            updates: true,
            ..fill(&self.model, &self.column, rule, "fill")
        }
    }

    fn constrained(&self) -> Constrained<'_> {
        Constrained {
            model: &self.model,
            column: &self.column,
            required: true,
            check: None,
        }
    }

    /// Becomes required: what NULL stands for is stored in its place, by whoever writes.
    fn filled(&self, rule: Template, database: Sql) -> Vec<PlannedStep> {
        let fill = self.fill(rule);
        let step = |phase, action| PlannedStep { phase, action };
        let mut steps = vec![
            step(Phase::DualWrite, Action::CreateFill(fill.clone())),
            step(Phase::Backfill, Action::Backfill(fill.clone())),
            step(Phase::Constrain, Action::CompareFill(fill.clone())),
        ];
        steps.extend(self.refuse_null(
            match database.capabilities().not_null {
                // The trigger comes before the constraint, so both stand together.
                NotNullForm::Validated => Phase::Constrain,
                // What inserts what it selects would be refused before the trigger fills it.
                NotNullForm::Rebuilt => Phase::Contract,
                // A trigger that refuses would come before the one that fills.
                NotNullForm::Triggers => Phase::Contract,
            },
            database,
        ));
        steps.push(step(Phase::Contract, Action::DropFill(fill)));
        steps
    }

    /// Becomes required, and nothing says what NULL stands for: there may be none.
    fn proved(&self, database: Sql) -> Vec<PlannedStep> {
        let prove = |phase| PlannedStep {
            phase,
            action: Action::ProveFilled(self.fill(Template::literal("NULL"))),
        };
        let constraint = self.refuse_null(Phase::Contract, database);
        let mut steps = vec![prove(Phase::Backfill)];
        match database.capabilities().not_null {
            // Builds from before may have stored another one meanwhile.
            NotNullForm::Validated | NotNullForm::Rebuilt => {
                steps.push(prove(Phase::Contract));
                steps.extend(constraint);
            }
            // The triggers look at no old row, so the search comes behind them.
            NotNullForm::Triggers => {
                steps.extend(constraint);
                steps.push(prove(Phase::Contract));
            }
        }
        steps
    }

    /// What refuses NULL, in one phase.
    fn refuse_null(&self, phase: Phase, database: Sql) -> Vec<PlannedStep> {
        let mut steps = self.constrained().refuse_null(database);
        for step in &mut steps {
            step.phase = phase;
        }
        steps
    }
}

impl Change for ChangeNull {
    fn kind(&self) -> &'static str {
        "change_null"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn alters(&self) -> Vec<&str> {
        vec![&self.column.name]
    }

    fn summary(&self) -> String {
        let Column {
            name,
            default,
            transition,
            ..
        } = &self.column;
        let filled = match self.alteration() {
            Alteration::Nullable => "",
            Alteration::Required if transition.backfill.is_some() => ", NULL is filled by a rule",
            Alteration::Required if default.is_some() => ", NULL is filled by the default",
            Alteration::Required => ", no row may hold NULL",
        };
        format!(
            "make `{name}` of `{}` {}{filled}",
            self.model.table,
            self.becomes()
        )
    }

    fn slug(&self) -> String {
        format!(
            "{}_{}_{}",
            self.model.table,
            self.column.name,
            self.becomes()
        )
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if self.alteration() == Alteration::Required {
            return Ok(match self.rule(database)? {
                Some(rule) => self.filled(rule, database),
                None => self.proved(database),
            });
        }
        if self.column.transition.backfill.is_some() || self.column.transition.backfill_fn.is_some()
        {
            return Err(self.refuse(
                "it may be NULL from now on, and `backfill` says that NULL is a row to be filled",
                "take `backfill` out",
            ));
        }
        match database.capabilities().not_null {
            NotNullForm::Validated | NotNullForm::Rebuilt => Ok(vec![PlannedStep {
                phase: Phase::Contract,
                action: Action::DropNotNull {
                    table: self.model.table.clone(),
                    column: self.column.name.clone(),
                    definition: Definition::of(&self.column),
                },
            }]),
            NotNullForm::Triggers => Err(self.refuse(
                format!("{} cannot alter a column", database.title()),
                format!(
                    "put a column in its place: #[colmig(column = \"{0}_2\", replaces = \"{0}\")]",
                    self.column.name
                ),
            )),
        }
    }

    fn flights(&self, migration: &str, databases: &[Database]) -> Result<Flights, Refusal> {
        let alteration = self.alteration();
        let mut fallback = Vec::new();
        let mut filled = false;
        for database in databases {
            let rule = match alteration {
                Alteration::Required => self.rule(of_tables(self, *database)?)?,
                Alteration::Nullable => None,
            };
            filled |= rule.is_some();
            let null = || Template::literal("NULL");
            fallback.push((*database, rule.unwrap_or_else(null)));
        }
        let flight = Flight {
            migration: migration.to_owned(),
            fingerprint: self.column.transition_fingerprint(),
            fallback,
            null_is_old: filled,
            legacy: Vec::new(),
            in_rust: false,
            alike: false,
            leaves: false,
            alters: Some(alteration),
        };
        Ok(vec![(self.column.name.clone(), flight)])
    }
}
