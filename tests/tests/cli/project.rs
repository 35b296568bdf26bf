//! A throw-away project, and the command on it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use colmig_tests::command::colmig_binary;
use tempfile::TempDir;

/// 2026-11-22 06:45:00 UTC, so that names and snapshots never change.
pub(crate) const NOW: &str = "1795329900";

/// The users of many tests, without the closing brace.
pub(crate) const USER: &str = "\
#[derive(colmig::Model)]
#[colmig(table = \"users\")]
pub struct User {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
";

/// The users with these fields more.
pub(crate) fn user_with(fields: &str) -> String {
    format!("{USER}{fields}\n}}\n")
}

/// A package in a folder of its own.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a command did.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// A package with this library, and nothing of colmig's yet.
    pub(crate) fn bare(source: &str) -> Project {
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        project.write(
            "Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n",
        );
        project.write("src/lib.rs", source);
        project
    }

    /// The same after `init` for these databases, and `generate`.
    pub(crate) fn generated(databases: &str, source: &str) -> Project {
        let project = Project::bare(source);
        project.colmig(&["init", "--database", databases]).expect(0);
        project.colmig(&["generate"]).expect(0);
        project
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder().join(path))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// `cargo colmig ...` in the project's folder.
    pub(crate) fn colmig(&self, arguments: &[&str]) -> Ended {
        self.colmig_with(arguments, &[])
    }

    /// The same with some of the environment set.
    pub(crate) fn colmig_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
        let output = Command::new(colmig_binary())
            .arg("colmig")
            .args(arguments)
            .current_dir(self.folder())
            .env("SOURCE_DATE_EPOCH", NOW)
            .env_remove("DATABASE_URL")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| {
            let folder = self.folder().canonicalize().unwrap();
            String::from_utf8(bytes.to_vec())
                .unwrap()
                .replace(folder.to_str().unwrap(), "[project]")
        };
        Ended {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Takes the migration out that took the tables over: what is generated next stands alone.
    pub(crate) fn forget_baseline(&self) {
        let id = "20261122064500_baseline";
        let folder = self.folder().join("migrations").join(id);
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
            let snapshot = self.read("migrations/schema.json");
            let named = format!("\"{id}\"");
            self.write("migrations/schema.json", &snapshot.replace(&named, "null"));
        }
    }

    /// Every file that colmig wrote, by its path.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for folder in ["migrations", "colmig"] {
            read_all(&self.folder().join(folder), folder, &mut found);
        }
        found.insert("colmig.toml".to_owned(), self.read("colmig.toml"));
        found
    }
}

fn read_all(folder: &Path, name: &str, found: &mut BTreeMap<String, String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_all(&path, &name, found);
        } else {
            found.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
}

impl Ended {
    /// Insists on the exit code.
    pub(crate) fn expect(self, code: i32) -> Ended {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// The object on stdout.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

/// How it ended, what it said, and what it gave.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "exit code: {}",
            self.code.map_or("none".to_owned(), |code| code.to_string())
        )?;
        for (name, text) in [("stderr", &self.stderr), ("stdout", &self.stdout)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
