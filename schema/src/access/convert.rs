//! The statements by which the application converts old rows by a rule in Rust: ranges of the
//! primary key, each read, and written where a row still holds what was read.

use std::fmt::{self, Write};

use super::{list, text};
use crate::Database;
use crate::render::{Ident, placeholder};

/// One column that takes the place of another, or is filled in old rows, by a rule in Rust.
#[derive(Clone, Debug)]
pub struct Conversion<'a> {
    /// The table.
    pub table: &'a str,
    /// The primary key, in its order.
    pub key: Vec<KeyColumn<'a>>,
    /// The columns that the function is called with.
    pub read: Vec<&'a str>,
    /// The column that is filled.
    pub target: &'a str,
    /// Whether only rows are of interest in which the target is empty.
    pub fills: bool,
    /// The database.
    pub database: Database,
}

/// A column of a primary key.
#[derive(Clone, Debug)]
pub struct KeyColumn<'a> {
    /// The column.
    pub name: &'a str,
    /// Its type as the database itself says it, where parameters have types.
    pub ty: &'a str,
}

/// What the rows to be written are called.
const NEW: Ident<'static> = Ident("colmig_new");

impl Conversion<'_> {
    /// The smallest key.
    pub fn first(&self) -> String {
        let (table, key) = (Ident(self.table), self.said_key());
        format!(
            "SELECT {key} FROM {table} ORDER BY {} LIMIT 1",
            self.order()
        )
    }

    /// The first key of the next range, from the key of this one; `rows` are in a range.
    pub fn boundary(&self, rows: u32) -> String {
        let (table, key) = (Ident(self.table), self.said_key());
        let (from, order) = (self.from(), self.order());
        format!("SELECT {key} FROM {table} WHERE {from} ORDER BY {order} LIMIT 1 OFFSET {rows}")
    }

    /// The rows of a range, from a key (inclusive) to a key (exclusive), or to the end: the
    /// key, the columns that are read and the target as they are, and the same as they are
    /// compared in [`write`](Self::write).
    pub fn rows(&self, bounded: bool) -> String {
        let (table, key) = (Ident(self.table), self.said_key());
        let columns = || self.read.iter().copied().chain([self.target]);
        let plain: Vec<String> = columns().map(|name| self.column(name)).collect();
        let said: Vec<String> = columns().map(|name| self.said(name)).collect();
        let empty = match self.fills {
            true => format!(" AND {} IS NULL", self.column(self.target)),
            false => String::new(),
        };
        format!(
            "SELECT {key}, {}, {} FROM {table} WHERE {}{empty} ORDER BY {}",
            plain.join(", "),
            said.join(", "),
            self.range(bounded),
            self.order()
        )
    }

    /// How many rows there are in a range, whether anything is to be done about them or not.
    pub fn count(&self, bounded: bool) -> String {
        let (table, range) = (Ident(self.table), self.range(bounded));
        format!("SELECT CAST(count(*) AS text) FROM {table} WHERE {range}")
    }

    fn range(&self, bounded: bool) -> String {
        let until = match bounded {
            true => format!(
                " AND ({}) < {}",
                self.order(),
                self.values(self.key.len() + 1)
            ),
            false => String::new(),
        };
        format!("{}{until}", self.from())
    }

    /// The parameters that one row takes in [`write`](Self::write).
    pub fn width(&self) -> usize {
        2 + self.read.len() + self.key.len()
    }

    /// Writes the target in so many rows, each only if every column still holds what was read.
    /// For each row the parameters are: the new value, what was read, what the target held,
    /// and the key.
    pub fn write(&self, rows: usize) -> String {
        let (table, target) = (Ident(self.table), Ident(self.target));
        let (width, read) = (self.width(), self.read.len());
        let rows: Vec<usize> = (0..rows).map(|row| row * width + 1).collect();
        text(|to| {
            write!(to, "WITH {NEW} (value")?;
            for part in 0..read {
                write!(to, ", read_{part}")?;
            }
            to.write_str(", target")?;
            for part in 0..self.key.len() {
                write!(to, ", key_{part}")?;
            }
            to.write_str(") AS (VALUES ")?;
            list(to, &rows, |to, _, first| {
                write!(to, "({}", placeholder(*first))?;
                for at in 1..=read + 1 {
                    write!(to, ", {}", placeholder(first + at))?;
                }
                for (part, key) in self.key.iter().enumerate() {
                    to.write_str(", ")?;
                    self.write_parameter(to, key, first + 2 + read + part)?;
                }
                to.write_str(")")
            })?;
            write!(
                to,
                ") UPDATE {table} SET {target} = {NEW}.value FROM {NEW} WHERE "
            )?;
            for (part, key) in self.key.iter().enumerate() {
                write!(to, "{} = {NEW}.key_{part} AND ", self.column(key.name))?;
            }
            let same = match self.database {
                Database::Postgres => "IS NOT DISTINCT FROM",
                Database::Sqlite => "IS",
            };
            for (part, name) in self.read.iter().enumerate() {
                write!(to, "{} {same} {NEW}.read_{part} AND ", self.compared(name))?;
            }
            write!(to, "{} {same} {NEW}.target", self.compared(self.target))
        })
    }

    fn column(&self, name: &str) -> String {
        format!("{}.{}", Ident(self.table), Ident(name))
    }

    /// A column in a form that goes out and comes back as it was, whatever its type.
    fn said(&self, name: &str) -> String {
        let column = self.column(name);
        match self.database {
            Database::Postgres => format!("CAST({column} AS text)"),
            // Values carry their types.
            Database::Sqlite => column,
        }
    }

    /// The same for a comparison, in which no collation takes two values for one.
    fn compared(&self, name: &str) -> String {
        let said = self.said(name);
        match self.database {
            Database::Postgres => said,
            Database::Sqlite => format!("{said} COLLATE BINARY"),
        }
    }

    fn said_key(&self) -> String {
        let key = self.key.iter().map(|key| self.said(key.name));
        key.collect::<Vec<_>>().join(", ")
    }

    fn order(&self) -> String {
        let key = self.key.iter().map(|key| self.column(key.name));
        key.collect::<Vec<_>>().join(", ")
    }

    fn from(&self) -> String {
        format!("({}) >= {}", self.order(), self.values(1))
    }

    fn values(&self, first: usize) -> String {
        text(|to| {
            to.write_str("(")?;
            list(to, &self.key, |to, position, key| {
                self.write_parameter(to, key, first + position - 1)
            })?;
            to.write_str(")")
        })
    }

    fn write_parameter(
        &self,
        to: &mut dyn Write,
        key: &KeyColumn<'_>,
        number: usize,
    ) -> fmt::Result {
        let parameter = placeholder(number);
        match self.database {
            Database::Postgres => write!(to, "CAST(CAST({parameter} AS text) AS {})", key.ty),
            Database::Sqlite => write!(to, "{parameter}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(database: Database) -> Conversion<'static> {
        let key = |name, ty| KeyColumn { name, ty };
        Conversion {
            table: "people",
            key: vec![key("tenant", "text"), key("id", "bigint")],
            read: vec!["age"],
            target: "age_2",
            fills: false,
            database,
        }
    }

    #[test]
    fn a_row_is_written_only_if_it_holds_what_was_read() {
        assert_eq!(
            conversion(Database::Sqlite).write(2),
            "WITH \"colmig_new\" (value, read_0, target, key_0, key_1) AS (VALUES ($1, $2, $3, $4, $5), \
             ($6, $7, $8, $9, $10)) UPDATE \"people\" SET \"age_2\" = \"colmig_new\".value FROM \"colmig_new\" WHERE \
             \"people\".\"tenant\" = \"colmig_new\".key_0 AND \"people\".\"id\" = \"colmig_new\".key_1 AND \
             \"people\".\"age\" COLLATE BINARY IS \"colmig_new\".read_0 AND \
             \"people\".\"age_2\" COLLATE BINARY IS \"colmig_new\".target"
        );
        let postgres = conversion(Database::Postgres).write(1);
        assert!(
            postgres.contains("CAST(CAST($5 AS text) AS bigint)"),
            "{postgres}"
        );
        assert!(
            postgres.contains(
                "CAST(\"people\".\"age\" AS text) IS NOT DISTINCT FROM \"colmig_new\".read_0"
            ),
            "{postgres}"
        );
    }

    #[test]
    fn a_new_column_is_read_and_written_where_it_is_empty_with_all_that_it_is_made_of() {
        let filled = Conversion {
            key: vec![KeyColumn { name: "id", ty: "" }],
            read: vec!["first", "last"],
            target: "initials",
            fills: true,
            ..conversion(Database::Sqlite)
        };
        assert_eq!(
            filled.rows(false),
            "SELECT \"people\".\"id\", \"people\".\"first\", \"people\".\"last\", \"people\".\"initials\", \
             \"people\".\"first\", \"people\".\"last\", \"people\".\"initials\" FROM \"people\" WHERE \
             (\"people\".\"id\") >= ($1) AND \"people\".\"initials\" IS NULL ORDER BY \"people\".\"id\""
        );
        assert_eq!(
            filled.count(true),
            "SELECT CAST(count(*) AS text) FROM \"people\" WHERE (\"people\".\"id\") >= ($1) AND (\"people\".\"id\") < ($2)"
        );
        let sql = filled.write(2);
        assert_eq!(filled.width(), 5);
        for part in [
            "(value, read_0, read_1, target, key_0) AS (VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10))",
            "\"people\".\"first\" COLLATE BINARY IS \"colmig_new\".read_0 AND",
            "\"people\".\"last\" COLLATE BINARY IS \"colmig_new\".read_1 AND",
            "\"people\".\"initials\" COLLATE BINARY IS \"colmig_new\".target",
        ] {
            assert!(sql.contains(part), "{sql}");
        }
    }

    #[test]
    fn ranges_are_of_the_whole_key() {
        assert_eq!(
            conversion(Database::Sqlite).rows(true),
            "SELECT \"people\".\"tenant\", \"people\".\"id\", \"people\".\"age\", \"people\".\"age_2\", \
             \"people\".\"age\", \"people\".\"age_2\" FROM \"people\" WHERE \
             (\"people\".\"tenant\", \"people\".\"id\") >= ($1, $2) AND \
             (\"people\".\"tenant\", \"people\".\"id\") < ($3, $4) ORDER BY \
             \"people\".\"tenant\", \"people\".\"id\""
        );
    }
}
