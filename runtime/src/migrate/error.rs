//! What can go wrong while migrations are executed.

use std::fmt;
use std::time::Duration;

use colmig_schema::{Database, IllegalTransition, Phase};

use super::blocker::{Blocker, Blockers, Millis};

/// The one step of one phase of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The migration.
    pub migration: String,
    /// The phase.
    pub phase: Phase,
    /// The step.
    pub step: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "step `{}` in phase {} of {}",
            self.step, self.phase, self.migration
        )
    }
}

/// What can go wrong while migrations are executed.
///
/// Whatever it is, what is recorded as done is done, and the command that failed can be
/// given again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL names no database that this build speaks.
    #[error("{0}")]
    Url(String),
    /// A setting that cannot be meant.
    #[error("in the settings: {0}")]
    Settings(String),
    /// No connection.
    #[error("cannot connect to {}: {message}", database.title())]
    Connect {
        /// The database.
        database: Database,
        /// What the driver said.
        message: String,
    },
    /// The connection was lost, and could not be opened again.
    #[error("the connection was lost ({message}) and could not be opened again for {}; the same command goes on when the database is back", Millis(*waited_ms))]
    Lost {
        /// What the driver said.
        message: String,
        /// For how long it was tried.
        waited_ms: u64,
    },
    /// The state tables were written by another version.
    #[error(
        "colmig's tables in this database are of version {found}, and this colmig knows version {known}: install a newer cargo-colmig"
    )]
    Layout {
        /// The version in the database.
        found: i64,
        /// The version that this build knows.
        known: i64,
    },
    /// The state tables hold what no version writes.
    #[error("colmig's tables in this database are damaged: {0}")]
    Damaged(String),
    /// No migration of that name.
    #[error("there is no migration `{id}`{}", nearest(known))]
    Unknown {
        /// The name.
        id: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// `run` never enters the phase that cannot be undone.
    #[error(
        "`run` ends before contract, which cannot be undone; enter it with `cargo colmig contract MIGRATION`"
    )]
    UntilContract,
    /// The files of a migration that has begun are not those that it began with.
    #[error(
        "the files of {migration} are not those that {by} began it with at {at}: \
         take them back from version control; if it is not wanted any more, undo it then with `cargo colmig abort {migration}`"
    )]
    Edited {
        /// The migration.
        migration: String,
        /// Who began it.
        by: String,
        /// When.
        at: String,
    },
    /// A migration has begun on this database and is not in the folder.
    #[error(
        "{migration} is {progress} on this database, and not in the folder of migrations: update this checkout, or take it \
         back from version control; `git log --all --oneline -- '*{migration}*'` finds who has it"
    )]
    Missing {
        /// The migration.
        migration: String,
        /// How far it is.
        progress: colmig_schema::Progress,
    },
    /// There is no backfill whose settings could be changed.
    #[error("there is nothing to tune: {what}; settings for every backfill stand in `colmig.toml`")]
    NothingToTune {
        /// Why.
        what: String,
    },
    /// A process of its own cannot help where one writer keeps every other out.
    #[error(
        "{} has one writer at a time, so a second process could only wait for the first: `cargo colmig run` fills old rows alone",
        database.title()
    )]
    SingleWriter {
        /// The database.
        database: Database,
    },
    /// A transition that is not allowed.
    #[error("{migration}: {source}")]
    Illegal {
        /// The migration.
        migration: String,
        /// What is not allowed.
        source: IllegalTransition,
    },
    /// A later migration builds on this one.
    #[error(
        "{migration} cannot be undone while {dependent}, which comes after it, is {progress}: first `cargo colmig abort {dependent}`"
    )]
    Dependent {
        /// The migration.
        migration: String,
        /// The later one.
        dependent: String,
        /// How far that one is.
        progress: colmig_schema::Progress,
    },
    /// A database has some of the tables that a baseline takes over, and lacks others.
    #[error(
        "{migration} takes over tables that are there already, and creates them in a new database; this one has {}, and lacks {}: \
         bring it to where the others are, by what has created its tables so far; then the same command goes on",
        names(there),
        names(missing)
    )]
    HalfThere {
        /// The migration.
        migration: String,
        /// The tables that there are.
        there: Vec<String>,
        /// The tables that there are not.
        missing: Vec<String>,
    },
    /// A baseline is not undone.
    #[error(
        "{migration} is not undone: `{table}` may have been there before it, with all that is in it; a table that is to go \
         goes by a migration of its own, when its struct is gone"
    )]
    Adopted {
        /// The migration.
        migration: String,
        /// A table of it.
        table: String,
    },
    /// Another run holds the lock.
    #[error("another run holds the lock: {by}, since {since}; its lease runs for another {}", Millis(*expires_in_ms))]
    Locked {
        /// Who.
        by: String,
        /// Since when.
        since: String,
        /// How long the lease lasts if it is not renewed.
        expires_in_ms: u64,
    },
    /// The lease ran out, and another run has taken over.
    #[error(
        "the run lock is lost, and {by} has it now: this run was cut off from the database for longer than its lease, and has stopped"
    )]
    Fenced {
        /// Who has it.
        by: String,
    },
    /// A lock was not to be had in all the time there was.
    #[error(
        "{place} did not get its lock in {attempts} tries over {}; {}; `{resume}` goes on from here",
        Millis(*waited_ms), Blockers(blockers)
    )]
    LockPatience {
        /// The step.
        place: Box<Place>,
        /// The number of tries.
        attempts: u32,
        /// For how long it was tried.
        waited_ms: u64,
        /// Who was in the way at last.
        blockers: Vec<Blocker>,
        /// The command that goes on.
        resume: String,
    },
    /// The data resists: rows do not satisfy what the step would enforce.
    #[error(
        "the data resists {place}: {message}{}; nothing was changed: mend that, then `{resume}` goes on from here",
        detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default()
    )]
    Conflict {
        /// The step.
        place: Box<Place>,
        /// The constraint or index, where the database names it.
        constraint: Option<String>,
        /// What the database said.
        message: String,
        /// The key of the rows, where the database names it.
        detail: Option<String>,
        /// The command that goes on.
        resume: String,
    },
    /// Something in the database that colmig does not know of is in the way of a step.
    #[error(
        "{place} has changed nothing: {message}{}\n  then `{resume}` goes on from here",
        hint.as_ref().map(|hint| format!("\n  help: {hint}")).unwrap_or_default()
    )]
    InTheWay {
        /// The step.
        place: Box<Place>,
        /// What is in the way.
        message: String,
        /// What to do about it.
        hint: Option<String>,
        /// The command that goes on.
        resume: String,
    },
    /// The database refused a statement.
    #[error("{place} failed: {message}{}\n  statement: {statement}", hint.as_ref().map(|hint| format!("\n  help: {hint}")).unwrap_or_default())]
    Statement {
        /// The step.
        place: Box<Place>,
        /// The statement.
        statement: String,
        /// What the database said.
        message: String,
        /// What the database advises.
        hint: Option<String>,
    },
    /// The database refused to read or write colmig's own tables.
    #[error("cannot {what}: {message}")]
    State {
        /// What was tried.
        what: &'static str,
        /// What the database said.
        message: String,
    },
}

/// What an error means for whoever gave the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The answer is no: something is in the way that can be looked after.
    Refused,
    /// The command line, the settings or the files are wrong.
    Project,
    /// The database failed.
    Database,
}

impl Error {
    /// What it means for whoever gave the command.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Url(_)
            | Error::Settings(_)
            | Error::Layout { .. }
            | Error::Unknown { .. }
            | Error::UntilContract
            | Error::SingleWriter { .. }
            | Error::Edited { .. }
            | Error::Missing { .. } => ErrorKind::Project,
            Error::Illegal { .. }
            | Error::NothingToTune { .. }
            | Error::Dependent { .. }
            | Error::HalfThere { .. }
            | Error::Adopted { .. }
            | Error::Locked { .. }
            | Error::Fenced { .. }
            | Error::LockPatience { .. }
            | Error::Conflict { .. }
            | Error::InTheWay { .. } => ErrorKind::Refused,
            Error::Connect { .. }
            | Error::Lost { .. }
            | Error::Damaged(_)
            | Error::Statement { .. }
            | Error::State { .. } => ErrorKind::Database,
        }
    }

    /// Whether the database failed, as against an answer that is no.
    pub fn is_database(&self) -> bool {
        self.kind() == ErrorKind::Database
    }
}

/// Some names, in words.
fn names(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

fn nearest(known: &[String]) -> String {
    match known {
        [] => ": the folder holds none for this database".to_owned(),
        known => format!("; there are: {}", known.join(", ")),
    }
}

/// Milliseconds of a duration, for events and errors.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
