//! What was asked for, and what became of it.

use std::collections::BTreeSet;
use std::fmt;

use colmig_schema::Phase;
use serde::Serialize;

/// How far a run should go.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The last phase to enter.
    pub until: Phase,
    /// The only migration to execute.
    pub only: Option<String>,
    /// Migrations that the snapshot no longer has in flight: the application has left
    /// their old side behind, so a run takes them through `contract` as well.
    pub finished: BTreeSet<String>,
    /// Whether aborted migrations start again.
    pub again: bool,
}

impl Default for Goal {
    fn default() -> Self {
        Goal {
            until: Phase::LAST_OF_RUN,
            only: None,
            finished: BTreeSet::new(),
            again: false,
        }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// All that was asked for is done.
    Done,
    /// A gate is closed. Everything before it is done.
    Held {
        /// The migration that does not go on.
        migration: String,
        /// The phase that it does not enter, or does not leave.
        phase: Phase,
        /// Why, and what to do.
        gate: String,
    },
    /// Somebody asked for a stop. Everything up to it is kept.
    Stopped {
        /// The command that goes on.
        resume: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Done => f.write_str("done"),
            Outcome::Held {
                migration,
                phase,
                gate,
            } => {
                write!(f, "{migration} is held at {phase}: {gate}")
            }
            Outcome::Stopped { resume } => write!(f, "stopped; `{resume}` goes on from here"),
        }
    }
}

/// One line of the audit: who did what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Counts the entries.
    pub seq: i64,
    /// When, by the database's clock.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What: the progress that was published, or `step`, `step-reverted`.
    pub action: String,
    /// The migration.
    pub migration: Option<String>,
    /// The phase.
    pub phase: Option<String>,
    /// The step.
    pub step: Option<String>,
    /// More about it.
    pub detail: Option<String>,
}

/// A comparison of the two sides of a replaced column that found two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mismatch {
    /// When, by the database's clock.
    pub at: String,
    /// The table.
    pub table: String,
    /// The column that takes the place.
    pub column: String,
    /// The row, by its key.
    pub key: String,
    /// What legacy gives; none where values are not shown, or for NULL.
    pub legacy: Option<String>,
    /// What the target holds; none where values are not shown, or for NULL.
    pub target: Option<String>,
    /// The instance that compared.
    pub instance: String,
}

/// Who executes migrations right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RunLock {
    /// Who.
    pub by: String,
    /// Since when, by the database's clock.
    pub since: String,
    /// How long the lease lasts if it is not renewed.
    pub expires_in_ms: u64,
}
