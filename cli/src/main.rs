//! `cargo colmig`: finds models, writes migrations, and runs them.

#![forbid(unsafe_code)]

mod args;
mod command;
mod config;
mod confirm;
mod connect;
mod discover;
mod draft;
mod edit;
mod error;
mod execution;
mod exit_code;
mod exposed;
mod files;
mod history;
mod lint;
mod project;
mod records;
mod report;
mod stamp;
mod url_brake;

use std::process::ExitCode;
use std::thread;

use colmig_schema::parse::STACK;
use command::{Command, Verb as _};

fn main() -> ExitCode {
    let command = args::parse();
    // What reads sources calls itself for what is nested in them, so it stands on a stack with room.
    let builder = thread::Builder::new().stack_size(STACK);
    match thread::scope(|scope| Some(builder.spawn_scoped(scope, || run(&command)).ok()?.join())) {
        Some(Ok(code)) => code,
        Some(Err(panic)) => std::panic::resume_unwind(panic),
        None => run(&command),
    }
}

fn run(command: &Command) -> ExitCode {
    let report = report::Report;
    match command.execute(report) {
        Ok(code) => code.into(),
        Err(error) => {
            report.error(&error, command.wants_json());
            error.exit.into()
        }
    }
}
