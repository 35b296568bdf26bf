//! What a column that is already there is to satisfy from now on.

use crate::capability::{CheckForm, DefaultForm, NotNullForm};
use crate::model::{Column, Model, NamedCheck, bounded_name, constraint_name, not_null_name};
use crate::step::{Action, Condition, Definition, Fill, Guard, Key, PlannedStep, Write};
use crate::{Phase, Sql, Template, sql};

use super::index::plain;

/// One column and its constraints.
pub(super) struct Constrained<'a> {
    pub(super) model: &'a Model,
    pub(super) column: &'a Column,
    /// Whether it refuses NULL, once every row holds a value.
    pub(super) required: bool,
    /// The condition that it declares.
    pub(super) check: Option<&'a Condition>,
}

impl Constrained<'_> {
    /// What refuses NULL, where nothing serves those any more who store it.
    pub(super) fn refuse_null(&self, database: Sql) -> Vec<PlannedStep> {
        let step = |action| PlannedStep {
            phase: Phase::Constrain,
            action,
        };
        let actions = match database.capabilities().not_null {
            NotNullForm::Validated => self.not_null_validated().to_vec(),
            NotNullForm::Rebuilt => vec![self.set_not_null()],
            NotNullForm::Triggers => [Write::Insert, Write::UpdateOf(self.column.name.clone())]
                .map(|on| self.not_null_guard(on))
                .to_vec(),
        };
        actions.into_iter().map(step).collect()
    }

    fn not_null_validated(&self) -> [Action; 4] {
        [
            Action::AddCheck(self.not_null()),
            Action::ValidateCheck(self.not_null()),
            self.set_not_null(),
            Action::DropCheck(self.not_null()),
        ]
    }

    fn set_not_null(&self) -> Action {
        Action::SetNotNull {
            table: self.model.table.clone(),
            columns: vec![(self.column.name.clone(), Definition::of(self.column))],
        }
    }

    /// The steps of `constrain`.
    pub(super) fn steps(&self, database: Sql) -> Vec<PlannedStep> {
        let mut steps = Vec::new();
        let mut step = |action| {
            steps.push(PlannedStep {
                phase: Phase::Constrain,
                action,
            })
        };
        let table = self.model.table.clone();
        let column = self.column.name.clone();
        let form = database.capabilities().not_null;
        if self.required {
            match form {
                NotNullForm::Validated => self.not_null_validated().into_iter().for_each(&mut step),
                // A statement that inserts what it selects is refused before the trigger fills what
                // it leaves out, so the column takes NULL until nobody leaves it out any more.
                NotNullForm::Rebuilt => {}
                // Inserts that leave the column out go on until contract, and are filled.
                NotNullForm::Triggers => step(self.not_null_guard(Write::UpdateOf(column.clone()))),
            }
        }
        if let Some(check) = self.check {
            checked(self.model, check, database)
                .into_iter()
                .for_each(&mut step);
        }
        for index in self.column.indexes() {
            step(Action::CreateIndex {
                index: plain(&index, &table),
                table: table.clone(),
            });
        }
        steps
    }

    /// What serves inserts that leave the column out once the rollout's own means are gone;
    /// it comes before they go, so that no insert falls between the two.
    pub(super) fn takes_over(&self, default: Option<Template>, database: Sql) -> Vec<PlannedStep> {
        let rebuilt = database.capabilities().not_null == NotNullForm::Rebuilt && self.required;
        let action = match (default, database.capabilities().default) {
            (Some(default), DefaultForm::Altered) => Some(Action::SetDefault {
                table: self.model.table.clone(),
                column: self.column.name.clone(),
                default,
                before: None,
            }),
            (Some(default), DefaultForm::Trigger) => Some(Action::CreateFill(fill(
                self.model,
                self.column,
                default,
                "default",
            ))),
            (None, _)
                if self.required && database.capabilities().not_null == NotNullForm::Triggers =>
            {
                Some(self.not_null_guard(Write::Insert))
            }
            (None, _) => None,
        };
        let step = |action| PlannedStep {
            phase: Phase::Contract,
            action,
        };
        let required = rebuilt.then(|| self.set_not_null());
        action.into_iter().chain(required).map(step).collect()
    }

    /// The same where nothing serves such inserts meanwhile, and before NULL is refused; what
    /// slipped in between is looked for.
    pub(super) fn takes_over_early(
        &self,
        default: Option<Template>,
        database: Sql,
    ) -> Vec<PlannedStep> {
        let mut steps = self.takes_over(default, database);
        if database.capabilities().not_null == NotNullForm::Triggers {
            steps.push(PlannedStep {
                phase: Phase::Constrain,
                action: Action::Prove {
                    condition: self.not_null(),
                    key: key(self.model),
                },
            });
        }
        for step in &mut steps {
            step.phase = Phase::Constrain;
        }
        steps
    }

    fn not_null(&self) -> Condition {
        let mut holds = Template::column(&self.column.name);
        holds.push_text(" IS NOT NULL");
        Condition {
            table: self.model.table.clone(),
            name: not_null_name(&self.model.table, &self.column.name),
            holds,
        }
    }

    fn not_null_guard(&self, on: Write) -> Action {
        Action::CreateGuard(Guard {
            condition: self.not_null(),
            on,
            message: format!(
                "NOT NULL constraint failed: {}.{}",
                self.model.table, self.column.name
            ),
        })
    }
}

/// What brings a condition to a table that is there, and to every row of it.
pub(super) fn checked(model: &Model, check: &Condition, database: Sql) -> Vec<Action> {
    match database.capabilities().check {
        CheckForm::Validated => vec![
            Action::AddCheck(check.clone()),
            Action::ValidateCheck(check.clone()),
        ],
        CheckForm::Triggers => {
            let guards = [Write::Insert, Write::Update].map(|on| {
                Action::CreateGuard(Guard {
                    condition: check.clone(),
                    on,
                    message: format!("CHECK constraint failed: {}", check.name),
                })
            });
            let prove = Action::Prove {
                condition: check.clone(),
                key: key(model),
            };
            guards.into_iter().chain([prove]).collect()
        }
    }
}

/// A check in the words of one database, over the columns of its table.
///
/// # Errors
/// Why it cannot be had, and the way out.
pub(super) fn condition(
    model: &Model,
    check: &NamedCheck<'_>,
    database: Sql,
) -> Result<Condition, (String, String)> {
    let columns = model.columns.iter();
    let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    let text = check.condition.get(database).ok_or_else(|| {
        (
            format!("a check says nothing for {}", database.title()),
            format!("add `{database} = \"...\"` to `check(...)`"),
        )
    })?;
    let read = sql::expression(text, &columns, database).map_err(|error| {
        (
            format!("`check` {error}"),
            "write a condition over the columns of the same row".to_owned(),
        )
    })?;
    Ok(Condition {
        table: model.table.clone(),
        name: constraint_name(&model.table, &check.ending),
        holds: read.template,
    })
}

/// The primary key, as steps need it.
pub(super) fn key(model: &Model) -> Vec<Key> {
    model.key().map(argument).collect()
}

/// The primary key that a table has until `contract` has ended: a column of it that takes the
/// place of another is none before.
pub(super) fn standing_key(old: &Model, new: &Model) -> Vec<Key> {
    let mut columns = new.key();
    match columns.all(|column| old.column(&column.name).is_some()) {
        true => key(new),
        false => key(old),
    }
}

/// A column with its type.
pub(super) fn argument(column: &Column) -> Key {
    Key {
        name: column.name.clone(),
        ty: column.ty.clone(),
    }
}

/// A trigger that fills a column.
pub(super) fn fill(model: &Model, column: &Column, value: Template, purpose: &str) -> Fill {
    Fill {
        name: bounded_name(&format!("colmig_{purpose}_{}_{}", model.table, column.name)),
        table: model.table.clone(),
        key: key(model),
        column: column.name.clone(),
        value,
        updates: false,
    }
}
