//! Which locks the steps of each kind of change take, and for how long, on a table of many rows:
//! `cargo xtask bench locks` calls it.
//!
//! `locks --url URL` rolls cells of the matrix out on a database each, from the first step to the
//! end of contract, beside an application that reads and writes. Nothing is believed that colmig
//! says of its locks: see `trace`.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks to its user: results on stdout, words on stderr"
)]

mod report;
mod rollout;
mod trace;
mod traffic;

use std::process::ExitCode;

use clap::Parser;
use colmig::Database;
use colmig_tests::matrix::{Cell, Expected, cells};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Every change is tried on this table, and these changes on every table.
const TABLE: &str = "a key that counts";
const CHANGES: [&str; 3] = [
    "a check on a new column",
    "a renamed column",
    "an index on a column that is there",
];

/// Which locks the steps of each kind of change take, and for how long
#[derive(Debug, Parser)]
struct Arguments {
    /// The address of a database on the server, as a superuser
    #[arg(long)]
    url: String,
    /// The rows of each table
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// The cells of which the name contains one of these, such as `a renamed column::`
    #[arg(long = "cell")]
    cells: Vec<String>,
    /// Every change on every kind of table
    #[arg(long)]
    all: bool,
    /// For how long one statement may keep readers from a table, in milliseconds
    #[arg(long, default_value_t = 100.0)]
    limit: f64,
}

impl Arguments {
    fn wants(&self, cell: &Cell) -> bool {
        if cell.database != Database::Postgres || matches!(cell.expected, Expected::Refused(_)) {
            return false;
        }
        if !self.cells.is_empty() {
            let name = cell.to_string();
            return self.cells.iter().any(|wanted| name.contains(wanted));
        }
        // An empty table stays one, however many rows are asked for.
        let on_rows = cell.kind.rows > 0;
        let chosen = cell.kind.name == TABLE || CHANGES.contains(&cell.change.name);
        on_rows && (self.all || chosen)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match locks(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("locks: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every exclusive lock was let go in time.
async fn locks(arguments: &Arguments) -> Result<bool> {
    let wanted: Vec<Cell> = cells()
        .into_iter()
        .filter(|cell| arguments.wants(cell))
        .collect();
    if wanted.is_empty() {
        return Err("there is no such cell".into());
    }
    let mut seen = Vec::new();
    for (number, cell) in wanted.iter().enumerate() {
        let rolled = rollout::roll_out(arguments, number, cell).await;
        let rolled = rolled.map_err(|error| format!("{cell}: {error}"))?;
        eprintln!(
            "  {}/{} {}",
            number + 1,
            wanted.len(),
            report::line(&rolled)
        );
        seen.push(rolled);
    }
    print!("{}", report::tables(&seen, arguments.rows));
    let late = report::late(&seen, arguments.limit);
    for late in &late {
        eprintln!("TOO LONG: {late}");
    }
    Ok(late.is_empty())
}
