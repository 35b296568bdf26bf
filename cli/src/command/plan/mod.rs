//! `cargo colmig plan`: what each phase will do.

mod markdown;
mod outline;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use clap::ValueEnum;
use colmig::migrate::{Estimate, Migration, estimate};
use colmig_schema::script::Run;
use colmig_schema::{Database, Phase};

use self::markdown::Markdown;
use self::outline::{OnDatabase, Outline, Planned};
use self::text::Text;
use super::Verb;
use crate::args::{Common, Format, Which};
use crate::connect::{block_on, url};
use crate::error::{Problem, Result};
use crate::exit_code::ExitCode;
use crate::history::History;
use crate::project::Project;
use crate::report::Report;

/// How long the database is waited for, which a plan can do without.
const PATIENCE: Duration = Duration::from_secs(5);

/// Show what each phase will do: statements, locks, gates
///
/// By default for the migrations that are in flight, and for the newest.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help("the plan is shown", None, false))]
pub(crate) struct Plan {
    #[command(flatten)]
    which: Which,

    /// The database [default: all of the project's]
    #[arg(long, value_name = "DATABASE")]
    database: Option<Database>,

    #[command(flatten)]
    common: Common<PlanFormat>,
}

/// The forms of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Human,
    /// For programs: an object
    Json,
    /// For a pull request
    Markdown,
}

impl Format for PlanFormat {
    fn is_json(&self) -> bool {
        *self == PlanFormat::Json
    }
}

impl Verb for Plan {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let project = Project::open(self.common.manifest_path.as_deref())?;
        let history = History::read(&project)?;
        let outline = self.outline(report, &project, &history)?;
        if outline.migrations.is_empty() {
            report.done("Finished", "nothing to show: there is no migration yet");
        }
        match self.common.format {
            PlanFormat::Json => report.json(&outline),
            PlanFormat::Human => {
                report.data(format_args!("{}", Text(&outline)).to_string().trim_end())
            }
            PlanFormat::Markdown => report.data(
                format_args!("{}", Markdown(&outline))
                    .to_string()
                    .trim_end(),
            ),
        }
        Ok(ExitCode::Done)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Plan {
    fn outline(&self, report: Report, project: &Project, history: &History) -> Result<Outline> {
        let known = &project.config.databases;
        let databases = match self.database {
            Some(database) if known.contains(&database) => vec![database],
            Some(database) => {
                return Err(Problem::error(format!(
                    "the project has no migrations for {}",
                    database.title()
                ))
                .help("name one of `databases` in `colmig.toml`")
                .into());
            }
            None => known.clone(),
        };
        let mut migrations: BTreeMap<String, Planned> = BTreeMap::new();
        for database in databases {
            let all = history.migrations(database)?;
            let chosen = self.chosen(history, &all)?;
            let estimates = self.estimate(report, database, &chosen)?;
            for migration in chosen {
                migrations
                    .entry(migration.id().to_owned())
                    .or_insert_with(|| planned(migration))
                    .databases
                    .push(OnDatabase::new(database, migration, &estimates));
            }
        }
        Ok(Outline {
            migrations: migrations.into_values().collect(),
        })
    }

    /// What filling the tables will take, if the database can be asked. A plan is one without it.
    fn estimate(
        &self,
        report: Report,
        database: Database,
        migrations: &[&Migration],
    ) -> Result<BTreeMap<String, Estimate>> {
        let tables: BTreeSet<&str> = migrations
            .iter()
            .flat_map(|migration| migration.steps(Phase::Backfill))
            .filter_map(|step| match &step.run {
                Run::Backfill(backfill) => Some(backfill.table.as_str()),
                Run::Convert(convert) => Some(convert.table.as_str()),
                Run::CheckRows(check) => Some(check.table.as_str()),
                Run::Transaction(_)
                | Run::OneByOne(_)
                | Run::Alone { .. }
                | Run::Compare(_)
                | Run::CheckDependents(_) => None,
            })
            .collect();
        let url = url(&self.common)?.filter(|url| Database::of_url(url) == Some(database));
        let (Some(url), false) = (url, tables.is_empty()) else {
            return Ok(BTreeMap::new());
        };
        let asked = block_on(async {
            let asked = tokio::time::timeout(PATIENCE, estimate(&url, tables)).await;
            Ok(asked.map_err(|_| format!("no answer within {} s", PATIENCE.as_secs())))
        })?;
        let rows = asked.and_then(|asked| asked.map_err(|error| error.to_string()));
        Ok(rows.unwrap_or_else(|why| {
            report.problem(&Problem::warning("the plan is without estimates").note(why));
            BTreeMap::new()
        }))
    }

    /// The migration that was named; or else those in flight, and the newest.
    fn chosen<'a>(&self, history: &History, all: &'a [Migration]) -> Result<Vec<&'a Migration>> {
        if let Some(id) = self.which.id() {
            let found = all.iter().find(|migration| migration.id() == id);
            return Ok(vec![found.ok_or_else(|| crate::history::unknown(id, all))?]);
        }
        let newest = all.last().map(Migration::id);
        Ok(all
            .iter()
            .filter(|migration| {
                let id = migration.id();
                history.snapshot.is_open(id) || newest == Some(id)
            })
            .collect())
    }
}

fn planned(migration: &Migration) -> Planned {
    Planned {
        id: migration.id().to_owned(),
        parent: migration.parent().map(str::to_owned),
        changes: migration.manifest().changes.clone(),
        databases: Vec::new(),
    }
}
