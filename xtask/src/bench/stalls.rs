//! `cargo xtask bench stalls`: for how long a Galera cluster stands still for each statement.

use std::process::ExitCode;

use clap::Args;
use colmig_harness::install::{Server, ensure};
use colmig_harness::{GaleraCluster, Storage};

use crate::cargo::{cargo, status};
use crate::error::Result;

/// For how long the writers of a three-node Galera cluster stand still for each kind of statement
#[derive(Debug, Args)]
pub(crate) struct Stalls {
    /// The rows of the table that is changed
    #[arg(long, default_value_t = 500_000)]
    rows: u32,
}

impl Stalls {
    /// Fails if a statement does.
    pub(crate) fn run(self) -> Result<ExitCode> {
        ensure(Server::MariaDb)?;
        let cluster = GaleraCluster::builder().storage(Storage::Memory).start()?;
        let name = cluster.node(0).create_database("stalls")?;
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--release", "--package", "colmig-tests"])
            .args(["--bin", "stalls", "--", &self.rows.to_string()])
            .args((0..3).map(|node| cluster.node(node).url(&name)));
        let passed = status(&mut command)?.success();
        Ok(if passed {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
