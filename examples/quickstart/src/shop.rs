//! The project that the story is about: its files, its builds and its commands.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::kind::Kind;
use crate::rollout::{self, Work};

/// The exit code of a run that waited for somebody, and gave up.
const HELD: i32 = 1;

/// Which struct a build was made from.
#[derive(Clone, Copy)]
pub(crate) enum Build {
    /// The one without the field.
    Before,
    /// The one with it.
    After,
}

/// A project in a folder of its own.
pub(crate) struct Shop {
    /// What it keeps its customers in.
    pub(crate) kind: Kind,
    folder: PathBuf,
    workspace: PathBuf,
    colmig: PathBuf,
    url: String,
}

impl Shop {
    /// Makes the project anew, and the command `cargo colmig` with it.
    pub(crate) fn create(url: Option<String>) -> Result<Shop> {
        let kind = Kind::of(url.as_deref())?;
        let sources = kind.sources();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()?;
        let folder = workspace.join("target/quickstart/shop");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(folder.join("src"))?;
        let manifest = include_str!("../shop/Cargo.toml.in");
        let runtime = workspace.join("runtime").display().to_string();
        let manifest = manifest.replace("@DEPENDENCIES@", sources.dependencies.trim_end());
        let manifest = manifest.replace("@RUNTIME@", &runtime);
        for (path, text) in [
            ("Cargo.toml", manifest.as_str()),
            ("src/main.rs", include_str!("../shop/src/main.rs")),
            ("src/seed.rs", sources.seed),
            ("src/user.rs", sources.before),
        ] {
            std::fs::write(folder.join(path), text)?;
        }
        // The same versions of everything, so that nothing is fetched or compiled twice.
        std::fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let url = match url {
            Some(url) => url,
            None => {
                let file = folder.join("shop.db");
                std::fs::File::create(&file)?;
                format!("sqlite:{}", file.display())
            }
        };

        let target = workspace.join("target");
        let status = cargo()
            .args(["build", "--quiet", "--package", "cargo-colmig"])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(&workspace)
            .status()?;
        if !status.success() {
            return Err("`cargo colmig` does not compile".into());
        }
        let colmig = target
            .join("debug")
            .join(format!("cargo-colmig{}", std::env::consts::EXE_SUFFIX));
        Ok(Shop {
            kind,
            folder,
            workspace,
            colmig,
            url,
        })
    }

    /// The URL of the shop's database.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The kind of it, as `init` is told.
    pub(crate) fn database(&self) -> Result<&'static str> {
        match self.url.split(':').next() {
            Some("sqlite") => Ok("sqlite"),
            Some("postgres" | "postgresql") => Ok("postgres"),
            Some("mysql" | "mariadb") => Ok("mariadb"),
            Some("mongodb" | "mongodb+srv") => Ok("mongodb"),
            _ => Err("a URL begins with `sqlite:`, `postgres:`, `mysql:` or `mongodb:`".into()),
        }
    }

    /// A command of colmig's, as a user would type it.
    pub(crate) fn colmig(&self, arguments: &[&str]) -> Result<()> {
        println!("$ cargo colmig {}", arguments.join(" "));
        let status = self.command(arguments).status()?;
        if !status.success() {
            return Err(
                format!("`cargo colmig {}` ended with {status}", arguments.join(" ")).into(),
            );
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.colmig);
        command
            .arg("colmig")
            .args(arguments)
            .current_dir(&self.folder)
            .env("DATABASE_URL", &self.url)
            .stdin(Stdio::null());
        command
    }

    /// Goes on to the end of a phase.
    pub(crate) fn run_until(&self, phase: &str, more: &[&str]) -> Result<Work> {
        let arguments = [&["run", "--until", phase], more].concat();
        println!("$ cargo colmig {}", arguments.join(" "));
        rollout::watch(self.command(&[&arguments[..], &["--format", "json"]].concat()))
    }

    /// Tries to go on to a phase, which has to be held, and shows by whom.
    pub(crate) fn is_held(&self, phase: &str) -> Result<()> {
        let arguments = ["run", "--until", phase];
        println!("$ cargo colmig {}", arguments.join(" "));
        let status = self.command(&arguments).status()?;
        match status.code() {
            Some(HELD) => Ok(()),
            _ => {
                Err(format!("`{phase}` was to be held, and the command ended with {status}").into())
            }
        }
    }

    /// Ends the migration.
    pub(crate) fn contract(&self) -> Result<Work> {
        println!("$ cargo colmig contract --yes");
        rollout::watch(self.command(&["contract", "--yes", "--format", "json"]))
    }

    /// Compiles the shop as it is now, and keeps the program.
    pub(crate) fn build(&self, build: Build) -> Result<PathBuf> {
        println!("$ cargo build");
        if !self.cargo("build").status()?.success() {
            return Err("the shop does not compile".into());
        }
        let name = match build {
            Build::Before => "shop-before",
            Build::After => "shop-after",
        };
        let kept = self.folder.join(name);
        let built = self
            .workspace
            .join("target/debug")
            .join(format!("shop{}", std::env::consts::EXE_SUFFIX));
        std::fs::copy(built, &kept)?;
        Ok(kept)
    }

    /// Compiles the shop, which has to fail, and shows why.
    pub(crate) fn check_fails(&self) -> Result<()> {
        println!("$ cargo build");
        let output = self.cargo("build").output()?;
        if output.status.success() {
            return Err("the shop compiles although no migration holds the field".into());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        let error: Vec<&str> = words
            .lines()
            .skip_while(|line| !line.starts_with("error"))
            .take(5)
            .collect();
        println!("{}", error.join("\n"));
        Ok(())
    }

    fn cargo(&self, verb: &str) -> Command {
        let mut command = cargo();
        command
            .args([verb, "--quiet"])
            .arg("--target-dir")
            .arg(self.workspace.join("target"))
            .current_dir(&self.folder);
        command
    }

    /// Fills the table, or the collection.
    pub(crate) fn seed(&self, program: &Path, rows: u64) -> Result<()> {
        let status = Command::new(program)
            .args(["seed", &self.url, &rows.to_string()])
            .status()?;
        if !status.success() {
            return Err("the shop could not be filled".into());
        }
        println!("{rows} {}", self.kind.sources().rows);
        Ok(())
    }

    /// The edit that the story is about.
    pub(crate) fn add_field(&self) -> Result<()> {
        let after = self.kind.sources().after;
        let field = after
            .lines()
            .skip_while(|line| !line.contains("///"))
            .take_while(|line| !line.starts_with('}'));
        for line in field {
            println!("+ {line}");
        }
        std::fs::write(self.folder.join("src/user.rs"), after)?;
        Ok(())
    }

    /// The files that colmig wrote, a line each.
    pub(crate) fn generated(&self) -> Result<String> {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(self.folder.join("migrations"))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        folders.sort();
        let shown = folders.iter().map(|path| {
            let path = path.strip_prefix(&self.workspace).unwrap_or(path);
            format!("  {}", path.display())
        });
        Ok(shown.collect::<Vec<_>>().join("\n"))
    }
}

/// The cargo that runs this.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
