//! Fills old rows in batches by ranges of the key, each committed with its cursor.
//!
//! A pass goes over the whole table. Rows move and come while it runs, so a pass that
//! filled something proves nothing: the last pass is the one that finds nothing to do,
//! and then one search over the table has to find nothing either.

use std::time::Duration;

use colmig_schema::script::Backfill;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::driver::{Driver, Row, Value, end, key_in_words};
use super::error::Place;
use super::event::Event;
use super::lock::Lease;
use super::retry::{Attempts, Look};
use super::session::{Halt, Session};
use super::steps::Cost;
use super::store::{StepState, Store, Trouble};

/// How often progress is reported.
const REPORT: Duration = Duration::from_millis(250);

/// How many keys of rows that cannot be filled are named.
const NAMED_KEYS: i64 = 20;

/// Where a backfill is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cursor {
    /// The passes that have ended.
    passes: u32,
    /// The key at which the next range begins; none at the beginning of a pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Vec<KeyPart>>,
    /// The rows that this pass has covered.
    covered: u64,
    /// The rows that this pass has changed.
    changed: u64,
    /// The rows that all passes have changed.
    filled: u64,
}

impl Cursor {
    fn read(text: Option<&str>) -> Result<Cursor, Trouble> {
        let Some(text) = text else { return Ok(Cursor::default()) };
        serde_json::from_str(text)
            .map_err(|error| Trouble::Damaged(format!("the cursor of a backfill: {error}")))
    }

    fn write(&self) -> Result<String, Trouble> {
        serde_json::to_string(self).map_err(|error| Trouble::Damaged(error.to_string()))
    }

    /// The beginning of the pass after this one.
    fn next_pass(&self) -> Cursor {
        Cursor { passes: self.passes + 1, filled: self.filled, ..Cursor::default() }
    }
}

/// One column of a key, in a form from which JSON takes nothing away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeyPart {
    Null,
    Int(i64),
    /// The shortest decimal number that reads back as the same bits.
    Real(String),
    Text(String),
    Blob(Vec<u8>),
}

impl From<Value> for KeyPart {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => KeyPart::Null,
            Value::Int(number) => KeyPart::Int(number),
            Value::Real(number) => KeyPart::Real(number.to_string()),
            Value::Text(text) => KeyPart::Text(text),
            Value::Blob(bytes) => KeyPart::Blob(bytes),
        }
    }
}

impl From<KeyPart> for Value {
    fn from(part: KeyPart) -> Self {
        match part {
            KeyPart::Null => Value::Null,
            KeyPart::Int(number) => Value::Int(number),
            // What was written above reads back; anything else compares as nothing.
            KeyPart::Real(number) => number.parse().map_or(Value::Null, Value::Real),
            KeyPart::Text(text) => Value::Text(text),
            KeyPart::Blob(bytes) => Value::Blob(bytes),
        }
    }
}

/// What one transaction did.
struct Batch {
    /// What the pass has come to.
    cursor: Cursor,
    /// Where the backfill goes on: behind the range, or with the next pass.
    recorded: Cursor,
    /// Whether the pass has come to its end.
    ended: bool,
    statements: u64,
}

/// One range, as one transaction fills it.
struct Range<'a> {
    store: &'a Store,
    lease: &'a Lease,
    place: &'a Place,
    backfill: &'a Backfill,
    rows: u64,
}

impl Range<'_> {
    async fn fill(&self, driver: &mut dyn Driver, cursor: Option<Cursor>) -> Result<Option<Batch>, Trouble> {
        let mut cursor = match cursor {
            Some(cursor) => cursor,
            None => match self.store.step(driver, self.place).await? {
                Some(record) if record.state == StepState::Done => return Ok(None),
                Some(record) => Cursor::read(record.cursor.as_deref())?,
                None => Cursor::default(),
            },
        };
        let Backfill { first, boundary, batch, last, .. } = self.backfill;
        let mut statements = 0;
        let lower: Option<Row> = match cursor.next.take() {
            Some(key) => Some(key.into_iter().map(Value::from).collect()),
            None => {
                statements += 1;
                driver.query(first, &[]).await?.into_iter().next()
            }
        };
        let mut upper = None;
        if let Some(lower) = lower {
            statements += 2;
            let from_here = [lower.clone(), vec![self.rows.into()]].concat();
            upper = driver.query(boundary, &from_here).await?.into_iter().next();
            let changed = match &upper {
                Some(upper) => driver.execute(batch, &[lower, upper.clone()].concat()).await?,
                None => driver.execute(last, &lower).await?,
            };
            cursor.covered += if upper.is_some() { self.rows } else { changed };
            cursor.changed += changed;
            cursor.filled += changed;
        }
        let ended = upper.is_none();
        cursor.next = upper.map(|upper| upper.into_iter().map(KeyPart::from).collect());
        let recorded = if ended { cursor.next_pass() } else { cursor.clone() };
        let text = recorded.write()?;
        self.store.mark(driver, self.place, StepState::Intent, Some(&text), cursor.filled).await?;
        self.lease.fence(driver).await?;
        Ok(Some(Batch { cursor, recorded, ended, statements }))
    }
}

impl Session<'_> {
    /// Fills what is empty, until there is nothing left.
    pub(super) async fn backfill(&mut self, place: &Place, backfill: &Backfill) -> Result<Cost, Halt> {
        let estimated = self.driver.estimate(&backfill.table).await.ok().flatten();
        let mut attempts = Attempts::new(self.settings);
        let mut cursor = None;
        let mut meter = Meter::new(estimated);
        let mut cost = Cost::default();
        loop {
            self.check().await?;
            let began = Instant::now();
            let batch = match self.batch(place, backfill, cursor.take(), &mut attempts).await {
                Ok(Some(batch)) => batch,
                // Recorded as done by a try whose answer was lost.
                Ok(None) => return Ok(cost),
                Err(trouble) => {
                    // Where it is now stands in the records.
                    self.recover(trouble, place, &backfill.batch, &mut attempts).await?;
                    continue;
                }
            };
            let busy = began.elapsed();
            attempts = Attempts::new(self.settings);
            cost.statements += batch.statements;
            cost.rows = batch.cursor.filled;
            meter.report(self, place, &batch);
            if batch.ended {
                let found_nothing = batch.cursor.changed == 0;
                if self.end_pass(place, backfill, &batch.cursor, found_nothing).await? {
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
        busy.mul_f64(1.0 / duty - 1.0).max(self.driver.dialect().pause_at_least)
    }

    /// One range, and the cursor behind it. None if all is done already.
    async fn batch(
        &mut self,
        place: &Place,
        backfill: &Backfill,
        cursor: Option<Cursor>,
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
        };
        let body = range.fill(self.driver, cursor);
        // Rows that somebody has locked are reported once the lock has timed out.
        let look = Look::before(lock, &|_, _| {});
        let done = Session::watched(body, self.side.as_mut(), session, look, &mut attempts.seen).await;
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
            match self.look_for_empty(place, backfill, cursor, found_nothing, &attempts).await {
                Ok(Pass::Last) => return Ok(true),
                Ok(Pass::AnotherFollows) => return Ok(false),
                Ok(Pass::Resists(keys)) => return Err(self.resists(place, backfill, &keys)),
                Err(trouble) => self.recover(trouble, place, &backfill.pending, &mut attempts).await?,
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
        let empty = self.driver.query(&backfill.pending, &[NAMED_KEYS.into()]).await?;
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
        for key in empty {
            self.driver.begin(&waits).await?;
            let filled = self.fill_twice(backfill, &key).await;
            if !end(self.driver, filled).await? {
                resisting.push(key);
            }
        }
        match resisting.is_empty() {
            true => Ok(Pass::AnotherFollows),
            false => Ok(Pass::Resists(resisting)),
        }
    }

    async fn mark_done(&mut self, place: &Place, cursor: &Cursor) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store.mark(driver, place, StepState::Done, None, cursor.filled).await?;
        let rows = format!("{} rows in {} passes", cursor.filled, cursor.passes + 1);
        let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
        self.store.audit(driver, "step", &place.migration, phase, step, Some(&rows)).await?;
        self.lease.fence(driver).await
    }

    /// Whether a row can be filled: one that is filled has nothing left for a second time.
    async fn fill_twice(&mut self, backfill: &Backfill, key: &Row) -> Result<bool, Trouble> {
        let driver = &mut *self.driver;
        let next = driver.query(&backfill.boundary, &[key.clone(), vec![Value::Int(1)]].concat()).await?;
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

    fn resists(&self, place: &Place, backfill: &Backfill, keys: &[Row]) -> Halt {
        let names = backfill.key.join(", ");
        let keys: Vec<String> = keys.iter().map(key_in_words).collect();
        Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate: format!(
                "the rule gives NULL for rows of `{}`, such as those with {names} = {}: write a value to these rows, or to \
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

/// Counts, and reports now and then.
struct Meter {
    estimated: Option<u64>,
    began: Instant,
    /// What this run has covered, over all of its passes.
    covered: u64,
    reported: Option<Instant>,
    /// The pass of the batch before this one, and what it had covered.
    last: (u32, u64),
}

impl Meter {
    fn new(estimated: Option<u64>) -> Self {
        Meter { estimated, began: Instant::now(), covered: 0, reported: None, last: (0, 0) }
    }

    fn report(&mut self, session: &Session<'_>, place: &Place, batch: &Batch) {
        let Cursor { passes, covered, filled, .. } = batch.cursor;
        let before = if self.last.0 == passes { self.last.1 } else { 0 };
        // What an earlier run has covered is no part of this one's rate.
        let rows = u64::from(session.settings.batch_rows);
        self.covered += covered.saturating_sub(before).min(rows);
        self.last = (passes, covered);
        let due = self.reported.is_none_or(|reported| reported.elapsed() >= REPORT);
        if !due && !batch.ended {
            return;
        }
        self.reported = Some(Instant::now());
        let rate = self.covered as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let left = self.estimated.map(|estimated| estimated.saturating_sub(covered) as f64 / rate);
        session.watch.emit(Event::BackfillProgress {
            migration: place.migration.clone(),
            step: place.step.clone(),
            rows: covered,
            filled,
            estimated_rows: self.estimated,
            rate,
            seconds_left: left.filter(|left| left.is_finite()).map(|left| left.ceil() as u64),
            pass: passes + 1,
        });
    }
}
