//! Words for the user, on stderr, in the columns that cargo uses.

use std::error::Error as _;
use std::fmt::Display;
use std::time::Duration;

use crate::error::Error;

/// One line of progress, such as `    Starting PostgreSQL`.
pub(crate) fn status(verb: &str, what: impl Display) {
    eprintln!("{verb:>12} {what}");
}

/// An error and what caused it.
pub(crate) fn error(error: &Error) {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  caused by: {error}");
        cause = error.source();
    }
}

/// A duration to the tenth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
