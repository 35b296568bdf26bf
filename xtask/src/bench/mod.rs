//! `cargo xtask bench <name>`: one file a benchmark.

mod accessor;
mod colmig;
mod derive;
mod generate;
mod models;
mod project;
mod rollout;
mod samples;

use std::process::ExitCode;

use clap::Subcommand;

use crate::error::Result;

/// The benchmarks.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// What an accessor costs, beside the same query by hand
    Accessor(accessor::Accessor),
    /// What the derive adds to `cargo check`, beside `sqlx::FromRow`
    Derive(derive::Derive),
    /// How long `cargo colmig generate` takes on 1,000 models
    Generate(generate::Generate),
    /// All six phases on PostgreSQL under live traffic, beside the same without a migration
    Rollout(rollout::Rollout),
}

impl Bench {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Accessor(bench) => bench.run()?,
            Self::Derive(bench) => bench.run()?,
            Self::Generate(bench) => bench.run()?,
            Self::Rollout(bench) => return bench.run(),
        }
        Ok(ExitCode::SUCCESS)
    }
}
