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
mod project;
mod records;
mod report;
mod stamp;
mod url_brake;

use std::process::ExitCode;

use command::Verb as _;

fn main() -> ExitCode {
    let command = args::parse();

    let report = report::Report;
    match command.execute(report) {
        Ok(code) => code.into(),
        Err(error) => {
            report.error(&error, command.wants_json());
            error.exit.into()
        }
    }
}
