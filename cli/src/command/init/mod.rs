//! `cargo colmig init`: the first files of a project.

mod adopt;
mod files;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use colmig_schema::Database;
use colmig_schema::snapshot;
use serde::Serialize;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::config::{self, Config};
use crate::connect::url;
use crate::discover;
use crate::error::{Problem, Result};
use crate::exit_code::ExitCode;
use crate::project::{self, Project, shown};
use crate::report::{Report, count};
use adopt::Adopted;

/// Write colmig.toml and the first snapshot
///
/// Where the tables exist already, `--from-database` compares the models with them, and takes
/// them over when nothing differs. It changes nothing in the database.
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help(
    "the files are written; --check: nothing differs",
    Some("--from-database: the models are not as the tables are; nothing was written"),
    true,
))]
pub(crate) struct Init {
    /// A database of the project; may be given more than once
    /// [default: what the features of sqlx and the database's URL say]
    #[arg(long = "database", value_name = "DATABASE", value_delimiter = ',')]
    databases: Vec<Database>,

    /// Take over the tables of a database, once the models are as they are
    #[arg(long, conflicts_with = "baseline")]
    from_database: bool,

    /// Take a difference as it is, by its id; `KIND` or `KIND:TABLE` for all of a kind
    #[arg(
        long = "accept",
        value_name = "ID",
        value_delimiter = ',',
        requires = "from_database"
    )]
    accepted: Vec<String>,

    /// Only compare, and write nothing; also in a project that is set up, before its first run on
    /// another database
    #[arg(long, requires = "from_database")]
    check: bool,

    /// Print a struct for each table that has no model, or for each of these, and write nothing
    #[arg(
        long,
        value_name = "TABLE",
        num_args = 0..,
        value_delimiter = ',',
        requires = "from_database",
        conflicts_with_all = ["accepted", "check"]
    )]
    structs: Option<Vec<String>>,

    /// Take the models as they are: their tables exist already, and are not looked at
    #[arg(long)]
    baseline: bool,

    /// Write colmig.toml beside the nearest Cargo.toml and not into the workspace's root: for
    /// packages with a database of their own
    #[arg(long)]
    here: bool,

    #[command(flatten)]
    common: Common,
}

/// What `init` did, for programs.
#[derive(Serialize)]
struct Initialized {
    written: Vec<String>,
    databases: Vec<Database>,
    models: usize,
    #[serde(flatten)]
    adopted: Option<Adopted>,
}

impl Verb for Init {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        if self.from_database {
            self.has_a_schema()?;
        }
        let start = project::start(self.common.manifest_path.as_deref())?;
        let metadata = project::metadata(&start)?;
        // Who only looks may do so in a project that is set up.
        if self.check || self.structs.is_some() {
            let set_up = start
                .ancestors()
                .any(|folder| folder.join(config::FILE_NAME).is_file());
            let project = match set_up {
                true => Project::open(self.common.manifest_path.as_deref())?,
                false => self.project(&start, &metadata)?.0,
            };
            return self.look(report, &metadata, &project, set_up);
        }
        let (project, text) = self.project(&start, &metadata)?;
        let file = project.root.join(config::FILE_NAME);
        for file in [&file, &project.migrations().join(snapshot::FILE_NAME)] {
            if file.exists() {
                return Err(Problem::error(format!("`{}` exists already", shown(file)))
                    .help("the project is set up: go on with `cargo colmig generate`")
                    .into());
            }
        }
        let packages = project::packages(&metadata, &project.root, &project.config.targets);
        let (models, adopted) = if self.from_database {
            let models = discover::models(&packages, report)?;
            let adopted = self.compare(report, &metadata, &project, &models, false)?;
            if !adopted.fits() {
                return Ok(self.refuse(report, &project, models.entries().len(), adopted));
            }
            (Some(models), Some(adopted))
        } else if self.baseline {
            (Some(discover::models(&packages, report)?), None)
        } else {
            (None, None)
        };
        let (changes, models) = files::first(&project, text, models.as_ref())?;
        let written = changes.paths().map(shown).collect();
        changes.apply()?;
        let done = Initialized {
            written,
            databases: project.config.databases.clone(),
            models,
            adopted,
        };
        self.tell(report, &done);
        Ok(ExitCode::Done)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Init {
    /// The project as it will be, and the text of its colmig.toml.
    fn project(&self, start: &Path, metadata: &Metadata) -> Result<(Project, String)> {
        let root = self.root(start, metadata);
        let text = config::template(&self.databases(metadata)?);
        let project = Project {
            config: Config::parse(&root.join(config::FILE_NAME), &text)?,
            root,
        };
        Ok((project, text))
    }

    fn root(&self, start: &Path, metadata: &Metadata) -> PathBuf {
        let nearest = start
            .ancestors()
            .find(|folder| folder.join("Cargo.toml").is_file());
        match nearest {
            Some(nearest) if self.here => nearest.to_owned(),
            _ => metadata.workspace_root.as_std_path().to_owned(),
        }
    }

    /// What was asked for; or what the project's dependencies ask for; or the database of the
    /// URL; or the embedded one.
    fn databases(&self, metadata: &Metadata) -> Result<Vec<Database>> {
        let of_url = || {
            Ok::<_, crate::error::Error>(url(&self.common)?.as_deref().and_then(Database::of_url))
        };
        let asked: BTreeSet<Database> = self.databases.iter().copied().collect();
        let found = [asked, databases_of_features(metadata)];
        if let Some(mut databases) = found.into_iter().find(|databases| !databases.is_empty()) {
            // The one that is taken over is one of them, whatever the features say.
            if self.from_database && self.databases.is_empty() {
                databases.extend(of_url()?);
            }
            return Ok(databases.into_iter().collect());
        }
        Ok(vec![of_url()?.unwrap_or(Database::Sqlite)])
    }

    fn tell(&self, report: Report, done: &Initialized) {
        if self.wants_json() {
            report.json(done);
        }
        report.list("Created", done.written.iter().map(String::as_str));
        let names: Vec<&str> = done
            .databases
            .iter()
            .map(|database| database.title())
            .collect();
        report.done(
            "Finished",
            format_args!("a project for {}", names.join(" and ")),
        );
        let of_documents = done.databases == [Database::MongoDb];
        let tables = match of_documents {
            true => "collections",
            false => "tables",
        };
        if self.baseline || self.from_database {
            report.done(
                "Next",
                format_args!(
                    "commit the files, and `cargo colmig run` on each database: it records that the {tables} of {} are \
                     there, and creates them in a new database only; `cargo colmig generate` finds what changes from here",
                    count(done.models, "model")
                ),
            );
        } else if of_documents {
            report.done(
                "Next",
                "annotate structs and run `cargo colmig generate`; if their collections exist already, \
                 remove these files and run `cargo colmig init --baseline`",
            );
        } else {
            report.done(
                "Next",
                "annotate structs and run `cargo colmig generate`; if their tables exist already, \
                 remove these files and run `cargo colmig init --from-database`",
            );
        }
    }
}

/// The databases for which sqlx, or colmig itself, is switched on somewhere in the workspace, or whose
/// driver is a dependency.
fn databases_of_features(metadata: &Metadata) -> BTreeSet<Database> {
    let packages = metadata.workspace_packages();
    let mut dependencies = packages.iter().flat_map(|package| &package.dependencies);
    let mongodb = dependencies.any(|dependency| dependency.name == "mongodb");
    let of_dependencies = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| matches!(dependency.name.as_str(), "sqlx" | "colmig"))
        .flat_map(|dependency| dependency.features.iter().map(String::as_str));
    let of_features = packages
        .iter()
        .flat_map(|package| package.features.values().flatten())
        .filter_map(|feature| {
            feature
                .strip_prefix("sqlx/")
                .or_else(|| feature.strip_prefix("colmig/"))
        });
    of_dependencies
        .chain(of_features)
        .filter_map(|feature| match feature {
            // So sqlx calls the driver.
            "mysql" => Some(Database::MariaDb),
            feature => feature.parse().ok(),
        })
        .chain(mongodb.then_some(Database::MongoDb))
        .collect()
}
