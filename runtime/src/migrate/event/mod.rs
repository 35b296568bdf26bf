//! What happens during a run, as data.

mod words;

use colmig_schema::{Phase, Progress};
use serde::Serialize;

use super::blocker::Blocker;
use super::fleet::Holding;
use super::resisting::Resisting;
use super::tuning::Tuned;

/// How long the round trips of a backfill's workers to the database have taken in the last 5 to
/// 10 seconds, in microseconds. None where there was none, or where the database cannot say who
/// is at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProbeLatency {
    /// The median of the looks at the sessions that are at work.
    pub read_p50_us: Option<u64>,
    /// The 99th percentile of them.
    pub read_p99_us: Option<u64>,
    /// The median of the commits of batches, which on PostgreSQL wait for no disk.
    pub write_p50_us: Option<u64>,
    /// The 99th percentile of them.
    pub write_p99_us: Option<u64>,
}

/// What happens during a run.
///
/// Each is also a line of `tracing`, with the target `colmig::migrate`. [`Display`]
/// gives the words; `serde` the data, with the kind in the field `event`.
///
/// [`Display`]: std::fmt::Display
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// Somebody else executes migrations; the run waits.
    RunLockHeld {
        /// Who.
        by: String,
        /// How long their lease lasts if they do not renew it.
        expires_in_ms: u64,
    },
    /// A migration begins, or goes on.
    MigrationStarted {
        /// The migration.
        migration: String,
    },
    /// A phase is entered, or gone on with.
    PhaseEntered {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
    },
    /// Every instance has to arrive in the stage that was published before anything else
    /// is done.
    Settling {
        /// The migration.
        migration: String,
        /// How long that takes at least.
        wait_ms: u64,
    },
    /// Instances are waited for: they have not arrived, or do not know the change.
    InstancesWaiting {
        /// The migration.
        migration: String,
        /// For how long by now.
        waited_ms: u64,
        /// All of them.
        instances: Vec<Holding>,
    },
    /// The read switch was moved. Instances learn of it from now on.
    ReadsSwitched {
        /// The migration.
        migration: String,
        /// From where reads came.
        from: String,
        /// From where they are to come.
        to: String,
    },
    /// A gate is closed, and is waited for.
    GateWaiting {
        /// The migration.
        migration: String,
        /// The phase behind the gate.
        phase: Phase,
        /// What it waits for.
        reason: String,
        /// Who is in the way.
        blockers: Vec<Blocker>,
    },
    /// A step begins.
    StepStarted {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// The step.
        step: String,
    },
    /// A statement waits for others. Nobody queues up behind it.
    LockWaiting {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// The step.
        step: String,
        /// For how long by now.
        waited_ms: u64,
        /// Who is in the way.
        blockers: Vec<Blocker>,
    },
    /// A lock was not to be had in time. The step stands aside and tries again.
    LockTimedOut {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// The step.
        step: String,
        /// How many tries that makes.
        attempt: u32,
        /// How long the step has been tried by now.
        waited_ms: u64,
        /// Who was in the way, as far as it could be seen.
        blockers: Vec<Blocker>,
        /// When the next try is made.
        retry_in_ms: u64,
    },
    /// The connection is gone; it is opened again.
    ConnectionLost {
        /// What the driver said.
        message: String,
        /// When the next try is made.
        retry_in_ms: u64,
    },
    /// A backfill goes on.
    BackfillProgress {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The rows that this pass has covered.
        rows: u64,
        /// The rows that all passes have filled.
        filled: u64,
        /// The rows of the table, as far as the database knows without counting.
        estimated_rows: Option<u64>,
        /// The rows covered in a second, pauses included.
        rate: f64,
        /// How long the pass will go on at that rate.
        seconds_left: Option<u64>,
        /// Which pass over the table it is, from 1. The last one finds nothing to do.
        pass: u32,
        /// The rows of the next batch, where this process has workers.
        batch_rows: Option<u64>,
        /// How long the longest batch of this process has taken, with its commit.
        longest_batch_ms: Option<u64>,
        /// How long round trips have taken of late, where this process has workers.
        probe: ProbeLatency,
        /// What has kept the batches of this process from beginning for a second and more.
        held: Option<String>,
    },
    /// A brake holds a backfill: no batch is begun.
    BackfillHeld {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The name of the brake.
        brake: String,
        /// What it reads.
        reading: String,
        /// Up to where that is in order.
        threshold: String,
    },
    /// A brake holds a backfill no longer.
    BackfillReleased {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The name of the brake.
        brake: String,
        /// For how long it has held.
        held_ms: u64,
    },
    /// A brake cannot be read, and holds nothing. It is said once.
    BrakeUnread {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The name of the brake.
        brake: String,
        /// Why, and what mends it.
        remedy: String,
    },
    /// Other windows of a backfill are open than before.
    WindowsChanged {
        /// The migration.
        migration: String,
        /// Those that are open, in words.
        windows: Vec<String>,
    },
    /// The settings of a backfill were changed while it runs.
    Tuned {
        /// The migration.
        migration: String,
        /// Everything that is not as in the file by now.
        tuned: Vec<Tuned>,
    },
    /// A worker process waits for ranges.
    WorkWaiting {
        /// The first migration that it waits for.
        migration: String,
        /// How far that is.
        #[serde(flatten)]
        progress: Progress,
        /// Who executes migrations; none if nobody does.
        run_by: Option<String>,
        /// When it ends, if nobody does until then.
        ends_in_ms: Option<u64>,
    },
    /// A worker process begins to fill ranges.
    WorkStarted {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// How many workers it has.
        workers: u32,
    },
    /// Nothing of a step is left to a worker process.
    WorkDone {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The rows that it has filled.
        rows: u64,
        /// How long it was at work.
        elapsed_ms: u64,
    },
    /// Both sides of a column are compared.
    CompareProgress {
        /// The migration.
        migration: String,
        /// The step that holds the comparison.
        step: String,
        /// The rows that were compared.
        rows: u64,
        /// The rows in which the sides differ.
        differing: u64,
        /// The rows of the table, as far as the database knows without counting.
        estimated_rows: Option<u64>,
        /// The rows compared in a second, pauses included.
        rate: f64,
        /// How long it will go on at that rate.
        seconds_left: Option<u64>,
    },
    /// Rows are looked for that a constraint would refuse.
    CheckProgress {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The rows that were looked at.
        rows: u64,
        /// The rows that resist.
        resisting: u64,
        /// The rows of the table, as far as the database knows without counting.
        estimated_rows: Option<u64>,
        /// The rows looked at in a second, pauses included.
        rate: f64,
        /// How long it will go on at that rate.
        seconds_left: Option<u64>,
    },
    /// Rows resist a constraint or unique index that is to come: the migration is held until
    /// they are mended.
    RowsResist {
        /// The migration.
        migration: String,
        /// The phase in which it is held.
        phase: Phase,
        /// The step that has looked.
        step: String,
        /// Which rows.
        #[serde(flatten)]
        found: Resisting,
    },
    /// A search for rows that resist was broken off: the step that brings the constraint finds
    /// them.
    RowsUnchecked {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The table.
        table: String,
        /// The constraint or index that is to come.
        constraint: String,
        /// After how long.
        elapsed_ms: u64,
    },
    /// No instance of the application converts what a rule in Rust is for.
    WorkersMissing {
        /// The migration.
        migration: String,
        /// The step.
        step: String,
        /// The call that the application has to make.
        call: String,
        /// For how long by now.
        waited_ms: u64,
    },
    /// A step is done and recorded.
    StepDone {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// The step.
        step: String,
        /// The rows that a backfill filled.
        rows: u64,
        /// The bytes by which the write-ahead log has grown during a backfill, as far as this run has
        /// seen it. It is the server's: what everybody else wrote meanwhile is in it. None on
        /// SQLite, and for other steps.
        server_log_bytes: Option<u64>,
        /// The statements that were sent.
        statements: u64,
        /// How long it took.
        elapsed_ms: u64,
    },
    /// Every step of a phase is done.
    PhaseDone {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// How long it took in this run.
        elapsed_ms: u64,
    },
    /// The steps of a phase are being undone.
    Reverting {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
    },
    /// A step is undone.
    StepReverted {
        /// The migration.
        migration: String,
        /// The phase.
        phase: Phase,
        /// The step.
        step: String,
        /// The statements that were sent.
        statements: u64,
        /// How long it took.
        elapsed_ms: u64,
    },
    /// A migration is finished: all six phases are done.
    MigrationFinished {
        /// The migration.
        migration: String,
    },
    /// A migration is aborted: everything is undone.
    MigrationAborted {
        /// The migration.
        migration: String,
    },
    /// The run stops, because it was asked to.
    Stopped,
}

impl Event {
    /// Whether it is something that somebody may want to look after.
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Event::RunLockHeld { .. }
                | Event::GateWaiting { .. }
                | Event::InstancesWaiting { .. }
                | Event::WorkersMissing { .. }
                | Event::WorkWaiting { .. }
                | Event::LockWaiting { .. }
                | Event::LockTimedOut { .. }
                | Event::ConnectionLost { .. }
                | Event::BackfillHeld { .. }
                | Event::BrakeUnread { .. }
                | Event::RowsResist { .. }
                | Event::RowsUnchecked { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_tagged_with_its_kind() {
        let event = Event::PhaseEntered {
            migration: "1_a".to_owned(),
            phase: Phase::DualWrite,
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"event":"phase-entered","migration":"1_a","phase":"dual-write"}"#
        );
    }
}
