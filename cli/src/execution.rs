//! Executing migrations: what `run`, `verify`, `abort` and `contract` share.

use std::sync::Arc;

use colmig::migrate::{self, Migrator, Outcome, Status, Stop, Watch};

use crate::connect::{Target, block_on, block_on_until_left};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::Report;
use crate::report::progress::Progress;

/// Does `work` on the database while its events are told, and while Ctrl-C asks it to stop.
pub(crate) fn execute<T>(
    report: Report,
    json: bool,
    target: &Target,
    work: impl AsyncFnOnce(&mut Migrator, &Watch) -> Result<T, migrate::Error>,
) -> Result<T> {
    let progress = Arc::new(Progress::new(report, json, target.database));
    let stop = Stop::new();
    let watch = Watch::new({
        let progress = Arc::clone(&progress);
        move |event| progress.event(event)
    })
    .with_stop(stop.clone());
    let result = block_on_until_left(report, &stop, async {
        let mut migrator = target.connect().await?;
        Ok(work(&mut migrator, &watch).await?)
    });
    progress.end();
    result
}

/// How far everything is.
pub(crate) fn status(target: &Target) -> Result<Status> {
    block_on(async { Ok(target.connect().await?.status(&target.migrations).await?) })
}

/// Tells what became of it.
pub(crate) fn ended(report: Report, json: bool, outcome: &Outcome) -> ExitCode {
    if json {
        report.json(outcome);
    }
    match outcome {
        Outcome::Done => ExitCode::Done,
        Outcome::Held {
            migration,
            phase,
            gate,
        } => {
            report.held("Held", format_args!("{migration} before {phase}: {gate}"));
            ExitCode::No
        }
        Outcome::Stopped { resume } => {
            report.held("Stopped", format_args!("`{resume}` goes on from here"));
            ExitCode::No
        }
        other => {
            report.held("Stopped", other);
            ExitCode::No
        }
    }
}
