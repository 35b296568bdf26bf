//! Tables that get another name, and why some cannot.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Diff, Told, compare};
use crate::change::{Refusal, RenameModel};
use crate::model::{Column, Model};
use crate::snapshot::Snapshot;

/// The tables that are renamed now: the name that each gets, and the one that it has.
pub(super) struct Renames<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Renames<'a> {
    /// What structs say of tables that the snapshot does not have by their names.
    pub(super) fn of(snapshot: &Snapshot, models: &'a BTreeMap<String, Model>) -> Self {
        let new = models
            .values()
            .filter(|model| !snapshot.models.contains_key(&model.table));
        let renamed = new.filter_map(|model| {
            let from = model.renamed_from.as_deref()?;
            Some((model.table.as_str(), from))
        });
        Renames(renamed.collect())
    }

    /// The name that a table has which comes by another's.
    pub(super) fn from(&self, table: &str) -> Option<&'a str> {
        self.0.get(table).copied()
    }

    /// Whether a table comes by another's name, and so is not new.
    pub(super) fn comes(&self, table: &str) -> bool {
        self.0.contains_key(table)
    }

    /// Whether a table goes on by another name, and so is not gone.
    pub(super) fn goes(&self, table: &str) -> bool {
        self.0.values().any(|from| *from == table)
    }

    /// The snapshot in which foreign keys refer to tables by the names that structs call them.
    pub(super) fn followed<'s>(
        &self,
        snapshot: &'s Snapshot,
        models: &BTreeMap<String, Model>,
    ) -> Cow<'s, Snapshot> {
        if self.0.is_empty() {
            return Cow::Borrowed(snapshot);
        }
        let mut followed = snapshot.clone();
        let entries = followed.models.values_mut();
        for column in entries.flat_map(|entry| {
            let table = entry.model.table.clone();
            let columns = entry.model.columns.iter_mut();
            columns.map(move |column| (table.clone(), column))
        }) {
            let (table, column): (String, &mut Column) = column;
            let table = self.to(&table).unwrap_or(&table);
            let said = models.get(table).and_then(|model| {
                let said = model.column(&column.name)?.references.as_ref()?;
                Some(said.table.as_str())
            });
            if let Some(reference) = &mut column.references
                && let Some(to) = self.to(&reference.table)
                && said == Some(to)
            {
                reference.table = to.to_owned();
            }
        }
        Cow::Owned(followed)
    }

    /// The name that a table gets.
    fn to(&self, from: &str) -> Option<&'a str> {
        let mut renames = self.0.iter();
        renames.find(|(_, of)| **of == from).map(|(to, _)| *to)
    }

    /// The changes, and what cannot be.
    pub(super) fn compare(
        &self,
        snapshot: &Snapshot,
        models: &BTreeMap<String, Model>,
        told: &Told,
        diff: &mut Diff,
    ) {
        for (to, from) in &self.0 {
            let Some(model) = models.get(*to) else {
                continue;
            };
            match refuse(from, model, snapshot, models, told) {
                Some((why, remedy)) => diff.refused.push(Refusal {
                    table: Some((*to).to_owned()),
                    column: None,
                    what: format!("cannot rename `{from}` to `{to}`"),
                    why,
                    remedy,
                }),
                None => diff.changes.push(Box::new(RenameModel::new(
                    (*from).to_owned(),
                    model.clone(),
                ))),
            }
        }
    }

    /// Foreign keys that come to a table on its way to another name: a view stands there, to
    /// which nothing can refer.
    pub(super) fn refuse_references(
        &self,
        snapshot: &Snapshot,
        models: &BTreeMap<String, Model>,
        diff: &mut Diff,
    ) {
        for model in models.values() {
            let old = snapshot.models.get(&model.table).map(|entry| &entry.model);
            for column in &model.columns {
                let Some(reference) = &column.references else {
                    continue;
                };
                let before = old.and_then(|old| old.column(&column.name)?.references.as_ref());
                let under_way = snapshot.rename(&reference.table);
                let on_its_way = under_way.is_some() || self.comes(&reference.table);
                if !on_its_way || before == Some(reference) || self.comes(&model.table) {
                    continue;
                }
                diff.refused.push(Refusal {
                    table: Some(model.table.clone()),
                    column: Some(column.name.clone()),
                    what: format!(
                        "the foreign key of `{}` to `{}` is new",
                        column.name, reference.table
                    ),
                    why: "that table is on its way to this name, and a view stands there until then".to_owned(),
                    remedy: match under_way {
                        Some(rename) => ended(&rename.migration),
                        None => "rename the table in a migration of its own, and add the foreign key then".to_owned(),
                    },
                });
            }
        }
    }
}

/// Compares a table that is on its way to its name: nothing else can happen to it meanwhile.
/// Whether it is on one.
pub(super) fn on_its_way(
    old: &Model,
    new: &Model,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    told: &Told,
    diff: &mut Diff,
) -> bool {
    let Some(rename) = snapshot.rename(&new.table) else {
        return false;
    };
    let mut changed = Diff::default();
    compare(old, new, snapshot, models, told, &mut changed);
    if !changed.is_empty() {
        diff.refused.push(Refusal {
            table: Some(new.table.clone()),
            column: None,
            what: format!("`{}` changed", new.table),
            why: format!(
                "migration {} is about to give the table that name, and a view stands there until then",
                rename.migration
            ),
            remedy: ended(&rename.migration),
        });
    }
    true
}

fn ended(migration: &str) -> String {
    format!("bring that to its end first: `cargo colmig contract {migration}`")
}

/// Why a table cannot be renamed, and the way out; none if it can.
fn refuse(
    from: &str,
    model: &Model,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    told: &Told,
) -> Option<(String, String)> {
    let to = &model.table;
    let Some(entry) = snapshot.models.get(from) else {
        let remedy = match crate::nearest(from, snapshot.models.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take `renamed_from` away: the table is new then".to_owned(),
        };
        return Some((format!("there is no table `{from}`"), remedy));
    };
    if let Some(other) = models.get(from) {
        return Some((
            format!("`{}` is still the model of `{from}`", other.name),
            format!(
                "take that struct out, or take `renamed_from` away: `{to}` is a new table then"
            ),
        ));
    }
    let mut flights = snapshot.in_flight.iter();
    let column = flights
        .find(|flight| flight.table == from)
        .map(|flight| (&flight.column, &flight.migration));
    if let Some((column, migration)) = column {
        return Some((
            format!("`{column}` of it is on its way, by migration {migration}"),
            ended(migration),
        ));
    }
    if let Some(rename) = snapshot.rename(from) {
        return Some((
            format!(
                "it is on its way to that name, by migration {}",
                rename.migration
            ),
            ended(&rename.migration),
        ));
    }
    let still = models.values().find_map(|other| {
        let mut columns = other.columns.iter();
        let refers = columns.find(|column| {
            let reference = column.references.as_ref();
            reference.is_some_and(|reference| reference.table == from)
        });
        refers.map(|column| (other, column))
    });
    if let Some((other, column)) = still {
        let refers = column
            .references
            .as_ref()
            .map_or("", |refers| &refers.column);
        return Some((
            format!(
                "`{}` of `{}` still refers to it by that name",
                column.name, other.table
            ),
            format!("say there what it refers to: #[colmig(references = \"{to}({refers})\")]"),
        ));
    }
    let mut old = entry.model.clone();
    old.table.clone_from(to);
    let mut changed = Diff::default();
    compare(&old, model, snapshot, models, told, &mut changed);
    (!changed.is_empty()).then(|| {
        (
            "the struct changed in other ways as well, and a view stands for the table until it has its name".to_owned(),
            "take the other edits back, generate, and make them when `cargo colmig contract` has ended the migration"
                .to_owned(),
        )
    })
}
