//! One run that holds the lock: its connections, its records, its caller.

use std::sync::Arc;
use std::time::Duration;

use colmig_schema::fleet::{self, Change};
use colmig_schema::migration::ChangeEntry;
use colmig_schema::protocol::changes_what_is_done;
use colmig_schema::{Phase, Progress, Reads};
use tokio::time::Instant;

use super::backfill::Brake;
use super::driver::{Connector, Driver, Waits, end};
use super::error::{Error, Place};
use super::event::Event;
use super::load::Migration;
use super::lock::Lease;
use super::outcome::Outcome;
use super::retry::Attempts;
use super::settings::Settings;
use super::store::{Published, Record, StepRecord, Store, Trouble};
use super::watch::Watch;

/// Why a run goes no further. Not all of it is an error.
#[derive(Debug)]
pub(super) enum Halt {
    /// A stop was asked for.
    Stop,
    /// A gate is closed.
    Held {
        migration: String,
        phase: Phase,
        gate: String,
    },
    /// Something went wrong.
    Fail(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Halt::Fail(error)
    }
}

/// How far a migration is, as this run knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) progress: Progress,
    /// Counts the changes; 0 if the database has never heard of it.
    pub(super) generation: i64,
    /// Whether instances may not have arrived in the stage of this progress yet.
    pub(super) unsettled: bool,
}

/// Asks the database until there is an answer, or the patience of the run has ended: a future, which
/// is made anew each time, that gives an answer or what is in its way. No function takes the place
/// of this: whoever spawns a run needs to know that it can be sent to another thread, and of futures
/// that closures make for any lifetime the compiler cannot tell.
macro_rules! ask {
    ($session:ident, $place:expr, $statement:expr, $question:expr) => {{
        let mut attempts = $crate::migrate::retry::Attempts::new($session.settings);
        loop {
            match $question.await {
                Ok(answer) => break Ok::<_, $crate::migrate::session::Halt>(answer),
                Err(trouble) => {
                    let recovered = $session.recover(
                        $crate::migrate::store::Trouble::from(trouble),
                        $place,
                        $statement,
                        &mut attempts,
                    );
                    if let Err(halt) = recovered.await {
                        break Err(halt);
                    }
                }
            }
        }
    }};
}
pub(super) use ask;

/// One run that holds the lock.
pub(super) struct Session<'a> {
    pub(super) driver: &'a mut dyn Driver,
    /// Looks at what is in the way while `driver` waits for it.
    pub(super) side: Option<Box<dyn Driver>>,
    /// Opens the connections of workers.
    pub(super) connector: &'a Connector,
    pub(super) store: &'a dyn Store,
    pub(super) settings: &'a Settings,
    pub(super) watch: &'a Watch,
    /// Brakes that the caller has brought along.
    pub(super) brakes: &'a [Arc<dyn Brake>],
    pub(super) lease: Lease,
    /// The command that goes on where this run ends.
    pub(super) resume: String,
    /// Until when an instance may not have found the tables, which are new.
    pub(super) unfound_until: Option<Instant>,
}

impl<'a> Session<'a> {
    /// Takes the run lock. None if a stop was asked for meanwhile.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is one thing that a run needs"
    )]
    pub(super) async fn open(
        driver: &'a mut dyn Driver,
        connector: &'a Connector,
        store: &'a Arc<dyn Store>,
        settings: &'a Settings,
        watch: &'a Watch,
        brakes: &'a [Arc<dyn Brake>],
        resume: String,
        unfound_until: Option<Instant>,
    ) -> Result<Option<Session<'a>>, Error> {
        let Some(lease) = Lease::acquire(driver, connector, store, settings, watch).await? else {
            return Ok(None);
        };
        if let Err(failure) = store.forget_dead(driver).await {
            // Tidiness, and no reason to not go on.
            tracing::debug!(target: "colmig::migrate", message = failure.message(), "dead instances were not forgotten");
        }
        let side = match driver.dialect().sees_blockers {
            // Without it a report says less; nothing else depends on it.
            true => connector.open().await.ok(),
            false => None,
        };
        Ok(Some(Session {
            driver,
            side,
            connector,
            store: &**store,
            settings,
            watch,
            brakes,
            lease,
            resume,
            unfound_until,
        }))
    }

    /// Gives the lock back, whatever came before, and says what became of the run.
    pub(super) async fn close(self, result: Result<(), Halt>) -> Result<Outcome, Error> {
        self.lease.release(self.driver).await;
        match result {
            Ok(()) => Ok(Outcome::Done),
            Err(Halt::Held {
                migration,
                phase,
                gate,
            }) => Ok(Outcome::Held {
                migration,
                phase,
                gate,
            }),
            Err(Halt::Stop) => {
                self.watch.emit(Event::Stopped);
                Ok(Outcome::Stopped {
                    resume: self.resume,
                })
            }
            Err(Halt::Fail(error)) => Err(error),
        }
    }

    /// Whether the run may go on: nobody asked for a stop, and the lock is still ours.
    pub(super) async fn check(&mut self) -> Result<(), Halt> {
        if self.watch.stop.is_requested() {
            return Err(Halt::Stop);
        }
        match self.lease.is_lost() {
            true => Err(fenced(self.driver, self.store).await),
            false => Ok(()),
        }
    }

    pub(super) async fn sleep(&self, duration: Duration) -> Result<(), Halt> {
        self.watch.sleep(duration).await
    }

    /// How far a migration is.
    pub(super) async fn record(&mut self, migration: &Migration) -> Result<Option<Record>, Halt> {
        let place = bookkeeping(migration, Phase::Expand);
        let statement = "SELECT ... FROM colmig_migration";
        ask!(
            self,
            &place,
            statement,
            self.store.record(self.driver, migration.id())
        )
    }

    /// What is recorded of the steps of a migration.
    pub(super) async fn recorded(
        &mut self,
        migration: &Migration,
        phase: Phase,
    ) -> Result<Vec<StepRecord>, Halt> {
        let place = bookkeeping(migration, phase);
        let statement = "SELECT ... FROM colmig_step";
        ask!(
            self,
            &place,
            statement,
            self.store.steps(self.driver, migration.id())
        )
    }

    /// Publishes a new progress, which the instances of the application will read.
    pub(super) async fn publish(
        &mut self,
        migration: &Migration,
        from: Standing,
        to: Progress,
    ) -> Result<Standing, Halt> {
        let changes = changes_of(migration);
        let published = Published {
            id: migration.id(),
            parent: migration.parent(),
            digest: migration.digest(),
            generation: from.generation,
            changes: &changes,
        };
        let place = bookkeeping(
            migration,
            to.phase()
                .or(from.progress.phase())
                .unwrap_or(Phase::Expand),
        );
        let mut attempts = Attempts::new(self.settings);
        loop {
            let waits = attempts.waits(self.settings.lock_timeout);
            match self.try_publish(migration, &published, to, &waits).await {
                Ok(true) => break,
                // An instance has come, or the switch was moved, since the gate was passed.
                Ok(false) => {
                    if let Some(phase) = to.phase() {
                        Box::pin(self.pass_gate_of(migration, phase)).await?;
                    }
                }
                Err(trouble) => {
                    self.recover(
                        trouble,
                        &place,
                        "INSERT INTO colmig_migration ...",
                        &mut attempts,
                    )
                    .await?
                }
            }
        }
        Ok(Standing {
            progress: to,
            generation: from.generation + 1,
            unsettled: from.unsettled
                || changes_what_is_done(self.connector.database(), from.progress, to),
        })
    }

    /// Publishes, unless the gate has closed since it was passed: then nothing is written.
    async fn try_publish(
        &mut self,
        migration: &Migration,
        published: &Published<'_>,
        to: Progress,
        waits: &Waits,
    ) -> Result<bool, Trouble> {
        self.driver.begin(waits).await?;
        let written = match self.is_still_open(migration, to).await {
            Ok(true) => match self.store.publish(self.driver, published, to).await {
                Ok(()) => self.lease.fence(self.driver).await.map(|()| true),
                Err(trouble) => Err(trouble),
            },
            closed => closed,
        };
        end(self.driver, written).await
    }

    /// Looks at the gate once more, in the transaction that publishes: no instance takes or
    /// renews a lease, and nobody moves the switch, between this look and the commit.
    async fn is_still_open(
        &mut self,
        migration: &Migration,
        to: Progress,
    ) -> Result<bool, Trouble> {
        let Progress::Running(phase @ (Phase::Backfill | Phase::Contract)) = to else {
            return Ok(true);
        };
        let covered = migration.is_covered();
        if self.settings.offline || migration.creates_tables_only() {
            return Ok(true);
        }
        self.store.hold_fleet(self.driver).await?;
        if phase == Phase::Contract && migration.replaces() {
            let switch = self.store.switch(self.driver, migration.id()).await?;
            if switch.is_none_or(|switch| switch.reads != Reads::Target) {
                return Ok(false);
            }
        }
        if phase == Phase::Contract && self.settings.assume_drained {
            return Ok(true);
        }
        let instances = self.store.instances(self.driver).await?;
        let holders = fleet::gate(phase, covered, &instances, &changes(migration), 0);
        Ok(holders.is_empty())
    }
}

/// The run that has taken over, as an error.
pub(super) async fn fenced(driver: &mut dyn Driver, store: &dyn Store) -> Halt {
    let by = match store.lock_holder(driver).await {
        Ok(Some(holder)) => holder.by,
        _ => "another run".to_owned(),
    };
    Error::Fenced { by }.into()
}

/// What a migration changes, for the instances of the application.
pub(super) fn changes(migration: &Migration) -> Vec<Change> {
    let change = |entry: &ChangeEntry, column: Option<&String>| Change {
        table: entry.table.clone(),
        column: column.cloned(),
        replaces: entry.replaces.clone(),
        drops: entry
            .drops
            .iter()
            .map(|column| (column.clone(), migration.id().to_owned()))
            .collect(),
        alters: entry
            .alters
            .iter()
            .map(|column| (column.clone(), migration.id().to_owned()))
            .collect(),
        constrains: None,
        // Whoever calls it by its old name has to be gone when that is.
        gone: (entry.drops_table || entry.becomes.is_some()).then(|| migration.id().to_owned()),
        becomes: entry.becomes.clone(),
        uncovered: entry.uncovered,
    };
    let mut changes = Vec::new();
    for entry in &migration.manifest().changes {
        let constrained = entry.constrains.iter();
        changes.extend(constrained.map(|table| Change {
            table: table.clone(),
            constrains: Some(migration.id().to_owned()),
            ..change(entry, None)
        }));
        if !entry.constrains.is_empty() {
            continue;
        }
        if entry.columns.is_empty() {
            changes.push(change(entry, None));
        }
        let columns = entry.columns.iter();
        changes.extend(columns.map(|column| change(entry, Some(column))));
    }
    changes
}

fn changes_of(migration: &Migration) -> String {
    // Names and nothing else, which JSON has words for.
    serde_json::to_string(&changes(migration)).unwrap_or_else(|_| "[]".to_owned())
}

/// Where colmig's own tables are read and written, in errors about that.
pub(super) fn bookkeeping(migration: &Migration, phase: Phase) -> Place {
    Place {
        migration: migration.id().to_owned(),
        phase,
        step: "bookkeeping".to_owned(),
    }
}
