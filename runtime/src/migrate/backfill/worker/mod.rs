//! One worker: claims a range, fills it batch by batch, claims the next.

mod batch;
mod moment;
mod tail;

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::batch::Bounds;
use self::tail::Tail;
use super::crew::Crew;
use super::meter::Done;
use super::pace::{Pace, Traffic};
use crate::identity::{process, token};
use crate::migrate::driver::{Batches, Driver, Failure, Waits, end};
use crate::migrate::error::Error;
use crate::migrate::retry::Attempts;
use crate::migrate::session::Halt;
use crate::migrate::spans;
use crate::migrate::store::{Headway, Range, Trouble};
use crate::migrate::tuning::Course;

/// The pause of a worker for whom there is no range, before it looks for one that was given up.
const LOOK_FOR_RANGE: Duration = Duration::from_millis(100);

/// One worker, on a connection of its own.
pub(super) struct Worker<'c, 'a> {
    crew: &'c Crew<'a>,
    driver: Box<dyn Driver>,
    owner: String,
    /// Those with the highest go home first.
    number: u32,
    course: watch::Receiver<Course>,
    pace: Pace,
    attempts: Attempts,
    /// Where the next batches of the range end, and how many rows each has.
    bounds: Bounds,
    tail: Tail,
    /// Who was at work when the last batch was committed; none if that was a moment ago.
    seen: Option<Option<Traffic>>,
    /// What was done since the record was written last, and when that was.
    headway: Headway,
    recorded: Instant,
    /// Whether the last batch was one message.
    whole: bool,
    /// Whether the next has to go statement by statement, for it shows then what is in its way.
    apart: bool,
    /// The right to be at work while others are, of which a process has one.
    turn: Option<tokio::sync::MutexGuard<'c, ()>>,
}

/// What there is to do.
enum Claim {
    Range(Range),
    /// Nothing, as long as the others go on.
    Wait,
    /// Nothing any more.
    Finished,
}

impl<'c, 'a> Worker<'c, 'a> {
    pub(super) fn new(crew: &'c Crew<'a>, driver: Box<dyn Driver>, number: u32) -> Self {
        let mut course = crew.course();
        let pace = Pace::new(&course.borrow_and_update().settings, driver.dialect());
        Worker {
            crew,
            driver,
            // Where it is found, and what nobody else has.
            owner: format!("{} {}", process(), token()),
            number,
            course,
            pace,
            attempts: Attempts::new(crew.settings),
            bounds: Bounds::default(),
            tail: Tail::default(),
            seen: None,
            headway: Headway::default(),
            recorded: Instant::now(),
            whole: false,
            apart: false,
            turn: None,
        }
    }

    /// Works until no range is left, or it goes home. Whether no range is left.
    pub(super) async fn work(mut self) -> Result<bool, Halt> {
        let worked = self.claim_and_fill().await;
        // Should it fail, the lease runs out by itself. It has to where a batch may still be written:
        // nobody else is at work on the range until then.
        if !self.driver.is_in_doubt() {
            let store = self.crew.store;
            let _ = store.give_back(&mut *self.driver, &self.owner).await;
        }
        if worked.is_err() {
            self.crew.send_home();
        }
        worked
    }

    async fn claim_and_fill(&mut self) -> Result<bool, Halt> {
        let how = Batches {
            session: &self.crew.settings.worker_session,
            skip_triggers: self.crew.skip_triggers,
        };
        match self.driver.prepare_for_batches(&how).await {
            Ok(()) => {}
            Err(Failure::Refused { message, .. }) => return Err(Error::Settings(message).into()),
            Err(failure) => self.recover(failure.into()).await?,
        }
        while self.crew.wants(self.number)? {
            let claim = match self.claim().await {
                Ok(claim) => claim,
                Err(trouble) => {
                    self.recover(trouble).await?;
                    continue;
                }
            };
            // Patience is for one trouble, however long others have worked before it.
            self.attempts = Attempts::new(self.crew.settings);
            match claim {
                Claim::Range(range) => self.fill(range).await?,
                Claim::Wait => {
                    // Whoever has the range that is left needs it.
                    self.turn = None;
                    self.crew.watch.sleep(LOOK_FOR_RANGE).await?;
                }
                Claim::Finished => return Ok(true),
            }
        }
        Ok(false)
    }

    async fn claim(&mut self) -> Result<Claim, Trouble> {
        let Crew {
            store,
            place,
            settings,
            digest,
            ..
        } = *self.crew;
        let driver = &mut *self.driver;
        driver.begin(&Waits::of(settings.lock_timeout)).await?;
        let claimed = store
            .claim(driver, place, digest, &self.owner, settings.lease)
            .await;
        if let Some(range) = end(driver, claimed).await? {
            return Ok(Claim::Range(range));
        }
        let sums = store.ranges(driver, place).await?;
        Ok(if sums.left == 0 {
            Claim::Finished
        } else {
            Claim::Wait
        })
    }

    /// Fills a range, and writes down where it has come to, whatever ends it.
    async fn fill(&mut self, mut range: Range) -> Result<(), Halt> {
        self.headway = Headway::default();
        self.bounds = Bounds::default();
        self.tail = Tail::default();
        self.recorded = Instant::now();
        let filled = self.fill_on(&mut range).await;
        if self.headway.covered > 0 {
            self.headway.next = range.next.clone();
            // Should it fail, some rows are gone over once more.
            let _ = self.record(&range).await;
        }
        filled
    }

    /// Fills a range, unless it turns out to be another's.
    async fn fill_on(&mut self, range: &mut Range) -> Result<(), Halt> {
        while self.crew.wants(self.number)? {
            if !self.follow_the_course(range).await? || !self.wait_for_a_moment(range).await? {
                return Ok(());
            }
            if self.course.borrow().paused {
                // It began while this worker waited for its moment.
                continue;
            }
            let began = Instant::now();
            let rows = self.crew.take(self.pace.rows());
            let span = spans::batch(self.crew.place, rows);
            let batch = match self.batch(range, rows).instrument(span.clone()).await {
                Ok(Some(batch)) => batch,
                Ok(None) => {
                    self.crew.give_back(rows);
                    return Ok(());
                }
                Err(trouble) => {
                    self.crew.give_back(rows);
                    if let Trouble::Database(Failure::LockTimeout(_)) = trouble {
                        self.pace.blocked();
                    }
                    self.recover(trouble).await?;
                    continue;
                }
            };
            let busy = began.elapsed();
            span.record("covered", batch.covered);
            span.record("changed", batch.changed);
            self.attempts = Attempts::new(self.crew.settings);
            if batch.recorded {
                self.headway = Headway::default();
                self.recorded = Instant::now();
            } else {
                self.headway.covered += batch.covered;
                self.headway.changed += batch.changed;
            }
            let ended = batch.next.is_none();
            let pause = self.pace.record(
                batch.took,
                busy,
                [batch.covered, batch.changed],
                self.crew.now(),
            );
            self.crew.note_slowed(self.pace.times());
            self.crew.report(&Done {
                next_rows: self.pace.rows(),
                covered: batch.covered,
                changed: batch.changed,
                busy,
                statements: batch.statements,
            });
            self.crew.give_back(rows);
            if ended {
                return Ok(());
            }
            self.bounds.ends.pop_front();
            range.next = batch.next;
            if !pause.is_zero() {
                self.stand_aside(pause).await?;
            }
        }
        Ok(())
    }

    /// Renews the lease, if it is time to. Whether the range is still this worker's.
    async fn keep(&mut self, range: &Range) -> Result<bool, Halt> {
        if self.recorded.elapsed() < self.crew.settings.lease / 3 {
            return Ok(true);
        }
        self.headway.next.clone_from(&range.next);
        match self.record(range).await {
            Ok(ours) => Ok(ours),
            Err(trouble) => self.recover(trouble).await.map(|()| true),
        }
    }

    /// Records headway on its own, and renews the lease.
    async fn record(&mut self, range: &Range) -> Result<bool, Trouble> {
        let Crew {
            store,
            place,
            settings,
            ..
        } = *self.crew;
        let driver = &mut *self.driver;
        driver.begin(&Waits::of(settings.lock_timeout)).await?;
        let recorded = store
            .advance_range(
                driver,
                place,
                range,
                &self.owner,
                settings.lease,
                &self.headway,
            )
            .await;
        let ours = end(driver, recorded).await?;
        self.headway = Headway::default();
        self.recorded = Instant::now();
        Ok(ours)
    }

    async fn recover(&mut self, trouble: Trouble) -> Result<(), Halt> {
        let crew = self.crew;
        // It may take long, and is no reason for the others to wait.
        self.turn = None;
        crew.recovery()
            .after(
                trouble,
                &mut *self.driver,
                crew.place,
                &crew.backfill.batch,
                &mut self.attempts,
            )
            .await
    }
}
