//! The folder of the migrations: the snapshot, and the chain that leads to it.

mod branches;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use colmig::migrate::{self, Migration};
use colmig_schema::Database;
use colmig_schema::snapshot::{self, Snapshot};

use crate::error::{Problem, Result};
use crate::files::read_if_there;
use crate::project::{Project, shown};

/// What the folder holds.
#[derive(Debug)]
pub(crate) struct History {
    /// The models as of the newest migration.
    pub(crate) snapshot: Snapshot,
    folder: PathBuf,
    /// Migrations that are about to go, and count no more.
    left_out: BTreeSet<String>,
}

impl History {
    /// Reads the snapshot.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let (folder, file, text) = text(project)?;
        if let Some(at) = text.lines().position(|line| line.starts_with("<<<<<<< ")) {
            return Err(Problem::error(format!("`{}` is in conflict, in line {}", shown(&file), at + 1))
                .note("two branches have each generated a migration")
                .help(match branches::newest(&text) {
                    Some([ours, theirs]) => format!(
                        "resolve the conflicts in the sources, and keep the migration that has begun anywhere: `cargo colmig \
                         generate --keep {ours}`, or `--keep {theirs}`, writes the other one anew behind it, and this file and \
                         the records with it"
                    ),
                    None => "take the file as one of the two branches has it, and run `cargo colmig generate --keep MIGRATION` \
                             with that branch's migration: it writes the other one anew, behind that"
                        .to_owned(),
                })
                .into());
        }
        let snapshot = Snapshot::parse(&text).map_err(|error| {
            Problem::error(format!("`{}` cannot be read", shown(&file))).note(error)
        })?;
        Ok(History {
            snapshot,
            folder,
            left_out: BTreeSet::new(),
        })
    }

    /// Reads the snapshot of the branch that has the migration `keep`, on a tree into which another
    /// branch was merged. What that one added counts no more.
    pub(crate) fn keeping(project: &Project, keep: &str) -> Result<Self> {
        let (folder, _, text) = text(project)?;
        let (snapshot, left_out) = branches::keep(&text, &folder, keep)?;
        Ok(History {
            snapshot,
            folder,
            left_out,
        })
    }

    /// The migrations that are about to go.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (&str, PathBuf)> {
        self.left_out
            .iter()
            .map(|id| (id.as_str(), self.folder.join(id)))
    }

    /// The migrations for one database, in their order, the last of which is the snapshot's.
    pub(crate) fn migrations(&self, database: Database) -> Result<Vec<Migration>> {
        let folder = shown(&self.folder);
        let loaded = migrate::load_without(Path::new(&folder), database, &self.left_out);
        let migrations = loaded.map_err(|error| {
            Problem::error(format!("the migrations in `{folder}` cannot be used")).note(error)
        })?;
        let known = self.snapshot.migration.as_deref();
        let newest = migrations.last().map(Migration::id);
        if known == newest {
            return Ok(migrations);
        }
        let snapshot = format!("`{folder}/{}`", snapshot::FILE_NAME);
        let problem = match (known, newest) {
            (Some(known), newest)
                if !migrations.iter().any(|migration| migration.id() == known) =>
            {
                Problem::error(format!("migration {known} is missing from `{folder}`"))
                    .note(format!(
                        "{snapshot} is as of it, and {}",
                        newest.map_or("the folder holds none".to_owned(), |newest| format!(
                            "the newest there is {newest}"
                        ))
                    ))
                    .help(restore(&format!("{folder}/{known}")))
            }
            (_, newest) => {
                let newest = newest.unwrap_or_default();
                Problem::error(format!("{snapshot} does not know migration {newest}"))
                    .note("a `generate` was interrupted, or the snapshot was taken from another branch")
                    .help(format!(
                        "take the snapshot and the records from where {newest} came from; or, if it has begun \
                         nowhere, delete `{folder}/{newest}` and run `cargo colmig generate`"
                    ))
            }
        };
        Err(problem.into())
    }

    /// Insists on a folder that every database could be brought up to date with.
    pub(crate) fn check(&self, databases: &[Database]) -> Result<()> {
        databases
            .iter()
            .try_for_each(|database| self.migrations(*database).map(drop))
    }
}

/// The snapshot's folder, its file, and the text of it.
fn text(project: &Project) -> Result<(PathBuf, PathBuf, String)> {
    let folder = project.migrations();
    let file = folder.join(snapshot::FILE_NAME);
    match read_if_there(&file)? {
        Some(text) => Ok((folder, file, text)),
        None => Err(
            Problem::error(format!("there is no snapshot: `{}`", shown(&file)))
                .help(format!(
                    "{}; in a project that never had one, remove `colmig.toml` and run `cargo colmig init`",
                    restore(&shown(&file))
                ))
                .into(),
        ),
    }
}

/// How a file or folder comes back that is gone.
fn restore(path: &str) -> String {
    format!(
        "take it back from version control: `git restore {path}`; or, if it was committed that it goes: `git checkout \
         \"$(git rev-list -1 HEAD -- {path})^\" -- {path}`"
    )
}

/// A migration that was named and is not there.
pub(crate) fn unknown(id: &str, all: &[Migration]) -> Problem {
    let problem = Problem::error(format!("there is no migration `{id}`"));
    match colmig_schema::nearest(id, all.iter().map(Migration::id)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem
            .help("`cargo colmig plan` shows the newest, and the folder of migrations all of them"),
    }
}
