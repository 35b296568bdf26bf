//! Which servers, and how they are reached.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mongodb::options::{Acknowledgment, ClientOptions, ConnectionString, WriteConcern};
use mongodb::{Client, Database};
use tokio::sync::OnceCell;

use crate::migrate::driver::Failure;

/// By this name the server knows what is colmig's.
pub(super) const APPLICATION: &str = "colmig";

/// How long a server is looked for: an election is part of it, and whoever waits asks again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a write of colmig's own waits until a majority has it.
const CONFIRMED: Duration = Duration::from_secs(10);

/// As many connections to a server as there may be workers, and a few more.
const CONNECTIONS: u32 = 80;

/// Which database, and how to reach its servers.
#[derive(Clone)]
pub(in crate::migrate) struct Options {
    address: Box<ConnectionString>,
    database: String,
    /// What watches the servers, and keeps connections: one for all of a process.
    client: Arc<OnceCell<Client>>,
}

impl fmt::Debug for Options {
    /// Without the address, in which a password may stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// Reads a URL.
pub(in crate::migrate) fn options(url: &str) -> Result<Options, String> {
    let address =
        ConnectionString::parse(url).map_err(|error| format!("the database URL: {error}"))?;
    let database = address.default_database.clone();
    let database = database.filter(|name| !name.is_empty()).ok_or(
        "the database URL: it names no database, as in `mongodb://user@host/app?authSource=admin`",
    )?;
    Ok(Options {
        address: Box::new(address),
        database,
        client: Arc::default(),
    })
}

impl Options {
    /// The database, by the primary of its set.
    pub(super) async fn connect(&self) -> Result<Database, Failure> {
        let client = self.client.get_or_try_init(|| self.client()).await?;
        Ok(client.database(&self.database))
    }

    async fn client(&self) -> Result<Client, Failure> {
        let mut options = ClientOptions::parse((*self.address).clone()).await?;
        options.app_name = Some(APPLICATION.to_owned());
        options.server_selection_timeout.get_or_insert(PATIENCE);
        options.max_pool_size.get_or_insert(CONNECTIONS);
        // What is read decides what is written.
        options.selection_criteria = None;
        options.read_concern = None;
        // What one server alone has written may be gone with it.
        options.write_concern = Some(
            WriteConcern::builder()
                .w(Acknowledgment::Majority)
                .journal(true)
                .w_timeout(CONFIRMED)
                .build(),
        );
        Ok(Client::with_options(options)?)
    }
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn a_url_without_a_database_is_refused() {
        for url in [
            "mongodb://localhost",
            "mongodb://localhost/",
            "mongodb://a,b/?replicaSet=x",
        ] {
            assert!(
                options(url).unwrap_err().contains("names no database"),
                "{url}"
            );
        }
        let options = options("mongodb://me:secret@localhost:1/app?replicaSet=x").unwrap();
        assert!(!format!("{options:?}").contains("secret"));
    }
}
