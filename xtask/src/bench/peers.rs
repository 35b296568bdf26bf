//! `cargo xtask bench peers`: a required column with a computed value, beside other tools.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use colmig_harness::install::{Server, ensure};

use crate::bench::backfill::{file, has_room, mariadb, program};
use crate::bench::colmig::{Colmig, Profile};
use crate::cargo::status;
use crate::error::{Error, Result};
use crate::loaded::Loaded;

/// A required column with a computed value, through all phases, beside pt-online-schema-change
/// with an UPDATE, and beside ALTER TABLE with an UPDATE: the time, and what live traffic notices
///
/// docs/benches.md says how it measures, and which runs do not count.
#[derive(Debug, Args)]
pub(crate) struct Peers {
    /// The database: MariaDB, for which the other tool is
    #[arg(long, value_enum)]
    database: Loaded,
    /// The rows of the table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// How often every way has its turn
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// The live traffic, in percent of what the machine can do; 0 is none
    #[arg(long, default_value = "60")]
    loads: String,
    /// The ways: control, colmig, colmig-N (workers), pt-osc, pt-osc-twice, plain, or
    /// colmig:KEY=VALUE+KEY=VALUE with settings of colmig.toml [default: all but those with settings]
    #[arg(long)]
    ways: Option<String>,
    /// How long `control` watches the traffic, in seconds
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// How long the traffic is watched before and after each way, in seconds
    #[arg(long, default_value_t = 3.0)]
    baseline: f64,
    /// How long a machine is waited for before each run, in seconds, while it has something else
    /// to do
    #[arg(long, default_value_t = 60.0)]
    patience: f64,
    /// Keep the data on disk also where there is room in memory
    #[arg(long)]
    disk: bool,
    /// Where the figures go [default: target/bench/peers-DATABASE.json]
    #[arg(long)]
    json: Option<PathBuf>,
}

impl Peers {
    /// Fails if a way does not end with the column as the model says, and what the rule gives in
    /// each row.
    pub(crate) fn run(self) -> Result<ExitCode> {
        if self.database != Loaded::MariaDb {
            return Err(Error::NoPeers(self.database.name()));
        }
        ensure(Server::PerconaToolkit)?;
        let in_memory = !self.disk && has_room(self.rows);
        let colmig = Colmig::build(Profile::Dev)?;
        let server = mariadb(in_memory)?;
        let mut command = program("peers", self.database, &colmig, in_memory);
        command
            .args(["--url", &server.url("mysql")])
            .args(["--rows", &self.rows.to_string()])
            .args(["--rounds", &self.rounds.to_string()])
            .args(["--seconds", &self.seconds.to_string()])
            .args(["--baseline", &self.baseline.to_string()])
            .args(["--patience", &self.patience.to_string()])
            .args(["--loads", &self.loads])
            .arg("--json")
            .arg(file(&self.json, "peers", self.database, "json"));
        if let Some(ways) = &self.ways {
            command.args(["--methods", ways]);
        }
        Ok(match status(&mut command)?.success() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
