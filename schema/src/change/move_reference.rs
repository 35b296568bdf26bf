//! A foreign key of a column that stays, to a key whose place another column takes.
//!
//! Every row satisfies it already, for both columns of the key hold the same: no build has to
//! know of it, and the other one goes when the key does.

use crate::capability::ReferenceForm;
use crate::model::{Column, Model, Reference, constraint_name};
use crate::step::{Action, Demand, Demanded, ForeignKey, Key, PlannedStep};
use crate::{Database, Phase, Sql};

use super::add_reference::are_comparable;
use super::constrain::standing_key;
use super::{Change, Flights, Refusal, of_tables};

/// A foreign key that follows the key to which it leads.
#[derive(Clone, Debug)]
pub struct MoveReference {
    old: Model,
    new: Model,
    column: Column,
    ending: String,
    reference: Reference,
    referred: Column,
}

impl MoveReference {
    /// That of the column `column` of the model `new`, which was `old`, to the column `referred`;
    /// none if it has none, or had none.
    pub fn new(old: &Model, new: &Model, column: &str, referred: Column) -> Option<Self> {
        let column = new.column(column)?.clone();
        let mut endings = old.reference_endings().into_iter();
        let (_, ending) = endings.find(|(of, _)| *of == column.name)?;
        Some(MoveReference {
            old: old.clone(),
            new: new.clone(),
            reference: column.references.clone()?,
            column,
            ending,
            referred,
        })
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.new.table.clone()),
            column: Some(self.column.name.clone()),
            what: format!("cannot {}", self.summary()),
            why: why.into(),
            remedy: remedy.into(),
        }
    }
}

/// The steps that bring a foreign key which stands for that of the column `from`, by the key of
/// its table. Whatever it refers to has its index by then.
pub(super) fn carried(key: ForeignKey, from: &str, row_key: &[Key]) -> Vec<PlannedStep> {
    let look = Demand {
        table: key.table.clone(),
        key: row_key.to_vec(),
        constraint: key.name.clone(),
        demanded: Demanded::Refers {
            columns: vec![key.column.clone()],
            table: key.to.clone(),
            to: vec![key.key.clone()],
        },
    };
    let actions = [
        Action::CheckRows(look),
        Action::CarryReference {
            key: key.clone(),
            from: from.to_owned(),
        },
        Action::ValidateReference(key),
    ];
    let step = |action| PlannedStep {
        phase: Phase::Constrain,
        action,
    };
    actions.map(step).to_vec()
}

impl Change for MoveReference {
    fn kind(&self) -> &'static str {
        "move_reference"
    }

    fn table(&self) -> &str {
        &self.new.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops_constraint(&self) -> Option<String> {
        Some(self.ending.clone())
    }

    fn summary(&self) -> String {
        let Reference { table, column, .. } = &self.reference;
        format!(
            "move foreign key from `{}` of `{}` to `{table}({column})`",
            self.column.name, self.new.table
        )
    }

    fn slug(&self) -> String {
        let name = self.new.reference_name(&self.column.name);
        name.unwrap_or_else(|| constraint_name(&self.new.table, &self.column.name))
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        if database.capabilities().reference == ReferenceForm::WithTable {
            return Err(self.refuse(
                format!(
                    "it came with its table, and {} drops no foreign key of a table",
                    database.title()
                ),
                "leave the key to which it refers as it is",
            ));
        }
        if database == Sql::MariaDb {
            return Err(self.refuse(
                "what it refers to is the key of a table, of which no column takes another's place on MariaDB",
                "leave the key to which it refers as it is",
            ));
        }
        if !are_comparable(&self.column.ty, &self.referred.ty) {
            return Err(self.refuse(
                format!(
                    "it is of the type {:?}, and `{}` of the type {:?}",
                    self.column.ty, self.referred.name, self.referred.ty
                ),
                "put a column of that type in the place of this one, in the same migration",
            ));
        }
        let key = ForeignKey {
            table: self.new.table.clone(),
            name: self.slug(),
            column: self.column.name.clone(),
            row_key: standing_key(&self.old, &self.new),
            to: self.reference.table.clone(),
            key: self.reference.column.clone(),
        };
        let row_key = standing_key(&self.old, &self.new);
        let mut steps = carried(key, &self.column.name, &row_key);
        steps.push(PlannedStep {
            phase: Phase::Contract,
            action: Action::DropConstraint {
                table: self.new.table.clone(),
                name: constraint_name(&self.new.table, &self.ending),
                refers: Some(self.reference.table.clone()),
            },
        });
        Ok(steps)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
