//! Waits for the application to convert what only a function of its own can.
//!
//! The executor opens the work once the gate of the backfill is passed, and every transaction
//! that began before has ended: from then on every writer writes both sides. So a pass over
//! the whole table in which no instance found anything to write is the proof that nothing is
//! left, and it is the instances that record it.

use std::time::Duration;

use colmig_schema::script::Convert;
use tokio::time::Instant;

use super::driver::{Row, Value, end};
use super::error::{Place, millis};
use super::event::{Event, ProbeLatency};
use super::measure;
use super::retry::Attempts;
use super::session::{Halt, Session, ask, fenced};
use super::steps::Cost;
use super::store::{Conversion, Job, StepState, Trouble};
use crate::convert::State;

/// How often it is looked how far the instances are.
const LOOK: Duration = Duration::from_millis(500);

/// For how long nobody converts before it is reported: instances look each second whether
/// there is something to do.
const GRACE: Duration = Duration::from_secs(2);

/// How often it is reported that nobody converts.
const REPORT: Duration = Duration::from_secs(5);

/// How many keys of rows that do not convert are named.
const NAMED_KEYS: i64 = 20;

impl Session<'_> {
    /// Lets the application convert, and waits until a pass has found nothing left.
    pub(super) async fn convert(&mut self, place: &Place, convert: &Convert) -> Result<Cost, Halt> {
        let estimated = self.driver.estimate(&convert.table).await.ok().flatten();
        let began = Instant::now();
        let mut attempts = Attempts::new(self.settings);
        let mut opened = false;
        let mut since: Option<(u64, Instant)> = None;
        let mut missing: Option<Instant> = None;
        let mut reported: Option<Instant> = None;
        loop {
            self.check().await?;
            let job = Job { place, convert };
            let looked = match opened {
                false => self.open_conversion(&job, &attempts).await,
                true => self.store.conversion(self.driver, &job).await,
            };
            let found = match looked {
                Ok(Some(found)) => found,
                // It is aborted by another run, whose lock this one no longer holds.
                Ok(None) => return Err(fenced(self.driver, self.store).await),
                Err(trouble) => {
                    self.recover(
                        trouble,
                        place,
                        "SELECT ... FROM colmig_conversion",
                        &mut attempts,
                    )
                    .await?;
                    continue;
                }
            };
            (opened, attempts) = (true, Attempts::new(self.settings));
            match found.state {
                State::Clean | State::Done => {
                    match self.end_conversion(&job, found, &attempts).await {
                        Ok(()) => {
                            measure::filled(place);
                            return Ok(Cost {
                                rows: found.filled,
                                statements: 0,
                                logged: None,
                            });
                        }
                        Err(trouble) => {
                            self.recover(
                                trouble,
                                place,
                                "UPDATE colmig_conversion ...",
                                &mut attempts,
                            )
                            .await?;
                            continue;
                        }
                    }
                }
                State::Held => return Err(self.not_convertible(&job, found).await?),
                State::Open => {}
            }
            let (first, at) = *since.get_or_insert((found.covered, began));
            self.report_conversion(&job, found, first, at, estimated);
            if found.workers > 0 {
                missing = None;
            } else {
                let missing = *missing.get_or_insert_with(Instant::now);
                if missing.elapsed() >= self.settings.lock_patience {
                    return Err(self.nobody_converts(&job));
                }
                let again = reported.is_none_or(|reported| reported.elapsed() >= REPORT);
                if missing.elapsed() >= GRACE && again {
                    reported = Some(Instant::now());
                    self.watch.emit(Event::WorkersMissing {
                        migration: place.migration.clone(),
                        step: place.step.clone(),
                        call: call(convert),
                        waited_ms: millis(missing.elapsed()),
                    });
                }
            }
            self.sleep(LOOK).await?;
        }
    }

    async fn open_conversion(
        &mut self,
        job: &Job<'_>,
        attempts: &Attempts,
    ) -> Result<Option<Conversion>, Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let opened = async {
            self.store.open_conversion(self.driver, job).await?;
            self.store
                .mark(self.driver, job.place, StepState::Intent, None, 0)
                .await?;
            self.lease.fence(self.driver).await?;
            self.store.conversion(self.driver, job).await
        };
        let opened = opened.await;
        end(self.driver, opened).await
    }

    async fn end_conversion(
        &mut self,
        job: &Job<'_>,
        found: Conversion,
        attempts: &Attempts,
    ) -> Result<(), Trouble> {
        let waits = attempts.waits(self.settings.lock_timeout);
        self.driver.begin(&waits).await?;
        let ended = async {
            let driver = &mut *self.driver;
            let Place {
                migration,
                phase,
                step,
            } = job.place;
            self.store.end_conversion(driver, job).await?;
            self.store
                .mark(driver, job.place, StepState::Done, None, found.filled)
                .await?;
            let filled = driver.dialect().database.nouns().counted(found.filled);
            let rows = format!("{filled} in {} passes", found.pass);
            self.store
                .audit(
                    driver,
                    "step",
                    migration,
                    Some(phase.name()),
                    Some(step),
                    Some(&rows),
                )
                .await?;
            self.lease.fence(driver).await
        };
        let ended = ended.await;
        end(self.driver, ended).await
    }

    fn report_conversion(
        &self,
        job: &Job<'_>,
        found: Conversion,
        first: u64,
        since: Instant,
        estimated_rows: Option<u64>,
    ) {
        let seconds = since.elapsed().as_secs_f64();
        let here = found.covered.saturating_sub(first);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = if seconds > 0.0 {
            here as f64 / seconds
        } else {
            0.0
        };
        let left = estimated_rows.map(|rows| rows.saturating_sub(found.covered));
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds for people"
        )]
        let seconds_left = left
            .filter(|_| rate > 0.0)
            .map(|left| (left as f64 / rate) as u64);
        self.watch.emit(Event::BackfillProgress {
            migration: job.place.migration.clone(),
            step: job.place.step.clone(),
            rows: found.covered,
            filled: found.filled,
            estimated_rows,
            rate,
            seconds_left,
            pass: found.pass,
            batch_rows: None,
            longest_batch_ms: None,
            probe: ProbeLatency::default(),
            held: None,
        });
    }

    fn nobody_converts(&self, job: &Job<'_>) -> Halt {
        let Convert {
            table, target, up, ..
        } = job.convert;
        Halt::Held {
            migration: job.place.migration.clone(),
            phase: job.place.phase,
            gate: format!(
                "`{target}` of `{table}` is filled by the function `{up}` of the application, and no instance does so: call `{}` \
                 in the application and deploy it, and `{}` goes on",
                call(job.convert),
                self.resume
            ),
        }
    }

    /// The rows that do not convert, in the words of a rule in SQL.
    async fn not_convertible(&mut self, job: &Job<'_>, found: Conversion) -> Result<Halt, Halt> {
        let statement = "SELECT ... FROM colmig_conversion_failure";
        let failures = ask!(
            self,
            job.place,
            statement,
            self.store.conversion_failures(self.driver, job, NAMED_KEYS)
        );
        let rows = failures?;
        let Convert {
            table, read, up, ..
        } = job.convert;
        let read = read.join(", ");
        let rows: Vec<String> = rows.into_iter().map(|row| in_words(&read, &row)).collect();
        let nouns = self.driver.dialect().database.nouns();
        Ok(Halt::Held {
            migration: job.place.migration.clone(),
            phase: job.place.phase,
            gate: format!(
                "the function `{up}` does not convert {} of `{table}`, such as {}: write {} that it converts, or \
                 deploy a function that does, and `{}` goes on",
                nouns.counted(found.failed),
                rows.join("; "),
                mended(job.convert),
                self.resume
            ),
        })
    }
}

/// What is to be written to a row that does not convert.
pub(super) fn mended(convert: &Convert) -> String {
    let Convert { read, target, .. } = convert;
    match (convert.fills, read.as_slice()) {
        (false, _) => format!("a value to `{}`", read.join("`, `")),
        (true, [only]) => format!("a value to `{target}` itself, or one to `{only}`"),
        (true, _) => {
            let read = read.join("`, `");
            format!("a value to `{target}` itself, or such to `{read}`")
        }
    }
}

/// The call by which an instance converts.
pub(super) fn call(convert: &Convert) -> String {
    format!("colmig::convert::<{}>(&db).await", convert.model)
}

pub(super) fn in_words(legacy: &str, row: &Row) -> String {
    let text = |at: usize| match row.get(at) {
        Some(Value::Null) | None => None,
        Some(value) => Some(value.to_string()),
    };
    let value = text(1).map_or_else(|| "NULL".to_owned(), |value| format!("'{value}'"));
    let (key, reason) = (text(0).unwrap_or_default(), text(2).unwrap_or_default());
    format!("{key} ({legacy} = {value}: {reason})")
}
