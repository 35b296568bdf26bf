//! Columns whose type becomes another one in place, and why some cannot while others are on
//! their way.

use super::Diff;
use super::replaced::reading;
use crate::change::{ChangeType, Refusal};
use crate::model::{Column, ColumnType, Model};
use crate::snapshot::Snapshot;

/// Compares the type of a column that is there. Whether that is all there is to say of it.
pub(super) fn compare(
    old: &Model,
    before: &Column,
    column: &Column,
    snapshot: &Snapshot,
    diff: &mut Diff,
) -> bool {
    if before.primary_key != column.primary_key || !ChangeType::may_be(before, column) {
        return false;
    }
    let alone = before.nullable == column.nullable;
    if is_listed_anew(before, column) {
        // What becomes of the values is told of the type, which belongs to no table.
        return alone;
    }
    let table = &old.table;
    if !alone {
        let name = &column.name;
        diff.refused.push(Refusal {
            table: Some(table.clone()),
            column: Some(name.clone()),
            what: format!("the type of `{name}` of `{table}` changed, and whether it may be NULL"),
            why: "each of them is a change of its own, with builds of its own that know it or do not".to_owned(),
            remedy: format!(
                "take one of the two edits back, generate, and make it then; or put a column in its place that is both: \
                 #[colmig(column = \"{name}_2\", replaces = \"{name}\")] with the `sql_type`, and `up` and `down`"
            ),
        });
        return true;
    }
    if let Some((why, migration)) = on_its_way(table, column, snapshot) {
        diff.refused.push(Refusal {
            table: Some(table.clone()),
            column: Some(column.name.clone()),
            what: format!("the type of `{}` of `{table}` changed", column.name),
            why,
            remedy: format!("bring that to its end first: `cargo colmig contract {migration}`"),
        });
        return true;
    }
    let change = ChangeType::new(old.clone(), before.clone(), column.clone());
    let joined = joined(table, before, snapshot);
    diff.changes.push(Box::new(change.joined_to(joined)));
    true
}

/// Whether it is the same type, with other values.
fn is_listed_anew(before: &Column, column: &Column) -> bool {
    match (&before.ty, &column.ty) {
        (ColumnType::Enum(before), ColumnType::Enum(after)) => before.sql_type == after.sql_type,
        _ => false,
    }
}

/// What of the table is on its way and was made for the type as it is, and by which migration.
fn on_its_way(table: &str, column: &Column, snapshot: &Snapshot) -> Option<(String, String)> {
    let name = &column.name;
    if let Some(flight) = snapshot.flight(table, name) {
        let why = format!(
            "`{name}` is on its way itself, by migration {}",
            flight.migration
        );
        return Some((why, flight.migration.clone()));
    }
    if let Some(flight) = reading(table, name, snapshot) {
        let why = format!(
            "the rule of `{}` reads it, which is on its way by migration {}",
            flight.column, flight.migration
        );
        return Some((why, flight.migration.clone()));
    }
    let mut of_table = snapshot
        .in_flight
        .iter()
        .filter(|flight| flight.table == table);
    // Its functions read other columns, of which nothing is told; and ranges of keys are
    // written down as the type that the key had.
    let flight = of_table.find(|flight| flight.in_rust || column.primary_key)?;
    let why = format!(
        "`{}` of `{table}` is on its way, by migration {}, which was made for the type as it is",
        flight.column, flight.migration
    );
    Some((why, flight.migration.clone()))
}

/// The tables that foreign keys over a column join to its own.
fn joined(table: &str, column: &Column, snapshot: &Snapshot) -> Vec<String> {
    let to = column.references.iter().map(|to| to.table.clone());
    let from = snapshot.models.values().filter(|entry| {
        let mut references = entry.model.columns.iter();
        references.any(|other| {
            let to = other.references.as_ref();
            to.is_some_and(|to| to.table == table && to.column == column.name)
        })
    });
    let mut joined: Vec<String> = to
        .chain(from.map(|entry| entry.model.table.clone()))
        .collect();
    joined.retain(|other| other != table);
    joined.sort_unstable();
    joined.dedup();
    joined
}
