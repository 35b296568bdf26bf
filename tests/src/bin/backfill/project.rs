//! A project whose one change is what the bench executes. Its files are written by the command
//! of this very build, so that what is measured is what people get.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use colmig::Database;
use colmig::migrate::{Migration, load};

use crate::Result;

pub(crate) const TABLE: &str = "customers";

/// The column that is added.
pub(crate) const TARGET: &str = "search_name";

/// What fills it.
pub(crate) fn rule(database: Database) -> &'static str {
    match database {
        Database::MariaDb => "lower(concat(first_name, ' ', last_name))",
        Database::MongoDb => r#"{"$concat": ["$first_name", " ", "$last_name"]}"#,
        _ => "lower(first_name || ' ' || last_name)",
    }
}

/// Both migrations: the table, and the column.
pub(crate) struct Project {
    migrations: Vec<Migration>,
}

impl Project {
    /// Writes them into a folder.
    pub(crate) fn generate(folder: &Path, colmig: &Path, database: Database) -> Result<Project> {
        fs::create_dir_all(folder.join("src"))?;
        let manifest =
            "[package]\nname = \"bench\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest)?;
        let lib = folder.join("src/lib.rs");
        fs::write(&lib, model(database, ""))?;
        let call = |arguments: &[&str]| call(colmig, folder, arguments);
        call(&["init", "--database", database.name()])?;
        call(&["generate"])?;
        let rule = rule(database);
        let field = format!("#[colmig(backfill = {rule:?})]\npub {TARGET}: String,\n");
        fs::write(&lib, model(database, &field))?;
        call(&["generate"])?;
        let migrations = load(&folder.join("migrations"), database)?;
        match migrations.len() {
            2 => Ok(Project { migrations }),
            other => Err(format!("{other} migrations were generated where 2 were to be").into()),
        }
    }

    pub(crate) fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The migration that creates the table.
    pub(crate) fn create(&self) -> &Migration {
        &self.migrations[0]
    }

    /// The migration that adds the column.
    pub(crate) fn add(&self) -> &Migration {
        &self.migrations[1]
    }
}

/// Rows of about 180 bytes.
fn model(database: Database, field: &str) -> String {
    // SQLite has no decimal number, and MariaDB wants to know how long one is.
    let (size, number) = match database {
        Database::Postgres => ("", "rust_decimal::Decimal"),
        Database::MariaDb => (
            "#[colmig(sql_type(mariadb = \"decimal(20,2)\"))]\n",
            "rust_decimal::Decimal",
        ),
        _ => ("", "f64"),
    };
    if database == Database::MongoDb {
        return document(field);
    }
    format!(
        "#[derive(colmig::Model)]\n#[colmig(table = \"{TABLE}\")]\npub struct Customer {{\n\
         #[colmig(primary_key)]\npub id: i64,\npub first_name: String,\npub last_name: String,\n\
         pub email: String,\npub street: String,\npub city: String,\npub note: String,\n\
         {size}pub balance: {number},\npub seen_at: chrono::NaiveDateTime,\n{field}}}\n"
    )
}

/// Documents of about 250 bytes, for each has the names of its fields in it.
fn document(field: &str) -> String {
    format!(
        "#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]\n#[colmig(collection = \"{TABLE}\")]\n\
         pub struct Customer {{\n#[serde(rename = \"_id\")]\npub id: i64,\npub first_name: String,\n\
         pub last_name: String,\npub email: String,\npub street: String,\npub city: String,\npub note: String,\n\
         pub balance: i64,\npub seen_at: bson::DateTime,\n{field}}}\n"
    )
}

fn call(colmig: &Path, folder: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new(colmig)
        .arg("colmig")
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_NET_OFFLINE", "true")
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("`cargo colmig {}` failed:\n{words}", arguments.join(" ")).into())
}
