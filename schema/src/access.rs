//! The statements of accessors, for every stage of every column in flight.
//!
//! The derive calls this at compile time for a model with nothing in flight, and
//! emits the finished text. For one with columns in flight the runtime calls it, once
//! for each combination of stages. It is the same code, so both are the same SQL.

use std::fmt::{self, Write};

use crate::render::{Ident, write_placeholder};
use crate::{Database, Stage, Template};

/// What the statements of one model on one database are made from.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// The table.
    pub name: &'a str,
    /// The stored fields, in the order of the struct.
    pub fields: Vec<Field<'a>>,
    /// The database.
    pub database: Database,
}

/// One stored field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The column.
    pub column: &'a str,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// Where the column is on its way; none once it is there for good.
    pub flight: Option<InFlight<'a>>,
}

/// A field whose column is on its way.
#[derive(Clone, Debug)]
pub struct InFlight<'a> {
    /// What the statement may rely on.
    pub stage: Stage,
    /// What a row holds that is older than the column.
    pub fallback: &'a Template,
    /// Whether NULL means "older than the column".
    pub null_is_old: bool,
}

/// A statement, and which field goes into which of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// The position of the field that each parameter takes, in the order of the parameters.
    pub binds: Vec<usize>,
}

/// How a field is asked for by a tail of SQL: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTail {
    /// The braces are wrong.
    #[error(transparent)]
    Template(#[from] crate::template::BadTemplate),
    /// No such field.
    #[error("`{{{0}}}` is no column of this model")]
    UnknownColumn(String),
}

impl InFlight<'_> {
    fn written(&self) -> bool {
        self.stage >= Stage::Written
    }
}

impl Field<'_> {
    fn written(&self) -> bool {
        self.flight.as_ref().is_none_or(InFlight::written)
    }
}

impl Table<'_> {
    /// Writes what a read of a field stands for at this stage, over the row `row`.
    fn read(&self, to: &mut dyn Write, field: &Field<'_>, row: &str) -> fmt::Result {
        let column = Ident(field.column);
        match &field.flight {
            Some(flight) if flight.stage == Stage::Absent => {
                write!(to, "({})", flight.fallback.over(row))
            }
            Some(flight) if flight.null_is_old && flight.stage < Stage::Filled => {
                write!(
                    to,
                    "COALESCE({row}.{column}, {})",
                    flight.fallback.over(row)
                )
            }
            _ => {
                to.write_str(row)?;
                to.write_str(".")?;
                column.write_to(to)
            }
        }
    }

    /// The list of expressions that reads every field, in the order of the struct.
    pub fn select_list(&self) -> String {
        text(|to| self.write_select_list(to))
    }

    fn write_select_list(&self, to: &mut dyn Write) -> fmt::Result {
        let row = format!("{}", Ident(self.name));
        list(to, &self.fields, |to, _, field| {
            self.read(to, field, &row)?;
            // The name that the column has for good, also where an expression stands for it.
            if field.flight.is_some() {
                to.write_str(" AS ")?;
                Ident(field.column).write_to(to)?;
            }
            Ok(())
        })
    }

    fn write_select(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("SELECT ")?;
        self.write_select_list(to)?;
        to.write_str(" FROM ")?;
        Ident(self.name).write_to(to)
    }

    /// `SELECT ... FROM table`, for a tail to follow.
    pub fn select(&self) -> String {
        text(|to| self.write_select(to))
    }

    /// One row by its primary key. The key's values are bound in the order of the fields.
    pub fn find(&self) -> String {
        text(|to| {
            self.write_select(to)?;
            self.write_key_condition(to, 1)
        })
    }

    /// Deletes one row by its primary key.
    pub fn delete(&self) -> String {
        text(|to| {
            to.write_str("DELETE FROM ")?;
            Ident(self.name).write_to(to)?;
            self.write_key_condition(to, 1)
        })
    }

    /// A tail of SQL with every `{column}` replaced by what this stage reads.
    pub fn tail(&self, tail: &str) -> Result<String, BadTail> {
        let template: Template = tail.parse()?;
        for name in template.columns() {
            self.field(name)
                .ok_or_else(|| BadTail::UnknownColumn(name.to_owned()))?;
        }
        let row = Ident(self.name).to_string();
        let text = template.with(|name, f| match self.field(name) {
            Some(field) => self.read(f, field, &row),
            None => Ok(()),
        });
        Ok(text.to_string())
    }

    fn field(&self, column: &str) -> Option<&Field<'_>> {
        self.fields.iter().find(|field| field.column == column)
    }

    /// Inserts one row.
    ///
    /// A field that cannot be stored yet takes part as a condition: the row goes in if
    /// the field's value is what a read will give for it, and otherwise no row is
    /// inserted. That way no accepted value is ever lost, in one statement.
    pub fn insert(&self) -> Statement {
        let (stored, held): (Vec<usize>, Vec<usize>) =
            (0..self.fields.len()).partition(|position| self.fields[*position].written());
        let sql = text(|to| self.write_insert(to, &stored, &held));
        Statement {
            sql,
            binds: stored.into_iter().chain(held).collect(),
        }
    }

    fn write_insert(&self, to: &mut dyn Write, stored: &[usize], held: &[usize]) -> fmt::Result {
        let column = |field: &usize| Ident(self.fields[*field].column);
        to.write_str("INSERT INTO ")?;
        Ident(self.name).write_to(to)?;
        to.write_str(" (")?;
        list(to, stored, |to, _, field| column(field).write_to(to))?;
        if held.is_empty() {
            to.write_str(") VALUES (")?;
            list(to, stored, |to, parameter, _| {
                write_placeholder(to, parameter)
            })?;
            return to.write_str(")");
        }
        let row = Ident("colmig_new");
        to.write_str(") SELECT ")?;
        list(to, stored, |to, _, field| {
            write!(to, "{row}.{}", column(field))
        })?;
        to.write_str(" FROM (SELECT ")?;
        list(to, stored, |to, parameter, field| {
            write_placeholder(to, parameter)?;
            write!(to, " AS {}", column(field))
        })?;
        write!(to, ") AS {row} WHERE ")?;
        for (position, field) in held.iter().enumerate() {
            let Some(flight) = &self.fields[*field].flight else {
                continue;
            };
            to.write_str(if position > 0 { " AND " } else { "" })?;
            let fallback = flight.fallback.over("\"colmig_new\"");
            write!(to, "({fallback}) {} ", self.same())?;
            write_placeholder(to, stored.len() + position + 1)?;
        }
        Ok(())
    }

    /// Updates the fields at `set`, which has at least one, of one row by its primary
    /// key. The values of `set` are bound first, then those of the key.
    ///
    /// # Errors
    /// The position of a field that cannot be stored yet.
    pub fn update(&self, set: &[usize]) -> Result<String, usize> {
        if let Some(early) = set.iter().find(|field| !self.fields[**field].written()) {
            return Err(*early);
        }
        Ok(text(|to| {
            to.write_str("UPDATE ")?;
            Ident(self.name).write_to(to)?;
            to.write_str(" SET ")?;
            list(to, set, |to, parameter, field| {
                Ident(self.fields[*field].column).write_to(to)?;
                to.write_str(" = ")?;
                write_placeholder(to, parameter)
            })?;
            self.write_key_condition(to, set.len() + 1)
        }))
    }

    /// The positions of the fields of the primary key.
    pub fn key(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.fields.len()).filter(|position| self.fields[*position].key)
    }

    fn write_key_condition(&self, to: &mut dyn Write, first_parameter: usize) -> fmt::Result {
        let mut before = " WHERE ";
        for (position, field) in self.key().enumerate() {
            to.write_str(before)?;
            Ident(self.fields[field].column).write_to(to)?;
            to.write_str(" = ")?;
            write_placeholder(to, first_parameter + position)?;
            before = " AND ";
        }
        Ok(())
    }

    /// Equality that takes two NULLs for the same.
    fn same(&self) -> &'static str {
        match self.database {
            Database::Postgres => "IS NOT DISTINCT FROM",
            Database::Sqlite => "IS",
        }
    }
}

/// The text that is written. The derive, which is not optimised in most builds, writes thousands
/// of these: pieces go through the standard library's own formatter, for a `String` that is
/// pushed to by this crate would be as little optimised as the crate.
fn text(write: impl Fn(&mut dyn Write) -> fmt::Result) -> String {
    format!("{}", fmt::from_fn(|f| write(f)))
}

/// Calls `write` for each item, with its parameter, from 1, and commas between.
fn list<T>(
    to: &mut dyn Write,
    items: &[T],
    write: impl Fn(&mut dyn Write, usize, &T) -> fmt::Result,
) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        to.write_str(if position > 0 { ", " } else { "" })?;
        write(to, position + 1, item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rule: &Template, stage: Option<Stage>) -> Table<'_> {
        let field = |column, key| Field {
            column,
            key,
            flight: None,
        };
        Table {
            name: "users",
            fields: vec![
                field("id", true),
                field("first", false),
                Field {
                    flight: stage.map(|stage| InFlight {
                        stage,
                        fallback: rule,
                        null_is_old: true,
                    }),
                    ..field("name", false)
                },
            ],
            database: Database::Postgres,
        }
    }

    #[test]
    fn a_read_sees_rows_that_are_older_than_the_column() {
        let rule = "upper({first})".parse().unwrap();
        let name = |stage| {
            let list = table(&rule, stage).select_list();
            list.split_once("\"first\", ").unwrap().1.to_owned()
        };
        assert_eq!(
            name(Some(Stage::Absent)),
            r#"(upper("users"."first")) AS "name""#
        );
        for stage in [Stage::Readable, Stage::Written] {
            assert_eq!(
                name(Some(stage)),
                r#"COALESCE("users"."name", upper("users"."first")) AS "name""#
            );
        }
        assert_eq!(name(Some(Stage::Filled)), r#""users"."name" AS "name""#);
        assert_eq!(name(None), r#""users"."name""#);
    }

    #[test]
    fn an_insert_holds_a_value_that_cannot_be_stored_yet_against_what_a_read_will_give() {
        let rule = "upper({first})".parse().unwrap();
        let early = table(&rule, Some(Stage::Readable)).insert();
        assert_eq!(
            early.sql,
            r#"INSERT INTO "users" ("id", "first") SELECT "colmig_new"."id", "colmig_new"."first" FROM (SELECT $1 AS "id", $2 AS "first") AS "colmig_new" WHERE (upper("colmig_new"."first")) IS NOT DISTINCT FROM $3"#
        );
        assert_eq!(early.binds, [0, 1, 2]);
        let written = table(&rule, Some(Stage::Written)).insert();
        assert_eq!(written, table(&rule, None).insert());
        assert_eq!(
            written.sql,
            r#"INSERT INTO "users" ("id", "first", "name") VALUES ($1, $2, $3)"#
        );
    }

    #[test]
    fn an_update_of_a_field_that_cannot_be_stored_yet_is_refused() {
        let rule = Template::literal("''");
        assert_eq!(table(&rule, Some(Stage::Readable)).update(&[1, 2]), Err(2));
        assert_eq!(
            table(&rule, Some(Stage::Written)).update(&[2, 1]).unwrap(),
            r#"UPDATE "users" SET "name" = $1, "first" = $2 WHERE "id" = $3"#
        );
    }

    #[test]
    fn a_tail_reads_what_the_stage_reads() {
        let rule = "upper({first})".parse().unwrap();
        let table = table(&rule, Some(Stage::Written));
        assert_eq!(
            table.tail("WHERE {name} = $1 AND {id} > 2").unwrap(),
            r#"WHERE COALESCE("users"."name", upper("users"."first")) = $1 AND "users"."id" > 2"#
        );
        assert_eq!(
            table.tail("{nam}").unwrap_err().to_string(),
            "`{nam}` is no column of this model"
        );
    }
}
