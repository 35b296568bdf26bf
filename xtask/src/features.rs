//! `cargo xtask features`: no feature leans on another by accident, or leaves something unused
//! that only another one uses.

use std::process::ExitCode;

use crate::cargo::{cargo, status};
use crate::error::Result;
use crate::report;

/// What applications and the command choose from, one database at a time: the
/// tests have all of it, and would not notice.
const FEATURES: [&str; 8] = [
    "sqlite",
    "postgres",
    "mariadb",
    "sqlite,migrate",
    "postgres,migrate",
    "mariadb,migrate",
    "mongodb",
    "mongodb,migrate",
];

pub(crate) fn run() -> Result<ExitCode> {
    for feature in FEATURES {
        report::status("Checking", format!("colmig with features [{feature}]"));
        let mut check = cargo();
        check.args(["clippy", "--package", "colmig", "--no-default-features"]);
        check.args(["--features", feature]);
        // Clippy hands this to the crates of the workspace only. `RUSTFLAGS` would go to every
        // dependency too, and compile all of them once more.
        check.args(["--", "-D", "warnings"]);
        if !status(&mut check)?.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
