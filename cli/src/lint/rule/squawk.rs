//! squawk's rules for PostgreSQL, with what it does not know: who sends the file, and how.

use std::ops::Range;

use squawk_linter::ignore::has_disable_assume_in_transaction;
use squawk_linter::{Linter, Rule, Violation};
use squawk_syntax::SourceFile;

use crate::error::{Fix, Problem};
use crate::lint::script::SqlFile;
use crate::lint::{Finding, Known, at};

use super::advice;

/// The file cannot be read as SQL of PostgreSQL's.
pub(super) const SYNTAX: &str = "syntax-error";

/// A file with one statement has no room for what sets them.
const TIME_OUTS: [&str; 3] = [
    "require-lock-timeout",
    "require-statement-timeout",
    "require-timeout-settings",
];

/// Brackets in brackets, deeper than anybody writes and well within what its parser can take.
const DEEPEST: usize = 200;

/// Words and signs without a comma or a semicolon between, more than any statement needs.
const LONGEST: usize = 5_000;

/// The names of squawk's rules.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(String::as_str)
}

static NAMES: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
    let linter = Linter::with_default_rules();
    let mut names: Vec<String> = linter.rules.iter().map(Rule::to_string).collect();
    names.sort_unstable();
    names
});

pub(super) fn judge(file: &SqlFile, _known: &Known) -> Vec<Finding> {
    let finding = |rule: &str, problem: Problem, bytes: Range<usize>| {
        Finding::new(rule, problem.at(at(&file.place, bytes)))
    };
    if is_too_deep(file.text()) {
        let problem = Problem::warning("the file is nested too deeply to be read")
            .note(format!(
                "more than {DEEPEST} brackets are open at once, or {LONGEST} words stand without a comma between"
            ))
            .help("leave the file out, or write it in simpler statements");
        return vec![finding(SYNTAX, problem, 0..0)];
    }
    let parsed = SourceFile::parse(file.text());
    // Behind a mistake the parser finds others that are none.
    let first = parsed.errors();
    let mut findings: Vec<Finding> = first
        .iter()
        .take(1)
        .map(|error| {
            let problem = Problem::warning(format!("this is no SQL of PostgreSQL's: {}", error.message()))
                .help("if PostgreSQL takes it all the same, silence this and have somebody look at its locks");
            finding(SYNTAX, problem, bytes(error.range()))
        })
        .collect();
    for violation in self::findings(file.text(), file.in_transaction) {
        let rule = violation.code.to_string();
        let no_room = !file.in_transaction && TIME_OUTS.contains(&rule.as_str());
        if no_room || file.is_down && is_meant_on_the_way_back(&rule) {
            continue;
        }
        let fix = violation.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            edits: fix
                .edits
                .iter()
                .map(|edit| {
                    (
                        bytes(edit.text_range),
                        edit.text.clone().unwrap_or_default(),
                    )
                })
                .collect(),
        });
        let help = [violation.help.as_deref(), advice::of(&rule)];
        let help: Vec<&str> = help.into_iter().flatten().collect();
        let mut problem = Problem::warning(violation.message.clone());
        problem.fix = fix;
        if rule != super::UNUSED_IGNORE {
            problem = problem.note(format!("why: https://squawkhq.com/docs/{rule}"));
        }
        if !help.is_empty() {
            problem = problem.help(help.join("\n"));
        }
        findings.push(finding(&rule, problem, bytes(violation.text_range)));
    }
    findings
}

/// Whether a rule is about taking away what the way there brought.
fn is_meant_on_the_way_back(rule: &str) -> bool {
    let takes_away = rule.starts_with("ban-drop-") || rule.starts_with("renaming-");
    takes_away && rule != "ban-drop-database"
}

/// What squawk finds in text that is sent in a transaction, or not.
pub(in crate::lint) fn findings(text: &str, in_transaction: bool) -> Vec<Violation> {
    let parsed = SourceFile::parse(text);
    let mut linter = Linter::with_default_rules();
    let is_said_otherwise = has_disable_assume_in_transaction(&parsed.syntax_node());
    linter.settings.assume_in_transaction = in_transaction && !is_said_otherwise;
    linter.lint(&parsed, text)
}

/// The bytes of a range.
pub(super) fn bytes(range: impl Into<Range<usize>>) -> Range<usize> {
    range.into()
}

/// Whether text is nested beyond what a parser that calls itself can take: by brackets in
/// brackets, or by words that each may begin an expression, as in `NOT NOT NOT a`.
pub(super) fn is_too_deep(text: &str) -> bool {
    let (mut depth, mut run) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let behind = &rest[first.len_utf8()..];
        let skipped = match first {
            // What is quoted, or a comment, is one word however long it is.
            '\'' | '"' => behind.find(first).map_or(behind.len(), |end| end + 1),
            '-' if behind.starts_with('-') => behind.find('\n').unwrap_or(behind.len()),
            '/' if behind.starts_with('*') => behind.find("*/").map_or(behind.len(), |end| end + 2),
            _ if first.is_alphanumeric() => behind
                .find(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .unwrap_or(behind.len()),
            _ => 0,
        };
        match first {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ';' | ',' => run = 0,
            _ if !first.is_whitespace() => run += 1,
            _ => {}
        }
        if depth > DEEPEST || run > LONGEST {
            return true;
        }
        rest = &behind[skipped..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn long_files_are_judged_and_deep_ones_are_not() {
        assert!(!is_too_deep(
            &"INSERT INTO a VALUES (1, 'it''s ((((');\n".repeat(20_000)
        ));
        assert!(!is_too_deep(&format!(
            "INSERT INTO a VALUES {} (1);",
            "(1, 2), ".repeat(20_000)
        )));
        assert!(!is_too_deep(&format!("SELECT '{}';", "(+/".repeat(20_000))));
        assert!(is_too_deep(&"(".repeat(201)));
        assert!(is_too_deep(&format!("SELECT {} a;", "NOT ".repeat(20_000))));
    }
}
