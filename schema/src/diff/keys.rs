//! Primary keys of which a column takes the place of another, and what refers to them.
//!
//! Every step that goes through a table goes by its key, and so does every record of one. So
//! nothing but what belongs to it happens to such a table meanwhile.

use std::collections::BTreeMap;

use super::Diff;
use crate::change::{Change, Led, Refusal};
use crate::model::{Column, Model, Reference};
use crate::snapshot::{InFlight, Snapshot};

/// The changes that go along with one of the key: they name rows by the key that stands.
const BESIDE: [&str; 5] = [
    "replace_columns",
    "move_reference",
    "add_index",
    "drop_index",
    "comment_columns",
];

/// Refuses what cannot happen to a table while its key is on its way.
pub(super) fn compare(old: &Model, new: &Model, snapshot: &Snapshot, diff: &mut Diff) {
    let refuse = |column: Option<&str>, what: String, why: String, remedy: String| Refusal {
        table: Some(new.table.clone()),
        column: column.map(str::to_owned),
        what,
        why,
        remedy,
    };
    if let Some(flight) = in_flight(old, snapshot) {
        for change in std::mem::take(&mut diff.changes) {
            diff.refused.push(refuse(
                change.columns().first().copied(),
                format!("cannot {}", change.summary()),
                format!(
                    "the primary key of `{}` is on its way to `{}`, by migration {}",
                    new.table, flight.column, flight.migration
                ),
                ended(&flight.migration),
            ));
        }
        return;
    }
    let keys: Vec<&dyn Change> = diff
        .changes
        .iter()
        .map(|change| &**change)
        .filter(|change| change.rekeys().is_some())
        .collect();
    let Some(key) = keys.first() else {
        return;
    };
    let (target, what) = (
        key.columns().first().map(|name| (*name).to_owned()),
        format!("cannot {}", key.summary()),
    );
    let mut refused = Vec::new();
    if keys.len() > 1 {
        refused.push(refuse(
            target.as_deref(),
            what.clone(),
            format!(
                "another column of the primary key of `{}` is replaced as well",
                new.table
            ),
            "replace them one after the other, each in a migration of its own".to_owned(),
        ));
    }
    if let Some((why, migration)) = under_way(&new.table, snapshot) {
        refused.push(refuse(
            target.as_deref(),
            what.clone(),
            why,
            ended(&migration),
        ));
    }
    // Functions of the application go through the table by the key that its struct has.
    let goes_along = |change: &dyn Change| BESIDE.contains(&change.kind()) && change.is_covered();
    let others = diff.changes.iter().map(|change| &**change);
    for other in others.filter(|change| change.rekeys().is_none() && !goes_along(*change)) {
        refused.push(refuse(
            target.as_deref(),
            what.clone(),
            format!(
                "something else happens to the table as well ({}), and goes by its key",
                other.summary()
            ),
            "take the other edits back, generate, and make them when `cargo colmig contract` has ended the migration".to_owned(),
        ));
    }
    diff.refused.append(&mut refused);
}

/// The column of the key that is on its way, if one is.
fn in_flight<'s>(model: &Model, snapshot: &'s Snapshot) -> Option<&'s InFlight> {
    model
        .key()
        .find_map(|column| snapshot.flight(&model.table, &column.name))
}

/// What is under way on a table, and by which migration.
fn under_way(table: &str, snapshot: &Snapshot) -> Option<(String, String)> {
    let mut flights = snapshot.in_flight.iter();
    if let Some(flight) = flights.find(|flight| flight.table == table) {
        let why = format!(
            "`{}` of `{table}` is on its way, by migration {}, which goes by the key as it is",
            flight.column, flight.migration
        );
        return Some((why, flight.migration.clone()));
    }
    let migration = snapshot.constrained.get(table)?;
    let why = format!(
        "migration {migration} is about to constrain the rows of `{table}`, and names them by the key as it is"
    );
    let is_open = snapshot.is_open(migration);
    is_open.then(|| (why, migration.clone()))
}

fn ended(migration: &str) -> String {
    format!("bring that to its end first: `cargo colmig contract {migration}`")
}

/// The column whose place a column of a primary key takes from now on.
fn taken<'m>(
    table: &str,
    column: &str,
    snapshot: &Snapshot,
    models: &'m BTreeMap<String, Model>,
) -> Option<(&'m Column, &'m str)> {
    let old = &snapshot.models.get(table)?.model;
    let target = models.get(table)?.column(column)?;
    let comes = old.column(column).is_none() && target.primary_key;
    match target.transition.legacy() {
        [legacy] if comes => Some((target, legacy)),
        _ => None,
    }
}

/// What the foreign key of a replaced column leads to, if it is what that of legacy led to.
pub(super) fn led(
    new: &Model,
    targets: &[Column],
    legacy: &[Column],
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
) -> Option<Led> {
    let ([target], [legacy]) = (targets, legacy) else {
        return None;
    };
    let (after, before) = (target.references.as_ref()?, legacy.references.as_ref()?);
    if let Some(referred) = leads_on(before, after, snapshot, models) {
        let referred = Some(referred);
        return Some(Led { referred });
    }
    let is_same = after.table == before.table && after.column == before.column;
    let is_on_its_way = snapshot.flight(&after.table, &after.column).is_some();
    let to = match after.table == new.table {
        true => Some(new),
        false => models.get(&after.table),
    };
    (is_same && !is_on_its_way).then(|| Led {
        referred: to.and_then(|to| to.column(&after.column)).cloned(),
    })
}

/// The column to which the foreign key of a column that stays leads from now on, if it takes the
/// place of the one to which it led.
pub(super) fn followed(
    old: &Model,
    new: &Model,
    column: &str,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
) -> Option<Column> {
    let before = old.column(column)?.references.as_ref()?;
    let after = new.column(column)?.references.as_ref()?;
    // One on its way has another foreign key beside it, which it does not know.
    let is_on_its_way = snapshot.flight(&new.table, column).is_some();
    leads_on(before, after, snapshot, models).filter(|_| !is_on_its_way)
}

fn leads_on(
    before: &Reference,
    after: &Reference,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
) -> Option<Column> {
    let (target, legacy) = taken(&after.table, &after.column, snapshot, models)?;
    (before.table == after.table && before.column == legacy).then(|| target.clone())
}

/// The columns whose foreign keys refer to one that goes, each with its table.
pub(super) fn referring(
    table: &str,
    legacy: &[Column],
    snapshot: &Snapshot,
) -> Vec<(String, String)> {
    let [legacy] = legacy else {
        return Vec::new();
    };
    let models = snapshot.models.values().map(|entry| &entry.model);
    let refers = |column: &&Column| {
        let reference = column.references.as_ref();
        reference.is_some_and(|to| to.table == table && to.column == legacy.name)
    };
    let found = models.flat_map(|model| {
        let columns = model.columns.iter().filter(refers);
        columns.map(|column| (model.table.clone(), column.name.clone()))
    });
    found.collect()
}

/// Why a column of the key cannot go while foreign keys of the models refer to it, and the way out.
pub(super) fn still_referred(
    table: &str,
    name: &str,
    target: &Column,
    models: &BTreeMap<String, Model>,
) -> Option<(String, String)> {
    let (model, column) = models.values().find_map(|model| {
        let mut columns = model.columns.iter();
        let refers = columns.find(|column| {
            let reference = column.references.as_ref();
            reference.is_some_and(|to| to.table == table && to.column == name)
        });
        refers.map(|column| (model, column))
    })?;
    let (other, new) = (&column.name, &target.name);
    Some((
        format!(
            "the foreign key of `{other}` of `{}` refers to it",
            model.table
        ),
        format!(
            "say in the same migration to what it refers from now on: #[colmig(column = \"{other}_2\", replaces = \"{other}\", \
             references = \"{table}({new})\")] gives `{}` of `{}` the new type as well; `references = \"{table}({new})\"` alone leaves \
             it the type that it has, for now",
            column.field, model.table
        ),
    ))
}

/// Refuses new tables that refer to a key which is on its way: it has no index before it is filled.
pub(super) fn refuse_new(
    new: &[&Model],
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    diff: &mut Diff,
) {
    for model in new {
        for column in &model.columns {
            let Some(Reference {
                table, column: to, ..
            }) = &column.references
            else {
                continue;
            };
            let referred = snapshot.models.get(table).map(|entry| &entry.model);
            let flight = referred.and_then(|referred| in_flight(referred, snapshot));
            let flight = flight.filter(|flight| flight.column == *to);
            if flight.is_none() && taken(table, to, snapshot, models).is_none() {
                continue;
            }
            diff.refused.push(Refusal {
                table: Some(model.table.clone()),
                column: Some(column.name.clone()),
                what: format!("the foreign key of `{}` of `{}` is new", column.name, model.table),
                why: format!(
                    "`{to}` takes the place of a column of the primary key of `{table}`, and nothing can refer to it before every row has it"
                ),
                remedy: match flight {
                    Some(flight) => ended(&flight.migration),
                    None => "leave the new struct out, generate, and bring it in when `cargo colmig contract` has ended the migration".to_owned(),
                },
            });
        }
    }
}
