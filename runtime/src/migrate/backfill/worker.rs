//! One worker: claims a range, fills it batch by batch, claims the next.

use std::collections::VecDeque;
use std::time::Duration;

use colmig_schema::script::Backfill;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::crew::Crew;
use super::cursor::Key;
use super::meter::Done;
use super::pace::{Pace, Traffic};
use crate::identity::{process, token};
use crate::migrate::driver::{Driver, Failure, Waits, WholeBatch, end};
use crate::migrate::lookout::Lookout;
use crate::migrate::measure::Probed;
use crate::migrate::retry::Attempts;
use crate::migrate::session::Halt;
use crate::migrate::spans;
use crate::migrate::store::{Headway, Range, Trouble};
use crate::migrate::tuning::Course;

/// How often headway is recorded. A crash makes the next worker go over what was done since
/// once more, and find nothing to change.
const RECORD: Duration = Duration::from_millis(100);

/// The name of the brake that is the work of others: see [`Pace::sense`].
const TRAFFIC: &str = "traffic";

/// The pause of a worker for whom there is no range, before it looks for one that was given up.
const LOOK_FOR_RANGE: Duration = Duration::from_millis(100);

/// How often a worker looks whether a brake still holds.
const LOOK_WHILE_HELD: Duration = Duration::from_millis(20);

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

/// The next batches, looked up many at a time where they are small.
#[derive(Default)]
struct Bounds {
    ends: VecDeque<Key>,
    rows: u64,
    /// Whether the range ends behind the last of them.
    all: bool,
}

impl Bounds {
    /// Whether batches of these are about as large as they should be.
    fn fit(&self, rows: u64) -> bool {
        self.rows > 0 && self.rows <= rows && rows < 2 * self.rows
    }
}

/// What one transaction did.
struct Batch {
    /// The rows that it covered, as far as they were counted.
    covered: u64,
    changed: u64,
    /// Where the range goes on; none at its end.
    next: Option<Key>,
    /// How long it took, for the pace; none if that is not to be compared with others.
    took: Option<Duration>,
    /// Whether headway was recorded.
    recorded: bool,
    /// The statements that were sent, without those that begin and end the transaction.
    statements: u64,
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
        // Should it fail, the lease runs out by itself.
        let _ = self
            .crew
            .store
            .give_back(&mut *self.driver, &self.owner)
            .await;
        if worked.is_err() {
            self.crew.send_home();
        }
        worked
    }

    async fn claim_and_fill(&mut self) -> Result<bool, Halt> {
        if let Err(failure) = self.driver.prepare_for_batches().await {
            self.recover(failure.into()).await?;
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
                self.seen = None;
                self.crew.watch.sleep(pause).await?;
            }
        }
        Ok(())
    }

    /// Goes by what was tuned, and waits while there is a pause. Whether the range is still
    /// this worker's.
    async fn follow_the_course(&mut self, range: &Range) -> Result<bool, Halt> {
        if self.course.has_changed().unwrap_or_default() {
            let dialect = self.driver.dialect();
            let course = self.course.borrow_and_update();
            self.pace.adopt(&course.settings, dialect);
        }
        while self.course.borrow().paused && self.crew.wants(self.number)? {
            self.crew.watch.sleep(LOOK_FOR_RANGE).await?;
            // What was seen before the pause is long past.
            self.seen = None;
            if !self.keep(range).await? {
                return Ok(false);
            }
        }
        Ok(true)
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

    /// Waits until no brake holds, and few enough others are at work. Whether the range is still
    /// this worker's.
    async fn wait_for_a_moment(&mut self, range: &Range) -> Result<bool, Halt> {
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
                break;
            }
            let traffic = match self.seen.take() {
                Some(seen) => Ok(seen),
                None if self.pace.is_blind() => Ok(None),
                None => match self.look().await {
                    // Where nobody may ask, nothing can be seen.
                    Err(Failure::Refused { .. }) => Ok(None),
                    traffic => traffic,
                },
            };
            let traffic = match traffic {
                Ok(traffic) => traffic,
                Err(failure) => {
                    self.recover(failure.into()).await?;
                    continue;
                }
            };
            let sees = self.driver.dialect().sees_blockers;
            if traffic.is_none() && sees && !self.pace.is_blind() {
                tracing::warn!(
                    target: "colmig::migrate",
                    "who else is at work cannot be seen, so every other moment is left to them; \
                     with `GRANT pg_read_all_stats` to this role batches fit themselves to live traffic"
                );
            }
            let sensed = self.pace.sense(traffic, self.crew.now());
            if !self.pace.is_busy(self.crew.now()) {
                self.turn = None;
            } else if self.turn.is_none() {
                // A second one at work beside others gets in their way more than it gets done.
                let turn =
                    tokio::time::timeout(self.crew.settings.lease / 3, self.crew.turn.lock());
                self.turn = turn.await.ok();
                if !self.keep(range).await? {
                    return Ok(false);
                }
                continue;
            }
            let Err(pause) = sensed else {
                break;
            };
            self.crew.waits(TRAFFIC);
            nap(pause).await;
            if !self.keep(range).await? {
                return Ok(false);
            }
        }
        Ok(true)
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

    /// One batch, as one transaction. None if the range is another's by now.
    async fn batch(&mut self, range: &Range, rows: u64) -> Result<Option<Batch>, Trouble> {
        let whole = match std::mem::take(&mut self.apart) {
            true => Ok(None),
            false => self.whole_batch(range, rows).await,
        };
        self.apart = whole.is_err();
        let was_whole = std::mem::replace(&mut self.whole, matches!(whole, Ok(Some(_))));
        if let Some(batch) = whole? {
            return Ok(Some(batch));
        }
        let mut batch = self.batch_by_statements(range, rows).await?;
        if let Some(batch) = batch.as_mut().filter(|_| was_whole) {
            // It was measured without what a message takes.
            batch.took = None;
        }
        Ok(batch)
    }

    /// A batch of which all is known beforehand, as one message.
    async fn whole_batch(&mut self, range: &Range, rows: u64) -> Result<Option<Batch>, Trouble> {
        let (Some(lower), Some(upper)) = (&range.next, self.bounds.ends.front()) else {
            return Ok(None);
        };
        if self.recorded.elapsed() >= RECORD || !self.bounds.fit(rows) {
            return Ok(None);
        }
        let crew = self.crew;
        let batch = WholeBatch {
            lock: crew.settings.lock_timeout,
            fence: &crew.store.fence_of_range(crew.place, range, &self.owner),
            sql: &crew.backfill.batch,
            arguments: &[lower.values(), upper.values()].concat(),
            looks: self.looks_behind(),
        };
        let began = Instant::now();
        let Some(done) = self.driver.whole_batch(&batch).await? else {
            return Ok(None);
        };
        if batch.looks {
            self.seen = Some(done.traffic);
        }
        Ok(Some(Batch {
            covered: self.bounds.rows,
            changed: done.changed,
            next: Some(upper.clone()),
            took: Some(began.elapsed()),
            recorded: false,
            statements: 1,
        }))
    }

    /// Whether to look who is at work together with the commit. Behind a batch of ours, whoever
    /// waits for a processor has not been seen at work yet: where there are others, they get the
    /// time of a round trip to begin.
    fn looks_behind(&self) -> bool {
        self.pace.gives_way() && !self.pace.is_blind() && !self.pace.is_busy(self.crew.now())
    }

    async fn batch_by_statements(
        &mut self,
        range: &Range,
        rows: u64,
    ) -> Result<Option<Batch>, Trouble> {
        let crew = self.crew;
        let lock = crew.settings.lock_timeout;
        let fence = crew.store.fence_of_range(crew.place, range, &self.owner);
        // First, so that whoever takes the range over waits for this batch.
        let (session, ours) = self.driver.begin_batch(lock, &fence).await?;
        if !ours {
            self.driver.rollback().await;
            return Ok(None);
        }
        let work = Work {
            crew,
            range,
            owner: &self.owner,
            rows,
            headway: &self.headway,
            bounds: &mut self.bounds,
            due: self.recorded.elapsed() >= RECORD,
            lookups: 0,
        };
        let mut side = crew.side.try_lock().ok();
        let lookout = Lookout {
            side: side.as_mut().and_then(|side| side.as_deref_mut()),
            watch: crew.watch,
            place: crew.place,
            lock,
            patient: false,
        };
        let execute = work.execute(&mut *self.driver);
        let done = lookout
            .over(session, &mut self.attempts.seen, execute)
            .await;
        if done.is_ok() && self.looks_behind() {
            let began = Instant::now();
            self.seen = Some(self.driver.commit_and_look().await?);
            crew.probed(Probed::Write, began.elapsed());
            return done;
        }
        let (began, worked) = (Instant::now(), done.is_ok());
        let ended = end(&mut *self.driver, done).await;
        if worked && ended.is_ok() {
            crew.probed(Probed::Write, began.elapsed());
        }
        ended
    }

    async fn recover(&mut self, trouble: Trouble) -> Result<(), Halt> {
        let crew = self.crew;
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

/// What one transaction does.
struct Work<'w, 'a> {
    crew: &'w Crew<'a>,
    range: &'w Range,
    owner: &'w str,
    rows: u64,
    /// What was done before and is not recorded yet.
    headway: &'w Headway,
    bounds: &'w mut Bounds,
    /// Whether headway is recorded now.
    due: bool,
    /// How often the ends of batches were looked up.
    lookups: u64,
}

impl Work<'_, '_> {
    async fn execute(mut self, driver: &mut dyn Driver) -> Result<Option<Batch>, Trouble> {
        let Crew {
            store,
            place,
            settings,
            backfill,
            lease,
            ..
        } = *self.crew;
        let lower = match &self.range.next {
            Some(key) => Some(key.clone()),
            None => {
                let first = driver.query(&backfill.first, &[]).await?;
                first.into_iter().next().map(Key::from)
            }
        };
        let mut batch = Batch {
            covered: 0,
            changed: 0,
            next: None,
            took: None,
            recorded: false,
            statements: 0,
        };
        if let Some(lower) = lower {
            batch.next = self.boundary(driver, backfill, &lower).await?;
            batch.statements = 1 + self.lookups;
            let upper = batch.next.as_ref().or(self.range.upper.as_ref());
            let began = Instant::now();
            batch.changed = match upper {
                Some(upper) => {
                    let bounds = [lower.values(), upper.values()].concat();
                    driver.execute(&backfill.batch, &bounds).await?
                }
                None => driver.execute(&backfill.last, &lower.values()).await?,
            };
            batch.took = Some(began.elapsed());
            // At the end of a range nobody knows how many rows there were.
            batch.covered = match batch.next {
                Some(_) => self.rows,
                None => batch.changed.min(self.rows),
            };
        }
        if self.due || batch.next.is_none() {
            let headway = Headway {
                next: batch.next.clone(),
                covered: self.headway.covered + batch.covered,
                changed: self.headway.changed + batch.changed,
                done: batch.next.is_none(),
            };
            let ours = store
                .advance_range(
                    driver,
                    place,
                    self.range,
                    self.owner,
                    settings.lease,
                    &headway,
                )
                .await?;
            if !ours {
                return Err(Trouble::Damaged(
                    "a range of a backfill changed hands while its row was locked".to_owned(),
                ));
            }
            batch.recorded = true;
            batch.statements += 1;
        }
        if let Some(lease) = lease.filter(|_| driver.dialect().single_writer) {
            // Nobody else could renew it while this transaction writes.
            lease.fence(driver).await?;
        }
        Ok(Some(batch))
    }

    /// Where the batch ends; none if that is where the range ends.
    async fn boundary(
        &mut self,
        driver: &mut dyn Driver,
        backfill: &Backfill,
        lower: &Key,
    ) -> Result<Option<Key>, Trouble> {
        let (Some(upper), Some(sql)) = (&self.range.upper, &backfill.bounds) else {
            self.lookups = 1;
            let arguments = [lower.values(), vec![self.rows.into()]].concat();
            let found = driver.query(&backfill.boundary, &arguments).await?;
            return Ok(found.into_iter().next().map(Key::from));
        };
        let bounds = &mut *self.bounds;
        if !bounds.fit(self.rows) || (bounds.ends.is_empty() && !bounds.all) {
            self.lookups = 1;
            let most = (LOOKED_AHEAD / self.rows.max(1)).max(1) * self.rows;
            let numbers = vec![(most + 1).into(), self.rows.into()];
            let arguments = [lower.values(), upper.values(), numbers].concat();
            let found = driver.query(sql, &arguments).await?;
            bounds.ends = found.into_iter().map(Key::from).collect();
            bounds.rows = self.rows;
            bounds.all = (bounds.ends.len() as u64) < most / self.rows;
        }
        self.rows = bounds.rows;
        Ok(bounds.ends.front().cloned())
    }
}

/// Sleeps for less than the timers of the runtime can, which count milliseconds.
async fn nap(duration: Duration) {
    // It fails with the runtime only, and then nobody asks.
    let _ = tokio::task::spawn_blocking(move || std::thread::sleep(duration)).await;
}

/// As many rows ahead are the ends of batches looked up at once.
const LOOKED_AHEAD: u64 = 4_000;
