//! The primary key, checks and foreign keys.

use super::super::rust::dialected;
use super::super::{Check, Reference, trigger_in_words, words};
use super::{Context, Difference, Kind, On, Settle, Weight};
use crate::Sql;
use crate::model::{self, Column, bounded_name};
use crate::render::{Ident, guards};

pub(super) fn key(context: &Context<'_>, found: &mut Vec<Difference>) {
    let said: Vec<&str> = context
        .model
        .key()
        .map(|column| column.name.as_str())
        .collect();
    let live: Vec<&str> = context.table.key.iter().map(String::as_str).collect();
    if said == live {
        return;
    }
    let (mut one, mut other) = (said.clone(), live.clone());
    one.sort_unstable();
    other.sort_unstable();
    if one == other {
        let what = format!(
            "the primary key is ({}) in the table, and ({}) in the model: ranges of a backfill are read in the order of the model",
            live.join(", "),
            said.join(", ")
        );
        found.push(context.difference(Kind::PrimaryKey, Weight::Note, "", what));
        return;
    }
    let in_words = |key: &[&str]| match key {
        [] => "none".to_owned(),
        key => format!("({})", key.join(", ")),
    };
    let what = format!(
        "the primary key is {} in the table, and {} in the model",
        in_words(&live),
        in_words(&said)
    );
    let unknown = live
        .iter()
        .find(|name| context.model.column(name).is_none());
    let settle = match (live.as_slice(), unknown) {
        ([], _) => {
            let served = context.table.indexes.iter().any(|index| {
                let mut columns: Vec<&str> = index.columns.iter().map(String::as_str).collect();
                columns.sort_unstable();
                index.unique && index.plain && index.valid && columns == one
            });
            match served {
                true => Settle::Words(format!(
                    "accept it (`--accept primary-key:{}`): a unique index is over the same columns, and serves as well",
                    context.model.table
                )),
                false => Settle::Words(
                    "give the table a primary key first: without one nobody can say which row is meant".to_owned(),
                ),
            }
        }
        (_, Some(unknown)) => Settle::Words(format!(
            "add a field for `{unknown}`, which belongs to the key"
        )),
        ([only], None) => Settle::Attribute(
            On::Field(context.field_of(only).to_owned()),
            "primary_key".to_owned(),
        ),
        (_, None) => {
            // In the order of the struct, which the attribute asks for.
            let fields = context
                .model
                .columns
                .iter()
                .filter(|column| live.contains(&column.name.as_str()));
            let fields: Vec<&str> = fields.map(|column| column.field.as_str()).collect();
            Settle::Attribute(
                context.on_struct(),
                format!("primary_key({})", fields.join(", ")),
            )
        }
    };
    let difference = context
        .difference(Kind::PrimaryKey, Weight::Differs, "", what)
        .by(settle);
    found.push(match said.first() {
        Some(first) => difference.of(first),
        None => difference,
    });
}

pub(super) fn checks(context: &Context<'_>, found: &mut Vec<Difference>) {
    let Some(said) = context.said else { return };
    let database = context.database();
    let mut free: Vec<&Check> = context.table.checks.iter().collect();
    for check in &said.checks {
        let same = |live: &&Check| {
            let read = [Some(&live.condition), live.again.as_ref()];
            let mut read = read.into_iter().flatten();
            read.any(|condition| words::same(condition, &check.condition, database))
        };
        // One of two that are the same may have the name.
        let at = free
            .iter()
            .position(|live| same(live) && live.name == check.name)
            .or_else(|| free.iter().position(same));
        match at {
            Some(at) => {
                let live = free.remove(at);
                found.extend(not_valid(context, &live.name, live.valid));
                found.extend(other_name(context, "check", &live.name, &check.name));
            }
            None if is_guarded(context, &check.name) => {}
            None => found.push(missing_check(context, check)),
        }
    }
    for (at, live) in free.into_iter().enumerate() {
        found.push(unknown_check(context, live, at + 1));
    }
}

/// Whether triggers stand for a check, which came to a table that cannot be altered.
fn is_guarded(context: &Context<'_>, check: &str) -> bool {
    let guards = guards(check, context.database());
    let stands = |guard: &String| context.table.others.contains(&trigger_in_words(guard));
    !guards.is_empty() && guards.iter().all(stands)
}

/// The columns of the model that a condition reads.
fn read_by<'m>(context: &'m Context<'_>, condition: &str) -> Vec<&'m Column> {
    let names = context
        .model
        .columns
        .iter()
        .map(|column| column.name.as_str());
    let read = words::reads(condition, names, context.database());
    read.into_iter()
        .filter_map(|name| context.model.column(name))
        .collect()
}

fn missing_check(context: &Context<'_>, check: &Check) -> Difference {
    let condition = words::bare(&check.condition, context.database());
    let what = format!(
        "the table `{}` has no check `{condition}`",
        context.table.name
    );
    let read = read_by(context, &condition);
    let holder = read.iter().find(|column| column.check.is_some());
    let on = match holder {
        Some(column) => On::Field(column.field.clone()),
        None => context.on_struct(),
    };
    let difference = context
        .difference(Kind::Check, Weight::Differs, &check.name, what)
        .by(Settle::Without(on, "check".to_owned()));
    match holder {
        Some(column) => difference.of(&column.name),
        None => difference,
    }
}

fn unknown_check(context: &Context<'_>, live: &Check, number: usize) -> Difference {
    let database = context.database();
    let condition = words::bare(&live.condition, database);
    let what = format!(
        "the table `{}` has a check that the model lacks: `{condition}`",
        context.table.name
    );
    let attribute = dialected("check", &condition, database, context.databases, |_| None);
    let name = match live.name.as_str() {
        // An id is typed on a command line, so a condition is none.
        "" => format!("check{number}"),
        name => name.to_owned(),
    };
    let difference = context.difference(Kind::Check, Weight::Differs, &name, what);
    match read_by(context, &condition).as_slice() {
        [only] if only.check.is_none() => difference
            .of(&only.name)
            .by(Settle::Attribute(On::Field(only.field.clone()), attribute)),
        _ => difference.by(Settle::Attribute(context.on_struct(), attribute)),
    }
}

pub(super) fn references(context: &Context<'_>, found: &mut Vec<Difference>) {
    let mut free: Vec<&Reference> = context.table.references.iter().collect();
    for column in &context.model.columns {
        let Some(said) = &column.references else {
            continue;
        };
        let is_it = |live: &&Reference| {
            live.columns == [column.name.as_str()]
                && live.table == said.table
                && live.targets == [said.column.as_str()]
        };
        let Some(at) = free.iter().position(is_it) else {
            let alike = free
                .iter()
                .position(|live| live.columns == [column.name.as_str()] && live.targets.len() == 1);
            let live = alike.map(|at| free.remove(at));
            found.push(other_reference(context, column, said, live));
            continue;
        };
        let live = free.remove(at);
        found.extend(not_valid(context, &live.name, live.valid));
        if let Some(name) = context.model.reference_name(&column.name) {
            found.extend(other_name(context, "foreign key", &live.name, &name));
        }
        if !live.actions.is_empty() {
            let what = format!(
                "the foreign key of `{}` says {}, which no attribute does; it is left alone",
                column.name, live.actions
            );
            found.push(
                context
                    .difference(Kind::ForeignKey, Weight::Note, &column.name, what)
                    .of(&column.name),
            );
        }
    }
    for live in free {
        found.push(unknown_reference(context, live));
    }
}

/// The model's foreign key is not there, or leads elsewhere.
fn other_reference(
    context: &Context<'_>,
    column: &Column,
    said: &model::Reference,
    live: Option<&Reference>,
) -> Difference {
    let on = On::Field(column.field.clone());
    let said = format!("{}({})", said.table, said.column);
    let (what, settle) = match live {
        Some(live) => {
            let to = format!("{}({})", live.table, live.targets.join(", "));
            (
                format!(
                    "the foreign key of `{}` refers to `{to}` in the table, and to `{said}` in the model",
                    column.name
                ),
                Settle::Attribute(on, format!("references = {}", words::literal(&to))),
            )
        }
        None => (
            format!(
                "the table `{}` has no foreign key from `{}` to `{said}`",
                context.table.name, column.name
            ),
            Settle::Without(on, "references".to_owned()),
        ),
    };
    context
        .difference(Kind::ForeignKey, Weight::Differs, &column.name, what)
        .of(&column.name)
        .by(settle)
}

fn unknown_reference(context: &Context<'_>, live: &Reference) -> Difference {
    let table = &context.table.name;
    let from = live.columns.join(", ");
    let to = format!("{}({})", live.table, live.targets.join(", "));
    let name = match live.name.as_str() {
        "" => from.as_str(),
        name => name,
    };
    let single = match (live.columns.as_slice(), live.targets.as_slice()) {
        ([column], [_]) => context.model.column(column),
        _ => None,
    };
    let Some(column) = single.filter(|column| column.references.is_none()) else {
        let what = format!(
            "`{table}` has a foreign key from ({from}) to `{to}`, which no attribute says; it is left alone"
        );
        return context.difference(Kind::ForeignKey, Weight::Note, name, what);
    };
    let what = format!(
        "the table `{table}` has a foreign key from `{from}` to `{to}`, which the model lacks"
    );
    context
        .difference(Kind::ForeignKey, Weight::Differs, name, what)
        .of(&column.name)
        .by(Settle::Attribute(
            On::Field(column.field.clone()),
            format!("references = {}", words::literal(&to)),
        ))
}

/// A constraint that old rows were never compared with.
fn not_valid(context: &Context<'_>, name: &str, valid: bool) -> Option<Difference> {
    if valid {
        return None;
    }
    let what = format!(
        "`{name}` of the table `{}` is NOT VALID: old rows may break it",
        context.table.name
    );
    let difference = context.difference(Kind::Other, Weight::Note, name, what);
    Some(difference.by(Settle::Sql(format!(
        "ALTER TABLE {} VALIDATE CONSTRAINT {}",
        Ident(&context.table.name),
        Ident(name)
    ))))
}

/// A constraint that goes by another name than the one by which colmig would look for it.
fn other_name(context: &Context<'_>, kind: &str, live: &str, said: &str) -> Option<Difference> {
    // SQLite has no statement that would drop or rename one.
    if live == said || context.database() == Sql::Sqlite {
        return None;
    }
    let said = bounded_name(said);
    let what = format!("the {kind} `{live}` would be `{said}` by colmig");
    if context.database() == Sql::MariaDb {
        let what = format!("{what}: when it is taken off the model one day, drop it by hand");
        return Some(context.difference(Kind::Name, Weight::Note, live, what));
    }
    let difference = context.difference(Kind::Name, Weight::Note, live, what);
    Some(difference.by(Settle::Sql(format!(
        "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
        Ident(&context.table.name),
        Ident(live),
        Ident(&said)
    ))))
}
