//! What only the command reads: it is called as a user calls it, once for each input.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use colmig_tests::command::colmig_binary;
use tempfile::TempDir;

use super::{Target, USUAL};
use crate::corpus;

/// `colmig.toml`.
pub(super) const CONFIG: Target = Target {
    name: "config",
    corpus: || {
        let mut files = corpus::files("/colmig.toml", "databases");
        files.push(
            b"databases = [\"postgres\", \"sqlite\"]\nmigrations = \"db\"\ntriggers = false\ntargets = [\"lib\"]\n\n[run]\n\
              lock-timeout = \"50ms\"\nlease = \"10s\"\nworkers = 2\nduty = 0.5\n\n[run.brakes]\nreplica-lag = \"5s\"\n\n\
              [[run.windows]]\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"18:00\"\nzone = \"Europe/Zurich\"\nduty = 0.25\n"
                .to_vec(),
        );
        files
    },
    words: &[
        "databases = ",
        "migrations = ",
        "targets = ",
        "triggers = ",
        "[run]\n",
        "[run.brakes]\n",
        "[[run.windows]]\n",
        "[\"sqlite\"]",
        "[\"mysql\"]",
        "\"50ms\"",
        "\"-1s\"",
        "\"1e99s\"",
        "\"99999999999y\"",
        "\"25:00\"",
        "lease = ",
        "duty = ",
        "workers = ",
        "batch-rows = ",
        "from = ",
        "to = ",
        "zone = ",
        "days = ",
        "\"\"\"",
        "../",
    ],
    deep: &[
        ("", "(", ""),
        ("databases = ", "[", ""),
        ("databases = ", "{a=", ""),
        ("[", "run.", "brakes]"),
        ("", "[[run.windows]]\n", ""),
    ],
    run: |bytes| {
        let folder = folder("config");
        write(folder, "colmig.toml", bytes);
        let said = command(folder, &["plan"]);
        // A folder that cannot be read may be named by what is no name of a file.
        let is_told = ["colmig.toml", "snapshot", "failed to read"]
            .iter()
            .any(|words| said.contains(words));
        assert!(is_told, "{said}");
    },
    stack: USUAL,
};

/// SQL that people wrote.
pub(super) const LINT: Target = Target {
    name: "lint",
    corpus: || corpus::files(".sql", "ALTER TABLE"),
    words: &[
        "-- no-transaction\n",
        "-- squawk-ignore ban-drop-column\n",
        "-- colmig-ignore: wildcard-query\n",
        "-- squawk-ignore-file\n",
        "BEGIN;\n",
        "COMMIT;\n",
        "CREATE INDEX CONCURRENTLY ",
        "SELECT * FROM ",
        "ALTER TABLE ",
        "DROP COLUMN ",
        "SET NOT NULL",
        "$$",
        "$a$",
        "/*",
        "*/",
        "CASE WHEN ",
        "::",
        "'",
    ],
    deep: &[
        ("", "(", ""),
        ("SELECT ", "(", ""),
        ("SELECT ", "not ", "a;"),
        ("SELECT ", "- ", "a;"),
        ("SELECT ", "a + ", "a;"),
        ("", "CASE WHEN ", ""),
        ("", "SELECT 1;", ""),
        ("", "/*", ""),
        ("", "-- colmig-ignore: a\n", ""),
    ],
    run: |bytes| {
        let folder = folder("lint");
        write(folder, "a.sql", bytes);
        command(folder, &["lint", "a.sql"]);
    },
    stack: USUAL,
};

/// A folder for the inputs of this process, one after the other.
fn folder(name: &'static str) -> &'static TempDir {
    static FOLDERS: [OnceLock<TempDir>; 2] = [OnceLock::new(), OnceLock::new()];
    let at = usize::from(name == "lint");
    FOLDERS[at].get_or_init(|| match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => panic!("no folder for the inputs: {error}"),
    })
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    if let Err(error) = std::fs::write(folder.path().join(name), bytes) {
        panic!("the input cannot be written: {error}");
    }
}

/// Calls the command, which says what is wrong and neither panics nor dies.
fn command(folder: &TempDir, arguments: &[&str]) -> String {
    let output = Command::new(colmig_binary())
        .arg("colmig")
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => panic!("the command does not start: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_meant = matches!(output.status.code(), Some(0..=2));
    assert!(
        is_meant && !said.contains("panicked"),
        "{}: {said}",
        output.status
    );
    said
}
