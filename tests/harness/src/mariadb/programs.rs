//! The programs of a MariaDB installation.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::HarnessError;
use crate::install::{self, Server};
use crate::server::Product;

/// Where a search path may not lead, and distributions put servers.
const MORE_FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/usr/local/mysql/bin"];

/// What the server writes when the next thing it does is to take connections.
const READY: &str = "ready for connections";

/// The program of the server.
pub(super) const SERVER: &str = "mariadbd";

/// What the harness calls.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    server: PathBuf,
    install_db: PathBuf,
    client: PathBuf,
    dump: PathBuf,
}

impl Programs {
    /// Those that the search path leads to.
    pub(crate) fn find() -> Result<Self, HarnessError> {
        Ok(Self {
            server: find(SERVER, Server::MariaDb)?,
            install_db: find("mariadb-install-db", Server::MariaDb)?,
            client: find("mariadb", Server::MariaDb)?,
            dump: find("mariadb-dump", Server::MariaDb)?,
        })
    }

    pub(super) fn install_db(&self) -> Command {
        command(&self.install_db)
    }

    pub(super) fn client(&self) -> Command {
        command(&self.client)
    }

    pub(super) fn dump(&self) -> Command {
        command(&self.dump)
    }
}

impl Product for Programs {
    /// None: there is one process, and it leaves nothing outside its folder.
    const FAREWELL: &'static [Signal] = &[];

    fn server(&self, data: &Path, settings: &[(String, String)]) -> Command {
        let mut command = command(&self.server);
        command.arg(option("datadir", data));
        for (name, value) in settings {
            command.arg(format!("--{name}={value}"));
        }
        // By this it is found and killed, whatever its main process has started.
        command.current_dir(data);
        command
    }

    /// It listens before it takes connections, and a connection that is tried
    /// too soon is a warning in its log.
    fn is_ready(&self, _: &Path, _: u32, logged: &mut dyn FnMut() -> String) -> bool {
        logged().contains(READY)
    }
}

/// A program, by the search path or where servers are besides.
pub(crate) fn find(program: &'static str, server: Server) -> Result<PathBuf, HarnessError> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(MORE_FOLDERS.map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
        .ok_or_else(|| HarnessError::NoProgram {
            program,
            looked_in: format!("PATH, {}", MORE_FOLDERS.join(", ")),
            command: install::command_line(server),
        })
}

/// An option with a path in it.
pub(super) fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(format!("--{name}="));
    option.push(path);
    option
}

/// A command that sees nothing of what the developer or the distribution has
/// set up: no file of options, no variable.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    // This has to be the first of the options.
    command.arg("--no-defaults").stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let name_bytes = name.as_encoded_bytes();
        if name_bytes.starts_with(b"MYSQL_") || name_bytes.starts_with(b"MARIADB_") {
            command.env_remove(name);
        }
    }
    command
}
