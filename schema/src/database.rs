//! The databases that colmig speaks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
}

impl Database {
    /// Every database, in the order in which output lists them.
    pub const ALL: [Database; 3] = [Database::Postgres, Database::MariaDb, Database::Sqlite];

    /// The name in `colmig.toml`, in attributes and of the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Database::Postgres => "postgres",
            Database::MariaDb => "mariadb",
            Database::Sqlite => "sqlite",
        }
    }

    /// The name that people use for it.
    pub const fn title(self) -> &'static str {
        match self {
            Database::Postgres => "PostgreSQL",
            Database::MariaDb => "MariaDB",
            Database::Sqlite => "SQLite",
        }
    }

    /// The database that a connection URL asks for, by its scheme.
    ///
    /// ```
    /// use colmig_schema::Database;
    /// assert_eq!(Database::of_url("postgresql://db/app"), Some(Database::Postgres));
    /// assert_eq!(Database::of_url("mysql://db/app"), Some(Database::MariaDb));
    /// assert_eq!(Database::of_url("sqlite:app.db"), Some(Database::Sqlite));
    /// assert_eq!(Database::of_url("redis://cache"), None);
    /// ```
    pub fn of_url(url: &str) -> Option<Database> {
        let (scheme, _) = url.split_once(':')?;
        match scheme {
            "postgres" | "postgresql" => Some(Database::Postgres),
            "mysql" | "mariadb" => Some(Database::MariaDb),
            "sqlite" => Some(Database::Sqlite),
            _ => None,
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no database of colmig's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no database that colmig speaks: use `postgres`, `mariadb` or `sqlite`")]
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
