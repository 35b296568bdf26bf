//! The command that changes settings while a backfill runs.

use colmig_schema::script::Run;
use colmig_schema::{Phase, Progress};

use super::driver::{Waits, end};
use super::error::Error;
use super::load::Migration;
use super::migrator::{Migrator, find, reading};
use super::retry::{Attempts, Recovery};
use super::session::{Halt, bookkeeping};
use super::store::Trouble;
use super::tuning::{Course, PAUSE, Tuned, Tuning};
use super::watch::Watch;
use super::window::Window;

/// What was tuned, and for which migration.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Tunings {
    /// The migration.
    pub migration: String,
    /// Everything that is not as in the file by now, in the order of the keys.
    pub tuned: Vec<Tuned>,
}

impl Migrator {
    /// Changes settings for the backfill of a migration: by default of the first that is not
    /// done with it. Every process that works follows within a second; it lasts until the
    /// backfill is done, or the migration aborted. Takes no lock, and changes all or nothing.
    ///
    /// # Errors
    /// A key that cannot be tuned, a value that cannot be meant, no such migration or none that
    /// is to be filled, and what the database refuses.
    ///
    /// ```no_run
    /// use std::path::Path;
    /// use colmig::Database;
    /// use colmig::migrate::{self, Migrator, Settings, Tuning};
    ///
    /// # async fn at_night() -> Result<(), Box<dyn std::error::Error>> {
    /// let migrations = migrate::load(Path::new("migrations"), Database::Postgres)?;
    /// let mut migrator = Migrator::connect("postgres://localhost/app", Settings::default()).await?;
    /// let tuning = Tuning::default().set("batch-time", "500ms").set("workers", "4");
    /// let now = migrator.tune(&migrations, None, &tuning).await?;
    /// assert_eq!(now.tuned.len(), 2);
    /// # Ok(()) }
    /// ```
    pub async fn tune(
        &mut self,
        migrations: &[Migration],
        only: Option<&str>,
        tuning: &Tuning,
    ) -> Result<Tunings, Error> {
        self.wake().await?;
        let migration = self.tunable(migrations, only).await?;
        let mut attempts = Attempts::new(&self.settings);
        let watch = Watch::default();
        let resume = "cargo colmig tune".to_owned();
        loop {
            let trouble = match self.try_tune(migration.id(), tuning).await {
                Ok(Ok(tuned)) => {
                    return Ok(Tunings {
                        migration: migration.id().to_owned(),
                        tuned,
                    });
                }
                Ok(Err(refused)) => return Err(refused),
                Err(trouble) => trouble,
            };
            let recovery = Recovery {
                store: &*self.store,
                watch: &watch,
                resume: &resume,
            };
            let place = bookkeeping(migration, Phase::Backfill);
            let statement = "INSERT INTO colmig_tuning ...";
            let driver = &mut *self.driver;
            match recovery
                .after(trouble, driver, &place, statement, &mut attempts)
                .await
            {
                Ok(()) => {}
                Err(Halt::Fail(error)) => return Err(error),
                // Nobody asks for a stop, and there is no gate.
                Err(Halt::Stop | Halt::Held { .. }) => {
                    return Err(Error::State {
                        what: "tune the backfill",
                        message: "it was interrupted; nothing was changed".to_owned(),
                    });
                }
            }
        }
    }

    /// The migration whose backfill is tuned.
    async fn tunable<'m>(
        &mut self,
        migrations: &'m [Migration],
        only: Option<&str>,
    ) -> Result<&'m Migration, Error> {
        let records = self.store.records(&mut *self.driver).await;
        let records = records.map_err(reading)?;
        let progress = |migration: &Migration| {
            let record = records.get(migration.id());
            record.map_or(Progress::Pending, |record| record.progress)
        };
        let open = |migration: &&Migration| {
            let progress = progress(migration);
            let back = matches!(progress, Progress::Aborted | Progress::Reverting(_));
            fills(migration) && !back && !progress.has_done(Phase::Backfill)
        };
        let found = match only {
            Some(id) => Some(find(migrations, id)?).filter(open),
            None => migrations.iter().find(open),
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let what = match only {
            None => "every migration is done with its backfill, or was aborted".to_owned(),
            Some(id) if fills(find(migrations, id)?) => {
                format!("{id} is done with its backfill, or was aborted")
            }
            Some(id) => format!("{id} fills no rows"),
        };
        Err(Error::NothingToTune { what })
    }

    async fn try_tune(
        &mut self,
        migration: &str,
        tuning: &Tuning,
    ) -> Result<Result<Vec<Tuned>, Error>, Trouble> {
        let driver = &mut *self.driver;
        driver.begin(&Waits::of(self.settings.lock_timeout)).await?;
        let store = &self.store;
        let settings = &self.settings;
        let written = async {
            if tuning.reset {
                store.untune(driver, migration, None).await?;
            }
            for (key, value) in &tuning.set {
                store.tune(driver, migration, key, value).await?;
            }
            match tuning.pause {
                Some(true) => store.tune(driver, migration, PAUSE, "true").await?,
                // A window may say that there is one.
                Some(false) if settings.windows.iter().any(Window::pauses) => {
                    store.tune(driver, migration, PAUSE, "false").await?;
                }
                Some(false) => store.untune(driver, migration, Some(PAUSE)).await?,
                None => {}
            }
            let tuned = store.tuned(driver, migration).await?;
            let pairs = tuned.iter().map(|tuned| (&*tuned.key, &*tuned.value));
            if let Err(error) = Course::tuned(settings, pairs) {
                return Ok(Err(error));
            }
            let words: Vec<String> = tuned.iter().map(Tuned::to_string).collect();
            let words = match words.as_slice() {
                [] => "as in the file".to_owned(),
                words => words.join(", "),
            };
            if *tuning != Tuning::default() {
                let phase = Some(Phase::Backfill.name());
                store
                    .audit(driver, "tuned", migration, phase, None, Some(&words))
                    .await?;
            }
            Ok::<_, Trouble>(Ok(tuned))
        };
        let written = written.await;
        match written {
            // What is refused leaves nothing behind.
            Ok(Err(refused)) => {
                self.driver.rollback().await;
                Ok(Err(refused))
            }
            written => end(&mut *self.driver, written).await,
        }
    }
}

/// Whether a migration has old rows to fill.
fn fills(migration: &Migration) -> bool {
    Phase::ALL.into_iter().any(|phase| {
        let mut steps = migration.steps(phase).iter();
        steps.any(|step| matches!(step.run, Run::Backfill(_)))
    })
}
