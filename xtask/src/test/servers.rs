//! The servers of a test run.

use std::env;
use std::path::PathBuf;

use colmig_harness::install::{self, Server};
use colmig_harness::{BINARIES_VARIABLE, Postgres, SHARED_POSTGRES_VARIABLE};

use crate::error::Result;
use crate::report;
use crate::test::Database;

/// Servers that run for as long as this is held; whatever ends this process,
/// they end with it.
#[derive(Debug)]
pub(super) struct Servers {
    postgres: Option<Postgres>,
    /// The programs of another version than the installed one.
    programs: Option<PathBuf>,
}

impl Servers {
    /// Starts what the tests of `database`, or of all of them, connect to. A
    /// server that the environment already names is used instead.
    pub(super) fn start(database: Option<Database>, programs: Option<PathBuf>) -> Result<Self> {
        if database.is_none() {
            ensure(Server::PgBouncer, "PgBouncer")?;
        }
        let needed = database.is_none_or(|database| database == Database::Postgres);
        if !needed || env::var_os(SHARED_POSTGRES_VARIABLE).is_some() {
            return Ok(Self {
                postgres: None,
                programs,
            });
        }
        let mut builder = Postgres::builder();
        match &programs {
            Some(programs) => builder = builder.programs(programs),
            None => ensure(Server::Postgres, "PostgreSQL")?,
        }
        let postgres = builder.start()?;
        report::status("Started", format!("PostgreSQL on port {}", postgres.port()));
        Ok(Self {
            postgres: Some(postgres),
            programs,
        })
    }

    /// The environment in which tests find the servers.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let postgres = self.postgres.as_ref();
        let url = postgres.map(|server| (SHARED_POSTGRES_VARIABLE, server.url("postgres")));
        let programs = self.programs.as_ref();
        let programs = programs.map(|folder| (BINARIES_VARIABLE, folder.display().to_string()));
        url.into_iter().chain(programs)
    }
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
