//! The accessors: what the derive's methods do.

mod pass;
mod query;
mod read;
mod tail;
mod write;

use std::sync::Arc;

use colmig_schema::Sql;

use crate::backend::Backend;
use crate::db::Inner;
#[cfg(feature = "mongodb")]
use crate::db::Pool;
use crate::error::{Error, Result};
use crate::flight::{self, Chosen};
use crate::metrics;
use crate::private::Descriptor;
use crate::tx::HeldView;

pub(crate) use pass::{Intent, Pass};
pub use query::Query;
pub(crate) use query::query;
pub use read::Reader;
pub(crate) use read::{columns, find, key_values};
pub use write::Update;
#[cfg(feature = "mongodb")]
pub(crate) use write::not_writable;
pub(crate) use write::{delete, insert, update};

/// Where an access takes place: a [`Db`](crate::Db), a [`Tx`](crate::Tx), or a connection
/// of the application's own through [`Db::on_postgres`](crate::Db::on_postgres) and its
/// siblings.
pub trait Access<'c>: Send {
    /// Where.
    #[doc(hidden)]
    fn target(self) -> Target<'c>;
}

/// Where an access takes place, whichever way it was said.
pub struct Target<'c> {
    pub(crate) inner: &'c Arc<Inner>,
    pub(crate) link: Link<'c>,
    /// In a transaction of colmig's, the view that it holds.
    pub(crate) tx: Option<&'c mut Option<HeldView>>,
}

impl std::fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").finish_non_exhaustive()
    }
}

pub(crate) enum Link<'c> {
    /// Any connection of the pool.
    Pool,
    #[cfg(feature = "postgres")]
    Postgres(&'c mut sqlx::PgConnection),
    #[cfg(feature = "mariadb")]
    MariaDb(&'c mut sqlx::MySqlConnection),
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut sqlx::SqliteConnection),
    /// A transaction of MongoDB.
    #[cfg(feature = "mongodb")]
    MongoDb(&'c mut mongodb::ClientSession),
}

/// A connection that is held for one access.
pub(crate) enum Held<'c> {
    #[cfg(feature = "postgres")]
    PooledPostgres(sqlx::pool::PoolConnection<sqlx::Postgres>),
    #[cfg(feature = "mariadb")]
    PooledMariaDb(sqlx::pool::PoolConnection<sqlx::MySql>),
    #[cfg(feature = "sqlite")]
    PooledSqlite(sqlx::pool::PoolConnection<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(&'c mut sqlx::PgConnection),
    #[cfg(feature = "mariadb")]
    MariaDb(&'c mut sqlx::MySqlConnection),
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut sqlx::SqliteConnection),
    /// In a build without SQL, which holds none: what is said of connections keeps its types.
    #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
    Nothing(&'c mut sqlx::AnyConnection),
}

impl Held<'_> {
    /// The database that it speaks to.
    pub(crate) fn database(&self) -> Sql {
        match self {
            #[cfg(feature = "postgres")]
            Held::PooledPostgres(_) | Held::Postgres(_) => Sql::Postgres,
            #[cfg(feature = "mariadb")]
            Held::PooledMariaDb(_) | Held::MariaDb(_) => Sql::MariaDb,
            #[cfg(feature = "sqlite")]
            Held::PooledSqlite(_) | Held::Sqlite(_) => Sql::Sqlite,
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            Held::Nothing(_) => <sqlx::Any as Backend>::DATABASE,
        }
    }
}

/// Runs `$body` with the driver as the type `$driver` and its connection.
macro_rules! on {
    ($held:expr, $driver:ident, $connection:ident => $body:expr) => {
        match $held {
            #[cfg(feature = "postgres")]
            $crate::access::Held::PooledPostgres(connection) => {
                type $driver = sqlx::Postgres;
                let $connection: &mut sqlx::PgConnection = &mut *connection;
                $body
            }
            #[cfg(feature = "mariadb")]
            $crate::access::Held::PooledMariaDb(connection) => {
                type $driver = sqlx::MySql;
                let $connection: &mut sqlx::MySqlConnection = &mut *connection;
                $body
            }
            #[cfg(feature = "sqlite")]
            $crate::access::Held::PooledSqlite(connection) => {
                type $driver = sqlx::Sqlite;
                let $connection: &mut sqlx::SqliteConnection = &mut *connection;
                $body
            }
            #[cfg(feature = "postgres")]
            $crate::access::Held::Postgres(connection) => {
                type $driver = sqlx::Postgres;
                let $connection: &mut sqlx::PgConnection = &mut *connection;
                $body
            }
            #[cfg(feature = "mariadb")]
            $crate::access::Held::MariaDb(connection) => {
                type $driver = sqlx::MySql;
                let $connection: &mut sqlx::MySqlConnection = &mut *connection;
                $body
            }
            #[cfg(feature = "sqlite")]
            $crate::access::Held::Sqlite(connection) => {
                type $driver = sqlx::Sqlite;
                let $connection: &mut sqlx::SqliteConnection = &mut *connection;
                $body
            }
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            $crate::access::Held::Nothing(connection) => {
                type $driver = sqlx::Any;
                let $connection: &mut sqlx::AnyConnection = &mut *connection;
                $body
            }
        }
    };
}
pub(crate) use on;

impl<'c> Target<'c> {
    /// The connection first, and the view then: time spent in waiting for a connection
    /// must not make the view older than it may be when the statement begins.
    ///
    /// The pass counts the access as under way for as long as it lives; what was written is
    /// accepted once [`Pass::accepted`] says so.
    pub(crate) async fn open(
        self,
        descriptor: &'static Descriptor,
        intent: Intent,
    ) -> Result<(Held<'c>, Chosen, Pass<'c>)> {
        let database = self.inner.sql(descriptor.model)?;
        let failed = |source| Error::Database {
            model: descriptor.model,
            source,
        };
        let pooled = matches!(self.link, Link::Pool);
        let mut held = match self.link {
            Link::Pool => self.inner.pool.acquire().await.map_err(failed)?,
            #[cfg(feature = "postgres")]
            Link::Postgres(connection) => Held::Postgres(connection),
            #[cfg(feature = "mariadb")]
            Link::MariaDb(connection) => Held::MariaDb(connection),
            #[cfg(feature = "sqlite")]
            Link::Sqlite(connection) => Held::Sqlite(connection),
            #[cfg(feature = "mongodb")]
            Link::MongoDb(_) => return Err(failed(Pool::no_sql())),
        };
        let mut pass = Pass::new(self.inner, descriptor, intent);
        if !pass.early(self.tx.as_deref()) {
            Box::pin(pass.late(&mut held, pooled, self.tx))
                .await
                .inspect_err(metrics::refused)?;
        }
        if pooled && pass.is_first() {
            Box::pin(pass.first(&mut held))
                .await
                .inspect_err(metrics::refused)?;
        }
        pass.fits().inspect_err(metrics::refused)?;
        let chosen = flight::choose(descriptor, database, &self.inner.views, pass.view())?;
        Ok((held, chosen, pass))
    }
}

/// The arguments of a statement: fields by their position, with their values.
pub(crate) fn arguments<'v, D: Backend>(
    descriptor: &'static Descriptor,
    values: impl IntoIterator<Item = (usize, &'v dyn std::any::Any)>,
) -> Result<D::Arguments> {
    let mut arguments = D::Arguments::default();
    for (field, value) in values {
        add::<D>(descriptor, field, value, &mut arguments)?;
    }
    Ok(arguments)
}

/// Adds the value of a field to the arguments of a statement.
fn add<D: Backend>(
    descriptor: &'static Descriptor,
    field: usize,
    value: &dyn std::any::Any,
    to: &mut D::Arguments,
) -> Result<()> {
    let added = match descriptor.custom(field) {
        Some(codecs) => D::codec(codecs).map(|codec| (codec.encode)(value, to)),
        None => D::add(value, to),
    };
    let added = added.ok_or(Error::Mismatch {
        model: descriptor.model,
        reason: "a field has no codec",
    })?;
    added.map_err(|source| Error::Database {
        model: descriptor.model,
        source: sqlx::Error::Encode(source),
    })
}
