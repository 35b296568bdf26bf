//! A throw-away project, for tests that call the command.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose project cannot be set up fails where it stands"
)]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::command::colmig_binary;

/// A project with one model, which goes with the value.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    before: &'static str,
    field: &'static str,
}

const BEFORE: &str = "\
#[derive(colmig::Model)]
#[colmig(table = \"users\")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
}
";

const FIELD: &str = "    #[colmig(backfill = \"first_name || ' ' || last_name\", index, check = \"length(display_name) > 0\")]
    pub display_name: String,
}
";

/// The same where it is a collection.
const DOCUMENT: &str = "\
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = \"users\")]
pub struct User {
    #[serde(rename = \"_id\")]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
}
";

const FIELD_OF_DOCUMENT: &str = "    #[colmig(backfill = r#\"{ \"$concat\": [\"$first_name\", \" \", \"$last_name\"] }\"#, index)]
    pub display_name: String,
}
";

impl Project {
    /// A project whose table has its first migration. No instance of it ever runs, so
    /// its migrations do not wait for one.
    ///
    /// # Panics
    /// A file or the command fails.
    pub fn new(databases: &[&str]) -> Project {
        Project::of(BEFORE, FIELD, databases)
    }

    /// The same of a collection of MongoDB.
    ///
    /// # Panics
    /// A file or the command fails.
    pub fn of_documents() -> Project {
        Project::of(DOCUMENT, FIELD_OF_DOCUMENT, &["mongodb"])
    }

    fn of(before: &'static str, field: &'static str, databases: &[&str]) -> Project {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
            before,
            field,
        };
        let write = |path: &str, text: &str| {
            let path = project.folder().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write(
            "Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n",
        );
        write("src/lib.rs", before);
        let databases: Vec<&str> = databases
            .iter()
            .flat_map(|database| ["--database", database])
            .collect();
        project.colmig(&[&["init"], &databases[..]].concat());
        let config = std::fs::read_to_string(project.folder().join("colmig.toml")).unwrap();
        let config: String = config
            .lines()
            .take_while(|line| *line != "[run]")
            .map(|line| format!("{line}\n"))
            .collect();
        write(
            "colmig.toml",
            &format!(
                "{config}\n[run]\noffline = true\nbatch-rows = 50\nlease = \"500ms\"\nlock-retry = \"50ms\"\n"
            ),
        );
        project.colmig(&["generate"]);
        project
    }

    /// Where it stands.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Adds the field, and generates its migration.
    ///
    /// # Panics
    /// A file or the command fails.
    pub fn add_field(&self) {
        let after = self.before.trim_end().strip_suffix('}').unwrap().to_owned() + self.field;
        std::fs::write(self.folder().join("src/lib.rs"), after).unwrap();
        self.colmig(&["generate"]);
    }

    /// Gives a field another attribute, of which `generate` has to make nothing, and gives what it
    /// says to that.
    ///
    /// # Panics
    /// A file or the command fails, or the command takes it.
    pub fn refused(&self, field: &str, attribute: &str) -> String {
        let line = format!("    pub {field}:");
        let before = self.before;
        let changed = before.replace(&line, &format!("    #[colmig({attribute})]\n{line}"));
        assert_ne!(changed, before, "there is no `{field}`");
        std::fs::write(self.folder().join("src/lib.rs"), changed).unwrap();
        let output = Command::new(colmig_binary())
            .args(["colmig", "generate"])
            .current_dir(self.folder())
            .output();
        let output = output.unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{attribute} was taken: {words}");
        words
    }

    /// Calls the command, which has to succeed.
    ///
    /// # Panics
    /// A file or the command fails.
    pub fn colmig(&self, arguments: &[&str]) {
        let output = Command::new(colmig_binary())
            .arg("colmig")
            .args(arguments)
            .current_dir(self.folder())
            .output();
        let output = output.unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "cargo colmig {arguments:?}: {words}"
        );
    }
}
