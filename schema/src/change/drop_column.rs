//! A column that the struct has no more. Nothing happens to it before `contract`, when it is
//! dropped; until then older builds read it and write it.

use crate::capability::DefaultForm;
use crate::model::{Column, Model, bounded_name};
use crate::record::Flight;
use crate::step::{Action, Mirror, Mirrored, PlannedStep};
use crate::{Database, Phase, Sql, Template, sql};

use super::constrain::key;
use super::{Change, Flights, Refusal, index, of_tables};

/// A column that goes.
#[derive(Clone, Debug)]
pub struct DropColumn {
    old: Model,
    new: Model,
    column: Column,
}

impl DropColumn {
    /// The column `column` of the model `old`, which the model `new` has no more.
    pub fn new(old: Model, new: Model, column: Column) -> Self {
        DropColumn { old, new, column }
    }

    fn refuse(&self, why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            table: Some(self.new.table.clone()),
            // The struct has no place for it.
            column: None,
            what: format!("cannot drop `{}` of `{}`", self.column.name, self.new.table),
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// What inserts that know the column no more have to store in it while older builds read it;
    /// none where they can leave it out.
    fn filling(&self, database: Sql) -> Result<Option<Template>, Refusal> {
        let Column {
            name,
            ty,
            nullable,
            default,
            unique,
            ..
        } = &self.column;
        if *nullable || default.is_some() {
            return Ok(None);
        }
        let remedy = || {
            format!(
                "put the field `{}` back as an `Option`, with #[colmig(column = \"{name}_2\", replaces = \"{name}\")], roll \
                 that out, and take it out then",
                self.column.field
            )
        };
        if *unique {
            return Err(self.refuse(
                "it is required and unique, so no value could stand in it for rows of builds that know it no more, \
                 while older builds still read it",
                remedy(),
            ));
        }
        match ty.filling(database) {
            Some(filling) => Ok(Some(Template::literal(filling))),
            None => Err(self.refuse(
                "it is required, and nobody can say which value of its type is to stand in rows of builds that know it no \
                 more, while older builds still read it",
                remedy(),
            )),
        }
    }

    /// Refuses what would go with the column, or keep it from going.
    fn possible(&self, database: Sql) -> Result<(), Refusal> {
        let name = &self.column.name;
        if self.column.primary_key {
            return Err(self.refuse(
                "it belongs to the primary key, by which rows are found",
                format!("put the field `{}` back", self.column.field),
            ));
        }
        let every: Vec<&str> = self
            .old
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let of_columns = self
            .new
            .columns
            .iter()
            .filter_map(|column| column.check.as_ref());
        let of_table = self.new.checks.iter().map(|check| &check.condition);
        for text in of_columns
            .chain(of_table)
            .filter_map(|check| check.get(database))
        {
            if reads(text, name, &every, database) {
                return Err(self.refuse(
                    format!("the check `{text}` reads it, and would go with it"),
                    "take the check out of the struct as well",
                ));
            }
        }
        if database != Sql::Sqlite {
            return Ok(());
        }
        let by_hand = "put the field back; SQLite can do it only by a copy of the whole table, which is yours to make \
                       while nobody writes";
        if self.column.references.is_some() {
            return Err(self.refuse(
                "it has a foreign key, and SQLite drops no column that has one",
                by_hand,
            ));
        }
        let own = self.column.check.iter();
        let mut checks = own.chain(self.old.checks.iter().map(|check| &check.condition));
        let read = |check: &crate::model::Dialected| {
            let text = check.get(database);
            text.is_some_and(|text| reads(text, name, &every, database))
        };
        if checks.any(read) {
            return Err(self.refuse(
                "a check reads it, and SQLite drops no column that a check reads",
                by_hand,
            ));
        }
        Ok(())
    }

    fn mirror(&self) -> Mirror {
        let name = &self.column.name;
        Mirror {
            name: bounded_name(&format!("colmig_drop_{}_{name}", self.new.table)),
            has_trigger: false,
            table: self.new.table.clone(),
            key: key(&self.new),
            targets: Vec::new(),
            legacy: vec![Mirrored {
                column: name.clone(),
                ty: self.column.ty.clone(),
                value: Template::literal("NULL"),
                default: None,
                required: !self.column.nullable && self.column.default.is_none(),
                resists: None,
                unfit: None,
                indexes: index::reading(&self.old, name),
            }],
            rules: Vec::new(),
            rekeyed: None,
            refers: None,
        }
    }
}

/// Whether an expression reads a column. One that does not parse is taken for one that may.
fn reads(text: &str, name: &str, every: &[&str], database: Sql) -> bool {
    match sql::expression(text, every, database) {
        Ok(read) => read.template.columns().any(|column| column == name),
        Err(_) => true,
    }
}

impl Change for DropColumn {
    fn kind(&self) -> &'static str {
        "drop_column"
    }

    fn table(&self) -> &str {
        &self.new.table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn drops(&self) -> Vec<&str> {
        vec![&self.column.name]
    }

    fn summary(&self) -> String {
        format!(
            "drop column `{}` of `{}` (contract loses its values for good)",
            self.column.name, self.new.table
        )
    }

    fn slug(&self) -> String {
        format!("drop_{}_{}", self.new.table, self.column.name)
    }

    fn steps(&self, database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let database = of_tables(self, database)?;
        self.possible(database)?;
        let mut steps = Vec::new();
        // From contract on accessors leave the column out, and it is still there for a moment.
        // Where a column cannot be altered, they find out which of two statements fits.
        if let Some(filling) = self.filling(database)?
            && database.capabilities().default == DefaultForm::Altered
        {
            steps.push(PlannedStep {
                phase: Phase::SwitchReads,
                action: Action::SetDefault {
                    table: self.new.table.clone(),
                    column: self.column.name.clone(),
                    default: filling,
                    before: None,
                },
            });
        }
        steps.push(PlannedStep {
            phase: Phase::Contract,
            action: Action::DropLegacy(vec![self.mirror()]),
        });
        Ok(steps)
    }

    fn flights(&self, migration: &str, databases: &[Database]) -> Result<Flights, Refusal> {
        let mut fillings = Vec::new();
        for database in databases {
            if let Some(filling) = self.filling(of_tables(self, *database)?)? {
                fillings.push((*database, filling));
            }
        }
        let name = &self.column.name;
        Ok(vec![(name.clone(), Flight::out(name, migration, fillings))])
    }
}
