//! Child processes: running one to its end, and ending one for certain.

use std::env;
use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;

use crate::HarnessError;

/// How often a state that nobody announces is looked at.
pub(crate) const POLL: Duration = Duration::from_millis(5);

/// Runs a program to its end and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, HarnessError> {
    run(command).map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program to its end and returns what it wrote to standard error.
pub(crate) fn errors(command: &mut Command) -> Result<String, HarnessError> {
    run(command).map(|output| String::from_utf8_lossy(&output.stderr).into_owned())
}

fn run(command: &mut Command) -> Result<Output, HarnessError> {
    let program = PathBuf::from(command.get_program());
    match command.output() {
        Err(source) => Err(HarnessError::Spawn { program, source }),
        Ok(output) if output.status.success() => Ok(output),
        Ok(output) => Err(HarnessError::Program {
            program,
            status: output.status,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }),
    }
}

/// The input of a program that reads a script: a file rather than a pipe, so
/// that nobody has to read while we write.
pub(crate) fn script(text: &str) -> Result<File, HarnessError> {
    let folder = env::temp_dir();
    let mut script =
        tempfile::tempfile_in(&folder).map_err(HarnessError::io("create a file in", &folder))?;
    script
        .write_all(text.as_bytes())
        .and_then(|()| script.rewind())
        .map_err(HarnessError::io("write a script in", &folder))?;
    Ok(script)
}

/// Starts a program that goes on beside this process.
pub(crate) fn spawn(command: &mut Command) -> Result<Child, HarnessError> {
    command.spawn().map_err(|source| HarnessError::Spawn {
        program: command.get_program().into(),
        source,
    })
}

/// Sends a signal. That the process has gone already is no error.
pub(crate) fn send(pid: u32, signal: Signal) -> io::Result<()> {
    let pid = Pid::from_raw(i32::try_from(pid).map_err(io::Error::other)?);
    match signal::kill(pid, signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits for a child to end, for a limited time.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= deadline {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
}

/// Kills every process that works in `folder` or below it, and returns when
/// the last one has gone. A server's workers are found by this when the parent
/// that would have named them is dead.
pub(crate) fn kill_all_in(folder: &Path) -> io::Result<()> {
    loop {
        let pids = working_in(folder)?;
        if pids.is_empty() {
            return Ok(());
        }
        for pid in pids {
            send(pid, Signal::SIGKILL)?;
        }
        thread::sleep(POLL);
    }
}

fn working_in(folder: &Path) -> io::Result<Vec<u32>> {
    let mut pids = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // The link cannot be read when the process has ended, also while it
        // waits to be collected, or belongs to another user.
        if fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder)) {
            pids.push(pid);
        }
    }
    Ok(pids)
}
