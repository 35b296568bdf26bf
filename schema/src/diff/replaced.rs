//! Which columns take the place of which, and why some cannot.

use std::collections::BTreeMap;

use super::{Diff, keys};
use crate::Template;
use crate::change::Refusal;
use crate::model::{Column, Model};
use crate::snapshot::{InFlight, Snapshot};

/// Columns that take the place of others, and those whose place it is.
pub(super) struct Group {
    pub(super) targets: Vec<Column>,
    pub(super) legacy: Vec<Column>,
}

/// The groups of columns that are replaced together. What cannot be is refused here.
pub(super) fn replaced(
    old: &Model,
    new: &Model,
    added: &[&Column],
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    diff: &mut Diff,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for target in added {
        let names = target.transition.legacy();
        if names.is_empty() {
            continue;
        }
        let refused = names
            .iter()
            .find_map(|name| refuse_legacy(old, new, target, name, snapshot, models));
        if let Some(refused) = refused {
            diff.refused.push(refused);
            continue;
        }
        let mut group = Group {
            targets: vec![(*target).clone()],
            legacy: names
                .iter()
                .filter_map(|name| old.column(name).cloned())
                .collect(),
        };
        // Those that have a column in common belong together.
        let (joined, apart): (Vec<Group>, Vec<Group>) = groups.into_iter().partition(|other| {
            other
                .legacy
                .iter()
                .any(|column| names.contains(&column.name))
        });
        for other in joined.into_iter().rev() {
            group.targets.splice(0..0, other.targets);
            for column in other.legacy.into_iter().rev() {
                if !group.legacy.contains(&column) {
                    group.legacy.insert(0, column);
                }
            }
        }
        groups = apart;
        groups.push(group);
    }
    groups.retain(|group| {
        let both = group.targets.len() > 1 && group.legacy.len() > 1;
        if both {
            diff.refused.push(Refusal {
                table: Some(new.table.clone()),
                column: group.targets.first().map(|target| target.name.clone()),
                what: format!(
                    "several columns of `{}` take the place of several",
                    new.table
                ),
                why: "colmig replaces one column by several, or several by one".to_owned(),
                remedy: "do it in two migrations: first several by one, then one by several"
                    .to_owned(),
            });
        }
        !both
    });
    groups
}

/// Whether an added column says that it takes the place of this one.
pub(super) fn is_claimed(added: &[&Column], name: &str) -> bool {
    let claims = |column: &&Column| {
        column
            .transition
            .legacy()
            .iter()
            .any(|legacy| legacy == name)
    };
    added.iter().any(claims)
}

/// Why `target` cannot take the place of the column `name`, if it cannot.
fn refuse_legacy(
    old: &Model,
    new: &Model,
    target: &Column,
    name: &str,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
) -> Option<Refusal> {
    let table = &new.table;
    let refuse = |why: String, remedy: String| {
        Some(Refusal {
            table: Some(table.clone()),
            column: Some(target.name.clone()),
            what: format!(
                "`{}` of `{table}` cannot take the place of `{name}`",
                target.name
            ),
            why,
            remedy,
        })
    };
    let Some(legacy) = old.column(name) else {
        let columns = old.columns.iter().map(|column| column.name.as_str());
        let remedy = match crate::nearest(name, columns) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name the column as the database knows it".to_owned(),
        };
        return refuse(format!("`{table}` has no column `{name}`"), remedy);
    };
    if let Some(field) = new.column(name) {
        return refuse(
            format!("the struct still has it, as `{}`", field.field),
            format!(
                "take the field `{}` out of the struct, for the accessors write both columns by themselves; or, to keep \
                 both for good, say `backfill = \"{name}\"` instead",
                field.field
            ),
        );
    }
    let found = match legacy.primary_key && target.primary_key {
        true => flown(table, name, snapshot)
            .or_else(|| keys::still_referred(table, name, target, models)),
        false => entangled(table, name, snapshot),
    };
    let (why, remedy) = found?;
    refuse(why, remedy)
}

/// Why a column cannot go while other things depend on it, and the way out; none if nothing does.
pub(super) fn entangled(table: &str, name: &str, snapshot: &Snapshot) -> Option<(String, String)> {
    if let Some(found) = flown(table, name, snapshot) {
        return Some(found);
    }
    let refers = snapshot.models.values().find(|entry| {
        let mut references = entry
            .model
            .columns
            .iter()
            .filter_map(|column| column.references.as_ref());
        references.any(|reference| reference.table == table && reference.column == name)
    })?;
    Some((
        format!("a foreign key of `{}` refers to it", refers.model.table),
        "drop that foreign key first".to_owned(),
    ))
}

/// Why a column cannot go that is on its way, or is read by what is, and the way out.
fn flown(table: &str, name: &str, snapshot: &Snapshot) -> Option<(String, String)> {
    if let Some(flight) = snapshot.flight(table, name) {
        return Some((
            format!(
                "`{name}` is on its way itself, by migration {}",
                flight.migration
            ),
            format!(
                "bring that to its end first: `cargo colmig contract {}`",
                flight.migration
            ),
        ));
    }
    if let Some(flight) = reading(table, name, snapshot) {
        return Some((
            format!(
                "the rule of `{}` reads it, which is on its way by migration {}",
                flight.column, flight.migration
            ),
            format!(
                "bring that to its end first: `cargo colmig contract {}`",
                flight.migration
            ),
        ));
    }
    None
}

/// A column on its way whose rule reads this one, if there is one.
pub(super) fn reading<'s>(table: &str, name: &str, snapshot: &'s Snapshot) -> Option<&'s InFlight> {
    snapshot.in_flight.iter().find(|flight| {
        let rules = flight.fallback.values();
        let mut templates = rules.filter_map(|rule| rule.parse::<Template>().ok());
        flight.table == table
            && templates.any(|template| template.columns().any(|column| column == name))
    })
}
