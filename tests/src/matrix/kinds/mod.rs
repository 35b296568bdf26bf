//! The kinds of tables, and how each is made on each database.

mod mariadb;
mod several;

use std::collections::BTreeMap;

use colmig_schema::Sql;
use colmig_schema::model::{Column, ColumnType, Dialected, Model};

use super::columns::{column, text};

/// Rows enough for several batches.
const ROWS: u64 = 230;

/// A kind of table.
#[derive(Debug)]
pub struct Kind {
    /// What the docs call it.
    pub name: &'static str,
    /// The parts of the key, as the model has them.
    key: &'static [(&'static str, ColumnType)],
    /// The name of the table.
    pub table: &'static str,
    postgres: Made,
    sqlite: Made,
    /// How many rows it has in tests.
    pub rows: u64,
    /// Whether the migrations run as a role that owns the table, and is nothing else.
    pub is_owned: bool,
    /// What the key and the texts are on the one database that has such a table; as everywhere if
    /// empty.
    types: Types,
    /// A condition that every row meets in the end beside that of the change; empty if none.
    pub right: &'static str,
}

/// Types that only MariaDB has; what is empty is as everywhere.
#[derive(Clone, Copy, Debug)]
struct Types {
    key: &'static str,
    text: &'static str,
}

/// How a table comes to be on one database; where it cannot, why.
#[derive(Clone, Copy, Debug)]
pub enum Made {
    /// By these statements.
    By(Statements),
    /// Not at all.
    Not(&'static str),
    /// Not at all, and nobody would look for it there.
    Foreign,
}

/// The statements that make a table. `{table}` stands for its name, and `{columns}` for the
/// columns that every table has beside its key.
#[derive(Clone, Copy, Debug)]
pub struct Statements {
    /// What creates it.
    create: &'static str,
    /// The key of row `i`, an expression for each part; empty where the database counts.
    key: &'static str,
    /// What comes when the rows are there.
    then: &'static str,
    /// What comes once everything is there that the change is about.
    last: &'static str,
}

const ID: &[(&str, ColumnType)] = &[("id", ColumnType::Integer)];

/// What every table has beside its key.
const COLUMNS: &str = "first_name {text} NOT NULL, last_name {text}, email {text} NOT NULL";

const fn by(create: &'static str, key: &'static str, then: &'static str) -> Made {
    let last = "";
    Made::By(Statements {
        create,
        key,
        then,
        last,
    })
}

const fn kind(name: &'static str, postgres: Made, sqlite: Made) -> Kind {
    Kind {
        name,
        key: ID,
        table: "users",
        postgres,
        sqlite,
        rows: ROWS,
        is_owned: false,
        types: Types { key: "", text: "" },
        right: "",
    }
}

/// Every kind, in the order of the docs.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    several::KINDS.iter().chain(&mariadb::OWN)
}

impl Kind {
    /// How it is made there.
    pub fn made(&self, database: Sql) -> Made {
        match database {
            Sql::Postgres => self.postgres,
            Sql::Sqlite => self.sqlite,
            Sql::MariaDb => mariadb::made(self.name),
            _ => Made::Foreign,
        }
    }

    /// What the model says of it before anything changes.
    pub fn model(&self) -> Model {
        let custom = |name: &str| {
            let name = BTreeMap::from([(Sql::MariaDb.into(), name.to_owned())]);
            ColumnType::Custom(Dialected::Each(name))
        };
        let key = self.key.iter().map(|(name, ty)| Column {
            primary_key: true,
            ..column(
                name,
                match self.types.key {
                    "" => ty.clone(),
                    key => custom(key),
                },
            )
        });
        let last_name = Column {
            nullable: true,
            ..text("last_name")
        };
        let rest = [text("first_name"), last_name, text("email")];
        let rest = rest.map(|column| Column {
            ty: match self.types.text {
                "" => column.ty.clone(),
                text => custom(text),
            },
            ..column
        });
        super::columns::model(self.table, key.chain(rest).collect())
    }

    /// The type of its texts.
    pub(super) fn text(&self, database: Sql) -> &'static str {
        match (database, self.types.text) {
            (Sql::MariaDb, "") => "varchar(255)",
            (Sql::MariaDb, text) => text,
            _ => "text",
        }
    }

    /// The columns of its key.
    pub(super) fn key_names(&self) -> Vec<&'static str> {
        self.key.iter().map(|(name, _)| *name).collect()
    }

    /// Whether its rows go by a UUID.
    pub(super) fn is_by_uuid(&self) -> bool {
        matches!(self.key, [(_, ColumnType::Uuid)])
    }

    /// Whether its key is a number without a sign.
    pub(super) fn is_unsigned(&self) -> bool {
        self.types.key.contains("unsigned")
    }

    /// Its name, quoted.
    pub fn quoted(&self, database: Sql) -> String {
        database.ident(self.table).to_string()
    }

    /// The statements that make it, with so many rows.
    pub fn create(&self, database: Sql, statements: Statements, rows: u64) -> Vec<String> {
        let filled = |text: &str| {
            text.replace("{columns}", COLUMNS)
                .replace("{text}", self.text(database))
                .replace("{table}", &self.quoted(database))
        };
        let mut all = vec![filled(statements.create)];
        if rows > 0 {
            all.push(self.insert(database, statements, 1, rows));
        }
        if !statements.then.is_empty() {
            all.push(filled(statements.then));
        }
        all
    }

    /// What makes it what it is, once everything is there that the change is about.
    pub(super) fn finish(&self, database: Sql, statements: Statements) -> String {
        statements.last.replace("{table}", &self.quoted(database))
    }

    /// What a build that knows nothing of the change writes: the rows of these numbers.
    pub fn insert(&self, database: Sql, statements: Statements, first: u64, last: u64) -> String {
        let keys: Vec<&str> = match statements.key {
            "" => Vec::new(),
            _ => self.key_names(),
        };
        let separator = if keys.is_empty() { "" } else { ", " };
        let numbers = match database {
            // It counts no further than to 1,000 by itself.
            Sql::MariaDb => format!("(SELECT seq AS i FROM seq_{first}_to_{last}) AS n"),
            _ => format!(
                "(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n) AS n"
            ),
        };
        format!(
            "INSERT INTO {} ({}{separator}first_name, last_name, email) \
             SELECT {}{separator}'first' || i, 'last', 'mail' || i FROM {numbers}",
            self.quoted(database),
            keys.join(", "),
            statements.key
        )
    }
}
