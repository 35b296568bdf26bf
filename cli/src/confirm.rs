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
    if !io::stdin().is_terminal() || !report.is_terminal() {
        return Err(
            Problem::error("there is a question, and nobody is here to answer it")
                .note(question)
                .help("answer with `--yes`")
                .into(),
        );
    }
    report.ask(format_args!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|error| Problem::error("failed to read the answer").note(error))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Error {
        exit: ExitCode::No,
        problems: vec![Problem::error("the answer was no: nothing was changed")],
    })
}
