//! `cargo colmig init`: the first two files of a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use colmig_schema::Database;
use colmig_schema::snapshot::{self, Snapshot};
use serde::Serialize;

use super::Verb;
use crate::args::{Common, Format as _};
use crate::config::{self, Config};
use crate::connect::url;
use crate::discover;
use crate::draft;
use crate::error::{Problem, Result};
use crate::exit_code::ExitCode;
use crate::files::Changeset;
use crate::project::{self, Project, shown};
use crate::records;
use crate::report::{Report, count};

/// Write colmig.toml and the first snapshot
#[derive(Debug, clap::Args)]
#[command(after_help = ExitCode::help("the files are written", None, false))]
pub(crate) struct Init {
    /// A database of the project; may be given more than once
    /// [default: what the features of sqlx and the database's URL say]
    #[arg(long = "database", value_name = "DATABASE", value_delimiter = ',')]
    databases: Vec<Database>,

    /// Take the models as they are: their tables exist already, and are not to be created
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
}

impl Verb for Init {
    fn execute(&self, report: Report) -> Result<ExitCode> {
        let start = project::start(self.common.manifest_path.as_deref())?;
        let metadata = project::metadata(&start)?;
        let root = self.root(&start, &metadata);
        let databases = self.databases(&metadata)?;
        let text = config::template(&databases);
        let file = root.join(config::FILE_NAME);
        let project = Project {
            config: Config::parse(&file, &text)?,
            root,
        };
        let snapshot_file = project.migrations().join(snapshot::FILE_NAME);
        for file in [&file, &snapshot_file] {
            if file.exists() {
                return Err(Problem::error(format!("`{}` exists already", shown(file)))
                    .help("the project is set up: go on with `cargo colmig generate`")
                    .into());
            }
        }
        let mut snapshot = Snapshot::default();
        if self.baseline {
            let packages = project::packages(&metadata, &project.root, &project.config.targets);
            snapshot.models = discover::models(&packages, report)?.entries();
            // The tables that are there know nothing of them.
            draft::forget_comments(&mut snapshot);
        }
        let mut changes = Changeset::default();
        changes.file(file, text)?;
        records::stage(&mut changes, &project, &Snapshot::default(), &snapshot)?;
        let written = changes.paths().map(shown).collect();
        changes.apply()?;
        let done = Initialized {
            written,
            databases,
            models: snapshot.models.len(),
        };
        self.tell(report, &done);
        Ok(ExitCode::Done)
    }

    fn wants_json(&self) -> bool {
        self.common.format.is_json()
    }
}

impl Init {
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
        let asked: BTreeSet<Database> = self.databases.iter().copied().collect();
        let found = [asked, databases_of_features(metadata)];
        if let Some(databases) = found.into_iter().find(|databases| !databases.is_empty()) {
            return Ok(databases.into_iter().collect());
        }
        let of_url = url(&self.common)?.as_deref().and_then(Database::of_url);
        Ok(vec![of_url.unwrap_or(Database::Sqlite)])
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
        if self.baseline {
            report.done(
                "Next",
                format_args!(
                    "commit the files; {} taken as their tables are, and the next `cargo colmig generate` \
                     finds what changes from here",
                    count(done.models, "model")
                ),
            );
        } else {
            report.done(
                "Next",
                "annotate structs and run `cargo colmig generate`; if their tables exist already, \
                 remove these files and run `cargo colmig init --baseline`",
            );
        }
    }
}

/// The databases for which sqlx, or colmig itself, is switched on somewhere in the workspace.
fn databases_of_features(metadata: &Metadata) -> BTreeSet<Database> {
    let packages = metadata.workspace_packages();
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
        .filter_map(|feature| feature.parse().ok())
        .collect()
}
