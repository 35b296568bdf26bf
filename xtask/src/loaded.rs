//! The databases that benches put under load.

use clap::ValueEnum;

/// A database of which there is a load: not each that has tests has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Loaded {
    Sqlite,
    Postgres,
    #[value(name = "mariadb")]
    MariaDb,
    #[value(name = "mongodb")]
    MongoDb,
}

impl Loaded {
    /// How it is written on a command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::MongoDb => "mongodb",
        }
    }
}
