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
use colmig_chaos::{Chaos, Database, Workers};

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
    /// Kill the worker processes of a backfill instead, how many of them there are
    #[arg(long, value_name = "PROCESSES", conflicts_with_all = ["seconds", "instances"])]
    workers: Option<u32>,
    /// The rows of the table that the workers fill
    #[arg(long, default_value_t = 4_000_000, requires = "workers")]
    rows: u64,
    /// The share of the time for which each worker works until nothing is killed any more
    #[arg(long, default_value_t = 0.6, requires = "workers")]
    duty: f64,
    /// How often each worker and the run are killed
    #[arg(long, default_value_t = 20, requires = "workers")]
    kills: u32,
    /// How often the server is stopped while they work
    #[arg(long, default_value_t = 3, requires = "workers")]
    stops: u32,
}

/// 0 if nothing was violated, 1 if something was, 2 if there is no answer.
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let by_time = || {
        let time = SystemTime::now().duration_since(UNIX_EPOCH);
        time.map_or(0, |time| time.as_secs())
    };
    let seed = arguments.seed.unwrap_or_else(by_time);
    eprintln!("       Chaos seed {seed}");
    let judged = match arguments.workers {
        Some(_) if arguments.database == Database::Sqlite => {
            eprintln!("error: SQLite has one writer at a time, and so no worker processes");
            return ExitCode::from(2);
        }
        Some(_) if arguments.database != Database::Postgres => {
            eprintln!(
                "error: the work of workers is counted by a sequence of PostgreSQL; say `--database postgres`"
            );
            return ExitCode::from(2);
        }
        Some(processes) => {
            let workers = Workers {
                rows: arguments.rows,
                processes,
                kills: arguments.kills,
                stops: arguments.stops,
                duty: arguments.duty,
                seed,
            };
            workers.run().map(|report| {
                print!("{report}");
                report.is_clean() && report.is_complete()
            })
        }
        None => {
            let chaos = Chaos {
                database: arguments.database,
                time: Duration::from_secs(arguments.seconds),
                seed,
                instances: arguments.instances,
            };
            chaos.run().map(|report| {
                print!("{report}");
                report.is_clean()
            })
        }
    };
    match judged {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
