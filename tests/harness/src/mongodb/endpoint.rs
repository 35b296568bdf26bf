//! The address of a MongoDB server or replica set, and what a test asks of any it can reach.

use std::env;
use std::thread;
use std::time::{Duration, Instant};

use bson::{Document, doc};

use super::{schema_dump, wire};
use crate::{HarnessError, name};

/// The environment variable that tells test processes of the shared server.
pub const SHARED_MONGODB_VARIABLE: &str = "COLMIG_TEST_MONGODB_URL";

/// An election is part of it.
const PRIMARY_LIMIT: Duration = Duration::from_secs(60);

/// How often nodes are asked how they are.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// One MongoDB server, or several that are a replica set, whoever started them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MongoDbEndpoint {
    /// Hosts with their ports.
    hosts: Vec<String>,
    /// What follows the database, with its question mark.
    options: String,
}

/// The server that `cargo xtask test` started for all tests of the run: a
/// replica set of one node, so that there are transactions and change streams.
pub fn shared_mongodb() -> Result<MongoDbEndpoint, HarnessError> {
    let url = env::var(SHARED_MONGODB_VARIABLE).map_err(|_| HarnessError::NoSharedServer {
        variable: SHARED_MONGODB_VARIABLE,
    })?;
    MongoDbEndpoint::from_url(&url)
}

impl MongoDbEndpoint {
    /// The servers of an address such as
    /// `mongodb://127.0.0.1:27017/?replicaSet=colmig`. Nobody logs in, so there
    /// is no account in it, and its database is not kept.
    pub fn from_url(url: &str) -> Result<Self, HarnessError> {
        split(url).ok_or_else(|| HarnessError::InvalidUrl {
            url: url.to_owned(),
            example: "mongodb://127.0.0.1:27017/?replicaSet=colmig",
        })
    }

    /// A server by itself, even if it is one of a set.
    pub(super) fn on_loopback(port: u16) -> Self {
        Self {
            hosts: vec![on_loopback(port)],
            options: "?directConnection=true".to_owned(),
        }
    }

    /// A replica set.
    pub(super) fn of_set(ports: impl IntoIterator<Item = u16>, name: &str) -> Self {
        Self {
            hosts: ports.into_iter().map(on_loopback).collect(),
            options: format!("?replicaSet={name}"),
        }
    }

    /// The hosts, with their ports.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The address of one of the databases, or of none where that is `""`.
    pub fn url(&self, database: &str) -> String {
        let hosts = self.hosts.join(",");
        format!("mongodb://{hosts}/{database}{}", self.options)
    }

    /// The name of an empty database, which nobody else is given, in this
    /// process or another. It starts with `prefix`, cut short and with a `_` for
    /// whatever is not an ASCII letter or digit: the path of a test is a good
    /// prefix. The database itself comes with its first collection.
    pub fn create_database(&self, prefix: &str) -> Result<String, HarnessError> {
        let name = name::unique(prefix);
        // A server that is not there is noticed here, as with other products.
        self.command(&name, doc! { "ping": 1 })?;
        Ok(name)
    }

    /// Drops a database if it exists. An index build in it is broken off; a
    /// transaction that is open in it is waited for.
    pub fn drop_database(&self, name: &str) -> Result<(), HarnessError> {
        self.command(name, doc! { "dropDatabase": 1 }).map(drop)
    }

    /// Sends a command to the server, or to the primary of the set, which is
    /// waited for, and returns the answer. Each goes over a connection of its
    /// own: what belongs together says so by a session (`lsid`) or a cursor.
    ///
    /// An answer that is an error, also of a single write, is
    /// [`HarnessError::Refused`].
    pub fn command(&self, database: &str, command: Document) -> Result<Document, HarnessError> {
        let host = match self.hosts.as_slice() {
            [host] => host,
            _ => self.primary()?,
        };
        wire::command(host, database, command)
    }

    /// The schema of a database as text: collections with their options, and
    /// their indexes. Equal schemas are equal texts.
    pub fn dump_schema(&self, database: &str) -> Result<String, HarnessError> {
        schema_dump::dump(self, database)
    }

    /// The host that takes writes; waits for an election.
    pub(super) fn primary(&self) -> Result<&String, HarnessError> {
        let began = Instant::now();
        loop {
            if let Some(host) = self.hosts.iter().find(|host| is_primary(host)) {
                return Ok(host);
            }
            let waited = began.elapsed();
            if waited >= PRIMARY_LIMIT {
                return Err(HarnessError::NoPrimary {
                    hosts: self.hosts.join(", "),
                    waited,
                });
            }
            thread::sleep(POLL);
        }
    }
}

pub(super) fn is_primary(host: &str) -> bool {
    wire::command(host, "admin", doc! { "hello": 1 })
        .is_ok_and(|hello| matches!(hello.get_bool("isWritablePrimary"), Ok(true)))
}

pub(super) fn on_loopback(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn split(url: &str) -> Option<MongoDbEndpoint> {
    let rest = url.strip_prefix("mongodb://")?;
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    let host = |host: &str| match host.rsplit_once(':') {
        _ if host.is_empty() || host.contains('@') => None,
        Some((name, port)) if !name.is_empty() => port
            .parse::<u16>()
            .ok()
            .map(|port| format!("{name}:{port}")),
        Some(_) => None,
        // An address without one means the default.
        None => Some(format!("{host}:27017")),
    };
    Some(MongoDbEndpoint {
        hosts: authority.split(',').map(host).collect::<Option<_>>()?,
        options: url.find('?').map_or("", |start| &url[start..]).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let of = |url: &str| split(url).map(|endpoint| (endpoint.hosts, endpoint.options));
        let hosts = |hosts: &[&str]| hosts.iter().map(|&host| host.to_owned()).collect();
        assert_eq!(
            of("mongodb://a:1,b/db?replicaSet=x"),
            Some((hosts(&["a:1", "b:27017"]), "?replicaSet=x".to_owned()))
        );
        assert_eq!(of("mongodb://a:1"), Some((hosts(&["a:1"]), String::new())));
        assert_eq!(of("mongodb://a:1/x").map(|(hosts, _)| hosts.len()), Some(1));
        for wrong in [
            "mongodb://",
            "mongodb:///db",
            "mongodb://a:x/db",
            "mongodb://:1/db",
            "mongodb://a:1,/db",
            "mongodb://me:secret@a:1/db",
            "mongodb+srv://a/db",
            "a:1/db",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_is_put_together_again() {
        let set = MongoDbEndpoint::of_set([1, 2], "x");
        assert_eq!(
            set.url("db"),
            "mongodb://127.0.0.1:1,127.0.0.1:2/db?replicaSet=x"
        );
        assert_eq!(split(&set.url("")), Some(set));
    }
}
