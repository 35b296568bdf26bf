//! Looks whether the database is what the records say it is. It changes nothing.

use std::fmt;

use colmig_schema::script::Run;
use colmig_schema::{Phase, Progress};
use serde::Serialize;

use super::driver::{Failure, IndexState, keys_in_words};
use super::error::Error;
use super::load::Migration;
use super::migrator::{Migrator, has_begun, reading};
use super::store::{Record, StepRecord, StepState, Trouble};
use super::watch::Watch;

/// How many keys of rows that are not filled are named.
const NAMED_KEYS: i64 = 20;

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Each thing that was looked at, in the order of the migrations and their steps.
    pub checks: Vec<Check>,
    /// Whether a stop was asked for before everything had been looked at.
    pub stopped: bool,
}

impl Verification {
    /// Whether everything was looked at, and is as it should be.
    pub fn holds(&self) -> bool {
        !self.stopped && self.checks.iter().all(|check| check.finding.is_none())
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The migration.
    pub migration: String,
    /// The phase, where it is about one.
    pub phase: Option<Phase>,
    /// The step, where it is about one.
    pub step: Option<String>,
    /// What is looked at.
    pub what: String,
    /// What is wrong; none if it is as it should be.
    pub finding: Option<String>,
    /// Some keys of the rows that are wrong.
    pub keys: Vec<String>,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.migration, self.what)?;
        match &self.finding {
            Some(finding) => f.write_str(finding)?,
            None => f.write_str("as it should be")?,
        }
        match self.keys.as_slice() {
            [] => Ok(()),
            keys => write!(f, " ({})", keys.join("; ")),
        }
    }
}

impl Migrator {
    /// Compares the database with what is recorded of the migrations under way: files,
    /// steps, rows, indexes. It changes nothing, and takes no lock.
    ///
    /// # Errors
    /// The database refuses, or the connection is lost.
    pub async fn verify(
        &mut self,
        migrations: &[Migration],
        watch: &Watch,
    ) -> Result<Verification, Error> {
        self.wake().await?;
        let mut found = Verification::default();
        let mut records = self
            .store
            .records(&mut *self.driver)
            .await
            .map_err(reading)?;
        for migration in migrations {
            let Some(record) = records.remove(migration.id()).filter(has_begun) else {
                continue;
            };
            if watch.stop.is_requested() {
                found.stopped = true;
                break;
            }
            self.verify_one(migration, &record, watch, &mut found)
                .await
                .map_err(reading)?;
        }
        for record in records
            .values()
            .filter(|record| has_begun(record) && !found.stopped)
        {
            found.checks.push(Check {
                migration: record.id.clone(),
                phase: None,
                step: None,
                what: "the files".to_owned(),
                finding: Some(format!("it is {}, and not in the folder", record.progress)),
                keys: Vec::new(),
            });
        }
        Ok(found)
    }

    async fn verify_one(
        &mut self,
        migration: &Migration,
        record: &Record,
        watch: &Watch,
        found: &mut Verification,
    ) -> Result<(), Trouble> {
        let check = |what: String, finding: Option<String>| Check {
            migration: record.id.clone(),
            phase: None,
            step: None,
            what,
            finding,
            keys: Vec::new(),
        };
        let edited = record.digest != migration.digest();
        let finding = edited.then(|| "they are not those that it began with".to_owned());
        found.checks.push(check("the files".to_owned(), finding));
        // What a finished migration left is the application's own by now.
        if edited || record.progress == Progress::Finished {
            return Ok(());
        }
        let recorded = self.store.steps(&mut *self.driver, &record.id).await?;
        for phase in Phase::ALL
            .into_iter()
            .filter(|phase| record.progress.has_done(*phase))
        {
            for step in migration.steps(phase) {
                if watch.stop.is_requested() {
                    found.stopped = true;
                    return Ok(());
                }
                let what = format!("{} in phase {phase}", step.id);
                let is_done = |found: &&StepRecord| {
                    found.phase == phase && found.step == step.id && found.state == StepState::Done
                };
                let (finding, keys) = match recorded.iter().find(is_done) {
                    None => (Some("it is not recorded as done".to_owned()), Vec::new()),
                    Some(_) => self.verify_step(&step.run).await?,
                };
                found.checks.push(Check {
                    phase: Some(phase),
                    step: Some(step.id.clone()),
                    keys,
                    ..check(what, finding)
                });
            }
        }
        Ok(())
    }

    /// What is wrong with the effect of a step, and with which rows.
    async fn verify_step(&mut self, run: &Run) -> Result<(Option<String>, Vec<String>), Failure> {
        match run {
            Run::Backfill(backfill) => {
                let rows = self
                    .driver
                    .query(&backfill.pending, &[NAMED_KEYS.into()])
                    .await?;
                let keys = keys_in_words(rows, &backfill.shown);
                let finding = (!keys.is_empty()).then(|| {
                    format!(
                        "rows of `{}` are not what the rule gives, by {}",
                        backfill.table,
                        backfill.key.join(", ")
                    )
                });
                Ok((finding, keys))
            }
            Run::Alone { cleanup, .. } => {
                let Some(drop) = cleanup.first() else {
                    return Ok((None, Vec::new()));
                };
                let finding = match self.driver.index(drop).await? {
                    IndexState::Valid => None,
                    IndexState::Invalid => {
                        Some("the index is invalid: no query uses it".to_owned())
                    }
                    IndexState::Missing => Some("the index is not there".to_owned()),
                };
                Ok((finding, Vec::new()))
            }
            // What a function of the application gives, nobody else can say: shadow reads compare.
            Run::Transaction(_) | Run::Convert(_) => Ok((None, Vec::new())),
        }
    }
}
