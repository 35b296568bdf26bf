//! Lets every instance of the application arrive in a stage before the next one begins.
//!
//! An instance relies on what it knows of the phases for [`MAX_AGE`] and no longer. When
//! that time has passed since a stage was published, no statement that is begun rests on
//! an older one, and so no two instances are ever further apart than adjacent stages.

use std::time::Duration;

use colmig_schema::Progress;

use super::error::millis;
use super::event::Event;
use super::load::Migration;
use super::session::{Halt, Session, Standing};
use super::store::Record;
use crate::view::MAX_AGE;

/// A statement is on its way for a moment after its instance has looked at the view.
const MARGIN: Duration = Duration::from_millis(250);

/// A change that is older than this was visible to everybody long ago, however long its
/// commit took after the database had noted the time.
const LONG_AGO: Duration = Duration::from_secs(60);

impl Standing {
    /// A migration of which the database has never heard.
    pub(super) const UNKNOWN: Standing = Standing {
        progress: Progress::Pending,
        generation: 0,
        unsettled: false,
    };

    /// What an earlier run left behind, perhaps a moment ago.
    pub(super) fn found(record: &Record) -> Standing {
        let recent = u128::from(record.age_ms) < LONG_AGO.as_millis();
        Standing {
            progress: record.progress,
            generation: record.generation,
            unsettled: recent && changed_stage(record.progress),
        }
    }
}

/// Whether the change that led to this progress may have changed the stage.
fn changed_stage(progress: Progress) -> bool {
    let before = match progress {
        Progress::Running(phase) => phase.previous().map_or(Progress::Pending, Progress::Done),
        Progress::Done(phase) => Progress::Running(phase),
        // Entered from a phase that is running, done, or was itself being undone.
        Progress::Reverting(_) => return true,
        // No stage follows.
        Progress::Pending | Progress::Aborted | Progress::Finished => return false,
    };
    before.stage() != progress.stage()
}

impl Session<'_> {
    /// Waits until every instance has arrived in the stage that was published last.
    pub(super) async fn settle(
        &mut self,
        migration: &Migration,
        standing: &mut Standing,
    ) -> Result<(), Halt> {
        if !standing.unsettled {
            return Ok(());
        }
        if !self.settings.offline && !migration.creates_tables_only() {
            let wait = MAX_AGE + MARGIN;
            self.watch.emit(Event::Settling {
                migration: migration.id().to_owned(),
                wait_ms: millis(wait),
            });
            self.sleep(wait).await?;
        }
        standing.unsettled = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use colmig_schema::Phase;

    use super::*;

    #[test]
    fn only_a_change_of_stage_is_waited_for() {
        for (progress, expected) in [
            (Progress::Running(Phase::Expand), false),
            (Progress::Done(Phase::Expand), true),
            (Progress::Running(Phase::DualWrite), true),
            (Progress::Running(Phase::Backfill), false),
            (Progress::Running(Phase::Constrain), true),
            (Progress::Done(Phase::SwitchReads), false),
            (Progress::Reverting(Phase::Backfill), true),
            (Progress::Aborted, false),
        ] {
            assert_eq!(changed_stage(progress), expected, "{progress}");
        }
    }
}
