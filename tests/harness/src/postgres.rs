//! A PostgreSQL server that belongs to one test.

use std::ops::Deref;
use std::path::Path;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::binaries::Binaries;
use crate::port::Port;
use crate::server::{self, Launch, Server};
use crate::watchdog::Watchdog;
use crate::{Endpoint, HarnessError, PostgresBuilder, Replica};

/// A private server: stopped, and its data removed, when this is dropped.
///
/// It dereferences to its [`Endpoint`], which creates databases and runs SQL; a
/// clone of the endpoint serves threads that work while the server is killed.
#[derive(Debug)]
pub struct Postgres {
    // The order is that of the destructors: the server stops, the watchdog is
    // dismissed, the files go.
    server: Server,
    _watchdog: Watchdog,
    _base: TempDir,
    endpoint: Endpoint,
    launch: Launch<Binaries>,
    port: Port,
}

impl Postgres {
    /// Starts a server with no option changed.
    pub fn start() -> Result<Self, HarnessError> {
        Self::builder().start()
    }

    /// The options for a server.
    pub fn builder() -> PostgresBuilder {
        PostgresBuilder::default()
    }

    pub(crate) fn new(
        server: Server,
        endpoint: Endpoint,
        launch: Launch<Binaries>,
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
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The port on 127.0.0.1. It stays the same over restarts.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The id of the server's main process, the postmaster.
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

    /// A replica that follows this server under that name.
    pub fn replica(&self, name: &str) -> Result<Replica, HarnessError> {
        Replica::of(self, name)
    }

    pub(crate) fn launch(&self) -> &Launch<Binaries> {
        &self.launch
    }

    /// Kills the postmaster and all of its children with SIGKILL: a crash.
    /// Returns when the last of them has gone.
    pub fn kill9_all(&mut self) -> Result<(), HarnessError> {
        self.server.crash()
    }

    /// Stops the server without a checkpoint (SIGQUIT): its workers break off,
    /// and the next start recovers from the log.
    pub fn stop_immediate(&mut self) -> Result<(), HarnessError> {
        self.server.end(Signal::SIGQUIT)
    }

    /// Starts the server again, on the same port and data; one that still runs
    /// is first stopped in good order (SIGINT).
    pub fn restart(&mut self) -> Result<(), HarnessError> {
        self.server.end(Signal::SIGINT)?;
        self.server = self.launch.start()?;
        Ok(())
    }
}

impl Deref for Postgres {
    type Target = Endpoint;

    fn deref(&self) -> &Endpoint {
        &self.endpoint
    }
}
