//! The application's connection to its database.

use std::fmt;
use std::sync::Arc;

use colmig_schema::Database;

use crate::access::{Access, Held, Link, Target};
use crate::error::{Error, Result};
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
}

#[derive(Clone)]
pub(crate) enum Pool {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgPool),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::SqlitePool),
}

impl Pool {
    /// A connection of the pool.
    pub(crate) async fn acquire<'c>(&self) -> Result<Held<'c>, sqlx::Error> {
        // Each driver's future is kilobytes large. In a box of its own neither makes those
        // around it as large, which are moved on their way to the caller.
        Ok(match self {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => Held::PooledPostgres(Box::pin(pool.acquire()).await?),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => Held::PooledSqlite(Box::pin(pool.acquire()).await?),
        })
    }
}

impl Db {
    /// Connects to the database that `url` names, with sqlx's defaults for a pool.
    ///
    /// # Errors
    /// A URL of another scheme, a database whose feature is off, or no connection.
    pub async fn connect(url: &str) -> Result<Db> {
        let database = Database::of_url(url).ok_or_else(|| {
            Error::Url(
                "the URL of the database has to begin with `postgres:` or `sqlite:`".to_owned(),
            )
        })?;
        let failed = |source| Error::Database {
            model: "cannot connect",
            source,
        };
        let pool = match database {
            #[cfg(feature = "postgres")]
            Database::Postgres => Pool::Postgres(sqlx::PgPool::connect(url).await.map_err(failed)?),
            #[cfg(feature = "sqlite")]
            Database::Sqlite => Pool::Sqlite(sqlx::SqlitePool::connect(url).await.map_err(failed)?),
            other => {
                return Err(Error::Url(format!(
                    "this build cannot speak to {}: switch on the feature `{other}` of colmig",
                    other.title()
                )));
            }
        };
        Ok(Db::new(pool))
    }

    /// Takes over a pool that the application has set up.
    #[cfg(feature = "postgres")]
    pub fn from_postgres(pool: sqlx::PgPool) -> Db {
        Db::new(Pool::Postgres(pool))
    }

    /// Takes over a pool that the application has set up.
    #[cfg(feature = "sqlite")]
    pub fn from_sqlite(pool: sqlx::SqlitePool) -> Db {
        Db::new(Pool::Sqlite(pool))
    }

    fn new(pool: Pool) -> Db {
        Db(Arc::new(Inner {
            pool,
            views: Views::default(),
        }))
    }

    /// Which database it is.
    pub fn database(&self) -> Database {
        match &self.0.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => Database::Postgres,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => Database::Sqlite,
        }
    }

    /// The pool, for a team's own queries; none if it is another database.
    #[cfg(feature = "postgres")]
    pub fn as_postgres(&self) -> Option<&sqlx::PgPool> {
        match &self.0.pool {
            Pool::Postgres(pool) => Some(pool),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(_) => None,
        }
    }

    /// The pool, for a team's own queries; none if it is another database.
    #[cfg(feature = "sqlite")]
    pub fn as_sqlite(&self) -> Option<&sqlx::SqlitePool> {
        match &self.0.pool {
            Pool::Sqlite(pool) => Some(pool),
            #[cfg(feature = "postgres")]
            Pool::Postgres(_) => None,
        }
    }

    /// Begins a transaction, in which accessors work as they do outside. On SQLite it
    /// takes the write lock at once: a transaction that reads first and writes then
    /// would fail where another has written in between.
    ///
    /// # Errors
    /// No connection, or the database refuses.
    pub async fn begin(&self) -> Result<Tx> {
        let failed = |source| Error::Database {
            model: "cannot begin a transaction",
            source,
        };
        let inner = match &self.0.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => TxInner::Postgres(pool.begin().await.map_err(failed)?),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => {
                TxInner::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?)
            }
        };
        Ok(Tx {
            db: self.clone(),
            inner,
        })
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
        })
    }

    /// Accessors on a connection or transaction that sqlx began, for one access each.
    #[cfg(feature = "postgres")]
    pub fn on_postgres<'c>(&'c self, connection: &'c mut sqlx::PgConnection) -> On<'c> {
        On(Target {
            inner: &self.0,
            link: Link::Postgres(connection),
        })
    }

    /// Closes the pool, when every connection has been given back.
    pub async fn close(&self) {
        match &self.0.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => pool.close().await,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => pool.close().await,
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

/// A transaction. Dropped without [`commit`](Tx::commit), it is rolled back.
pub struct Tx {
    db: Db,
    inner: TxInner,
}

enum TxInner {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

impl Tx {
    /// Commits.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => transaction.commit().await,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => transaction.commit().await,
        }
        .map_err(|source| Error::Database {
            model: "cannot commit",
            source,
        })
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The connection is lost, in which case the database rolls back by itself.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => transaction.rollback().await,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => transaction.rollback().await,
        }
        .map_err(|source| Error::Database {
            model: "cannot roll back",
            source,
        })
    }

    /// The connection, for a team's own queries; none if it is another database.
    #[cfg(feature = "postgres")]
    pub fn as_postgres(&mut self) -> Option<&mut sqlx::PgConnection> {
        match &mut self.inner {
            TxInner::Postgres(transaction) => Some(transaction),
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(_) => None,
        }
    }

    /// The connection, for a team's own queries; none if it is another database.
    #[cfg(feature = "sqlite")]
    pub fn as_sqlite(&mut self) -> Option<&mut sqlx::SqliteConnection> {
        match &mut self.inner {
            TxInner::Sqlite(transaction) => Some(transaction),
            #[cfg(feature = "postgres")]
            TxInner::Postgres(_) => None,
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("database", &self.db.database())
            .finish_non_exhaustive()
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
        }
    }
}

impl<'c> Access<'c> for &'c mut Tx {
    fn target(self) -> Target<'c> {
        let link = match &mut self.inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => Link::Postgres(transaction),
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => Link::Sqlite(transaction),
        };
        Target {
            inner: &self.db.0,
            link,
        }
    }
}

impl<'c> Access<'c> for On<'c> {
    fn target(self) -> Target<'c> {
        self.0
    }
}
