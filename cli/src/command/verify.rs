//! `cargo colmig verify`: whether the database is what the records say it is.

use colmig::migrate::{Repair, Verification, Verifying};
use colmig_schema::Side;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::connect::Target;
use crate::error::Result;
use crate::execution::execute;
use crate::exit_code::ExitCode;
use crate::report::{Report, count};

/// Compare the database with what is recorded of its migrations
///
/// It looks at files, steps, rows and indexes of migrations that are under way. From the end of a
/// backfill until contract it compares both sides of each column over the whole table, in ranges
/// of keys, and names the rows in which they differ. It changes nothing without --repair.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "everything is as it should be, or was mended",
    Some("it is not: sides differ, an index is invalid, a file was edited; or it was stopped"),
    true,
))]
pub(crate) struct Verify {
    /// Mend the rows in which the sides differ: the side that is read is right. It takes the lock
    /// that a run takes, and the audit records what was mended
    #[arg(long)]
    repair: bool,

    /// The side that is right, in the place of the one that is read
    #[arg(long, value_name = "SIDE", requires = "repair")]
    from: Option<From>,

    /// How many keys are named for each comparison; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = Verifying::default().limit)]
    limit: u64,

    /// Show what both sides hold beside each key: values of your rows
    #[arg(long)]
    show_values: bool,

    #[command(flatten)]
    common: Common,
}

/// A side of a column, as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum From {
    /// The column whose place is taken
    Legacy,
    /// The column that takes it
    Target,
}

impl Verb for Verify {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        let mut verifying = Verifying::default();
        verifying.limit = self.limit;
        verifying.show_values = self.show_values;
        verifying.repair = self.repair.then(|| Repair {
            from: self.from.map(|from| match from {
                From::Legacy => Side::Legacy,
                From::Target => Side::Target,
            }),
        });
        let found = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| migrator.verify(&target.migrations, &verifying, watch).await,
        )?;
        if self.wants_json() {
            report.json(&found);
        } else {
            found.checks.iter().for_each(|check| report.data(check));
        }
        let checks = count(found.checks.len(), "check");
        if found.holds() {
            let mended = mended(&found);
            if mended > 0 {
                report.done("Mended", count(mended, "row"));
            }
            match found.not_compared().count() {
                0 => report.done("Finished", format_args!("{checks}, all as it should be")),
                // Whoever takes this for a proof has to be told what it does not cover.
                other => report.done(
                    "Finished",
                    format_args!("{checks}: {other} NOT COMPARED, all others as it should be"),
                ),
            }
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

fn mended(found: &Verification) -> usize {
    let compared = found
        .checks
        .iter()
        .filter_map(|check| check.compared.as_ref());
    let mended: u64 = compared.map(|compared| compared.mended).sum();
    usize::try_from(mended).unwrap_or(usize::MAX)
}
