//! The options of a private MongoDB server, and its first start.

use std::fs;

use super::programs::Programs;
use super::{MongoDb, MongoDbEndpoint};
use crate::account::Account;
use crate::builder::base;
use crate::port::Port;
use crate::server::Launch;
use crate::watchdog::Watchdog;
use crate::{HarnessError, Storage};

/// What the names of the folders begin with.
const PREFIX: &str = "colmig-mongodb-";

/// The setting that has parameters as its values.
const PARAMETER: &str = "setParameter";

/// Options for a private server: [`MongoDb::builder`].
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let server = colmig_harness::MongoDb::builder()
///     .setting("wiredTigerCacheSizeGB", "1")
///     .parameter("transactionLifetimeLimitSeconds", "5")
///     .storage(colmig_harness::Storage::Memory)
///     .start()?;
/// # Ok(())
/// # }
/// ```
///
/// There is no choice of how durable it is, as other servers here have it: by
/// MongoDB's own rules each write says what it waits for. One that waits for the
/// journal (`j: true`), or for a majority, is on the disk when it is answered;
/// any other can be lost with the process, in the 100 ms until the journal is
/// written. Where the disk should not be waited for, the data can lie in memory.
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct MongoDbBuilder {
    settings: Vec<(String, String)>,
    storage: Storage,
}

impl MongoDbBuilder {
    /// Gives one of the server's settings a value, as on its command line:
    /// `--name=value`, or `--name` where the value is empty. The last value counts.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        set(&mut self.settings, name.into(), value.into());
        self
    }

    /// Gives one of the server's parameters a value: `--setParameter name=value`.
    pub fn parameter(self, name: &str, value: &str) -> Self {
        self.setting(PARAMETER, format!("{name}={value}"))
    }

    /// Chooses where the data lies.
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// Creates the data folder, starts the server and returns when it accepts
    /// connections: one that stands alone.
    pub fn start(self) -> Result<MongoDb, HarnessError> {
        self.start_with(&[])
    }

    /// The same, with settings that the caller's may overrule.
    pub(super) fn start_with(self, more: &[(&str, &str)]) -> Result<MongoDb, HarnessError> {
        let binaries = Programs::find()?;
        let account = Account::for_mongodb();
        let port = Port::claim()?;
        let base = base(PREFIX, self.storage, &account)?;
        let watchdog = Watchdog::over_processes(&account, base.path())?;

        let mut settings = Vec::new();
        let number = port.number().to_string();
        for (name, value) in SETTINGS
            .iter()
            .chain(&[("port", number.as_str())])
            .chain(more)
        {
            set(&mut settings, (*name).to_owned(), (*value).to_owned());
        }
        for (name, value) in self.settings {
            set(&mut settings, name, value);
        }
        let launch = Launch {
            settings,
            data: base.path().join("data"),
            log: base.path().join("server.log"),
            binaries,
            account,
        };
        fs::create_dir(&launch.data).map_err(HarnessError::io("create", &launch.data))?;
        launch.account.own(&launch.data)?;

        let server = launch.start()?;
        let endpoint = MongoDbEndpoint::on_loopback(port.number());
        Ok(MongoDb::new(server, endpoint, launch, port, watchdog, base))
    }
}

/// The settings of every server.
const SETTINGS: [(&str, &str); 6] = [
    ("bind_ip", "127.0.0.1"),
    ("nounixsocket", ""),
    // One a connection that comes and goes would be most of the log.
    ("quiet", ""),
    // By default it is half of the machine's memory, for each server.
    ("wiredTigerCacheSizeGB", "0.25"),
    (PARAMETER, "diagnosticDataCollectionEnabled=false"),
    // For 15 s by default, a node that is told to stop would tell clients so.
    (PARAMETER, "shutdownTimeoutMillisForSignaledShutdown=100"),
];

/// Gives a setting a value, in place of the one that it has: the server takes
/// none twice.
fn set(settings: &mut Vec<(String, String)>, name: String, value: String) {
    let same = |other: &(String, String)| key(&other.0, &other.1) == key(&name, &value);
    match settings.iter().position(same) {
        Some(place) => settings[place] = (name, value),
        None => settings.push((name, value)),
    }
}

/// What there can be one of: a setting, or a parameter.
fn key<'a>(name: &'a str, value: &'a str) -> (&'a str, &'a str) {
    match (name, value.split_once('=')) {
        (PARAMETER, Some((parameter, _))) => (name, parameter),
        (_, _) => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_no_setting_is_given_twice() {
        let builder = MongoDbBuilder::default()
            .setting("quiet", "")
            .parameter("a", "1")
            .setting("port", "1")
            .parameter("b", "2")
            .setting("port", "2")
            .parameter("a", "3=4");
        let settings: Vec<_> = builder
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            settings,
            [
                ("quiet", ""),
                (PARAMETER, "a=3=4"),
                ("port", "2"),
                (PARAMETER, "b=2")
            ]
        );
    }
}
