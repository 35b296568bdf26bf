//! The command under measurement.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::project::Project;
use crate::cargo::{cargo, output, target_dir};
use crate::error::Result;

/// How the command is compiled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Profile {
    /// Built soon: for a benchmark that only needs the command's files.
    Dev,
    /// Fast: for a benchmark of the command itself.
    Release,
}

/// A built `cargo-colmig`.
#[derive(Debug)]
pub(super) struct Colmig {
    program: PathBuf,
}

impl Colmig {
    /// Builds the command.
    pub(super) fn build(profile: Profile) -> Result<Self> {
        let (name, folder) = match profile {
            Profile::Dev => ("dev", "debug"),
            Profile::Release => ("release", "release"),
        };
        let mut build = cargo();
        build.args(["build", "--package", "cargo-colmig", "--profile", name]);
        // Said aloud, for cargo's configuration may have moved it.
        build.arg("--target-dir").arg(target_dir());
        output(&mut build, 0)?;
        let program = target_dir().join(folder).join("cargo-colmig");
        Ok(Self { program })
    }

    /// The command itself.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// `cargo colmig {verb}` on a project, without the network.
    pub(super) fn command(&self, verb: &str, project: &Project) -> Command {
        let mut command = project.in_folder(&self.program);
        command
            .args(["colmig", verb, "--manifest-path"])
            .arg(project.manifest());
        command
    }

    /// The first migration of a project: all of its models are new.
    pub(super) fn set_up(&self, project: &Project) -> Result<()> {
        for verb in ["init", "generate"] {
            output(&mut self.command(verb, project), 0)?;
        }
        Ok(())
    }
}
