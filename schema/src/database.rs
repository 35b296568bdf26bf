//! The databases that colmig speaks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Progress, Stage};

/// A database, as `colmig.toml`, attributes and folders name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Database {
    /// PostgreSQL 14 and later.
    Postgres,
    /// MariaDB 10.6 and later.
    MariaDb,
    /// SQLite 3.35 and later, the embedded default.
    Sqlite,
    /// MongoDB 6.0 and later.
    MongoDb,
}

impl Database {
    /// Every database, in the order in which output lists them.
    pub const ALL: [Database; 4] = [
        Database::Postgres,
        Database::MariaDb,
        Database::Sqlite,
        Database::MongoDb,
    ];

    /// The name in `colmig.toml`, in attributes and of the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Database::Postgres => "postgres",
            Database::MariaDb => "mariadb",
            Database::Sqlite => "sqlite",
            Database::MongoDb => "mongodb",
        }
    }

    /// The name that people use for it.
    pub const fn title(self) -> &'static str {
        match self {
            Database::Postgres => "PostgreSQL",
            Database::MariaDb => "MariaDB",
            Database::Sqlite => "SQLite",
            Database::MongoDb => "MongoDB",
        }
    }

    /// What an application's statements may rely on there, given this progress.
    ///
    /// ```
    /// use colmig_schema::{Database, Phase, Progress, Stage};
    /// let constraining = Progress::Running(Phase::Constrain);
    /// assert_eq!(Database::Postgres.stage(constraining), Stage::Filled);
    /// assert_eq!(Database::MongoDb.stage(constraining), Stage::Written);
    /// ```
    pub fn stage(self, progress: Progress) -> Stage {
        match self {
            Database::MongoDb => progress.stage_of_documents(),
            Database::Postgres | Database::MariaDb | Database::Sqlite => progress.stage(),
        }
    }

    /// What people call the parts of it.
    ///
    /// ```
    /// use colmig_schema::Database;
    /// assert_eq!(Database::MongoDb.nouns().counted(1), "1 document");
    /// assert_eq!(Database::Postgres.nouns().counted(7), "7 rows");
    /// ```
    pub const fn nouns(self) -> Nouns {
        match self {
            Database::Postgres | Database::MariaDb | Database::Sqlite => Nouns::OF_TABLES,
            Database::MongoDb => Nouns::OF_COLLECTIONS,
        }
    }

    /// The same, where it speaks SQL; none for MongoDB.
    ///
    /// ```
    /// use colmig_schema::{Database, Sql};
    /// assert_eq!(Database::MariaDb.sql(), Some(Sql::MariaDb));
    /// assert_eq!(Database::MongoDb.sql(), None);
    /// ```
    pub const fn sql(self) -> Option<Sql> {
        match self {
            Database::Postgres => Some(Sql::Postgres),
            Database::MariaDb => Some(Sql::MariaDb),
            Database::Sqlite => Some(Sql::Sqlite),
            Database::MongoDb => None,
        }
    }

    /// The database that a connection URL asks for, by its scheme.
    ///
    /// ```
    /// use colmig_schema::Database;
    /// assert_eq!(Database::of_url("postgresql://db/app"), Some(Database::Postgres));
    /// assert_eq!(Database::of_url("mysql://db/app"), Some(Database::MariaDb));
    /// assert_eq!(Database::of_url("sqlite:app.db"), Some(Database::Sqlite));
    /// assert_eq!(Database::of_url("mongodb+srv://db/app"), Some(Database::MongoDb));
    /// assert_eq!(Database::of_url("redis://cache"), None);
    /// ```
    pub fn of_url(url: &str) -> Option<Database> {
        let (scheme, _) = url.split_once(':')?;
        match scheme {
            "postgres" | "postgresql" => Some(Database::Postgres),
            "mysql" | "mariadb" => Some(Database::MariaDb),
            "sqlite" => Some(Database::Sqlite),
            "mongodb" | "mongodb+srv" => Some(Database::MongoDb),
            _ => None,
        }
    }
}

/// What people call the parts of a database, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nouns {
    /// One of what a table is full of.
    pub row: &'static str,
    /// Several of them.
    pub rows: &'static str,
    /// One of the parts of a row.
    pub column: &'static str,
    /// Several of them.
    pub columns: &'static str,
    /// No value.
    pub null: &'static str,
}

impl Nouns {
    /// Of databases that hold tables.
    pub const OF_TABLES: Nouns = Nouns {
        row: "row",
        rows: "rows",
        column: "column",
        columns: "columns",
        null: "NULL",
    };

    /// Of databases that hold collections.
    pub const OF_COLLECTIONS: Nouns = Nouns {
        row: "document",
        rows: "documents",
        column: "field",
        columns: "fields",
        null: "null",
    };

    /// So many rows, or documents.
    pub fn counted(self, number: u64) -> String {
        match number {
            1 => format!("1 {}", self.row),
            more => format!("{more} {}", self.rows),
        }
    }
}

/// A database that speaks SQL: whatever writes or reads the text of a statement asks for this
/// one, so that nobody can ask it for words of a database that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Sql {
    /// [`Database::Postgres`].
    Postgres,
    /// [`Database::MariaDb`].
    MariaDb,
    /// [`Database::Sqlite`].
    Sqlite,
}

impl Sql {
    /// Every one of them, in the order in which output lists them.
    pub const ALL: [Sql; 3] = [Sql::Postgres, Sql::MariaDb, Sql::Sqlite];

    /// The same among all databases.
    pub const fn database(self) -> Database {
        match self {
            Sql::Postgres => Database::Postgres,
            Sql::MariaDb => Database::MariaDb,
            Sql::Sqlite => Database::Sqlite,
        }
    }

    /// The name in `colmig.toml`, in attributes and of the folder.
    pub const fn name(self) -> &'static str {
        self.database().name()
    }

    /// The name that people use for it.
    pub const fn title(self) -> &'static str {
        self.database().title()
    }
}

impl From<Sql> for Database {
    fn from(sql: Sql) -> Self {
        sql.database()
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.database().fmt(f)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no database of colmig's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no database that colmig speaks: use `postgres`, `mariadb`, `sqlite` or `mongodb`"
)]
pub struct UnknownDatabase(pub String);

impl FromStr for Database {
    type Err = UnknownDatabase;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Database::ALL
            .into_iter()
            .find(|database| database.name() == name)
            .ok_or_else(|| UnknownDatabase(name.to_owned()))
    }
}
