//! `cargo xtask bench locks`: which locks each kind of change takes on PostgreSQL, and for how
//! long.

use std::fs;
use std::process::ExitCode;

use clap::Args;
use colmig_harness::install::{Server, ensure};
use colmig_harness::{Postgres, Storage};

use crate::cargo::{cargo, status};
use crate::error::{Error, Result};
use crate::report;

/// What the log says of a session that has waited for a lock on a table for longer than the
/// limit. Those that wait for a row wait for a batch, which gives way to nobody here.
const WAITED: [&str; 2] = [" still waiting for ", " on relation "];

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
    /// waits for a lock for as long.
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
            .args(["--rows", &self.rows.to_string()]);
        for cell in &self.cells {
            command.args(["--cell", cell]);
        }
        if self.all {
            command.arg("--all");
        }
        let in_time = status(&mut command)?.success();
        let log = fs::read_to_string(server.log()).map_err(Error::io("read", server.log()))?;
        // Colmig waits for indexes as long as it takes, and nobody queues up behind that.
        let waited = log.lines().filter(|line| {
            line.contains("[traffic]") && WAITED.iter().all(|part| line.contains(part))
        });
        let waited: Vec<&str> = waited.collect();
        for line in &waited {
            report::status("Waited", line);
        }
        report::status(
            "Logged",
            format!(
                "{} statements of the application that waited 100 ms for a table (log_lock_waits)",
                waited.len()
            ),
        );
        Ok(match in_time && waited.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
