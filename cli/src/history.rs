//! The folder of the migrations: the snapshot, and the chain that leads to it.

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
}

impl History {
    /// Reads the snapshot.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let folder = project.migrations();
        let file = folder.join(snapshot::FILE_NAME);
        let Some(text) = read_if_there(&file)? else {
            return Err(
                Problem::error(format!("there is no snapshot: `{}`", shown(&file)))
                    .help(
                        "take the file back from version control; in a project that never had one, \
                     remove `colmig.toml` and run `cargo colmig init`",
                    )
                    .into(),
            );
        };
        if let Some(at) = text.lines().position(|line| line.starts_with("<<<<<<< ")) {
            return Err(Problem::error(format!("`{}` is in conflict, in line {}", shown(&file), at + 1))
                .note("two branches have each generated a migration")
                .help(format!(
                    "take the file and the records as one of the two has them, delete the folder of the other's \
                     migration in `{}`, and run `cargo colmig generate`: it writes that one anew, behind the first",
                    shown(&folder)
                ))
                .into());
        }
        let snapshot = Snapshot::parse(&text).map_err(|error| {
            Problem::error(format!("`{}` cannot be read", shown(&file))).note(error)
        })?;
        Ok(History { snapshot, folder })
    }

    /// The migrations for one database, in their order, the last of which is the snapshot's.
    pub(crate) fn migrations(&self, database: Database) -> Result<Vec<Migration>> {
        let folder = shown(&self.folder);
        let migrations = migrate::load(Path::new(&folder), database).map_err(|error| {
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
                    .help("take the folder, or the snapshot, back from version control")
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

/// A migration that was named and is not there.
pub(crate) fn unknown(id: &str, all: &[Migration]) -> Problem {
    let problem = Problem::error(format!("there is no migration `{id}`"));
    match colmig_schema::nearest(id, all.iter().map(Migration::id)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem
            .help("`cargo colmig plan` shows the newest, and the folder of migrations all of them"),
    }
}
