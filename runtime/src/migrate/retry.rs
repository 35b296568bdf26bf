//! What may pass is tried again: with growing, jittered pauses, for a bounded time.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use colmig_schema::Database;
use tokio::time::Instant;

use super::driver::{Driver, Failure, Obstruction, Waits};
use super::error::{Error, Place, millis};
use super::event::Event;
use super::session::{Halt, Session, fenced};
use super::settings::Settings;
use super::store::{Store, Trouble};
use super::watch::Watch;

/// Pauses stop growing here: what is in the way for longer is no matter of milliseconds,
/// and a run should go on soon after it has gone.
const LONGEST_PAUSE: u32 = 8;

/// One thing that is tried until it succeeds or the patience is used up.
#[derive(Debug)]
pub(super) struct Attempts {
    began: Instant,
    pauses: ExponentialBackoff,
    limit: Duration,
    count: u32,
    /// What stood in the way when it was seen last.
    pub(super) seen: Obstruction,
}

impl Attempts {
    pub(super) fn new(settings: &Settings) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(settings.lock_retry)
            .with_factor(1.5)
            .with_max_delay(settings.lock_retry * LONGEST_PAUSE)
            .without_max_times()
            .with_jitter()
            .build();
        Attempts {
            began: Instant::now(),
            pauses,
            limit: settings.lock_patience,
            count: 0,
            seen: Obstruction::default(),
        }
    }

    /// How long it has been tried.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// How the next try waits for locks.
    pub(super) fn waits(&self, lock: Duration) -> Waits {
        Waits {
            lock,
            ahead: self.seen.ahead.clone(),
        }
    }

    /// The pause before the next try; none if the patience is used up.
    pub(super) fn pause(&mut self) -> Option<Duration> {
        self.count += 1;
        let left = self
            .limit
            .checked_sub(self.began.elapsed())
            .filter(|left| !left.is_zero())?;
        self.pauses.next().map(|pause| pause.min(left))
    }
}

/// What is done about a try that failed, by whoever tried.
#[derive(Clone, Copy)]
pub(super) struct Recovery<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) watch: &'a Watch,
    /// The command that goes on where this one gives up.
    pub(super) resume: &'a str,
}

impl Session<'_> {
    /// After a try that failed: waits, if it is worth another, or says why it is not.
    pub(super) async fn recover(
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
}

impl Recovery<'_> {
    /// After a try on this connection that failed: waits, if it is worth another, or says why
    /// it is not.
    pub(super) async fn after(
        &self,
        trouble: Trouble,
        driver: &mut dyn Driver,
        place: &Place,
        statement: &str,
        attempts: &mut Attempts,
    ) -> Result<(), Halt> {
        let failure = match trouble {
            Trouble::Database(failure) => failure,
            Trouble::Fenced => return Err(fenced(driver, self.store).await),
            Trouble::Damaged(what) => return Err(Error::Damaged(what).into()),
        };
        match failure {
            Failure::LockTimeout(_) | Failure::Again(_) => self.stand_aside(place, attempts).await,
            Failure::Lost(message) => self.reconnect(message, driver, attempts).await,
            // By ourselves.
            Failure::Cancelled(_) if self.watch.stop.is_requested() => Err(Halt::Stop),
            Failure::Conflict {
                constraint,
                message,
                detail,
            } => Err(Error::Conflict {
                place: Box::new(place.clone()),
                constraint,
                message,
                detail,
                resume: self.resume.to_owned(),
            }
            .into()),
            Failure::InTheWay { message, hint } => Err(Error::InTheWay {
                place: Box::new(place.clone()),
                message,
                hint,
                resume: self.resume.to_owned(),
            }
            .into()),
            Failure::Refused { message, hint, .. } => {
                let statement = spoken(driver.dialect().database, statement);
                Err(refused(place, statement, message, hint).into())
            }
            Failure::Cancelled(message) => {
                let statement = spoken(driver.dialect().database, statement);
                Err(refused(place, statement, message, None).into())
            }
        }
    }

    async fn stand_aside(&self, place: &Place, attempts: &mut Attempts) -> Result<(), Halt> {
        let pause = attempts.pause();
        let blockers = attempts.seen.blockers.clone();
        let waited_ms = millis(attempts.elapsed());
        let Some(pause) = pause else {
            return Err(Error::LockPatience {
                place: Box::new(place.clone()),
                attempts: attempts.count,
                waited_ms,
                blockers,
                resume: self.resume.to_owned(),
            }
            .into());
        };
        self.watch.emit(Event::LockTimedOut {
            migration: place.migration.clone(),
            phase: place.phase,
            step: place.step.clone(),
            attempt: attempts.count,
            waited_ms,
            blockers,
            retry_in_ms: millis(pause),
        });
        self.watch.sleep(pause).await
    }

    /// Opens the connection again: a server that is restarted is back soon, and what was
    /// sent last is looked up in the records.
    async fn reconnect(
        &self,
        mut message: String,
        driver: &mut dyn Driver,
        attempts: &mut Attempts,
    ) -> Result<(), Halt> {
        loop {
            let Some(pause) = attempts.pause() else {
                return Err(Error::Lost {
                    message,
                    waited_ms: millis(attempts.elapsed()),
                }
                .into());
            };
            let retry_in_ms = millis(pause);
            self.watch.emit(Event::ConnectionLost {
                message: message.clone(),
                retry_in_ms,
            });
            self.watch.sleep(pause).await?;
            match driver.reconnect().await {
                Ok(()) => return Ok(()),
                Err(failure @ Failure::Refused { .. }) => {
                    let message = failure.message().to_owned();
                    return Err(Error::Lost {
                        message,
                        waited_ms: millis(attempts.elapsed()),
                    }
                    .into());
                }
                Err(failure) => message = failure.message().to_owned(),
            }
        }
    }
}

/// What was sent, in the database's words: what the executor keeps is written and read through
/// the store, for which callers name the statement that it is in SQL.
fn spoken(database: Database, statement: &str) -> &str {
    let sql = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
    let is_sql = sql.iter().any(|verb| statement.starts_with(verb));
    match database.sql() {
        None if is_sql => "a command on colmig's own collections",
        _ => statement,
    }
}

fn refused(place: &Place, statement: &str, message: String, hint: Option<String>) -> Error {
    Error::Statement {
        place: Box::new(place.clone()),
        statement: statement.to_owned(),
        message,
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_tables_are_said_to_have_been_sent_sql() {
        let (ours, collmod) = ("INSERT INTO colmig_step ...", "{\"collMod\": \"users\"}");
        assert_eq!(spoken(Database::Postgres, ours), ours);
        assert_eq!(
            spoken(Database::MongoDb, ours),
            "a command on colmig's own collections"
        );
        assert_eq!(spoken(Database::MongoDb, collmod), collmod);
    }

    #[test]
    fn pauses_are_at_least_as_long_as_asked_for_and_end() {
        let settings = Settings {
            lock_retry: Duration::from_millis(10),
            lock_patience: Duration::from_millis(100),
            ..Settings::default()
        };
        let mut attempts = Attempts::new(&settings);
        let mut pauses = Vec::new();
        while let Some(pause) = attempts.pause() {
            pauses.push(pause);
            std::thread::sleep(pause);
        }
        let (last, others) = pauses.split_last().unwrap();
        assert!(
            others.iter().all(|pause| *pause >= settings.lock_retry),
            "{pauses:?}"
        );
        assert!(
            *last <= settings.lock_retry * LONGEST_PAUSE * 2,
            "{pauses:?}"
        );
        assert!(attempts.elapsed() >= settings.lock_patience);
        assert!(attempts.pause().is_none());
    }
}
