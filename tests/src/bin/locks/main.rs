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
mod server;
mod trace;
mod traffic;

use std::path::{Path, PathBuf};
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
    /// The log of PostgreSQL, which says who waited for a lock (`log_lock_waits`)
    #[arg(long)]
    log: Option<PathBuf>,
}

/// What is too long may be the processor's, which is shared: a cell is rolled out anew, on a new
/// database, and what is too long each time is a lock's.
const TRIES: usize = 3;

impl Arguments {
    fn wants(&self, cell: &Cell) -> bool {
        if Some(cell.database) != Database::of_url(&self.url).and_then(Database::sql)
            || matches!(cell.expected, Expected::Refused(_))
        {
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
    let mut log = Log::open(arguments.log.as_deref());
    let (mut seen, mut again, mut waits) = (Vec::new(), 0, 0);
    for (number, cell) in wanted.iter().enumerate() {
        let mut tried = 0;
        let rolled = loop {
            let name = number + wanted.len() * tried;
            let rolled = rollout::roll_out(arguments, name, cell).await;
            let rolled = rolled.map_err(|error| format!("{cell}: {error}"))?;
            let waited = log.waits()?;
            eprintln!(
                "  {}/{} {}",
                number + 1,
                wanted.len(),
                report::line(&rolled)
            );
            for line in &waited {
                eprintln!("    {line}");
            }
            tried += 1;
            let in_time = report::late(std::slice::from_ref(&rolled), arguments.limit).is_empty();
            if in_time && waited.is_empty() || tried == TRIES {
                waits += waited.len();
                break rolled;
            }
            again += 1;
        };
        seen.push(rolled);
    }
    print!("{}", report::tables(&seen, arguments.rows));
    let late = report::late(&seen, arguments.limit);
    for late in &late {
        eprintln!("TOO LONG: {late}");
    }
    eprintln!("  {again} rollouts were repeated");
    if arguments.log.is_some() {
        eprintln!(
            "  {waits} statements of the application waited 100 ms for a table (log_lock_waits)"
        );
    }
    Ok(late.is_empty() && waits == 0)
}

/// What the server logs of sessions that wait for a lock.
struct Log {
    path: Option<PathBuf>,
    read: usize,
}

impl Log {
    fn open(path: Option<&Path>) -> Log {
        Log {
            path: path.map(Path::to_owned),
            read: 0,
        }
    }

    /// The lines since the last look about statements of the application that waited for a table.
    /// Those that wait for a row wait for a batch, which gives way to nobody here; and colmig
    /// waits for indexes as long as it takes, and nobody queues up behind that.
    fn waits(&mut self) -> Result<Vec<String>> {
        let Some(path) = &self.path else {
            return Ok(Vec::new());
        };
        let text = std::fs::read(path)?;
        let new = String::from_utf8_lossy(text.get(self.read..).unwrap_or_default()).into_owned();
        self.read = text.len();
        let about = ["[traffic]", " still waiting for ", " on relation "];
        let lines = new
            .lines()
            .filter(|line| about.iter().all(|part| line.contains(part)));
        Ok(lines.map(str::to_owned).collect())
    }
}
