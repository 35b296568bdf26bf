//! Asking before what cannot be undone, or what people should have thought about.

use std::io::{self, IsTerminal as _};

use crate::error::{Error, Problem, Result};
use crate::exit_code::ExitCode;
use crate::report::Report;

/// Asks, unless `--yes` has answered. Without a terminal nobody can answer.
pub(crate) fn confirm(report: Report, yes: bool, question: &str) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !can_ask(report) {
        return Err(
            Problem::error("there is a question, and nobody is here to answer it")
                .note(question)
                .help("answer with `--yes`")
                .into(),
        );
    }
    report.ask(format_args!("{question} [y/N] "));
    let answer = read_line()?.unwrap_or_default();
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(said_no())
}

/// Whether somebody is here to be asked: who answers has to see the question.
pub(crate) fn can_ask(report: Report) -> bool {
    io::stdin().is_terminal() && report.is_terminal()
}

/// Asks which of the answers it is, and gives its position. A last answer, which changes
/// nothing, is always there, and whoever closes the input has given it.
pub(crate) fn choose(report: Report, question: &str, answers: &[String]) -> Result<usize> {
    report.held("Question", question);
    let quit = "quit, and change nothing".to_owned();
    for (position, answer) in answers.iter().chain([&quit]).enumerate() {
        report.words(format_args!("{:>14}) {answer}", position + 1));
    }
    let last = answers.len() + 1;
    loop {
        report.ask(format_args!("{:12} which is it? [1-{last}] ", ""));
        let Some(answer) = read_line()? else {
            return Err(said_no());
        };
        match answer.trim().parse::<usize>() {
            Ok(chosen) if chosen == last => return Err(said_no()),
            Ok(chosen) if (1..last).contains(&chosen) => return Ok(chosen - 1),
            // Nothing is taken for an answer that is none.
            _ => {}
        }
    }
}

/// What was typed; nothing if the input is closed.
fn read_line() -> Result<Option<String>> {
    let mut answer = String::new();
    let read = io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Problem::error("failed to read the answer").note(error))?;
    Ok((read > 0).then_some(answer))
}

fn said_no() -> Error {
    Error {
        exit: ExitCode::No,
        problems: vec![Problem::error("the answer was no: nothing was changed")],
    }
}
