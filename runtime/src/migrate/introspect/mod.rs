//! Reads the schema of a live database, and changes nothing in it.

#[cfg(feature = "mariadb")]
mod mariadb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::time::Duration;

use colmig_schema::Database;
use colmig_schema::live::{Schema, Table};

use super::driver::{Connector, Driver, Failure};
use super::error::Error;
use super::store::{self, Trouble};

/// How long a rehearsal waits for a lock, of which it needs none that anybody else has.
const PATIENCE: Duration = Duration::from_secs(1);

/// How the names of colmig's own tables begin, which are nobody's models.
const OWN: &str = "colmig_";

/// A connection that only looks.
///
/// ```no_run
/// # async fn example() -> Result<(), colmig::migrate::Error> {
/// let mut inspector = colmig::migrate::Inspector::connect("postgres://localhost/app").await?;
/// for table in inspector.schema().await?.own_tables() {
///     println!("{}: {} columns", table.name, table.columns.len());
/// }
/// # Ok(()) }
/// ```
pub struct Inspector {
    connector: Connector,
    driver: Box<dyn Driver>,
    /// Where tables are tried out; opened for the first of them.
    rehearsal: Option<Box<dyn Driver>>,
}

impl fmt::Debug for Inspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspector")
            .field("database", &self.database())
            .finish_non_exhaustive()
    }
}

impl Inspector {
    /// Connects. Nothing is created, colmig's own tables included.
    ///
    /// # Errors
    /// A URL that cannot be meant, or no connection.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let connector = Connector::new(url)?;
        let driver = connector.open().await;
        let driver = driver.map_err(|failure| connecting(&connector, &failure))?;
        Ok(Inspector {
            connector,
            driver,
            rehearsal: None,
        })
    }

    /// Which database it is.
    pub fn database(&self) -> Database {
        self.connector.database()
    }

    /// What the connection finds under names that nothing stands before.
    ///
    /// # Errors
    /// The database refuses, or the connection is lost.
    pub async fn schema(&mut self) -> Result<Schema, Error> {
        let driver = &mut *self.driver;
        let read = match &self.connector {
            #[cfg(feature = "mongodb")]
            Connector::MongoDb(_) => Err(schemaless().into()),
            #[cfg(feature = "postgres")]
            Connector::Postgres(_) => postgres::schema(driver).await,
            #[cfg(feature = "mariadb")]
            Connector::MariaDb(_) => mariadb::schema(driver).await,
            #[cfg(feature = "sqlite")]
            Connector::Sqlite(_) => sqlite::schema(driver).await,
        };
        read.map_err(reading)
    }

    /// What the database makes of a table that the statements of `create` create apart from all others: on
    /// PostgreSQL a temporary table in a transaction that is rolled back, on MariaDB a temporary table
    /// that is dropped again, on SQLite a table of a database in memory. The words of the database, if it does not take the statement.
    ///
    /// # Errors
    /// The connection is lost.
    pub async fn rehearse(
        &mut self,
        table: &str,
        create: &[String],
    ) -> Result<Result<Table, String>, Error> {
        #[cfg_attr(
            not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")),
            expect(unused_mut, reason = "MongoDB has no tables to rehearse")
        )]
        let mut driver = match self.rehearsal.take() {
            Some(driver) => driver,
            None => {
                let opened = self.connector.rehearsal().await;
                opened.map_err(|failure| connecting(&self.connector, &failure))?
            }
        };
        let tried: Result<Vec<Table>, Trouble> = match &self.connector {
            #[cfg(feature = "mongodb")]
            Connector::MongoDb(_) => Err(schemaless().into()),
            #[cfg(feature = "postgres")]
            Connector::Postgres(_) => postgres::rehearse(&mut *driver, create).await,
            #[cfg(feature = "mariadb")]
            Connector::MariaDb(_) => mariadb::rehearse(&mut *driver, table, create).await,
            #[cfg(feature = "sqlite")]
            Connector::Sqlite(_) => sqlite::rehearse(&mut *driver, create).await,
        };
        self.rehearsal = Some(driver);
        match tried {
            Ok(tables) => {
                let mut tables = tables.into_iter();
                let found = tables.find(|found| found.name == table);
                Ok(found.ok_or_else(|| format!("it does not give `{table}` back")))
            }
            Err(Trouble::Database(
                Failure::Refused { message, .. }
                | Failure::Conflict { message, .. }
                | Failure::LockTimeout(message),
            )) => Ok(Err(message)),
            Err(trouble) => Err(reading(trouble)),
        }
    }
}

/// Why there is nothing to be read: a collection has no columns.
#[cfg(feature = "mongodb")]
fn schemaless() -> Failure {
    Failure::refused(
        "MongoDB keeps no schema of a collection that could be compared with the models",
    )
}

fn connecting(connector: &Connector, failure: &Failure) -> Error {
    Error::Connect {
        database: connector.database(),
        message: failure.message().to_owned(),
    }
}

fn reading(trouble: Trouble) -> Error {
    let message = match trouble {
        Trouble::Database(failure) => failure.message().to_owned(),
        Trouble::Damaged(what) => what,
        Trouble::Fenced => "another run has the lock".to_owned(),
    };
    Error::State {
        what: "read the schema",
        message,
    }
}

/// The migrations that colmig has executed here before, if it has its tables.
async fn remembered(driver: &mut dyn Driver) -> Result<Vec<String>, Failure> {
    // Nothing is written, so in nobody's name.
    let store = store::of(driver, String::new())?;
    store.remembered(driver).await
}
