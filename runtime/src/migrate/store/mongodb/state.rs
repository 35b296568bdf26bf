//! The document that holds what must change together: how far each migration is, which instances
//! read, who holds the lock.
//!
//! A server by itself has no transactions over documents, and changes one document atomically. So
//! this is one document, which [`unit`](super::unit) writes.

use std::collections::BTreeMap;

use mongodb::bson::{DateTime, Document, deserialize_from_document, doc};
use serde::{Deserialize, Serialize};

use crate::migrate::driver::{Documents, Failure};
use crate::migrate::error::Place;
use crate::migrate::store::StepState;
use crate::mongodb::{ID, STATE};

/// The document, as it was read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct State {
    /// Counts what is written by a unit, who joins, and how often a switch is moved.
    pub(super) rev: i64,
    pub(super) lock: Option<Lock>,
    #[serde(default)]
    pub(super) migrations: BTreeMap<String, Migration>,
    /// The number of the newest entry of the audit.
    #[serde(default)]
    pub(super) audit_seq: i64,
    /// The entries that may not stand in their own collection yet.
    #[serde(default)]
    pub(super) audit: Vec<Entry>,
    /// The time by the server's clock, when this was read. Not written.
    pub(super) now: DateTime,
}

/// The run lock.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Lock {
    pub(super) owner: String,
    pub(super) actor: String,
    pub(super) taken_at: DateTime,
    pub(super) expires_at: DateTime,
}

/// How far a migration is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Migration {
    pub(super) parent: Option<String>,
    pub(super) state: String,
    pub(super) phase: Option<String>,
    pub(super) digest: String,
    pub(super) began_at: DateTime,
    pub(super) changed_at: DateTime,
    pub(super) generation: i64,
    /// What it changes, as JSON.
    pub(super) changes: String,
    /// From which side replaced fields are read, once that was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) switch: Option<Switched>,
    #[serde(default)]
    pub(super) steps: Vec<Step>,
    #[serde(default)]
    pub(super) tuning: Vec<Setting>,
    #[serde(default)]
    pub(super) baseline: Vec<Noted>,
}

/// The read switch of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Switched {
    pub(super) reads: String,
    /// How often it was moved.
    pub(super) switched: i64,
    pub(super) limit: i64,
    pub(super) show_values: bool,
    pub(super) by: String,
    pub(super) at: DateTime,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) phase: String,
    pub(super) step: String,
    pub(super) state: StepState,
    pub(super) cursor: Option<String>,
    pub(super) rows: i64,
    pub(super) attempts: i64,
    pub(super) updated_at: DateTime,
    /// The name of the ranges by which it is worked on. Others, of a try that was never written
    /// down here, are nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) division: Option<String>,
}

/// A setting that was changed for the time of a backfill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Setting {
    pub(super) setting: String,
    pub(super) value: String,
    pub(super) by: String,
    pub(super) at: DateTime,
}

/// What was so when a backfill began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Noted {
    pub(super) phase: String,
    pub(super) step: String,
    pub(super) name: String,
    pub(super) value: String,
}

/// An entry of the audit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its key, where it stands in its own collection.
    #[serde(alias = "_id")]
    pub(super) seq: i64,
    pub(super) at: DateTime,
    pub(super) actor: String,
    pub(super) action: String,
    pub(super) migration: Option<String>,
    pub(super) phase: Option<String>,
    pub(super) step: Option<String>,
    pub(super) detail: Option<String>,
}

impl Migration {
    /// What is recorded of a step.
    pub(super) fn step(&self, place: &Place) -> Option<&Step> {
        let phase = place.phase.name();
        let mut steps = self.steps.iter();
        steps.find(|step| step.phase == phase && step.step == place.step)
    }

    /// The same, which comes to be if nothing is.
    pub(super) fn step_mut(&mut self, place: &Place, now: DateTime) -> &mut Step {
        let phase = place.phase.name();
        let is_it = |step: &Step| step.phase == phase && step.step == place.step;
        let at = self.steps.iter().position(is_it).unwrap_or_else(|| {
            self.steps.push(Step {
                phase: phase.to_owned(),
                step: place.step.clone(),
                state: StepState::Intent,
                cursor: None,
                rows: 0,
                attempts: 0,
                updated_at: now,
                division: None,
            });
            self.steps.len() - 1
        });
        &mut self.steps[at]
    }

    /// One of which nothing is known.
    pub(super) fn new(now: DateTime) -> Self {
        Migration {
            parent: None,
            state: String::new(),
            phase: None,
            digest: String::new(),
            began_at: now,
            changed_at: now,
            generation: 0,
            changes: String::new(),
            switch: None,
            steps: Vec::new(),
            tuning: Vec::new(),
            baseline: Vec::new(),
        }
    }
}

impl State {
    /// What is recorded of a step.
    pub(super) fn step(&self, place: &Place) -> Option<&Step> {
        self.migrations.get(&place.migration)?.step(place)
    }

    /// A migration, which has to be there by now.
    pub(super) fn migration(&mut self, id: &str) -> Result<&mut Migration, Failure> {
        let migration = self.migrations.get_mut(id);
        migration.ok_or_else(|| Failure::refused(format!("`{ID}` in {STATE} knows no {id}")))
    }

    /// Adds to the audit.
    pub(super) fn note(
        &mut self,
        actor: &str,
        action: &str,
        migration: &str,
        phase: Option<&str>,
        step: Option<&str>,
        detail: Option<&str>,
    ) {
        self.audit_seq += 1;
        self.audit.push(Entry {
            seq: self.audit_seq,
            at: self.now,
            actor: actor.to_owned(),
            action: action.to_owned(),
            migration: Some(migration.to_owned()),
            phase: phase.map(str::to_owned),
            step: step.map(str::to_owned),
            detail: detail.map(str::to_owned),
        });
    }
}

/// Reads the document; none before anything was created.
pub(super) async fn read(documents: &mut Documents) -> Result<Option<State>, Failure> {
    read_of(documents, doc! { "$set": { "now": "$$NOW" } }).await
}

/// The same, of which only one migration is wanted, and no entry of the audit.
pub(super) async fn read_only(
    documents: &mut Documents,
    migration: &str,
) -> Result<State, Failure> {
    let mut wanted = doc! { "rev": 1, "lock": 1, "now": "$$NOW" };
    // A name that would be read as a path is found among all.
    let path = match is_plain(migration) {
        true => format!("migrations.{migration}"),
        false => "migrations".to_owned(),
    };
    wanted.insert(path, 1);
    let state = read_of(documents, doc! { "$project": wanted }).await?;
    state.ok_or_else(missing)
}

async fn read_of(documents: &mut Documents, stage: Document) -> Result<Option<State>, Failure> {
    let pipeline = vec![doc! { "$match": { "_id": ID } }, stage];
    let found = documents.aggregate(STATE, pipeline).await?;
    let Some(found) = found.into_iter().next() else {
        return Ok(None);
    };
    let read = deserialize_from_document(found);
    read.map(Some)
        .map_err(|error| Failure::refused(format!("`{ID}` in {STATE} cannot be read: {error}")))
}

pub(super) fn missing() -> Failure {
    Failure::refused(format!(
        "`{ID}` in {STATE} is gone: take it back from a backup"
    ))
}

/// Whether a name is one part of a path.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['.', '$', '\0'])
}
