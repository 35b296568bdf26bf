//! A connection for what an instance says about itself.

use std::time::Duration;

use sqlx::ConnectOptions as _;

use crate::access::Held;
use crate::db::Pool;

/// How long the pool is asked for a connection, at most. With every connection of it in a
/// long transaction the lease has to be renewed all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// A connection of the pool, or one that is opened for the purpose and closed again.
pub(super) enum Line {
    Pooled(Held<'static>),
    #[cfg(feature = "postgres")]
    Postgres(Box<sqlx::PgConnection>),
    #[cfg(feature = "mariadb")]
    MariaDb(Box<sqlx::MySqlConnection>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<sqlx::SqliteConnection>),
}

impl Line {
    /// A connection for an instance with such a lease.
    pub(super) async fn open(pool: &Pool, lease: Duration) -> Result<Line, sqlx::Error> {
        let patience = (lease / 20).min(PATIENCE);
        if let Ok(Ok(held)) = tokio::time::timeout(patience, pool.acquire()).await {
            return Ok(Line::Pooled(held));
        }
        Ok(match pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => {
                Line::Postgres(Box::new(pool.connect_options().connect().await?))
            }
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(pool) => Line::MariaDb(Box::new(pool.connect_options().connect().await?)),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => Line::Sqlite(Box::new(pool.connect_options().connect().await?)),
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => return Err(Pool::no_sql()),
        })
    }

    pub(super) fn held(&mut self) -> Held<'_> {
        match self {
            #[cfg(feature = "postgres")]
            Line::Pooled(Held::PooledPostgres(connection)) => Held::Postgres(connection),
            #[cfg(feature = "postgres")]
            Line::Pooled(Held::Postgres(connection)) => Held::Postgres(connection),
            #[cfg(feature = "postgres")]
            Line::Postgres(connection) => Held::Postgres(connection),
            #[cfg(feature = "mariadb")]
            Line::Pooled(Held::PooledMariaDb(connection)) => Held::MariaDb(connection),
            #[cfg(feature = "sqlite")]
            Line::Pooled(Held::PooledSqlite(connection)) => Held::Sqlite(connection),
            #[cfg(feature = "mariadb")]
            Line::Pooled(Held::MariaDb(connection)) => Held::MariaDb(connection),
            #[cfg(feature = "sqlite")]
            Line::Pooled(Held::Sqlite(connection)) => Held::Sqlite(connection),
            #[cfg(feature = "mariadb")]
            Line::MariaDb(connection) => Held::MariaDb(connection),
            #[cfg(feature = "sqlite")]
            Line::Sqlite(connection) => Held::Sqlite(connection),
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            Line::Pooled(Held::Nothing(connection)) => Held::Nothing(connection),
        }
    }
}
