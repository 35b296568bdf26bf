//! The programs of a PostgreSQL installation.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::HarnessError;
use crate::install::{self, Server};
use crate::server::Product;

/// Names the folder of the programs where the installed ones should not be
/// used: another version, or a system that is not Debian.
pub const BINARIES_VARIABLE: &str = "COLMIG_POSTGRES_BIN";

/// Where Debian and its relatives keep one folder for each major version.
pub(crate) const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// The oldest major version that colmig is tested with.
const OLDEST: u32 = 15;

/// What the harness calls.
pub(crate) const PROGRAMS: [&str; 7] = [
    "postgres", "initdb", "pg_ctl", "psql", "pg_dump", "createdb", "dropdb",
];

/// The folder that holds `postgres`, `initdb`, `psql` and the others.
#[derive(Debug, Clone)]
pub(crate) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// The folder that the environment names, or else the newest installed
    /// version.
    pub(crate) fn find() -> Result<Self, HarnessError> {
        if let Some(folder) = env::var_os(BINARIES_VARIABLE).map(PathBuf::from) {
            return Self::of(folder);
        }
        newest(Path::new(DEBIAN_ROOT))
            .map(|folder| Self { folder })
            .ok_or_else(|| HarnessError::NotInstalled {
                server: "PostgreSQL 15 or newer",
                looked_in: DEBIAN_ROOT,
                command: install::command_line(Server::Postgres),
            })
    }

    /// Those of a folder.
    pub(crate) fn of(folder: PathBuf) -> Result<Self, HarnessError> {
        match is_complete(&folder) {
            true => Ok(Self { folder }),
            false => Err(HarnessError::Incomplete { folder }),
        }
    }

    /// The path of one program.
    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// A command that sees nothing of the developer's own PostgreSQL set-up
    /// and cannot wait for a key.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.path(program));
        command.stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Product for Binaries {
    const FAREWELL: &'static [Signal] = &[Signal::SIGINT, Signal::SIGQUIT];

    fn server(&self, data: &Path, settings: &[(String, String)]) -> Command {
        let mut command = self.command("postgres");
        command.arg("-D").arg(data);
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
    }

    /// The eighth line of `postmaster.pid` is the state of the server, and the
    /// first its process; a killed server leaves the file of its predecessor.
    fn is_ready(&self, data: &Path, pid: u32, _: &mut dyn FnMut() -> String) -> bool {
        let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else {
            return false;
        };
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        lines.first() == Some(&pid.to_string().as_str()) && lines.get(7) == Some(&"ready")
    }
}

fn newest(root: &Path) -> Option<PathBuf> {
    fs::read_dir(root)
        .ok()?
        .filter_map(|entry| {
            let version: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let folder = root.join(version.to_string()).join("bin");
            (version >= OLDEST && is_complete(&folder)).then_some((version, folder))
        })
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
}

/// An installation of the clients alone has a folder without a server in it.
pub(crate) fn is_complete(folder: &Path) -> bool {
    PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, version: &str, programs: &[&str]) {
        let folder = root.join(version).join("bin");
        fs::create_dir_all(&folder).unwrap();
        for program in programs {
            fs::write(folder.join(program), "").unwrap();
        }
    }

    #[test]
    fn newest_complete_version_is_taken() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "9", &PROGRAMS);
        install(root.path(), "15", &PROGRAMS);
        install(root.path(), "16", &PROGRAMS);
        install(root.path(), "17", &["psql", "pg_dump"]);
        install(root.path(), "common", &PROGRAMS);
        assert_eq!(newest(root.path()), Some(root.path().join("16/bin")));
    }

    #[test]
    fn versions_that_are_too_old_do_not_count() {
        let root = tempfile::tempdir().unwrap();
        install(
            root.path(),
            "14",
            &["postgres", "initdb", "psql", "pg_dump"],
        );
        assert_eq!(newest(root.path()), None);
    }
}
