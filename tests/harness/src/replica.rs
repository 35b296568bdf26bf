//! A streaming replica of a private server.

use std::path::Path;

use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::binaries::Binaries;
use crate::port::Port;
use crate::server::{self, Launch, Server};
use crate::watchdog::Watchdog;
use crate::{Endpoint, HarnessError, Postgres, builder, process};

/// A replica that follows a [`Postgres`]: stopped, and its data removed, when this is dropped.
///
/// ```no_run
/// # fn main() -> Result<(), colmig_harness::HarnessError> {
/// let primary = colmig_harness::Postgres::start()?;
/// let mut replica = primary.replica("b")?;
/// replica.pause()?;
/// replica.resume()?;
/// replica.kill()?;
/// replica.restart()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Replica {
    // The order is that of the destructors, as with a primary.
    server: Option<Server>,
    _watchdog: Watchdog,
    _base: TempDir,
    endpoint: Endpoint,
    launch: Launch<Binaries>,
    _port: Port,
}

impl Replica {
    /// Copies the primary and follows it, under `name` as its `application_name`. Its data lies
    /// in memory.
    pub(crate) fn of(primary: &Postgres, name: &str) -> Result<Self, HarnessError> {
        let theirs = primary.launch();
        let (binaries, account) = (theirs.binaries.clone(), theirs.account.clone());
        let port = Port::claim()?;
        let base = builder::base("colmig-postgres-", builder::Storage::Memory, &account)?;
        let watchdog = Watchdog::over_postgres(&binaries, &account, base.path())?;
        let data = base.path().join("data");
        let mut copy = binaries.command("pg_basebackup");
        copy.args(["--no-sync", "--checkpoint=fast", "--wal-method=stream"])
            .arg("--pgdata")
            .arg(&data)
            .arg(format!("--dbname={}", primary.endpoint().url("postgres")))
            .current_dir(base.path());
        process::output(account.run(&mut copy))?;
        let marker = data.join("standby.signal");
        std::fs::write(&marker, "").map_err(HarnessError::io("write", &marker))?;
        account.own(&marker)?;
        let follow = format!(
            "host=127.0.0.1 port={} user=postgres application_name={name}",
            primary.port()
        );
        let mut settings = builder::settings(port.number(), base.path(), false);
        settings.extend([
            ("primary_conninfo".to_owned(), follow),
            ("wal_receiver_status_interval".to_owned(), "1s".to_owned()),
            ("wal_retrieve_retry_interval".to_owned(), "200ms".to_owned()),
        ]);
        let launch = Launch {
            settings,
            data,
            log: base.path().join("server.log"),
            binaries,
            account,
        };
        let server = launch.start()?;
        let endpoint = Endpoint::on_loopback(launch.binaries.clone(), port.number());
        Ok(Replica {
            server: Some(server),
            _watchdog: watchdog,
            _base: base,
            endpoint,
            launch,
            _port: port,
        })
    }

    /// The address of the replica, for clients that read.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The end of the log, for the message of a failed assertion.
    pub fn log_tail(&self) -> String {
        server::tail(self.log())
    }

    /// The file that the replica logs to.
    pub fn log(&self) -> &Path {
        &self.launch.log
    }

    /// From now on it replays nothing. It receives still.
    pub fn pause(&self) -> Result<(), HarnessError> {
        self.endpoint
            .psql("postgres", "SELECT pg_wal_replay_pause()")
            .map(drop)
    }

    /// Replays again.
    pub fn resume(&self) -> Result<(), HarnessError> {
        self.endpoint
            .psql("postgres", "SELECT pg_wal_replay_resume()")
            .map(drop)
    }

    /// Kills all of its processes: a crash.
    pub fn kill(&mut self) -> Result<(), HarnessError> {
        match &mut self.server {
            Some(server) => server.crash(),
            None => Ok(()),
        }
    }

    /// Starts it again, on the same port and data.
    pub fn restart(&mut self) -> Result<(), HarnessError> {
        if let Some(mut server) = self.server.take() {
            // One that was killed has ended already.
            server.end(Signal::SIGINT)?;
        }
        self.server = Some(self.launch.start()?);
        Ok(())
    }
}
