//! `cargo xtask <verb>`: what working on colmig needs beyond cargo itself.
//!
//! It depends on none of the crates that it builds and measures, so it is
//! ready while they are broken.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

mod bench;
mod cargo;
mod chaos;
mod error;
mod features;
mod fuzz;
mod loaded;
mod model;
mod quickstart;
mod report;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Set-up, tests and benchmarks of this workspace
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Xtask {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the tests, with the real database servers that they need
    Test(test::Test),
    /// Check that each feature of the library compiles without the others, and without a warning
    Features,
    /// Check the protocol between the executor and the instances in every state
    Model,
    /// Play the quick start on a private server
    Quickstart(quickstart::Quickstart),
    /// Run builds of one application side by side while phases walk and faults strike
    Chaos(chaos::Chaos),
    /// Try whatever may stand in a file: real ones, changed at random
    Fuzz(fuzz::Fuzz),
    /// Measure what colmig costs
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().verb {
        Verb::Test(test) => test.run(),
        Verb::Features => features::run(),
        Verb::Model => model::run(),
        Verb::Quickstart(quickstart) => quickstart.run(),
        Verb::Chaos(chaos) => chaos.run(),
        Verb::Fuzz(fuzz) => fuzz.run(),
        Verb::Bench(bench) => bench.run(),
    };
    outcome.unwrap_or_else(|error| {
        report::error(&error);
        error.exit_code()
    })
}
