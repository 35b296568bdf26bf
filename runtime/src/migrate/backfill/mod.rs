//! Fills old rows in batches by ranges of the key, each committed with its cursor.
//!
//! ```text
//! Session ── divides the table into ranges, written down ──> colmig_range
//!    │                                                            ^
//!    └─> Crew ── Worker ── claims a range, fills it in batches ───┤
//!          │       └─ Pace: how large a batch is, and when        │
//!          └──── Worker, of this process or another ──────────────┘
//! ```
//!
//! Beside them the brakes are watched: see `brakes`.
//!
//! A pass goes over the whole table. Rows move and come while it runs, so what has been covered
//! proves nothing: all is done once a search over the whole table, which sees what every
//! transaction of before has left, finds nothing to do.

mod brakes;
mod crew;
mod cursor;
mod ending;
mod floor;
mod join;
mod meter;
mod pace;
mod probe;
mod slots;
mod triggers;
mod worker;

use colmig_schema::script::Backfill;

use super::driver::{Driver, end};
use super::error::Place;
use super::lock::Lease;
use super::measure;
use super::retry::Attempts;
use super::session::{Halt, Session, ask, fenced};
use super::steps::Cost;
use super::store::{StepState, Sums, Trouble};
#[cfg(any(feature = "postgres", feature = "mariadb"))]
pub(super) use brakes::Rate;
use brakes::Watchman;
pub(super) use brakes::{Baseline, Gauge};
pub use brakes::{Brake, Brakes, Bytes, Hold, Looking, Reading, VacuumBrake};
#[cfg(any(feature = "postgres", feature = "mariadb", feature = "mongodb"))]
pub(super) use brakes::{Look, Seen};
use crew::Crew;
use cursor::Cursor;
pub(super) use cursor::Key;
use meter::Meter;
pub(super) use pace::Traffic;

/// About as many rows are in one range. A worker that ends has no more than these left to the
/// others, and a table of a billion rows no more ranges than can be counted.
const ROWS_OF_RANGE: u64 = 50_000;
const MOST_RANGES: u64 = 4_096;

/// How often the records are read for what other processes have done.
const LOOK: std::time::Duration = std::time::Duration::from_millis(500);

/// How often the live instances are counted, for who watches them as a number.
const LOOK_AT_FLEET: std::time::Duration = std::time::Duration::from_secs(5);

impl<'a> Session<'a> {
    /// Fills what is empty, until there is nothing left.
    pub(super) async fn backfill(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        digest: &str,
    ) -> Result<Cost, Halt> {
        if let Err(failure) = self.driver.analyze_once(&backfill.table).await {
            // The plan of a batch does not hang on it.
            tracing::debug!(target: "colmig::migrate", message = failure.message(), "the table was not analysed");
        }
        let estimated = self.driver.estimate(&backfill.table).await.ok().flatten();
        let mut cost = Cost::default();
        let before = self.driver.logged().await.ok().flatten();
        let mut attempts = Attempts::new(self.settings);
        let skip_triggers = self.judge_triggers(place, backfill).await?;
        loop {
            self.check().await?;
            let cursor = match self.divide(place, backfill, estimated, &attempts).await {
                Ok(Some(cursor)) => cursor,
                // Recorded as done by a try whose answer was lost.
                Ok(None) => return Ok(cost),
                Err(trouble) => {
                    self.recover(trouble, place, &backfill.first, &mut attempts)
                        .await?;
                    continue;
                }
            };
            let (sums, statements) = self
                .pass(place, backfill, digest, &cursor, estimated, skip_triggers)
                .await?;
            attempts = Attempts::new(self.settings);
            let cursor = Cursor {
                passes: cursor.passes + 1,
                filled: cursor.filled + sums.changed,
            };
            cost.rows = cursor.filled;
            cost.statements += statements;
            if self
                .end_pass(place, backfill, &cursor, skip_triggers)
                .await?
            {
                measure::filled(place);
                let after = self.driver.logged().await.ok().flatten();
                cost.logged = after
                    .zip(before)
                    .and_then(|(after, before)| after.checked_sub(before));
                return Ok(cost);
            }
        }
    }

    /// Divides the table into ranges, unless that is done. Where the backfill is; none if all
    /// of it is done.
    async fn divide(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        estimated: Option<u64>,
        attempts: &Attempts,
    ) -> Result<Option<Cursor>, Trouble> {
        let record = self.store.step(self.driver, place).await?;
        let cursor = match &record {
            Some(record) if record.state == StepState::Done => return Ok(None),
            Some(record) => Cursor::read(record.cursor.as_deref())?,
            None => Cursor::default(),
        };
        if self.store.ranges(self.driver, place).await?.ranges > 0 {
            return Ok(Some(cursor));
        }
        let parts = estimated.map_or(1, |rows| (rows / ROWS_OF_RANGE).clamp(1, MOST_RANGES));
        let bounds = match (&backfill.bounds, parts) {
            (None, _) | (_, 1) => Vec::new(),
            (Some(_), parts) => match self.driver.divide(backfill, parts).await {
                Ok(bounds) => bounds.into_iter().map(Key::from).collect(),
                // What cannot be sampled, a foreign table for one, is gone through by one worker.
                Err(super::driver::Failure::Refused { message, .. }) => {
                    tracing::warn!(target: "colmig::migrate", message, "the table is not divided among workers");
                    Vec::new()
                }
                Err(failure) => return Err(failure.into()),
            },
        };
        self.driver
            .begin(&attempts.waits(self.settings.lock_timeout))
            .await?;
        let written = self.write_ranges(place, &cursor, &bounds).await;
        end(self.driver, written).await?;
        Ok(Some(cursor))
    }

    async fn write_ranges(
        &mut self,
        place: &Place,
        cursor: &Cursor,
        bounds: &[Key],
    ) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store.divide(driver, place, bounds).await?;
        let text = cursor.write()?;
        self.store
            .mark(driver, place, StepState::Intent, Some(&text), cursor.filled)
            .await?;
        self.lease.fence(driver).await
    }

    /// Works until no range is left, together with whoever else does. What became of them, and
    /// how many statements that took here.
    async fn pass(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        digest: &str,
        cursor: &Cursor,
        estimated: Option<u64>,
        skip_triggers: bool,
    ) -> Result<(Sums, u64), Halt> {
        let before = self.sums(place, backfill).await?;
        Watchman::check(&self.settings.brakes, self.brakes)?;
        let first = self.connect(place, backfill).await?;
        let watching = self.connect(place, backfill).await?;
        let watchman = Watchman::new(watching, self.connector, self.brakes);
        let single = self.driver.dialect().single_writer || backfill.bounds.is_none();
        let wanted = if single { 1 } else { self.settings.workers };
        let drivers = slots::open(self.connector, first, wanted.into()).await;
        let meter = Meter::new(estimated, cursor.passes + 1, cursor.filled, before);
        let statements = self
            .work(
                place,
                backfill,
                digest,
                skip_triggers,
                drivers,
                watchman,
                meter,
            )
            .await?;
        self.check().await?;
        Ok((self.sums(place, backfill).await?, statements))
    }

    /// A connection that nothing can be done without: that of a worker, or of who watches the brakes.
    async fn connect(
        &mut self,
        place: &Place,
        backfill: &Backfill,
    ) -> Result<Box<dyn Driver>, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self.connector.open().await {
                Ok(driver) => return Ok(driver),
                Err(failure) => {
                    self.recover(failure.into(), place, &backfill.batch, &mut attempts)
                        .await?;
                }
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is one thing that a crew needs"
    )]
    async fn work(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        digest: &str,
        skip_triggers: bool,
        drivers: Vec<Box<dyn Driver>>,
        watchman: Watchman<'_>,
        meter: Meter,
    ) -> Result<u64, Halt> {
        let crew = Crew::new(
            self.store,
            self.settings,
            self.watch,
            place,
            backfill,
            digest,
            skip_triggers,
            &self.resume,
            Some(&self.lease),
            self.side.as_mut(),
            meter,
        );
        crew.tune(self.driver).await;
        let mut workers = std::pin::pin!(slots::work(&crew, self.connector, drivers));
        tokio::select! {
            biased;
            worked = &mut workers => {
                worked.into_iter().collect::<Result<(), Halt>>()?;
                Ok(crew.statements())
            }
            halt = oversee(&crew, self.driver, &self.lease) => {
                crew.send_home();
                workers.await;
                Err(halt)
            }
            never = watchman.watch(&crew) => match never {},
        }
    }

    async fn sums(&mut self, place: &Place, backfill: &Backfill) -> Result<Sums, Halt> {
        let statement = &backfill.batch;
        ask!(
            self,
            place,
            statement,
            self.store.ranges(self.driver, place)
        )
    }
}

/// Looks after the workers until they are done: whether the run is still to go on, and what
/// others have done. It only comes back with what ends the run.
async fn oversee(crew: &Crew<'_>, driver: &mut dyn Driver, lease: &Lease) -> Halt {
    let mut looked: Option<tokio::time::Instant> = None;
    loop {
        if let Err(halt) = crew.watch.sleep(LOOK).await {
            return halt;
        }
        if lease.is_lost() {
            return fenced(driver, crew.store).await;
        }
        match crew.store.ranges(driver, crew.place).await {
            Ok(sums) => {
                crew.learn(sums);
                if looked.is_none_or(|looked| looked.elapsed() >= LOOK_AT_FLEET)
                    && let Ok(instances) = crew.store.instances(driver).await
                {
                    looked = Some(tokio::time::Instant::now());
                    measure::fleet(&instances);
                }
                crew.tune(driver).await;
            }
            // The workers tell of it, and the next look may have a connection.
            Err(_) => {
                let _ = driver.reconnect().await;
            }
        }
    }
}
