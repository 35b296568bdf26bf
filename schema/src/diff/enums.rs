//! Types of which the values are listed: they belong to no table, so all that is said of one has
//! to be the same.

use std::collections::BTreeMap;

use super::Diff;
use crate::change::{AddValues, DeclareEnum, Refusal};
use crate::model::{Column, Model};
use crate::{Sql, capability::EnumForm};

/// Where a type is named first, and its values there.
struct Named<'a> {
    table: &'a str,
    column: &'a Column,
}

impl Named<'_> {
    fn values(&self) -> &[String] {
        self.column.ty.values()
    }
}

/// The types with values, by their names; and where others say other values of one.
fn named<'a>(
    models: impl Iterator<Item = &'a Model>,
    database: Sql,
) -> (BTreeMap<&'a str, Named<'a>>, Vec<(&'a str, Named<'a>)>) {
    let mut types: BTreeMap<&str, Named<'_>> = BTreeMap::new();
    let mut others = Vec::new();
    for model in models {
        for column in model
            .columns
            .iter()
            .filter(|column| !column.ty.values().is_empty())
        {
            let Some(name) = column.ty.sql(database) else {
                continue;
            };
            let here = Named {
                table: &model.table,
                column,
            };
            match types.get(name) {
                Some(first) if first.values() == here.values() => {}
                Some(_) => others.push((name, here)),
                None => {
                    types.insert(name, here);
                }
            }
        }
    }
    (types, others)
}

/// The types that models list the values of, each for the first time.
pub(super) fn declared<'a>(models: impl Iterator<Item = &'a Model>) -> Vec<DeclareEnum> {
    let (types, _) = named(models, HAS_TYPES);
    let types = types.into_iter();
    let declare = |(name, of): (&str, Named<'_>)| {
        DeclareEnum::new([of.table, &of.column.name], name, of.values())
    };
    types.map(declare).collect()
}

/// The database that keeps types. Others have nothing to do, whatever models say of theirs.
const HAS_TYPES: Sql = Sql::Postgres;
const _: () = assert!(matches!(HAS_TYPES.capabilities().enums, EnumForm::Types));

/// Types that come, and values that types get.
pub(super) fn compare<'a>(
    old: impl Iterator<Item = &'a Model>,
    new: impl Iterator<Item = &'a Model>,
    diff: &mut Diff,
) {
    let (before, _) = named(old, HAS_TYPES);
    let (after, others) = named(new, HAS_TYPES);
    for (name, here) in others {
        let Some(first) = after.get(name) else {
            continue;
        };
        let (table, column) = (first.table, &first.column.name);
        diff.refused.push(Refusal {
            table: Some(here.table.to_owned()),
            column: Some(here.column.name.clone()),
            what: format!("`values` of `{}` of `{}`", here.column.name, here.table),
            why: format!("`{column}` of `{table}` is of the type `{name}` as well, and says other values of it"),
            remedy: format!("say the same values in the same order on both; or give one a type of its own: sql_type = \"{name}_2\""),
        });
    }
    for (name, now) in after {
        let Some(was) = before.get(name) else {
            let change = DeclareEnum::new([now.table, &now.column.name], name, now.values());
            diff.changes.push(Box::new(change));
            continue;
        };
        if was.values() == now.values() {
            continue;
        }
        match AddValues::between(now.table, name, was.values(), now.values()) {
            Some(change) => diff.changes.push(Box::new(change)),
            None => diff.refused.push(refuse(name, was.values(), &now)),
        }
    }
}

/// Why a type cannot have these values that had others.
fn refuse(name: &str, was: &[String], now: &Named<'_>) -> Refusal {
    let gone: Vec<String> = was
        .iter()
        .filter(|value| !now.values().contains(value))
        .map(|value| format!("`{value}`"))
        .collect();
    let what = match gone.as_slice() {
        [] => "stand in another order".to_owned(),
        gone => format!("have lost {}", gone.join(", ")),
    };
    let column = &now.column.name;
    Refusal {
        table: Some(now.table.to_owned()),
        column: Some(column.clone()),
        what: format!("the values of the type `{name}` {what}"),
        why: "a type of PostgreSQL's gets values, and neither loses nor moves any".to_owned(),
        remedy: format!(
            "leave them as they were; or put a column of a type of its own in its place: #[colmig(column = \"{column}_2\", \
             replaces = \"{column}\", sql_type = \"{name}_2\", values(...), up = \"...\", down = \"...\")], where `up` says what becomes of \
             each value, such as `CASE {column} WHEN ... END`"
        ),
    }
}
