//! `cargo xtask model`: the protocol between the executor and the instances, checked
//! exhaustively, and what becomes of it without each of its rules.

use std::process::ExitCode;

use crate::cargo::{cargo, status};
use crate::error::Result;
use crate::report;

/// The package of the model.
const MODEL: &str = "colmig-protocol";

pub(crate) fn run() -> Result<ExitCode> {
    report::status("Checking", "the protocol, in every state");
    let mut model = cargo();
    model.args(["run", "--quiet", "--package", MODEL]);
    Ok(match status(&mut model)?.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
