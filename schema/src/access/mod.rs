//! The statements of accessors, for every stage of every column in flight.
//!
//! The derive calls this at compile time for a model with nothing in flight, and
//! emits the finished text. For one with columns in flight the runtime calls it, once
//! for each combination of stages. It is the same code, so both are the same SQL.

mod convert;
mod write;

pub use convert::{Conversion, KeyColumn};

use std::fmt::{self, Write};

use crate::render::{positional, write_placeholder};
use crate::{Side, Sides, Sql, Stage, Template};

/// What the statements of one model on one database are made from.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// The table, by the name that statements call its rows.
    pub name: &'a str,
    /// The name that the database has for it, where that is another for now.
    pub stored_as: Option<&'a str>,
    /// The stored fields, in the order of the struct.
    pub fields: Vec<Field<'a>>,
    /// The columns on their way out that inserts still have to give a value.
    pub leaving: Vec<Leaving<'a>>,
    /// The database.
    pub database: Sql,
}

/// One stored field.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// The column.
    pub column: &'a str,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// The type as which it is read, where that is not the column's own: see
    /// [`ColumnType::read_as`](crate::model::ColumnType::read_as).
    pub read_as: Option<&'a str>,
    /// Where the column is on its way; none once it is there for good.
    pub flight: Option<InFlight<'a>>,
}

/// A column that no field has any more, and that builds of old may still read.
#[derive(Clone, Debug)]
pub struct Leaving<'a> {
    /// The column.
    pub column: &'a str,
    /// What an insert stores in it.
    pub filling: &'a Template,
    /// What the statement may rely on.
    pub stage: Stage,
    /// Whether contract is under way, so that the column may still be there.
    pub ending: bool,
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
    /// The columns whose place it takes, each with what it holds; none if the column is new.
    pub legacy: Vec<(&'a str, &'a Template)>,
    /// The side that is read where both could be.
    pub reads: Side,
    /// Whether contract is under way, so that legacy may still be there.
    pub ending: bool,
    /// Whether functions of the application convert between the two sides. `fallback` is the
    /// one legacy column then, which a read gives as it is. A column that takes no other's
    /// place is filled by a function of other columns, and `fallback` is NULL.
    pub in_rust: bool,
    /// Whether the one legacy column stands for it wherever values are held against each other:
    /// it is of the same type, or an integer of a lesser one.
    pub alike: bool,
    /// Whether NULL cannot be stored yet, because older builds have no place for it.
    pub refuses_null: bool,
}

/// A statement, and which field goes into which of its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// The position of the field that each parameter takes, in the order of the parameters.
    pub binds: Vec<usize>,
    /// The fields whose legacy column goes into the parameters behind those: for each, what
    /// the application's function makes of the value.
    pub made: Vec<usize>,
    /// The conditions under which it writes, if there are any: where it wrote nothing, the
    /// fields, and a query with the same parameters that says for each, in this order,
    /// whether its value could be written. It gives no row where there is no such row.
    pub condition: Option<Condition>,
    /// Where parameters have no numbers: which of those above each of them is, from 0, in the
    /// order of the text. Empty where they have.
    pub order: Vec<usize>,
}

/// Under which condition a statement writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The fields whose values it is about.
    pub fields: Vec<usize>,
    /// The query that tells for each of them whether it was the one.
    pub sql: String,
    /// As in [`Statement`].
    pub order: Vec<usize>,
}

/// What a column is called that is read as another type.
#[derive(Clone, Copy)]
enum Names {
    /// By its name: somebody else reads the rows.
    OfColumns,
    /// By a name that no tail says. To `ORDER BY` a name is that of the list before it is that of
    /// a column, and no index serves `amount::numeric`, though it sorts alike.
    Aside,
}

/// The name that no tail says.
const READ_AS: &str = "colmig cast";

/// How a field is asked for by a tail of SQL: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTail {
    /// The braces are wrong.
    #[error(transparent)]
    Template(#[from] crate::template::BadTemplate),
    /// No such field.
    #[error("`{{{0}}}` is no column of this model")]
    UnknownColumn(String),
    /// What the field holds is known to a function of the application only.
    #[error("`{{{0}}}` is read from `{1}` through a function in Rust now, which SQL cannot call")]
    InRust(String, String),
    /// Rows that are not filled yet hold what a function of the application says.
    #[error(
        "`{{{0}}}` is made by a function in Rust in rows that are not filled yet, which SQL cannot call"
    )]
    FilledInRust(String),
}

impl InFlight<'_> {
    fn written(&self) -> bool {
        self.stage >= Stage::Written
    }

    /// Which sides are read and written; none if the column takes no other's place.
    fn sides(&self) -> Option<Sides> {
        (!self.legacy.is_empty()).then(|| self.stage.sides(self.reads))
    }

    /// Whether a function of the application says what a row holds that has no value yet.
    fn is_filled_in_rust(&self) -> bool {
        self.in_rust && self.legacy.is_empty()
    }

    /// Whether a read may have to call a function of the application.
    fn calls_rust(&self) -> bool {
        match self.is_filled_in_rust() {
            true => self.stage < Stage::Filled,
            false => self.in_rust && self.reads_rule(),
        }
    }

    /// Whether reads give what the rule says and not what the column holds.
    fn reads_rule(&self) -> bool {
        match self.sides() {
            Some(sides) => sides.reads == Side::Legacy,
            None => self.stage == Stage::Absent,
        }
    }
}

impl Field<'_> {
    /// The column that is held against a value of the field. No cast stands around it, so that its
    /// index serves the search.
    fn compared(&self) -> &str {
        match &self.flight {
            Some(flight) if flight.alike && flight.reads_rule() => {
                let legacy = flight.legacy.first();
                legacy.map_or(self.column, |(legacy, _)| legacy)
            }
            _ => self.column,
        }
    }
}

impl Table<'_> {
    /// Writes what a read of a field stands for at this stage, over the row `row`.
    fn read(&self, to: &mut dyn Write, field: &Field<'_>, row: &str) -> fmt::Result {
        let column = self.database.ident(field.column);
        match &field.flight {
            Some(flight) if flight.reads_rule() => {
                write!(to, "({})", flight.fallback.over(row, self.database))
            }
            // Where there is no value, the reader calls the function.
            Some(flight)
                if flight.null_is_old && flight.stage < Stage::Filled && !flight.in_rust =>
            {
                write!(
                    to,
                    "COALESCE({row}.{column}, {})",
                    flight.fallback.over(row, self.database)
                )
            }
            _ => {
                to.write_str(row)?;
                to.write_str(".")?;
                column.write_to(to)
            }
        }
    }

    /// The list of expressions that reads every field, in the order of the struct, each by the
    /// name of its column.
    pub fn select_list(&self) -> String {
        text(|to| self.write_select_list(to, Names::OfColumns))
    }

    fn write_select_list(&self, to: &mut dyn Write, names: Names) -> fmt::Result {
        let row = format!("{}", self.database.ident(self.name));
        list(to, &self.fields, |to, _, field| {
            self.read(to, field, &row)?;
            // What the application converts is legacy as it is, of whichever type.
            let converts = |flight: &InFlight<'_>| flight.calls_rust();
            let read_as = match field.flight.as_ref().is_some_and(converts) {
                true => None,
                false => field.read_as,
            };
            if let Some(ty) = read_as {
                to.write_str("::")?;
                to.write_str(ty)?;
            }
            // The name that the column has for good, also where an expression stands for it.
            let name = match (&field.flight, read_as, names) {
                (None, None, _) => return Ok(()),
                (None, Some(_), Names::Aside) => READ_AS,
                _ => field.column,
            };
            to.write_str(" AS ")?;
            self.database.ident(name).write_to(to)
        })
    }

    fn write_select(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("SELECT ")?;
        self.write_select_list(to, Names::Aside)?;
        to.write_str(" FROM ")?;
        self.write_name(to)
    }

    /// Writes the name of the table, where a statement says which it is about.
    fn write_name(&self, to: &mut dyn Write) -> fmt::Result {
        if let Some(stored_as) = self.stored_as {
            self.database.ident(stored_as).write_to(to)?;
            to.write_str(" AS ")?;
        }
        self.database.ident(self.name).write_to(to)
    }

    /// `SELECT ... FROM table`, for a tail to follow.
    pub fn select(&self) -> String {
        text(|to| self.write_select(to))
    }

    /// One row by its primary key. The key's values are bound in the order of the fields.
    pub fn find(&self) -> String {
        self.said(|to| {
            self.write_select(to)?;
            self.write_key_condition(to, 1)
        })
        .0
    }

    /// The text that is written, as the database takes it, and the order of its parameters.
    fn said(&self, write: impl Fn(&mut dyn Write) -> fmt::Result) -> (String, Vec<usize>) {
        let sql = text(write);
        match self.database {
            Sql::Postgres | Sql::Sqlite => (sql, Vec::new()),
            Sql::MariaDb => positional(&sql),
        }
    }

    /// The fields that a read gives as legacy holds them, or leaves empty, for the application
    /// to convert.
    pub fn converted(&self) -> impl Iterator<Item = usize> + '_ {
        let fields = self.fields.iter().enumerate();
        fields.filter_map(|(position, field)| {
            let flight = field.flight.as_ref()?;
            flight.calls_rust().then_some(position)
        })
    }

    /// The fields that an insert leaves out, and whose value has to be what the application's
    /// function makes of the other values: a read would give that, and nothing else.
    pub fn proved(&self) -> impl Iterator<Item = usize> + '_ {
        let fields = self.fields.iter().enumerate();
        fields.filter_map(|(position, field)| {
            let flight = field.flight.as_ref()?;
            (flight.is_filled_in_rust() && !flight.written()).then_some(position)
        })
    }

    /// Compares both sides of these fields in one row by its primary key: the key as text,
    /// and for each field whether they are the same, what legacy gives, and what the target
    /// holds, both as text. Where only the application can compare, both sides as they are
    /// stand in the place of whether they are the same.
    pub fn compare(&self, fields: &[usize]) -> String {
        let row = format!("{}", self.database.ident(self.name));
        let character = match self.database {
            Sql::Postgres | Sql::Sqlite => "text",
            Sql::MariaDb => "char",
        };
        self.said(|to| {
            let (mut before, between, after) = match self.database {
                Sql::Postgres | Sql::Sqlite => ("SELECT ", " || ', ' || ", ""),
                Sql::MariaDb => ("SELECT CONCAT_WS(', ', ", ", ", ")"),
            };
            for key in self.key() {
                write!(
                    to,
                    "{before}CAST({} AS {character})",
                    self.database.ident(self.fields[key].compared())
                )?;
                before = between;
            }
            to.write_str(after)?;
            for field in fields.iter().map(|field| &self.fields[*field]) {
                let Some(flight) = &field.flight else {
                    continue;
                };
                let legacy = flight.fallback.over(&row, self.database);
                let target = self.database.ident(field.column);
                let target = format!("{row}.{target}");
                to.write_str(", ")?;
                match flight.in_rust {
                    true => write!(to, "({legacy}), {target}")?,
                    false => self.write_same(to, &format!("({legacy})"), &target)?,
                }
                write!(
                    to,
                    ", CAST(({legacy}) AS {character}), CAST({target} AS {character})"
                )?;
            }
            to.write_str(" FROM ")?;
            self.write_name(to)?;
            self.write_key_condition(to, 1)
        })
        .0
    }

    /// Writes that two values are the very same, two NULLs among them.
    fn write_same(&self, to: &mut dyn Write, one: &str, other: &str) -> fmt::Result {
        match self.database {
            Sql::Postgres => write!(to, "{one} IS NOT DISTINCT FROM {other}"),
            // A collation takes 'a' for 'A'; only what has none is compared as it is.
            Sql::MariaDb => write!(
                to,
                "({one} <=> {other} AND (CHARSET({one}) = 'binary' OR CAST(CONVERT({one} USING utf8mb4) AS binary) <=> \
                 CAST(CONVERT({other} USING utf8mb4) AS binary)))"
            ),
            Sql::Sqlite => write!(to, "{one} IS {other}"),
        }
    }

    /// Deletes one row by its primary key.
    pub fn delete(&self) -> String {
        self.said(|to| {
            to.write_str("DELETE FROM ")?;
            self.write_name(to)?;
            self.write_key_condition(to, 1)
        })
        .0
    }

    /// A tail of SQL with every `{column}` replaced by what this stage reads.
    pub fn tail(&self, tail: &str) -> Result<String, BadTail> {
        let template: Template = tail.parse()?;
        for name in template.columns() {
            let field = self
                .field(name)
                .ok_or_else(|| BadTail::UnknownColumn(name.to_owned()))?;
            if let Some(flight) = &field.flight
                && flight.calls_rust()
            {
                return Err(match flight.legacy.first() {
                    Some((legacy, _)) => BadTail::InRust(name.to_owned(), (*legacy).to_owned()),
                    None => BadTail::FilledInRust(name.to_owned()),
                });
            }
        }
        let row = self.database.ident(self.name).to_string();
        let text = template.with(|name, f| match self.field(name) {
            Some(field) if field.flight.as_ref().is_some_and(|flight| flight.alike) => {
                write!(f, "{row}.{}", self.database.ident(field.compared()))
            }
            Some(field) => self.read(f, field, &row),
            None => Ok(()),
        });
        Ok(text.to_string())
    }

    fn field(&self, column: &str) -> Option<&Field<'_>> {
        self.fields.iter().find(|field| field.column == column)
    }

    /// The positions of the fields of the primary key.
    pub fn key(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.fields.len()).filter(|position| self.fields[*position].key)
    }

    fn write_key_condition(&self, to: &mut dyn Write, first_parameter: usize) -> fmt::Result {
        let mut before = " WHERE ";
        for (position, field) in self.key().enumerate() {
            to.write_str(before)?;
            self.database
                .ident(self.fields[field].compared())
                .write_to(to)?;
            to.write_str(" = ")?;
            write_placeholder(to, first_parameter + position)?;
            before = " AND ";
        }
        Ok(())
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
mod tests;
