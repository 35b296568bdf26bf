//! The verbs: one file each, and its two lines here.

use clap::Subcommand;

use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::Report;

mod abort;
mod contract;
mod expand;
mod generate;
mod init;
mod lint;
mod plan;
mod run;
mod status;
mod switch;
mod tune;
mod verify;

/// One verb of the command line.
pub(crate) trait Verb {
    /// Does it.
    fn execute(&self, report: Report) -> Result<ExitCode>;

    /// Whether stdout is for programs, so that an error is told there as well.
    fn wants_json(&self) -> bool;
}

/// The subcommands, in the order of `--help`.
macro_rules! verbs {
    ($($module:ident :: $verb:ident),* $(,)?) => {
        /// What was asked for.
        #[derive(Debug, Subcommand)]
        pub(crate) enum Command {
            $($verb($module::$verb)),*
        }

        impl Verb for Command {
            fn execute(&self, report: Report) -> Result<ExitCode> {
                match self {
                    $(Command::$verb(verb) => verb.execute(report)),*
                }
            }

            fn wants_json(&self) -> bool {
                match self {
                    $(Command::$verb(verb) => verb.wants_json()),*
                }
            }
        }
    };
}

verbs! {
    init::Init,
    generate::Generate,
    plan::Plan,
    run::Run,
    status::Status,
    switch::Switch,
    tune::Tune,
    verify::Verify,
    contract::Contract,
    abort::Abort,
    lint::Lint,
    expand::Expand,
}
