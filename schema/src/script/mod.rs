//! The SQL files of a migration: what is executed, to the letter, and read by people first.
//!
//! A file holds the steps of one phase on one database. Lines that begin with `-- word:`
//! are for both readers; the SQL between them is what the executor sends. A revert is
//! written as comments, so that a file sent through `psql` or `sqlite3` by hand does the
//! phase and does not undo it.
//!
//! ```
//! use colmig_schema::script::Script;
//! let text = "\
//! -- colmig 1
//! -- migration: 20261122064500_users_nick
//! -- phase: expand
//! -- database: postgres
//!
//! -- step: add_column_users_nick
//! -- lock: ACCESS EXCLUSIVE on \"users\", for an instant
//! -- safe: only the catalogue changes
//! ALTER TABLE \"users\" ADD COLUMN \"nick\" text;
//! -- revert:
//! --   ALTER TABLE \"users\" DROP COLUMN \"nick\";
//! ";
//! let script: Script = text.parse()?;
//! assert_eq!(script.steps[0].id, "add_column_users_nick");
//! assert_eq!(script.to_string().parse::<Script>()?, script);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod parse;

use std::fmt;

use crate::comparison::Comparison;
use crate::dependents::Dependents;
use crate::precheck::Precheck;
use crate::{Database, Phase};
pub use parse::BadScript;

/// The version of the format that this build writes and reads.
const VERSION: &str = "1";

/// What opens and closes the body of a PostgreSQL function that colmig writes.
pub(crate) const DOLLAR_QUOTE: &str = "$colmig$";

/// How the id of a step begins that takes over a table.
pub(crate) const ADOPT_TABLE: &str = "adopt_table_";

/// How the id of a step begins that brings a type of which no column is yet.
pub(crate) const CREATE_TYPE: &str = "create_type_";

/// How the id of a step begins that looks at the key of a table, which is to become another.
pub(crate) const CHECK_KEY: &str = "check_key_";

/// The path of a script in the folder of its migration.
pub fn script_path(database: Database, phase: Phase) -> String {
    let ending = match database {
        // Commands, and no SQL.
        Database::MongoDb => "mongodb",
        Database::Postgres | Database::MariaDb | Database::Sqlite => "sql",
    };
    format!("{database}/{}.{ending}", phase.file_stem())
}

/// The steps of one phase on one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The migration.
    pub migration: String,
    /// The phase.
    pub phase: Phase,
    /// The database.
    pub database: Database,
    /// The steps, in the order of execution.
    pub steps: Vec<Step>,
}

/// One statement, or one loop of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Stable and unique within the migration.
    pub id: String,
    /// The strongest lock that it takes, on what, and for how long.
    pub lock: String,
    /// Why that is safe while the application runs.
    pub safe: String,
    /// How it is executed.
    pub run: Run,
    /// The statements that undo it, in order.
    pub revert: Vec<String>,
}

/// How a step is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Statements in one transaction, in which the step is recorded as done.
    Transaction(Vec<String>),
    /// Statements each of which commits by itself, and can be repeated. They take locks as those
    /// of a transaction do.
    OneByOne(Vec<String>),
    /// One statement that no transaction may hold, which can be repeated after a
    /// failure once `cleanup` has run. It waits for others without blocking them.
    Alone {
        /// Removes what a failed try left behind; empty if nothing can be left.
        cleanup: Vec<String>,
        /// The statement.
        statement: String,
    },
    /// A loop over ranges of keys.
    Backfill(Backfill),
    /// A loop over ranges of keys that reads, and must find nothing.
    Compare(Box<Comparison>),
    /// A search for rows that a constraint would refuse, which must find nothing.
    CheckRows(Box<Precheck>),
    /// A look for what else depends on what goes, which must find nothing.
    CheckDependents(Box<Dependents>),
    /// What the application does, by a rule in Rust: the executor waits for it.
    Convert(Convert),
}

/// A column that the application fills by a rule in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convert {
    /// The table.
    pub table: String,
    /// The struct.
    pub model: String,
    /// The columns that the function is called with.
    pub read: Vec<String>,
    /// The column that is filled.
    pub target: String,
    /// The path of the function.
    pub up: String,
    /// Whether the column is new and takes no other's place: only rows without a value are
    /// written.
    pub fills: bool,
}

/// The statements of a loop over ranges of keys.
///
/// Parameters are numbered: the key's values first. `first` and `boundary` give a key,
/// one column for each part of it, as text where the database has typed parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: String,
    /// The columns of the key, for messages.
    pub key: Vec<String>,
    /// The columns that `pending` gives behind the key, for messages.
    pub shown: Vec<String>,
    /// The smallest key.
    pub first: String,
    /// The first key of the next range, from the key of this one and the number of rows.
    pub boundary: String,
    /// The keys at which the next batches end, from the key at which the first begins, the key
    /// at which the range ends, the number of rows to look at, and of those of one batch. Where
    /// there is none, the table is gone through from its beginning to its end, and not divided
    /// among workers.
    pub bounds: Option<String>,
    /// Fills one range, from a key (inclusive) to a key (exclusive).
    pub batch: String,
    /// Fills the last range, from a key (inclusive) on.
    pub last: String,
    /// Some keys of rows that are not filled, each with what `shown` says, up to the number
    /// in the first parameter.
    pub pending: String,
}

impl Backfill {
    /// The statements, each with what it is called.
    fn statements(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("first", Some(&self.first)),
            ("boundary", Some(&self.boundary)),
            ("bounds", self.bounds.as_ref()),
            ("batch", Some(&self.batch)),
            ("last", Some(&self.last)),
            ("pending", Some(&self.pending)),
        ]
        .into_iter()
        .filter_map(|(label, sql)| Some((label, sql?.as_str())))
    }
}

impl Step {
    /// The statements that the step sends, in order, without those of its revert.
    pub fn statements(&self) -> Vec<&str> {
        match &self.run {
            Run::Transaction(statements) | Run::OneByOne(statements) => {
                statements.iter().map(String::as_str).collect()
            }
            Run::Alone { statement, .. } => vec![statement],
            Run::Backfill(backfill) => backfill.statements().map(|(_, sql)| sql).collect(),
            Run::Compare(comparison) => {
                let labelled = comparison.labelled().into_iter();
                labelled.map(|(_, sql)| sql).collect()
            }
            Run::CheckRows(precheck) => {
                let labelled = precheck.labelled().into_iter();
                labelled.map(|(_, sql)| sql).collect()
            }
            Run::CheckDependents(check) => check.labelled().map(|(_, sql)| sql).collect(),
            Run::Convert(_) => Vec::new(),
        }
    }

    /// Whether it creates a table, and so touches nothing that anybody uses yet; or leaves one
    /// as it is that is there already.
    pub fn is_new_table(&self) -> bool {
        ["create_table_", CREATE_TYPE]
            .iter()
            .any(|begins| self.id.starts_with(begins))
            || self.adopts().is_some()
    }

    /// The table that may have been there before colmig: where it is, the step is recorded as
    /// done, and nothing is executed.
    pub fn adopts(&self) -> Option<&str> {
        self.id.strip_prefix(ADOPT_TABLE)
    }

    /// The table at whose key it looks, which is to become another: one with partitions is refused
    /// by it, whatever else such a table could have.
    pub fn checks_key(&self) -> Option<&str> {
        self.id.strip_prefix(CHECK_KEY)
    }

    /// Whether nobody who reads or writes queues up behind it while it waits for its
    /// lock, which may then take as long as it takes.
    pub fn waits_beside_traffic(&self) -> bool {
        // PostgreSQL's lock that conflicts with no reader and no writer.
        matches!(self.run, Run::Alone { .. }) || self.lock.starts_with("SHARE UPDATE EXCLUSIVE")
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "-- colmig {VERSION}")?;
        writeln!(f, "-- migration: {}", self.migration)?;
        writeln!(f, "-- phase: {}", self.phase)?;
        writeln!(f, "-- database: {}", self.database)?;
        if self.steps.is_empty() {
            writeln!(f, "\n-- Nothing to do in this phase.")?;
        }
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n-- step: {}", self.id)?;
        writeln!(f, "-- lock: {}", self.lock)?;
        writeln!(f, "-- safe: {}", self.safe)?;
        match &self.run {
            Run::Transaction(statements) => {
                statements
                    .iter()
                    .try_for_each(|sql| writeln!(f, "{sql};"))?;
            }
            Run::OneByOne(statements) => {
                writeln!(f, "-- one by one: each statement commits by itself")?;
                statements
                    .iter()
                    .try_for_each(|sql| writeln!(f, "{sql};"))?;
            }
            Run::Alone { cleanup, statement } => {
                writeln!(f, "-- alone: outside of a transaction")?;
                write_comments(f, "cleanup", cleanup)?;
                writeln!(f, "{statement};")?;
            }
            Run::Backfill(backfill) => {
                writeln!(f, "-- backfill: {}", backfill.table)?;
                writeln!(f, "-- key: {}", backfill.key.join(", "))?;
                if !backfill.shown.is_empty() {
                    writeln!(f, "-- shows: {}", backfill.shown.join(", "))?;
                }
                for (label, sql) in backfill.statements() {
                    writeln!(f, "-- statement: {label}\n{sql};")?;
                }
            }
            Run::Compare(comparison) => comparison.fmt(f)?,
            Run::CheckRows(precheck) => precheck.fmt(f)?,
            Run::CheckDependents(check) => check.fmt(f)?,
            Run::Convert(convert) => {
                writeln!(f, "-- convert: {}", convert.table)?;
                writeln!(f, "-- model: {}", convert.model)?;
                let label = if convert.fills { "reads" } else { "legacy" };
                writeln!(f, "-- {label}: {}", convert.read.join(", "))?;
                writeln!(f, "-- target: {}", convert.target)?;
                writeln!(f, "-- by: {}", convert.up)?;
            }
        }
        write_comments(f, "revert", &self.revert)
    }
}

fn write_comments(f: &mut fmt::Formatter<'_>, label: &str, statements: &[String]) -> fmt::Result {
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(f, "-- {label}:")?;
    for statement in statements {
        for line in format!("{statement};").lines() {
            writeln!(f, "--   {line}")?;
        }
    }
    Ok(())
}
