//! `cargo xtask bench switch`: how soon instances follow the read switch on PostgreSQL.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::Postgres;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// How soon live instances follow the read switch, by notification and by polling
#[derive(Debug, Args)]
pub(crate) struct Switch {
    /// The instances, each with a pool and a lease of its own
    #[arg(long, default_value_t = 50)]
    instances: u32,
}

impl Switch {
    /// Fails if an instance does not follow.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::Postgres)?;
        let server = Postgres::builder()
            .setting("max_connections", "400")
            .start()?;
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "switch", "--", &server.url("postgres")])
            .arg(self.instances.to_string());
        let passed = status(&mut command)?.success();
        Ok(if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
