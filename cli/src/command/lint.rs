//! `cargo colmig lint`: what would hurt a live database, found before it runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use colmig_schema::{Database, Sql};
use serde::Serialize;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::config;
use crate::discover::{self, Models};
use crate::error::{Problem, Result};
use crate::exit_code::ExitCode;
use crate::history::History;
use crate::lint::{self, Known, Sources, Targets};
use crate::project::{self, Project};
use crate::report::{JsonProblem, Report, count};

/// Judge hand-written SQL migrations, and find wildcard queries in the sources
///
/// Without files: the SQL that people wrote in the folder of the migrations, colmig's own, and the
/// sources of the project. SQL for PostgreSQL is judged by squawk's rules, and as sqlx sends it; of SQL
/// for SQLite only wildcards are judged. `colmig-ignore: RULE` in a comment silences a finding.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "nothing was found",
    Some("something was found"),
    false,
))]
pub(crate) struct Lint {
    /// Files that end in `.sql` or `.rs`, or folders with such files
    #[arg(value_name = "FILES")]
    files: Vec<PathBuf>,

    /// The database that SQL is for [default: what a folder on its way is called, else the
    /// project's, PostgreSQL before SQLite]
    #[arg(long, value_name = "DATABASE", value_parser = sql)]
    database: Option<Sql>,

    /// A rule that finds nothing this time; may be given more than once
    #[arg(long = "allow", value_name = "RULE", value_parser = rule)]
    allowed: Vec<String>,

    #[command(flatten)]
    common: Common,
}

/// A database that speaks SQL.
fn sql(name: &str) -> std::result::Result<Sql, String> {
    let database: Database = name
        .parse()
        .map_err(|error: colmig_schema::UnknownDatabase| error.to_string())?;
    database.sql().ok_or_else(|| {
        let known = Sql::ALL.map(|sql| format!("`{sql}`"));
        format!(
            "there is no SQL for {}: use {}",
            database.title(),
            known.join(" or ")
        )
    })
}

/// A rule that there is.
fn rule(name: &str) -> std::result::Result<String, String> {
    if lint::rules().any(|rule| rule == name) {
        return Ok(name.to_owned());
    }
    Err(match colmig_schema::nearest(name, lint::rules()) {
        Some(near) => format!("there is no such rule: did you mean `{near}`?"),
        None => "there is no such rule: the name stands in brackets before a finding".to_owned(),
    })
}

/// What was judged.
#[derive(Debug, Default, Serialize)]
struct Judged {
    /// Files of SQL for PostgreSQL.
    postgres: usize,
    /// Files of SQL for SQLite.
    sqlite: usize,
    /// Files with a query that the sources name.
    queries: usize,
    /// Migrations that colmig wrote.
    generated: usize,
    /// Files of Rust that may send a query.
    sources: usize,
}

/// The answer, for programs.
#[derive(Serialize)]
struct Answer<'a> {
    findings: Vec<JsonProblem<'a>>,
    judged: &'a Judged,
}

impl Verb for Lint {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let mut judged = Judged::default();
        let mut problems = Vec::new();
        let mut known = Known {
            databases: self.database.into_iter().collect(),
            models: std::collections::BTreeMap::new(),
            allowed: self.allowed.clone(),
        };
        let project = self.project()?;
        if let (Some(project), None) = (&project, self.database) {
            known.databases = project.config.sql().collect();
        }
        if let (Some(project), true, None) = (&project, self.files.is_empty(), self.database)
            && project.config.sql().next().is_none()
        {
            self.tell_of_none(report, &judged);
            return Ok(ExitCode::Done);
        }
        let mut sources: Vec<Sources> = Vec::new();
        let targets = match &project {
            Some(project) if self.files.is_empty() => {
                let (models, found) = discover::models_and(&project.packages()?, report)?;
                known.models = tables(&models);
                sources = found;
                let history = History::read(project)?;
                if project.config.databases.contains(&Database::Postgres) {
                    for migration in history.migrations(Database::Postgres)? {
                        judged.generated += 1;
                        problems.extend(lint::generated(&migration, &known));
                    }
                }
                Targets::beside(self.folders(project))?
            }
            Some(project) => {
                // What is not about the files that were named is not to hinder.
                if let Ok(packages) = project.packages()
                    && let Ok(models) = discover::models(&packages, report)
                {
                    known.models = tables(&models);
                }
                Targets::named(&self.files)?
            }
            None => Targets::named(&self.files)?,
        };
        for path in &targets.rust {
            sources.push(lint::source_file(path)?);
        }
        for path in &targets.sql {
            let database = self.database(path, &known);
            match database == Sql::Sqlite {
                true => judged.sqlite += 1,
                false => judged.postgres += 1,
            }
            problems.extend(lint::sql_file(path, database, &known)?);
        }
        let named: BTreeSet<&Path> = sources.iter().flat_map(Sources::files).collect();
        for path in named.into_iter().filter(|path| path.is_file()) {
            judged.queries += 1;
            let database = self.database(path, &known);
            problems.extend(lint::query_file(path, database, &known)?);
        }
        for sources in &sources {
            judged.sources += sources.read;
            problems.extend(sources.judge(&known));
        }
        self.tell(report, &problems, &judged);
        Ok(match problems.is_empty() {
            true => ExitCode::Done,
            false => ExitCode::No,
        })
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Lint {
    /// The project. Files can be judged without one.
    fn project(&self) -> Result<Option<Project>> {
        let path = self.common.manifest_path.as_deref();
        let start = project::start(path)?;
        let is_there = start
            .ancestors()
            .any(|folder| folder.join(config::FILE_NAME).is_file());
        match is_there || self.files.is_empty() {
            true => Project::open(path).map(Some),
            false => Ok(None),
        }
    }

    fn database(&self, path: &Path, known: &Known) -> Sql {
        self.database
            .unwrap_or_else(|| lint::database(path, &known.databases))
    }

    /// Where people's own migrations stand: beside colmig's, and where sqlx looks for them in each package.
    fn folders(&self, project: &Project) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::from([project.migrations()]);
        if let Ok(packages) = project.packages() {
            folders.extend(
                packages
                    .iter()
                    .map(|package| package.folder.join("migrations")),
            );
        }
        folders
    }

    /// Of a project whose databases speak no SQL.
    fn tell_of_none(&self, report: Report, judged: &Judged) {
        if self.wants_json() {
            report.json(&Answer {
                findings: Vec::new(),
                judged,
            });
        }
        report.done(
            "Finished",
            "the project is for MongoDB alone, so there is no SQL to judge",
        );
    }

    fn tell(&self, report: Report, problems: &[Problem], judged: &Judged) {
        if self.wants_json() {
            report.json(&Answer {
                findings: problems.iter().map(JsonProblem::from).collect(),
                judged,
            });
        } else {
            problems.iter().for_each(|problem| report.problem(problem));
        }
        let Judged {
            postgres,
            sqlite,
            queries,
            generated,
            sources,
        } = judged;
        report.done(
            "Judged",
            format_args!(
                "{} of SQL, {} of colmig's for PostgreSQL, {} of Rust that may send a query",
                count(postgres + sqlite + queries, "file"),
                count(*generated, "migration"),
                count(*sources, "file"),
            ),
        );
        if *sqlite > 0 {
            report.done(
                "Note",
                format_args!(
                    "{} for SQLite: squawk does not know it, so nothing but wildcards and `-- no-transaction` was judged",
                    count(*sqlite, "file")
                ),
            );
        }
        match problems.len() {
            0 => report.done("Finished", "nothing found"),
            found => report.held(
                "Found",
                format_args!(
                    "{}; `colmig-ignore: RULE` in a comment silences one, and says that somebody looked",
                    count(found, "finding")
                ),
            ),
        }
    }
}

/// What the lint has to know of the models.
fn tables(models: &Models) -> std::collections::BTreeMap<String, (String, Vec<String>)> {
    let table = |found: &discover::Discovered| {
        let columns = found.model.columns.iter().map(|column| column.name.clone());
        (
            found.model.table.clone(),
            (found.model.name.clone(), columns.collect()),
        )
    };
    models.iter().map(table).collect()
}
