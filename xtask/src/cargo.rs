//! Cargo, and where it keeps this workspace.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::{Error, Result};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The folder of everything that is built, as cargo sees it from the root.
pub(crate) fn target_dir() -> PathBuf {
    let named = env::var_os("CARGO_TARGET_DIR");
    root().join(named.unwrap_or_else(|| OsString::from("target")))
}

/// A call of the cargo that called us, in the root of the workspace. It has
/// no input: nothing that it runs may wait for a key.
pub(crate) fn cargo() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a command that speaks to the user itself, and returns how it ended.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let status = command.status();
    status.map_err(Error::io("start", Path::new(command.get_program())))
}

/// Runs a command in silence and returns its standard output. It fails unless
/// the exit code is `expected`.
pub(crate) fn output(command: &mut Command, expected: i32) -> Result<String> {
    let output = command
        .output()
        .map_err(Error::io("start", Path::new(command.get_program())))?;
    if output.status.code() == Some(expected) {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Command {
        command: line(command),
        status: output.status,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A command as one would type it.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy()),
    );
    words.join(" ")
}
