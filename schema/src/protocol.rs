//! What the executor waits for between two changes of the phases.
//!
//! With [`fleet`](crate::fleet) and [`reads`](crate::reads) these are the rules of the
//! protocol: functions of plain data, so that the executor decides by them, and the model
//! of the protocol that is checked exhaustively decides by the same.

use crate::{Database, Phase, Progress};

/// Whether instances do something else from one progress to the next: their statements
/// change, or an old build has to end.
pub fn changes_what_is_done(database: Database, from: Progress, to: Progress) -> bool {
    database.stage(from) != database.stage(to) || to == Progress::Running(Phase::Contract)
}

/// Whether the change that led to this progress may have changed what instances do. A run
/// that finds the progress in the database, perhaps a moment old, cannot know whether all
/// of them have arrived since.
pub fn may_be_unsettled(database: Database, progress: Progress) -> bool {
    let before = match progress {
        Progress::Running(phase) => phase.previous().map_or(Progress::Pending, Progress::Done),
        Progress::Done(phase) => Progress::Running(phase),
        // Entered from a phase that is running, done, or was itself being undone.
        Progress::Reverting(_) => return true,
        // No stage follows.
        Progress::Pending | Progress::Aborted | Progress::Finished => return false,
    };
    changes_what_is_done(database, before, progress)
}

/// Whether every writer that is under way has to end before the steps of `phase` are done.
///
/// A row that an older transaction inserts is not visible to a pass that runs now, and its
/// writer may not be a dual writer.
pub const fn outlives_writers(phase: Phase) -> bool {
    matches!(phase, Phase::Backfill)
}

/// Whether every writer that is under way has to end before the steps of `phase` are undone.
///
/// What such a transaction has written would be dropped with the column, without having
/// been seen by the statement that keeps it.
pub const fn outlives_writers_back(phase: Phase) -> bool {
    matches!(phase, Phase::Expand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_change_of_what_instances_do_is_waited_for() {
        for (progress, expected) in [
            (Progress::Running(Phase::Expand), false),
            (Progress::Done(Phase::Expand), true),
            (Progress::Running(Phase::DualWrite), true),
            (Progress::Running(Phase::Backfill), false),
            (Progress::Running(Phase::Constrain), true),
            (Progress::Done(Phase::SwitchReads), false),
            (Progress::Running(Phase::Contract), true),
            (Progress::Reverting(Phase::Backfill), true),
            (Progress::Aborted, false),
        ] {
            let unsettled = may_be_unsettled(Database::Postgres, progress);
            assert_eq!(unsettled, expected, "{progress}");
        }
        // Documents are filled at the end of that phase.
        for (progress, expected) in [
            (Progress::Running(Phase::Constrain), false),
            (Progress::Done(Phase::Constrain), true),
            (Progress::Running(Phase::SwitchReads), false),
        ] {
            let unsettled = may_be_unsettled(Database::MongoDb, progress);
            assert_eq!(unsettled, expected, "{progress}");
        }
    }
}
