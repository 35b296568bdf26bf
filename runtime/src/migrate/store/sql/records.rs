//! How far each migration is, and each of its steps.

use std::collections::BTreeMap;

use async_trait::async_trait;
use colmig_schema::{Phase, Progress};

use super::rows::{Columns, read_record, read_step};
use super::{SqlStore, key};
use crate::migrate::driver::{Driver, Failure, Words};
use crate::migrate::error::Place;
use crate::migrate::store::records::words;
use crate::migrate::store::{
    Audit, Published, Record, Records, StepRecord, StepState, Steps, Trouble, Tunings,
};

#[async_trait]
impl Records for SqlStore {
    async fn records(&self, driver: &mut dyn Driver) -> Result<BTreeMap<String, Record>, Trouble> {
        let rows = driver.query(&self.select_records(""), &[]).await?;
        rows.into_iter()
            .map(|row| read_record(row).map(|record| (record.id.clone(), record)))
            .collect()
    }

    async fn record(&self, driver: &mut dyn Driver, id: &str) -> Result<Option<Record>, Trouble> {
        let rows = driver
            .query(&self.select_records("WHERE id = $1"), &[id.into()])
            .await?;
        rows.into_iter().next().map(read_record).transpose()
    }

    async fn publish(
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
        let Words { now, database, .. } = *self.words;
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
        if !self.words.notify.is_empty() {
            driver.execute(self.words.notify, &[]).await?;
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

    async fn begun_by(
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

#[async_trait]
impl Steps for SqlStore {
    async fn steps(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Vec<StepRecord>, Trouble> {
        let sql = self.select_steps("migration = $1 ORDER BY updated_at, step");
        let rows = driver.query(&sql, &[migration.into()]).await?;
        rows.into_iter().map(read_step).collect()
    }

    async fn step(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<Option<StepRecord>, Trouble> {
        let sql = self.select_steps("migration = $1 AND phase = $2 AND step = $3");
        let rows = driver.query(&sql, &key(place)).await?;
        rows.into_iter().next().map(read_step).transpose()
    }

    async fn mark(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        state: StepState,
        cursor: Option<&str>,
        rows: u64,
    ) -> Result<(), Failure> {
        let now = self.words.now;
        let database = self.words.database;
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

    async fn unmark(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let sql = "DELETE FROM colmig_step WHERE migration = $1 AND phase = $2 AND step = $3";
        driver.execute(sql, &key(place)).await?;
        Ok(())
    }
}

impl SqlStore {
    fn select_records(&self, condition: &str) -> String {
        format!(
            "SELECT id, state, phase, digest, {}, {}, generation FROM colmig_migration {condition}",
            Words::fill(self.words.iso, "began_at"),
            Words::fill(self.words.iso, "changed_at"),
        )
    }

    fn select_steps(&self, condition: &str) -> String {
        format!(
            "SELECT phase, step, state, resume_at, CAST(row_count + coalesce((SELECT sum(changed) FROM colmig_range WHERE \
             colmig_range.migration = colmig_step.migration AND colmig_range.phase = colmig_step.phase \
             AND colmig_range.step = colmig_step.step), 0) AS {}), attempts, {} FROM colmig_step WHERE {condition}",
            self.words.database.as_integer(),
            Words::fill(self.words.iso, "updated_at"),
        )
    }
}
