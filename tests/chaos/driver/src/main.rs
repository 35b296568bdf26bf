//! `colmig-chaos`: the chaos test as a command. `cargo xtask chaos` calls it.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use colmig_chaos::{Chaos, Database};

/// Three builds of one application, phases that walk, faults, and a checker
#[derive(Debug, Parser)]
struct Arguments {
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

/// 0 if nothing was violated, 1 if something was, 2 if there is no answer.
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let by_time = || {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        time.map_or(0, |time| time.as_secs())
    };
    let chaos = Chaos {
        database: arguments.database,
        time: Duration::from_secs(arguments.seconds),
        seed: arguments.seed.unwrap_or_else(by_time),
        instances: arguments.instances,
    };
    eprintln!("       Chaos seed {}", chaos.seed);
    match chaos.run() {
        Ok(report) => {
            print!("{report}");
            if report.is_clean() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
