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
mod floor;
mod join;
mod meter;
mod pace;
mod probe;
mod slots;
mod triggers;
mod worker;

use colmig_schema::script::Backfill;
use colmig_schema::{Nouns, Phase};

use super::driver::{Driver, Row, Value, end, keys_in_words};
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

/// How often more a row is filled that was not filled a moment after it was.
const TRIES: u32 = 3;

/// After so many passes what is left is left to the sweep of constrain, where writers that know
/// nothing of a field can erase it again: they may do so for as long as there are any.
const PASSES_BESIDE_OLD: u32 = 3;

/// After so many passes a sweep does not go on either, for nobody should write like that any more.
const PASSES_OF_SWEEP: u32 = 10;

/// How many keys of rows that cannot be filled are named.
const NAMED_KEYS: i64 = 20;

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

    /// At the end of a pass: whether all is done, or another has to follow. Held if rows
    /// cannot be filled.
    async fn end_pass(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        cursor: &Cursor,
        skip_triggers: bool,
    ) -> Result<bool, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self
                .look_for_empty(place, backfill, cursor, &attempts, skip_triggers)
                .await
            {
                Ok(Pass::Last) => return Ok(true),
                Ok(Pass::AnotherFollows) => return Ok(false),
                Ok(Pass::Resists(keys)) => return Err(self.resists(place, backfill, keys)),
                Ok(Pass::Erased(keys)) => return Err(self.erased(place, backfill, keys, cursor)),
                Err(trouble) => {
                    self.recover(trouble, place, &backfill.pending, &mut attempts)
                        .await?
                }
            }
        }
    }

    async fn look_for_empty(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        cursor: &Cursor,
        attempts: &Attempts,
        skip_triggers: bool,
    ) -> Result<Pass, Trouble> {
        let empty = self
            .driver
            .query(&backfill.pending, &[NAMED_KEYS.into()])
            .await?;
        let waits = attempts.waits(self.settings.lock_timeout);
        if empty.is_empty() {
            self.driver.begin(&waits).await?;
            let marked = self.mark_done(place, cursor, "").await;
            end(self.driver, marked).await?;
            return Ok(Pass::Last);
        }
        let erasable = !self.driver.dialect().triggers;
        if erasable && place.phase == Phase::Constrain && cursor.passes >= PASSES_OF_SWEEP {
            return Ok(Pass::Erased(empty));
        }
        let mut resisting = Vec::new();
        for row in empty {
            let key = row[..backfill.key.len().min(row.len())].to_vec();
            self.driver.begin(&waits).await?;
            let filled = self.fill_twice(backfill, &key, skip_triggers).await;
            if !end(self.driver, filled).await? {
                resisting.push(row);
            }
        }
        if !resisting.is_empty() {
            return Ok(Pass::Resists(resisting));
        }
        self.driver.begin(&waits).await?;
        if erasable && place.phase == Phase::Backfill && cursor.passes >= PASSES_BESIDE_OLD {
            let left = "; others write documents without it, and the sweep of constrain goes on";
            let marked = self.mark_done(place, cursor, left).await;
            end(self.driver, marked).await?;
            return Ok(Pass::Last);
        }
        let begun = self.begin_pass(place, cursor).await;
        end(self.driver, begun).await?;
        Ok(Pass::AnotherFollows)
    }

    async fn begin_pass(&mut self, place: &Place, cursor: &Cursor) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store.begin_pass(driver, place).await?;
        let text = cursor.write()?;
        self.store
            .mark(driver, place, StepState::Intent, Some(&text), cursor.filled)
            .await?;
        self.lease.fence(driver).await
    }

    async fn mark_done(
        &mut self,
        place: &Place,
        cursor: &Cursor,
        left: &str,
    ) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store.drop_ranges(driver, place).await?;
        self.store.drop_brakes(driver, place).await?;
        self.store
            .mark(driver, place, StepState::Done, None, cursor.filled)
            .await?;
        let filled = driver.dialect().database.nouns().counted(cursor.filled);
        let rows = format!("{filled} in {} passes{left}", cursor.passes);
        let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
        self.store
            .audit(driver, "step", &place.migration, phase, step, Some(&rows))
            .await?;
        self.lease.fence(driver).await
    }

    /// Whether a row can be filled: one that is filled has nothing left for a second time.
    async fn fill_twice(
        &mut self,
        backfill: &Backfill,
        key: &Row,
        skip_triggers: bool,
    ) -> Result<bool, Trouble> {
        let driver = &mut *self.driver;
        if !driver.dialect().transactions {
            // Nothing undoes what is written by a run that has lost its lock.
            self.lease.fence(driver).await?;
        }
        if skip_triggers {
            driver.skip_triggers().await?;
        }
        let next = driver
            .query(
                &backfill.boundary,
                &[key.clone(), vec![Value::Int(1)]].concat(),
            )
            .await?;
        let (sql, range) = match next.into_iter().next() {
            Some(next) => (&backfill.batch, [key.clone(), next].concat()),
            None => (&backfill.last, key.clone()),
        };
        driver.execute(sql, &range).await?;
        let mut again = driver.execute(sql, &range).await?;
        for _ in 0..TRIES {
            if again == 0 {
                break;
            }
            // Where it holds no lock on it, somebody may have erased the value in between.
            again = driver.execute(sql, &range).await?;
        }
        self.lease.fence(driver).await?;
        // In SQL a NULL in the key compares as nothing, and puts its row out of reach.
        let in_reach = driver.dialect().words.is_none() || !key.contains(&Value::Null);
        Ok(again == 0 && in_reach)
    }

    fn erased(&self, place: &Place, backfill: &Backfill, keys: Vec<Row>, cursor: &Cursor) -> Halt {
        let names = backfill.key.join(", ");
        let keys = keys_in_words(keys, &backfill.shown);
        let Nouns { rows, column, .. } = self.driver.dialect().database.nouns();
        Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate: format!(
                "{} passes have filled `{}`, and there still are {rows} without the {column}, such as those with {names} = {}: somebody who knows nothing of the \
                 {column} writes whole {rows} and erases it; end such writers or deploy over them, then `{}` goes on",
                cursor.passes,
                backfill.table,
                keys.join("; "),
                self.resume
            ),
        }
    }

    fn resists(&self, place: &Place, backfill: &Backfill, keys: Vec<Row>) -> Halt {
        let names = backfill.key.join(", ");
        let keys = keys_in_words(keys, &backfill.shown);
        let Nouns {
            rows,
            column,
            columns,
            null,
            ..
        } = self.driver.dialect().database.nouns();
        Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate: format!(
                "the rule of `{}` gives {null}, or what the {column} cannot hold, for {rows} of `{}`, such as those with {names} = {}: write a value to these {rows}, or to \
                 the {columns} that the rule reads, and `{}` goes on",
                place.step,
                backfill.table,
                keys.join("; "),
                self.resume
            ),
        }
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

/// What the end of a pass means.
enum Pass {
    /// Nothing is left.
    Last,
    /// Something may be left.
    AnotherFollows,
    /// These rows cannot be filled.
    Resists(Vec<Row>),
    /// These are filled again and again, and do not stay so.
    Erased(Vec<Row>),
}
