//! The address of a MariaDB server, and what a test asks of any it can reach.

use std::env;
use std::process::Command;

use super::programs::Programs;
use crate::{HarnessError, name, process};

/// The environment variable that tells test processes of the shared server.
pub const SHARED_MARIADB_VARIABLE: &str = "COLMIG_TEST_MARIADB_URL";

/// For how many seconds dropping a database waits for statements that are being
/// killed. The server's own limit is a day, or a year in older versions.
const DROP_WAIT: u32 = 20;

/// A MariaDB server that can be reached, whoever started it.
#[derive(Debug, Clone)]
pub struct MariaDbEndpoint {
    programs: Programs,
    login: Login,
    /// What follows the database, with its question mark.
    options: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Login {
    user: String,
    password: Option<String>,
    host: String,
    port: u16,
}

/// The server that `cargo xtask test` started for all tests of the run.
pub fn shared_mariadb() -> Result<MariaDbEndpoint, HarnessError> {
    let url = env::var(SHARED_MARIADB_VARIABLE).map_err(|_| HarnessError::NoSharedServer {
        variable: SHARED_MARIADB_VARIABLE,
    })?;
    MariaDbEndpoint::from_url(&url)
}

impl MariaDbEndpoint {
    /// The server of an address such as `mysql://root@127.0.0.1:3306/mysql`,
    /// in which nothing is percent-encoded. Its database is not kept.
    pub fn from_url(url: &str) -> Result<Self, HarnessError> {
        let (login, options) = split(url).ok_or_else(|| HarnessError::InvalidUrl {
            url: url.to_owned(),
            example: "mysql://root@127.0.0.1:3306/mysql",
        })?;
        Ok(Self {
            programs: Programs::find()?,
            login,
            options: options.to_owned(),
        })
    }

    pub(super) fn on_loopback(programs: Programs, port: u16) -> Self {
        Self {
            programs,
            login: Login {
                user: "root".to_owned(),
                password: None,
                host: "127.0.0.1".to_owned(),
                port,
            },
            options: String::new(),
        }
    }

    /// The port of the server.
    pub fn port(&self) -> u16 {
        self.login.port
    }

    /// The address of one of the server's databases.
    pub fn url(&self, database: &str) -> String {
        let Login {
            user,
            password,
            host,
            port,
        } = &self.login;
        let password = password.as_ref().map(|password| format!(":{password}"));
        let password = password.unwrap_or_default();
        format!(
            "mysql://{user}{password}@{host}:{port}/{database}{}",
            self.options
        )
    }

    /// Creates an empty database and returns its name, which nobody else is
    /// given, in this process or another. It starts with `prefix`, cut short and
    /// with a `_` for whatever is not an ASCII letter or digit: the path of a
    /// test is a good prefix.
    pub fn create_database(&self, prefix: &str) -> Result<String, HarnessError> {
        let name = name::unique(prefix);
        self.mariadb("", &format!("CREATE DATABASE {}", quoted(&name)))?;
        Ok(name)
    }

    /// Drops a database if it exists, with the connections that it still has.
    pub fn drop_database(&self, name: &str) -> Result<(), HarnessError> {
        let of_it = format!(
            "SELECT concat('KILL ', id, ';') FROM information_schema.processlist \
             WHERE db = {} AND id <> connection_id()",
            literal(name)
        );
        let kill = self.mariadb("", &of_it)?;
        // One that has gone by itself meanwhile is an error to the server, and
        // none to us.
        let mut client = self.client();
        client.arg("--force").stdin(process::script(&kill)?);
        let _ = process::output(&mut client);
        self.mariadb(
            "",
            &format!(
                "SET lock_wait_timeout = {DROP_WAIT}; DROP DATABASE IF EXISTS {}",
                quoted(name)
            ),
        )?;
        Ok(())
    }

    /// Runs SQL by the client `mariadb` and returns its rows: one a line, columns
    /// separated by a tab, and `NULL`, `\t`, `\n`, `\\` for what the text of a
    /// column could not hold otherwise. No database is chosen where it is `""`.
    ///
    /// Statements are sent one at a time, each its own transaction unless the
    /// SQL says otherwise, up to the first that fails.
    pub fn mariadb(&self, database: &str, sql: &str) -> Result<String, HarnessError> {
        let mut client = self.client();
        client.arg(format!("--database={database}"));
        client.stdin(process::script(sql)?);
        process::output(&mut client).map(|rows| rows.trim_end_matches('\n').to_owned())
    }

    /// The schema of a database as SQL, in a form in which equal schemas are
    /// equal texts.
    pub fn dump_schema(&self, database: &str) -> Result<String, HarnessError> {
        let mut dump = self.programs.dump();
        self.log_in(&mut dump)
            .args(["--no-data", "--routines", "--triggers", "--events"])
            .arg("--compact")
            .arg(database);
        process::output(&mut dump).map(|dump| normalize(&dump))
    }

    fn client(&self) -> Command {
        let mut client = self.programs.client();
        self.log_in(&mut client)
            .args(["--batch", "--skip-column-names", "--skip-reconnect"]);
        client
    }

    fn log_in<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let Login {
            user,
            password,
            host,
            port,
        } = &self.login;
        if let Some(password) = password {
            // Not as an argument, which everybody could read.
            command.env("MYSQL_PWD", password);
        }
        command
            .args(["--protocol=TCP", "--default-character-set=utf8mb4"])
            .arg(format!("--host={host}"))
            .arg(format!("--port={port}"))
            .arg(format!("--user={user}"))
    }
}

/// A name as SQL.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text as SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Drops what differs between equal schemas: blank lines, the client's own
/// settings, and how far a table's numbers have got.
fn normalize(dump: &str) -> String {
    let mut schema = String::with_capacity(dump.len());
    for line in dump.lines().map(str::trim_end) {
        if line.is_empty() || line.starts_with("/*M!999999") || line.starts_with("/*!40101 SET ") {
            continue;
        }
        match line.split_once(" AUTO_INCREMENT=") {
            Some((before, after)) if line.starts_with(") ENGINE=") => {
                schema.push_str(before);
                schema.push_str(after.trim_start_matches(|c: char| c.is_ascii_digit()));
            }
            _ => schema.push_str(line),
        }
        schema.push('\n');
    }
    schema
}

/// Who logs in where, and what stands after the name of the database.
fn split(url: &str) -> Option<(Login, &str)> {
    let rest = url
        .strip_prefix("mysql://")
        .or_else(|| url.strip_prefix("mariadb://"))?;
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let (user, host) = authority.rsplit_once('@')?;
    let (user, password) = match user.split_once(':') {
        Some((user, password)) => (user, Some(password.to_owned())),
        None => (user, None),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        // An address without one means the default.
        None => (host, 3306),
    };
    if user.is_empty() || host.is_empty() {
        return None;
    }
    let login = Login {
        user: user.to_owned(),
        password,
        host: host.to_owned(),
        port,
    };
    let options = url.find('?').map_or("", |start| &url[start..]);
    Some((login, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let (login, options) = split("mysql://me:p@w@host:1/db?ssl-mode=disabled").unwrap();
        assert_eq!((login.user.as_str(), login.host.as_str()), ("me", "host"));
        assert_eq!(login.password.as_deref(), Some("p@w"));
        assert_eq!((login.port, options), (1, "?ssl-mode=disabled"));
        let (login, options) = split("mariadb://root@host").unwrap();
        assert_eq!((login.port, login.password, options), (3306, None, ""));
        for wrong in [
            "mysql://host/db",
            "postgres://me@host/db",
            "mysql://@host/db",
            "mysql://me@host:x/db",
            "me@host/db",
        ] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_that_were_given_are_no_part_of_a_schema() {
        let dump = "/*M!999999\\- enable the sandbox mode */ \n\n\
                    /*!40101 SET character_set_client = utf8mb4 */;\nCREATE TABLE `t` (\n  \
                    `id` int(11) NOT NULL AUTO_INCREMENT COMMENT ' AUTO_INCREMENT=1'\n) \
                    ENGINE=InnoDB AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4;\n";
        assert_eq!(
            normalize(dump),
            "CREATE TABLE `t` (\n  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT ' \
             AUTO_INCREMENT=1'\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
        );
    }
}
