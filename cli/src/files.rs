//! Writing files so that nobody ever finds half of one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Problem, Result};
use crate::project::shown;

/// Files to be written and removed: all of it is decided before the first is touched.
#[derive(Debug, Default)]
pub(crate) struct Changeset {
    folder: Option<(PathBuf, BTreeMap<String, String>)>,
    written: BTreeMap<PathBuf, String>,
    removed: Vec<PathBuf>,
    last: Option<(PathBuf, String)>,
    removed_folders: Vec<PathBuf>,
}

impl Changeset {
    /// A new folder, with its files by their path in it.
    pub(crate) fn folder(&mut self, path: PathBuf, files: BTreeMap<String, String>) {
        self.folder = Some((path, files));
    }

    /// A file, if it does not hold this text already.
    pub(crate) fn file(&mut self, path: PathBuf, text: String) -> Result<()> {
        if differs(&path, &text)? {
            self.written.insert(path, text);
        }
        Ok(())
    }

    /// The file by which all the others count, if it does not hold this text already.
    pub(crate) fn last(&mut self, path: PathBuf, text: String) -> Result<()> {
        if differs(&path, &text)? {
            self.last = Some((path, text));
        }
        Ok(())
    }

    /// A file that is there and has to go.
    pub(crate) fn removal(&mut self, path: PathBuf) {
        self.removed.push(path);
    }

    /// A folder that has to go once all else is as it should be.
    pub(crate) fn folder_removal(&mut self, path: PathBuf) {
        self.removed_folders.push(path);
    }

    /// Whether everything is as it should be.
    pub(crate) fn is_empty(&self) -> bool {
        self.paths().next().is_none() && self.removals().next().is_none()
    }

    /// What is written, in the order in which it is.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        let folder = self.folder.iter().map(|(path, _)| path);
        let last = self.last.iter().map(|(path, _)| path);
        folder
            .chain(self.written.keys())
            .chain(last)
            .map(PathBuf::as_path)
    }

    /// What is removed.
    pub(crate) fn removals(&self) -> impl Iterator<Item = &Path> {
        let folders = self.removed_folders.iter();
        self.removed.iter().chain(folders).map(PathBuf::as_path)
    }

    /// Does it. A crash leaves whole files; the last one says what counts.
    pub(crate) fn apply(self) -> Result<()> {
        if let Some((path, files)) = self.folder {
            write_folder(&path, &files)?;
        }
        for (path, text) in &self.written {
            write(path, text)?;
        }
        for path in &self.removed {
            fs::remove_file(path).map_err(|error| Problem::io("remove", path, &error))?;
        }
        if let Some((path, text)) = &self.last {
            write(path, text)?;
        }
        for path in &self.removed_folders {
            fs::remove_dir_all(path).map_err(|error| Problem::io("remove", path, &error))?;
        }
        Ok(())
    }
}

/// The text of a file; none if there is no such file.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => text(path, bytes).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::io("read", path, &error).into()),
    }
}

/// The text of a file that has to be there.
pub(crate) fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| Problem::io("read", path, &error))?;
    text(path, bytes)
}

/// What a file holds, as text.
fn text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::error(format!("`{}` is not UTF-8, in line {line}", shown(path)))
            .help("take the file back from version control, or save it as UTF-8")
            .into()
    })
}

fn differs(path: &Path, text: &str) -> Result<bool> {
    Ok(read_if_there(path)?.is_none_or(|there| there != text))
}

/// Writes a file beside its place and moves it there.
fn write(path: &Path, text: &str) -> Result<()> {
    let fail = |error: &std::io::Error| Problem::io("write", path, error);
    let beside = beside(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| fail(&error))?;
    }
    // Who may read and write a file that was there stays who may.
    let allowed = || match fs::metadata(path) {
        Ok(there) => fs::set_permissions(&beside, there.permissions()),
        Err(_) => Ok(()),
    };
    let moved = fs::write(&beside, text)
        .and_then(|()| allowed())
        .and_then(|()| fs::rename(&beside, path));
    moved.map_err(|error| {
        // What is left of the try is of no use, and the first error is the one to tell.
        let _ = fs::remove_file(&beside);
        fail(&error).into()
    })
}

/// Writes a folder beside its place and moves it there.
fn write_folder(path: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    let fail = |error: &std::io::Error| Problem::io("write", path, error);
    // A folder inside of a hidden one is nothing that is taken for a migration.
    let hidden = path.with_file_name(".colmig-new");
    let beside = hidden.join(path.file_name().unwrap_or_default());
    if hidden.exists() {
        // A try that was killed left it.
        fs::remove_dir_all(&hidden).map_err(|error| fail(&error))?;
    }
    let written = files
        .iter()
        .try_for_each(|(name, text)| write(&beside.join(name), text));
    let moved =
        written.and_then(|()| fs::rename(&beside, path).map_err(|error| fail(&error).into()));
    // What may be left of it is of no use, and the first error is the one to tell.
    let _ = fs::remove_dir_all(&hidden);
    moved
}

/// A hidden name in the same folder: a file moves only within one file system.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.colmig-new"))
}
