//! How far each migration is, and each of its steps.

use std::collections::BTreeMap;

use async_trait::async_trait;
use colmig_schema::{Phase, Progress};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::error::Place;

/// How far a migration is on this database.
#[derive(Clone, Debug)]
pub(in crate::migrate) struct Record {
    pub(in crate::migrate) id: String,
    pub(in crate::migrate) progress: Progress,
    pub(in crate::migrate) digest: String,
    /// In ISO 8601.
    pub(in crate::migrate) began: String,
    /// In ISO 8601.
    pub(in crate::migrate) changed: String,
    /// Counts the changes of progress.
    pub(in crate::migrate) generation: i64,
}

/// Whether a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::migrate) enum StepState {
    /// Begun: its effect is there, or not, or in part.
    Intent,
    /// Its effect is there.
    Done,
}

/// What is recorded of a step.
#[derive(Clone, Debug)]
pub(in crate::migrate) struct StepRecord {
    pub(in crate::migrate) phase: Phase,
    pub(in crate::migrate) step: String,
    pub(in crate::migrate) state: StepState,
    pub(in crate::migrate) cursor: Option<String>,
    pub(in crate::migrate) rows: u64,
    pub(in crate::migrate) attempts: u64,
    pub(in crate::migrate) updated: String,
}

/// A migration whose progress is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::migrate) struct Published<'a> {
    pub(in crate::migrate) id: &'a str,
    pub(in crate::migrate) parent: Option<&'a str>,
    pub(in crate::migrate) digest: &'a str,
    /// The generation of the progress that is left behind; 0 if there is no row.
    pub(in crate::migrate) generation: i64,
    /// What it changes, as JSON.
    pub(in crate::migrate) changes: &'a str,
}

/// How far each migration is.
#[async_trait]
pub(in crate::migrate) trait Records {
    /// Every migration that has begun.
    async fn records(&self, driver: &mut dyn Driver) -> Result<BTreeMap<String, Record>, Trouble>;

    /// One migration, if it has begun.
    async fn record(&self, driver: &mut dyn Driver, id: &str) -> Result<Option<Record>, Trouble>;

    /// Writes the new progress of a migration, and who changed it. In a transaction.
    async fn publish(
        &self,
        driver: &mut dyn Driver,
        migration: &Published<'_>,
        to: Progress,
    ) -> Result<(), Trouble>;

    /// Who began a migration.
    async fn begun_by(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<String>, Trouble>;
}

/// How far each step is.
#[async_trait]
pub(in crate::migrate) trait Steps {
    /// What is recorded of the steps of a migration.
    async fn steps(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Vec<StepRecord>, Trouble>;

    /// What is recorded of one step.
    async fn step(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<Option<StepRecord>, Trouble>;

    /// Records that a step is begun or done.
    async fn mark(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        state: StepState,
        cursor: Option<&str>,
        rows: u64,
    ) -> Result<(), Failure>;

    /// Forgets a step, whose effect is undone.
    async fn unmark(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure>;
}

/// A progress as a state and a phase, in the words that serde has for it.
pub(super) fn words(progress: Progress) -> Result<(String, Option<String>), Trouble> {
    let value =
        serde_json::to_value(progress).map_err(|error| Trouble::Damaged(error.to_string()))?;
    let word = |name: &str| {
        value
            .get(name)
            .and_then(|word| word.as_str())
            .map(str::to_owned)
    };
    let state =
        word("state").ok_or_else(|| Trouble::Damaged(format!("`{progress}` has no name")))?;
    Ok((state, word("phase")))
}

/// The progress that the two mean.
pub(super) fn progress_of(
    migration: &str,
    state: &str,
    phase: Option<&str>,
) -> Result<Progress, Trouble> {
    let progress = serde_json::from_value(match phase {
        Some(phase) => json!({ "state": state, "phase": phase }),
        None => json!({ "state": state }),
    });
    progress.map_err(|error| Trouble::Damaged(format!("the progress of {migration}: {error}")))
}
