//! Looks whether the database is what the records say it is. It changes nothing, unless it is
//! asked to mend rows.

use std::fmt;

use colmig_schema::comparison::Comparison;
use colmig_schema::script::{Run, Step};
use colmig_schema::{Phase, Progress, Side};
use serde::Serialize;
use tokio::time::sleep;
use tracing::Instrument as _;

use super::compare::{self, Compared, Mended, Pass, Pulse, comparisons, place_of};
use super::driver::{Failure, IndexState, keys_in_words};
use super::error::Error;
use super::load::Migration;
use super::migrator::{Migrator, has_begun, reading};
use super::outcome::Outcome;
use super::retry::Attempts;
use super::session::{Halt, Session};
use super::spans;
use super::store::{Record, StepRecord, StepState, Trouble};
use super::watch::Watch;

/// How many keys of rows are named, if nothing else is asked for.
const NAMED_KEYS: u64 = 20;

/// How the database is looked at.
///
/// ```
/// use colmig::migrate::{Repair, Verifying};
/// let mut verifying = Verifying::default();
/// assert_eq!(verifying.limit, 20);
/// verifying.repair = Some(Repair::default());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verifying {
    /// How many keys of rows that differ are named for each comparison; all if it is 0.
    pub limit: u64,
    /// Whether what both sides hold stands beside a key.
    pub show_values: bool,
    /// Whether rows in which the sides differ are mended, and how.
    pub repair: Option<Repair>,
}

impl Default for Verifying {
    fn default() -> Self {
        Verifying {
            limit: NAMED_KEYS,
            show_values: false,
            repair: None,
        }
    }
}

/// How rows are mended in which the two sides of a column differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// The side that is right; by default the one that is read.
    pub from: Option<Side>,
}

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

    /// What could not be looked at here: columns that functions of the application fill or
    /// convert.
    pub fn not_compared(&self) -> impl Iterator<Item = &Check> {
        let checks = self.checks.iter();
        checks.filter(|check| check.finding.is_none() && check.not_compared.is_some())
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
    /// Some keys of the rows that are wrong, or were before they were mended.
    pub keys: Vec<String>,
    /// What a comparison of two sides came to, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Compared>,
    /// Why nobody could look at it here, and who can; none where it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_compared: Option<String>,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.migration, self.what)?;
        if let (None, Some(why)) = (&self.finding, &self.not_compared) {
            return write!(f, "NOT COMPARED: {why}");
        }
        match (&self.finding, &self.compared) {
            (Some(finding), _) => f.write_str(finding)?,
            (None, Some(Compared { mended: 1.., .. })) => f.write_str("mended")?,
            (None, _) => f.write_str("as it should be")?,
        }
        if let Some(compared) = &self.compared {
            write!(f, "; {compared}")?;
        }
        match self.keys.as_slice() {
            [] => Ok(()),
            keys => {
                write!(f, " ({}", keys.join("; "))?;
                let all = self.compared.as_ref().map_or(0, |found| found.differing);
                match all.saturating_sub(keys.len() as u64) {
                    0 => f.write_str(")"),
                    more => write!(f, "; and {more} more)"),
                }
            }
        }
    }
}

impl Migrator {
    /// Compares the database with what is recorded of the migrations under way: files,
    /// steps, rows, indexes; and both sides of every column from the end of its backfill until
    /// contract, over the whole table. It changes nothing, and takes no lock that a writer
    /// waits for. A repair takes the run lock, and mends rows.
    ///
    /// # Errors
    /// The database refuses, or the connection is lost for longer than the settings have
    /// patience. For a repair everything that [`Error`] lists.
    pub async fn verify(
        &mut self,
        migrations: &[Migration],
        verifying: &Verifying,
        watch: &Watch,
    ) -> Result<Verification, Error> {
        self.wake().await?;
        let mut found = Verification::default();
        let mut standing = Vec::new();
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
            // With other files nobody knows what its statements mean.
            if record.digest == migration.digest() {
                standing.push((migration, record.progress));
            }
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
                compared: None,
                not_compared: None,
            });
        }
        if found.stopped {
            return Ok(found);
        }
        match verifying.repair {
            None => {
                self.compare_all(&standing, verifying, watch, &mut found)
                    .await?;
            }
            Some(repair) => {
                self.mend_all(migrations, &standing, verifying, repair, watch, &mut found)
                    .await?;
            }
        }
        Ok(found)
    }

    async fn compare_all(
        &mut self,
        standing: &[(&Migration, Progress)],
        verifying: &Verifying,
        watch: &Watch,
        found: &mut Verification,
    ) -> Result<(), Error> {
        for (migration, progress) in standing {
            for (step, comparison) in comparisons(migration, *progress) {
                let pass = self.compare(migration, step, comparison, verifying.limit, watch);
                let Some(pass) = pass.await? else {
                    found.stopped = true;
                    return Ok(());
                };
                let compared = pass.compared(comparison);
                let finding = (compared.differing > 0).then(|| {
                    let what = compare::what(comparison);
                    format!("{what}: `cargo colmig verify --repair` mends it")
                });
                found.checks.push(Check {
                    finding,
                    keys: pass.keys_in_words(comparison, verifying.show_values),
                    compared: Some(compared),
                    ..Check::of(migration, step, comparison)
                });
            }
        }
        Ok(())
    }

    /// One pass, without the run lock; none if a stop was asked for.
    async fn compare(
        &mut self,
        migration: &Migration,
        step: &Step,
        comparison: &Comparison,
        limit: u64,
        watch: &Watch,
    ) -> Result<Option<Pass>, Error> {
        let place = place_of(migration, step);
        let settings = self.settings().clone();
        let estimated = self.driver.estimate(&comparison.table).await.ok().flatten();
        let mut pass = Pass::new(limit);
        let mut pulse = Pulse::new(estimated);
        let mut attempts = Attempts::new(&settings);
        loop {
            if watch.stop.is_requested() {
                return Ok(None);
            }
            let driver = &mut *self.driver;
            let (busy, chunk) = pass.look(driver, comparison.search(), &settings).await;
            let pause = match chunk {
                Ok(Some(_)) => {
                    attempts = Attempts::new(&settings);
                    pulse.beat(watch, &place, &pass);
                    compare::rest(busy, settings.duty, self.driver.dialect())
                }
                Ok(None) => return Ok(Some(pass)),
                Err(failure @ (Failure::LockTimeout(_) | Failure::Again(_) | Failure::Lost(_))) => {
                    let lost = matches!(failure, Failure::Lost(_));
                    let Some(pause) = attempts.pause() else {
                        return Err(reading_rows(&failure));
                    };
                    if lost {
                        // If it fails, the next range says so.
                        let _ = self.driver.reconnect().await;
                    }
                    pause
                }
                Err(failure) => return Err(reading_rows(&failure)),
            };
            tokio::select! {
                () = sleep(pause) => {}
                () = watch.stop.requested() => return Ok(None),
            }
        }
    }

    async fn mend_all(
        &mut self,
        migrations: &[Migration],
        standing: &[(&Migration, Progress)],
        verifying: &Verifying,
        repair: Repair,
        watch: &Watch,
        found: &mut Verification,
    ) -> Result<(), Error> {
        let command = "cargo colmig verify --repair".to_owned();
        let database = self.database();
        let Some(mut session) = self.open(watch, command).await? else {
            found.stopped = true;
            return Ok(());
        };
        let work = session.mend_all(migrations, standing, verifying, repair, found);
        let result = work.instrument(spans::run("verify", database)).await;
        match session.close(result).await? {
            Outcome::Done => {}
            Outcome::Held {
                migration,
                phase,
                gate,
            } => found.checks.push(Check {
                migration,
                phase: Some(phase),
                step: None,
                what: "the repair".to_owned(),
                finding: Some(gate),
                keys: Vec::new(),
                compared: None,
                not_compared: None,
            }),
            _ => found.stopped = true,
        }
        Ok(())
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
            compared: None,
            not_compared: None,
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
                // The rows that it compares are compared anyhow.
                if matches!(step.run, Run::Compare(_)) {
                    continue;
                }
                let what = format!("{} in phase {phase}", step.id);
                let is_done = |found: &&StepRecord| {
                    found.phase == phase && found.step == step.id && found.state == StepState::Done
                };
                let (finding, keys) = match recorded.iter().find(is_done) {
                    None => (Some("it is not recorded as done".to_owned()), Vec::new()),
                    // So are those that it filled, and in ranges.
                    Some(_) if is_compared(migration, step) => (None, Vec::new()),
                    Some(_) => self.verify_step(&step.run).await?,
                };
                found.checks.push(Check {
                    phase: Some(phase),
                    step: Some(step.id.clone()),
                    keys,
                    // Once, of the two steps that a collection has of it.
                    not_compared: not_compared(&step.run).filter(|_| phase == Phase::Backfill),
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
                    IndexState::Partial => {
                        Some("partitions lack their part of the index: no query uses it".to_owned())
                    }
                    IndexState::Missing => Some("the index is not there".to_owned()),
                };
                Ok((finding, Vec::new()))
            }
            Run::OneByOne(statements) => {
                for statement in statements {
                    if let Some(lost) = self.driver.lost(statement).await? {
                        return Ok((Some(lost), Vec::new()));
                    }
                }
                Ok((None, Vec::new()))
            }
            // What a function of the application gives, nobody else can say: `not_compared` does say so.
            // What was searched for is what the constraint sees to by now.
            Run::Transaction(_)
            | Run::Compare(_)
            | Run::CheckRows(_)
            | Run::CheckDependents(_)
            | Run::Convert(_) => Ok((None, Vec::new())),
        }
    }
}

impl Session<'_> {
    async fn mend_all(
        &mut self,
        migrations: &[Migration],
        standing: &[(&Migration, Progress)],
        verifying: &Verifying,
        repair: Repair,
        found: &mut Verification,
    ) -> Result<(), Halt> {
        self.refuse_strangers(migrations).await?;
        for (migration, _) in standing {
            // Another run may have ended since.
            let progress = self.standing_of(migration).await?.progress;
            for (step, comparison) in comparisons(migration, progress) {
                let mended = self
                    .mend(
                        migration,
                        progress,
                        (step, comparison),
                        repair.from,
                        verifying.limit,
                    )
                    .await?;
                let check = Check::of(migration, step, comparison);
                found.checks.push(match mended {
                    Ok(mended) => check.of_mended(mended, comparison, verifying.show_values),
                    Err(why) => Check {
                        finding: Some(why),
                        ..check
                    },
                });
            }
        }
        Ok(())
    }
}

/// Why a column that a function in Rust fills or converts is not compared here.
fn not_compared(run: &Run) -> Option<String> {
    let Run::Convert(convert) = run else {
        return None;
    };
    let (table, target, up) = (&convert.table, &convert.target, &convert.up);
    Some(match convert.fills {
        true => format!(
            "`{target}` of `{table}` is what the function `{up}` gave, or what was written since: nothing says any more which"
        ),
        false => format!(
            "`{}` and `{target}` of `{table}` follow from each other by the function `{up}`, which only the application can call: \
             `cargo colmig switch --reads shadow` lets it compare each row that it reads",
            convert.read.join("`, `")
        ),
    })
}

impl Check {
    /// That both sides are the same.
    fn of(migration: &Migration, step: &Step, comparison: &Comparison) -> Check {
        let key = comparison.key.join(", ");
        Check {
            migration: migration.id().to_owned(),
            phase: Some(Phase::Constrain),
            step: Some(step.id.clone()),
            what: format!("every row of `{}`, by {key}", comparison.table),
            finding: None,
            keys: Vec::new(),
            compared: None,
            not_compared: None,
        }
    }

    fn of_mended(self, mended: Mended, comparison: &Comparison, values: bool) -> Check {
        let Mended {
            compared,
            pass,
            resisting,
            reason,
        } = mended;
        let finding = (compared.resisting > 0).then(|| {
            let why = match reason {
                Some(reason) => format!("the database says: {reason}"),
                None => "one side cannot hold what the other one says".to_owned(),
            };
            format!(
                "{}, and stays so, for {why}: write a value to {} yourself",
                compare::what(comparison),
                compare::words_of(resisting, comparison, values).join("; "),
            )
        });
        Check {
            finding,
            keys: pass.keys_in_words(comparison, values),
            compared: Some(compared),
            ..self
        }
    }
}

/// Whether the rows that a step fills are compared by another.
fn is_compared(migration: &Migration, step: &Step) -> bool {
    let filled = step.id.strip_prefix("backfill_");
    let mut others = migration.steps(Phase::Constrain).iter();
    filled.is_some()
        && others.any(|other| {
            matches!(other.run, Run::Compare(_)) && other.id.strip_prefix("compare_") == filled
        })
}

fn reading_rows(failure: &Failure) -> Error {
    Error::State {
        what: "compare the rows of a table",
        message: failure.message().to_owned(),
    }
}
