//! The application's connection to its database.

use std::fmt;
use std::sync::Arc;

use colmig_schema::{Database, Sql};

use crate::access::{Access, Held, Link, Target};
#[cfg(feature = "mongodb")]
use crate::error::Error;
use crate::error::Result;
use crate::fleet::{self, Fleet, Settings};
use crate::options::Options;
use crate::shadow::Shadows;
use crate::tx::Tx;
use crate::view::Views;

/// A database: a pool of connections, and what this process knows of the phases in flight.
///
/// Cheap to clone. With the feature of each database on, the URL decides which one it is.
///
/// ```no_run
/// # async fn example() -> colmig::Result<()> {
/// let db = colmig::Db::connect("sqlite:app.db").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Db(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) pool: Pool,
    pub(crate) views: Views,
    pub(crate) fleet: Fleet,
    pub(crate) shadows: Shadows,
    /// Present where documents are filled on read.
    #[cfg(feature = "mongodb")]
    pub(crate) fills: Option<crate::document::Fills>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The beat sees that it is gone, and gives the lease back.
        self.views.rouse.notify_one();
    }
}

#[derive(Clone)]
pub(crate) enum Pool {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "mariadb")]
    MariaDb(sqlx::MySqlPool),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
    #[cfg(feature = "mongodb")]
    MongoDb(crate::mongodb::Place),
}

impl Pool {
    /// A connection of the pool.
    pub(crate) async fn acquire<'c>(&self) -> Result<Held<'c>, sqlx::Error> {
        // Each driver's future is kilobytes large. In a box of its own neither makes those
        // around it as large, which are moved on their way to the caller.
        Ok(match self {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => Held::PooledPostgres(Box::pin(pool.acquire()).await?),
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(pool) => Held::PooledMariaDb(Box::pin(pool.acquire()).await?),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => Held::PooledSqlite(Box::pin(pool.acquire()).await?),
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => return Err(Pool::no_sql()),
        })
    }
}

#[cfg(feature = "mongodb")]
impl Pool {
    /// Nobody who asks for a connection for SQL gets one of MongoDB: accessors of tables are
    /// refused before.
    pub(crate) fn no_sql() -> sqlx::Error {
        sqlx::Error::Configuration("MongoDB does not speak SQL".into())
    }
}

impl Db {
    /// Connects to the database that `url` names, with sqlx's defaults for a pool, and
    /// registers this process as an instance of the application.
    ///
    /// # Errors
    /// A URL of another scheme, a database whose feature is off, or no connection.
    pub async fn connect(url: &str) -> Result<Db> {
        Db::options().connect(url).await
    }

    /// How this process takes part in the fleet: how long its lease is, what it is called,
    /// which models it names at once.
    pub fn options() -> Options {
        Options::default()
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access.
    #[cfg(feature = "postgres")]
    pub fn from_postgres(pool: sqlx::PgPool) -> Db {
        Db::options().from_postgres(pool)
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access.
    #[cfg(feature = "mariadb")]
    pub fn from_mariadb(pool: sqlx::MySqlPool) -> Db {
        Db::options().from_mariadb(pool)
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access.
    #[cfg(feature = "sqlite")]
    pub fn from_sqlite(pool: sqlx::SqlitePool) -> Db {
        Db::options().from_sqlite(pool)
    }

    /// Takes over a database of a client that the application has set up. This process registers
    /// as an instance with the first access.
    #[cfg(feature = "mongodb")]
    pub fn from_mongodb(database: mongodb::Database) -> Db {
        Db::options().from_mongodb(database)
    }

    pub(crate) fn new(
        pool: Pool,
        settings: Settings,
        #[cfg(feature = "mongodb")] fills: Option<crate::document::Fills>,
    ) -> Db {
        Db(Arc::new(Inner {
            pool,
            views: Views::default(),
            fleet: Fleet::new(settings),
            shadows: Shadows::default(),
            #[cfg(feature = "mongodb")]
            fills,
        }))
    }

    /// The name under which this process stands in the table `colmig_instance`, and in
    /// `cargo colmig status`.
    pub fn instance(&self) -> &str {
        self.0.fleet.id()
    }

    /// Which database it is.
    pub fn database(&self) -> Database {
        match &self.0.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Database::Postgres,
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => Database::MariaDb,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Database::Sqlite,
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => Database::MongoDb,
        }
    }

    /// The pool, for a team's own queries; none if it is another database.
    #[cfg(feature = "postgres")]
    pub fn as_postgres(&self) -> Option<&sqlx::PgPool> {
        match &self.0.pool {
            Pool::Postgres(pool) => Some(pool),
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => None,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => None,
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => None,
        }
    }

    /// The pool, for a team's own queries; none if it is another database.
    #[cfg(feature = "mariadb")]
    pub fn as_mariadb(&self) -> Option<&sqlx::MySqlPool> {
        match &self.0.pool {
            Pool::MariaDb(pool) => Some(pool),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => None,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => None,
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => None,
        }
    }

    /// The pool, for a team's own queries; none if it is another database.
    #[cfg(feature = "sqlite")]
    pub fn as_sqlite(&self) -> Option<&sqlx::SqlitePool> {
        match &self.0.pool {
            Pool::Sqlite(pool) => Some(pool),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => None,
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => None,
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => None,
        }
    }

    /// The database, for a team's own commands; none if it is another one.
    #[cfg(feature = "mongodb")]
    pub fn as_mongodb(&self) -> Option<&mongodb::Database> {
        match &self.0.pool {
            Pool::MongoDb(place) => Some(place.database()),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => None,
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => None,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => None,
        }
    }

    /// Begins a transaction, in which accessors work as they do outside. On SQLite it
    /// takes the write lock at once: a transaction that reads first and writes then
    /// would fail where another has written in between. MongoDB has transactions where its
    /// servers are a replica set, be it of one.
    ///
    /// # Errors
    /// No connection, or the database refuses, or has no transactions
    /// ([`NoTransactions`](crate::Error::NoTransactions)).
    pub async fn begin(&self) -> Result<Tx> {
        Tx::begin(self).await
    }

    /// Accessors on a connection or transaction that sqlx began, for one access each.
    ///
    /// ```no_run
    /// # async fn example(db: colmig::Db) -> Result<(), Box<dyn std::error::Error>> {
    /// # let pool = db.as_sqlite().ok_or("not SQLite")?;
    /// let mut transaction = pool.begin().await?;
    /// let on = db.on_sqlite(&mut transaction);
    /// // User::find(on, 42).await?;
    /// # drop(on);
    /// transaction.commit().await?;
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "sqlite")]
    pub fn on_sqlite<'c>(&'c self, connection: &'c mut sqlx::SqliteConnection) -> On<'c> {
        On(Target {
            inner: &self.0,
            link: Link::Sqlite(connection),
            tx: None,
        })
    }

    /// Accessors on a connection or transaction that sqlx began, for one access each.
    #[cfg(feature = "mariadb")]
    pub fn on_mariadb<'c>(&'c self, connection: &'c mut sqlx::MySqlConnection) -> On<'c> {
        On(Target {
            inner: &self.0,
            link: Link::MariaDb(connection),
            tx: None,
        })
    }

    /// Accessors on a connection or transaction that sqlx began, for one access each.
    #[cfg(feature = "postgres")]
    pub fn on_postgres<'c>(&'c self, connection: &'c mut sqlx::PgConnection) -> On<'c> {
        On(Target {
            inner: &self.0,
            link: Link::Postgres(connection),
            tx: None,
        })
    }

    /// Gives the lease back, so that nobody waits for this process any more, and closes the
    /// pool, when every connection has been given back.
    pub async fn close(&self) {
        fleet::leave(&self.0).await;
        match &self.0.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => pool.close().await,
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(pool) => pool.close().await,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => pool.close().await,
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(place) => place.database().client().clone().shutdown().await,
        }
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("database", &self.database())
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Which database it is, of those that speak SQL.
    ///
    /// # Errors
    /// It does not, and so a model that is a table is not in it; or documents were to be filled on read.
    pub(crate) fn sql(
        &self,
        #[cfg_attr(
            not(feature = "mongodb"),
            expect(unused_variables, reason = "every other database speaks SQL")
        )]
        model: &'static str,
    ) -> Result<Sql> {
        #[cfg(feature = "mongodb")]
        if self.fills.is_some() && !matches!(self.pool, Pool::MongoDb(_)) {
            return Err(Error::NoFillOnRead);
        }
        match &self.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Ok(Sql::Postgres),
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => Ok(Sql::MariaDb),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Ok(Sql::Sqlite),
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => Err(Error::NotGenerated {
                model,
                database: Database::MongoDb,
            }),
        }
    }

    /// The database of documents.
    ///
    /// # Errors
    /// It is one of tables, and so a model that is a collection is not in it.
    #[cfg(feature = "mongodb")]
    pub(crate) fn place(&self, model: &'static str) -> Result<&crate::mongodb::Place> {
        let database = match &self.pool {
            Pool::MongoDb(place) => return Ok(place),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Database::Postgres,
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(_) => Database::MariaDb,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Database::Sqlite,
        };
        Err(Error::NotGenerated { model, database })
    }
}

/// One access on a connection of the application's own: [`Db::on_sqlite`], [`Db::on_postgres`].
pub struct On<'c>(Target<'c>);

impl fmt::Debug for On<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("On").finish_non_exhaustive()
    }
}

impl<'c> Access<'c> for &'c Db {
    fn target(self) -> Target<'c> {
        Target {
            inner: &self.0,
            link: Link::Pool,
            tx: None,
        }
    }
}

impl<'c> Access<'c> for On<'c> {
    fn target(self) -> Target<'c> {
        self.0
    }
}
