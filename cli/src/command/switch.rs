//! `cargo colmig switch`: from which side replaced columns are read.

use colmig::migrate::{MigrationStatus, Outcome, Status, Switching};
use colmig_schema::{Phase, Progress, Reads};

use super::Verb;
use crate::args::{Common, Format as _, Which};
use crate::connect::Target;
use crate::error::{Problem, Result};
use crate::execution::{ended, execute, status};
use crate::exit_code::ExitCode;
use crate::history;
use crate::report::Report;

/// Choose from which side replaced columns are read, without a deploy
///
/// Every live instance reads so when the command ends. A share is sticky by the key of the row:
/// the same row is read on the same side. `shadow` reads legacy, and compares both sides off the
/// caller's path; so does a share, for its rows. Where more comparisons than `--limit` find two
/// values, instances read from legacy again by themselves, and `status` says so. By default it is
/// the only migration that is done with switch-reads.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "every live instance reads so",
    Some("there are not two sides to read from, they differ, or an instance has not followed"),
    true,
))]
pub(crate) struct Switch {
    /// legacy, shadow, shadow=1%, a share such as 25%, or target
    #[arg(long, value_name = "READS")]
    reads: Reads,

    /// How many comparisons may find two values before reads go back to legacy
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    limit: u64,

    /// Store the values of such comparisons beside the keys, for `status --format json`
    #[arg(long)]
    show_values: bool,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    common: Common,
}

impl Verb for Switch {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        let status = status(&target)?;
        let migration = self.choose(&target, &status)?;
        let mut to = Switching::to(self.reads);
        to.mismatch_limit = self.limit;
        to.show_values = self.show_values;
        let outcome = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| {
                migrator
                    .switch(&target.migrations, &migration.id, to, watch)
                    .await
            },
        )?;
        if outcome == Outcome::Done {
            report.done(
                "Finished",
                format_args!("every live instance reads from {}", self.reads),
            );
            report.done(
                "Next",
                match self.reads {
                    Reads::Target => format!("`cargo colmig contract {}`, when it has run so for a while", migration.id),
                    Reads::Legacy => "`cargo colmig switch --reads shadow` compares both sides".to_owned(),
                    _ => "`cargo colmig status --watch` shows mismatches; then a greater share, or `--reads target`".to_owned(),
                },
            );
        }
        Ok(ended(report, self.wants_json(), &outcome))
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Switch {
    /// The migration that was named, or else the only one whose switch can be moved.
    fn choose<'a>(&self, target: &Target, status: &'a Status) -> Result<&'a MigrationStatus> {
        let find = |id: &str| {
            status
                .migrations
                .iter()
                .find(|migration| migration.id == id)
        };
        if let Some(id) = self.which.id() {
            return Ok(find(id).ok_or_else(|| history::unknown(id, &target.migrations))?);
        }
        let replacing = target
            .migrations
            .iter()
            .filter(|migration| migration.replaces());
        let replacing: Vec<&MigrationStatus> = replacing
            .filter_map(|migration| find(migration.id()))
            .collect();
        let switchable = Progress::Done(Phase::SwitchReads);
        let ready = replacing
            .iter()
            .filter(|migration| migration.progress == switchable);
        match (ready.collect::<Vec<_>>().as_slice(), replacing.as_slice()) {
            ([only], _) => Ok(only),
            ([], []) => Err(Problem::error("no migration replaces a column")
                .help("an added column has no other side to read from: there is nothing to switch")
                .into()),
            // The one that is nearest to it says itself why it cannot be switched.
            ([], [.., last]) => Ok(last),
            ([first, ..], _) => Err(Problem::error(
                "the reads of several migrations could be switched",
            )
            .help(format!(
                "name one: `cargo colmig switch --reads {} {}`",
                self.reads, first.id
            ))
            .into()),
        }
    }
}
