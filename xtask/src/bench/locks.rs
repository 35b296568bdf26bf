//! `cargo xtask bench locks`: which locks each kind of change takes on PostgreSQL, and for how
//! long.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::install::{Server, ensure};
use colmig_harness::{Postgres, Storage};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// Which locks the steps of each kind of change take on PostgreSQL, and for how long
#[derive(Debug, Args)]
pub(crate) struct Locks {
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
    /// waits for a lock for as long, three times in a row.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::Postgres)?;
        let server = Postgres::builder()
            .storage(Storage::Disk)
            .setting("shared_buffers", "1GB")
            .setting("max_wal_size", "8GB")
            .setting("log_lock_waits", "on")
            .setting("deadlock_timeout", "100ms")
            .setting("log_line_prefix", "[%a] ")
            .start()?;
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "locks", "--", "--url", &server.url("postgres")])
            .args(["--rows", &self.rows.to_string(), "--log"])
            .arg(server.log());
        for cell in &self.cells {
            command.args(["--cell", cell]);
        }
        if self.all {
            command.arg("--all");
        }
        Ok(match status(&mut command)?.success() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
