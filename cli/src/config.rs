//! `colmig.toml`. Its keys are described in `docs/configuration.md`, and in the file
//! itself as `init` writes it.

mod template;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use colmig::migrate::{Brakes, Settings};
use colmig_schema::{Database, Sql, nearest};
use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Place, Problem, Result};
use crate::files::read;
use crate::project::shown;

pub(crate) use template::template;

/// The name of the file.
pub(crate) const FILE_NAME: &str = "colmig.toml";

/// What the file says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Config {
    /// The folder of the migrations, from that of the file.
    #[serde(default = "migrations")]
    pub(crate) migrations: PathBuf,
    /// The databases for which migrations are written, in their fixed order.
    pub(crate) databases: Vec<Database>,
    /// The kinds of targets whose sources hold models.
    #[serde(default)]
    pub(crate) targets: Targets,
    /// Whether a trigger serves writers that are no accessors while a column is replaced.
    #[serde(default = "triggers")]
    pub(crate) triggers: bool,
    /// Whether columns have the doc comments of their fields as comments in the database.
    #[serde(default)]
    pub(crate) comments: bool,
    /// How migrations are run.
    #[serde(default)]
    pub(crate) run: Settings,
}

/// Kinds of targets.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Targets(pub(crate) BTreeSet<Target>);

/// A kind of target. Examples, tests and benchmarks are fixtures unless they are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    Lib,
    Bin,
    Example,
    Test,
    Bench,
}

const KEYS: [&str; 6] = [
    "comments",
    "databases",
    "migrations",
    "run",
    "targets",
    "triggers",
];

fn triggers() -> bool {
    true
}

fn migrations() -> PathBuf {
    PathBuf::from("migrations")
}

impl Default for Targets {
    fn default() -> Self {
        Targets(BTreeSet::from([Target::Lib, Target::Bin]))
    }
}

impl Config {
    /// Those of the databases that speak SQL.
    pub(crate) fn sql(&self) -> impl Iterator<Item = Sql> {
        self.databases.iter().filter_map(|database| database.sql())
    }

    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Config::parse(path, &read(path)?)
    }

    /// Reads the text of the file.
    pub(crate) fn parse(path: &Path, text: &str) -> Result<Self> {
        let source: Arc<str> = text.into();
        let at = |span: Range<usize>| Place {
            file: shown(path).into(),
            source: Arc::clone(&source),
            span,
        };
        let wrong = |error: &toml::de::Error| {
            let problem =
                Problem::error(format!("`{FILE_NAME}` cannot be read"))
                    .note(error.message())
                    .help("`cargo colmig init` in another folder writes one with every key, its default and its form");
            error
                .span()
                .map_or(problem.clone(), |span| problem.at(at(span)))
        };
        let document = DeTable::parse(text).map_err(|error| wrong(&error))?;
        let unknown = unknown_keys(document.get_ref());
        if !unknown.is_empty() {
            return Err(Error::wrong(unknown.into_iter().map(|key| key.problem(at))));
        }
        if !document.get_ref().contains_key("databases") {
            return Err(
                Problem::error(format!("`{}` names no database", shown(path)))
                    .help("name at least one: databases = [\"postgres\"]")
                    .into(),
            );
        }
        let mut config: Config = toml::from_str(text).map_err(|error| wrong(&error))?;
        if config.databases.is_empty() {
            let span = document
                .get_ref()
                .get("databases")
                .map_or(0..0, |value| value.span());
            return Err(Problem::error("`databases` names no database")
                .at(at(span))
                .help("name at least one: databases = [\"postgres\"]")
                .into());
        }
        for (window, span) in config.run.windows.iter().zip(windows(document.get_ref())) {
            if let Err(error) = window.check(&config.run) {
                return Err(Problem::error(format!("`{FILE_NAME}` cannot be read"))
                    .at(at(span))
                    .note(error)
                    .into());
            }
        }
        config.databases.sort_unstable();
        config.databases.dedup();
        Ok(config)
    }
}

/// A key that means nothing.
struct UnknownKey {
    name: String,
    table: &'static str,
    span: Range<usize>,
    known: Vec<String>,
}

impl UnknownKey {
    fn problem(self, at: impl Fn(Range<usize>) -> Place) -> Problem {
        let help = match nearest(&self.name, self.known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", self.known.join(", ")),
        };
        Problem::error(format!("`{}` is no key of {}", self.name, self.table))
            .at(at(self.span))
            .help(help)
    }
}

fn unknown_keys(document: &DeTable<'_>) -> Vec<UnknownKey> {
    let known = KEYS.map(str::to_owned).to_vec();
    let mut unknown = unknown_in(document, FILE_NAME, &known);
    if let Some(DeValue::Table(run)) = document.get("run").map(toml::Spanned::get_ref) {
        unknown.extend(unknown_in(run, "`[run]`", &run_keys()));
        if let Some(DeValue::Table(brakes)) = run.get("brakes").map(toml::Spanned::get_ref) {
            unknown.extend(unknown_in(brakes, "`[run.brakes]`", &brake_keys()));
        }
    }
    unknown
}

fn unknown_in(table: &DeTable<'_>, name: &'static str, known: &[String]) -> Vec<UnknownKey> {
    let mut unknown: Vec<UnknownKey> = table
        .iter()
        .filter(|(key, _)| !known.iter().any(|known| known == key.get_ref()))
        .map(|(key, _)| UnknownKey {
            name: key.get_ref().to_string(),
            table: name,
            span: key.span(),
            known: known.to_vec(),
        })
        .collect();
    unknown.sort_by_key(|key| key.span.start);
    unknown
}

/// Where the windows stand, in their order.
fn windows(document: &DeTable<'_>) -> Vec<Range<usize>> {
    let run = document.get("run").map(toml::Spanned::get_ref);
    let windows = match run {
        Some(DeValue::Table(run)) => run.get("windows").map(toml::Spanned::get_ref),
        _ => None,
    };
    match windows {
        Some(DeValue::Array(windows)) => windows.iter().map(toml::Spanned::span).collect(),
        _ => Vec::new(),
    }
}

/// The keys of `[run]`: those of the settings themselves, so that no list of them is kept twice.
fn run_keys() -> Vec<String> {
    settings_table().keys().cloned().collect()
}

/// The keys of `[run.brakes]`.
fn brake_keys() -> Vec<String> {
    brakes_table().keys().cloned().collect()
}

/// Every brake with its default.
fn brakes_table() -> toml::Table {
    toml::Table::try_from(Brakes::default()).unwrap_or_default()
}

/// Every setting with its default; `actor` has none, and shows what may stand there.
fn settings_table() -> toml::Table {
    let settings = Settings {
        actor: Some("the deploy job".to_owned()),
        ..Settings::default()
    };
    toml::Table::try_from(settings).unwrap_or_default()
}
