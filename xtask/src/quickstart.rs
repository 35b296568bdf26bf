//! `cargo xtask quickstart`: the quick start on a private server, which goes with it.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use colmig_harness::install::{Server, ensure};
use colmig_harness::{MariaDb, Postgres, ReplicaSet};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// The arguments of the verb.
#[derive(Debug, Args)]
pub(crate) struct Quickstart {
    /// The database
    #[arg(long, value_enum)]
    database: Database,
}

/// A database that is a server; the quick start on SQLite needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    Postgres,
    #[value(name = "mariadb")]
    MariaDb,
    #[value(name = "mongodb")]
    MongoDb,
}

impl Quickstart {
    /// Fails if a request of the live traffic does.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.database {
            Database::Postgres => {
                ensure(Server::Postgres)?;
                let server = Postgres::start()?;
                play(&server.url(&server.create_database("shop")?))
            }
            Database::MariaDb => {
                ensure(Server::MariaDb)?;
                let server = MariaDb::start()?;
                play(&server.url(&server.create_database("shop")?))
            }
            Database::MongoDb => {
                ensure(Server::MongoDb)?;
                // A set of one node: what it says of itself is what a set says.
                let set = ReplicaSet::builder().nodes(1).start()?;
                play(&set.url(&set.create_database("shop")?))
            }
        }
    }
}

fn play(url: &str) -> Result<ExitCode> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "quickstart", "--", url]);
    Ok(match status(&mut command)?.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
