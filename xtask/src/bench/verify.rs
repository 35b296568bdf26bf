//! `cargo xtask bench verify`: both sides of a column compared over a whole table, and mended.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::Postgres;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// A thousand rows in a million changed behind our back: named, mended, and what it costs
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The rows of the table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u32,
}

impl Verify {
    /// Fails if a row is not named, another one is, or one is not mended.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::Postgres)?;
        let server = Postgres::builder().start()?;
        let mut passed = true;
        for url in [server.url("postgres"), "sqlite".to_owned()] {
            let mut command = cargo();
            command
                .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
                .args(["--bin", "verify", "--", &url])
                .arg(self.rows.to_string());
            passed &= status(&mut command)?.success();
        }
        Ok(if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
