//! `cargo xtask test`: the servers, then cargo's tests, then a summary.

mod failures;
mod plan;
mod servers;
mod summary;

use std::env;
use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::ValueEnum;
use colmig_harness::version;

use crate::cargo::output;
use crate::error::Result;
use crate::report;
use crate::test::plan::Plan;
use crate::test::servers::Servers;
use crate::test::summary::Summary;

/// By this Rust's test binaries are told how many tests to run at a time.
const THREADS_VARIABLE: &str = "RUST_TEST_THREADS";

/// The arguments of the verb.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Run only the conformance suite, and of it only this database's tests; for MongoDB those of its accessors,
    /// its driver and its servers as well
    #[arg(long, value_enum)]
    database: Option<Database>,

    /// Run only the tests on PostgreSQL, and them against that major version; what is not installed is fetched
    #[arg(long, value_name = "VERSION", conflicts_with = "database")]
    postgres: Option<u32>,

    /// With `--postgres`: where that version is not to be had, say so and do nothing
    #[arg(long, requires = "postgres")]
    if_available: bool,

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
    #[value(name = "mariadb")]
    MariaDb,
    #[value(name = "mongodb")]
    MongoDb,
}

impl Database {
    const ALL: [Self; 4] = [Self::Sqlite, Self::Postgres, Self::MariaDb, Self::MongoDb];

    /// What the names of this database's tests have in common.
    fn marker(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite::",
            Self::Postgres => "postgres::",
            Self::MariaDb => "mariadb::",
            Self::MongoDb => "mongodb::",
        }
    }
}

impl Test {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let plan = match self.postgres {
            Some(_) => Plan::of_postgres(self.args),
            None => Plan::new(self.database, self.args),
        };
        if self.list {
            list(&plan)
        } else {
            let programs = match self.postgres.map(version::postgres).transpose() {
                Err(error) if self.if_available => {
                    report::status("Skipped", format!("no test was run: {error}"));
                    return Ok(ExitCode::SUCCESS);
                }
                programs => programs?,
            };
            execute(self.database, programs, plan)
        }
    }
}

fn list(plan: &Plan) -> Result<ExitCode> {
    // Apart from the listing, whose words on stderr are kept for an error.
    let mut summary = Summary::new();
    summary.run(&plan.build, [])?;
    if let Some(code) = summary.failure() {
        return Ok(ExitCode::from(code));
    }

    let mut tests = Vec::new();
    for part in plan.running() {
        let lines = output(&mut part.command(["--list", "--format=terse"]), 0)?;
        // Not every line is a test: rustdoc adds how long it took.
        let names = lines.lines().filter_map(|line| line.strip_suffix(": test"));
        tests.extend(names.map(str::to_owned));
    }
    for test in &tests {
        println!("{test}");
    }
    for database in Database::ALL {
        let marker = database.marker();
        let count = tests.iter().filter(|test| test.contains(marker)).count();
        report::status("Listed", format!("{count} with {marker} in their name"));
    }
    report::status("Listed", format!("{} in all", tests.len()));
    Ok(ExitCode::SUCCESS)
}

/// How many tests of a binary run at a time, unless somebody has said it.
fn threads() -> Option<(&'static str, String)> {
    let said = env::var_os(THREADS_VARIABLE).is_some();
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    // They wait for servers, locks and leases more than they compute.
    (!said).then(|| (THREADS_VARIABLE, (2 * processors).to_string()))
}

fn execute(
    database: Option<Database>,
    programs: Option<PathBuf>,
    mut plan: Plan,
) -> Result<ExitCode> {
    let mut summary = Summary::new();
    summary.run(&plan.build, [])?;
    if summary.failure().is_none() {
        let servers = summary.time("servers", || Servers::start(database, programs))?;
        if let Some(why) = servers.without_mongodb() {
            report::status("Skipped", format!("the tests on MongoDB: {why}"));
            plan.skip(Database::MongoDb);
        }
        for part in plan.running() {
            summary.run(part, servers.variables().chain(threads()))?;
        }
    }
    Ok(summary.finish())
}
