//! `migration.toml`: what a migration is, and the checksums of its files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::files::digest;

/// The name of the file in the migration's folder.
pub const FILE_NAME: &str = "migration.toml";

/// The version of the format that this build writes and reads.
const VERSION: u32 = 1;

/// What a migration is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// The name of the folder: a time and a few words.
    pub id: String,
    /// The migration that has to come first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What is rolled out together.
    #[serde(rename = "change")]
    pub changes: Vec<ChangeEntry>,
    /// The checksum of each file, by its path in the folder.
    #[serde(rename = "sha256")]
    pub checksums: BTreeMap<String, String>,
}

/// One change, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeEntry {
    /// The kind of change.
    pub kind: String,
    /// The table.
    pub table: String,
    /// The columns that it brings, where it is about columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The columns whose place they take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<String>,
    /// The columns that go, and nothing takes their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drops: Vec<String>,
    /// The columns that are there and in which NULL is to have another meaning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alters: Vec<String>,
    /// The tables whose rows have to satisfy something else than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constrains: Vec<String>,
    /// Whether the table itself goes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub drops_table: bool,
    /// The name that the table gets, where it is renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub becomes: Option<String>,
    /// Whether nothing in the database serves the writers that do not know the change.
    #[serde(default, skip_serializing_if = "is_false")]
    pub uncovered: bool,
    /// The change in one line.
    pub summary: String,
}

/// A manifest that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadManifest {
    /// The text is no TOML, or not of this shape. The message names line and column.
    #[error("{0}; take it back from version control")]
    Syntax(String),
    /// The file was written by another version.
    #[error(
        "the file is of version {0}, and this colmig reads version {VERSION}: install a newer cargo-colmig"
    )]
    Version(i64),
}

impl Manifest {
    /// A manifest without checksums yet.
    pub fn new(id: String, parent: Option<String>, changes: Vec<ChangeEntry>) -> Self {
        Manifest {
            version: VERSION,
            id,
            parent,
            changes,
            checksums: BTreeMap::new(),
        }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// A [`BadManifest`] that names the line.
    pub fn parse(text: &str) -> Result<Self, BadManifest> {
        /// The version goes first: what another version holds may have another shape.
        #[derive(Deserialize)]
        struct Head {
            version: i64,
        }
        let syntax = |error: toml::de::Error| BadManifest::Syntax(located(text, &error));
        let head: Head = toml::from_str(text).map_err(syntax)?;
        if head.version != i64::from(VERSION) {
            return Err(BadManifest::Version(head.version));
        }
        toml::from_str(text).map_err(syntax)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None that a manifest of this shape can meet; TOML's writer has a type for them.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        Ok(format!(
            "# Written by `cargo colmig generate`. What stands beside it is what will be executed, to the letter.\n{}",
            toml::to_string(self)?
        ))
    }

    /// Takes down the checksum of a file, by its path in the folder.
    pub fn seal(&mut self, path: &str, contents: &str) {
        self.checksums
            .insert(path.to_owned(), digest(contents.as_bytes()));
    }

    /// Whether a file is the one that was sealed.
    pub fn is_sealed(&self, path: &str, contents: &str) -> bool {
        self.checksums
            .get(path)
            .is_some_and(|sum| *sum == digest(contents.as_bytes()))
    }
}

/// What is wrong and where, without the line itself: it may be as long as the file.
fn located(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |start| start.chars().count())
        + 1;
    format!("line {line}, column {column}: {}", error.message())
}

fn is_false(value: &bool) -> bool {
    !value
}
