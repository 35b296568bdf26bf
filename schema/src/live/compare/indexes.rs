//! Indexes: matched by what they are, and not by what they are called.

use super::super::{Index, words};
use super::{Context, Difference, Kind, On, Settle, Weight};
use crate::Sql;
use crate::model;
use crate::render::Ident;

pub(super) fn compare(context: &Context<'_>, found: &mut Vec<Difference>) {
    let table = &context.model.table;
    let mut free: Vec<&Index> = context.table.indexes.iter().collect();
    free.retain(|index| {
        if !index.valid {
            found.push(invalid(context, index));
        }
        index.valid
    });
    for said in context.model.all_indexes() {
        let name = said.name(table);
        let rehearsed = context
            .said
            .and_then(|table| table.indexes.iter().find(|index| index.name == name));
        let is_it = |live: &&Index| match said.plain_columns() {
            Some(columns) => live.plain && live.unique == said.unique && live.columns == columns,
            None => rehearsed.is_some_and(|rehearsed| same(rehearsed, live, context.database())),
        };
        // One of two that are the same may have the name.
        let at = free
            .iter()
            .position(|live| is_it(live) && live.name == name)
            .or_else(|| free.iter().position(is_it));
        match at {
            Some(at) => found.extend(by_another_name(context, free.remove(at), &name)),
            None => found.extend(missing(context, &said, &name, &free)),
        }
    }
    // One that a foreign key needs came with it, or would have to.
    free.retain(|live| !context.table.serves_reference(live, context.database()));
    found.extend(free.into_iter().map(|live| unknown(context, live)));
}

fn kind(unique: bool) -> Kind {
    match unique {
        true => Kind::Unique,
        false => Kind::Index,
    }
}

fn a(unique: bool) -> &'static str {
    match unique {
        true => "unique index",
        false => "index",
    }
}

/// Whether they are one index, but for the name and the table.
fn same(one: &Index, other: &Index, database: Sql) -> bool {
    // In front of it stand the name and the table.
    let shape = |index: &Index| {
        let separator = match database {
            Sql::Postgres => " USING ",
            Sql::MariaDb | Sql::Sqlite => "(",
        };
        let cut = index.definition.split_once(separator);
        cut.map(|(_, shape)| format!("({shape}"))
    };
    match (shape(one), shape(other)) {
        (Some(this), Some(that)) => {
            one.unique == other.unique && words::same(&this, &that, database)
        }
        _ => false,
    }
}

/// Where the attribute of an index over columns stands, and what it is.
fn attribute(context: &Context<'_>, columns: &[&str], unique: bool) -> (On, String) {
    let word = if unique { "unique" } else { "index" };
    match columns {
        [only] => (
            On::Field(context.field_of(only).to_owned()),
            word.to_owned(),
        ),
        several => {
            let fields: Vec<&str> = several
                .iter()
                .map(|column| context.field_of(column))
                .collect();
            (
                context.on_struct(),
                format!("{word}({})", fields.join(", ")),
            )
        }
    }
}

/// The table has no such index. A unique one serves every look-up that a plain one would, and
/// is told of by itself.
fn missing(
    context: &Context<'_>,
    said: &model::Index,
    name: &str,
    free: &[&Index],
) -> Option<Difference> {
    let Some(columns) = said.plain_columns() else {
        // That the database does not take its words is told of by itself.
        context.said?;
        let what = format!(
            "the table `{}` has no {} like `{name}`",
            context.table.name,
            a(said.unique)
        );
        let difference = context.difference(kind(said.unique), Weight::Differs, name, what);
        return Some(difference.by(Settle::Words(format!(
            "take the attribute off `{}`, and put it back afterwards: `cargo colmig generate` then creates the index online",
            context.model.name
        ))));
    };
    let mut free = free.iter();
    if !said.unique && free.any(|live| live.plain && live.unique && live.columns == columns) {
        return None;
    }
    let what = format!(
        "the table `{}` has no {} over ({})",
        context.table.name,
        a(said.unique),
        columns.join(", ")
    );
    let (on, words) = attribute(context, &columns, said.unique);
    let difference = context
        .difference(kind(said.unique), Weight::Differs, name, what)
        .by(Settle::Without(on, words));
    Some(match columns.as_slice() {
        [only] => difference.of(only),
        _ => difference,
    })
}

/// The model says nothing of the index.
fn unknown(context: &Context<'_>, live: &Index) -> Difference {
    let table = &context.table.name;
    let known = live
        .columns
        .iter()
        .all(|name| context.model.column(name).is_some());
    let mut said = context.model.all_indexes().into_iter();
    let twin = said.any(|said| {
        said.plain_columns()
            .is_some_and(|columns| live.columns == columns)
            && said.unique == live.unique
    });
    if !live.plain || !known || twin {
        let why = match (live.plain, known) {
            (false, _) => format!("which no attribute of the model says: {}", live.definition),
            (_, false) => "over columns that have no field".to_owned(),
            _ => "over the columns of another".to_owned(),
        };
        let what = format!(
            "`{table}` has the {} `{}`, {why}; it is left alone",
            a(live.unique),
            live.name
        );
        return context.difference(kind(live.unique), Weight::Note, &live.name, what);
    }
    let what = format!(
        "the table `{table}` has the {} `{}` over ({}), which the model lacks",
        a(live.unique),
        live.name,
        live.columns.join(", ")
    );
    let columns: Vec<&str> = live.columns.iter().map(String::as_str).collect();
    let (on, words) = attribute(context, &columns, live.unique);
    let difference = context
        .difference(kind(live.unique), Weight::Differs, &live.name, what)
        .by(Settle::Attribute(on, words));
    match live.columns.as_slice() {
        [only] => difference.of(only),
        _ => difference,
    }
}

fn invalid(context: &Context<'_>, live: &Index) -> Difference {
    let what = format!(
        "the index `{}` of `{}` is invalid: a build of it failed, and no query uses it",
        live.name, context.table.name
    );
    let difference = context.difference(kind(live.unique), Weight::Note, &live.name, what);
    difference.by(Settle::Sql(format!(
        "DROP INDEX CONCURRENTLY {}",
        Ident(&live.name)
    )))
}

/// An index that colmig would not find by its name, when it is to go one day.
fn by_another_name(context: &Context<'_>, live: &Index, name: &str) -> Option<Difference> {
    if live.constraint {
        let what = format!(
            "`{}` belongs to a constraint of `{}`: taken off the model one day, it stays in the table",
            live.name, context.table.name
        );
        return Some(context.difference(Kind::Name, Weight::Note, &live.name, what));
    }
    if live.name == name {
        return None;
    }
    let what = format!(
        "the index `{}` would be `{name}` by colmig: taken off the model one day, it stays in the table",
        live.name
    );
    let difference = context.difference(Kind::Name, Weight::Note, &live.name, what);
    Some(match context.database() {
        Sql::Postgres => difference.by(Settle::Sql(format!(
            "ALTER INDEX {} RENAME TO {}",
            Ident(&live.name),
            Ident(name)
        ))),
        Sql::MariaDb => difference.by(Settle::Sql(format!(
            "ALTER TABLE {} RENAME INDEX {} TO {}, ALGORITHM=INSTANT",
            context.database().ident(&context.table.name),
            context.database().ident(&live.name),
            context.database().ident(name)
        ))),
        Sql::Sqlite => difference,
    })
}
