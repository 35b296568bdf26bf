//! What a phase did, taken from the events that `--format json` prints.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Result;

/// What a phase did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Work {
    /// Statements that were sent.
    pub(crate) statements: u64,
    /// Rows that were filled.
    pub(crate) rows: u64,
}

/// Runs a command and adds up what it did.
pub(crate) fn watch(mut command: Command) -> Result<Work> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut work = Work::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let event: Value = serde_json::from_str(&line?)?;
            if event["event"] == "step-done" {
                work.statements += event["statements"].as_u64().unwrap_or_default();
                work.rows += event["rows"].as_u64().unwrap_or_default();
            }
        }
    }
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("the command ended with {status}").into());
    }
    Ok(work)
}
