//! Which files are judged: those that are named, or what lies beside colmig's migrations.

use std::path::{Path, PathBuf};

use colmig_schema::{Sql, migration};

use crate::error::{Problem, Result};

/// Files, in a fixed order.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// SQL that people wrote.
    pub(crate) sql: Vec<PathBuf>,
    /// Sources.
    pub(crate) rust: Vec<PathBuf>,
}

impl Targets {
    /// What was named on the command line, and all that is in the folders among it.
    pub(crate) fn named(paths: &[PathBuf]) -> Result<Self> {
        let mut targets = Targets::default();
        for path in paths {
            if path.is_dir() {
                targets.walk(path)?;
            } else if !targets.add(path) {
                return Err(Problem::error(format!(
                    "`{}` is no file of SQL or Rust",
                    path.display()
                ))
                .help("name files that end in `.sql` or `.rs`, or folders")
                .into());
            } else if !path.is_file() {
                return Err(
                    Problem::error(format!("there is no file `{}`", path.display())).into(),
                );
            }
        }
        Ok(targets.sorted())
    }

    /// The SQL that people wrote in these folders.
    pub(crate) fn beside(folders: impl IntoIterator<Item = PathBuf>) -> Result<Self> {
        let mut targets = Targets::default();
        for folder in folders {
            if folder.is_dir() {
                targets.walk(&folder)?;
            }
        }
        targets.rust.clear();
        Ok(targets.sorted())
    }

    fn sorted(mut self) -> Self {
        for paths in [&mut self.sql, &mut self.rust] {
            paths.sort_unstable();
            paths.dedup();
        }
        self
    }

    /// Takes the file, if it is of a kind that is judged.
    fn add(&mut self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending {
            Some("sql") => self.sql.push(path.to_owned()),
            Some("rs") => self.rust.push(path.to_owned()),
            _ => return false,
        }
        true
    }

    fn walk(&mut self, folder: &Path) -> Result<()> {
        // A folder of colmig's is judged by what is executed of it, and not as text.
        if folder.join(migration::FILE_NAME).is_file() {
            return Ok(());
        }
        let unreadable = |error: std::io::Error| Problem::io("read", folder, &error);
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            // A link to a folder may lead back to where it stands.
            let is_folder = path.is_dir() && !path.is_symlink();
            let is_built = path.join("CACHEDIR.TAG").is_file();
            if is_folder && !hidden && !is_built {
                self.walk(&path)?;
            } else if path.is_file() {
                self.add(&path);
            }
        }
        Ok(())
    }
}

/// The database that a file is for: a folder on its way may say so.
pub(crate) fn database(path: &Path, known: &[Sql]) -> Sql {
    let said = path.ancestors().find_map(|folder| {
        let name = folder.file_name()?.to_str()?;
        match name.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "pg" => Some(Sql::Postgres),
            "sqlite" | "sqlite3" => Some(Sql::Sqlite),
            _ => None,
        }
    });
    let first = known.first().copied();
    // They are in their fixed order: PostgreSQL, of which there is more to be said, comes first.
    said.or(first).unwrap_or(Sql::Postgres)
}
