//! A MariaDB server that belongs to one test.

mod builder;
mod endpoint;
mod galera;
mod programs;

pub use builder::MariaDbBuilder;
pub use endpoint::{MariaDbEndpoint, SHARED_MARIADB_VARIABLE, shared_mariadb};
pub use galera::{GaleraBuilder, GaleraCluster};
pub(crate) use programs::{Programs, find};

use std::ops::Deref;
use std::path::Path;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::port::Port;
use crate::server::{self, Launch, Product, Server};
use crate::watchdog::Watchdog;
use crate::{HarnessError, process};

/// A private server: stopped, and its data removed, when this is dropped.
///
/// It dereferences to its [`MariaDbEndpoint`], which creates databases and runs
/// SQL; a clone of the endpoint serves threads that work while the server is
/// killed.
///
/// Who holds a metadata lock can be read of it, in
/// `information_schema.metadata_lock_info`.
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let mut server = colmig_harness::MariaDb::start()?;
/// let database = server.create_database("crash")?;
/// server.mariadb(&database, "CREATE TABLE t (id int)")?;
/// server.kill9()?;
/// server.restart()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MariaDb {
    // The order is that of the destructors: the server stops, the watchdog is
    // dismissed, the files go.
    server: Server,
    _watchdog: Watchdog,
    _base: TempDir,
    endpoint: MariaDbEndpoint,
    launch: Launch<Programs>,
    port: Port,
}

impl MariaDb {
    /// Starts a server with no option changed.
    pub fn start() -> Result<Self, HarnessError> {
        Self::builder().start()
    }

    /// The options for a server.
    pub fn builder() -> MariaDbBuilder {
        MariaDbBuilder::default()
    }

    fn new(
        server: Server,
        endpoint: MariaDbEndpoint,
        launch: Launch<Programs>,
        port: Port,
        watchdog: Watchdog,
        base: TempDir,
    ) -> Self {
        Self {
            server,
            _watchdog: watchdog,
            _base: base,
            endpoint,
            launch,
            port,
        }
    }

    /// The address of the server, for clients.
    pub fn endpoint(&self) -> &MariaDbEndpoint {
        &self.endpoint
    }

    /// The port on 127.0.0.1. It stays the same over restarts.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The id of the server's process.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// The file that the server logs to.
    pub fn log(&self) -> &Path {
        &self.launch.log
    }

    /// The end of the log, for the message of a failed assertion.
    pub fn log_tail(&self) -> String {
        server::tail(&self.launch.log)
    }

    /// Kills the server with SIGKILL: a crash. Returns when it has gone.
    pub fn kill9(&mut self) -> Result<(), HarnessError> {
        self.server.crash()
    }

    /// Stops the server in good order (SIGTERM). One that does not heed the
    /// signal is killed: a stop has to end.
    pub fn stop(&mut self) -> Result<(), HarnessError> {
        self.server.end(Signal::SIGTERM)
    }

    /// Starts the server again, on the same port and data; one that still runs
    /// is first stopped in good order.
    pub fn restart(&mut self) -> Result<(), HarnessError> {
        self.stop()?;
        self.server = self.launch.start()?;
        Ok(())
    }

    /// Gives a setting another value, from the next start on.
    fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.launch
            .settings
            .push((name.to_owned(), value.to_owned()));
    }

    /// Takes a setting away, from the next start on.
    fn unset(&mut self, name: &str) {
        self.launch.settings.retain(|(setting, _)| setting != name);
    }

    /// How far a stopped node of a cluster got, by its own data, if it knows.
    fn recovered_position(&self) -> Result<Option<String>, HarnessError> {
        let Launch {
            binaries,
            account,
            data,
            settings,
            ..
        } = &self.launch;
        let mut recover = binaries.server(data, settings);
        recover.arg("--wsrep-recover");
        let words = process::errors(account.run(&mut recover))?;
        let mut position = words
            .lines()
            .filter_map(|line| line.split_once("WSREP: Recovered position: "))
            .map(|(_, position)| position.trim().to_owned());
        Ok(position.next_back())
    }
}

impl Deref for MariaDb {
    type Target = MariaDbEndpoint;

    fn deref(&self) -> &MariaDbEndpoint {
        &self.endpoint
    }
}
