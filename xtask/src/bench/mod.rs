//! `cargo xtask bench <name>`: one file a benchmark.

mod accessor;
mod backfill;
mod colmig;
mod convert;
mod derive;
mod generate;
mod locks;
mod models;
mod peers;
mod project;
mod rollout;
mod samples;
mod stalls;
mod switch;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

use crate::error::Result;

/// The benchmarks.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// What an accessor costs, beside the same query by hand
    Accessor(accessor::Accessor),
    /// How fast a column is filled, beside one UPDATE and other tools, and what live traffic notices
    Backfill(backfill::Backfill),
    /// Text that becomes a number, with ten rows that do not convert
    Convert(convert::Convert),
    /// What the derive adds to `cargo check`, beside `sqlx::FromRow`
    Derive(derive::Derive),
    /// How long `cargo colmig generate` takes on 1,000 models
    Generate(generate::Generate),
    /// Which locks each kind of change takes, and for how long, on 1,000,000 rows of PostgreSQL
    Locks(locks::Locks),
    /// A required column with a computed value on MariaDB, beside pt-online-schema-change
    Peers(peers::Peers),
    /// All six phases on PostgreSQL under live traffic, beside the same without a migration
    Rollout(rollout::Rollout),
    /// For how long a Galera cluster stands still for each kind of statement
    Stalls(stalls::Stalls),
    /// How soon live instances follow the read switch
    Switch(switch::Switch),
    /// Both sides of a column compared over a whole table, and mended
    Verify(verify::Verify),
}

impl Bench {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Accessor(bench) => bench.run()?,
            Self::Derive(bench) => bench.run()?,
            Self::Generate(bench) => bench.run()?,
            Self::Backfill(bench) => return bench.run(),
            Self::Convert(bench) => return bench.run(),
            Self::Locks(bench) => return bench.run(),
            Self::Peers(bench) => return bench.run(),
            Self::Rollout(bench) => return bench.run(),
            Self::Stalls(bench) => return bench.run(),
            Self::Switch(bench) => return bench.run(),
            Self::Verify(bench) => return bench.run(),
        }
        Ok(ExitCode::SUCCESS)
    }
}
