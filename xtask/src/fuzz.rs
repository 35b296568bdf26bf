//! `cargo xtask fuzz`: whatever may stand in a file of colmig's, for a while.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cargo::{cargo, status};
use crate::error::Result;
use crate::report;

/// The arguments of the verb.
#[derive(Debug, clap::Args)]
pub(crate) struct Fuzz {
    /// What is read, such as `config`, `manifest`, `snapshot`, `record`, `script`, `attributes`, `rule`, `lint` [default: all]
    #[arg(value_name = "TARGET")]
    targets: Vec<OsString>,

    /// How long each is tried
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    seconds: OsString,

    /// What all inputs follow from [default: another one each time]
    #[arg(long, value_name = "SEED")]
    seed: Option<OsString>,

    /// Try only the input of that number, and show it
    #[arg(long, value_name = "NUMBER", requires = "seed")]
    only: Option<OsString>,
}

impl Fuzz {
    pub(crate) fn run(self) -> Result<ExitCode> {
        report::status("Building", "what is tried");
        let mut build = cargo();
        build.args(["build", "--quiet", "--package", "cargo-colmig"]);
        if !status(&mut build)?.success() {
            return Ok(ExitCode::FAILURE);
        }
        let mut fuzz = cargo();
        fuzz.args([
            "run",
            "--quiet",
            "--package",
            "colmig-tests",
            "--bin",
            "fuzz",
            "--",
        ]);
        fuzz.arg("--seconds").arg(self.seconds);
        for (option, value) in [("--seed", self.seed), ("--only", self.only)] {
            if let Some(value) = value {
                fuzz.arg(option).arg(value);
            }
        }
        Ok(match status(fuzz.args(self.targets))?.success() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
