//! `cargo colmig run`: as far as gates allow.

use colmig::migrate::{Goal, MigrationStatus, Outcome, Status};
use colmig_schema::{Phase, Progress, Reads};

use super::Verb;
use crate::args::{Common, Format as _, Which};
use crate::connect::Target;
use crate::error::Result;
use crate::execution::{ended, execute};
use crate::exit_code::ExitCode;
use crate::exposed::Exposed;
use crate::report::Report;

/// Execute migrations, as far as their gates allow
///
/// By default all of them are executed, in their order. Whatever stops it, the same command goes
/// on from there: what is recorded as done is done.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "everything that was asked for is done",
    Some("a gate is closed, rows resist, or the run was stopped: the same command goes on; or \
          a worker has waited in vain for a run"),
    true,
))]
pub(crate) struct Run {
    /// The last phase to enter; `contract` has a command of its own
    #[arg(long, value_name = "PHASE", default_value_t = Phase::LAST_OF_RUN)]
    until: Phase,

    #[command(flatten)]
    which: Which,

    /// Fill old rows beside the run of another process, here or on another machine: claim ranges
    /// while there are any, and execute nothing else
    #[arg(long, conflicts_with_all = ["until", "again", "assume_drained"])]
    worker: bool,

    /// Vouch that nobody writes any more who holds no lease, where nothing in the database serves old
    /// writers while a backfill runs; live instances are waited for all the same. The audit records who did
    #[arg(long)]
    assume_drained: bool,

    /// Start migrations again that were aborted
    #[arg(long)]
    again: bool,

    #[command(flatten)]
    exposed: Exposed,

    #[command(flatten)]
    common: Common,
}

impl Verb for Run {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?.assuming_drained(self.assume_drained);
        self.exposed.serve(report)?;
        if self.worker {
            return self.work(report, &target);
        }
        let goal = Goal {
            until: self.until,
            only: self.which.id().map(str::to_owned),
            finished: target.finished(),
            again: self.again,
        };
        let (outcome, status) = execute(
            report,
            self.wants_json(),
            &target,
            async |migrator, watch| {
                let outcome = migrator.run(&target.migrations, &goal, watch).await?;
                Ok((outcome, migrator.status(&target.migrations).await?))
            },
        )?;
        let code = ended(report, self.wants_json(), &outcome);
        if outcome == Outcome::Done {
            next(report, &status, |id| {
                let mut migrations = target.migrations.iter();
                migrations.any(|migration| migration.id() == id && migration.replaces())
            });
        }
        Ok(code)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Run {
    /// Works until the run of another process has no more to fill.
    fn work(&self, report: Report, target: &Target) -> Result<ExitCode> {
        let outcome = execute(
            report,
            self.wants_json(),
            target,
            async |migrator, watch| {
                let only = self.which.id();
                migrator.work(&target.migrations, only, watch).await
            },
        )?;
        let code = ended(report, self.wants_json(), &outcome);
        if outcome == Outcome::Done {
            report.done("Finished", "no old rows are left to fill");
        }
        Ok(code)
    }
}

/// What was reached, and what comes next.
fn next(report: Report, status: &Status, replaces: impl Fn(&str) -> bool) {
    let title = status.database.title();
    let open = |migration: &&MigrationStatus| {
        !matches!(migration.progress, Progress::Aborted | Progress::Finished)
    };
    // Later ones are no further than the first that is not at its end.
    let Some(first) = status.migrations.iter().find(open) else {
        return report.done("Finished", format_args!("{title} is up to date"));
    };
    report.done(
        "Finished",
        format_args!("{title}: {} is {}", first.id, first.progress),
    );
    let switched = match &first.reads {
        Some(reads) => reads.from == Reads::Target.to_string(),
        None => !replaces(&first.id),
    };
    if first.progress.has_done(Phase::LAST_OF_RUN) && !switched {
        report.done(
            "Next",
            "`cargo colmig switch --reads shadow` compares both sides; then `--reads 25%`, and `--reads target`",
        );
    } else if first.progress.has_done(Phase::LAST_OF_RUN) {
        report.done(
            "Next",
            "`cargo colmig contract`, when no build is live any more that does not know the change",
        );
    } else {
        report.done("Next", "`cargo colmig run` goes on");
    }
}
