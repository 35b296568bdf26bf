//! From steps to the statements of each database, with the lock each takes and why it is safe.

#[cfg(feature = "plan")]
mod compare;
#[cfg(feature = "plan")]
mod dependents;
pub mod ident;
pub(crate) mod keys;
#[cfg(feature = "plan")]
mod mongodb;
#[cfg(feature = "plan")]
mod mysql_like;
mod own;
mod positional;
#[cfg(feature = "plan")]
mod postgres;
#[cfg(feature = "plan")]
mod precheck;
#[cfg(feature = "plan")]
mod shared;
#[cfg(feature = "plan")]
mod sqlite;
#[cfg(feature = "plan")]
mod words;

use std::fmt;

pub use ident::{Ident, Idents, Literal, Quoted};
pub use positional::positional;

/// The table, among colmig's own, that keeps what an abort takes out of a table.
pub const SAVED_TABLE: &str = "colmig_saved";

/// The code of the error by which a statement of a step says what is in its way, and that it has
/// changed nothing.
pub const IN_THE_WAY: &str = "CM001";

/// The tables, among colmig's own, by which the instances of the application share what is to
/// be converted by a rule in Rust: what there is to do, the ranges that are being converted,
/// the rows that cannot be, and who is at it.
pub const CONVERSION_TABLES: [&str; 4] = [
    "colmig_conversion",
    "colmig_conversion_chunk",
    "colmig_conversion_failure",
    "colmig_conversion_worker",
];

/// The parameter of that number, from 1.
pub fn placeholder(number: usize) -> impl fmt::Display {
    fmt::from_fn(move |f| write_placeholder(f, number))
}

/// Writes the parameter of that number, from 1.
pub(crate) fn write_placeholder(to: &mut dyn fmt::Write, number: usize) -> fmt::Result {
    // PostgreSQL's form, which SQLite reads as well.
    write!(to, "${number}")
}

/// The step in the words of one database; none if the database has no words for it, which
/// a change that asks for [capabilities](crate::capability) never meets.
#[cfg(feature = "plan")]
pub(crate) fn render(
    step: &crate::step::PlannedStep,
    database: crate::Database,
    migration: &str,
) -> Option<crate::script::Step> {
    match database {
        crate::Database::Postgres => postgres::render(&step.action, migration),
        crate::Database::MariaDb => mysql_like::render(&step.action, migration),
        crate::Database::Sqlite => sqlite::render(&step.action, migration),
        crate::Database::MongoDb => mongodb::render(&step.action, migration),
    }
}

#[cfg(feature = "plan")]
pub(crate) use postgres::castable;

/// The statements that create a table apart from all others, for as long as it takes to read
/// back what the database makes of its words. Columns that name no collation have `collation`, where
/// tables have any.
#[cfg(feature = "plan")]
pub(crate) fn rehearsal(
    table: &crate::step::Table,
    collation: Option<&str>,
    database: crate::Sql,
) -> Vec<String> {
    match database {
        // It stands before the table of that name, for this session alone.
        crate::Sql::Postgres => {
            let mut statements = shared::create_table(table, database);
            if let Some(create) = statements.first_mut() {
                *create = create.replacen("CREATE TABLE", "CREATE TEMPORARY TABLE", 1);
            }
            statements
        }
        crate::Sql::MariaDb => vec![shared::rehearse_table(table, collation, database)],
        // It is created in a database in memory.
        crate::Sql::Sqlite => shared::create_table(table, database),
    }
}

/// The names of the triggers that stand for a check where a table cannot be altered; none where it can.
#[cfg(feature = "plan")]
pub(crate) fn guards(check: &str, database: crate::Sql) -> Vec<String> {
    match database {
        crate::Sql::Postgres => Vec::new(),
        crate::Sql::MariaDb | crate::Sql::Sqlite => ["insert", "update"]
            .map(|on| shared::guard_named(check, on))
            .to_vec(),
    }
}

/// The statement that creates a temporary table with the columns of another, and these checks.
#[cfg(feature = "plan")]
pub(crate) fn rereading<'c>(
    table: &str,
    checks: impl Iterator<Item = (&'c str, &'c str)>,
) -> String {
    let checks =
        checks.map(|(name, condition)| format!(", CONSTRAINT {} CHECK ({condition})", Ident(name)));
    let table = Ident(table);
    // The name still means the other one when it is read.
    format!(
        "CREATE TEMPORARY TABLE {table} (LIKE {table}{})",
        checks.collect::<String>()
    )
}
