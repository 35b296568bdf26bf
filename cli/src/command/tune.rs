//! `cargo colmig tune`: other settings for a backfill that runs.

use colmig::migrate::Tuning;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::connect::{Target, block_on};
use crate::error::Result;
use crate::exit_code::ExitCode;
use crate::report::Report;

/// Change settings of a backfill while it runs, or pause it
///
/// Every process that works on it follows within a second. It lasts until the backfill is done,
/// the migration is aborted, or `--reset`, and outlives every process. Keys are those of the table
/// `run` of colmig.toml: workers (of each process), batch-rows, batch-time, duty, give-way. Without
/// any, what is tuned is shown.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "it is changed, and stored in the database",
    Some("no migration has a backfill before it"),
    true,
))]
pub(crate) struct Tune {
    /// A setting and its value, such as duty=0.5 or batch-time=20ms
    #[arg(value_name = "KEY=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,

    /// Take everything back that was tuned, also a pause, before anything else is set
    #[arg(long)]
    reset: bool,

    /// Let every worker stop after its batch, and wait
    #[arg(long, conflicts_with = "resume")]
    pause: bool,

    /// End the pause
    #[arg(long)]
    resume: bool,

    /// The migration, as its folder is called; by default the first that is not done with its
    /// backfill
    #[arg(long, value_name = "MIGRATION")]
    migration: Option<String>,

    #[command(flatten)]
    common: Common,
}

impl Verb for Tune {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let target = Target::open(&self.common)?;
        let mut tuning = Tuning::default();
        for (key, value) in &self.settings {
            tuning = tuning.set(key, value);
        }
        if self.reset {
            tuning = tuning.reset();
        }
        if self.pause || self.resume {
            tuning = tuning.pause(self.pause);
        }
        let now = block_on(async {
            let mut migrator = target.connect().await?;
            let only = self.migration.as_deref();
            Ok(migrator.tune(&target.migrations, only, &tuning).await?)
        })?;
        if self.wants_json() {
            report.json(&now);
            return Ok(ExitCode::Done);
        }
        if now.tuned.is_empty() {
            let what = format_args!("{}: all settings are those of colmig.toml", now.migration);
            report.done("Tuned", what);
        }
        for tuned in &now.tuned {
            report.done(
                "Tuned",
                format_args!("{}: {tuned}, by {}", now.migration, tuned.by),
            );
        }
        Ok(ExitCode::Done)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write it as KEY=VALUE, such as duty=0.5".to_owned()),
    }
}
