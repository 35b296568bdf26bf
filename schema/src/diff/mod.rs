//! From two states of the models to the changes between them.

mod adopt;
mod ambiguous;
mod constraints;
mod documents;
mod enums;
mod indexes;
mod keys;
mod names;
mod references;
mod renamed;
mod replaced;
mod retyped;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use crate::change::{
    AddColumn, Change, ChangeDefault, ChangeNull, CommentColumns, CreateCollection, CreateModel,
    DropCollection, DropColumn, DropModel, Refusal, ReplaceColumns,
};
use crate::model::{Column, Dialected, Model};
use crate::snapshot::{InFlight, Snapshot};
use crate::sql;
use renamed::Renames;
use replaced::{Group, entangled, is_claimed, replaced};

pub use adopt::adopt;
pub use ambiguous::{Ambiguous, Gone, ambiguous};
pub use names::name_constraints;

/// What differs: changes that can be rolled out, and differences that cannot, by name.
#[derive(Debug, Default)]
pub struct Diff {
    /// The changes, in the order in which they are rolled out.
    pub changes: Vec<Box<dyn Change>>,
    /// The differences that are refused.
    pub refused: Vec<Refusal>,
}

impl Diff {
    /// Whether the models are what the snapshot holds.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.refused.is_empty()
    }
}

/// What only people can say of a difference.
#[derive(Clone, Debug)]
pub struct Told {
    /// Whether a trigger is to serve the writers that are no accessors while a column is replaced.
    pub triggers: bool,
    /// The columns that go, by table, and are none of those that come by another name.
    pub dropped: BTreeSet<(String, String)>,
    /// The tables that go, and are none of those that come by another name.
    pub tables: BTreeSet<String>,
}

/// Compares the models, by table, with the snapshot.
pub fn diff(snapshot: &Snapshot, models: &BTreeMap<String, Model>, told: &Told) -> Diff {
    let mut diff = Diff::default();
    // By whichever names the caller has them: the same come out of the same.
    let mut named = models.clone();
    name_constraints(snapshot, &mut named);
    let models = &named;
    let renames = Renames::of(snapshot, models);
    let followed = renames.followed(snapshot, models);
    let snapshot = &*followed;
    renames.compare(snapshot, models, told, &mut diff);
    renames.refuse_references(snapshot, models, &mut diff);
    // Before the tables and columns that are of them.
    let before = snapshot.models.values().map(|entry| &entry.model);
    enums::compare(before, models.values(), &mut diff);
    let new: Vec<&Model> = models
        .values()
        .filter(|model| !snapshot.models.contains_key(&model.table))
        .filter(|model| !renames.comes(&model.table))
        .collect();
    keys::refuse_new(&new, snapshot, models, &mut diff);
    for model in referred_first(new) {
        diff.changes.push(match model.collection {
            true => Box::new(CreateCollection::new(model.clone())),
            false => Box::new(CreateModel::new(model.clone())),
        });
    }
    for (table, entry) in &snapshot.models {
        if let Some(model) = models.get(table)
            && !renamed::on_its_way(&entry.model, model, snapshot, models, told, &mut diff)
        {
            let mut of_table = Diff::default();
            compare(&entry.model, model, snapshot, models, told, &mut of_table);
            keys::compare(&entry.model, model, snapshot, &mut of_table);
            diff.changes.append(&mut of_table.changes);
            diff.refused.append(&mut of_table.refused);
        }
    }
    let gone = snapshot.models.values().map(|entry| &entry.model);
    let gone = gone.filter(|model| !models.contains_key(&model.table));
    for model in gone.filter(|model| !renames.goes(&model.table)) {
        match refuse_gone(model, models, snapshot, told) {
            Some(refusal) => diff.refused.push(refusal),
            None => diff.changes.push(match model.collection {
                true => Box::new(DropCollection::new(model.clone())),
                false => Box::new(DropModel::new(model.clone())),
            }),
        }
    }
    diff
}

/// Why a table cannot simply go whose model is gone; none if it can.
fn refuse_gone(
    gone: &Model,
    models: &BTreeMap<String, Model>,
    snapshot: &Snapshot,
    told: &Told,
) -> Option<Refusal> {
    let Model { name, table, .. } = gone;
    let refuse = |why: String, remedy: String| {
        Some(Refusal {
            table: None,
            column: None,
            what: format!("the model of `{table}` is gone"),
            why,
            remedy,
        })
    };
    if models.is_empty() && !told.tables.contains(table) {
        return refuse(
            "no struct of the project is a model any more, so it is likelier that they were not found than that every table goes"
                .to_owned(),
            format!("if it is to go, `cargo colmig generate --drop {table}`"),
        );
    }
    if let Some(rename) = snapshot.rename(table) {
        return refuse(
            format!(
                "it is on its way to that name, by migration {}",
                rename.migration
            ),
            format!(
                "put the struct back, and bring that to its end first: `cargo colmig contract {}`",
                rename.migration
            ),
        );
    }
    let mut flights = snapshot.in_flight.iter();
    if let Some(flight) = flights.find(|flight| flight.table == *table) {
        return refuse(
            format!(
                "`{}` of it is on its way, by migration {}",
                flight.column, flight.migration
            ),
            format!(
                "put the struct back, and bring that to its end first: `cargo colmig contract {}`",
                flight.migration
            ),
        );
    }
    let refers = models.values().find(|model| {
        let mut references = model
            .columns
            .iter()
            .filter_map(|column| column.references.as_ref());
        references.any(|reference| reference.table == *table)
    });
    if let Some(model) = refers {
        return refuse(
            format!("a foreign key of `{}` refers to it", model.table),
            format!(
                "put the struct back, and take the column of `{}` out first, in a migration of its own",
                model.table
            ),
        );
    }
    // Taken for a drop and a creation, a rename would lose the rows.
    let new = models
        .values()
        .filter(|model| !snapshot.models.contains_key(&model.table));
    let same = |model: &&Model| {
        let known = model
            .columns
            .iter()
            .filter(|column| gone.column(&column.name).is_some());
        model.name == *name || 2 * known.count() >= gone.columns.len()
    };
    let renamed = new.filter(|_| !told.tables.contains(table)).find(same)?;
    if gone.collection {
        return refuse(
            format!(
                "`{}` is new, and may be the same collection by another name, which documents do not move to",
                renamed.table
            ),
            format!(
                "if it is the same collection, write on `{}` the name that it has: #[colmig(collection = \"{table}\")]; if it is \
                 another one, `cargo colmig generate --drop {table}`",
                renamed.name
            ),
        );
    }
    refuse(
        format!(
            "`{}` is new, and may be the same table by another name",
            renamed.table
        ),
        format!(
            "if it is the same table, say so on `{}`: #[colmig(renamed_from = \"{table}\")]; if only the struct has another \
             name, #[colmig(table = \"{table}\")]; if it is another one, `cargo colmig generate --drop {table}`",
            renamed.name
        ),
    )
}

/// Tables in an order in which each comes after those that it refers to. A circle is
/// broken at its first table; the database then names the reference that fails.
fn referred_first(mut waiting: Vec<&Model>) -> Vec<&Model> {
    let mut sorted = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = waiting.iter().position(|model| {
            model
                .columns
                .iter()
                .filter_map(|column| column.references.as_ref())
                .all(|reference| {
                    reference.table == model.table
                        || waiting.iter().all(|other| other.table != reference.table)
                })
        });
        sorted.push(waiting.remove(free.unwrap_or(0)));
    }
    sorted
}

fn compare(
    old: &Model,
    new: &Model,
    snapshot: &Snapshot,
    models: &BTreeMap<String, Model>,
    told: &Told,
    diff: &mut Diff,
) {
    let table = &new.table;
    if old.collection != new.collection {
        return diff.refused.push(refuse_kind(new));
    }
    if new.collection {
        return documents::compare(old, new, snapshot, models, told, diff);
    }
    let added: Vec<&Column> = new
        .columns
        .iter()
        .filter(|column| old.column(&column.name).is_none())
        .collect();
    let removed: Vec<&Column> = old
        .columns
        .iter()
        .filter(|column| new.column(&column.name).is_none())
        .collect();

    let on_their_way: Vec<String> = new
        .columns
        .iter()
        .map(|column| &column.name)
        .filter(|name| old.column(name).is_none() || snapshot.flight(table, name).is_some())
        .cloned()
        .collect();

    let groups = replaced(old, new, &added, snapshot, models, diff);
    let taken = |name: &str| {
        groups.iter().any(|group| {
            let mut columns = group.targets.iter().chain(&group.legacy);
            columns.any(|column| column.name == name)
        })
    };
    let removed: Vec<&Column> = removed
        .into_iter()
        .filter(|column| !taken(&column.name) && !is_claimed(&added, &column.name))
        .collect();
    let open: Vec<Refusal> = removed
        .iter()
        .filter_map(|column| refuse_removed(table, column, &added, snapshot, told))
        .collect();
    let is_open = !open.is_empty();
    diff.refused.extend(open);
    let going: Vec<&str> = removed.iter().map(|column| column.name.as_str()).collect();
    for column in removed {
        if !is_open {
            let change = DropColumn::new(old.clone(), new.clone(), column.clone());
            diff.changes.push(Box::new(change));
        }
    }
    for column in &added {
        if let Some(flight) = snapshot.flight(table, &column.name) {
            diff.refused
                .push(refuse_return(table, column, &flight.migration));
            continue;
        }
        // A removed column beside it may be a rename: nothing is added while that is open.
        if !is_open && column.transition.legacy().is_empty() {
            let change = AddColumn::new(new.clone(), (*column).clone());
            diff.changes
                .push(Box::new(change.beside(on_their_way.clone())));
        }
    }
    for Group { targets, legacy } in groups {
        let led = keys::led(new, &targets, &legacy, snapshot, models);
        let referring = keys::referring(table, &legacy, snapshot);
        let change = ReplaceColumns::new(old.clone(), new.clone(), targets, legacy);
        let change = change.leading(led).referred_by(referring);
        diff.changes.push(Box::new(change.mirrored(told.triggers)));
    }
    indexes::compare(old, new, &added, snapshot, diff);
    let commented: Vec<(&Column, &Column)> = new
        .columns
        .iter()
        .filter_map(|column| Some((old.column(&column.name)?, column)))
        .filter(|(before, column)| before.comment != column.comment)
        .collect();
    if !commented.is_empty() {
        let change = CommentColumns::new(table.clone(), commented);
        diff.changes.push(Box::new(change));
    }
    for column in &new.columns {
        let Some(before) = old.column(&column.name) else {
            continue;
        };
        // Before its default, which may be one that the type holds from now on.
        let is_retyped = retyped::compare(old, before, column, snapshot, diff);
        if before.default != column.default && snapshot.flight(table, &column.name).is_none() {
            let change = ChangeDefault::new(table.clone(), column.clone(), before.default.clone());
            diff.changes.push(Box::new(change));
        }
        let flight = snapshot.flight(table, &column.name);
        if becomes_another(before, column) && flight.is_none() {
            let change = ChangeNull::new(new.clone(), column.clone());
            diff.changes
                .push(Box::new(change.beside(on_their_way.clone())));
        }
        for what in differences(before, column, flight, is_retyped) {
            diff.refused.push(Refusal {
                table: Some(table.clone()),
                column: Some(column.name.clone()),
                what: format!("`{}` of `{table}`: {what}", column.name),
                why: "a column that is there is not changed in place: it is replaced by another"
                    .to_owned(),
                remedy: replace_remedy(before, column),
            });
        }
        if let Some(flight) = flight
            && flight.transition != column.transition_fingerprint()
        {
            diff.refused
                .push(refuse_rule(table, column, &flight.migration));
        }
    }
    constraints::compare(old, new, &going, &added, snapshot, diff);
    references::compare(old, new, snapshot, models, diff);
}

/// Why a column cannot simply go that the struct has no more; none if it can.
fn refuse_removed(
    table: &str,
    column: &Column,
    added: &[&Column],
    snapshot: &Snapshot,
    told: &Told,
) -> Option<Refusal> {
    let column_of = (table.to_owned(), column.name.clone());
    let mut others = added.iter().filter(|_| !told.dropped.contains(&column_of));
    let alike = others.find(|other| ambiguous::may_be(other, column));
    let what = format!("`{}` of `{table}` is gone from the struct", column.name);
    // Taken for a drop and an add, a rename would lose the column's data.
    if let Some(other) = alike {
        return Some(Refusal {
            table: Some(table.to_owned()),
            // What is gone has no place; the new field beside it has.
            column: Some(other.name.clone()),
            what: format!("{what}, and `{}` is new", other.name),
            why: "that may be a rename, or a column that goes and one that comes".to_owned(),
            remedy: format!(
                "if it is the same column, say so: #[colmig(renamed_from = \"{}\")] on `{}`; if only the field has \
                 another name, #[colmig(column = \"{}\")]; if it is another column, `cargo colmig generate --drop {table}.{}`",
                column.name, other.field, column.name, column.name
            ),
        });
    }
    let (why, remedy) = entangled(table, &column.name, snapshot)?;
    Some(Refusal {
        table: Some(table.to_owned()),
        column: None,
        what,
        why,
        remedy,
    })
}

/// Why a rule cannot become another one.
fn refuse_rule(table: &str, column: &Column, migration: &str) -> Refusal {
    Refusal {
        table: Some(table.to_owned()),
        column: Some(column.name.clone()),
        what: format!("`{}` of `{table}`: the rule changed", column.name),
        why: format!("migration {migration} was generated with the rule as it was"),
        remedy: "take the edit back; or, if the migration has begun nowhere, take the folder \
                 `migrations` and the records back from version control and generate again"
            .to_owned(),
    }
}

/// Why a table cannot become a collection, or the other way about.
fn refuse_kind(new: &Model) -> Refusal {
    let [was, is] = match new.collection {
        true => ["a table", "a collection"],
        false => ["a collection", "a table"],
    };
    Refusal {
        table: Some(new.table.clone()),
        column: None,
        what: format!("`{}` was {was} and is {is}", new.table),
        why: "they are in different databases, and nothing is copied from one to the other"
            .to_owned(),
        remedy: "give the struct another name for it, and copy what you need yourself".to_owned(),
    }
}

/// Why a column cannot come that is on its way out.
fn refuse_return(table: &str, column: &Column, migration: &str) -> Refusal {
    Refusal {
        table: Some(table.to_owned()),
        column: Some(column.name.clone()),
        what: format!("`{}` of `{table}` is a new field", column.name),
        why: format!("migration {migration} is about to drop a column of that name"),
        remedy: format!(
            "bring that to its end first (`cargo colmig contract {migration}`); or, if it is to stay, abort it (`cargo colmig \
             abort {migration}`), and take the struct, the folder `migrations` and the records back from version control"
        ),
    }
}

/// The attribute that makes a change in place a replaced column.
fn replace_remedy(before: &Column, column: &Column) -> String {
    let name = &column.name;
    if before.ty == column.ty && before.nullable == column.nullable {
        return "take the edit back, or add a new column beside it".to_owned();
    }
    let is_field = if column.field == *name {
        "the field keeps its name"
    } else {
        "the field stays"
    };
    format!(
        "give the new column a name of its own: #[colmig(column = \"{name}_2\", replaces = \"{name}\")], with `up` and \
         `down` if the types do not say how; {is_field}"
    )
}

/// Whether a column differs in nothing but what can be altered, and in whether it may be NULL.
fn becomes_another(old: &Column, new: &Column) -> bool {
    old.nullable != new.nullable && old.ty == new.ty && old.primary_key == new.primary_key
}

/// What differs between two states of a column, in words.
fn differences(
    old: &Column,
    new: &Column,
    flight: Option<&InFlight>,
    is_retyped: bool,
) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |differs: bool, what: &dyn Fn() -> String| {
        if differs {
            found.push(what());
        }
    };
    let show = |text: &Option<Dialected>| match text {
        Some(text) => text
            .texts()
            .iter()
            .map(|(_, text)| format!("`{}`", sql::begin(text)))
            .collect::<Vec<_>>()
            .join(", "),
        None => "none".to_owned(),
    };
    say(old.ty != new.ty && !is_retyped, &|| {
        format!("the type changed from {:?} to {:?}", old.ty, new.ty)
    });
    let alters = (becomes_another(old, new) && flight.is_none()) || is_retyped;
    say(old.nullable != new.nullable && !alters, &|| {
        format!(
            "it became {}",
            if new.nullable { "nullable" } else { "required" }
        )
    });
    say(old.primary_key != new.primary_key, &|| {
        "the primary key changed".to_owned()
    });
    say(old.default != new.default && flight.is_some(), &|| {
        format!(
            "the default changed from {} to {}",
            show(&old.default),
            show(&new.default)
        )
    });
    found
}

#[cfg(all(test, feature = "parse"))]
mod tests;
