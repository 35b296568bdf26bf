//! `cargo xtask bench convert`: text becomes a number on PostgreSQL, with rows that do not convert.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::Postgres;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// Text that becomes a number, with ten rows that do not convert
#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The rows of the table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
}

impl Convert {
    /// Fails if a row is not named, or anything is lost.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::Postgres)?;
        let server = Postgres::builder()
            .setting("max_connections", "400")
            .start()?;
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "convert", "--", &server.url("postgres")])
            .arg(self.rows.to_string());
        let passed = status(&mut command)?.success();
        Ok(if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
