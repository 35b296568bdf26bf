//! What the runtime knows of a model without its type: names and statements.

use std::fmt;

use crate::access::{Field, Table};
use crate::parse::ParsedModel;
use crate::{Database, Model, Record, Sql};

use super::code::Text;
use super::drift;

/// The databases that accessors by SQL are made for. Without a record: every one that has the
/// model's types.
pub(super) fn databases(parsed: &ParsedModel, record: Option<&Record>) -> Vec<Sql> {
    if let Some(record) = record {
        let databases = record.databases.iter().copied();
        return databases.filter_map(Database::sql).collect();
    }
    let columns = &parsed.model.columns;
    let stores = |database: &Sql| {
        let missing = |column: &crate::model::Column| column.ty.sql(*database).is_none();
        !columns.iter().any(missing)
    };
    Sql::ALL.into_iter().filter(stores).collect()
}

/// Writes the constants that describe the model.
///
/// All that is text is one text, which the runtime reads: to the compiler each literal is
/// an expression of its own.
pub(super) fn write(text: &mut Text<'_>, parsed: &ParsedModel, record: Option<&Record>) {
    let model = &parsed.model;
    let in_flight = record.is_some_and(|record| {
        let leaves = |leaving: &crate::record::Leaving| !leaving.filling.is_empty();
        record.renamed.is_some()
            || record.columns.iter().any(|column| column.flight.is_some())
            || record.leaving.iter().any(leaves)
    });
    let lines = fmt::from_fn(|f| {
        write!(f, "model {}\ntable {}\n", model.name, model.table)?;
        names(f, "fields ", parsed.stored().map(|(field, _)| &*field.name))?;
        names(f, "key ", parsed.key().map(|field| &*field.name))?;
        if !model.collection {
            read_as(f, parsed, record)?;
            if !in_flight {
                plain(f, parsed, record)?;
            }
        }
        f.write_str("record\n")
    });
    text.code("const MODEL: &'static str = ::core::concat!(")
        .literal(&format!("{lines}"));
    drift::embed(text, record);
    text.code("); ");
    columns(text, model);
    if let Some(version) = record.and_then(|record| record.version.as_ref())
        && model.version().is_some()
    {
        text.code("const VERSION: ::core::option::Option<(&'static str, i32)> = ::core::option::Option::Some((")
            .literal(&version.field)
            .code(", ")
            .code(&version.number.to_string())
            .code(")); ");
    }
    if in_flight {
        text.code("const FLIGHTS: ::core::option::Option<&'static ")
            .path("Flights> = { static FLIGHTS: ")
            .path("Flights = ")
            .path("Flights::new(); ::core::option::Option::Some(&FLIGHTS) }; ");
    }
}

/// The columns that are not called like their field.
fn columns(text: &mut Text<'_>, model: &Model) {
    let mut before = "const COLUMNS: &'static [(usize, &'static str)] = &[(";
    for (position, column) in model.columns.iter().enumerate() {
        if column.field != column.name {
            text.code(before).number(position).code(", ");
            text.literal(&column.name);
            before = "), (";
        }
    }
    if before == "), (" {
        text.code(")]; ");
    }
}

/// The statements of a model with nothing in flight, each text once.
fn plain(f: &mut fmt::Formatter<'_>, parsed: &ParsedModel, record: Option<&Record>) -> fmt::Result {
    let mut texts: Vec<(Vec<&str>, [String; 3])> = Vec::new();
    for database in databases(parsed, record) {
        let table = table(&parsed.model, record, database);
        let sql = [table.find(), table.insert().sql, table.delete()];
        match texts.iter_mut().find(|(_, same)| *same == sql) {
            Some((databases, _)) => databases.push(database.name()),
            None => texts.push((vec![database.name()], sql)),
        }
    }
    for (databases, [find, insert, delete]) in texts {
        names(f, "databases ", databases.into_iter())?;
        write!(f, "find {find}\ninsert {insert}\ndelete {delete}\n")?;
    }
    Ok(())
}

/// A line of names.
fn names<'a>(
    f: &mut fmt::Formatter<'_>,
    mut before: &str,
    names: impl Iterator<Item = &'a str>,
) -> fmt::Result {
    for name in names {
        f.write_str(before)?;
        f.write_str(name)?;
        before = ", ";
    }
    f.write_str("\n")
}

/// A line of the fields that PostgreSQL is asked for as another type than the column's, each with
/// that type; no line where there are none.
fn read_as(
    f: &mut fmt::Formatter<'_>,
    parsed: &ParsedModel,
    record: Option<&Record>,
) -> fmt::Result {
    let mut before = "cast ";
    for (field, column) in parsed.stored() {
        let was_widened = record.is_some_and(|record| record.was_widened(&column.name));
        if let Some(ty) = column.ty.read_as(Sql::Postgres, was_widened) {
            write!(f, "{before}{} {ty}", field.name)?;
            before = ", ";
        }
    }
    f.write_str(if before == ", " { "\n" } else { "" })
}

fn table<'a>(model: &'a Model, record: Option<&Record>, database: Sql) -> Table<'a> {
    let fields = model.columns.iter().map(|column| Field {
        column: &column.name,
        key: column.primary_key,
        read_as: {
            let was_widened = record.is_some_and(|record| record.was_widened(&column.name));
            column.ty.read_as(database, was_widened)
        },
        flight: None,
    });
    Table {
        name: &model.table,
        stored_as: None,
        fields: fields.collect(),
        leaving: Vec::new(),
        database,
    }
}
