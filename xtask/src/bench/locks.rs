//! `cargo xtask bench locks`: which locks each kind of change takes, and for how long.

use std::process::{Command, ExitCode};

use clap::Args;
use colmig_harness::install::{Server, ensure};
use colmig_harness::{MariaDb, Postgres, Storage};

use crate::cargo::{cargo, status};
use crate::error::{Error, Result};
use crate::loaded::Loaded;

/// Which locks the steps of each kind of change take, and for how long
#[derive(Debug, Args)]
pub(crate) struct Locks {
    /// The database: one whose locks can be seen
    #[arg(long, value_enum, default_value_t = Loaded::Postgres)]
    database: Loaded,
    /// The rows of each table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// The cells of the matrix of which the name contains this, such as `a renamed column::`; may
    /// be given more than once [default: every change on a plain table, and three on every table]
    #[arg(long = "cell")]
    cells: Vec<String>,
    /// Every change on every kind of table, which takes hours
    #[arg(long, conflicts_with = "cells")]
    all: bool,
}

impl Locks {
    /// Fails if readers are kept out for longer than 100 ms, or a statement of the application
    /// waits for a lock for as long, three times in a row; the latter where the server logs it.
    pub(crate) fn run(self) -> Result<ExitCode> {
        // A server goes with its value, whatever becomes of the bench.
        let succeeded = match self.database {
            Loaded::Postgres => {
                ensure(Server::Postgres)?;
                let server = Postgres::builder()
                    .storage(Storage::Disk)
                    .setting("shared_buffers", "1GB")
                    .setting("max_wal_size", "8GB")
                    .setting("log_lock_waits", "on")
                    .setting("deadlock_timeout", "100ms")
                    .setting("log_line_prefix", "[%a] ")
                    .start()?;
                let mut command = self.command(&server.url("postgres"));
                status(command.arg("--log").arg(server.log()))?.success()
            }
            Loaded::MariaDb => {
                ensure(Server::MariaDb)?;
                let server = MariaDb::builder()
                    .storage(Storage::Disk)
                    .setting("innodb-buffer-pool-size", "1G")
                    .setting("innodb-log-file-size", "1G")
                    .start()?;
                status(&mut self.command(&server.url("mysql")))?.success()
            }
            Loaded::Sqlite => return Err(Error::NoLocks),
            Loaded::MongoDb => return Err(Error::NoLocksSeen),
        };
        Ok(match succeeded {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    fn command(&self, url: &str) -> Command {
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "locks", "--", "--url", url])
            .args(["--rows", &self.rows.to_string()]);
        for cell in &self.cells {
            command.args(["--cell", cell]);
        }
        if self.all {
            command.arg("--all");
        }
        command
    }
}
