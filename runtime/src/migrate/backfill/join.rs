//! A process that helps with the backfill which a run of another process has under way.
//!
//! It needs nobody to tell it what to do: the ranges are in the database, and so are the
//! claims. It takes no run lock and executes no step, so it may come, go and die at any time.
//! What it fills rests on two things: a range is claimed only while the migration runs by the
//! very files that this process has, and each batch locks the row of its range.

use std::sync::Arc;
use std::time::Duration;

use colmig_schema::script::{Backfill, Run};
use colmig_schema::{Phase, Progress};
use tokio::time::Instant;

use super::LOOK;
use super::brakes::{Brake, Watchman};
use super::crew::Crew;
use super::cursor::Cursor;
use super::meter::Meter;
use super::{slots, triggers};
use crate::migrate::blocker::Millis;
use crate::migrate::driver::{Connector, Driver};
use crate::migrate::error::{Error, Place, millis};
use crate::migrate::event::Event;
use crate::migrate::load::Migration;
use crate::migrate::migrator::{Migrator, find, reading, stranger};
use crate::migrate::outcome::Outcome;
use crate::migrate::retry::{Attempts, Recovery};
use crate::migrate::session::{Halt, bookkeeping};
use crate::migrate::settings::Settings;
use crate::migrate::store::{Store, Sums, Trouble};
use crate::migrate::watch::Watch;

impl Migrator {
    /// Fills old rows together with the run that has their backfill under way, on this machine
    /// or on another: each of [`Settings::workers`] claims ranges of the table, one at a time.
    ///
    /// It waits while a run is in an earlier phase, and between two passes. It ends with
    /// [`Outcome::Done`] once every backfill of the migrations, or of the one that is named, is
    /// done; those that were aborted are passed over. It ends with [`Outcome::Held`] if the one
    /// that is named was aborted, or if for as long as [`Settings::lock_patience`] there was
    /// neither a run nor a range to fill.
    ///
    /// # Errors
    /// The files are not those that the database began with, the database has one writer at a
    /// time, and everything else that [`Error`] lists. What was filled is recorded.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use colmig::Database;
    /// use colmig::migrate::{self, Migrator, Settings, Watch};
    ///
    /// # async fn help() -> Result<(), Box<dyn std::error::Error>> {
    /// let migrations = migrate::load(Path::new("migrations"), Database::Postgres)?;
    /// let mut migrator = Migrator::connect("postgres://localhost/app", Settings::default()).await?;
    /// let outcome = migrator.work(&migrations, None, &Watch::default()).await?;
    /// # let _ = outcome;
    /// # Ok(()) }
    /// ```
    pub async fn work(
        &mut self,
        migrations: &[Migration],
        only: Option<&str>,
        watch: &Watch,
    ) -> Result<Outcome, Error> {
        if let Some(only) = only {
            find(migrations, only)?;
        }
        if self.driver.dialect().single_writer {
            return Err(Error::SingleWriter {
                database: self.database(),
            });
        }
        self.wake().await?;
        let mut resume = "cargo colmig run --worker".to_owned();
        if let Some(only) = only {
            resume.push_str(&format!(" {only}"));
        }
        let Migrator {
            connector,
            driver,
            store,
            settings,
            brakes,
            ..
        } = self;
        Watchman::check(&settings.brakes, brakes)?;
        let mut helper = Helper {
            side: connector.open().await.ok(),
            driver: &mut **driver,
            connector,
            store: &**store,
            settings,
            brakes,
            watch,
            resume,
        };
        match helper.help(migrations, only).await {
            Ok(outcome) => Ok(outcome),
            Err(Halt::Stop) => {
                watch.emit(Event::Stopped);
                Ok(Outcome::Stopped {
                    resume: helper.resume,
                })
            }
            Err(Halt::Held {
                migration,
                phase,
                gate,
            }) => Ok(Outcome::Held {
                migration,
                phase,
                gate,
            }),
            Err(Halt::Fail(error)) => Err(error),
        }
    }
}

/// A process that helps.
struct Helper<'a> {
    driver: &'a mut dyn Driver,
    /// Looks at what is in the way of a worker.
    side: Option<Box<dyn Driver>>,
    connector: &'a Connector,
    store: &'a dyn Store,
    settings: &'a Settings,
    brakes: &'a [Arc<dyn Brake>],
    watch: &'a Watch,
    /// The command that goes on where this one ends.
    resume: String,
}

/// What there is to do at this moment.
enum Found<'m> {
    /// Ranges of this step.
    Ranges(Box<Stint<'m>>),
    /// Nothing yet: this is the first migration whose backfill is not done.
    Waiting {
        migration: &'m Migration,
        progress: Progress,
        run_by: Option<String>,
    },
    /// Nothing any more.
    Nothing,
}

/// A backfill with ranges that are not done.
struct Stint<'m> {
    migration: &'m Migration,
    place: Place,
    backfill: &'m Backfill,
    cursor: Cursor,
    sums: Sums,
}

impl Helper<'_> {
    async fn help(
        &mut self,
        migrations: &[Migration],
        only: Option<&str>,
    ) -> Result<Outcome, Halt> {
        let wanted: Vec<&Migration> = migrations
            .iter()
            .filter(|migration| only.is_none_or(|only| only == migration.id()))
            .filter(|migration| backfills(migration).next().is_some())
            .collect();
        let Some(first) = wanted.first() else {
            // Nothing to fill, but perhaps because these are not the files.
            let found = self.look(migrations, &wanted, only).await;
            found.map_err(reading)??;
            return Ok(Outcome::Done);
        };
        let place = bookkeeping(first, Phase::Backfill);
        let mut attempts = Attempts::new(self.settings);
        // Since when there is neither a run nor a range.
        let mut idle: Option<Instant> = None;
        let mut told = None;
        loop {
            if self.watch.stop.is_requested() {
                return Err(Halt::Stop);
            }
            let found = match self.look(migrations, &wanted, only).await {
                Ok(found) => found?,
                Err(trouble) => {
                    let select = "SELECT ... FROM colmig_migration";
                    self.recover(trouble, &place, select, &mut attempts).await?;
                    continue;
                }
            };
            attempts = Attempts::new(self.settings);
            match found {
                Found::Nothing => return Ok(Outcome::Done),
                Found::Ranges(stint) => {
                    (idle, told) = (None, None);
                    self.fill(&stint).await?;
                }
                Found::Waiting {
                    migration,
                    progress,
                    run_by,
                } => {
                    let patience = self.settings.lock_patience;
                    let left = match &run_by {
                        Some(_) => {
                            idle = None;
                            None
                        }
                        None => {
                            let idle = idle.get_or_insert_with(Instant::now).elapsed();
                            if idle >= patience {
                                return Err(self.nobody_runs(migration, progress, idle));
                            }
                            Some(millis(patience - idle))
                        }
                    };
                    // Once for each reason, not once for each look.
                    let reason = (migration.id(), progress, run_by.clone());
                    if told.as_ref() != Some(&reason) {
                        told = Some(reason);
                        self.watch.emit(Event::WorkWaiting {
                            migration: migration.id().to_owned(),
                            progress,
                            run_by,
                            ends_in_ms: left,
                        });
                    }
                    self.watch.sleep(LOOK).await?;
                }
            }
        }
    }

    /// What there is to do; or why there will be nothing for these files.
    async fn look<'m>(
        &mut self,
        migrations: &[Migration],
        wanted: &[&'m Migration],
        only: Option<&str>,
    ) -> Result<Result<Found<'m>, Halt>, Trouble> {
        let records = self.store.records(self.driver).await?;
        if let Some(error) = stranger(self.store, self.driver, &records, migrations).await? {
            return Ok(Err(error.into()));
        }
        let mut waiting = None;
        for migration in wanted {
            let record = records.get(migration.id());
            let progress = record.map_or(Progress::Pending, |record| record.progress);
            match progress {
                Progress::Aborted | Progress::Reverting(_) if only.is_some() => {
                    let what = match progress {
                        Progress::Aborted => "it was aborted",
                        _ => "it is being aborted",
                    };
                    return Ok(Err(Halt::Held {
                        migration: migration.id().to_owned(),
                        phase: Phase::Backfill,
                        gate: format!(
                            "{what}; once `cargo colmig run --again` starts it again, `{}` joins it",
                            self.resume
                        ),
                    }));
                }
                Progress::Aborted | Progress::Reverting(_) => continue,
                progress if progress.has_done(Phase::Backfill) => continue,
                Progress::Running(phase) => {
                    if let Some(stint) = self.ranges_of(migration, phase).await? {
                        return Ok(Ok(Found::Ranges(Box::new(stint))));
                    }
                }
                Progress::Pending | Progress::Done(_) | Progress::Finished => {}
            }
            waiting = waiting.or(Some((*migration, progress)));
        }
        let Some((migration, progress)) = waiting else {
            return Ok(Ok(Found::Nothing));
        };
        let run = self.store.lock_holder(self.driver).await?;
        Ok(Ok(Found::Waiting {
            migration,
            progress,
            run_by: run.map(|run| run.by),
        }))
    }

    async fn ranges_of<'m>(
        &mut self,
        migration: &'m Migration,
        of: Phase,
    ) -> Result<Option<Stint<'m>>, Trouble> {
        for (phase, step, backfill) in backfills(migration).filter(|(phase, ..)| *phase == of) {
            let place = Place {
                migration: migration.id().to_owned(),
                phase,
                step: step.to_owned(),
            };
            let sums = self.store.ranges(self.driver, &place).await?;
            if sums.left == 0 {
                continue;
            }
            let record = self.store.step(self.driver, &place).await?;
            let cursor = record.and_then(|record| record.cursor);
            return Ok(Some(Stint {
                migration,
                place,
                backfill,
                cursor: Cursor::read(cursor.as_deref())?,
                sums,
            }));
        }
        Ok(None)
    }

    /// Fills ranges until none is left, or until it is no more what is to be done.
    async fn fill(&mut self, stint: &Stint<'_>) -> Result<(), Halt> {
        let Stint {
            migration,
            place,
            backfill,
            cursor,
            sums,
        } = stint;
        let skip_triggers = self.judge_triggers(stint).await?;
        let first = self.connect(stint).await?;
        let watching = self.connect(stint).await?;
        // No more than there are ranges.
        let wanted = match backfill.bounds {
            Some(_) => u64::from(self.settings.workers).min(sums.left),
            None => 1,
        };
        let drivers = slots::open(self.connector, first, wanted).await;
        let watchman = Watchman::new(watching, self.connector, self.brakes);
        let began = Instant::now();
        self.watch.emit(Event::WorkStarted {
            migration: place.migration.clone(),
            step: place.step.clone(),
            workers: u32::try_from(drivers.len()).unwrap_or(u32::MAX),
        });
        let estimated = self.driver.estimate(&backfill.table).await.ok().flatten();
        let crew = Crew::new(
            self.store,
            self.settings,
            self.watch,
            place,
            backfill,
            migration.digest(),
            skip_triggers,
            &self.resume,
            None,
            self.side.as_mut(),
            Meter::new(estimated, cursor.passes + 1, cursor.filled, *sums),
        );
        crew.tune(self.driver).await;
        let mut workers = std::pin::pin!(slots::work(&crew, self.connector, drivers));
        let worked: Result<(), Halt> = tokio::select! {
            biased;
            worked = &mut workers => worked.into_iter().collect(),
            over = oversee(&crew, self.driver, migration) => {
                crew.send_home();
                workers.await;
                over
            }
            never = watchman.watch(&crew) => match never {},
        };
        worked?;
        self.watch.emit(Event::WorkDone {
            migration: place.migration.clone(),
            step: place.step.clone(),
            rows: crew.filled(),
            elapsed_ms: millis(began.elapsed()),
        });
        Ok(())
    }

    /// Whether batches skip the triggers of others.
    async fn judge_triggers(&mut self, stint: &Stint<'_>) -> Result<bool, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            let settings = self.settings;
            match triggers::judge(
                &mut *self.driver,
                settings,
                stint.backfill,
                &stint.place,
                &self.resume,
            )
            .await
            {
                Ok(judged) => return judged,
                Err(failure) => {
                    let batch = &stint.backfill.batch;
                    self.recover(failure.into(), &stint.place, batch, &mut attempts)
                        .await?;
                }
            }
        }
    }

    /// A connection that nothing can be done without.
    async fn connect(&mut self, stint: &Stint<'_>) -> Result<Box<dyn Driver>, Halt> {
        let mut attempts = Attempts::new(self.settings);
        loop {
            match self.connector.open().await {
                Ok(driver) => return Ok(driver),
                Err(failure) => {
                    let batch = &stint.backfill.batch;
                    self.recover(failure.into(), &stint.place, batch, &mut attempts)
                        .await?;
                }
            }
        }
    }

    async fn recover(
        &mut self,
        trouble: Trouble,
        place: &Place,
        statement: &str,
        attempts: &mut Attempts,
    ) -> Result<(), Halt> {
        let recovery = Recovery {
            store: self.store,
            watch: self.watch,
            resume: &self.resume,
        };
        recovery
            .after(trouble, self.driver, place, statement, attempts)
            .await
    }

    fn nobody_runs(&self, migration: &Migration, progress: Progress, idle: Duration) -> Halt {
        Halt::Held {
            migration: migration.id().to_owned(),
            phase: Phase::Backfill,
            gate: format!(
                "it is {progress}, and for {} there was no run: `cargo colmig run` takes it on, and `{}` joins it",
                Millis(millis(idle)),
                self.resume
            ),
        }
    }
}

/// The steps of a migration that fill old rows.
fn backfills(migration: &Migration) -> impl Iterator<Item = (Phase, &str, &Backfill)> {
    Phase::ALL.into_iter().flat_map(move |phase| {
        let steps = migration.steps(phase).iter();
        steps.filter_map(move |step| match &step.run {
            Run::Backfill(backfill) => Some((phase, step.id.as_str(), backfill)),
            _ => None,
        })
    })
}

/// Looks what others have done, until the workers are needed no more.
async fn oversee(
    crew: &Crew<'_>,
    driver: &mut dyn Driver,
    migration: &Migration,
) -> Result<(), Halt> {
    loop {
        crew.watch.sleep(LOOK).await?;
        match crew.store.record(driver, migration.id()).await {
            Ok(Some(record))
                if record.progress == Progress::Running(crew.place.phase)
                    && record.digest == migration.digest() => {}
            // The next look says what has become of it.
            Ok(_) => return Ok(()),
            Err(_) => {
                let _ = driver.reconnect().await;
                continue;
            }
        }
        if let Ok(sums) = crew.store.ranges(driver, crew.place).await {
            crew.learn(sums);
            crew.tune(driver).await;
        }
    }
}
