//! A column of the primary key that takes the place of another, and the foreign keys that follow.
//!
//! Rows are found by the legacy column until everybody reads the target: both say the same, so
//! what is asked of the one can be asked of the other as it is, and an index serves it.

use super::ReplaceColumns;
use crate::capability::ReferenceForm;
use crate::change::add_reference::are_comparable;
use crate::change::constrain::standing_key;
use crate::change::move_reference::carried;
use crate::change::{Change as _, Refusal};
use crate::model::{Column, ColumnType, Reference, bounded_name};
use crate::render::castable;
use crate::step::{Action, ForeignKey, Key, PlannedStep, Rekeyed, TableIndex, TableIndexPart};
use crate::{Phase, Sql, Template};

/// What the foreign key of a replaced column leads to, where that is what the legacy one led to.
#[derive(Clone, Debug)]
pub struct Led {
    /// The column that it leads to, if a model has it.
    pub referred: Option<Column>,
}

impl ReplaceColumns {
    /// Whether a column of the primary key is among them.
    pub(super) fn is_of_key(&self) -> bool {
        let mut columns = self.targets.iter().chain(&self.legacy);
        columns.any(|column| column.primary_key)
    }

    /// Refuses keys that could not be found by either side as they are.
    pub(super) fn key_is_possible(&self, database: Sql) -> Result<(), Refusal> {
        if !self.is_of_key() {
            return Ok(());
        }
        let at = self.at();
        let Some((target, legacy)) = self.pair() else {
            return Err(self.refuse(
                at,
                "a column of a primary key takes the place of one column, for rows are found by both while they change",
                "put one column in the place of one; or add a column of its own beside the key",
            ));
        };
        if target.primary_key != legacy.primary_key {
            let (of_key, other) = match target.primary_key {
                true => (target, legacy),
                false => (legacy, target),
            };
            return Err(self.refuse(
                at,
                format!(
                    "`{}` belongs to the primary key, and `{}` does not",
                    of_key.name, other.name
                ),
                "say `primary_key` of the one that takes its place as well, or put back what was the key",
            ));
        }
        if database == Sql::MariaDb {
            return Err(self.refuse(
                at,
                "MariaDB gives a table another key by writing it anew, which keeps out whoever refers to it",
                format!(
                    "add a column of its own beside `{}`, with `backfill` and `unique`, and refer to that; or change the key by a tool that copies \
                     the table, and give the field the new type then",
                    legacy.name
                ),
            ));
        }
        if database == Sql::Sqlite {
            return Err(self.refuse(
                at,
                format!(
                    "SQLite cannot alter the key of a table; an INTEGER of its own holds 64 bits as it is, whatever `{}` was in Rust",
                    legacy.name
                ),
                format!(
                    "for SQLite alone, give the field the new type where it is, without `replaces`, and keep the column `{}`: nothing is \
                     executed. Where the project has another database too, its SQLite databases need structs of their own that do so: a \
                     package with a `colmig.toml` of its own (`cargo colmig init --here`)",
                    legacy.name
                ),
            ));
        }
        let said = target.transition.replaces.as_ref();
        if said
            .is_some_and(|said| said.up.is_some() || said.up_fn.is_some() || !said.down.is_empty())
        {
            return Err(self.refuse(
                at,
                "rows are found by either column while they change, so the two hold the same, and no rule stands between them",
                "leave the rule out, if it is the same number of another type; for other keys, add a column of its own beside this one, with \
                 `backfill` and `unique`",
            ));
        }
        let sizes = (size(&legacy.ty, database), size(&target.ty, database));
        if legacy.ty != target.ty && !matches!(sizes, (Some(from), Some(to)) if from <= to) {
            return Err(self.refuse(
                at,
                "rows are found by either column while they change, which only a greater integer type allows (`i16` or `i32` that becomes \
                 `i32` or `i64`), or the same type by another name",
                "add a column of its own beside the key, with `backfill` and `unique`, and refer to that",
            ));
        }
        if let Some(ty) = target.ty.sql(database)
            && castable(ty) != ty.trim()
        {
            return Err(self.refuse(
                at,
                format!("`{ty}` brings a sequence or a constraint, and the column comes without any: a sequence that `{}` has goes over to it in `contract`", legacy.name),
                format!("say the type alone: `sql_type = \"{}\"`, or none", castable(ty)),
            ));
        }
        if legacy.default.is_some() && target.default.is_none() {
            return Err(self.refuse(
                at,
                format!(
                    "`{}` has a default, and the new field says nothing of one",
                    legacy.name
                ),
                "say `default` there as well",
            ));
        }
        if !self.is_covered() {
            return Err(self.refuse(
                at,
                "builds of before insert rows without it, and only a trigger can give those a key",
                "leave the trigger on for this migration (`triggers = true` in colmig.toml)",
            ));
        }
        Ok(())
    }

    /// Refuses a foreign key that is another one than the legacy column has.
    pub(super) fn reference_is_possible(&self, database: Sql) -> Result<(), Refusal> {
        let mut both = self.targets.iter().chain(&self.legacy);
        if database == Sql::MariaDb
            && let Some(column) = both.clone().find(|column| column.references.is_some())
        {
            return Err(self.refuse(
                self.at(),
                format!(
                    "`{}` has a foreign key, which is not carried over to another column on MariaDB",
                    column.name
                ),
                "take `references` away in a migration of its own first, and put it on the new field when `cargo colmig contract` has ended",
            ));
        }
        if database.capabilities().reference == ReferenceForm::WithTable
            && let Some(column) = both.find(|column| column.references.is_some())
        {
            return Err(self.refuse(
                self.at(),
                format!(
                    "`{}` has a foreign key, and {} neither adds one to a table nor drops a column that has one",
                    column.name,
                    database.title()
                ),
                "leave the column as it is there (an INTEGER of SQLite's holds 64 bits, whatever the field is in Rust); or make a copy of the \
                 whole table by hand, while nobody writes",
            ));
        }
        for target in self
            .targets
            .iter()
            .filter(|target| target.references.is_some())
        {
            let Some(led) = self.pair().and(self.led.as_ref()) else {
                return Err(self.refuse(
                    target,
                    "a foreign key comes to a column that is there for good, and this one takes the place of another, which has no such \
                     foreign key",
                    "leave `references` away, and put it on the field when `cargo colmig contract` has ended the migration",
                ));
            };
            if let Some(referred) = &led.referred
                && !are_comparable(&target.ty, &referred.ty)
            {
                return Err(self.refuse(
                    target,
                    format!(
                        "it is of the type {:?}, and `{}`, which it refers to, of the type {:?}",
                        target.ty, referred.name, referred.ty
                    ),
                    "give both fields the same type",
                ));
            }
        }
        let mut legacy = self.legacy.iter().filter(|_| self.led.is_none());
        let lost = legacy.find_map(|legacy| Some((legacy, legacy.references.as_ref()?)));
        match lost {
            None => Ok(()),
            Some((legacy, Reference { table, column, .. })) => Err(self.refuse(
                self.at(),
                format!("`{}` has a foreign key, which would go with it", legacy.name),
                format!(
                    "say it of the new field as well (`references = \"{table}({column})\"`, or what takes the place of that); or take it away \
                     in a migration of its own first, and bring that to its end"
                ),
            )),
        }
    }

    /// What becomes of the primary key, if the column belongs to it.
    pub(super) fn rekeyed(&self, database: Sql) -> Option<Rekeyed> {
        let (target, legacy) = self.pair().filter(|(target, _)| target.primary_key)?;
        let grows = size(&legacy.ty, database) != size(&target.ty, database);
        let ty = target.ty.sql(database).filter(|_| grows);
        Some(Rekeyed {
            table: self.new.table.clone(),
            before: self.old.key().map(|column| column.name.clone()).collect(),
            legacy: legacy.name.clone(),
            target: target.name.clone(),
            counts_as: ty.map(|ty| castable(ty).to_owned()),
            has_default: target.default.is_some(),
            index: bounded_name(&format!("{}_{}_pkey", self.new.table, target.name)),
            referring: self.referring.clone(),
        })
    }

    /// The unique index that becomes the key, over its columns in their order.
    pub(super) fn key_steps(&self, key: &Rekeyed) -> Vec<PlannedStep> {
        let parts = key.before.iter().map(|name| TableIndexPart {
            value: Template::column(if *name == key.legacy {
                &key.target
            } else {
                name
            }),
            ops: None,
            descending: false,
            nulls: None,
        });
        let index = TableIndex {
            name: key.index.clone(),
            unique: true,
            method: None,
            parts: parts.collect(),
            include: Vec::new(),
            only: None,
        };
        let table = key.table.clone();
        let actions = [
            Action::CreateIndex {
                table: table.clone(),
                index,
            },
            // Reads are about to be planned by it.
            Action::AnalyzeColumn {
                table,
                column: key.target.clone(),
            },
        ];
        actions
            .map(|action| PlannedStep {
                phase: Phase::Constrain,
                action,
            })
            .to_vec()
    }

    /// The foreign key that stands for that of the legacy column, if it has one.
    pub(super) fn carried(&self) -> Vec<PlannedStep> {
        let Some((target, legacy)) = self.pair().filter(|_| self.led.is_some()) else {
            return Vec::new();
        };
        let Some(reference) = &target.references else {
            return Vec::new();
        };
        let name = self.new.reference_name(&target.name).unwrap_or_default();
        let key = ForeignKey {
            table: self.new.table.clone(),
            name,
            column: target.name.clone(),
            row_key: self.standing_key(),
            to: reference.table.clone(),
            key: reference.column.clone(),
        };
        carried(key, &legacy.name, &self.standing_key())
    }

    /// The key by which rows are found until `contract` has ended.
    pub(super) fn standing_key(&self) -> Vec<Key> {
        standing_key(&self.old, &self.new)
    }

    /// Whether a value can be held against the legacy column as it is: both are the same or the
    /// same integer, and a key, or what refers to one, which nobody calculates with.
    pub(super) fn is_alike(&self) -> bool {
        let Some((target, legacy)) = self
            .pair()
            .filter(|_| self.is_of_key() || self.led.is_some())
        else {
            return false;
        };
        let ruled =
            target.transition.replaces.as_ref().is_some_and(|said| {
                said.up.is_some() || said.up_fn.is_some() || !said.down.is_empty()
            });
        let sizes = [legacy, target].map(|column| size(&column.ty, Sql::Postgres));
        let grows = matches!(sizes, [Some(from), Some(to)] if from <= to);
        !ruled && (legacy.ty == target.ty || grows)
    }

    /// The type of a column as conversions know it: one of a key, or one that refers to it, is an
    /// integer by whichever name.
    pub(super) fn as_converted(&self, column: &Column, database: Sql) -> ColumnType {
        let refers = column.primary_key || self.led.is_some();
        match size(&column.ty, database).filter(|_| refers) {
            Some(2) => ColumnType::SmallInt,
            Some(4) => ColumnType::Integer,
            Some(8) => ColumnType::BigInt,
            _ => column.ty.clone(),
        }
    }
}

/// How many bytes an integer has; none if it is something else.
fn size(ty: &ColumnType, database: Sql) -> Option<u8> {
    match ty {
        ColumnType::SmallInt => Some(2),
        ColumnType::Integer => Some(4),
        ColumnType::BigInt => Some(8),
        ColumnType::Custom(texts) => {
            match castable(texts.get(database)?).to_ascii_lowercase().as_str() {
                "smallint" | "int2" => Some(2),
                "integer" | "int" | "int4" => Some(4),
                "bigint" | "int8" => Some(8),
                _ => None,
            }
        }
        _ => None,
    }
}
