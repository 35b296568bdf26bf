//! A foreign key on a column that is there.
//!
//! Builds from before may write rows that refer to nothing, and take away rows that others refer
//! to by now. So it comes in contract, like a check, and waits for builds of either table.

use crate::capability::ReferenceForm;
use crate::model::{Column, ColumnType, Model, Reference, constraint_name};
use crate::step::{Action, ForeignKey, Key, PlannedStep};
use crate::{Database, Phase, Sql};

use super::constrain::key;
use super::{Change, Flights, Refusal, of_tables, precheck};

/// A foreign key that a table did not have.
#[derive(Clone, Debug)]
pub struct AddReference {
    model: Model,
    column: Column,
    reference: Reference,
    to: Option<Model>,
    on_their_way: Vec<(String, String)>,
}

impl AddReference {
    /// That of the column `column` of `model`, the model as it will be, to a table that is the
    /// model `to`, if one is known; none if the column has none.
    pub fn new(model: Model, column: &str, to: Option<Model>) -> Option<Self> {
        let column = model.column(column)?.clone();
        Some(AddReference {
            reference: column.references.clone()?,
            column,
            model,
            to,
            on_their_way: Vec::new(),
        })
    }

    /// Names the columns, each with its table, that other migrations bring, or replace.
    #[must_use]
    pub fn beside(mut self, on_their_way: impl IntoIterator<Item = (String, String)>) -> Self {
        self.on_their_way = on_their_way.into_iter().collect();
        self
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.model.table.clone()),
            column: Some(self.column.name.clone()),
            what: format!("cannot {}", self.summary()),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    fn name(&self) -> String {
        let name = self.model.reference_name(&self.column.name);
        name.unwrap_or_else(|| constraint_name(&self.model.table, &self.column.name))
    }

    /// Refuses what the database would refuse, once every row had been looked at.
    fn possible(&self, database: Sql) -> Result<(), Refusal> {
        let (table, column) = (&self.reference.table, &self.reference.column);
        if database.capabilities().reference == ReferenceForm::WithTable {
            return Err(self.refuse(
                format!(
                    "{} cannot alter a table, and a foreign key comes with a new one only",
                    database.title()
                ),
                "leave `references` away; only a copy of the whole table has it, which is yours to make while nobody writes",
            ));
        }
        let ends = [(&self.model.table, &self.column.name), (table, column)];
        let mut on_their_way = self.on_their_way.iter();
        if let Some((table, column)) =
            on_their_way.find(|(table, column)| ends.contains(&(table, column)))
        {
            return Err(self.refuse(
                format!("`{column}` of `{table}` is on its way itself"),
                "bring that column's migration to its end first (`cargo colmig contract`), and generate then",
            ));
        }
        let Some(to) = &self.to else {
            // A table without a model: the database knows it.
            return Ok(());
        };
        let Some(referred) = to.column(column) else {
            let names = to.columns.iter().map(|column| column.name.as_str());
            return Err(self.refuse(
                format!("`{table}` has no column `{column}`"),
                match crate::nearest(column, names) {
                    Some(near) => format!("did you mean `references = \"{table}({near})\"`?"),
                    None => "name a column that it has".to_owned(),
                },
            ));
        };
        if !is_unique(to, referred) {
            return Err(self.refuse(
                format!("`{column}` of `{table}` is not unique, so several rows could be meant"),
                format!("put `unique` on that field, or refer to the primary key of `{table}`"),
            ));
        }
        if !are_comparable(&self.column.ty, &referred.ty) {
            return Err(self.refuse(
                format!(
                    "it is of the type {:?}, and `{column}` of `{table}` of the type {:?}",
                    self.column.ty, referred.ty
                ),
                "give both fields the same type, or leave `references` away",
            ));
        }
        Ok(())
    }
}

/// Whether no two rows have the same value of a column by itself.
fn is_unique(model: &Model, column: &Column) -> bool {
    let mut key = model.key();
    let is_key = key.next().is_some_and(|first| first.name == column.name) && key.next().is_none();
    let indexes = model.all_indexes();
    let mut unique = indexes.iter().filter(|index| index.unique);
    is_key || unique.any(|index| index.plain_columns() == Some(vec![column.name.as_str()]))
}

/// Whether values of two types can be held against each other. What `sql_type` says is the
/// database's to judge.
pub(super) fn are_comparable(one: &ColumnType, other: &ColumnType) -> bool {
    let is_integer = |ty: &ColumnType| {
        matches!(
            ty,
            ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt
        )
    };
    let is_custom = |ty: &ColumnType| matches!(ty, ColumnType::Custom(_));
    one == other || is_integer(one) && is_integer(other) || is_custom(one) || is_custom(other)
}

impl Change for AddReference {
    fn kind(&self) -> &'static str {
        "add_reference"
    }

    fn table(&self) -> &str {
        &self.model.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn constrains(&self) -> Vec<&str> {
        let mut tables = vec![self.model.table.as_str()];
        // Who takes rows away there has to know as well.
        if self.to.is_some() && self.reference.table != self.model.table {
            tables.push(&self.reference.table);
        }
        tables
    }

    fn summary(&self) -> String {
        let Reference { table, column, .. } = &self.reference;
        format!(
            "add foreign key from `{}` of `{}` to `{table}({column})`",
            self.column.name, self.model.table
        )
    }

    fn slug(&self) -> String {
        self.name()
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        self.possible(database)?;
        let foreign = ForeignKey {
            row_key: key(&self.model),
            table: self.model.table.clone(),
            name: self.name(),
            column: self.column.name.clone(),
            to: self.reference.table.clone(),
            key: self.reference.column.clone(),
        };
        let steps = [
            Action::AddReference(foreign.clone()),
            Action::ValidateReference(foreign),
        ];
        let steps = steps.map(|action| PlannedStep {
            phase: Phase::Contract,
            action,
        });
        Ok(precheck::again(steps.to_vec(), &key(&self.model)))
    }

    fn row_key(&self) -> Vec<Key> {
        key(&self.model)
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}
