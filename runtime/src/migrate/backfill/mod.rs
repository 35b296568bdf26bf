//! Fills old rows in batches by ranges of the key, each committed with its cursor.
//!
//! A pass goes over the whole table. Rows move and come while it runs, so a pass that
//! filled something proves nothing: the last pass is the one that finds nothing to do,
//! and then one search over the table has to find nothing either.

mod cursor;
mod meter;
mod range;

use std::time::Duration;

use colmig_schema::script::Backfill;
use tokio::time::Instant;

use super::driver::{Row, Value, end, keys_in_words};
use super::error::Place;
use super::lookout::Lookout;
use super::retry::Attempts;
use super::session::{Halt, Session};
use super::steps::Cost;
use super::store::{StepState, Trouble};
use cursor::Cursor;
use meter::Meter;
use range::{Batch, Range};

/// How often the cursor is recorded while there is nothing to fill: what a crash makes a
/// pass go over again is cheap, and a commit that writes nothing costs nothing.
const KEEP: Duration = Duration::from_secs(1);

/// How many keys of rows that cannot be filled are named.
const NAMED_KEYS: i64 = 20;

impl Session<'_> {
    /// Fills what is empty, until there is nothing left.
    pub(super) async fn backfill(
        &mut self,
        place: &Place,
        backfill: &Backfill,
    ) -> Result<Cost, Halt> {
        let estimated = self.driver.estimate(&backfill.table).await.ok().flatten();
        let mut attempts = Attempts::new(self.settings);
        let mut cursor = None;
        let mut kept = Instant::now();
        let mut meter = Meter::new(estimated);
        let mut cost = Cost::default();
        loop {
            self.check().await?;
            let began = Instant::now();
            let keep = kept.elapsed() >= KEEP;
            let batch = match self
                .batch(place, backfill, cursor.take(), keep, &mut attempts)
                .await
            {
                Ok(Some(batch)) => batch,
                // Recorded as done by a try whose answer was lost.
                Ok(None) => return Ok(cost),
                Err(trouble) => {
                    // Where it is now stands in the records.
                    self.recover(trouble, place, &backfill.batch, &mut attempts)
                        .await?;
                    continue;
                }
            };
            let busy = began.elapsed();
            attempts = Attempts::new(self.settings);
            if batch.kept {
                kept = Instant::now();
            }
            cost.statements += batch.statements;
            cost.rows = batch.cursor.filled;
            meter.report(self, place, &batch);
            if batch.ended {
                let found_nothing = batch.cursor.changed == 0;
                if self
                    .end_pass(place, backfill, &batch.cursor, found_nothing)
                    .await?
                {
                    return Ok(cost);
                }
            }
            cursor = Some(batch.recorded);
            self.sleep(self.pause(busy)).await?;
        }
    }

    /// The rest of the time, after the share of it that batches may take.
    fn pause(&self, busy: Duration) -> Duration {
        let duty = self.settings.duty;
        if duty >= 1.0 {
            return Duration::ZERO;
        }
        busy.mul_f64(1.0 / duty - 1.0)
            .max(self.driver.dialect().pause_at_least)
    }

    /// One range, and the cursor behind it. None if all is done already.
    async fn batch(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        cursor: Option<Cursor>,
        keep: bool,
        attempts: &mut Attempts,
    ) -> Result<Option<Batch>, Trouble> {
        let lock = self.settings.lock_timeout;
        let session = self.driver.begin(&attempts.waits(lock)).await?;
        let range = Range {
            store: self.store,
            lease: &self.lease,
            place,
            backfill,
            rows: self.settings.batch_rows.into(),
            keep,
        };
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock,
            patient: false,
        };
        let fill = range.fill(self.driver, cursor);
        let done = lookout.over(session, &mut attempts.seen, fill).await;
        end(self.driver, done).await
    }

    /// At the end of a pass: whether all is done, or another has to follow. Held if rows
    /// cannot be filled.
    async fn end_pass(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        cursor: &Cursor,
        found_nothing: bool,
    ) -> Result<bool, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self
                .look_for_empty(place, backfill, cursor, found_nothing, &attempts)
                .await
            {
                Ok(Pass::Last) => return Ok(true),
                Ok(Pass::AnotherFollows) => return Ok(false),
                Ok(Pass::Resists(keys)) => return Err(self.resists(place, backfill, keys)),
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
        found_nothing: bool,
        attempts: &Attempts,
    ) -> Result<Pass, Trouble> {
        let empty = self
            .driver
            .query(&backfill.pending, &[NAMED_KEYS.into()])
            .await?;
        let waits = attempts.waits(self.settings.lock_timeout);
        if empty.is_empty() {
            if !found_nothing {
                return Ok(Pass::AnotherFollows);
            }
            self.driver.begin(&waits).await?;
            let marked = self.mark_done(place, cursor).await;
            end(self.driver, marked).await?;
            return Ok(Pass::Last);
        }
        let mut resisting = Vec::new();
        for row in empty {
            let key = row[..backfill.key.len().min(row.len())].to_vec();
            self.driver.begin(&waits).await?;
            let filled = self.fill_twice(backfill, &key).await;
            if !end(self.driver, filled).await? {
                resisting.push(row);
            }
        }
        match resisting.is_empty() {
            true => Ok(Pass::AnotherFollows),
            false => Ok(Pass::Resists(resisting)),
        }
    }

    async fn mark_done(&mut self, place: &Place, cursor: &Cursor) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store
            .mark(driver, place, StepState::Done, None, cursor.filled)
            .await?;
        let rows = format!("{} rows in {} passes", cursor.filled, cursor.passes + 1);
        let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
        self.store
            .audit(driver, "step", &place.migration, phase, step, Some(&rows))
            .await?;
        self.lease.fence(driver).await
    }

    /// Whether a row can be filled: one that is filled has nothing left for a second time.
    async fn fill_twice(&mut self, backfill: &Backfill, key: &Row) -> Result<bool, Trouble> {
        let driver = &mut *self.driver;
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
        let again = driver.execute(sql, &range).await?;
        self.lease.fence(driver).await?;
        // A NULL in the key compares as nothing, and puts its row out of reach.
        Ok(again == 0 && !key.contains(&Value::Null))
    }

    fn resists(&self, place: &Place, backfill: &Backfill, keys: Vec<Row>) -> Halt {
        let names = backfill.key.join(", ");
        let keys = keys_in_words(keys, &backfill.shown);
        Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate: format!(
                "the rule gives NULL, or what the column cannot hold, for rows of `{}`, such as those with {names} = {}: write a value to these rows, or to \
                 the columns that the rule reads, and `{}` goes on",
                backfill.table,
                keys.join("; "),
                self.resume
            ),
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
}
