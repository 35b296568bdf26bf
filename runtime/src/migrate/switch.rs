//! The read switch: moved by hand, on evidence, and seen by every live instance before the
//! command ends.

use std::fmt;

use colmig_schema::reads::{self, IllegalSwitch, Reads};
use colmig_schema::{Phase, Progress};
use tracing::Instrument as _;

use super::driver::end;
use super::error::Error;
use super::event::Event;
use super::load::Migration;
use super::migrator::{Migrator, find, reading};
use super::outcome::Outcome;
use super::retry::Attempts;
use super::session::{Halt, Session, bookkeeping};
use super::spans;
use super::watch::Watch;

/// Where the read switch is to be moved.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Switching {
    /// From where replaced columns are to be read.
    pub reads: Reads,
    /// How many comparisons may find two values before instances read from legacy again by
    /// themselves.
    pub mismatch_limit: u64,
    /// Whether what is reported of such a comparison holds the two values.
    pub show_values: bool,
}

impl Switching {
    /// To read from there, with no mismatch put up with, and no values shown.
    pub fn to(reads: Reads) -> Switching {
        Switching {
            reads,
            ..Switching::default()
        }
    }
}

impl fmt::Display for Switching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reads.fmt(f)
    }
}

impl Migrator {
    /// Moves the read switch of a migration. Done when every live instance reads so.
    ///
    /// # Errors
    /// Everything that [`Error`] lists. What the evidence in the database speaks against is
    /// no error but [`Outcome::Held`].
    pub async fn switch(
        &mut self,
        migrations: &[Migration],
        id: &str,
        to: Switching,
        watch: &Watch,
    ) -> Result<Outcome, Error> {
        let migration = find(migrations, id)?;
        let command = format!("cargo colmig switch --reads {to} {id}");
        let database = self.database();
        let Some(mut session) = self.open(watch, command.clone()).await? else {
            return Ok(Outcome::Stopped { resume: command });
        };
        let work = session.switch(migrations, migration, to);
        let result = work.instrument(spans::run("switch", database)).await;
        session.close(result).await
    }
}

impl Session<'_> {
    async fn switch(
        &mut self,
        migrations: &[Migration],
        migration: &Migration,
        to: Switching,
    ) -> Result<(), Halt> {
        self.refuse_strangers(migrations).await?;
        let id = migration.id();
        let held = |gate: String| Halt::Held {
            migration: id.to_owned(),
            phase: Phase::SwitchReads,
            gate,
        };
        if !migration.replaces() {
            return Err(held(
                "it replaces no column, so there are not two sides to read from".to_owned(),
            ));
        }
        let progress = self.standing_of(migration).await?.progress;
        let now = self.store.switch(self.driver, id).await.map_err(reading)?;
        let now = now.unwrap_or_default();
        reads::switch(progress, now.reads, to.reads, now.evidence).map_err(|why| {
            held(match why {
                IllegalSwitch::NotNow(Progress::Finished) => {
                    "it is finished: only the target is left".to_owned()
                }
                IllegalSwitch::NotNow(_) => format!("{why}: `cargo colmig run` takes it there"),
                IllegalSwitch::Mismatches(..) => format!(
                    "{why}; `cargo colmig status --format json` names the rows: `cargo colmig verify --repair` mends them, and \
                     `cargo colmig switch --reads shadow {id}` counts anew"
                ),
                other => other.to_string(),
            })
        })?;
        self.move_switch(migration, to).await?;
        self.watch.emit(Event::ReadsSwitched {
            migration: id.to_owned(),
            from: now.reads.to_string(),
            to: to.reads.to_string(),
        });
        if !self.settings.offline {
            self.await_acknowledged(migration, Phase::SwitchReads)
                .await?;
        }
        Ok(())
    }

    async fn move_switch(&mut self, migration: &Migration, to: Switching) -> Result<(), Halt> {
        let place = bookkeeping(migration, Phase::SwitchReads);
        let mut attempts = Attempts::new(self.settings);
        loop {
            let waits = attempts.waits(self.settings.lock_timeout);
            let moved = async {
                self.driver.begin(&waits).await?;
                let Switching {
                    reads,
                    mismatch_limit,
                    show_values,
                } = to;
                let moved = self
                    .store
                    .move_switch(
                        self.driver,
                        migration.id(),
                        reads,
                        mismatch_limit,
                        show_values,
                    )
                    .await;
                let fenced = match moved {
                    Ok(()) => self.lease.fence(self.driver).await,
                    Err(failure) => Err(failure.into()),
                };
                end(self.driver, fenced).await
            };
            match moved.await {
                Ok(()) => return Ok(()),
                Err(trouble) => {
                    let sql = "INSERT INTO colmig_switch ...";
                    self.recover(trouble, &place, sql, &mut attempts).await?
                }
            }
        }
    }

    /// The gate of contract for a replaced column: everything is read from the target, and
    /// has been for a while.
    pub(super) async fn pass_reads_gate(&mut self, migration: &Migration) -> Result<(), Halt> {
        if !migration.replaces() {
            return Ok(());
        }
        let id = migration.id();
        let held = |gate: String| Halt::Held {
            migration: id.to_owned(),
            phase: Phase::Contract,
            gate,
        };
        let switch = self.store.switch(self.driver, id).await.map_err(reading)?;
        let switch = switch.unwrap_or_default();
        if switch.reads != Reads::Target {
            return Err(held(format!(
                "reads come from {}, and legacy cannot go before they come from the target alone: \
                 `cargo colmig switch --reads target {id}`",
                match switch.reads {
                    Reads::Legacy | Reads::Shadow(_) => "legacy".to_owned(),
                    part => format!("the target for {part} of the rows only"),
                },
            )));
        }
        if !self.settings.offline {
            // Whoever moved the switch may have been killed before every instance had followed.
            self.await_acknowledged(migration, Phase::Contract).await?;
        }
        let dwell = self.settings.dwell;
        let since = std::time::Duration::from_millis(switch.since_ms);
        if !self.settings.offline && since < dwell {
            let seconds = |duration: std::time::Duration| {
                humantime::format_duration(std::time::Duration::from_secs(duration.as_secs()))
                    .to_string()
            };
            return Err(held(format!(
                "reads have come from the target for {}, and `dwell` in colmig.toml asks for {}: until then a mistake \
                 can still be switched back; afterwards `{}` goes on",
                seconds(since),
                seconds(dwell),
                self.resume
            )));
        }
        Ok(())
    }
}
