//! A MongoDB server that belongs to one test.

mod builder;
mod endpoint;
mod programs;
mod replica_set;
mod schema_dump;
mod wire;

pub use builder::MongoDbBuilder;
pub use endpoint::{MongoDbEndpoint, SHARED_MONGODB_VARIABLE, shared_mongodb};
pub use programs::MONGOD_VARIABLE;
pub(crate) use programs::{Programs, WHEEL};
pub use replica_set::{ReplicaSet, ReplicaSetBuilder};

use std::ops::Deref;
use std::path::Path;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::HarnessError;
use crate::port::Port;
use crate::server::{self, Launch, Server};
use crate::watchdog::Watchdog;

/// A private server: stopped, and its data removed, when this is dropped.
///
/// It dereferences to its [`MongoDbEndpoint`], which sends commands; a clone of
/// the endpoint serves threads that work while the server is killed. It stands
/// alone, unless it is a node of a [`ReplicaSet`]: without transactions, and
/// without change streams.
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// use colmig_harness::bson::doc;
///
/// let mut server = colmig_harness::MongoDb::start()?;
/// let database = server.create_database("crash")?;
/// let insert = doc! { "insert": "t", "documents": [{ "_id": 1 }], "writeConcern": { "j": true } };
/// server.command(&database, insert)?;
/// server.kill9()?;
/// server.restart()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MongoDb {
    // The order is that of the destructors: the server stops, the watchdog is
    // dismissed, the files go.
    server: Server,
    _watchdog: Watchdog,
    _base: TempDir,
    endpoint: MongoDbEndpoint,
    launch: Launch<Programs>,
    port: Port,
}

impl MongoDb {
    /// Starts a server with no option changed.
    pub fn start() -> Result<Self, HarnessError> {
        Self::builder().start()
    }

    /// The options for a server.
    pub fn builder() -> MongoDbBuilder {
        MongoDbBuilder::default()
    }

    fn new(
        server: Server,
        endpoint: MongoDbEndpoint,
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
    pub fn endpoint(&self) -> &MongoDbEndpoint {
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
}

impl Deref for MongoDb {
    type Target = MongoDbEndpoint;

    fn deref(&self) -> &MongoDbEndpoint {
        &self.endpoint
    }
}
