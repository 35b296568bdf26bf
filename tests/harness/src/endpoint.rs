//! The address of a server, and what a test asks of any server it can reach.

use std::env;
use std::process::Command;

use crate::binaries::Binaries;
use crate::{HarnessError, name, process, schema_dump};

/// The environment variable that tells test processes of the shared server.
pub const SHARED_POSTGRES_VARIABLE: &str = "COLMIG_TEST_POSTGRES_URL";

/// A server that can be reached, whoever started it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    binaries: Binaries,
    /// Scheme, user, host and port: the address up to the database.
    server: String,
    /// What follows the database, with its question mark.
    options: String,
}

/// The server that `cargo xtask test` started for all tests of the run.
pub fn shared_postgres() -> Result<Endpoint, HarnessError> {
    let url = env::var(SHARED_POSTGRES_VARIABLE).map_err(|_| HarnessError::NoSharedServer {
        variable: SHARED_POSTGRES_VARIABLE,
    })?;
    Endpoint::from_url(&url)
}

impl Endpoint {
    /// The server of an address such as
    /// `postgres://postgres@127.0.0.1:5432/postgres`. Its database is not kept.
    pub fn from_url(url: &str) -> Result<Self, HarnessError> {
        let (server, options) = split(url).ok_or_else(|| HarnessError::InvalidUrl {
            url: url.to_owned(),
            example: "postgres://postgres@127.0.0.1:5432/postgres",
        })?;
        Ok(Self {
            binaries: Binaries::find()?,
            server: server.to_owned(),
            options: options.to_owned(),
        })
    }

    pub(crate) fn on_loopback(binaries: Binaries, port: u16) -> Self {
        Self {
            binaries,
            server: format!("postgres://postgres@127.0.0.1:{port}"),
            options: String::new(),
        }
    }

    /// The port of the server.
    pub fn port(&self) -> u16 {
        let port = self.server.rsplit(':').next();
        // An address without one means the default.
        port.and_then(|port| port.parse().ok()).unwrap_or(5432)
    }

    /// The address of one of the server's databases.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.server, self.options)
    }

    /// Creates an empty database and returns its name, which nobody else is
    /// given, in this process or another. It starts with `prefix`, cut short and
    /// with a `_` for whatever is not an ASCII letter or digit: the path of a
    /// test is a good prefix.
    pub fn create_database(&self, prefix: &str) -> Result<String, HarnessError> {
        let name = name::unique(prefix);
        // Nobody can be connected to `template0`, so it is never too busy to
        // be copied.
        process::output(
            self.maintenance("createdb")
                .args(["--template=template0", &name]),
        )?;
        Ok(name)
    }

    /// Drops a database if it exists, with the connections that it still has.
    pub fn drop_database(&self, name: &str) -> Result<(), HarnessError> {
        process::output(
            self.maintenance("dropdb")
                .args(["--if-exists", "--force", name]),
        )?;
        Ok(())
    }

    /// Runs SQL and returns its rows: one a line, columns separated by `|`.
    ///
    /// Statements are sent one at a time, each its own transaction unless the
    /// SQL says otherwise, up to the first that fails.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, HarnessError> {
        let mut psql = self.binaries.command("psql");
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only"])
            .args(["--set=ON_ERROR_STOP=1", "--file=-"])
            .arg(format!("--dbname={}", self.url(database)))
            .stdin(process::script(sql)?);
        process::output(&mut psql).map(|rows| rows.trim_end().to_owned())
    }

    /// The schema of a database as SQL, in a form in which equal schemas are
    /// equal texts.
    pub fn pg_dump_schema(&self, database: &str) -> Result<String, HarnessError> {
        let mut pg_dump = self.binaries.command("pg_dump");
        pg_dump
            .arg("--schema-only")
            .arg(format!("--dbname={}", self.url(database)));
        process::output(&mut pg_dump).map(|dump| schema_dump::normalize(&dump))
    }

    fn maintenance(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program);
        command.arg(format!("--maintenance-db={}", self.url("postgres")));
        command
    }
}

/// The parts of an address before and after the name of the database.
fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    if !matches!(scheme, "postgres" | "postgresql") || authority.is_empty() {
        return None;
    }
    let server = &url[..scheme.len() + "://".len() + authority.len()];
    let options = url.find('?').map_or("", |start| &url[start..]);
    Some((server, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_is_cut_out_of_the_address() {
        assert_eq!(
            split("postgres://me:pw@host:1/db?sslmode=disable"),
            Some(("postgres://me:pw@host:1", "?sslmode=disable"))
        );
        assert_eq!(split("postgresql://host"), Some(("postgresql://host", "")));
        assert_eq!(split("postgres:///db"), None);
        assert_eq!(split("mysql://host/db"), None);
        assert_eq!(split("host/db"), None);
    }
}
