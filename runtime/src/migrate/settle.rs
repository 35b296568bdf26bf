//! Lets every instance of the application arrive in a stage before the next one begins.
//!
//! Every live lease has to acknowledge what was published. What is begun without a lease is
//! bounded by time: see [`fleet`](crate::fleet).

use std::time::Duration;

use colmig_schema::fleet::GRACE;
use colmig_schema::{Database, Phase, Progress, protocol};
use tokio::time::Instant;

use super::error::millis;
use super::event::Event;
use super::load::Migration;
use super::session::{Halt, Session, Standing};
use super::store::Record;
use crate::view::MAX_AGE;

/// A clock is a few milliseconds coarse, and two of them do not go at the same speed.
const MARGIN: Duration = Duration::from_millis(250);

/// An access without a lease has come to its end by then, or is not accepted.
const ALONE: Duration = Duration::from_millis(GRACE + 50);

/// Every instance has found the tables by then.
pub(super) const FOUND_AFTER: Duration = MAX_AGE.saturating_add(MARGIN);

impl Standing {
    /// A migration of which the database has never heard.
    pub(super) const UNKNOWN: Standing = Standing {
        progress: Progress::Pending,
        generation: 0,
        unsettled: false,
    };

    /// What an earlier run left behind, perhaps a moment ago.
    pub(super) fn found(database: Database, record: &Record) -> Standing {
        Standing {
            progress: record.progress,
            generation: record.generation,
            unsettled: protocol::may_be_unsettled(database, record.progress),
        }
    }
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
            let now = Instant::now();
            let unfound = self.unfound_until.map(|until| until.duration_since(now));
            let wait = ALONE.max(unfound.unwrap_or_default());
            self.watch.emit(Event::Settling {
                migration: migration.id().to_owned(),
                wait_ms: millis(wait),
            });
            self.sleep(wait).await?;
            let phase = standing.progress.phase().unwrap_or(Phase::Expand);
            self.await_acknowledged(migration, phase).await?;
        }
        standing.unsettled = false;
        Ok(())
    }
}
