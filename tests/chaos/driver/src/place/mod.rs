//! The database of a round, and what faults it can have.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use colmig_harness::{Endpoint, Postgres, Proxy};
use tempfile::TempDir;

use crate::error::{Error, Result};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    /// A server of its own, behind a proxy.
    Postgres,
    /// A file.
    Sqlite,
}

/// A server that can be stopped, with a network that can be cut; or a folder for files.
#[derive(Debug)]
pub(crate) enum Place {
    Postgres {
        server: Box<Mutex<Postgres>>,
        endpoint: Endpoint,
        proxy: Proxy,
    },
    Sqlite {
        folder: TempDir,
    },
}

/// The database of a round.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As instances reach it.
    pub(crate) of_instances: String,
    /// As the command reaches it.
    pub(crate) of_command: String,
}

impl Place {
    pub(crate) fn open(database: Database) -> Result<Place> {
        match database {
            Database::Postgres => {
                let server = Postgres::start()?;
                let proxy = Proxy::start(server.port())?;
                Ok(Place::Postgres {
                    endpoint: server.endpoint().clone(),
                    server: Box::new(Mutex::new(server)),
                    proxy,
                })
            }
            Database::Sqlite => {
                let folder = tempfile::tempdir();
                let folder = folder.map_err(Error::io("create", Path::new("a folder")))?;
                Ok(Place::Sqlite { folder })
            }
        }
    }

    /// A fresh database.
    pub(crate) fn database(&self, round: u64) -> Result<Address> {
        match self {
            Place::Postgres {
                endpoint, proxy, ..
            } => {
                let name = endpoint.create_database("chaos")?;
                let through = format!("postgres://postgres@127.0.0.1:{}/{name}", proxy.port());
                Ok(Address {
                    of_instances: through,
                    of_command: endpoint.url(&name),
                })
            }
            Place::Sqlite { folder } => {
                let file = folder.path().join(format!("{round}.db"));
                let url = format!("sqlite:{}?mode=rwc", file.display());
                Ok(Address {
                    of_instances: url.clone(),
                    of_command: url,
                })
            }
        }
    }

    /// Stops the server as a crash would, and starts it again. Whether there is one.
    pub(crate) fn crash(&self, killed: bool) -> Result<bool> {
        let Place::Postgres { server, .. } = self else {
            return Ok(false);
        };
        let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
        if killed {
            server.kill9_all()?;
        } else {
            server.stop_immediate()?;
        }
        server.restart()?;
        Ok(true)
    }

    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        match self {
            Place::Postgres { proxy, .. } => Some(proxy),
            Place::Sqlite { .. } => None,
        }
    }
}
