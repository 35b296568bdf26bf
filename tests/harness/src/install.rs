//! What a machine lacks to run a server, and how Debian and its relatives are
//! given it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::Uid;

use crate::binaries::Binaries;
use crate::{HarnessError, pgbouncer, process};

/// Read by PostgreSQL's package when it decides whether to create a server of
/// its own. A file beside the package's configuration rather than a change to
/// it, so that nothing has to be merged and it can be taken away again.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/colmig.conf";

/// A fresh machine has no lists of packages, and an old one stale lists.
const UPDATE: &[&str] = &["update"];

/// A server product that tests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Server {
    /// PostgreSQL, in the version that the distribution ships.
    Postgres,
    /// PgBouncer, the same.
    PgBouncer,
}

impl Server {
    fn package(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::PgBouncer => "pgbouncer",
        }
    }
}

/// A change that [`ensure`] made to the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// A command was run.
    Ran(String),
    /// A file was there while the packages were installed, and is gone again.
    WroteMeanwhile(PathBuf),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ran(command) => write!(f, "ran `{command}`"),
            Self::WroteMeanwhile(path) => {
                write!(f, "wrote {} for the time of that", path.display())
            }
        }
    }
}

/// Whether the server can be started on this machine as it is.
pub fn is_installed(server: Server) -> bool {
    find(server).is_ok()
}

fn find(server: Server) -> Result<(), HarnessError> {
    match server {
        Server::Postgres => Binaries::find().map(drop),
        Server::PgBouncer => pgbouncer::find().map(drop),
    }
}

/// Installs what is missing, and returns what was done: nothing, at once, where
/// all is there. Needs root; for anybody else the error is the command to run.
pub fn ensure(server: Server) -> Result<Vec<Action>, HarnessError> {
    match find(server) {
        Ok(()) => return Ok(Vec::new()),
        Err(HarnessError::NotInstalled { .. } | HarnessError::NoProgram { .. })
            if Uid::effective().is_root() => {}
        Err(error) => return Err(error),
    }

    let no_cluster = Path::new(NO_CLUSTER);
    let mut actions = Vec::new();
    // A machine may list sources that it cannot reach and does not need:
    // whether the lists are good enough shows at the installation.
    if apt_get(UPDATE).is_ok() {
        actions.push(Action::Ran(line(UPDATE)));
    }
    write_no_cluster(no_cluster)?;
    actions.push(Action::WroteMeanwhile(no_cluster.to_owned()));
    let installed = apt_get(&install(server));
    fs::remove_file(no_cluster).map_err(HarnessError::io("remove", no_cluster))?;
    installed?;
    actions.push(Action::Ran(line(&install(server))));

    // The distribution's version may be older than what we need.
    find(server)?;
    Ok(actions)
}

/// What to type to install a server by hand.
pub(crate) fn command_line(server: Server) -> String {
    format!("sudo {} && sudo {}", line(UPDATE), line(&install(server)))
}

fn install(server: Server) -> [&'static str; 4] {
    let package = server.package();
    ["install", "--yes", "--no-install-recommends", package]
}

fn line(arguments: &[&str]) -> String {
    format!("apt-get {}", arguments.join(" "))
}

fn apt_get(arguments: &[&str]) -> Result<(), HarnessError> {
    let mut command = Command::new("apt-get");
    command
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    process::output(&mut command).map(drop)
}

fn write_no_cluster(path: &Path) -> Result<(), HarnessError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(HarnessError::io("create", folder))?;
    }
    fs::write(path, "create_main_cluster = false\n").map_err(HarnessError::io("write", path))
}
