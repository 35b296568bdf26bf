//! The process of a running server.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::{HarnessError, NotReady, process};

/// Recovery after a crash is part of a start, so this is no short time.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How long a stop may take when the data is kept: it may include a checkpoint
/// of much that was written.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// How long each signal may take when the data is thrown away.
const DROP_LIMIT: Duration = Duration::from_secs(10);

/// How much of the log goes into an error.
const TAIL_LINES: usize = 30;

/// What differs from product to product about the process of a server.
pub(crate) trait Product {
    /// The signals that end a server whose data is thrown away, the gentlest
    /// first. After the last of them it is killed.
    const FAREWELL: &'static [Signal];

    /// The call that runs a server in the foreground, logging to its output.
    fn server(&self, data: &Path, settings: &[(String, String)]) -> Command;

    /// Whether the server accepts connections. `logged` is what it wrote since
    /// it was started.
    fn is_ready(&self, data: &Path, pid: u32, logged: &mut dyn FnMut() -> String) -> bool;
}

/// Everything that a start needs, kept so that a restart is the same start.
#[derive(Debug)]
pub(crate) struct Launch<P> {
    pub(crate) binaries: P,
    pub(crate) account: Account,
    pub(crate) data: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) settings: Vec<(String, String)>,
}

impl<P: Product> Launch<P> {
    /// Starts the server and returns when it accepts connections.
    pub(crate) fn start(&self) -> Result<Server, HarnessError> {
        let mut log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .map_err(HarnessError::io("open", &self.log))?;
        let log_too = log
            .try_clone()
            .map_err(HarnessError::io("open", &self.log))?;
        let before = log
            .seek(SeekFrom::End(0))
            .map_err(HarnessError::io("read", &self.log))?;

        let mut command = self.binaries.server(&self.data, &self.settings);
        // A Ctrl-C is meant for the tests. What it means for the server is
        // decided by them, or by the watchdog when they are gone.
        command.stdout(log).stderr(log_too).process_group(0);

        let mut server = Server {
            child: process::spawn(self.account.run(&mut command))?,
            data: self.data.clone(),
            farewell: P::FAREWELL,
        };
        self.wait_until_ready(&mut server, before)?;
        Ok(server)
    }

    /// `before` is the length of the log that earlier starts have left.
    fn wait_until_ready(&self, server: &mut Server, before: u64) -> Result<(), HarnessError> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let ended = process::wait(&mut server.child, process::POLL)
                .map_err(HarnessError::io("wait for the server in", &self.data))?;
            if let Some(status) = ended {
                return Err(self.not_ready(NotReady::Ended(status)));
            }
            let mut logged = || read_from(&self.log, before).unwrap_or_default();
            if self
                .binaries
                .is_ready(&self.data, server.pid(), &mut logged)
            {
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
    farewell: &'static [Signal],
}

impl Server {
    /// The id of the server's main process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to the main process and waits until it has ended, up to
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

    /// Stops the server in good order, by this signal. One that does not heed it is
    /// killed: a stop has to end.
    pub(crate) fn end(&mut self, signal: Signal) -> Result<(), HarnessError> {
        let stopped = self.stop(signal, STOP_LIMIT);
        match stopped.map_err(HarnessError::io("stop the server in", &self.data))? {
            Some(_) => Ok(()),
            None => self.crash(),
        }
    }

    /// Kills the server: a crash. Returns when the last of its processes has gone.
    pub(crate) fn crash(&mut self) -> Result<(), HarnessError> {
        let killed = self.kill_all();
        killed.map_err(HarnessError::io("kill the server in", &self.data))
    }

    /// Kills the main process and all of its children, as a loss of power to the
    /// process tree would: nobody gets to say goodbye.
    pub(crate) fn kill_all(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        // A new server refuses the data folder while an old worker lives.
        process::kill_all_in(&self.data)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Another may work in the folder by now.
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        for signal in self.farewell {
            if matches!(self.stop(*signal, DROP_LIMIT), Ok(Some(_))) {
                return;
            }
        }
        // There is nobody left to tell, and the watchdog tries once more.
        let _ = self.kill_all();
    }
}

/// What a log holds from a place on.
fn read_from(log: &Path, place: u64) -> io::Result<String> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
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
