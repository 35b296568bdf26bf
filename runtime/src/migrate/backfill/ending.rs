//! How a pass ends: with a search that finds nothing to fill, or with what is in its way.

use colmig_schema::script::Backfill;
use colmig_schema::{Nouns, Phase};

use super::cursor::Cursor;
use crate::migrate::driver::{Row, Value, Waits, end, keys_in_words};
use crate::migrate::error::Place;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::store::{StepState, Trouble};

/// How often more a row is filled that was not filled a moment after it was. A writer who erases it every
/// few milliseconds comes in between one time in two; only a rule that gives null is there each time.
const TRIES: u32 = 30;

/// After so many passes what is left is left to the sweep of constrain, where writers that know
/// nothing of a field can erase it again: they may do so for as long as there are any.
const PASSES_BESIDE_OLD: u32 = 3;

/// After so many passes a sweep does not go on either, nor what takes fields out in contract, for
/// nobody should write like that any more.
const PASSES_OF_SWEEP: u32 = 10;

/// How many keys of rows that cannot be filled are named.
const NAMED_KEYS: i64 = 20;

/// What the end of a pass means.
enum Pass {
    /// Nothing is left.
    Last,
    /// Something may be left.
    AnotherFollows,
    /// These rows cannot be filled.
    Resists(Vec<Row>),
    /// What was done to these is undone again and again.
    Erased(Vec<Row>),
}

impl Session<'_> {
    /// At the end of a pass: whether all is done, or another has to follow. Held if rows
    /// cannot be filled.
    pub(super) async fn end_pass(
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
            self.mark_done(&waits, place, cursor, "").await?;
            return Ok(Pass::Last);
        }
        let erasable = !self.driver.dialect().triggers;
        if erasable && place.phase != Phase::Backfill && cursor.passes >= PASSES_OF_SWEEP {
            // Whoever goes on begins with another one.
            self.begin_pass(&waits, place, cursor).await?;
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
            return Ok(match place.phase {
                // There a field goes, which no rule can keep: somebody writes it each time.
                Phase::Contract => Pass::Erased(resisting),
                _ => Pass::Resists(resisting),
            });
        }
        if erasable && place.phase == Phase::Backfill && cursor.passes >= PASSES_BESIDE_OLD {
            let left = "; others write documents without it, and the sweep of constrain goes on";
            self.mark_done(&waits, place, cursor, left).await?;
            return Ok(Pass::Last);
        }
        self.begin_pass(&waits, place, cursor).await?;
        Ok(Pass::AnotherFollows)
    }

    async fn begin_pass(
        &mut self,
        waits: &Waits,
        place: &Place,
        cursor: &Cursor,
    ) -> Result<(), Trouble> {
        self.driver.begin(waits).await?;
        let begun = self.write_pass(place, cursor).await;
        end(self.driver, begun).await
    }

    async fn write_pass(&mut self, place: &Place, cursor: &Cursor) -> Result<(), Trouble> {
        let driver = &mut *self.driver;
        self.store.begin_pass(driver, place).await?;
        let text = cursor.write()?;
        self.store
            .mark(driver, place, StepState::Intent, Some(&text), cursor.filled)
            .await?;
        self.lease.fence(driver).await
    }

    /// Writes down that the step is done, and what is said of the rows that it leaves to another.
    async fn mark_done(
        &mut self,
        waits: &Waits,
        place: &Place,
        cursor: &Cursor,
        left: &str,
    ) -> Result<(), Trouble> {
        self.driver.begin(waits).await?;
        let done = self.write_done(place, cursor, left).await;
        end(self.driver, done).await
    }

    async fn write_done(
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
        let (left, cause) = match place.phase {
            Phase::Contract => (
                format!("{rows} with a {column} that goes"),
                format!("somebody who knows nothing of the change writes that {column}"),
            ),
            _ => (
                format!("{rows} to fill"),
                format!(
                    "somebody who knows nothing of the {column} writes {rows} as they were before, and erases it or leaves it stale"
                ),
            ),
        };
        Halt::Held {
            migration: place.migration.clone(),
            phase: place.phase,
            gate: format!(
                "behind pass {} of `{}` over `{}` there still are {left}, such as those with {names} = {}: {cause}; end such writers or deploy over them, then `{}` goes on",
                cursor.passes,
                place.step,
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
