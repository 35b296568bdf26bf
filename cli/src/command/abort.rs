//! `cargo colmig abort`: back to before a migration.

use colmig::migrate::{MigrationStatus, Outcome, Status};
use colmig_schema::Progress;

use super::Verb;
use crate::args::{Common, Format as _, Which};
use crate::confirm::confirm;
use crate::connect::Target;
use crate::error::Result;
use crate::execution::{ended, execute, status};
use crate::exit_code::ExitCode;
use crate::history;
use crate::report::Report;

/// Undo a migration: the database is back where it was before
///
/// By default it is the newest that has begun. It can be undone in every phase before
/// contract. What was written to a column that goes is kept
/// in the table `colmig_saved`.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "the migration is undone, or nothing of it was there",
    Some("it cannot be undone, a gate is closed, it was stopped, or the answer was no"),
    true,
))]
pub(crate) struct Abort {
    #[command(flatten)]
    which: Which,

    /// Answer yes to what would be asked
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    common: Common,
}

impl Verb for Abort {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        let status = status(&target)?;
        let Some(migration) = self.choose(&target, &status)? else {
            report.done("Finished", "nothing to undo: no migration is under way");
            return Ok(ended(report, self.wants_json(), &Outcome::Done));
        };
        let title = target.database.title();
        let question = format!(
            "Undo {} on {title}, which is {}?",
            migration.id, migration.progress
        );
        confirm(report, self.yes, &question)?;
        let outcome = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| {
                migrator
                    .abort(&target.migrations, &migration.id, watch)
                    .await
            },
        )?;
        if outcome == Outcome::Done {
            report.done(
                "Finished",
                format_args!("{title} is as it was before {}", migration.id),
            );
            report.done(
                "Next",
                format_args!(
                    "`cargo colmig run --again` starts it again; or, if it is not wanted any more, take the struct, \
                     the snapshot and the records back from version control, and delete `{}`",
                    crate::project::shown(&target.project.migrations().join(&migration.id))
                ),
            );
        }
        Ok(ended(report, self.wants_json(), &outcome))
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Abort {
    /// The migration that was named, or else the newest that has begun and not ended.
    fn choose<'a>(
        &self,
        target: &Target,
        status: &'a Status,
    ) -> Result<Option<&'a MigrationStatus>> {
        let Some(id) = self.which.id() else {
            let begun = |migration: &&MigrationStatus| {
                !matches!(
                    migration.progress,
                    Progress::Pending | Progress::Aborted | Progress::Finished
                )
            };
            return Ok(status.migrations.iter().rev().find(begun));
        };
        let named = status
            .migrations
            .iter()
            .find(|migration| migration.id == id);
        Ok(Some(
            named.ok_or_else(|| history::unknown(id, &target.migrations))?,
        ))
    }
}
