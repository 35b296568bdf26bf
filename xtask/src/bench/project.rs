//! A workspace made for a benchmark, outside this one.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo::{cargo, root, target_dir};
use crate::error::{Error, Result};

/// What the packages depend on beside colmig. The features are those that
/// colmig's two drivers ask for, so that sqlx is the same for all of them.
const SQLX: &str = r#"sqlx = { version = "0.9", default-features = false, features = ["runtime-tokio", "derive", "sqlite", "postgres"] }"#;

/// A workspace of generated packages, all with the same dependencies.
#[derive(Debug)]
pub(super) struct Project {
    folder: PathBuf,
}

impl Project {
    /// An empty workspace in `target/bench/{name}`; an older one is removed.
    /// Its lock file starts as ours, so versions agree and nothing has to be
    /// downloaded.
    pub(super) fn create(name: &str, packages: &[impl AsRef<str>]) -> Result<Self> {
        let folder = target_dir().join("bench").join(name);
        remove(&folder)?;
        let project = Self { folder };
        let members: Vec<String> = packages
            .iter()
            .map(|package| format!("{:?}", package.as_ref()))
            .collect();
        project.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nresolver = \"3\"\nmembers = [{}]\n",
                members.join(", ")
            ),
        )?;
        let lock = root().join("Cargo.lock");
        copy(&lock, &project.folder.join("Cargo.lock"))?;
        for package in packages.iter().map(AsRef::as_ref) {
            project.write(&format!("{package}/Cargo.toml"), &manifest(package))?;
            project.write_lib(package, "")?;
        }
        Ok(project)
    }

    /// Writes the source of one package.
    pub(super) fn write_lib(&self, package: &str, source: &str) -> Result<()> {
        self.write(&format!("{package}/src/lib.rs"), source)
    }

    /// The source file of one package.
    pub(super) fn lib(&self, package: &str) -> PathBuf {
        self.folder.join(package).join("src/lib.rs")
    }

    /// The manifest of the workspace.
    pub(super) fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }

    /// A call of cargo on this workspace.
    pub(super) fn cargo(&self, verb: &str) -> Command {
        let mut command = self.in_folder(cargo().get_program());
        command.args([verb, "--manifest-path"]).arg(self.manifest());
        command
    }

    /// A command in the folder of the workspace, without input or network.
    pub(super) fn in_folder(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::null());
        command
    }

    /// Copies the whole workspace into a new folder beside it.
    pub(super) fn copy_to(&self, name: &str) -> Result<Self> {
        let folder = self.folder.with_file_name(name);
        remove(&folder)?;
        copy_all(&self.folder, &folder)?;
        Ok(Self { folder })
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        fs::write(&path, text).map_err(Error::io("write", &path))
    }
}

fn manifest(package: &str) -> String {
    let colmig = root().join("runtime");
    format!(
        "[package]\nname = {package:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         publish = false\n\n[dependencies]\n\
         colmig = {{ path = {colmig:?}, features = [\"sqlite\", \"postgres\"] }}\n{SQLX}\n"
    )
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io("remove", folder))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .map_err(Error::io("copy", from))
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let entry = entry.map_err(Error::io("read", from))?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all(&path, &copied)?;
        } else {
            copy(&path, &copied)?;
        }
    }
    Ok(())
}
