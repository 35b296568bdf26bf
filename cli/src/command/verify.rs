//! `cargo colmig verify`: whether the database is what the records say it is.

use super::Verb;
use crate::args::{Common, Format as _};
use crate::connect::Target;
use crate::error::Result;
use crate::execution::execute;
use crate::exit_code::ExitCode;
use crate::report::{Report, count};

/// Compare the database with what is recorded of its migrations
///
/// It looks at files, steps, rows and indexes of migrations that are under way, and changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "everything is as it should be",
    Some("it is not: rows are left, an index is invalid, a file was edited; or it was stopped"),
    true,
))]
pub(crate) struct Verify {
    #[command(flatten)]
    common: Common,
}

impl Verb for Verify {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        let found = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| migrator.verify(&target.migrations, watch).await,
        )?;
        if self.wants_json() {
            report.json(&found);
        } else {
            found.checks.iter().for_each(|check| report.data(check));
        }
        let checks = count(found.checks.len(), "check");
        if found.holds() {
            report.done("Finished", format_args!("{checks}, all as it should be"));
            return Ok(ExitCode::Done);
        }
        let wrong = found
            .checks
            .iter()
            .filter(|check| check.finding.is_some())
            .count();
        if found.stopped {
            report.held(
                "Stopped",
                format_args!("after {checks}; the same command looks again from the beginning"),
            );
        }
        if wrong > 0 {
            report.held(
                "Violated",
                format_args!("{wrong} of {checks} found something"),
            );
        }
        Ok(ExitCode::No)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}
