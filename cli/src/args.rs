//! The command line: what all verbs share. What a verb has of its own stands with it.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::command::Command;

/// cargo calls `cargo-colmig colmig ...` for `cargo colmig ...`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap_cargo::style::CLAP_STYLING)]
enum Cargo {
    /// Column changes on live databases, from annotated structs
    #[command(name = "colmig", version)]
    Colmig {
        #[command(subcommand)]
        command: Command,
    },
}

/// Reads the command line. One that is wrong ends the process with 2 and says how it goes.
pub(crate) fn parse() -> Command {
    let Cargo::Colmig { command } = Cargo::parse();
    command
}

/// What every verb takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common<F: Format = Human> {
    /// The project: a Cargo.toml, or a folder [default: the working folder]
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,

    /// The database, as a URL; an `.env` file may hold it too
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,

    /// How the answer on stdout is written; words go to stderr
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: F,
}

/// Which migration is meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The migration, as its folder is called
    #[arg(value_name = "MIGRATION")]
    id: Option<String>,

    /// The same, by name
    #[arg(long, value_name = "MIGRATION", conflicts_with = "id", hide = true)]
    migration: Option<String>,
}

impl Which {
    /// The migration, if one was named.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref().or(self.migration.as_deref())
    }
}

/// The forms that a verb can answer in.
pub(crate) trait Format: ValueEnum + Send + Sync + 'static {
    /// Whether the answer is for programs.
    fn is_json(&self) -> bool;
}

/// The forms of nearly every verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Human {
    /// For people
    Human,
    /// For programs: an object, or an object in each line
    Json,
}

impl Format for Human {
    fn is_json(&self) -> bool {
        *self == Human::Json
    }
}
