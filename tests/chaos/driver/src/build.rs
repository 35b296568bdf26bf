//! The programs: three builds of the application, and the command.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::place::Database;

/// A build of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Build {
    /// From before the change.
    Before,
    /// With the change on its way.
    During,
    /// From after contract.
    After,
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Build::Before => "before",
            Build::During => "during",
            Build::After => "after",
        })
    }
}

/// Where the programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    database: Database,
    folder: PathBuf,
}

impl Programs {
    /// Compiles them beside the program that is running.
    ///
    /// # Errors
    /// They do not compile.
    pub(crate) fn compile(database: Database) -> Result<Programs> {
        let name = |build| format!("{}-{build}", database.builds());
        let builds = [Build::Before, Build::During, Build::After].map(name);
        let [before, during, after] = &builds;
        Programs::compiled(database, &["cargo-colmig", before, during, after])
    }

    /// The same without the builds of the application.
    pub(crate) fn command_only() -> Result<Programs> {
        Programs::compiled(Database::Postgres, &["cargo-colmig"])
    }

    fn compiled(database: Database, packages: &[&str]) -> Result<Programs> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--quiet"])
            .args(packages.iter().flat_map(|package| ["--package", package]))
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        let path = Path::new("cargo build");
        let status = cargo.status().map_err(Error::io("run", path))?;
        if !status.success() {
            return Err(Error::NotBuilt);
        }
        let own = std::env::current_exe().map_err(Error::io("find", Path::new("this program")))?;
        let folder = own.parent().unwrap_or(Path::new("."));
        // A test runs from target/<profile>/deps, and a command from the folder above.
        let folder = match folder.file_name() {
            Some(name) if name == "deps" => folder.parent().unwrap_or(folder),
            _ => folder,
        };
        Ok(Programs {
            database,
            folder: folder.to_owned(),
        })
    }

    /// A build of the application.
    pub(crate) fn application(&self, build: Build) -> Command {
        Command::new(
            self.folder
                .join(format!("{}-{build}", self.database.builds())),
        )
    }

    /// The command.
    pub(crate) fn colmig(&self) -> Command {
        let mut command = Command::new(self.folder.join("cargo-colmig"));
        command.arg("colmig");
        command
    }
}
