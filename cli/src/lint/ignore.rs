//! Comments that silence a finding: `colmig-ignore: RULE`, in SQL and in Rust.

use crate::error::{Place, Problem};

use super::{Finding, UNUSED_IGNORE, at, rule};

const WORDS: &str = "colmig-ignore:";

/// The comments of one file.
pub(super) struct Ignores {
    /// Where each line begins.
    lines: Vec<usize>,
    found: Vec<Ignore>,
}

/// One rule that one comment names.
struct Ignore {
    rule: String,
    span: std::ops::Range<usize>,
    /// The line that it is about, from 0: its own, or the next that is no comment.
    line: usize,
    used: bool,
}

impl Ignores {
    pub(super) fn read(text: &str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut found: Vec<Ignore> = Vec::new();
        // Those above the next line that is no comment.
        let mut above = 0;
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let begins = line.trim_start();
            let alone = ["//", "--", "/*", "*"]
                .iter()
                .any(|comment| begins.starts_with(comment));
            let names = line.find(WORDS).filter(|at| is_comment(&line[..*at]));
            if let Some(at) = names {
                for (span, rule) in rules(line, at + WORDS.len()) {
                    found.push(Ignore {
                        rule,
                        span: start + span.start..start + span.end,
                        line: number,
                        used: false,
                    });
                }
            }
            // An attribute belongs to what is below it.
            if !alone && !begins.is_empty() && !begins.starts_with("#[") {
                for ignore in found.iter_mut().skip(above) {
                    ignore.line = number;
                }
                above = found.len();
            }
            start += line.len();
        }
        Ignores { lines, found }
    }

    /// Whether a comment silences the rule at a byte, or at what stands around it.
    pub(super) fn silence(&mut self, rule: &str, at: usize, around: Option<usize>) -> bool {
        let line = |byte: usize| self.lines.partition_point(|start| *start <= byte) - 1;
        let (here, around) = (line(at), around.map(line));
        let mut silenced = false;
        for ignore in &mut self.found {
            if ignore.rule == rule && (ignore.line == here || Some(ignore.line) == around) {
                ignore.used = true;
                silenced = true;
            }
        }
        silenced
    }

    /// The comments that silenced nothing.
    pub(super) fn unused(&self, file: &Place) -> Vec<Finding> {
        let known: Vec<&str> = rule::names().collect();
        let unused = self.found.iter().filter(|ignore| !ignore.used);
        let told = unused.take(super::MOST + 1).map(|ignore| {
            let problem = if known.contains(&ignore.rule.as_str()) {
                Problem::warning(format!("`{}` finds nothing here", ignore.rule))
                    .note("the comment silences its own line, or the statement below it")
                    .help("take the comment out, or move it above the statement that it is about")
            } else {
                let problem = Problem::warning(format!("there is no rule `{}`", ignore.rule));
                match colmig_schema::nearest(&ignore.rule, known.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => {
                        problem.help("name the rule that stands in brackets before the finding")
                    }
                }
            };
            Finding::new(UNUSED_IGNORE, problem.at(at(file, ignore.span.clone())))
        });
        told.collect()
    }
}

/// Whether a comment begins before here, with nothing between.
fn is_comment(before: &str) -> bool {
    let before = before.trim_end();
    // A comment that is about something else and mentions the words silences nothing.
    ["//", "--", "/*"]
        .iter()
        .any(|comment| before.ends_with(comment))
        || before.trim_start() == "*"
}

/// The rules in a line behind a byte: with commas between, and perhaps a reason behind `--`.
fn rules(line: &str, from: usize) -> Vec<(std::ops::Range<usize>, String)> {
    let text = line[from..].trim_end();
    let text = text.strip_suffix("*/").unwrap_or(text);
    let text = text.split_once("--").map_or(text, |(names, _)| {
        // A name has single dashes only.
        names
    });
    let mut found = Vec::new();
    let mut at = from;
    for part in text.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            let start = at + part.len() - part.trim_start().len();
            found.push((start..start + name.len(), name.to_owned()));
        }
        at += part.len() + 1;
    }
    if found.is_empty() {
        found.push((from - WORDS.len()..from, String::new()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_its_own_line_or_the_next_that_is_none() {
        let text = "-- colmig-ignore: a, b -- the reason\n\n-- more words\nSELECT *;\nSELECT *; -- colmig-ignore: c\nSELECT *;\n";
        let mut ignores = Ignores::read(text);
        let line = |number: usize| {
            text.split_inclusive('\n')
                .take(number)
                .map(str::len)
                .sum::<usize>()
        };
        assert!(ignores.silence("a", line(3), None));
        assert!(ignores.silence("b", line(3), None));
        assert!(!ignores.silence("a", line(4), None));
        assert!(ignores.silence("a", line(5), Some(line(3))));
        assert!(ignores.silence("c", line(4), None));
        assert!(!ignores.silence("c", line(5), None));
    }
}
