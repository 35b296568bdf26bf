//! How far each migration is, for people. It takes no lock and waits for nobody.

use colmig_schema::script::Run;
use colmig_schema::{Database, Phase, Progress};
use serde::Serialize;

use super::backfill::Hold;
use super::conversion_status::{self, ConversionStatus};
use super::error::{Error, Place};
use super::fleet_status::{self, FleetStatus};
use super::load::Migration;
use super::migrator::{Migrator, has_begun, reading};
use super::outcome::{Mismatch, RunLock};
use super::resisting::Resisting;
use super::store::{Record, StepRecord, StepState, Trouble};
use super::tuning::Tuned;

/// How far everything is on one database.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The database.
    pub database: Database,
    /// Who executes migrations right now.
    pub run_lock: Option<RunLock>,
    /// The live instances of the application.
    pub fleet: FleetStatus,
    /// The migrations of the folder, in their order.
    pub migrations: Vec<MigrationStatus>,
    /// Migrations that have begun on this database and are not in the folder.
    pub missing: Vec<MissingStatus>,
}

/// How far one migration is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The name.
    pub id: String,
    /// The migration that comes first.
    pub parent: Option<String>,
    /// What it does, one line for each change.
    pub changes: Vec<String>,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
    /// When it was begun, by the database's clock.
    pub began: Option<String>,
    /// When its progress changed last.
    pub changed: Option<String>,
    /// Who began it.
    pub by: Option<String>,
    /// Whether its files are not those that it began with.
    pub edited: bool,
    /// From where replaced columns are read; none as long as nobody has moved the switch.
    pub reads: Option<ReadsStatus>,
    /// The settings that were changed for its backfill, until that is done.
    pub tuned: Vec<Tuned>,
    /// The steps of all phases, in their order.
    pub steps: Vec<StepStatus>,
}

/// From where replaced columns are read.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReadsStatus {
    /// As `cargo colmig switch --reads` takes it.
    pub from: String,
    /// Since when, by the database's clock.
    pub since: String,
    /// Who moved the switch; or that mismatches did.
    pub by: String,
    /// The comparisons of both sides that found two values since.
    pub mismatches: u64,
    /// How many of those are put up with.
    pub limit: u64,
    /// The newest of them.
    pub newest: Vec<Mismatch>,
}

/// As many comparisons are shown.
const NEWEST: i64 = 20;

/// How far one step is.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StepStatus {
    /// The phase.
    pub phase: Phase,
    /// The step.
    pub step: String,
    /// How far it is.
    pub state: StepProgress,
    /// The rows that a backfill has filled.
    pub rows: u64,
    /// The rows of the table of a backfill that is under way, as far as the database
    /// knows without counting.
    pub estimated_rows: Option<u64>,
    /// What holds a backfill that is under way, as its processes have written it down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Hold>,
    /// How often it was written down: the batches of a backfill, or tries.
    pub attempts: u64,
    /// When that was last.
    pub updated: Option<String>,
    /// Who fills rows right now: each process with a worker that holds a range.
    pub workers: Vec<WorkingProcess>,
    /// The rows that a constraint which is to come would refuse, as they were found last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resisting: Option<Resisting>,
    /// How far the application is with it, where it does it by a function in Rust and has
    /// begun to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion: Option<ConversionStatus>,
}

/// A process that fills rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WorkingProcess {
    /// User, host and process.
    pub process: String,
    /// How many workers of it hold a range.
    pub workers: u32,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepProgress {
    /// Not begun.
    Pending,
    /// Begun.
    Running,
    /// Done.
    Done,
}

/// A migration of which only the database knows.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MissingStatus {
    /// The name.
    pub id: String,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
}

impl Migrator {
    /// How far everything is. It takes no lock, and works while another process runs.
    ///
    /// # Errors
    /// The database refuses, or the connection is lost.
    pub async fn status(&mut self, migrations: &[Migration]) -> Result<Status, Error> {
        self.wake().await?;
        let mut records = self
            .store
            .records(&mut *self.driver)
            .await
            .map_err(reading)?;
        let run_lock = self
            .store
            .lock_holder(&mut *self.driver)
            .await
            .map_err(reading)?;
        let fleet = fleet_status::look(&mut *self.driver, &*self.store, migrations, |id| {
            let record = records.get(id);
            record.map_or(Progress::Pending, |record| record.progress)
        });
        let fleet = fleet.await.map_err(reading)?;
        let mut statuses = Vec::with_capacity(migrations.len());
        for migration in migrations {
            let record = records.remove(migration.id());
            statuses.push(self.status_of(migration, record).await?);
        }
        let missing = records
            .into_values()
            .filter(has_begun)
            .map(|record| MissingStatus {
                id: record.id,
                progress: record.progress,
            })
            .collect();
        Ok(Status {
            database: self.database(),
            run_lock,
            fleet,
            migrations: statuses,
            missing,
        })
    }

    async fn status_of(
        &mut self,
        migration: &Migration,
        record: Option<Record>,
    ) -> Result<MigrationStatus, Error> {
        let driver = &mut *self.driver;
        let (recorded, by) = match &record {
            Some(record) => (
                self.store
                    .steps(driver, &record.id)
                    .await
                    .map_err(reading)?,
                self.store
                    .begun_by(driver, &record.id)
                    .await
                    .map_err(reading)?,
            ),
            None => (Vec::new(), None),
        };
        let progress = record
            .as_ref()
            .map_or(Progress::Pending, |record| record.progress);
        let reads = match migration.replaces() {
            true => self.reads_of(migration.id()).await.map_err(reading)?,
            false => None,
        };
        let driver = &mut *self.driver;
        let tuned = match progress.has_done(Phase::Backfill) {
            true => Vec::new(),
            false => self
                .store
                .tuned(driver, migration.id())
                .await
                .map_err(reading)?,
        };
        let mut steps = Vec::new();
        for phase in Phase::ALL {
            for step in migration.steps(phase) {
                let found = recorded
                    .iter()
                    .find(|found| found.phase == phase && found.step == step.id);
                let mut status = step_status(phase, &step.id, found, progress);
                if let (Run::CheckRows(_), StepProgress::Running) = (&step.run, status.state) {
                    let found = found.and_then(|found| found.cursor.as_deref());
                    status.resisting = found.and_then(|found| serde_json::from_str(found).ok());
                }
                let filled = match &step.run {
                    Run::Backfill(backfill) => Some(&backfill.table),
                    Run::Convert(convert) => Some(&convert.table),
                    Run::Transaction(_)
                    | Run::OneByOne(_)
                    | Run::Alone { .. }
                    | Run::Compare(_)
                    | Run::CheckRows(_)
                    | Run::CheckDependents(_) => None,
                };
                if let Some(table) = filled
                    && status.state == StepProgress::Running
                {
                    // Of the status, and no reason to have none.
                    status.estimated_rows = driver.estimate(table).await.ok().flatten();
                    let place = Place {
                        migration: migration.id().to_owned(),
                        phase,
                        step: step.id.clone(),
                    };
                    let working = self.store.working(driver, &place).await;
                    status.workers = working
                        .map_err(reading)?
                        .into_iter()
                        .map(|(process, workers)| WorkingProcess { process, workers })
                        .collect();
                    let held = self.store.holds(driver, &place, None).await;
                    status.held = held.map_err(reading)?;
                }
                if let (Run::Convert(convert), StepProgress::Running) = (&step.run, status.state) {
                    let place = Place {
                        migration: migration.id().to_owned(),
                        phase,
                        step: step.id.clone(),
                    };
                    let found = conversion_status::look(driver, &*self.store, &place, convert);
                    status.conversion = found.await.map_err(reading)?;
                    // Of this step nothing else is written down before it is done.
                    status.rows = status.conversion.as_ref().map_or(0, |found| found.filled);
                }
                steps.push(status);
            }
        }
        Ok(MigrationStatus {
            id: migration.id().to_owned(),
            parent: migration.parent().map(str::to_owned),
            changes: migration
                .manifest()
                .changes
                .iter()
                .map(|change| change.summary.clone())
                .collect(),
            progress,
            edited: record
                .as_ref()
                .is_some_and(|record| has_begun(record) && record.digest != migration.digest()),
            began: record.as_ref().map(|record| record.began.clone()),
            changed: record.map(|record| record.changed),
            by,
            reads,
            tuned,
            steps,
        })
    }

    async fn reads_of(&mut self, migration: &str) -> Result<Option<ReadsStatus>, Trouble> {
        let driver = &mut *self.driver;
        let Some(switch) = self.store.switch(driver, migration).await? else {
            return Ok(None);
        };
        let newest = self.store.mismatches(driver, migration, NEWEST).await?;
        Ok(Some(ReadsStatus {
            from: switch.reads.to_string(),
            since: switch.since,
            by: switch.by,
            mismatches: switch.evidence.mismatches,
            limit: switch.evidence.limit,
            newest,
        }))
    }
}

fn step_status(
    phase: Phase,
    step: &str,
    record: Option<&StepRecord>,
    progress: Progress,
) -> StepStatus {
    StepStatus {
        phase,
        step: step.to_owned(),
        state: match record.map(|record| record.state) {
            Some(StepState::Done) => StepProgress::Done,
            Some(StepState::Intent) => StepProgress::Running,
            // A finished migration of which the records were tidied away.
            None if progress == Progress::Finished => StepProgress::Done,
            None => StepProgress::Pending,
        },
        rows: record.map_or(0, |record| record.rows),
        estimated_rows: None,
        held: Vec::new(),
        attempts: record.map_or(0, |record| record.attempts),
        updated: record.map(|record| record.updated.clone()),
        workers: Vec::new(),
        resisting: None,
        conversion: None,
    }
}
