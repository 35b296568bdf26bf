//! One batch: a transaction that locks the row of its range first. Where there are no
//! transactions, it is an update that says itself until when the range is its worker's.

use std::collections::VecDeque;
use std::time::Duration;

use colmig_schema::script::Backfill;
use tokio::time::Instant;

use super::Worker;
use super::tail::Tail;
use crate::migrate::backfill::crew::Crew;
use crate::migrate::backfill::cursor::Key;
use crate::migrate::driver::{Driver, Failure, WholeBatch, end};
use crate::migrate::lookout::Lookout;
use crate::migrate::measure::Probed;
use crate::migrate::store::{Headway, Range, Trouble};

/// How often headway is recorded. A crash makes the next worker go over what was done since
/// once more, and find nothing to change.
const RECORD: Duration = Duration::from_millis(100);

/// The same where that is a write of its own, which a majority has to have.
const RECORD_APART: Duration = Duration::from_millis(500);

/// As many rows ahead are the ends of batches looked up at once.
const LOOKED_AHEAD: u64 = 4_000;

/// The next batches, looked up many at a time where they are small.
#[derive(Default)]
pub(super) struct Bounds {
    pub(super) ends: VecDeque<Key>,
    pub(super) rows: u64,
    /// Whether the range ends behind the last of them.
    pub(super) all: bool,
}

impl Bounds {
    /// Whether batches of these are about as large as they should be.
    fn fit(&self, rows: u64) -> bool {
        self.rows > 0 && self.rows <= rows && rows < 2 * self.rows
    }

    /// Looks up where the next batches from `lower` on end, unless that is known, in a range that ends
    /// by itself. The statements that it took.
    async fn look_up(
        &mut self,
        driver: &mut dyn Driver,
        backfill: &Backfill,
        range: &Range,
        lower: &Key,
        rows: u64,
    ) -> Result<u64, Failure> {
        let (Some(upper), Some(sql)) = (&range.upper, &backfill.bounds) else {
            return Ok(0);
        };
        if self.fit(rows) && (self.all || !self.ends.is_empty()) {
            return Ok(0);
        }
        let mut lookups = 0;
        let batches = (LOOKED_AHEAD / rows.max(1)).max(1);
        // To number the rows of one large batch takes longer than to skip them, if it can be seen
        // here whether it ends within the range.
        let skipped = match batches == 1 && upper.is_ordered() {
            true => {
                lookups += 1;
                let arguments = [lower.values(), vec![rows.into()]].concat();
                let found = driver.query(&backfill.boundary, &arguments).await?;
                let found = found.into_iter().next().map(Key::from);
                let below = found
                    .as_ref()
                    .map_or(Some(false), |key| key.is_below(upper));
                below.map(|below| found.filter(|_| below))
            }
            false => None,
        };
        let found: Vec<Key> = match skipped {
            Some(found) => found.into_iter().collect(),
            None => {
                lookups += 1;
                let numbers = vec![(batches * rows + 1).into(), rows.into()];
                let arguments = [lower.values(), upper.values(), numbers].concat();
                let found = driver.query(sql, &arguments).await?;
                found.into_iter().map(Key::from).collect()
            }
        };
        self.all = (found.len() as u64) < batches;
        self.ends = found.into();
        self.rows = rows;
        Ok(lookups)
    }
}

/// What one transaction did.
pub(super) struct Batch {
    /// The rows that it covered, as far as they were counted.
    pub(super) covered: u64,
    pub(super) changed: u64,
    /// Where the range goes on; none at its end.
    pub(super) next: Option<Key>,
    /// How long it took, for the pace; none if that is not to be compared with others.
    pub(super) took: Option<Duration>,
    /// Whether headway was recorded.
    pub(super) recorded: bool,
    /// The statements that were sent, without those that begin and end the transaction.
    pub(super) statements: u64,
}

impl Worker<'_, '_> {
    /// One batch, as one transaction. None if the range is another's by now.
    pub(super) async fn batch(
        &mut self,
        range: &Range,
        rows: u64,
    ) -> Result<Option<Batch>, Trouble> {
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

    /// Whether headway is to be recorded.
    fn is_due(&self) -> bool {
        let after = match self.driver.dialect().transactions {
            true => RECORD,
            false => RECORD_APART,
        };
        self.recorded.elapsed() >= after
    }

    /// A batch of which all is known beforehand, as one message.
    async fn whole_batch(&mut self, range: &Range, rows: u64) -> Result<Option<Batch>, Trouble> {
        let Some(lower) = range.next.as_ref().filter(|_| !self.is_due()) else {
            return Ok(None);
        };
        let crew = self.crew;
        let mut lookups = 0;
        if !self.driver.dialect().transactions {
            // Nothing has to be held from this look to the batch.
            let (driver, ends) = (&mut *self.driver, &mut self.bounds);
            lookups = ends
                .look_up(driver, crew.backfill, range, lower, rows)
                .await?;
        }
        let Some(upper) = self.bounds.ends.front().filter(|_| self.bounds.fit(rows)) else {
            return Ok(None);
        };
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
            statements: 1 + lookups,
        }))
    }

    /// Whether to look who is at work together with the commit, which spares a round trip. While
    /// others are at work it is rarely looked, and by itself: it is the probe of reads.
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
        let due = self.is_due();
        let work = Work {
            crew,
            range,
            owner: &self.owner,
            rows,
            headway: &self.headway,
            bounds: &mut self.bounds,
            tail: &mut self.tail,
            due,
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
    tail: &'w mut Tail,
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
            if let Some(next) = batch.next.take_if(|_| self.range.upper.is_none()) {
                self.tail.went(batch.covered, batch.changed);
                batch.statements += self.tail.look(driver, backfill, &next).await?;
                batch.next = Some(next).filter(|_| !self.tail.is_over());
            }
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
                if !driver.dialect().transactions {
                    // Its lease ran out on the way, and what was sent too late wrote nothing.
                    return Ok(None);
                }
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
        if self.range.upper.is_none() || backfill.bounds.is_none() {
            self.lookups = 1;
            let arguments = [lower.values(), vec![self.rows.into()]].concat();
            let found = driver.query(&backfill.boundary, &arguments).await?;
            return Ok(found.into_iter().next().map(Key::from));
        }
        self.lookups = self
            .bounds
            .look_up(driver, backfill, self.range, lower, self.rows)
            .await?;
        self.rows = self.bounds.rows;
        Ok(self.bounds.ends.front().cloned())
    }
}
