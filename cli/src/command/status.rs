//! `cargo colmig status`: how far everything is on one database.

use std::fmt::Write as _;
use std::time::Duration;

use colmig::migrate::{
    ConversionStatus, FleetStatus, MigrationStatus, Migrator, Status as Standing, StepProgress,
    StepStatus,
};
use colmig_schema::Progress;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::connect::{Target, block_on};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::progress::{elapsed, grouped};
use crate::report::{Report, count, table};

/// How often `--watch` looks.
const EVERY: Duration = Duration::from_secs(1);

/// As many instances are named for each reason; `--format json` names all.
const NAMED: usize = 10;

/// Show how far each migration is, and which instances of the application are live
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help("the status is shown", None, true))]
pub(crate) struct Status {
    /// Look again each second, until Ctrl-C
    #[arg(long)]
    watch: bool,

    #[command(flatten)]
    common: Common,
}

impl Verb for Status {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        block_on(async {
            let mut migrator = target.connect().await?;
            if self.watch {
                self.watch(report, &target, &mut migrator).await
            } else {
                self.show(report, &migrator.status(&target.migrations).await?);
                Ok(ExitCode::Done)
            }
        })
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Status {
    /// Shows it until Ctrl-C, which is how this is meant to end.
    async fn watch(
        &self,
        report: Report,
        target: &Target,
        migrator: &mut Migrator,
    ) -> Result<ExitCode> {
        loop {
            let status = migrator.status(&target.migrations).await?;
            report.clear();
            self.show(report, &status);
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = tokio::signal::ctrl_c() => return Ok(ExitCode::Done),
            }
        }
    }

    fn show(&self, report: Report, status: &Standing) {
        if self.wants_json() {
            report.json(status);
        } else {
            report.data(text(status));
        }
        for missing in &status.missing {
            report.held("Missing", format_args!(
                "{} is {} on this database, and not in the folder of migrations: update this checkout",
                missing.id, missing.progress
            ));
        }
    }
}

fn text(status: &Standing) -> String {
    let mut text = format!(
        "{}, {}\n",
        status.database.title(),
        count(status.migrations.len(), "migration")
    );
    if let Some(lock) = &status.run_lock {
        let _ = writeln!(
            text,
            "a run is under way: {}, since {}",
            lock.by, lock.since
        );
    }
    fleet(&mut text, &status.fleet);
    text.push('\n');
    let mut rows = vec![
        ["migration", "state", "changed", "by"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for migration in &status.migrations {
        rows.push(row(migration));
        if let Some(reads) = &migration.reads {
            rows.push(vec![
                format!("  reads from {}", reads.from),
                format!("{} of {} mismatches", reads.mismatches, reads.limit),
                reads.since.clone(),
                reads.by.clone(),
            ]);
        }
        rows.extend(migration.tuned.iter().map(|tuned| {
            let what = format!("  tuned: {tuned}");
            vec![what, String::new(), tuned.since.clone(), tuned.by.clone()]
        }));
        for step in migration
            .steps
            .iter()
            .filter(|step| step.state == StepProgress::Running)
        {
            rows.push(vec![format!("  {}", step.step), running(step)]);
            rows.extend(step.workers.iter().map(|working| {
                let workers = count(working.workers as usize, "worker");
                vec![format!("    {workers}"), working.process.clone()]
            }));
            for hold in &step.held {
                let since = elapsed(hold.held_ms);
                rows.push(vec![
                    format!("    held by {}", hold.brake),
                    format!("for {since}: {} (limit: {})", hold.reading, hold.threshold),
                ]);
            }
        }
    }
    text.push_str(&table(&rows));
    for step in status.migrations.iter().flat_map(|of| &of.steps) {
        if let Some(found) = &step.resisting {
            let _ = write!(text, "\n\n{}: {found}", step.step);
        }
        if let Some(conversion) = &step.conversion {
            converting(&mut text, &step.step, conversion);
        }
    }
    text
}

/// Which builds are live, and who keeps what from going on. Nothing if nobody is live.
fn fleet(text: &mut String, fleet: &FleetStatus) {
    for build in &fleet.builds {
        let instances = count(build.instances, "live instance");
        let _ = writeln!(text, "{instances} of build {}", build.build);
    }
    for holding in fleet.behind.iter().take(NAMED) {
        let _ = writeln!(text, "waited for: {holding}");
    }
    more(text, fleet.behind.len());
    for gate in &fleet.unaware {
        for holding in gate.instances.iter().take(NAMED) {
            let _ = writeln!(
                text,
                "holds {} of {}: {holding}",
                gate.phase, gate.migration
            );
        }
        more(text, gate.instances.len());
    }
}

fn more(text: &mut String, all: usize) {
    if all > NAMED {
        let _ = writeln!(text, "and {} more", all - NAMED);
    }
}

fn row(migration: &MigrationStatus) -> Vec<String> {
    let done = migration
        .steps
        .iter()
        .filter(|step| step.state == StepProgress::Done)
        .count();
    let mut state = migration.progress.to_string();
    if !matches!(
        migration.progress,
        Progress::Pending | Progress::Aborted | Progress::Finished
    ) {
        let _ = write!(
            state,
            ", {done} of {} done",
            count(migration.steps.len(), "step")
        );
    }
    if migration.edited {
        state.push_str(", FILES EDITED");
    }
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        migration.id.clone(),
        state,
        of(&migration.changed),
        of(&migration.by),
    ]
}

/// Who fills a column by a function in Rust, and which rows keep it from going on. Below the
/// table: what rows hold would make its columns as wide.
fn converting(text: &mut String, step: &str, conversion: &ConversionStatus) {
    let pass = format!(
        "pass {}, {} rows covered",
        conversion.pass,
        grouped(conversion.covered)
    );
    let who = match conversion.workers {
        _ if conversion.held => "held by rows that do not convert".to_owned(),
        0 => format!(
            "no instance converts, call `{}` in the application",
            conversion.call
        ),
        1 => "1 instance converts".to_owned(),
        several => format!("{several} instances convert"),
    };
    let _ = write!(text, "\n\n{step}: {who}; {pass}");
    for failure in &conversion.failures {
        let _ = write!(text, "\n  does not convert: {failure}");
    }
    let named = u64::try_from(conversion.failures.len()).unwrap_or(u64::MAX);
    if conversion.failed > named {
        let _ = write!(text, "\n  and {} more", conversion.failed - named);
    }
    if let Some(remedy) = &conversion.remedy {
        let _ = write!(text, "\n  {remedy}");
    }
}

fn running(step: &StepStatus) -> String {
    if let Some(found) = &step.resisting {
        return match found.rows {
            1 => "held by 1 row".to_owned(),
            rows => format!("held by {} rows", grouped(rows)),
        };
    }
    match (step.rows, step.estimated_rows) {
        (0, None) => "begun".to_owned(),
        (rows, None) => format!("{} rows", grouped(rows)),
        (rows, Some(all)) => format!("{} of about {} rows", grouped(rows), grouped(all)),
    }
}
