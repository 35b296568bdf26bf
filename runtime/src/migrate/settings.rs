//! How carefully migrations are executed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::backfill::Brakes;
use super::error::Error;
use super::window::Window;

/// How carefully migrations are executed: the table `run` of `colmig.toml`.
///
/// Durations are written as `"50ms"`, `"1s"`, `"5m"`.
///
/// ```
/// let settings = colmig::migrate::Settings::default();
/// assert_eq!(settings.lock_timeout.as_millis(), 50);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// How long a statement may wait for a lock while others queue up behind it. It then
    /// steps aside, lets the traffic through, and tries again.
    #[serde(with = "duration")]
    pub lock_timeout: Duration,
    /// The pause before the first of these further tries. Pauses grow and are jittered,
    /// so that the tries do not beat in time with whatever is in the way.
    #[serde(with = "duration")]
    pub lock_retry: Duration,
    /// How long one step is tried, and how long a gate or a database that is being
    /// restarted is waited for, before the run gives up.
    #[serde(with = "duration")]
    pub lock_patience: Duration,
    /// How long a statement may wait for a lock when nobody queues up behind it:
    /// concurrent index builds, and the validation of constraints.
    #[serde(with = "duration")]
    pub alone_timeout: Duration,
    /// How many workers a run fills old rows with, each on a connection of its own. A
    /// database with one writer at a time has one.
    pub workers: u32,
    /// How many rows one batch of a backfill covers at most.
    pub batch_rows: u32,
    /// How long one batch may take on a database on which nobody else is at work; who writes
    /// one of its rows waits for as long. While others are, batches take about half a millisecond.
    #[serde(with = "duration")]
    pub batch_time: Duration,
    /// The share of the time that batches of one worker may take, above 0 and up to 1. On a
    /// database with one writer at a time it is never more than one half.
    pub duty: f64,
    /// Whether batches are brief while others are at work, and leave them the more time the longer
    /// they have to wait themselves. Otherwise each has `batch-rows` rows, at this `duty`.
    pub give_way: bool,
    /// SQL that the session of each worker executes first, statement by statement, and the one that
    /// takes its place after a lost connection: `["SET work_mem = '64MB'"]`. It may have the
    /// operating system run the session when nobody else needs a processor.
    pub worker_session: Vec<String>,
    /// How many rows a table of a Galera cluster may have at most for a statement that reads or
    /// writes all of it: every write of the cluster waits for as long as that takes.
    pub cluster_rows: u64,
    /// What becomes of the triggers that others have on a table when its old rows are filled.
    pub user_triggers: UserTriggers,
    /// From where on a backfill is held.
    pub brakes: Brakes,
    /// Hours in which a backfill goes by other settings.
    pub windows: Vec<Window>,
    /// How long the run lock outlives a run that has died.
    #[serde(with = "duration")]
    pub lease: Duration,
    /// For how long reads have to have come from the target before `contract` takes legacy
    /// away: until then a mistake can be switched back.
    #[serde(with = "duration")]
    pub dwell: Duration,
    /// Whom the audit names; the user, the host and the process if nothing is said.
    pub actor: Option<String>,
    /// Whether no instance of the application runs, so that there is nobody to wait
    /// for between two stages: a database for development or tests. With live instances
    /// it loses writes.
    pub offline: bool,
    /// Whether somebody vouches that no build writes any more that does not know the change: before
    /// `contract` whatever the leases say, and before a backfill that nothing in the database covers,
    /// for writers that hold none. The audit records it. It is said with a command and
    /// not in a file, so that it is said anew each time.
    #[serde(skip)]
    pub assume_drained: bool,
}

/// What becomes of the triggers that others have on a table when its old rows are filled.
///
/// A trigger that keeps `updated_at` would say of every row that it was changed just now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum UserTriggers {
    /// They do not fire. Where a role cannot have that, the backfill is held before its first
    /// batch, and says what can be done.
    #[default]
    Skip,
    /// They fire for every row, as for any other UPDATE.
    Fire,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            lock_timeout: Duration::from_millis(50),
            lock_retry: Duration::from_secs(1),
            lock_patience: Duration::from_secs(5 * 60),
            alone_timeout: Duration::from_secs(10 * 60),
            workers: 2,
            batch_rows: 20_000,
            batch_time: Duration::from_millis(100),
            duty: 1.0,
            give_way: true,
            worker_session: Vec::new(),
            cluster_rows: 50_000,
            user_triggers: UserTriggers::default(),
            brakes: Brakes::default(),
            windows: Vec::new(),
            lease: Duration::from_secs(10),
            dwell: Duration::from_secs(10 * 60),
            actor: None,
            offline: false,
            assume_drained: false,
        }
    }
}

/// The setting of that name, in messages.
pub(super) const CLUSTER_ROWS: &str = "cluster-rows";

/// The setting of that name, in messages.
pub(super) const WORKER_SESSION: &str = "worker-session";

/// More are no help to any database, and take the connections of others.
pub(super) const MOST_WORKERS: u32 = 64;

impl Settings {
    /// Refuses what cannot be meant.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| Err(Error::Settings(what.to_owned()));
        if !(self.duty > 0.0 && self.duty <= 1.0) {
            return refuse("`duty` is a share of the time: above 0, and at most 1");
        }
        if self.batch_rows == 0 {
            return refuse("`batch-rows` has to be at least 1");
        }
        if !(1..=MOST_WORKERS).contains(&self.workers) {
            return refuse("`workers` has to be from 1 to 64");
        }
        if self.batch_time.as_millis() == 0 {
            return refuse("`batch-time` has to be at least 1ms");
        }
        // PostgreSQL takes a time-out of 0 for none at all, and counts in milliseconds.
        if self.lock_timeout.as_millis() == 0 || self.alone_timeout.as_millis() == 0 {
            return refuse("`lock-timeout` and `alone-timeout` have to be at least 1ms");
        }
        if self.lock_retry.as_millis() == 0 {
            return refuse("`lock-retry` has to be at least 1ms");
        }
        // The lease is renewed three times over, and each time takes a round trip.
        if self.lease.as_millis() < 300 {
            return refuse("`lease` has to be at least 300ms");
        }
        if self.worker_session.iter().any(|sql| sql.trim().is_empty()) {
            return refuse("`worker-session` has a statement without any text");
        }
        self.brakes.check()?;
        self.windows
            .iter()
            .try_for_each(|window| window.check(self))
    }

    /// Who does it, for the audit and for whoever finds the lock taken.
    pub(super) fn actor(&self) -> String {
        self.actor.clone().unwrap_or_else(crate::identity::process)
    }
}

/// Durations as people write them.
mod duration {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&humantime::format_duration(*duration))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(from)?;
        humantime::parse_duration(&text).map_err(|error| {
            D::Error::custom(format_args!(
                "`{text}` is no duration ({error}): write it as \"50ms\", \"1s\" or \"5m\""
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        let settings: Settings = toml::from_str("lock-timeout = \"20ms\"\nlease = \"1m\"").unwrap();
        assert_eq!(settings.lock_timeout, Duration::from_millis(20));
        assert_eq!(settings.lease, Duration::from_secs(60));
        assert_eq!(settings.batch_rows, 20_000);
        let text = toml::to_string(&settings).unwrap();
        assert!(text.contains("lock-timeout = \"20ms\""), "{text}");
        assert_eq!(toml::from_str::<Settings>(&text).unwrap(), settings);
    }

    #[test]
    fn a_number_without_a_unit_says_how_to_write_it() {
        let error = toml::from_str::<Settings>("lease = \"10\"").unwrap_err();
        assert!(error.to_string().contains("write it as"), "{error}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let wrong = [
            Settings {
                duty: 0.0,
                ..Settings::default()
            },
            Settings {
                duty: f64::NAN,
                ..Settings::default()
            },
            Settings {
                batch_rows: 0,
                ..Settings::default()
            },
            Settings {
                lock_timeout: Duration::ZERO,
                ..Settings::default()
            },
            Settings {
                lease: Duration::ZERO,
                ..Settings::default()
            },
        ];
        for settings in wrong {
            assert!(settings.check().is_err(), "{settings:?}");
        }
        assert!(Settings::default().check().is_ok());
    }
}
