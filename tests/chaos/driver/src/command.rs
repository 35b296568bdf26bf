//! The command, as people run it: again, if something came in between.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::build::Programs;
use crate::error::{Error, Result};
use crate::place::Database;

/// The migration that creates the table.
pub(crate) const CREATE: &str = "20260101000000_create_items";

/// The migration that replaces its columns, and adds one.
pub(crate) const REPLACE: &str = "20260102000000_replace";

/// For how long a command is given again and again.
const PATIENCE: Duration = Duration::from_secs(240);

/// The command `cargo colmig`, for one database, by each of the servers that have it.
#[derive(Debug)]
pub(crate) struct Command {
    programs: Programs,
    urls: Vec<String>,
    /// How often it was given.
    given: AtomicUsize,
    folder: TempDir,
    running: Mutex<Option<Child>>,
    /// What it is to do now.
    doing: Mutex<String>,
}

impl Command {
    pub(crate) fn new(programs: &Programs, database: Database, urls: &[String]) -> Result<Command> {
        let folder = tempfile::tempdir().map_err(Error::io("create", Path::new("a folder")))?;
        let settings = folder.path().join("colmig.toml");
        fs::write(&settings, database.settings()).map_err(Error::io("write", &settings))?;
        let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let migrations = migrations.join(database.folder()).join("migrations");
        copy(&migrations, &folder.path().join("migrations"))?;
        Ok(Command {
            programs: programs.clone(),
            urls: urls.to_vec(),
            given: AtomicUsize::new(0),
            folder,
            running: Mutex::default(),
            doing: Mutex::default(),
        })
    }

    /// Kills the command with SIGKILL, if one is running.
    pub(crate) fn kill(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match running.as_mut() {
            Some(child) => child.kill().is_ok(),
            None => false,
        }
    }

    /// Whether it is on its way to one of these phases.
    pub(crate) fn is_about(&self, phases: &[&str]) -> bool {
        let doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        phases.contains(&doing.as_str())
    }

    /// Gives a command, again and again until it is done; or until nobody wants it any more.
    /// Whether it is done.
    pub(crate) fn run(&self, arguments: &[&str], until: Instant) -> Result<bool> {
        let last = arguments.last().copied().unwrap_or_default();
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = last.to_owned();
        let done = self.insist(arguments, until);
        self.doing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        done
    }

    fn insist(&self, arguments: &[&str], until: Instant) -> Result<bool> {
        let began = Instant::now();
        let (output, words) = (
            self.folder.path().join("stdout"),
            self.folder.path().join("stderr"),
        );
        loop {
            let file = |path: &PathBuf| fs::File::create(path).map_err(Error::io("create", path));
            // Where there are several servers it is given to one after the other.
            let at = self.given.fetch_add(1, Ordering::Relaxed) % self.urls.len().max(1);
            let url = self.urls.get(at).map_or("", String::as_str);
            let mut command = self.programs.colmig();
            command
                .args(arguments)
                .args(["--format", "json", "--database-url", url])
                .current_dir(self.folder.path())
                .stdin(Stdio::null())
                .stdout(file(&output)?)
                .stderr(file(&words)?);
            let path = PathBuf::from(command.get_program());
            let child = command.spawn().map_err(Error::io("start", &path))?;
            *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
            if self.wait(until) {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            if began.elapsed() > PATIENCE {
                let said = [output, words].map(|path| fs::read_to_string(path).unwrap_or_default());
                let said = said.join("\n");
                let last: Vec<&str> = said.lines().rev().take(12).collect();
                return Err(Error::Stuck {
                    command: arguments.join(" "),
                    seconds: PATIENCE.as_secs(),
                    said: last.into_iter().rev().collect::<Vec<_>>().join("\n"),
                });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Whether it ended well. Nobody waits for it past `until`.
    fn wait(&self, until: Instant) -> bool {
        loop {
            {
                let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(child) = running.as_mut() else {
                    return false;
                };
                if Instant::now() >= until {
                    let _ = child.kill();
                }
                match child.try_wait() {
                    Ok(None) => {}
                    ended => {
                        *running = None;
                        return matches!(ended, Ok(Some(status)) if status.success());
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Command {
    fn drop(&mut self) {
        self.kill();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = running.as_mut() {
            let _ = child.wait();
        }
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let path = entry.map_err(Error::io("read", from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(Error::io("copy", &path))?;
        }
    }
    Ok(())
}
