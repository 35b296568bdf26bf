//! Foreign keys that come to columns which are there, or are new in a table that is there; and
//! those that go, or lead elsewhere.

use std::collections::BTreeMap;

use super::{Diff, keys};
use crate::change::{AddReference, DropReference, MoveReference, Refusal};
use crate::model::Model;
use crate::snapshot::Snapshot;

/// The names are those that [`name_constraints`](super::name_constraints) gave, so what has the
/// same name is the same. One that leads elsewhere comes beside the other, which goes in contract.
pub(super) fn compare(
    old: &Model,
    new: &Model,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    diff: &mut Diff,
) {
    let (before, after) = (old.reference_endings(), new.reference_endings());
    for (column, _) in after.iter().filter(|named| !before.contains(named)) {
        let is_replacing = new
            .column(column)
            .is_some_and(|column| !column.transition.legacy().is_empty());
        if is_replacing && old.column(column).is_none() {
            // It is refused with the column.
            continue;
        }
        if let Some(referred) = keys::followed(old, new, column, snapshot, models) {
            let change = MoveReference::new(old, new, column, referred);
            diff.changes
                .extend(change.map(|change| Box::new(change) as Box<_>));
            continue;
        }
        let said = new
            .column(column)
            .and_then(|column| column.references.as_ref());
        let to = said.and_then(|said| match said.table == new.table {
            true => Some(new.clone()),
            false => models.get(&said.table).cloned(),
        });
        if let Some(change) = AddReference::new(new.clone(), column, to) {
            let change = change.beside(on_their_way(snapshot, models));
            diff.changes.push(Box::new(change));
        }
    }
    let stays = |column: &str| new.column(column).is_some();
    let gone = before.iter().filter(|named| !after.contains(named));
    let moved = |column: &str| keys::followed(old, new, column, snapshot, models).is_some();
    for (column, _) in gone.filter(|(column, _)| stays(column) && !moved(column)) {
        match snapshot.flight(&new.table, column) {
            None => {
                let change = DropReference::new(old, column);
                diff.changes
                    .extend(change.map(|change| Box::new(change) as Box<_>));
            }
            Some(flight) => diff.refused.push(Refusal {
                table: Some(new.table.clone()),
                column: Some((*column).to_owned()),
                what: format!(
                    "the foreign key of `{column}` of `{}` is gone or changed",
                    new.table
                ),
                why: format!(
                    "`{column}` is on its way, by migration {}",
                    flight.migration
                ),
                remedy: format!(
                    "bring that to its end first: `cargo colmig contract {}`",
                    flight.migration
                ),
            }),
        }
    }
}

/// The columns of all tables that are on their way, or take the place of others from now on.
fn on_their_way(snapshot: &Snapshot, models: &BTreeMap<String, Model>) -> Vec<(String, String)> {
    let flights = snapshot.in_flight.iter();
    let flights = flights.map(|flight| (flight.table.clone(), flight.column.clone()));
    let replacing = models.values().flat_map(|model| {
        let old = snapshot.models.get(&model.table).map(|entry| &entry.model);
        let columns = model.columns.iter().filter(move |column| {
            !column.transition.legacy().is_empty()
                && old.is_some_and(|old| old.column(&column.name).is_none())
        });
        columns.map(|column| (model.table.clone(), column.name.clone()))
    });
    flights.chain(replacing).collect()
}
