//! Indexes that come, go, or become others.

use super::Diff;
use crate::change::{AddIndex, DropIndex, Refusal, index};
use crate::model::{Column, Index, Model};
use crate::snapshot::Snapshot;

/// Indexes that come, and indexes that go. Those that a new column has of its own come with it,
/// and those that read a column which goes, go with that.
pub(super) fn compare(
    old: &Model,
    new: &Model,
    added: &[&Column],
    snapshot: &Snapshot,
    diff: &mut Diff,
) {
    let own = |index: &Index| {
        let mut added = added.iter();
        added.any(|column| column.indexes().contains(index))
    };
    let stays = |index: &Index| {
        let mut read = index::columns(index, old).into_iter();
        read.all(|name| new.column(&name).is_some())
    };
    let mut gone = old.all_indexes();
    gone.retain(stays);
    let (known, fresh): (Vec<Index>, Vec<Index>) = new
        .all_indexes()
        .into_iter()
        .partition(|index| gone.contains(index));
    gone.retain(|index| !known.contains(index));
    // One that became another comes under another name, and goes in contract: no query is ever
    // without either.
    for index in fresh.into_iter().filter(|index| !own(index)) {
        let name = index.name(&new.table);
        let mut leaving = snapshot.leaving_indexes.iter();
        if let Some(leaving) = leaving.find(|leaving| leaving.name == name) {
            diff.refused
                .push(refuse_return(&new.table, &index, &leaving.migration));
            continue;
        }
        diff.changes
            .push(Box::new(AddIndex::new(new.clone(), index).beside(old)));
    }
    for index in gone {
        diff.changes
            .push(Box::new(DropIndex::new(new.table.clone(), index)));
    }
}

/// Why an index cannot come that is on its way out: contract would take the new one.
pub(super) fn refuse_return(table: &str, index: &Index, migration: &str) -> Refusal {
    let (kind, over) = (index::kind(index), index::over(index));
    Refusal {
        table: Some(table.to_owned()),
        column: None,
        what: format!("the {kind} of `{table}` over {over} is new"),
        why: format!("migration {migration} is about to drop that very index"),
        remedy: format!(
            "bring that to its end first (`cargo colmig contract {migration}`); or, if it is to stay, abort it (`cargo colmig \
             abort {migration}`), and take the struct, the folder `migrations` and the records back from version control"
        ),
    }
}
