//! The servers of a test run.

use std::env;
use std::path::PathBuf;

use colmig_harness::install::{self, Server};
use colmig_harness::{
    BINARIES_VARIABLE, MariaDb, Postgres, ReplicaSet, SHARED_MARIADB_VARIABLE,
    SHARED_MONGODB_VARIABLE, SHARED_POSTGRES_VARIABLE, Storage,
};

use crate::error::Result;
use crate::report;
use crate::test::Database;

/// What the tables of all tests on MariaDB may take together, and the collections
/// of all on MongoDB. A statement that changes a table is ten times as fast in memory.
const BYTES_OF_TABLES: u64 = 4 << 30;

/// Servers that run for as long as this is held; whatever ends this process,
/// they end with it.
#[derive(Debug, Default)]
pub(super) struct Servers {
    postgres: Option<Postgres>,
    /// The programs of another version than the installed one.
    programs: Option<PathBuf>,
    mariadb: Option<MariaDb>,
    mongodb: Option<ReplicaSet>,
    /// Why there is no server of MongoDB's, of which no distribution has a package.
    without_mongodb: Option<String>,
}

impl Servers {
    /// Starts what the tests of `database`, or of all of them, connect to. A
    /// server that the environment already names is used instead. Programs are
    /// PostgreSQL's, for a run of its tests alone.
    pub(super) fn start(database: Option<Database>, programs: Option<PathBuf>) -> Result<Self> {
        if database.is_none() {
            ensure(Server::PgBouncer, "PgBouncer")?;
        }
        let mut servers = Self {
            programs,
            ..Self::default()
        };
        let needed = |one| database.is_none_or(|database| database == one);
        if needed(Database::Postgres) && env::var_os(SHARED_POSTGRES_VARIABLE).is_none() {
            servers.start_postgres()?;
        }
        if needed(Database::MariaDb) && servers.programs.is_none() {
            // Some tests start servers of their own.
            ensure(Server::MariaDb, "MariaDB")?;
            if env::var_os(SHARED_MARIADB_VARIABLE).is_none() {
                let storage = Storage::with_room(BYTES_OF_TABLES);
                let mariadb = MariaDb::builder().storage(storage).start()?;
                report::status("Started", format!("MariaDB on port {}", mariadb.port()));
                servers.mariadb = Some(mariadb);
            }
        }
        if needed(Database::MongoDb) && servers.programs.is_none() {
            // Some tests start servers of their own.
            match ensure(Server::MongoDb, "MongoDB") {
                Ok(()) if env::var_os(SHARED_MONGODB_VARIABLE).is_none() => {
                    servers.start_mongodb()?;
                }
                Ok(()) => {}
                // Whoever asked for it by name has to know.
                Err(error) if database.is_some() => return Err(error),
                Err(error) => servers.without_mongodb = Some(in_full(&error)),
            }
        }
        Ok(servers)
    }

    /// Why no test on MongoDB can be run, if none can.
    pub(super) fn without_mongodb(&self) -> Option<&str> {
        self.without_mongodb.as_deref()
    }

    /// One node, so that there are transactions and change streams. Nobody kills
    /// it, so nobody has to wait for its journal.
    fn start_mongodb(&mut self) -> Result<()> {
        let builder = ReplicaSet::builder().nodes(1).durable(false);
        let storage = Storage::with_room(BYTES_OF_TABLES);
        let mongodb = builder.storage(storage).start()?;
        let port = mongodb.node(0).port();
        report::status("Started", format!("MongoDB on port {port}"));
        self.mongodb = Some(mongodb);
        Ok(())
    }

    fn start_postgres(&mut self) -> Result<()> {
        let mut builder = Postgres::builder();
        match &self.programs {
            Some(programs) => builder = builder.programs(programs),
            None => ensure(Server::Postgres, "PostgreSQL")?,
        }
        let postgres = builder.start()?;
        report::status("Started", format!("PostgreSQL on port {}", postgres.port()));
        self.postgres = Some(postgres);
        Ok(())
    }

    /// The environment in which tests find the servers.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let postgres = self.postgres.as_ref();
        let postgres = postgres.map(|server| (SHARED_POSTGRES_VARIABLE, server.url("postgres")));
        let programs = self.programs.as_ref();
        let programs = programs.map(|folder| (BINARIES_VARIABLE, folder.display().to_string()));
        let mariadb = self.mariadb.as_ref();
        let mariadb = mariadb.map(|server| (SHARED_MARIADB_VARIABLE, server.url("mysql")));
        let mongodb = self.mongodb.as_ref();
        let mongodb = mongodb.map(|server| (SHARED_MONGODB_VARIABLE, server.url("")));
        [postgres, programs, mariadb, mongodb].into_iter().flatten()
    }
}

/// An error with its causes.
fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn ensure(server: Server, name: &str) -> Result<()> {
    if !install::is_installed(server) {
        report::status("Installing", name);
    }
    for action in install::ensure(server)? {
        report::status("Done", action);
    }
    Ok(())
}
