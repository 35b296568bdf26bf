//! The commands: each takes the run lock, drives migrations, and gives the lock back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use colmig_schema::{Database, Phase, Progress};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::backfill::Brake;
use super::driver::{Connector, Driver, Failure};
use super::error::Error;
use super::executor::Destination;
use super::load::Migration;
use super::outcome::{AuditEntry, Goal, Outcome};
use super::session::{Halt, Session, Standing};
use super::settings::Settings;
use super::settle::FOUND_AFTER;
use super::spans;
use super::store::{self, Record, Store, Trouble};
use super::watch::Watch;

/// Executes migrations on one database.
///
/// It owns its connections: one that works, and for as long as a run lasts one that
/// renews its lease and, on PostgreSQL, one that looks at what is in the way. While rows are
/// filled each worker has one, and so has what watches the brakes.
pub struct Migrator {
    pub(super) connector: Connector,
    pub(super) driver: Box<dyn Driver>,
    pub(super) store: Arc<dyn Store>,
    pub(super) settings: Settings,
    pub(super) brakes: Vec<Arc<dyn Brake>>,
    /// Until when an instance may not have found the tables, which are new.
    unfound_until: Option<Instant>,
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrator")
            .field("database", &self.database())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Migrator {
    /// Connects, and creates colmig's own tables if they are missing.
    ///
    /// # Errors
    /// A URL or settings that cannot be meant, no connection, tables of another version.
    pub async fn connect(url: &str, settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let connector = Connector::new(url)?;
        let mut driver = connector.open().await.map_err(|failure| Error::Connect {
            database: connector.database(),
            message: failure.message().to_owned(),
        })?;
        let store = store::of(&mut *driver, settings.actor());
        let store = store.map_err(|failure| reading(failure.into()))?;
        let young = store.prepare(&mut *driver, settings.lock_timeout).await?;
        Ok(Migrator {
            unfound_until: young.then(|| Instant::now() + FOUND_AFTER),
            connector,
            driver,
            store,
            settings,
            brakes: Vec::new(),
        })
    }

    /// With a brake that colmig does not have by itself: backfills are held while it holds.
    #[must_use]
    pub fn with_brake(mut self, brake: Arc<dyn Brake>) -> Self {
        self.brakes.push(brake);
        self
    }

    /// Which database it is.
    pub fn database(&self) -> Database {
        self.connector.database()
    }

    /// Takes migrations, in their order, as far as the goal and the gates allow.
    ///
    /// A run that was stopped, or that has died, is gone on with. One that finds nothing
    /// to do is [`Outcome::Done`].
    ///
    /// # Errors
    /// Everything that [`Error`] lists; what was done until then is recorded.
    pub async fn run(
        &mut self,
        migrations: &[Migration],
        goal: &Goal,
        watch: &Watch,
    ) -> Result<Outcome, Error> {
        if goal.until > Phase::LAST_OF_RUN {
            return Err(Error::UntilContract);
        }
        if let Some(only) = &goal.only {
            find(migrations, only)?;
        }
        let mut command = "cargo colmig run".to_owned();
        if goal.until != Phase::LAST_OF_RUN {
            command.push_str(&format!(" --until {}", goal.until));
        }
        let resume = command.clone();
        let database = self.database();
        let Some(mut session) = self.open(watch, resume).await? else {
            return Ok(Outcome::Stopped { resume: command });
        };
        let work = session.run(migrations, goal);
        let result = work.instrument(spans::run("run", database)).await;
        session.close(result).await
    }

    /// Takes a migration through the phase that cannot be undone.
    ///
    /// # Errors
    /// Everything that [`Error`] lists; what was done until then is recorded.
    pub async fn contract(
        &mut self,
        migrations: &[Migration],
        id: &str,
        watch: &Watch,
    ) -> Result<Outcome, Error> {
        let migration = find(migrations, id)?;
        let command = format!("cargo colmig contract {id}");
        let database = self.database();
        let Some(mut session) = self.open(watch, command.clone()).await? else {
            return Ok(Outcome::Stopped { resume: command });
        };
        let work = session.contract(migrations, migration);
        let result = work.instrument(spans::run("contract", database)).await;
        session.close(result).await
    }

    /// Undoes a migration. One that has not begun is left as it is.
    ///
    /// # Errors
    /// Everything that [`Error`] lists; what was undone until then is recorded.
    pub async fn abort(
        &mut self,
        migrations: &[Migration],
        id: &str,
        watch: &Watch,
    ) -> Result<Outcome, Error> {
        let migration = find(migrations, id)?;
        let command = format!("cargo colmig abort {id}");
        let database = self.database();
        let Some(mut session) = self.open(watch, command.clone()).await? else {
            return Ok(Outcome::Stopped { resume: command });
        };
        let work = session.abort(migrations, migration);
        let result = work.instrument(spans::run("abort", database)).await;
        session.close(result).await
    }

    /// Who did what, the newest first.
    ///
    /// # Errors
    /// The database refuses, or the connection is lost.
    pub async fn audit(&mut self, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        self.wake().await?;
        self.store
            .audited(&mut *self.driver, limit)
            .await
            .map_err(reading)
    }

    /// How carefully it works.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) async fn open<'a>(
        &'a mut self,
        watch: &'a Watch,
        resume: String,
    ) -> Result<Option<Session<'a>>, Error> {
        self.wake().await?;
        let Migrator {
            connector,
            driver,
            store,
            settings,
            brakes,
            unfound_until,
        } = self;
        let unfound_until = *unfound_until;
        Session::open(
            &mut **driver,
            connector,
            store,
            settings,
            watch,
            brakes,
            resume,
            unfound_until,
        )
        .await
    }

    /// Makes sure of the connection: it may have been idle for long, and whoever drops the
    /// future of a run leaves a transaction open.
    pub(super) async fn wake(&mut self) -> Result<(), Error> {
        self.driver.rollback().await;
        let connect = |failure: Failure| Error::Connect {
            database: self.connector.database(),
            message: failure.message().to_owned(),
        };
        match self.driver.query("SELECT 1", &[]).await {
            Err(Failure::Lost(_)) => self.driver.reconnect().await.map_err(connect),
            _ => Ok(()),
        }
    }
}

/// The migration of that name.
pub(super) fn find<'a>(migrations: &'a [Migration], id: &str) -> Result<&'a Migration, Error> {
    migrations
        .iter()
        .find(|migration| migration.id() == id)
        .ok_or_else(|| Error::Unknown {
            id: id.to_owned(),
            known: migrations
                .iter()
                .map(|migration| migration.id().to_owned())
                .collect(),
        })
}

/// What went wrong while colmig's tables were only read.
pub(super) fn reading(trouble: Trouble) -> Error {
    match trouble {
        Trouble::Database(failure) => Error::State {
            what: "read colmig's tables",
            message: failure.message().to_owned(),
        },
        Trouble::Damaged(what) => Error::Damaged(what),
        Trouble::Fenced => Error::Fenced {
            by: "another run".to_owned(),
        },
    }
}

impl Session<'_> {
    async fn run(&mut self, migrations: &[Migration], goal: &Goal) -> Result<(), Halt> {
        self.refuse_strangers(migrations).await?;
        for migration in migrations {
            let wanted = goal
                .only
                .as_deref()
                .is_none_or(|only| only == migration.id());
            if wanted {
                self.run_one(migrations, migration, goal).await?;
            }
        }
        Ok(())
    }

    async fn run_one(
        &mut self,
        migrations: &[Migration],
        migration: &Migration,
        goal: &Goal,
    ) -> Result<(), Halt> {
        let mut standing = self.standing_of(migration).await?;
        let phase = standing.progress.phase().unwrap_or(Phase::Expand);
        let held = |gate: String| Halt::Held {
            migration: migration.id().to_owned(),
            phase,
            gate,
        };
        match standing.progress {
            Progress::Aborted if goal.again => {
                let pending = Progress::Aborted
                    .restart()
                    .map_err(|source| Error::Illegal {
                        migration: migration.id().to_owned(),
                        source,
                    })?;
                standing = self.publish(migration, standing, pending).await?;
            }
            Progress::Aborted => {
                return Err(held(
                    "it was aborted; `cargo colmig run --again` starts it again".to_owned(),
                ));
            }
            Progress::Reverting(_) => {
                return Err(held(format!(
                    "its abort has not come to an end: `cargo colmig abort {}` goes on",
                    migration.id()
                )));
            }
            _ => {}
        }
        if standing.progress == Progress::Pending
            && let Some(parent) = migrations
                .iter()
                .find(|other| Some(other.id()) == migration.parent())
        {
            let before = self.standing_of(parent).await?.progress;
            if !before.has_done(goal.until) {
                return Err(held(format!(
                    "`{}` comes first, and is {before}: `cargo colmig run` takes both on",
                    parent.id()
                )));
            }
        }
        if standing.progress == Progress::Pending {
            self.refuse_half(migration).await?;
        }
        let through = goal.until == Phase::LAST_OF_RUN
            && (goal.finished.contains(migration.id()) || migration.ends_by_itself());
        // Begun, it cannot be turned round, so it is brought to its end.
        let contracting = standing.progress == Progress::Running(Phase::Contract);
        let until = if through || contracting {
            Phase::Contract
        } else {
            goal.until
        };
        self.drive(migration, standing, Destination::Phase(until))
            .await
    }

    async fn contract(
        &mut self,
        migrations: &[Migration],
        migration: &Migration,
    ) -> Result<(), Halt> {
        self.refuse_strangers(migrations).await?;
        let standing = self.standing_of(migration).await?;
        if !standing.progress.has_done(Phase::LAST_OF_RUN) {
            return Err(Halt::Held {
                migration: migration.id().to_owned(),
                phase: Phase::Contract,
                gate: format!(
                    "it is {}, and contract comes after {}: first `cargo colmig run`",
                    standing.progress,
                    Phase::LAST_OF_RUN
                ),
            });
        }
        self.drive(migration, standing, Destination::Phase(Phase::Contract))
            .await
    }

    async fn abort(&mut self, migrations: &[Migration], migration: &Migration) -> Result<(), Halt> {
        self.refuse_strangers(migrations).await?;
        let standing = self.standing_of(migration).await?;
        if matches!(standing.progress, Progress::Pending | Progress::Aborted) {
            return Ok(());
        }
        if let Some(table) = migration.adopts().next() {
            return Err(Error::Adopted {
                migration: migration.id().to_owned(),
                table: table.to_owned(),
            }
            .into());
        }
        let later = migrations
            .iter()
            .skip_while(|other| other.id() != migration.id())
            .skip(1);
        for other in later {
            let progress = self.standing_of(other).await?.progress;
            if !matches!(progress, Progress::Pending | Progress::Aborted) {
                return Err(Error::Dependent {
                    migration: migration.id().to_owned(),
                    dependent: other.id().to_owned(),
                    progress,
                }
                .into());
            }
        }
        self.drive(migration, standing, Destination::Aborted).await
    }

    pub(super) async fn standing_of(&mut self, migration: &Migration) -> Result<Standing, Halt> {
        let record = self.record(migration).await?;
        let database = self.connector.database();
        Ok(record.map_or(Standing::UNKNOWN, |record| {
            Standing::found(database, &record)
        }))
    }

    /// Refuses migrations that have begun with other files, or with files that are not
    /// here: nobody knows what to do next with them, or how to undo them.
    pub(super) async fn refuse_strangers(&mut self, migrations: &[Migration]) -> Result<(), Halt> {
        let records = self.store.records(self.driver).await.map_err(reading)?;
        match stranger(self.store, self.driver, &records, migrations)
            .await
            .map_err(reading)?
        {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

/// Why these are not the files of what has begun on this database; none if they are.
pub(super) async fn stranger(
    store: &dyn Store,
    driver: &mut dyn Driver,
    records: &BTreeMap<String, Record>,
    migrations: &[Migration],
) -> Result<Option<Error>, Trouble> {
    for record in records.values().filter(|record| has_begun(record)) {
        let Some(migration) = migrations
            .iter()
            .find(|migration| migration.id() == record.id)
        else {
            return Ok(Some(Error::Missing {
                migration: record.id.clone(),
                progress: record.progress,
            }));
        };
        if migration.digest() != record.digest {
            let by = store.begun_by(driver, &record.id).await?;
            return Ok(Some(Error::Edited {
                migration: record.id.clone(),
                by: by.unwrap_or_else(|| "somebody".to_owned()),
                at: record.began.clone(),
            }));
        }
    }
    Ok(None)
}

/// Whether anything of it is in the database.
pub(super) fn has_begun(record: &Record) -> bool {
    !matches!(record.progress, Progress::Pending | Progress::Aborted)
}
