//! How far each migration is, and each of its steps.

use std::collections::BTreeMap;

use async_trait::async_trait;
use colmig_schema::{Phase, Progress};
use mongodb::bson::doc;

use super::audit::newest;
use super::brakes::drop_brakes_of;
use super::ranges::sums_of;
use super::state::{Entry, Migration, Step};
use super::{MongoDbStore, documents, iso, unit};
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::error::Place;
use crate::migrate::store::records::{progress_of, words};
use crate::migrate::store::{Published, Record, Records, StepRecord, StepState, Steps, Trouble};
use crate::mongodb::STATE;

#[async_trait]
impl Records for MongoDbStore {
    async fn records(&self, driver: &mut dyn Driver) -> Result<BTreeMap<String, Record>, Trouble> {
        let state = unit::look(documents(driver)?).await?;
        let records = state.migrations.iter();
        records
            .map(|(id, migration)| Ok((id.clone(), record_of(id, migration)?)))
            .collect()
    }

    async fn record(&self, driver: &mut dyn Driver, id: &str) -> Result<Option<Record>, Trouble> {
        let state = unit::look_at(documents(driver)?, id).await?;
        let migration = state.migrations.get(id);
        migration
            .map(|migration| record_of(id, migration))
            .transpose()
    }

    async fn publish(
        &self,
        driver: &mut dyn Driver,
        migration: &Published<'_>,
        to: Progress,
    ) -> Result<(), Trouble> {
        let id = migration.id;
        let documents = documents(driver)?;
        let current = unit::look_at(documents, id).await?.migrations.remove(id);
        let generation = current.as_ref().map_or(0, |current| current.generation);
        let (state, phase) = words(to)?;
        let is_so = |current: &Migration| current.state == state && current.phase == phase;
        if generation == migration.generation + 1 && current.as_ref().is_some_and(is_so) {
            // The last try was written, and only its answer was lost.
            return Ok(());
        }
        if generation != migration.generation {
            return Err(Trouble::Damaged(format!(
                "the progress of {id} was changed by somebody without the lock"
            )));
        }
        unit::change(documents, |work| {
            let now = work.state.now;
            let began = current
                .as_ref()
                .filter(|current| current.state != "pending")
                .map_or(now, |current| current.began_at);
            let mut published = Migration {
                parent: migration.parent.map(str::to_owned),
                state: state.clone(),
                phase: phase.clone(),
                digest: migration.digest.to_owned(),
                began_at: began,
                changed_at: now,
                generation: generation + 1,
                changes: migration.changes.to_owned(),
                ..current.unwrap_or_else(|| Migration::new(now))
            };
            if matches!(to, Progress::Reverting(_)) {
                published.unswitch();
            }
            if matches!(to, Progress::Done(Phase::Backfill) | Progress::Reverting(_)) {
                published.untune(None);
            }
            if to == Progress::Aborted {
                let steps = std::mem::take(&mut published.steps);
                let divisions = steps.into_iter().filter_map(|step| step.division);
                work.dropped.extend(divisions);
                published.baseline.clear();
            }
            work.state.migrations.insert(id.to_owned(), published);
            work.state
                .note(&self.actor, &state, id, phase.as_deref(), None, None);
            Ok(())
        })
        .await?;
        if to == Progress::Aborted {
            // Nobody minds them from now on; they run out by themselves as well.
            drop_brakes_of(documents, doc! { "migration": id }).await?;
        }
        Ok(())
    }

    async fn begun_by(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<String>, Trouble> {
        let begun = doc! { "migration": migration, "action": "running", "phase": "expand" };
        let is_it = |entry: &Entry| {
            entry.migration.as_deref() == Some(migration)
                && entry.action == "running"
                && entry.phase.as_deref() == Some("expand")
        };
        let mut begun = newest(documents(driver)?, begun, is_it, 1).await?;
        Ok(begun.next().map(|entry| entry.actor))
    }
}

#[async_trait]
impl Steps for MongoDbStore {
    async fn steps(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Vec<StepRecord>, Trouble> {
        let documents = documents(driver)?;
        let mut state = unit::look_at(documents, migration).await?;
        let found = state.migrations.remove(migration);
        let mut steps = found.map(|migration| migration.steps).unwrap_or_default();
        steps.sort_by(|a, b| (a.updated_at, &a.step).cmp(&(b.updated_at, &b.step)));
        let mut records = Vec::with_capacity(steps.len());
        for step in steps {
            records.push(step_record(documents, step).await?);
        }
        Ok(records)
    }

    async fn step(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<Option<StepRecord>, Trouble> {
        let documents = documents(driver)?;
        let state = unit::look_at(documents, &place.migration).await?;
        match state.step(place) {
            Some(step) => step_record(documents, step.clone()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn mark(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        state: StepState,
        cursor: Option<&str>,
        rows: u64,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            let now = work.state.now;
            let step = work.state.migration(&place.migration)?.step_mut(place, now);
            step.state = state;
            step.cursor = cursor.map(str::to_owned);
            step.rows = i64::try_from(rows).unwrap_or(i64::MAX);
            step.attempts += 1;
            step.updated_at = now;
            Ok(())
        })
        .await
    }

    async fn unmark(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            if let Some(migration) = work.state.migrations.get_mut(&place.migration) {
                let phase = place.phase.name();
                let is_it = |step: &Step| step.phase == phase && step.step == place.step;
                migration.steps.retain(|step| !is_it(step));
            }
            Ok(())
        })
        .await
    }
}

fn record_of(id: &str, migration: &Migration) -> Result<Record, Trouble> {
    Ok(Record {
        id: id.to_owned(),
        progress: progress_of(id, &migration.state, migration.phase.as_deref())?,
        digest: migration.digest.clone(),
        began: iso(migration.began_at),
        changed: iso(migration.changed_at),
        generation: migration.generation,
    })
}

/// The record of a step, with what its ranges have come to.
async fn step_record(documents: &mut Documents, step: Step) -> Result<StepRecord, Trouble> {
    let changed = match &step.division {
        Some(division) => sums_of(documents, division).await?.changed,
        None => 0,
    };
    let phase = step.phase;
    Ok(StepRecord {
        phase: phase
            .parse()
            .map_err(|_| Trouble::Damaged(format!("`{phase}` in {} is no phase", STATE)))?,
        step: step.step,
        state: step.state,
        cursor: step.cursor,
        rows: step.rows.max(0).unsigned_abs() + changed,
        attempts: step.attempts.max(0).unsigned_abs(),
        updated: iso(step.updated_at),
    })
}
