//! The statements by which the application converts old rows by a rule in Rust: ranges of the
//! primary key, each read, and written where a row still holds what was read.

use std::fmt::{self, Write};

use super::{list, text};
use crate::Sql;
use crate::render::{keys, placeholder};

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
    /// The columns that change by themselves with every update, and are left as they are: they say
    /// when somebody changed a row, and filling a column is no such change.
    pub kept: Vec<String>,
    /// The database.
    pub database: Sql,
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
const NEW: &str = "colmig_new";

impl Conversion<'_> {
    /// The smallest key.
    pub fn first(&self) -> String {
        let (table, key) = (self.database.ident(self.table), self.said_key());
        format!(
            "SELECT {key} FROM {table} ORDER BY {} LIMIT 1",
            self.order()
        )
    }

    /// The first key of the next range, from the key of this one; `rows` are in a range.
    pub fn boundary(&self, rows: u32) -> String {
        let (table, key) = (self.database.ident(self.table), self.said_key());
        let (from, order) = (self.from(), self.order());
        format!("SELECT {key} FROM {table} WHERE {from} ORDER BY {order} LIMIT 1 OFFSET {rows}")
    }

    /// The rows of a range, from a key (inclusive) to a key (exclusive), or to the end: the
    /// key, the columns that are read and the target as they are, and the same as they are
    /// compared in [`write`](Self::write).
    pub fn rows(&self, bounded: bool) -> String {
        let (table, key) = (self.database.ident(self.table), self.said_key());
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
        let (table, range) = (self.database.ident(self.table), self.range(bounded));
        let text = match self.database {
            Sql::Postgres | Sql::Sqlite => "text",
            Sql::MariaDb => "char",
        };
        format!("SELECT CAST(count(*) AS {text}) FROM {table} WHERE {range}")
    }

    fn range(&self, bounded: bool) -> String {
        let until = match bounded {
            true => format!(
                " AND {}",
                keys::below(
                    &self.columns(),
                    self.database,
                    self.values(self.key.len() + 1)
                )
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
        let (table, target) = (
            self.database.ident(self.table),
            self.database.ident(self.target),
        );
        let (width, read) = (self.width(), self.read.len());
        let rows: Vec<usize> = (0..rows).map(|row| row * width + 1).collect();
        let mut names = vec!["value".to_owned()];
        names.extend((0..read).map(|part| format!("read_{part}")));
        names.push("target".to_owned());
        names.extend((0..self.key.len()).map(|part| format!("key_{part}")));
        let values = |to: &mut dyn Write, first: usize, named: bool| {
            for (at, name) in names.iter().enumerate() {
                to.write_str(if at > 0 { ", " } else { "" })?;
                match at.checked_sub(2 + read) {
                    Some(part) => self.write_parameter(to, &self.key[part], first + at)?,
                    None => write!(to, "{}", placeholder(first + at))?,
                }
                if named {
                    write!(to, " AS {name}")?;
                }
            }
            Ok(())
        };
        let new = self.database.ident(NEW);
        let conditions = |to: &mut dyn Write| {
            for (part, key) in self.key.iter().enumerate() {
                write!(to, "{} = {new}.key_{part} AND ", self.column(key.name))?;
            }
            let same = match self.database {
                Sql::Postgres => "IS NOT DISTINCT FROM",
                Sql::MariaDb => "<=>",
                Sql::Sqlite => "IS",
            };
            for (part, name) in self.read.iter().enumerate() {
                write!(to, "{} {same} {new}.read_{part} AND ", self.compared(name))?;
            }
            write!(to, "{} {same} {new}.target", self.compared(self.target))
        };
        text(|to| match self.database {
            Sql::Postgres | Sql::Sqlite => {
                write!(to, "WITH {new} ({}) AS (VALUES ", names.join(", "))?;
                list(to, &rows, |to, _, first| {
                    to.write_str("(")?;
                    values(to, *first, false)?;
                    to.write_str(")")
                })?;
                write!(
                    to,
                    ") UPDATE {table} SET {target} = {new}.value FROM {new} WHERE "
                )?;
                conditions(to)
            }
            Sql::MariaDb => {
                write!(to, "UPDATE {table}, (")?;
                for (at, first) in rows.iter().enumerate() {
                    to.write_str(if at > 0 {
                        " UNION ALL SELECT "
                    } else {
                        "SELECT "
                    })?;
                    values(to, *first, at == 0)?;
                }
                let target = self.column(self.target);
                write!(to, ") AS {new} SET {target} = {new}.value")?;
                for kept in self.kept.iter().filter(|kept| *kept != self.target) {
                    write!(to, ", {0} = {0}", self.column(kept))?;
                }
                to.write_str(" WHERE ")?;
                conditions(to)
            }
        })
    }

    fn column(&self, name: &str) -> String {
        format!(
            "{}.{}",
            self.database.ident(self.table),
            self.database.ident(name)
        )
    }

    /// A column in a form that goes out and comes back as it was, whatever its type.
    fn said(&self, name: &str) -> String {
        let column = self.column(name);
        match self.database {
            Sql::Postgres => format!("CAST({column} AS text)"),
            // The bytes, of which no collation takes two for one.
            Sql::MariaDb => format!("CAST({column} AS binary)"),
            // Values carry their types.
            Sql::Sqlite => column,
        }
    }

    /// The same for a comparison, in which no collation takes two values for one.
    fn compared(&self, name: &str) -> String {
        let said = self.said(name);
        match self.database {
            Sql::Postgres | Sql::MariaDb => said,
            Sql::Sqlite => format!("{said} COLLATE BINARY"),
        }
    }

    fn said_key(&self) -> String {
        let said = |key: &KeyColumn<'_>| match self.database {
            // As what a parameter takes, whose bytes would not be compared by the collation.
            Sql::MariaDb if is_time(key.ty) => {
                format!("CAST({} AS char)", self.column(key.name))
            }
            Sql::MariaDb => self.column(key.name),
            Sql::Postgres | Sql::Sqlite => self.said(key.name),
        };
        self.key.iter().map(said).collect::<Vec<_>>().join(", ")
    }

    fn order(&self) -> String {
        self.columns().join(", ")
    }

    fn columns(&self) -> Vec<String> {
        let key = self.key.iter().map(|key| self.column(key.name));
        key.collect()
    }

    fn from(&self) -> String {
        keys::at_least(&self.columns(), self.database, self.values(1))
    }

    /// The values of a key, from the parameter of that number on.
    fn values(&self, first: usize) -> impl Fn(usize) -> String + '_ {
        move |at| text(|to| self.write_parameter(to, &self.key[at], first + at))
    }

    fn write_parameter(
        &self,
        to: &mut dyn Write,
        key: &KeyColumn<'_>,
        number: usize,
    ) -> fmt::Result {
        let parameter = placeholder(number);
        match self.database {
            Sql::Postgres => write!(to, "CAST(CAST({parameter} AS text) AS {})", key.ty),
            Sql::MariaDb | Sql::Sqlite => write!(to, "{parameter}"),
        }
    }
}

/// Whether a type of MariaDB's goes out as something else than a number, a text or bytes.
fn is_time(ty: &str) -> bool {
    let plain = ["int", "char", "text", "binary", "blob", "enum", "set"];
    !plain.iter().any(|plain| ty.contains(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(database: Sql) -> Conversion<'static> {
        let key = |name, ty| KeyColumn { name, ty };
        Conversion {
            table: "people",
            key: vec![key("tenant", "text"), key("id", "bigint")],
            read: vec!["age"],
            target: "age_2",
            fills: false,
            kept: Vec::new(),
            database,
        }
    }

    #[test]
    fn a_row_is_written_only_if_it_holds_what_was_read() {
        assert_eq!(
            conversion(Sql::Sqlite).write(2),
            "WITH \"colmig_new\" (value, read_0, target, key_0, key_1) AS (VALUES ($1, $2, $3, $4, $5), \
             ($6, $7, $8, $9, $10)) UPDATE \"people\" SET \"age_2\" = \"colmig_new\".value FROM \"colmig_new\" WHERE \
             \"people\".\"tenant\" = \"colmig_new\".key_0 AND \"people\".\"id\" = \"colmig_new\".key_1 AND \
             \"people\".\"age\" COLLATE BINARY IS \"colmig_new\".read_0 AND \
             \"people\".\"age_2\" COLLATE BINARY IS \"colmig_new\".target"
        );
        let postgres = conversion(Sql::Postgres).write(1);
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
            ..conversion(Sql::Sqlite)
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
    fn what_changes_with_every_update_is_kept() {
        let kept = Conversion {
            kept: vec!["touched".to_owned(), "age_2".to_owned()],
            ..conversion(Sql::MariaDb)
        };
        let sql = kept.write(1);
        let set = " SET `people`.`age_2` = `colmig_new`.value, `people`.`touched` = `people`.`touched` WHERE ";
        assert!(sql.contains(set), "{sql}");
    }

    #[test]
    fn ranges_are_of_the_whole_key() {
        assert_eq!(
            conversion(Sql::Sqlite).rows(true),
            "SELECT \"people\".\"tenant\", \"people\".\"id\", \"people\".\"age\", \"people\".\"age_2\", \
             \"people\".\"age\", \"people\".\"age_2\" FROM \"people\" WHERE \
             (\"people\".\"tenant\", \"people\".\"id\") >= ($1, $2) AND \
             (\"people\".\"tenant\", \"people\".\"id\") < ($3, $4) ORDER BY \
             \"people\".\"tenant\", \"people\".\"id\""
        );
    }
}
