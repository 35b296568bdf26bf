//! Reads the folder of migrations: checks every file, and puts the migrations in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use colmig_schema::files::digest;
use colmig_schema::migration::{self, BadManifest, Manifest};
use colmig_schema::script::{Script, Step, script_path};
use colmig_schema::{Database, Phase};

/// A migration as it is executed on one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    manifest: Manifest,
    scripts: BTreeMap<Phase, Script>,
    digest: String,
    folder: PathBuf,
}

impl Migration {
    /// The name: a time and a few words.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// The migration that has to come first.
    pub fn parent(&self) -> Option<&str> {
        self.manifest.parent.as_deref()
    }

    /// What it is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The scripts, one for each phase.
    pub fn scripts(&self) -> &BTreeMap<Phase, Script> {
        &self.scripts
    }

    /// The steps of a phase, in the order of execution.
    pub fn steps(&self, phase: Phase) -> &[Step] {
        self.scripts.get(&phase).map_or(&[], |script| &script.steps)
    }

    /// A checksum over what is executed on this database.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The folder of its files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether something in the database serves the writers that do not know the changes.
    pub fn is_covered(&self) -> bool {
        let mut changes = self.manifest.changes.iter();
        !changes.any(|change| change.uncovered)
    }

    /// Whether columns take the place of others, so that there are two sides to read from.
    pub fn replaces(&self) -> bool {
        let mut changes = self.manifest.changes.iter();
        changes.any(|change| !change.replaces.is_empty())
    }

    /// Whether it comes to its end without anybody saying so: no build has to know of it, and
    /// `contract` has nothing to do.
    pub fn ends_by_itself(&self) -> bool {
        let mut changes = self.manifest.changes.iter();
        self.steps(Phase::Contract).is_empty()
            && changes.all(|change| {
                change.columns.is_empty()
                    && change.replaces.is_empty()
                    && change.drops.is_empty()
                    && change.alters.is_empty()
                    && change.constrains.is_empty()
                    && !change.drops_table
                    && change.becomes.is_none()
            })
    }

    /// The tables that it takes over; none if it is no baseline.
    pub fn adopts(&self) -> impl Iterator<Item = &str> {
        self.scripts
            .values()
            .flat_map(|script| &script.steps)
            .filter_map(Step::adopts)
    }

    /// Whether all that it does is create tables. Nobody uses them before, so there is
    /// nobody to wait for, and afterwards nothing is left to be contracted.
    pub fn creates_tables_only(&self) -> bool {
        self.scripts
            .values()
            .flat_map(|script| &script.steps)
            .all(Step::is_new_table)
    }
}

/// A folder of migrations that cannot be executed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no text.
    #[error("{}, line {line}: the file is not UTF-8: take it back from version control", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A manifest that is none.
    #[error("{}: {source}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BadManifest,
    },
    /// A folder with scripts and no manifest.
    #[error("{}: the folder holds scripts, and no `{}` that says what they are: take it back from version control, or delete the folder", path.display(), migration::FILE_NAME)]
    NoManifest {
        /// The folder.
        path: PathBuf,
    },
    /// The folder was renamed.
    #[error("{}: the folder has to be called `{id}`, as `id` in its `{}` says: rename it back", path.display(), migration::FILE_NAME)]
    Renamed {
        /// The folder.
        path: PathBuf,
        /// What the manifest says.
        id: String,
    },
    /// A migration without files for this database.
    #[error(
        "{}: there is no folder `{database}` in it, because it was generated before `databases` in colmig.toml named \
         {database}: delete the migration if it has begun nowhere, and generate again",
        path.display()
    )]
    NotGenerated {
        /// The folder.
        path: PathBuf,
        /// The database.
        database: Database,
    },
    /// A manifest does not know one of its files.
    #[error("{}: there is no checksum of `{file}` in it: take it back from version control (`git restore {}`)", path.display(), path.display())]
    Unsealed {
        /// The manifest.
        path: PathBuf,
        /// The file.
        file: String,
    },
    /// A file is gone.
    #[error("{}: the file is missing: take it back from version control (`git restore {}`), or {OR_AGAIN}", path.display(), path.display())]
    MissingFile {
        /// The file.
        path: PathBuf,
    },
    /// A file is not the one that was generated.
    #[error("{}: the file was edited after it was generated: take it back from version control (`git restore {}`), or {OR_AGAIN}", path.display(), path.display())]
    EditedFile {
        /// The file.
        path: PathBuf,
    },
    /// A file that was not generated.
    #[error("{}: colmig did not write this file, and would not execute it: move it out of the folder", path.display())]
    Stray {
        /// The file.
        path: PathBuf,
    },
    /// A script that is none.
    #[error("{}, line {line}: {reason}; take it back from version control, or {OR_AGAIN}", path.display())]
    Script {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Two migrations follow on the same one, as when two branches are merged.
    #[error(
        "{first} and {second} both follow {}: two branches have each added one. Keep the one that has begun anywhere: \
         `cargo colmig generate --keep {first}`, or `--keep {second}`, writes the other anew behind it",
        parent.as_deref().map_or_else(|| "no other migration".to_owned(), |parent| format!("`{parent}`"))
    )]
    Branches {
        /// What both follow; none if both are the first.
        parent: Option<String>,
        /// One of the two.
        first: String,
        /// The other.
        second: String,
    },
    /// A migration follows one that is not there.
    #[error("{}: it follows `{parent}`, which is not in the folder: take that one back from version control", path.display())]
    NoParent {
        /// The manifest.
        path: PathBuf,
        /// What it follows.
        parent: String,
    },
    /// Migrations that follow each other in a circle.
    #[error("{}: it follows `{parent}`, which in turn follows it: take both back from version control", path.display())]
    Circle {
        /// The manifest.
        path: PathBuf,
        /// What it follows.
        parent: String,
    },
}

/// The other way out when a file is not the one that was generated.
const OR_AGAIN: &str = "delete the migration if it has begun nowhere, and generate again";

/// Reads the migrations in `folder`, in the order in which they follow each other.
///
/// Whatever else stands there, such as another tool's `*.sql`, is left alone.
///
/// # Errors
/// The first [`LoadError`], by the names of the folders.
pub fn load(folder: &Path, database: Database) -> Result<Vec<Migration>, LoadError> {
    load_without(folder, database, &BTreeSet::new())
}

/// The same without those migrations, as if their folders were gone already.
///
/// # Errors
/// The first [`LoadError`], by the names of the folders.
pub fn load_without(
    folder: &Path,
    database: Database,
    left_out: &BTreeSet<String>,
) -> Result<Vec<Migration>, LoadError> {
    let mut migrations = BTreeMap::new();
    let is_left_out = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| left_out.contains(name))
    };
    for path in sorted(folder)? {
        if path.is_dir()
            && !is_left_out(&path)
            && let Some(migration) = load_one(&path, database)?
        {
            migrations.insert(migration.id().to_owned(), migration);
        }
    }
    in_order(migrations)
}

fn load_one(folder: &Path, database: Database) -> Result<Option<Migration>, LoadError> {
    let path = folder.join(migration::FILE_NAME);
    if !path.exists() {
        let scripts = folder.join(script_path(database, Phase::Expand));
        return match scripts.exists() {
            true => Err(LoadError::NoManifest {
                path: folder.to_owned(),
            }),
            false => Ok(None),
        };
    }
    let manifest = Manifest::parse(&read(&path)?).map_err(|source| LoadError::Manifest {
        path: path.clone(),
        source,
    })?;
    if folder.file_name().is_none_or(|name| *name != *manifest.id) {
        return Err(LoadError::Renamed {
            path: folder.to_owned(),
            id: manifest.id,
        });
    }
    let paths = Phase::ALL.map(|phase| (phase, script_path(database, phase)));
    if paths
        .iter()
        .all(|(_, path)| !manifest.checksums.contains_key(path))
    {
        return Err(LoadError::NotGenerated {
            path: folder.to_owned(),
            database,
        });
    }
    let mut scripts = BTreeMap::new();
    let mut identity = format!("{}\n", manifest.id);
    for (phase, relative) in &paths {
        let path = folder.join(relative);
        if !manifest.checksums.contains_key(relative) {
            return Err(LoadError::Unsealed {
                path: folder.join(migration::FILE_NAME),
                file: relative.clone(),
            });
        }
        let script = load_script(&path, relative, &manifest)?;
        for (what, said, meant) in [
            ("migration", script.migration.as_str(), manifest.id.as_str()),
            ("phase", script.phase.name(), phase.name()),
            ("database", script.database.name(), database.name()),
        ] {
            if said != meant {
                let reason =
                    format!("it says that its {what} is {said}, and stands where {meant} belongs");
                return Err(LoadError::Script {
                    path,
                    line: 1,
                    reason,
                });
            }
        }
        scripts.insert(*phase, script);
        let checksum = manifest.checksums.get(relative).map_or("", String::as_str);
        identity.push_str(&format!("{relative} {checksum}\n"));
    }
    refuse_strays(&folder.join(database.name()), &manifest, database)?;
    Ok(Some(Migration {
        manifest,
        scripts,
        digest: digest(identity.as_bytes()),
        folder: folder.to_owned(),
    }))
}

fn load_script(path: &Path, relative: &str, manifest: &Manifest) -> Result<Script, LoadError> {
    if !path.exists() {
        return Err(LoadError::MissingFile {
            path: path.to_owned(),
        });
    }
    let mut text = read(path)?;
    if !manifest.is_sealed(relative, &text) {
        // Version control may be set to rewrite line endings on check-out.
        text = text.replace("\r\n", "\n");
        if !manifest.is_sealed(relative, &text) {
            return Err(LoadError::EditedFile {
                path: path.to_owned(),
            });
        }
    }
    text.parse()
        .map_err(|bad: colmig_schema::script::BadScript| LoadError::Script {
            path: path.to_owned(),
            line: bad.line,
            reason: bad.reason,
        })
}

/// A script that somebody adds would be taken for part of the migration by everyone but us.
fn refuse_strays(folder: &Path, manifest: &Manifest, database: Database) -> Result<(), LoadError> {
    for path in sorted(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let ours = manifest
            .checksums
            .contains_key(&format!("{database}/{name}"));
        if !ours && path.extension().is_some_and(|extension| extension == "sql") {
            return Err(LoadError::Stray { path });
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |source| LoadError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let mut paths = fs::read_dir(folder)
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, LoadError> {
    let bytes = fs::read(path).map_err(|source| LoadError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        LoadError::NotUtf8 {
            path: path.to_owned(),
            line: good.iter().filter(|byte| **byte == b'\n').count() + 1,
        }
    })
}

/// Each after the one that it follows.
fn in_order(mut migrations: BTreeMap<String, Migration>) -> Result<Vec<Migration>, LoadError> {
    let mut next: BTreeMap<Option<String>, String> = BTreeMap::new();
    for migration in migrations.values() {
        let parent = migration.parent().map(str::to_owned);
        if let Some(parent) = &parent
            && !migrations.contains_key(parent)
        {
            let path = migration.folder.join(migration::FILE_NAME);
            return Err(LoadError::NoParent {
                path,
                parent: parent.clone(),
            });
        }
        if let Some(first) = next.insert(parent.clone(), migration.id().to_owned()) {
            return Err(LoadError::Branches {
                parent,
                first,
                second: migration.id().to_owned(),
            });
        }
    }
    let mut sorted = Vec::with_capacity(migrations.len());
    let mut last = None;
    while let Some(migration) = next.remove(&last).and_then(|id| migrations.remove(&id)) {
        last = Some(migration.id().to_owned());
        sorted.push(migration);
    }
    match migrations.into_values().next() {
        None => Ok(sorted),
        // Everything follows something, so what no first one leads to follows itself.
        Some(left) => Err(LoadError::Circle {
            path: left.folder.join(migration::FILE_NAME),
            parent: left.parent().unwrap_or_default().to_owned(),
        }),
    }
}
