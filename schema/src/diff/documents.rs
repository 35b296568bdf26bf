//! What differs between two states of a collection.

use std::collections::BTreeMap;

use super::replaced::{Group, is_claimed, replaced};
use super::{Diff, Told, refuse_removed, refuse_return, versions};
use crate::change::{
    AddDocumentIndex, AddField, DropDocumentIndex, DropField, Passage, RaiseVersion, Refusal,
    ReplaceFields,
};
use crate::model::{Column, Index, Model};
use crate::snapshot::Snapshot;

/// Compares two states of a collection.
pub(super) fn compare(
    old: &Model,
    new: &Model,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    told: &Told,
    diff: &mut Diff,
) {
    let collection = &new.table;
    let only_in = |one: &Model, other: &Model| -> Vec<Column> {
        let columns = one.columns.iter();
        let columns = columns.filter(|column| other.column(&column.name).is_none());
        columns.cloned().collect()
    };
    let (added, removed) = (only_in(new, old), only_in(old, new));
    let added: Vec<&Column> = added.iter().collect();
    let passage = Passage {
        old: old.clone(),
        new: new.clone(),
        raised: versions::raised(old, new, snapshot, diff),
    };
    let on_their_way = new.columns.iter().map(|column| &column.name);
    let on_their_way: Vec<String> = on_their_way
        .filter(|name| old.column(name).is_none() || snapshot.flight(collection, name).is_some())
        .cloned()
        .collect();

    let groups = replaced(old, new, &added, snapshot, models, diff);
    let taken = |name: &str| {
        let mut columns = groups
            .iter()
            .flat_map(|group| group.targets.iter().chain(&group.legacy));
        columns.any(|column| column.name == name)
    };
    let removed: Vec<&Column> = removed
        .iter()
        .filter(|column| !taken(&column.name) && !is_claimed(&added, &column.name))
        .collect();
    let open = removed.iter();
    let open = open.filter_map(|column| refuse_removed(collection, column, &added, snapshot, told));
    let open: Vec<Refusal> = open.collect();
    let is_open = !open.is_empty();
    diff.refused.extend(open);
    for column in removed.iter().filter(|_| !is_open) {
        let change = DropField::new(passage.clone(), (*column).clone());
        let known_as = match column.version {
            true => versions::known(&column.name, snapshot.version(collection)),
            false => Vec::new(),
        };
        diff.changes.push(Box::new(change.known_as(known_as)));
    }
    for column in &added {
        if let Some(flight) = snapshot.flight(collection, &column.name) {
            diff.refused
                .push(refuse_return(collection, column, &flight.migration));
        } else if !is_open && column.transition.legacy().is_empty() {
            let change = AddField::new(passage.clone(), (*column).clone(), on_their_way.clone());
            diff.changes.push(Box::new(change));
        }
    }
    let gone: Vec<&str> = groups
        .iter()
        .flat_map(|group| &group.legacy)
        .chain(removed.iter().copied())
        .map(|column| column.name.as_str())
        .collect();
    indexes(old, new, &added, &gone, snapshot, diff);
    for Group { targets, legacy } in groups {
        let change = ReplaceFields::new(passage.clone(), targets, legacy);
        diff.changes.push(Box::new(change));
    }
    // Behind all that fills documents, for so are its steps.
    if let Some(raised) = passage.raised.clone() {
        diff.changes
            .push(Box::new(RaiseVersion::new(passage, raised)));
    }
    for column in &new.columns {
        let Some(before) = old.column(&column.name) else {
            continue;
        };
        if let Some(what) = difference(before, column) {
            diff.refused.push(refuse_changed(collection, column, what));
        }
        if let Some(flight) = snapshot.flight(collection, &column.name)
            && flight.transition != column.transition_fingerprint()
        {
            diff.refused
                .push(super::refuse_rule(collection, column, &flight.migration));
        }
    }
}

/// How a field differs that is the version of the model, or was.
const VERSION: &str = "it is the version of the model in one of the two, and a field in the other";

/// Why a field that is there cannot be another in its place.
fn refuse_changed(collection: &str, column: &Column, what: &str) -> Refusal {
    let name = &column.name;
    let (why, remedy) = match name.as_str() {
        _ if what == VERSION => (
            "the accessors write the one by themselves, and the other as the struct has it",
            "give the field of the struct another name".to_owned(),
        ),
        "_id" => (
            "no document takes another `_id`",
            "keep its type, and give the documents a field of the new type with a unique index beside it; or put them into \
             another collection"
                .to_owned(),
        ),
        _ => (
            "documents of before hold it as it was",
            format!(
                "put a field in its place: #[serde(rename = \"{name}2\")] #[colmig(replaces = \"{name}\", up = \"...\", \
                 down = \"...\")]; the field of the struct keeps its name"
            ),
        ),
    };
    Refusal {
        table: Some(collection.to_owned()),
        column: Some(name.clone()),
        what: format!("`{name}` of `{collection}`: {what}"),
        why: why.to_owned(),
        remedy,
    }
}

/// What of a field that is there is another than it was; none if nothing is that a document would tell.
fn difference(before: &Column, column: &Column) -> Option<&'static str> {
    let (was, is) = (
        (before.nullable, before.may_lack),
        (column.nullable, column.may_lack),
    );
    if before.version != column.version {
        return Some(VERSION);
    }
    if before.ty != column.ty {
        return Some("the type changed");
    }
    if was == is {
        return None;
    }
    Some(match is {
        (true, _) => "it may be null now",
        (_, true) => "documents may lack it now",
        (false, false) => "every document has to have it now",
    })
}

/// Indexes that come, and indexes that go, other than those of fields that come or go.
fn indexes(
    old: &Model,
    new: &Model,
    added: &[&Column],
    gone: &[&str],
    snapshot: &Snapshot,
    diff: &mut Diff,
) {
    let (before, after) = (old.all_indexes(), new.all_indexes());
    let own = |index: &Index| {
        let mut added = added.iter();
        added.any(|column| column.indexes().contains(index))
    };
    let fresh = after.iter();
    let fresh = fresh.filter(|index| !before.contains(index) && !own(index));
    for index in fresh {
        let name = index.name(&new.table);
        let mut leaving = snapshot.leaving_indexes.iter();
        match leaving.find(|leaving| leaving.name == name) {
            Some(leaving) => diff.refused.push(super::indexes::refuse_return(
                &new.table,
                index,
                &leaving.migration,
            )),
            None => diff
                .changes
                .push(Box::new(AddDocumentIndex::new(new.clone(), index.clone()))),
        }
    }
    let with_field = |index: &Index| {
        let goes = gone.iter().filter_map(|name| old.column(name));
        goes.flat_map(Column::indexes).any(|own| own == *index)
    };
    for index in before.iter().filter(|index| !after.contains(index)) {
        if !with_field(index) {
            diff.changes.push(Box::new(DropDocumentIndex::new(
                new.table.clone(),
                index.clone(),
            )));
        }
    }
}
