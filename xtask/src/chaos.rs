//! `cargo xtask chaos`: builds of one application side by side, phases that walk, and faults.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::install::{Server, ensure};

use crate::cargo::{cargo, status};
use crate::error::Result;
use crate::test::Database;

/// The arguments of the verb.
#[derive(Debug, Args)]
pub(crate) struct Chaos {
    /// The database
    #[arg(long, value_enum)]
    database: Database,
    /// For how long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// By what builds, ways and faults are drawn; by default by the time
    #[arg(long)]
    seed: Option<u64>,
    /// How many instances run side by side
    #[arg(long, default_value_t = 7)]
    instances: usize,
}

impl Chaos {
    /// Ends with 1 if a write was lost, or a statement failed for a reason of schema.
    pub(crate) fn run(self) -> Result<ExitCode> {
        if self.database == Database::Postgres {
            ensure(Server::Postgres)?;
        }
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--package", "colmig-chaos", "--"])
            .args(["--database", self.database.name()])
            .args(["--seconds", &self.seconds.to_string()])
            .args(["--instances", &self.instances.to_string()]);
        if let Some(seed) = self.seed {
            command.args(["--seed", &seed.to_string()]);
        }
        let code = status(&mut command)?.code();
        let code = code.and_then(|code| u8::try_from(code).ok());
        Ok(ExitCode::from(code.unwrap_or(2)))
    }
}
