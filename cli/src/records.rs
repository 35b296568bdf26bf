//! Which files follow from a snapshot: the snapshot's own, and a record for each model.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use colmig_schema::record::{self, Record};
use colmig_schema::snapshot::{self, Snapshot};

use crate::error::{Problem, Result};
use crate::files::{self, Changeset};
use crate::project::{Project, shown};

/// Takes down what has to be written for `after`, and what is left over from `before`.
pub(crate) fn stage(
    changes: &mut Changeset,
    project: &Project,
    before: &Snapshot,
    after: &Snapshot,
) -> Result<()> {
    let mut expected = BTreeSet::new();
    for (table, entry) in &after.models {
        let unreadable = |why: &dyn std::fmt::Display| {
            let file = project.migrations().join(snapshot::FILE_NAME);
            Problem::error(format!(
                "the entry of `{table}` in `{}` cannot be used",
                shown(&file)
            ))
            .note(why)
            .help("take the file back from version control")
        };
        let record = after
            .record(table, &project.config.databases)
            .map_err(|error| unreadable(&error))?
            .ok_or_else(|| unreadable(&"it is missing"))?;
        let path = folder(project, &entry.package).join(Record::file_name(table));
        changes.file(path.clone(), record.to_string())?;
        expected.insert(path);
    }
    let packages: BTreeSet<&str> = before
        .models
        .values()
        .chain(after.models.values())
        .map(|entry| entry.package.as_str())
        .collect();
    for package in packages {
        for path in left_over(&folder(project, package), &expected)? {
            changes.removal(path);
        }
    }
    let text = after
        .to_json()
        .map_err(|error| Problem::error("failed to write the snapshot").note(error))?;
    changes.last(project.migrations().join(snapshot::FILE_NAME), text)
}

/// The folder of a package's records.
fn folder(project: &Project, package: &str) -> PathBuf {
    // A package in the root is `.`, which would show in every path that is printed.
    match package {
        "." => project.root.join(record::FOLDER),
        package => project.root.join(package).join(record::FOLDER),
    }
}

/// Records of ours that no model has any more. Whatever else stands there is not touched.
fn left_over(folder: &Path, expected: &BTreeSet<PathBuf>) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Problem::io("read", folder, &error).into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| Problem::io("read", folder, &error))?
            .path();
        if path.extension().is_some_and(|ending| ending == "model")
            && !expected.contains(&path)
            && files::read_if_there(&path)?.is_some_and(|text| text.parse::<Record>().is_ok())
        {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
