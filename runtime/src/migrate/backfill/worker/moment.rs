//! When a batch may begin: what was tuned, what holds, and who else is at work.

use std::time::Duration;

use colmig_schema::Database;
use tokio::time::Instant;

use super::{LOOK_FOR_RANGE, Worker};
use crate::migrate::backfill::pace::Traffic;
use crate::migrate::driver::Failure;
use crate::migrate::measure::Probed;
use crate::migrate::session::Halt;
use crate::migrate::store::Range;
use crate::migrate::tuning::PAUSE;

/// How often a worker looks whether a brake still holds.
const LOOK_WHILE_HELD: Duration = Duration::from_millis(20);

/// Pauses below this are beneath the timers of the runtime.
const SHORT: Duration = Duration::from_millis(10);

impl Worker<'_, '_> {
    /// Goes by what was tuned, and waits while there is a pause. Whether the range is still
    /// this worker's.
    pub(super) async fn follow_the_course(&mut self, range: &Range) -> Result<bool, Halt> {
        if self.course.has_changed().unwrap_or_default() {
            let dialect = self.driver.dialect();
            let course = self.course.borrow_and_update();
            self.pace.adopt(&course.settings, dialect);
        }
        while self.course.borrow().paused && self.crew.wants(self.number)? {
            self.crew.waits(PAUSE);
            self.crew.watch.sleep(LOOK_FOR_RANGE).await?;
            // What was seen before the pause is long past.
            self.seen = None;
            if !self.keep(range).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until no brake holds, and the turn is this worker's if others are at work. Whether
    /// the range is still this worker's.
    pub(super) async fn wait_for_a_moment(&mut self, range: &Range) -> Result<bool, Halt> {
        while self.crew.is_at_work()? {
            if self.crew.is_held() {
                self.seen = None;
                self.crew.waits_for_brakes();
                self.crew.watch.sleep(LOOK_WHILE_HELD).await?;
                if !self.keep(range).await? {
                    return Ok(false);
                }
                continue;
            }
            if !self.pace.gives_way() {
                self.turn = None;
                break;
            }
            if let Err(failure) = self.look_around().await {
                self.recover(failure.into()).await?;
                continue;
            }
            if !self.pace.is_busy(self.crew.now()) {
                self.turn = None;
                break;
            }
            if self.turn.is_some() {
                break;
            }
            // A second one at work beside others gets in their way more than it gets done.
            let turn = tokio::time::timeout(self.crew.settings.lease / 3, self.crew.turn.lock());
            self.turn = turn.await.ok();
            if !self.keep(range).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes note of who is at work, as this worker sees it, if it is time to, and as the others of its
    /// process do.
    async fn look_around(&mut self) -> Result<(), Failure> {
        let looked = self.look_if_due().await;
        let busy = self.crew.share_busy(self.pace.busy());
        self.pace.hear(busy);
        looked
    }

    async fn look_if_due(&mut self) -> Result<(), Failure> {
        let traffic = match self.seen.take() {
            Some(seen) => seen,
            None if !self.pace.is_to_look(self.crew.now()) => return Ok(()),
            None => match self.look().await {
                // Where nobody may ask, nothing can be seen.
                Err(Failure::Refused { .. }) => None,
                traffic => traffic?,
            },
        };
        let dialect = self.driver.dialect();
        if traffic.is_none() && dialect.sees_blockers {
            let right = match dialect.database {
                Database::MongoDb => "the role `clusterMonitor` on `admin`",
                _ => "`GRANT pg_read_all_stats` to this role",
            };
            tracing::warn!(
                target: "colmig::migrate",
                "who else is at work cannot be seen, so every other moment is left to them; \
                 with {right} batches fit themselves to live traffic"
            );
        }
        self.pace.sense(traffic, self.crew.now());
        Ok(())
    }

    /// Leaves time to others after a batch.
    pub(super) async fn stand_aside(&mut self, pause: Duration) -> Result<(), Halt> {
        let began = Instant::now();
        self.driver.rest().await;
        let pause = pause.saturating_sub(began.elapsed());
        if pause < SHORT {
            nap(pause).await;
            return Ok(());
        }
        self.seen = None;
        self.crew.watch.sleep(pause).await
    }

    /// Who is at work, and how long it took to be told.
    async fn look(&mut self) -> Result<Option<Traffic>, Failure> {
        let began = Instant::now();
        let traffic = self.driver.traffic().await?;
        if traffic.is_some() {
            self.crew.probed(Probed::Read, began.elapsed());
        }
        Ok(traffic)
    }
}

/// Sleeps for less than the timers of the runtime can, which count milliseconds.
async fn nap(duration: Duration) {
    // It fails with the runtime only, and then nobody asks.
    let _ = tokio::task::spawn_blocking(move || std::thread::sleep(duration)).await;
}
