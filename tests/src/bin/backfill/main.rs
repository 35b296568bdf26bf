//! How fast a column is filled, and what the live traffic notices: `cargo xtask bench backfill`
//! calls it. [docs/benches.md](../../../../docs/benches.md) says how it measures.
//!
//! `backfill run ...` is the bench, `backfill peers ...` that of the whole change beside other tools,
//! and `backfill live ...` the live traffic, which they start as a process of its own: what the one
//! waits for does not hold up the clock of the other.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

mod arguments;
mod bench;
mod by_hand;
mod chart;
mod connection;
mod course;
mod engine;
mod errand;
mod latency;
mod live;
mod method;
mod peers;
mod place;
mod probe;
mod project;
mod report;
mod rule;
mod run;
mod sampler;
mod spin;
mod table;
mod tenths;
mod traffic;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T> = std::result::Result<T, Error>;

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::Run(arguments) => measure(bench::bench(&arguments)),
        Command::Peers(arguments) => measure(peers::bench(&arguments)),
        Command::Live(arguments) => live::serve(&arguments),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backfill: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A Ctrl-C ends the bench in good order, so that nothing of it is left behind in memory.
// As the command does it: a batch that hops between threads is longer for no reason of its own.
#[tokio::main(flavor = "current_thread")]
async fn measure(bench: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::select! {
        ended = bench => ended,
        signal = tokio::signal::ctrl_c() => {
            signal?;
            Err("stopped by a signal".into())
        }
    }
}
