//! `cargo xtask test`: the servers, then cargo's tests, then a summary.

mod plan;
mod servers;

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::cargo::{output, status};
use crate::error::Result;
use crate::report;
use crate::test::plan::{Part, Plan};
use crate::test::servers::Servers;

/// The arguments of the verb.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Run only the conformance suite, and of it only this database's tests
    #[arg(long, value_enum)]
    database: Option<Database>,

    /// Print the names of the tests instead of running them
    #[arg(long)]
    list: bool,

    /// Arguments for the test binaries, such as a part of a test's name
    #[arg(last = true)]
    args: Vec<OsString>,
}

/// A database that has tests of its own. Their names contain `sqlite::` and so
/// on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// What the names of this database's tests have in common.
    fn marker(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite::",
            Self::Postgres => "postgres::",
        }
    }
}

impl Test {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let plan = Plan::new(self.database, self.args);
        if self.list {
            list(&plan)
        } else {
            execute(self.database, &plan)
        }
    }
}

fn list(plan: &Plan) -> Result<ExitCode> {
    let mut names = String::new();
    for part in plan.running() {
        let mut command = part.command(["--list", "--format=terse"]);
        names.push_str(&output(&mut command, 0)?);
    }
    print!("{names}");

    let tests: Vec<&str> = names
        .lines()
        .filter(|name| name.ends_with(": test"))
        .collect();
    for database in Database::ALL {
        let marker = database.marker();
        let count = tests.iter().filter(|name| name.contains(marker)).count();
        report::status(
            "Listed",
            format!("{count} tests with {marker} in their name"),
        );
    }
    report::status("Listed", format!("{} tests in all", tests.len()));
    Ok(ExitCode::SUCCESS)
}

fn execute(database: Option<Database>, plan: &Plan) -> Result<ExitCode> {
    let mut done = Vec::new();
    let start = Instant::now();
    let built = run(&plan.build, &Servers::none(), &mut done)?;
    let mut failure = failure(built);
    if failure.is_none() {
        let start = Instant::now();
        // Dropped, and with that stopped, before the summary is printed.
        let servers = Servers::start(database)?;
        done.push(Done::new("servers", start, None));
        for part in plan.running() {
            let status = run(part, &servers, &mut done)?;
            failure = failure.or(self::failure(status));
        }
    }
    summarize(&done, start.elapsed());
    Ok(failure.map_or(ExitCode::SUCCESS, ExitCode::from))
}

/// What became of one part.
struct Done {
    name: &'static str,
    time: Duration,
    failure: Option<u8>,
}

impl Done {
    fn new(name: &'static str, start: Instant, failure: Option<u8>) -> Self {
        Self {
            name,
            time: start.elapsed(),
            failure,
        }
    }
}

fn run(part: &Part, servers: &Servers, done: &mut Vec<Done>) -> Result<ExitStatus> {
    let start = Instant::now();
    let mut command = part.command([]);
    let status = status(command.envs(servers.variables()))?;
    done.push(Done::new(part.name, start, failure(status)));
    Ok(status)
}

/// The exit code to pass on; a shell's convention where a signal was the end.
fn failure(status: ExitStatus) -> Option<u8> {
    let code = status.code().unwrap_or(128 + status.signal().unwrap_or(0));
    (code != 0).then(|| u8::try_from(code).unwrap_or(u8::MAX))
}

fn summarize(done: &[Done], total: Duration) {
    for part in done {
        let verdict = match part.failure {
            None => "Passed",
            Some(_) => "FAILED",
        };
        report::status(
            verdict,
            format!("{:<10}{:>9}", part.name, report::seconds(part.time)),
        );
    }
    report::status(
        "Finished",
        format!("{:<10}{:>9}", "all", report::seconds(total)),
    );
}
