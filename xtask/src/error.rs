//! Why a verb could not do its work.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use colmig_harness::HarnessError;

pub(crate) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("failed to set up a server")]
    Server(#[from] HarnessError),

    #[error("failed to {action} {}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    #[error("{} says nothing of what was counted", .0.display())]
    Uncounted(PathBuf),

    #[error("there is no other tool to compare with on {0}: give `--database mariadb`")]
    NoPeers(&'static str),

    #[error(
        "SQLite has one lock, which a transaction of colmig's holds for as long as it takes: see docs/sqlite.md"
    )]
    NoLocks,

    #[error(
        "MongoDB does not say for how long a lock was held: the scripts of a migration say which each step takes"
    )]
    NoLocksSeen,

    #[error("`{command}` failed ({status})\n{stderr}")]
    Command {
        command: String,
        status: ExitStatus,
        stderr: String,
    },
}

impl Error {
    /// For `map_err`: names the file behind an [`io::Error`], which does not.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// 2, as for a wrong command line: 1 and 101 are what failed tests give.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(2)
    }
}
