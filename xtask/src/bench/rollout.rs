//! `cargo xtask bench rollout`: all six phases on PostgreSQL under live traffic.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::Postgres;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// All six phases on PostgreSQL, under live traffic through raw SQL and accessors
#[derive(Debug, Args)]
pub(crate) struct Rollout {
    /// The rows of the table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
    /// The connections of the live traffic
    #[arg(long, default_value_t = 8)]
    connections: u32,
    /// For how many seconds somebody's query is in the way of `expand`
    #[arg(long, default_value_t = 20)]
    held: u32,
}

impl Rollout {
    /// Fails if any statement of the traffic did.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::Postgres)?;
        let server = Postgres::builder().durable(true).start()?;
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "rollout", "--", &server.url("postgres")])
            .args([self.rows, self.connections, self.held].map(|number| number.to_string()));
        let passed = status(&mut command)?.success();
        Ok(if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
