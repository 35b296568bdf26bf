//! The database of a round, and what faults it can have.

mod galera;
mod mariadb;
mod mongodb;
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
    /// Three MongoDB servers that are a replica set.
    #[value(name = "mongodb")]
    MongoDb,
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
            Database::MongoDb => "MongoDB, three nodes of a replica set",
            Database::Sqlite => "SQLite",
        }
    }

    /// What a build with new columns may write by hand from `dual-write` on.
    pub(crate) fn raw_writes(self) -> RawWrites {
        match self {
            Database::Postgres | Database::MariaDb | Database::Galera => RawWrites::All,
            // It refuses an insert without a required column of before.
            Database::Sqlite => RawWrites::Updates,
            // Nothing in it makes one side of the other.
            Database::MongoDb => RawWrites::Nothing,
        }
    }

    /// Whether builds that do not know a change can be live until it is contracted: something in
    /// the database writes for them what they do not.
    pub(crate) fn serves_old_builds(self) -> bool {
        self != Database::MongoDb
    }

    /// Whether a read may see a write that is not accepted yet, and that an election still takes
    /// back, until it is tried again.
    pub(crate) fn reads_early(self) -> bool {
        self == Database::MongoDb
    }

    /// How many rows there are beside those that are written: so many that a command can be struck
    /// while it fills them.
    pub(crate) fn cold_rows(self) -> i64 {
        match self {
            Database::MongoDb => 500,
            _ => 0,
        }
    }

    /// The folder of the builds and their migrations, in that of the chaos test.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Database::MongoDb => "mongodb",
            _ => ".",
        }
    }

    /// What the names of the builds begin with.
    pub(crate) fn builds(self) -> &'static str {
        match self {
            Database::MongoDb => "colmig-chaos-mongodb",
            _ => "colmig-chaos",
        }
    }

    /// The settings of the project: with short waits, so that a run that was killed is soon taken
    /// over, and small batches, so that there is something to interrupt.
    pub(crate) fn settings(self) -> String {
        let (databases, lease, rows) = match self {
            // A run is to outlive an election, as it would with the leases of production. With a
            // node away most of the time it would do little but give way.
            Database::MongoDb => ("\"mongodb\"", "5s", "250\ngive-way = false"),
            _ => ("\"postgres\", \"mariadb\", \"sqlite\"", "1s", "500"),
        };
        format!(
            "\
migrations = \"migrations\"
databases = [{databases}]

[run]
lock-retry = \"50ms\"
lock-patience = \"8s\"
lease = \"{lease}\"
batch-rows = {rows}
duty = 0.8
dwell = \"0s\"
"
        )
    }
}

/// What can be struck, and holds the database of each round.
pub(crate) trait Place: Debug + Send + Sync {
    /// A fresh database.
    fn database(&self, round: u64) -> Result<Address>;

    /// Stops a server, at once as a crash would or as fast as it can in good order, and starts it
    /// again. What was done, if there is a server.
    fn crash(&self, killed: bool, random: &mut Random) -> Result<Option<&'static str>>;

    /// Whether another server takes over when one goes away.
    fn elects(&self) -> bool {
        false
    }

    /// Has another server elected, in good order. What was done, if there is an election.
    fn elect(&self) -> Result<Option<&'static str>> {
        Ok(None)
    }

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
        Database::MongoDb => Box::new(mongodb::Set::start()?),
        Database::Sqlite => Box::new(sqlite::Folder::create()?),
    })
}
