//! Columns: those that one of the two lacks, and what differs in those of both.

use super::super::rust::{
    dialected, field, fitting, in_full, line, named, reads, same_type, suits, values,
};
use super::super::{Column, Filled, words};
use super::{Context, Difference, Kind, On, Settle, Weight};
use crate::model::{self, ColumnType};
use crate::nearest;

pub(super) fn compare(context: &Context<'_>, found: &mut Vec<Difference>) {
    let known = |column: &Column| context.model.column(&column.name).is_some();
    for column in &context.model.columns {
        match context.table.column(&column.name) {
            Some(live) => both(context, column, live, found),
            None => found.push(missing(context, column)),
        }
    }
    let more = context.table.columns.iter().filter(|column| !known(column));
    found.extend(more.filter_map(|live| unknown(context, live)));
}

/// The table has no such column.
fn missing(context: &Context<'_>, column: &model::Column) -> Difference {
    let name = &column.name;
    let free = context
        .table
        .columns
        .iter()
        .filter(|live| context.model.column(&live.name).is_none());
    let near = nearest(name, free.map(|live| live.name.as_str()));
    let what = format!("the table `{}` has no column `{name}`", context.table.name);
    let difference = context
        .difference(Kind::Column, Weight::Blocks, name, what)
        .of(name);
    let difference = match near {
        Some(near) => difference.by(Settle::Attribute(
            On::Field(column.field.clone()),
            format!("column = {}", words::literal(near)),
        )),
        None => difference,
    };
    difference.by(Settle::Words(format!(
        "if it is new, take the field `{}` out until the database is taken over, and put it back: `cargo colmig generate` \
         then adds the column",
        column.field
    )))
}

/// The model has no such column. One that an expression fills is nobody's to write.
fn unknown(context: &Context<'_>, live: &Column) -> Option<Difference> {
    if matches!(live.filled, Filled::Generated(_)) {
        return None;
    }
    let weight = match live.has_to_be_written() {
        true => Weight::Blocks,
        false => Weight::Note,
    };
    let table = &context.table.name;
    let what = match live.has_to_be_written() {
        true => format!(
            "`{}` of the table `{table}` is required and has no default, and no field stands for it: inserts would fail",
            live.name
        ),
        false => format!(
            "`{}` of the table `{table}` has no field, and is left alone",
            live.name
        ),
    };
    let difference = context.difference(Kind::Column, weight, &live.name, what);
    Some(difference.by(new_field(context, live)))
}

/// The line of the struct for a column that has none yet.
fn new_field(context: &Context<'_>, live: &Column) -> Settle {
    let fitting = fitting(
        live,
        &context.schema.enums,
        context.crates,
        context.database(),
    );
    let mut attributes = Vec::new();
    let simple = live
        .name
        .chars()
        .enumerate()
        .all(|(at, c)| c.is_lowercase() || c == '_' || (at > 0 && c.is_numeric()));
    let name = match simple {
        true => field(&live.name),
        false => {
            attributes.push(format!("column = {}", words::literal(&live.name)));
            let plain: String = live
                .name
                .chars()
                .map(|c| if c.is_alphanumeric() { c } else { '_' })
                .collect();
            field(&plain.to_lowercase())
        }
    };
    if let Some(ty) = &fitting.sql_type {
        attributes.push(dialected(
            "sql_type",
            ty,
            context.database(),
            context.databases,
            |database| fitting.elsewhere(database),
        ));
        attributes.extend(values(&live.ty, &context.schema.enums));
    }
    if let Some(default) = &live.default {
        let default = words::bare(default, context.database());
        attributes.push(dialected(
            "default",
            &default,
            context.database(),
            context.databases,
            |_| None,
        ));
    }
    let attributes = match attributes.is_empty() {
        true => String::new(),
        false => format!("#[colmig({})] ", attributes.join(", ")),
    };
    let rust = fitting.rust.unwrap_or_else(|| "/* the type */".to_owned());
    Settle::Field(format!("{attributes}{}", line(&name, &rust, live.nullable)))
}

fn both(context: &Context<'_>, column: &model::Column, live: &Column, found: &mut Vec<Difference>) {
    let said = context.said.and_then(|said| said.column(&column.name));
    if let Filled::Generated(expression) = &live.filled {
        let what = format!(
            "`{}` is generated from `{expression}`, and the accessors would write it",
            live.name
        );
        found.push(
            context
                .difference(Kind::Generated, Weight::Blocks, &live.name, what)
                .of(&column.name)
                .by(Settle::Words(format!(
                    "take the field `{}` out: the database goes on to fill the column",
                    column.field
                ))),
        );
        return;
    }
    // NULL in a key is nothing that SQLite keeps anybody from, and nothing that anybody does.
    if live.nullable != column.nullable && !column.primary_key {
        found.push(nullability(context, column, live));
    }
    let Some(said) = said else { return };
    let same = same_type(&live.ty, &said.ty, context.database())
        && same_collation(live, said)
        && live.filled == said.filled;
    if !same {
        found.push(of_type(context, column, live, said));
    } else {
        found.extend(of_values(context, column, live));
    }
    if live.filled == Filled::IdentityAlways {
        let what = format!(
            "`{}` is GENERATED ALWAYS: PostgreSQL refuses an insert that gives it a value, as those of the accessors do",
            live.name
        );
        found.push(
            context
                .difference(Kind::Generated, Weight::Note, &live.name, what)
                .of(&column.name)
                .by(Settle::Sql(format!(
                    "ALTER TABLE {} ALTER COLUMN {} SET GENERATED BY DEFAULT",
                    crate::render::Ident(&context.table.name),
                    crate::render::Ident(&live.name)
                ))),
        );
    }
    match (&live.default, &said.default) {
        (Some(live), Some(said)) if words::same(live, said, context.database()) => {}
        (None, None) => {}
        (live_default, said_default) => {
            found.push(default(
                context,
                column,
                live_default.as_deref(),
                said_default.as_deref(),
            ));
        }
    }
}

fn same_collation(live: &Column, said: &Column) -> bool {
    match (&live.collation, &said.collation) {
        (Some(live), Some(said)) => live.eq_ignore_ascii_case(said),
        (None, None) => true,
        // SQLite's own, which is the same as none.
        (Some(only), None) | (None, Some(only)) => only.eq_ignore_ascii_case("binary"),
    }
}

/// The values of a type that are others in the database. Where the model lists none, it says
/// nothing of them.
fn of_values(context: &Context<'_>, column: &model::Column, live: &Column) -> Option<Difference> {
    let mut enums = context.schema.enums.iter();
    let of = enums.find(|listed| listed.name == live.ty)?;
    let said = column.ty.values();
    if said.is_empty() || said == of.values {
        return None;
    }
    let what = format!(
        "the type `{}` of `{}` has the values {}, and the model says {}",
        of.name,
        live.name,
        of.values.join(", "),
        said.join(", ")
    );
    // The baseline refuses to run where they are others.
    let difference = context
        .difference(Kind::Type, Weight::Blocks, &live.name, what)
        .of(&column.name);
    let attribute = values(&live.ty, &context.schema.enums)?;
    Some(difference.by(Settle::Attribute(
        On::Field(column.field.clone()),
        attribute,
    )))
}

fn of_type(
    context: &Context<'_>,
    column: &model::Column,
    live: &Column,
    said: &Column,
) -> Difference {
    let database = context.database();
    let what = format!(
        "`{}` is `{}` in the table, and `{}` in the model",
        live.name,
        in_full(live, database),
        in_full(said, database)
    );
    let difference = context
        .difference(Kind::Type, Weight::Differs, &live.name, what)
        .of(&column.name);
    let fitting = fitting(live, &context.schema.enums, context.crates, database);
    let on = || On::Field(column.field.clone());
    // A line of its own only where the type of Rust is another.
    let fits = suits(column, &fitting, database);
    let difference = match (&fitting.rust, fits) {
        (Some(rust), false) => difference.by(Settle::Field(line(
            &field(&column.field),
            rust,
            live.nullable,
        ))),
        _ => difference,
    };
    let ty = match (&fitting.sql_type, &column.ty) {
        (Some(ty), _) => ty.clone(),
        (None, ColumnType::Custom(_) | ColumnType::Enum(_)) => {
            match fitting.rust.is_some() && named(&live.ty, database).is_some() {
                true => return difference.by(Settle::Without(on(), "sql_type".to_owned())),
                false => in_full(live, database),
            }
        }
        // The type of Rust says it, or the column's own words do.
        (None, _) if !fits => return difference,
        (None, _) => in_full(live, database),
    };
    let others = |other| column.ty.sql(other).map(str::to_owned);
    let attribute = dialected("sql_type", &ty, database, context.databases, others);
    match fits {
        true => difference.by(Settle::Attribute(on(), attribute)),
        // Both at once: the one is not right without the other.
        false => {
            let mut difference = difference;
            let line = match difference.settles.pop() {
                Some(Settle::Field(line)) => line,
                _ => return difference.by(Settle::Attribute(on(), attribute)),
            };
            difference.by(Settle::Field(format!("#[colmig({attribute})] {line}")))
        }
    }
}

fn nullability(context: &Context<'_>, column: &model::Column, live: &Column) -> Difference {
    let what = match live.nullable {
        true => format!(
            "`{}` may hold NULL in the table, and the field is required",
            live.name
        ),
        false => format!(
            "`{}` is NOT NULL in the table, and the field is an `Option`",
            live.name
        ),
    };
    let fitting = fitting(
        live,
        &context.schema.enums,
        context.crates,
        context.database(),
    );
    let name = field(&column.field);
    let known =
        matches!(&fitting.rust, Some(rust) if !column.ty.is_custom() && reads(column, rust));
    let settle = match (fitting.rust, known, live.nullable) {
        (Some(rust), true, nullable) => Settle::Field(line(&name, &rust, nullable)),
        (_, _, true) => Settle::Words(format!("make an `Option` of the field `{}`", column.field)),
        (_, _, false) => Settle::Words(format!(
            "take the `Option` off the field `{}`",
            column.field
        )),
    };
    context
        .difference(Kind::Nullability, Weight::Differs, &live.name, what)
        .of(&column.name)
        .by(settle)
}

fn default(
    context: &Context<'_>,
    column: &model::Column,
    live: Option<&str>,
    said: Option<&str>,
) -> Difference {
    let database = context.database();
    let shown = |text: Option<&str>| match text {
        Some(text) => format!("`{}`", words::bare(text, database)),
        None => "none".to_owned(),
    };
    let what = format!(
        "the default of `{}` is {} in the table, and {} in the model",
        column.name,
        shown(live),
        shown(said)
    );
    let on = On::Field(column.field.clone());
    let settle = match live {
        Some(live) => {
            let others = |other| {
                let default = column.default.as_ref()?;
                default.get(other).map(str::to_owned)
            };
            let text = words::bare(live, database);
            Settle::Attribute(
                on,
                dialected("default", &text, database, context.databases, others),
            )
        }
        None => Settle::Without(on, "default".to_owned()),
    };
    context
        .difference(Kind::Default, Weight::Differs, &column.name, what)
        .of(&column.name)
        .by(settle)
}
