//! Checks that come to columns which are there, go from them, or become others. One that is said
//! of a new column comes with it, and one that reads a column which goes, goes with that.

use super::Diff;
use crate::change::{AddCheck, DropCheck, Refusal};
use crate::model::{Column, Dialected, Model, NamedCheck};
use crate::snapshot::Snapshot;
use crate::{Sql, sql};

/// The names of constraints are those that [`name_constraints`](super::name_constraints) gave,
/// so what has the same name is the same. `going` are the columns that are dropped.
pub(super) fn compare(
    old: &Model,
    new: &Model,
    going: &[&str],
    added: &[&Column],
    snapshot: &Snapshot,
    diff: &mut Diff,
) {
    let is_added = |column: &str| added.iter().any(|added| added.name == column);
    let in_flight = |column: &str| snapshot.flight(&new.table, column).is_some();
    let before = old.all_checks();
    let after = new.all_checks();
    let among = |checks: &[NamedCheck<'_>], check: &NamedCheck<'_>| {
        checks.iter().any(|other| other.ending == check.ending)
    };
    let on_their_way: Vec<String> = new
        .columns
        .iter()
        .filter(|column| {
            in_flight(&column.name)
                || is_added(&column.name) && !column.transition.legacy().is_empty()
        })
        .map(|column| column.name.clone())
        .collect();
    // One that became another comes under another name, and goes in contract: no row is ever
    // without either.
    for check in &after {
        if among(&before, check) || check.column.is_some_and(is_added) {
            continue;
        }
        let change = AddCheck::new(new.clone(), &check.ending);
        diff.changes
            .push(Box::new(change.beside(on_their_way.iter().cloned())));
    }
    for check in &before {
        let of_column = check.column.and_then(|column| new.column(column));
        let stays = check.column.is_none() || of_column.is_some();
        let goes_along = going
            .iter()
            .any(|column| reads(old, check.condition, column));
        if among(&after, check) || !stays || goes_along {
            continue;
        }
        let mut flights = snapshot.in_flight.iter();
        let flight = flights.find(|flight| {
            flight.table == new.table && reads(old, check.condition, &flight.column)
        });
        match flight {
            None => {
                let change = DropCheck::new(old.clone(), &check.ending);
                diff.changes.push(Box::new(change));
            }
            Some(flight) => diff.refused.push(Refusal {
                table: Some(new.table.clone()),
                column: check.column.map(str::to_owned),
                what: format!("a check of `{}` is gone or changed", new.table),
                why: format!(
                    "it reads `{}`, which is on its way, by migration {}",
                    flight.column, flight.migration
                ),
                remedy: format!(
                    "bring that to its end first: `cargo colmig contract {}`",
                    flight.migration
                ),
            }),
        }
    }
}

/// Whether a condition reads a column, on whichever database.
fn reads(model: &Model, condition: &Dialected, column: &str) -> bool {
    let every = model.columns.iter();
    let every: Vec<&str> = every.map(|column| column.name.as_str()).collect();
    Sql::ALL.into_iter().any(|database| {
        let text = condition.get(database);
        let read = text.map(|text| sql::expression(text, &every, database));
        matches!(read, Some(Ok(read)) if read.template.columns().any(|name| name == column))
    })
}
