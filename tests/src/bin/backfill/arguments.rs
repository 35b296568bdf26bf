//! The command line. `cargo xtask bench backfill` has the same words.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use colmig::Database;

use crate::rule::REPEATS;

/// How fast a column is filled, and what live traffic notices of it
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The bench
    Run(Run),
    /// The whole change, beside other tools
    Peers(Peers),
    /// The live traffic, until standard input ends
    Live(Live),
}

/// The bench.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Where the charts go
    #[arg(long)]
    pub(crate) svg: PathBuf,
}

/// The bench of the whole change.
#[derive(Debug, Args)]
pub(crate) struct Peers {
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What both benches are told.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The database
    #[arg(long)]
    pub(crate) database: Database,
    /// The address of a database on the server, where there is one
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The command whose migrations are measured
    #[arg(long)]
    pub(crate) colmig: PathBuf,
    /// The folder for files that go with the bench, among them SQLite's
    #[arg(long)]
    pub(crate) scratch: PathBuf,
    /// Where the data lies, for the report
    #[arg(long, default_value = "disk")]
    pub(crate) storage: String,
    /// The rows of the table
    #[arg(long, default_value_t = 2_000_000)]
    pub(crate) rows: i64,
    /// How often every method has its turn
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
    /// How long a method has, where it can be stopped
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// How long the traffic is watched before and after each method
    #[arg(long, default_value_t = 3.0)]
    pub(crate) baseline: f64,
    /// How long a machine is waited for that has something else to do
    #[arg(long, default_value_t = 60.0)]
    pub(crate) patience: f64,
    /// How often a run that does not count is made again
    #[arg(long, default_value_t = REPEATS)]
    pub(crate) repeats: usize,
    /// The live traffic, in percent of what the machine can do
    #[arg(long, value_delimiter = ',', default_values_t = [0, 30, 60])]
    pub(crate) loads: Vec<u32>,
    /// The methods [default: all that the database has]
    #[arg(long, value_delimiter = ',')]
    pub(crate) methods: Vec<String>,
    /// Where the figures go
    #[arg(long)]
    pub(crate) json: PathBuf,
}

/// The live traffic.
#[derive(Debug, Args)]
pub(crate) struct Live {
    /// The database that it talks to
    #[arg(long)]
    pub(crate) url: String,
    /// The transactions of a second; as many as can be if nothing is said
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// The rows of the table
    #[arg(long)]
    pub(crate) rows: i64,
    /// What draws the keys and the times
    #[arg(long)]
    pub(crate) seed: u64,
    /// Where the transactions are written when all is over
    #[arg(long)]
    pub(crate) out: PathBuf,
}
