//! Which database is meant, and what runs beside it: a runtime, and Ctrl-C.

use std::collections::BTreeSet;
use std::future::Future;
use std::path::Path;

use colmig::migrate::{ErrorKind, Migration, Migrator, Stop};
use colmig_schema::Database;

use crate::args::{Common, Format};
use crate::error::{Error, Problem, Result};
use crate::exit_code::ExitCode;
use crate::history::History;
use crate::project::{self, Project, shown};
use crate::report::Report;
use crate::url_brake::UrlBrake;

const VARIABLE: &str = "DATABASE_URL";

/// A project and the database that was named.
#[derive(Debug)]
pub(crate) struct Target {
    /// The project.
    pub(crate) project: Project,
    /// Its snapshot.
    pub(crate) history: History,
    /// Its migrations for this database, in their order.
    pub(crate) migrations: Vec<Migration>,
    /// The database.
    pub(crate) database: Database,
    /// How it is reached. It may hold a password, so it is never printed.
    url: String,
}

impl Target {
    /// The project and the database that the command line names.
    pub(crate) fn open<F: Format>(common: &Common<F>) -> Result<Self> {
        let project = Project::open(common.manifest_path.as_deref())?;
        let url = url(common)?.ok_or_else(|| {
            Problem::error("no database is named").help(format!(
                "give `--database-url`, set `{VARIABLE}`, or write it into `.env`"
            ))
        })?;
        Target::at(project, url)
    }

    fn at(project: Project, url: String) -> Result<Self> {
        let database = Database::of_url(&url).ok_or_else(|| {
            let scheme = url.split(':').next().unwrap_or_default();
            Problem::error(format!(
                "the URL of the database begins with `{scheme}:`, which colmig does not speak"
            ))
            .help("use `postgres://...`, `mysql://...`, `sqlite:...` or `mongodb://...`")
        })?;
        let known = &project.config.databases;
        if !known.contains(&database) {
            let known: Vec<&str> = known.iter().map(|database| database.title()).collect();
            return Err(Problem::error(format!(
                "the project has no migrations for {}",
                database.title()
            ))
            .note(format!("`colmig.toml` names {}", known.join(" and ")))
            .help("give the URL of a database of that kind")
            .into());
        }
        let history = History::read(&project)?;
        let migrations = history.migrations(database)?;
        Ok(Target {
            project,
            history,
            migrations,
            database,
            url,
        })
    }

    /// With somebody's word that the old builds are gone, or without.
    pub(crate) fn assuming_drained(mut self, assumed: bool) -> Self {
        self.project.config.run.assume_drained = assumed;
        self
    }

    /// Connects to the database.
    pub(crate) async fn connect(&self) -> Result<Migrator> {
        let migrator = Migrator::connect(&self.url, self.project.config.run.clone()).await?;
        Ok(migrator.with_brake(UrlBrake::new()))
    }

    /// The migrations that the application has left behind: nothing of theirs is in flight.
    pub(crate) fn finished(&self) -> BTreeSet<String> {
        self.migrations
            .iter()
            .map(Migration::id)
            .filter(|id| !self.history.snapshot.is_open(id))
            .map(str::to_owned)
            .collect()
    }
}

/// The URL: of the command line or the environment, or else of the nearest `.env`.
pub(crate) fn url<F: Format>(common: &Common<F>) -> Result<Option<String>> {
    if let Some(url) = &common.database_url {
        return Ok(Some(url.clone()));
    }
    let start = project::start(common.manifest_path.as_deref())?;
    let file = start
        .ancestors()
        .map(|folder| folder.join(".env"))
        .find(|file| file.is_file());
    file.map_or(Ok(None), |file| from_env_file(&file))
}

fn from_env_file(file: &Path) -> Result<Option<String>> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::error(format!("`{}` cannot be read", shown(file))).note(error)
    };
    for pair in dotenvy::from_path_iter(file).map_err(|error| unreadable(&error))? {
        let (name, value) = pair.map_err(|error| unreadable(&error))?;
        if name == VARIABLE {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

impl From<colmig::migrate::Error> for Error {
    fn from(error: colmig::migrate::Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::Refused => ExitCode::No,
            ErrorKind::Project => ExitCode::Wrong,
            ErrorKind::Database => ExitCode::Database,
        };
        // The first line is what went wrong, and the others are more about it.
        let words = error.to_string();
        let problem = match words.split_once('\n') {
            Some((title, more)) => Problem::error(title).note(more.trim()),
            None => Problem::error(words),
        };
        Error {
            exit,
            problems: vec![problem],
        }
    }
}

/// Runs `work`, which nothing but its own end ends.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // Every wait is for a database: a second thread would have no more to do than to wake the
    // first, on a machine that may have work to do.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::error("failed to start").note(error))?;
    let result = runtime.block_on(work);
    // A statement that was left may still keep a thread busy, and nobody waits for it.
    runtime.shutdown_background();
    result
}

/// Runs `work`. The first Ctrl-C asks it to stop, the second leaves it.
pub(crate) fn block_on_until_left<T>(
    report: Report,
    stop: &Stop,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    block_on(async {
        tokio::select! {
            result = work => result,
            () = left(report, stop) => Err(Error {
                exit: ExitCode::No,
                problems: vec![
                    Problem::error("left at once")
                        .note("what was committed is kept, and what was not is undone by the database")
                        .help("the same command goes on from here"),
                ],
            }),
        }
    })
}

/// Returns when somebody does not want to wait for the stop.
async fn left(report: Report, stop: &Stop) {
    interrupt().await;
    stop.request();
    report.held(
        "Stopping",
        "after this batch; the same command goes on from there (Ctrl-C again leaves at once)",
    );
    interrupt().await;
}

/// Ctrl-C, or what a supervisor sends in its place.
async fn interrupt() {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
