//! Why there is no answer.

use std::io;
use std::path::{Path, PathBuf};

use colmig_harness::HarnessError;

/// The result of a step of the driver.
pub type Result<T> = std::result::Result<T, Error>;

/// Why there is no answer: nothing that is said about colmig.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A server.
    #[error("failed to have a server: {0}")]
    Server(#[from] HarnessError),
    /// A file or a process.
    #[error("failed to {action} {}: {source}", path.display())]
    Io {
        /// What was done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The programs.
    #[error("the builds of the application do not compile; see above")]
    NotBuilt,
    /// A command that gets nowhere.
    #[error("`cargo colmig {command}` does not succeed for {seconds} s; the last it said:\n{said}")]
    Stuck {
        /// The command.
        command: String,
        /// For how long it was tried.
        seconds: u64,
        /// What it said.
        said: String,
    },
    /// A run of the application that failed outside of the chaos.
    #[error("`{what}` of the build {build} failed")]
    Application {
        /// The build.
        build: String,
        /// What it was told to do.
        what: &'static str,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
