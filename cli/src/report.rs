//! The only place that prints: words on stderr in cargo's style, data on stdout.

pub(crate) mod progress;

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{IsTerminal as _, Write as _};

use annotate_snippets::{AnnotationKind, Group, Patch, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::error::{Error, Level, Place, Problem};

/// cargo's colour of what was done.
const GOOD: Style = AnsiColor::BrightGreen.on_default().bold();
/// cargo's colour of what goes on.
const BUSY: Style = AnsiColor::BrightCyan.on_default().bold();
/// What holds the command up.
const HELD: Style = AnsiColor::Yellow.on_default().bold();

/// Words for people are cut at this many bytes; programs get them all.
const LONGEST_WORDS: usize = 3_000;

/// More lines of one kind than this say nothing to people; programs get them all.
const LONGEST_LIST: usize = 20;

/// Where words and data go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report;

impl Report {
    /// `   Finished words`: what was done, or what comes next.
    pub(crate) fn done(self, verb: &str, words: impl Display) {
        self.status(GOOD, verb, words);
    }

    /// `  Expanding words`: what goes on.
    pub(crate) fn busy(self, verb: &str, words: impl Display) {
        self.status(BUSY, verb, words);
    }

    /// `    Waiting words`: what holds the command up.
    pub(crate) fn held(self, verb: &str, words: impl Display) {
        self.status(HELD, verb, words);
    }

    /// A line for each item, up to a number that fits on a screen.
    pub(crate) fn list<'a>(self, verb: &str, items: impl ExactSizeIterator<Item = &'a str>) {
        let more = items.len().saturating_sub(LONGEST_LIST);
        for item in items.take(LONGEST_LIST) {
            self.done(verb, item);
        }
        if more > 0 {
            self.done("", format_args!("and {more} more"));
        }
    }

    fn status(self, style: Style, verb: &str, words: impl Display) {
        // Twelve columns, as cargo has them. Lines that follow stand below the words.
        let words = words.to_string().replace('\n', "\n             ");
        self.words(format_args!("{style}{verb:>12}{style:#} {words}"));
    }

    /// A line of words as it is.
    pub(crate) fn words(self, words: impl Display) {
        // Nobody can be told that stderr is closed.
        let _ = writeln!(anstream::stderr().lock(), "{words}");
    }

    /// Words that a question ends in: no line feed follows.
    pub(crate) fn ask(self, words: impl Display) {
        let mut stderr = anstream::stderr().lock();
        let _ = write!(stderr, "{words}");
        let _ = stderr.flush();
    }

    /// One thing that is wrong, as rustc would say it.
    pub(crate) fn problem(self, problem: &Problem) {
        let renderer = Renderer::styled();
        self.words(format_args!("{}\n", renderer.render(&groups(problem))));
    }

    /// Data for people. A reader that has gone away, such as `head`, is no mistake.
    pub(crate) fn data(self, data: impl Display) {
        let _ = writeln!(anstream::stdout().lock(), "{data}");
    }

    /// Makes room for data that takes the place of the data before it, where somebody sees it.
    pub(crate) fn clear(self) {
        let mut stdout = std::io::stdout().lock();
        if stdout.is_terminal() {
            // Home, and clear from there: nothing flickers.
            let _ = write!(stdout, "\x1b[H\x1b[J");
        }
    }

    /// Data for programs: one object in one line.
    pub(crate) fn json(self, data: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(data) {
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        }
    }

    /// The end of a command that could not do its work.
    pub(crate) fn error(self, error: &Error, json: bool) {
        for problem in &error.problems {
            self.problem(problem);
        }
        if json {
            self.json(&JsonError {
                error: JsonProblems {
                    exit_code: error.exit as u8,
                    problems: error.problems.iter().map(JsonProblem::from).collect(),
                },
            });
        }
    }

    /// Whether somebody sits before stderr, so that lines may be redrawn.
    pub(crate) fn is_terminal(self) -> bool {
        std::io::stderr().is_terminal()
    }
}

/// A word and the right ending for a count: `1 model`, `2 models`.
pub(crate) fn count(number: usize, word: &str) -> impl Display {
    fmt::from_fn(move |f| write!(f, "{number} {word}{}", if number == 1 { "" } else { "s" }))
}

/// Rows of text in columns, each as wide as its widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}  "));
        cells.collect::<String>().trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn groups(problem: &Problem) -> Vec<Group<'_>> {
    let level = match problem.level {
        Level::Error => annotate_snippets::Level::ERROR,
        Level::Warning => annotate_snippets::Level::WARNING,
    };
    let title = level.primary_title(shortened(&problem.title));
    let title = match &problem.rule {
        Some(rule) => title.id(rule.as_str()),
        None => title,
    };
    let mut group = Group::with_title(title);
    if let Some(place) = &problem.place {
        group = group.element(snippet(place, AnnotationKind::Primary, ""));
    }
    for (place, words) in &problem.related {
        group = group.element(snippet(place, AnnotationKind::Context, words));
    }
    if let Some(note) = &problem.note {
        group = group.element(annotate_snippets::Level::NOTE.message(shortened(note)));
    }
    if let Some(help) = &problem.help {
        group = group.element(annotate_snippets::Level::HELP.message(shortened(help)));
    }
    let mut groups = vec![group];
    if let (Some(fix), Some(place)) = (&problem.fix, &problem.place) {
        let patches = fix
            .edits
            .iter()
            .map(|(span, text)| Patch::new(span.clone(), text.as_str()));
        let title = annotate_snippets::Level::HELP.secondary_title(fix.title.as_str());
        let source = Snippet::source(&*place.source)
            .path(place.file.display().to_string())
            .patches(patches);
        groups.push(Group::with_title(title).element(source));
    }
    groups
}

/// The words, without what nobody would read: they may quote a file that is one long line.
fn shortened(words: &str) -> Cow<'_, str> {
    match words.len() > LONGEST_WORDS {
        true => format!("{}...", &words[..words.floor_char_boundary(LONGEST_WORDS)]).into(),
        false => words.into(),
    }
}

fn snippet<'a>(
    place: &'a Place,
    kind: AnnotationKind,
    words: &'a str,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let annotation = kind.span(place.span.clone());
    let annotation = if words.is_empty() {
        annotation
    } else {
        annotation.label(words)
    };
    Snippet::source(&*place.source)
        .path(place.file.display().to_string())
        .annotation(annotation)
}

/// What stands on stdout when `--format json` was asked for and the command failed.
#[derive(Serialize)]
struct JsonError<'a> {
    error: JsonProblems<'a>,
}

#[derive(Serialize)]
struct JsonProblems<'a> {
    exit_code: u8,
    problems: Vec<JsonProblem<'a>>,
}

/// One problem for programs.
#[derive(Serialize)]
pub(crate) struct JsonProblem<'a> {
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
}

/// Edits, by bytes of the file.
#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonPlace {
    file: String,
    line: usize,
    column: usize,
}

impl<'a> From<&'a Problem> for JsonProblem<'a> {
    fn from(problem: &'a Problem) -> Self {
        JsonProblem {
            level: problem.level,
            rule: problem.rule.as_deref(),
            title: &problem.title,
            note: problem.note.as_deref(),
            help: problem.help.as_deref(),
            place: problem.place.as_ref().map(|place| {
                let (line, column) = place.position();
                JsonPlace {
                    file: place.file.display().to_string(),
                    line,
                    column,
                }
            }),
            fix: problem.fix.as_ref().map(|fix| JsonFix {
                title: &fix.title,
                edits: fix
                    .edits
                    .iter()
                    .map(|(span, text)| JsonEdit {
                        start: span.start,
                        end: span.end,
                        text,
                    })
                    .collect(),
            }),
        }
    }
}
