//! From steps to the statements of each database, with the lock each takes and why it is safe.

pub mod ident;
#[cfg(feature = "plan")]
mod postgres;
#[cfg(feature = "plan")]
mod sqlite;

use std::fmt;

pub use ident::{Ident, Idents, Literal};

/// The table, among colmig's own, that keeps what an abort takes out of a table.
pub const SAVED_TABLE: &str = "colmig_saved";

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
        crate::Database::Sqlite => sqlite::render(&step.action, migration),
    }
}

#[cfg(feature = "plan")]
mod shared {
    //! What SQL databases say alike.

    use std::fmt;

    use super::{Ident, Idents, Literal, placeholder};
    use crate::Database;
    use crate::script::Backfill;
    use crate::step::{Fill, Key, NewColumn, Table};

    /// The columns of a key with commas between.
    pub(super) fn key_columns(key: &[Key]) -> Idents<'_> {
        Idents(key.iter().map(|key| key.name.as_str()).collect())
    }

    /// `CREATE TABLE` with everything on it, and its indexes.
    pub(super) fn create_table(table: &Table, database: Database) -> Vec<String> {
        let model = &table.model;
        let mut lines: Vec<String> = model
            .columns
            .iter()
            .map(|column| {
                // The change has been refused already where there is no such type.
                let ty = column.ty.sql(database).unwrap_or_default();
                let mut line = format!("{} {ty}", Ident(&column.name));
                if !column.nullable {
                    line.push_str(" NOT NULL");
                }
                if let Some(default) = column.default.as_ref().and_then(|text| text.get(database)) {
                    line.push_str(&format!(" DEFAULT ({default})"));
                }
                line
            })
            .collect();
        let key: Vec<&str> = model.key().map(|column| column.name.as_str()).collect();
        if !key.is_empty() {
            lines.push(format!("PRIMARY KEY ({})", Idents(key)));
        }
        for column in &model.columns {
            if let Some(reference) = &column.references {
                lines.push(format!(
                    "FOREIGN KEY ({}) REFERENCES {} ({})",
                    Ident(&column.name),
                    Ident(&reference.table),
                    Ident(&reference.column)
                ));
            }
        }
        for check in &table.checks {
            lines.push(format!(
                "CONSTRAINT {} CHECK ({})",
                Ident(&check.name),
                check.holds.bare()
            ));
        }
        let mut statements = vec![format!(
            "CREATE TABLE {} (\n    {}\n)",
            Ident(&model.table),
            lines.join(",\n    ")
        )];
        statements.extend(
            model
                .all_indexes()
                .iter()
                .map(|index| create_index(&model.table, index, "")),
        );
        statements
    }

    /// `CREATE INDEX`, with `how` between the kind and the name.
    pub(super) fn create_index(table: &str, index: &crate::model::Index, how: &str) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let columns = Idents(index.columns.iter().map(String::as_str).collect());
        format!(
            "CREATE {unique}INDEX {how}{} ON {} ({columns})",
            Ident(&index.name(table)),
            Ident(table)
        )
    }

    /// `ALTER TABLE ... ADD COLUMN`.
    pub(super) fn add_column(column: &NewColumn, database: Database) -> String {
        let ty = column.ty.sql(database).unwrap_or_default();
        let not_null = if column.not_null { " NOT NULL" } else { "" };
        let default = fmt::from_fn(|f| match &column.default {
            Some(default) => write!(f, " DEFAULT {}", default.bare()),
            None => Ok(()),
        });
        format!(
            "ALTER TABLE {} ADD COLUMN {} {ty}{not_null}{default}",
            Ident(&column.table),
            Ident(&column.name)
        )
    }

    /// Keeps what was written to a column before the column is dropped.
    pub(super) fn save(
        column: &NewColumn,
        migration: &str,
        key: &str,
        value: &str,
        differs: impl Fn(&str, &str) -> String,
    ) -> String {
        let name = Ident(&column.name).to_string();
        format!(
            "INSERT INTO {} (migration, table_name, column_name, row_key, value)\n\
             SELECT {}, {}, {}, {key}, {value} FROM {}\nWHERE {}",
            super::SAVED_TABLE,
            Literal(migration),
            Literal(&column.table),
            Literal(&column.name),
            Ident(&column.table),
            differs(&name, &column.unwritten.bare().to_string()),
        )
    }

    /// The loop that fills old rows. `parameter` writes one value of the key, `text`
    /// reads one.
    pub(super) fn backfill(
        fill: &Fill,
        parameter: impl Fn(&Key, usize) -> String,
        text: impl Fn(&Key) -> String,
    ) -> Backfill {
        let column = Ident(&fill.column);
        let set = format!("{column} = ({})", fill.value.bare());
        let left = format!("{column} IS NULL");
        ranges(&fill.table, &fill.key, &set, &left, parameter, text)
    }

    /// The loop that updates the rows for which `left` holds, until there are none.
    pub(super) fn ranges(
        table_name: &str,
        key_parts: &[Key],
        set: &str,
        left: &str,
        parameter: impl Fn(&Key, usize) -> String,
        text: impl Fn(&Key) -> String,
    ) -> Backfill {
        let table = Ident(table_name);
        let key = key_columns(key_parts);
        let parts = key_parts.len();
        let bound = |first: usize| {
            let values: Vec<String> = key_parts
                .iter()
                .enumerate()
                .map(|(position, key)| parameter(key, first + position))
                .collect();
            format!("({})", values.join(", "))
        };
        let read = key_parts.iter().map(&text).collect::<Vec<_>>().join(", ");
        // Of the table: a bare name would mean the column that the query gives, which is
        // text, and sort 10 before 2.
        let order: Vec<String> = key_parts
            .iter()
            .map(|key| format!("{table}.{}", Ident(&key.name)))
            .collect();
        let order = order.join(", ");
        let update = format!("UPDATE {table} SET {set}\nWHERE {left}");
        Backfill {
            table: table_name.to_owned(),
            key: key_parts.iter().map(|key| key.name.clone()).collect(),
            first: format!("SELECT {read} FROM {table} ORDER BY {order} LIMIT 1"),
            boundary: format!(
                "SELECT {read} FROM {table}\nWHERE ({key}) >= {}\nORDER BY {order} LIMIT 1 OFFSET {}",
                bound(1),
                placeholder(parts + 1)
            ),
            batch: format!(
                "{update} AND ({key}) >= {} AND ({key}) < {}",
                bound(1),
                bound(parts + 1)
            ),
            last: format!("{update} AND ({key}) >= {}", bound(1)),
            pending: format!(
                "SELECT {read} FROM {table} WHERE {left} LIMIT {}",
                placeholder(1)
            ),
        }
    }
}
