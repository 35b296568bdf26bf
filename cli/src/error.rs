//! What can go wrong, as messages for people: what, where, why, and the way out.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use colmig_schema::change::Refusal;
use serde::Serialize;

use crate::exit_code::ExitCode;

/// Why a command ends without having done its work.
#[derive(Debug)]
pub(crate) struct Error {
    /// How the process ends.
    pub(crate) exit: ExitCode,
    /// Everything that is wrong, not only the first of it. At least one.
    pub(crate) problems: Vec<Problem>,
}

/// The result of nearly everything here.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// How bad it is.
    pub(crate) level: Level,
    /// The rule that says so, where there is one: `lint` has rules.
    pub(crate) rule: Option<String>,
    /// What is wrong, in one line.
    pub(crate) title: String,
    /// Where, if it is in a file.
    pub(crate) place: Option<Place>,
    /// Other places that belong to it, each with a few words.
    pub(crate) related: Vec<(Place, String)>,
    /// Why it is so.
    pub(crate) note: Option<String>,
    /// What to do.
    pub(crate) help: Option<String>,
    /// The edits that do it.
    pub(crate) fix: Option<Fix>,
}

/// Edits of the file that a problem is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fix {
    /// What they do, in a few words.
    pub(crate) title: String,
    /// Which bytes become which text.
    pub(crate) edits: Vec<(Range<usize>, String)>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// The command cannot go on.
    Error,
    /// It can, and somebody should know.
    Warning,
}

/// A stretch of a file.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, as people would type it.
    pub(crate) file: PathBuf,
    /// The text of the file.
    pub(crate) source: std::sync::Arc<str>,
    /// The bytes.
    pub(crate) span: Range<usize>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

/// `file:line:column`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        write!(f, "{}:{line}:{column}", self.file.display())
    }
}

impl Place {
    /// The line and the column in characters, both from 1.
    pub(crate) fn position(&self) -> (usize, usize) {
        let before = self.source.get(..self.span.start).unwrap_or(&self.source);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    }
}

impl Problem {
    /// An error, to be told more about.
    pub(crate) fn error(title: impl Into<String>) -> Self {
        Problem {
            level: Level::Error,
            rule: None,
            title: title.into(),
            place: None,
            related: Vec::new(),
            note: None,
            help: None,
            fix: None,
        }
    }

    /// A warning, to be told more about.
    pub(crate) fn warning(title: impl Into<String>) -> Self {
        Problem {
            level: Level::Warning,
            ..Problem::error(title)
        }
    }

    /// Says where.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says where else to look, and why.
    pub(crate) fn related(mut self, place: Place, words: impl Into<String>) -> Self {
        self.related.push((place, words.into()));
        self
    }

    /// Says why.
    pub(crate) fn note(mut self, note: impl fmt::Display) -> Self {
        self.note = Some(note.to_string());
        self
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A file that could not be read or written.
    pub(crate) fn io(verb: &str, path: &Path, error: &std::io::Error) -> Self {
        Problem::error(format!("failed to {verb} `{}`", path.display())).note(error)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::error(refusal.what)
            .note(refusal.why)
            .help(refusal.remedy)
    }
}

impl Error {
    /// The command line or the project is wrong.
    pub(crate) fn wrong(problems: impl IntoIterator<Item = Problem>) -> Self {
        Error {
            exit: ExitCode::Wrong,
            problems: problems.into_iter().collect(),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::wrong([problem])
    }
}
