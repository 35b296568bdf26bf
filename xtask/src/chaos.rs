//! `cargo xtask chaos`: builds of one application side by side, phases that walk, and faults.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// What is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Struck {
    Sqlite,
    Postgres,
    #[value(name = "mariadb")]
    MariaDb,
    /// Three nodes of MariaDB
    Galera,
    /// Three nodes of a replica set
    #[value(name = "mongodb")]
    MongoDb,
}

impl Struck {
    /// How it is written on a command line.
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::Galera => "galera",
            Self::MongoDb => "mongodb",
        }
    }

    /// The server that it needs.
    fn server(self) -> Option<Server> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(Server::Postgres),
            // Its package brings the cluster's library and transfers.
            Self::MariaDb | Self::Galera => Some(Server::MariaDb),
            Self::MongoDb => Some(Server::MongoDb),
        }
    }
}

/// The arguments of the verb.
#[derive(Debug, Args)]
pub(crate) struct Chaos {
    /// The database
    #[arg(long, value_enum)]
    database: Struck,
    /// For how long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The same in minutes
    #[arg(long, conflicts_with = "seconds")]
    minutes: Option<u64>,
    /// By what builds, ways and faults are drawn; by default by the time
    #[arg(long)]
    seed: Option<u64>,
    /// How many instances run side by side
    #[arg(long, default_value_t = 7)]
    instances: usize,
    /// Kill so many worker processes of a backfill instead, and the run beside them
    #[arg(long, value_name = "PROCESSES", conflicts_with_all = ["seconds", "minutes", "instances"])]
    workers: Option<u32>,
    /// The rows of the table that the workers fill
    #[arg(long, requires = "workers")]
    rows: Option<u64>,
    /// The share of the time for which each worker works until nothing is killed any more
    /// [default: 0.6]
    #[arg(long, requires = "workers")]
    duty: Option<f64>,
    /// How often each worker and the run are killed [default: 20]
    #[arg(long, requires = "workers")]
    kills: Option<u32>,
    /// How often the server is stopped while they work [default: 3]
    #[arg(long, requires = "workers")]
    stops: Option<u32>,
}

impl Chaos {
    /// Ends with 1 if a write was lost, a statement failed for a reason of schema, or a row
    /// was not filled once.
    pub(crate) fn run(self) -> Result<ExitCode> {
        if let Some(server) = self.database.server() {
            ensure(server)?;
        }
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--package", "colmig-chaos", "--"])
            .args(["--database", self.database.name()]);
        if self.workers.is_none() {
            let seconds = self.minutes.map_or(self.seconds, |minutes| minutes * 60);
            command
                .args(["--seconds", &seconds.to_string()])
                .args(["--instances", &self.instances.to_string()]);
        }
        let numbers = [
            ("--seed", self.seed.map(|seed| seed.to_string())),
            ("--workers", self.workers.map(|number| number.to_string())),
            ("--rows", self.rows.map(|rows| rows.to_string())),
            ("--duty", self.duty.map(|duty| duty.to_string())),
            ("--kills", self.kills.map(|kills| kills.to_string())),
            ("--stops", self.stops.map(|stops| stops.to_string())),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                command.args([name, &number]);
            }
        }
        let code = status(&mut command)?.code();
        let code = code.and_then(|code| u8::try_from(code).ok());
        Ok(ExitCode::from(code.unwrap_or(2)))
    }
}
