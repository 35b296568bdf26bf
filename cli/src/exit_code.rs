//! How the process ends. Every exit code is documented here and nowhere else.

use std::fmt::Write as _;

/// What an exit code says to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// 0: done, or there was nothing to do.
    Done = 0,
    /// 1: the command did its work, and the answer is no: drift, a gate that is closed,
    /// rows left, a question answered with no, a run that was stopped.
    No = 1,
    /// 2: the command line or the project is wrong. Nothing was written.
    Wrong = 2,
    /// 3: the database failed, or could not be reached.
    Database = 3,
}

impl ExitCode {
    /// The section of `--help`: what 0 and, if the verb ends so, 1 mean for it.
    pub(crate) fn help(done: &str, no: Option<&str>, database: bool) -> String {
        let mut text = format!("Exit codes:\n  0  {done}");
        if let Some(no) = no {
            let _ = write!(text, "\n  1  {no}");
        }
        text.push_str("\n  2  the command line or the project is wrong; nothing was changed");
        if database {
            text.push_str("\n  3  the database failed or could not be reached");
        }
        text
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code as u8)
    }
}
