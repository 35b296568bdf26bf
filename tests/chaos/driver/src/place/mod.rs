//! The database of a round, and what faults it can have.

mod galera;
mod mariadb;
mod postgres;
mod sqlite;

use std::fmt::Debug;

use colmig_chaos_app::{Random, RawWrites};
use colmig_harness::Proxy;

use crate::error::Result;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    /// A server of its own, behind a proxy.
    Postgres,
    /// A server of its own, behind a proxy.
    #[value(name = "mariadb")]
    MariaDb,
    /// Three MariaDB servers that are one, each behind a proxy.
    Galera,
    /// A file.
    Sqlite,
}

impl Database {
    /// The name, as its makers write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Database::Postgres => "PostgreSQL",
            Database::MariaDb => "MariaDB",
            Database::Galera => "MariaDB, three nodes of Galera",
            Database::Sqlite => "SQLite",
        }
    }

    /// Which raw SQL a build with new columns may write from `dual-write` on.
    pub(crate) fn raw_writes(self) -> RawWrites {
        match self {
            Database::Postgres | Database::MariaDb | Database::Galera => RawWrites::All,
            // It refuses an insert without a required column of before.
            Database::Sqlite => RawWrites::Updates,
        }
    }
}

/// What can be struck, and holds the database of each round.
pub(crate) trait Place: Debug + Send + Sync {
    /// A fresh database.
    fn database(&self, round: u64) -> Result<Address>;

    /// Stops a server, at once as a crash would or as fast as it can in good order, and starts it
    /// again. What was done, if there is a server.
    fn crash(&self, killed: bool, random: &mut Random) -> Result<Option<&'static str>>;

    /// The networks that can be cut.
    fn proxies(&self) -> &[Proxy];
}

/// The database of a round, by each server that has it.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As instances reach it: each by one of these.
    pub(crate) of_instances: Vec<String>,
    /// As the command reaches it, now by this and now by that.
    pub(crate) of_command: Vec<String>,
}

impl Address {
    fn of_one(of_instances: String, of_command: String) -> Address {
        Address {
            of_instances: vec![of_instances],
            of_command: vec![of_command],
        }
    }
}

/// Starts what holds the databases.
pub(crate) fn open(database: Database) -> Result<Box<dyn Place>> {
    Ok(match database {
        Database::Postgres => Box::new(postgres::Server::start()?),
        Database::MariaDb => Box::new(mariadb::Server::start()?),
        Database::Galera => Box::new(galera::Cluster::start()?),
        Database::Sqlite => Box::new(sqlite::Folder::create()?),
    })
}
