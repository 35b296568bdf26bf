//! A throw-away project with one model, whose migrations the command generates.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::build::Programs;
use crate::error::{Error, Result};

const MANIFEST: &str =
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";

const MODEL: &str = "\
#[derive(colmig::Model)]
#[colmig(table = \"items\")]
pub struct Item {
    #[colmig(primary_key)]
    pub id: i64,
    pub first_name: String,
    pub last_name: String,
";

const COLUMN: &str = "    #[colmig(backfill = \"upper(first_name) || ', ' || last_name\")]\n    pub display_name: String,\n";

/// Nobody is live, and what was killed is soon taken over.
const SETTINGS: &str = "\
databases = [\"postgres\"]

[run]
offline = true
lock-retry = \"50ms\"
lock-patience = \"60s\"
lease = \"1s\"
workers = 1
give-way = false
batch-rows = 500
user-triggers = \"fire\"
";

/// The project, and the database that it is rolled out on.
pub(super) struct Project {
    programs: Programs,
    folder: TempDir,
    url: String,
}

impl Project {
    /// With the table, which is empty. Each worker will work for this share of the time.
    pub(super) fn create(programs: Programs, url: &str, duty: f64) -> Result<Project> {
        let folder = tempfile::tempdir().map_err(Error::io("create", Path::new("a folder")))?;
        let project = Project {
            programs,
            folder,
            url: url.to_owned(),
        };
        project.write("Cargo.toml", MANIFEST)?;
        project.write("src/lib.rs", &format!("{MODEL}}}\n"))?;
        project.colmig(&["init", "--database", "postgres"])?;
        project.write("colmig.toml", &format!("{SETTINGS}duty = {duty:?}\n"))?;
        project.colmig(&["generate"])?;
        project.colmig(&["run"])?;
        Ok(project)
    }

    /// Adds the column whose old rows are to be filled, in the files.
    pub(super) fn add_the_column(&self) -> Result<()> {
        self.write("src/lib.rs", &format!("{MODEL}{COLUMN}}}\n"))?;
        self.colmig(&["generate"])
    }

    /// Lets the workers work all of the time.
    pub(super) fn hurry(&self) -> Result<()> {
        self.colmig(&["tune", "duty=1.0"])
    }

    /// Starts the command, of which nobody wants to hear.
    pub(super) fn start(&self, arguments: &[&str]) -> Result<Child> {
        let mut command = self.command(arguments);
        let path = Path::new("cargo-colmig");
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Error::io("start", path))
    }

    fn colmig(&self, arguments: &[&str]) -> Result<()> {
        let output = self
            .command(arguments)
            .output()
            .map_err(Error::io("start", Path::new("cargo-colmig")))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(Error::Stuck {
                command: arguments.join(" "),
                seconds: 0,
                said: String::from_utf8_lossy(&output.stderr).into_owned(),
            }),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.programs.colmig();
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", &self.url)
            .stdin(Stdio::null());
        command
    }

    fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.folder.path().join(path);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        fs::write(&path, text).map_err(Error::io("write", &path))
    }
}
