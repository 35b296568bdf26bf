//! colmig's own tables: how far each migration is, what each step did, who did it.
//!
//! | table | holds |
//! | --- | --- |
//! | `colmig_meta` | the version of this layout |
//! | `colmig_migration` | how far each migration is, and what it changes; the application's instances read it |
//! | `colmig_instance` | the application's instances, which write it: lease, build, what was acknowledged |
//! | `colmig_step` | what was begun and done |
//! | `colmig_range` | the ranges of a backfill under way: who works on each, and how far |
//! | `colmig_tuning` | settings that were changed for the time of a backfill |
//! | `colmig_brake` | what holds a backfill, as each process that has workers sees it |
//! | `colmig_baseline` | what was so when a backfill began: sizes, replicas |
//! | `colmig_audit` | who did what, and when |
//! | `colmig_lock` | the lease of the run that executes migrations |
//! | `colmig_switch` | from which side replaced columns are read; instances move it back to legacy |
//! | `colmig_mismatch` | comparisons of the two sides that found two values |
//! | `colmig_conversion` | what is to be converted by a rule in Rust, and how far that is |
//! | `colmig_conversion_chunk` | the ranges that instances are converting, each with a lease |
//! | `colmig_conversion_failure` | rows that a rule in Rust cannot convert |
//! | `colmig_conversion_worker` | who converts |
//! | `colmig_saved` | what was written to a column before an abort dropped it |
//!
//! They stand in the connection's default schema. Every time is the database's.

mod brakes;
mod conversion;
mod instances;
mod layout;
mod ranges;
mod rows;
mod switch;
mod tuning;

use std::collections::BTreeMap;

use colmig_schema::{Phase, Progress};

use super::driver::{Dialect, Driver, Failure, Value};
use super::error::Place;
use super::outcome::AuditEntry;
pub(super) use conversion::{Conversion, Job};
pub(super) use ranges::{Headway, Range, Sums};
pub(super) use rows::Columns;
use rows::{read_record, read_step, words};

/// What goes wrong in a transaction.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The database said no, for now or for good.
    Database(Failure),
    /// The run lock is not ours any more.
    Fenced,
    /// A row is not what only the holder of the lock may have made of it.
    Damaged(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Database(failure)
    }
}

/// How far a migration is on this database.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) progress: Progress,
    pub(super) digest: String,
    /// In ISO 8601.
    pub(super) began: String,
    /// In ISO 8601.
    pub(super) changed: String,
    /// Counts the changes of progress.
    pub(super) generation: i64,
}

/// Whether a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepState {
    /// Begun: its effect is there, or not, or in part.
    Intent,
    /// Its effect is there.
    Done,
}

/// What is recorded of a step.
#[derive(Clone, Debug)]
pub(super) struct StepRecord {
    pub(super) phase: Phase,
    pub(super) step: String,
    pub(super) state: StepState,
    pub(super) cursor: Option<String>,
    pub(super) rows: u64,
    pub(super) attempts: u64,
    pub(super) updated: String,
}

/// Reads and writes the tables, in the words of one database.
#[derive(Clone, Debug)]
pub(super) struct Store {
    dialect: &'static Dialect,
    actor: String,
}

impl Store {
    pub(super) fn new(dialect: &'static Dialect, actor: String) -> Self {
        Store { dialect, actor }
    }

    pub(super) fn actor(&self) -> &str {
        &self.actor
    }

    /// Every migration that has begun.
    pub(super) async fn records(
        &self,
        driver: &mut dyn Driver,
    ) -> Result<BTreeMap<String, Record>, Trouble> {
        let rows = driver.query(&self.select_records(""), &[]).await?;
        rows.into_iter()
            .map(|row| read_record(row).map(|record| (record.id.clone(), record)))
            .collect()
    }

    /// One migration, if it has begun.
    pub(super) async fn record(
        &self,
        driver: &mut dyn Driver,
        id: &str,
    ) -> Result<Option<Record>, Trouble> {
        let rows = driver
            .query(&self.select_records("WHERE id = $1"), &[id.into()])
            .await?;
        rows.into_iter().next().map(read_record).transpose()
    }

    fn select_records(&self, condition: &str) -> String {
        format!(
            "SELECT id, state, phase, digest, {}, {}, generation FROM colmig_migration {condition}",
            Dialect::fill(self.dialect.iso, "began_at"),
            Dialect::fill(self.dialect.iso, "changed_at"),
        )
    }

    /// What is recorded of the steps of a migration.
    pub(super) async fn steps(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Vec<StepRecord>, Trouble> {
        let sql = self.select_steps("migration = $1 ORDER BY updated_at, step");
        let rows = driver.query(&sql, &[migration.into()]).await?;
        rows.into_iter().map(read_step).collect()
    }

    /// What is recorded of one step.
    pub(super) async fn step(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<Option<StepRecord>, Trouble> {
        let sql = self.select_steps("migration = $1 AND phase = $2 AND step = $3");
        let rows = driver.query(&sql, &key(place)).await?;
        rows.into_iter().next().map(read_step).transpose()
    }

    fn select_steps(&self, condition: &str) -> String {
        format!(
            "SELECT phase, step, state, resume_at, CAST(row_count + coalesce((SELECT sum(changed) FROM colmig_range WHERE \
             colmig_range.migration = colmig_step.migration AND colmig_range.phase = colmig_step.phase \
             AND colmig_range.step = colmig_step.step), 0) AS {}), attempts, {} FROM colmig_step WHERE {condition}",
            self.dialect.database.as_integer(),
            Dialect::fill(self.dialect.iso, "updated_at"),
        )
    }

    /// Records that a step is begun or done.
    pub(super) async fn mark(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        state: StepState,
        cursor: Option<&str>,
        rows: u64,
    ) -> Result<(), Failure> {
        let now = self.dialect.now;
        let database = self.dialect.database;
        let sql = format!(
            "INSERT INTO colmig_step (migration, phase, step, state, resume_at, row_count, attempts, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 1, {now}) {} {}, attempts = colmig_step.attempts + 1",
            database.or_set("migration, phase, step"),
            database.set_inserted(&["state", "resume_at", "row_count", "updated_at"]),
        );
        let state = match state {
            StepState::Intent => "intent",
            StepState::Done => "done",
        };
        let [migration, phase, step] = key(place);
        driver
            .execute(
                &sql,
                &[
                    migration,
                    phase,
                    step,
                    state.into(),
                    cursor.into(),
                    rows.into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Forgets a step, whose effect is undone.
    pub(super) async fn unmark(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<(), Failure> {
        let sql = "DELETE FROM colmig_step WHERE migration = $1 AND phase = $2 AND step = $3";
        driver.execute(sql, &key(place)).await?;
        Ok(())
    }

    /// Writes the new progress of a migration, and who changed it. In a transaction.
    pub(super) async fn publish(
        &self,
        driver: &mut dyn Driver,
        migration: &Published<'_>,
        to: Progress,
    ) -> Result<(), Trouble> {
        let id = migration.id;
        let current = self.record(driver, id).await?;
        let generation = current.as_ref().map_or(0, |current| current.generation);
        if generation == migration.generation + 1
            && current.is_some_and(|current| current.progress == to)
        {
            // The last try was committed, and only its answer was lost.
            return Ok(());
        }
        if generation != migration.generation {
            return Err(Trouble::Damaged(format!(
                "the progress of {id} was changed by somebody without the lock"
            )));
        }
        let (state, phase) = words(to)?;
        let Dialect { now, database, .. } = *self.dialect;
        // What an aborted migration did is undone, so it may begin anew with other files.
        let sql = format!(
            "INSERT INTO colmig_migration (id, parent, state, phase, digest, began_at, changed_at, generation, changes) \
             VALUES ($1, $2, $3, $4, $5, {now}, {now}, $6, $7) {} \
             began_at = CASE WHEN colmig_migration.state = 'pending' THEN {} ELSE colmig_migration.began_at END, {}",
            database.or_set("id"),
            database.inserted("began_at"),
            database.set_inserted(&[
                "parent",
                "state",
                "phase",
                "digest",
                "changed_at",
                "generation",
                "changes",
            ]),
        );
        let arguments = [
            id.into(),
            migration.parent.into(),
            state.as_str().into(),
            phase.as_deref().into(),
            migration.digest.into(),
            (generation + 1).into(),
            migration.changes.into(),
        ];
        driver.execute(&sql, &arguments).await?;
        if !self.dialect.notify.is_empty() {
            driver.execute(self.dialect.notify, &[]).await?;
        }
        if matches!(to, Progress::Reverting(_)) {
            self.unswitch(driver, id).await?;
        }
        if matches!(to, Progress::Done(Phase::Backfill) | Progress::Reverting(_)) {
            self.untune(driver, id, None).await?;
        }
        if to == Progress::Aborted {
            for table in [
                "colmig_step",
                "colmig_range",
                "colmig_brake",
                "colmig_baseline",
            ] {
                driver
                    .execute(
                        &format!("DELETE FROM {table} WHERE migration = $1"),
                        &[id.into()],
                    )
                    .await?;
            }
        }
        self.audit(driver, &state, id, phase.as_deref(), None, None)
            .await?;
        Ok(())
    }

    /// Writes who did what. In a transaction.
    pub(super) async fn audit(
        &self,
        driver: &mut dyn Driver,
        action: &str,
        migration: &str,
        phase: Option<&str>,
        step: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), Failure> {
        let sql = "INSERT INTO colmig_audit (actor, action, migration, phase, step, detail) VALUES ($1, $2, $3, $4, $5, $6)";
        let arguments = [
            self.actor.as_str().into(),
            action.into(),
            migration.into(),
            phase.into(),
            step.into(),
            detail.into(),
        ];
        driver.execute(sql, &arguments).await?;
        Ok(())
    }

    /// The newest entries of the audit, the newest first.
    pub(super) async fn audited(
        &self,
        driver: &mut dyn Driver,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Trouble> {
        let at = Dialect::fill(self.dialect.iso, "at");
        let sql = format!(
            "SELECT CAST(seq AS {}), {at}, actor, action, migration, phase, step, detail FROM colmig_audit ORDER BY seq DESC LIMIT $1",
            self.dialect.database.as_integer()
        );
        let rows = driver.query(&sql, &[i64::from(limit).into()]).await?;
        rows.into_iter()
            .map(|row| {
                let mut row = Columns::of(row);
                Ok(AuditEntry {
                    seq: row.number()?,
                    at: row.text()?,
                    actor: row.text()?,
                    action: row.text()?,
                    migration: row.optional(),
                    phase: row.optional(),
                    step: row.optional(),
                    detail: row.optional(),
                })
            })
            .collect()
    }

    /// Who began a migration.
    pub(super) async fn begun_by(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<String>, Trouble> {
        let sql = "SELECT actor FROM colmig_audit WHERE migration = $1 AND action = 'running' AND phase = 'expand' \
                   ORDER BY seq DESC LIMIT 1";
        let rows = driver.query(sql, &[migration.into()]).await?;
        rows.into_iter()
            .next()
            .map(|row| Columns::of(row).text())
            .transpose()
    }
}

/// A migration whose progress is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Published<'a> {
    pub(super) id: &'a str,
    pub(super) parent: Option<&'a str>,
    pub(super) digest: &'a str,
    /// The generation of the progress that is left behind; 0 if there is no row.
    pub(super) generation: i64,
    /// What it changes, as JSON.
    pub(super) changes: &'a str,
}

fn key(place: &Place) -> [Value; 3] {
    [
        place.migration.as_str().into(),
        place.phase.name().into(),
        place.step.as_str().into(),
    ]
}
