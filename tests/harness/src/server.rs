//! The process of a running server.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::{HarnessError, NotReady, process};

/// Recovery after a crash is part of a start, so this is no short time.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How long a stop may take when the data is kept: it may include a checkpoint
/// of much that was written.
pub(crate) const STOP_LIMIT: Duration = Duration::from_secs(60);

/// How long each signal may take when the data is thrown away.
const DROP_LIMIT: Duration = Duration::from_secs(10);

/// How much of the log goes into an error.
const TAIL_LINES: usize = 30;

/// Everything that a start needs, kept so that a restart is the same start.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    pub(crate) data: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) settings: Vec<(String, String)>,
}

impl Launch {
    /// Starts the server and returns when it accepts connections.
    pub(crate) fn start(&self) -> Result<Server, HarnessError> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .map_err(HarnessError::io("open", &self.log))?;
        let log_too = log
            .try_clone()
            .map_err(HarnessError::io("open", &self.log))?;

        let mut command = self.binaries.command("postgres");
        command.arg("-D").arg(&self.data);
        for (name, value) in &self.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // A Ctrl-C is meant for the tests. What it means for the server is
        // decided by them, or by the watchdog when they are gone.
        command.stdout(log).stderr(log_too).process_group(0);

        let mut server = Server {
            child: process::spawn(self.account.run(&mut command))?,
            data: self.data.clone(),
        };
        self.wait_until_ready(&mut server)?;
        Ok(server)
    }

    fn wait_until_ready(&self, server: &mut Server) -> Result<(), HarnessError> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let ended = process::wait(&mut server.child, process::POLL)
                .map_err(HarnessError::io("wait for the server in", &self.data))?;
            if let Some(status) = ended {
                return Err(self.not_ready(NotReady::Ended(status)));
            }
            if server.is_ready() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.not_ready(NotReady::TimedOut(START_LIMIT)));
            }
        }
    }

    fn not_ready(&self, reason: NotReady) -> HarnessError {
        HarnessError::NotReady {
            reason,
            log: tail(&self.log),
        }
    }
}

/// A running server. It is stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    data: PathBuf,
}

impl Server {
    /// The id of the postmaster.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the postmaster and waits until it has ended, up to
    /// `limit`.
    pub(crate) fn stop(
        &mut self,
        signal: Signal,
        limit: Duration,
    ) -> io::Result<Option<ExitStatus>> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(Some(status));
        }
        process::send(self.child.id(), signal)?;
        process::wait(&mut self.child, limit)
    }

    /// Kills the postmaster and all of its children, as a loss of power to the
    /// process tree would: nobody gets to say goodbye.
    pub(crate) fn kill_all(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        // A new server refuses the data folder while an old worker lives.
        process::kill_all_in(&self.data)
    }

    /// The eighth line of `postmaster.pid` is the state of the server, and the
    /// first its process; a killed server leaves the file of its predecessor.
    fn is_ready(&self) -> bool {
        let Ok(text) = fs::read_to_string(self.data.join("postmaster.pid")) else {
            return false;
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.first() == Some(&self.child.id().to_string().as_str())
            && lines.get(7) == Some(&"ready")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for signal in [Signal::SIGINT, Signal::SIGQUIT] {
            if matches!(self.stop(signal, DROP_LIMIT), Ok(Some(_))) {
                return;
            }
        }
        // There is nobody left to tell, and the watchdog tries once more.
        let _ = self.kill_all();
    }
}

/// The last lines of a log, or why there are none.
pub(crate) fn tail(log: &Path) -> String {
    match fs::read(log) {
        Err(error) => format!("({} cannot be read: {error})", log.display()),
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
        }
    }
}
