//! How a process takes part in the fleet.

use std::time::Duration;

use colmig_schema::Database;

use crate::db::{Db, Pool};
use crate::error::{Error, Result};
use crate::fleet::{self, Settings};
use crate::model::Model;
use crate::private::Descriptor;

/// The shortest lease. It is renewed twice over, and each time takes a few round trips.
const SHORTEST_LEASE: Duration = Duration::from_millis(500);

/// The shortest time between two looks.
const SHORTEST_POLL: Duration = Duration::from_millis(10);

/// How a process takes part in the fleet: [`Db::options`].
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn example() -> colmig::Result<()> {
/// let db = colmig::Db::options()
///     .build(env!("CARGO_PKG_VERSION"))
///     .lease(Duration::from_secs(15))
///     // .model::<User>()
///     .connect("sqlite:app.db")
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is connected before `connect`"]
pub struct Options {
    settings: Settings,
    #[cfg(feature = "mongodb")]
    fill_on_read: bool,
    models: Vec<&'static Descriptor>,
}

impl Options {
    /// How long the lease lasts; 30 seconds if nothing is said. It is renewed at half of it. An instance
    /// that dies without a word is waited for until its lease ends, and one that cannot
    /// reach the database for as long refuses to write.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease.max(SHORTEST_LEASE);
        self
    }

    /// How often the phases are looked at while a migration is under way and no
    /// notification tells of them; each second if nothing is said.
    pub fn poll(mut self, poll: Duration) -> Self {
        self.settings.poll = poll.max(SHORTEST_POLL);
        self
    }

    /// Whether to listen for notifications while a migration is under way, on PostgreSQL, on
    /// one more connection. It is on, and of no use behind a pooler in transaction mode.
    ///
    /// On MongoDB it is a change stream, where there is a replica set: one of the client's connections is
    /// then waiting for a second at a time. Switch it off for a client whose `maxPoolSize` is 1.
    pub fn notifications(mut self, on: bool) -> Self {
        self.settings.notifications = on;
        self
    }

    /// What this instance is called: a pod, a machine. Host and process if nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// What this build is called: a version, a commit. The executable if nothing is said.
    pub fn build(mut self, build: impl Into<String>) -> Self {
        self.settings.build = Some(build.into());
        self
    }

    /// Whether documents that are read before the backfill has come by them are filled behind the
    /// read, so that those that are read often are filled first. It is off, and for MongoDB.
    ///
    /// A read waits for none of it: the documents that it found go into a queue, which is bounded, and one
    /// task writes them in small batches, for a fifth of the time at most. The backfill of
    /// `cargo colmig run` goes on beside it, and is what ends it: it alone comes by every document.
    ///
    /// ```no_run
    /// # async fn example() -> colmig::Result<()> {
    /// let db = colmig::Db::options()
    ///     .fill_on_read(true)
    ///     .connect("mongodb://localhost/app")
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Where the database is one of tables, `connect` refuses it
    /// ([`NoFillOnRead`](Error::NoFillOnRead)); with a pool of the application's own the first access does.
    #[cfg(feature = "mongodb")]
    pub fn fill_on_read(mut self, on: bool) -> Self {
        self.fill_on_read = on;
        self
    }

    /// Names a model at once. Others are met with their first access; as long as a model is
    /// not, this instance counts as not knowing what changes in its table.
    pub fn model<M: Model>(mut self) -> Self {
        self.models.push(M::DESCRIPTOR);
        self
    }

    /// The same, of a model that is a collection of MongoDB.
    #[cfg(feature = "mongodb")]
    pub fn document<M: crate::Document>(mut self) -> Self {
        self.models.push(M::DESCRIPTOR);
        self
    }

    /// Connects to the database that `url` names, with sqlx's defaults for a pool, and
    /// registers this process as an instance of the application.
    ///
    /// # Errors
    /// A URL of another scheme, a database whose feature is off, no connection; or this
    /// build is too old or too new for the database ([`TooOld`](Error::TooOld),
    /// [`TooNew`](Error::TooNew)), as far as its models are named; or something was asked for that this
    /// database does not have.
    pub async fn connect(self, url: &str) -> Result<Db> {
        let database = Database::of_url(url).ok_or_else(|| {
            Error::Url(
                "the URL of the database has to begin with `postgres:`, `mysql:`, `mariadb:`, `sqlite:` or `mongodb:`"
                    .to_owned(),
            )
        })?;
        #[cfg(feature = "mongodb")]
        if self.fill_on_read && database != Database::MongoDb {
            return Err(Error::NoFillOnRead);
        }
        let failed = |source| Error::Database {
            model: "cannot connect",
            source,
        };
        let pool = match database {
            #[cfg(feature = "postgres")]
            Database::Postgres => Pool::Postgres(sqlx::PgPool::connect(url).await.map_err(failed)?),
            #[cfg(feature = "mariadb")]
            Database::MariaDb => Pool::MariaDb(
                sqlx::mysql::MySqlPoolOptions::new()
                    .after_connect(|connection, _| Box::pin(strict(connection)))
                    .connect(url)
                    .await
                    .map_err(failed)?,
            ),
            #[cfg(feature = "sqlite")]
            Database::Sqlite => Pool::Sqlite(sqlx::SqlitePool::connect(url).await.map_err(failed)?),
            #[cfg(feature = "mongodb")]
            Database::MongoDb => Pool::MongoDb(crate::mongodb::connect(url).await?),
            other => {
                return Err(Error::Url(format!(
                    "this build cannot speak to {}: switch on the feature `{other}` of colmig",
                    other.title()
                )));
            }
        };
        let models = self.models.clone();
        let db = self.with(pool);
        let refused = db.join(&models).await;
        if refused.is_err() {
            db.close().await;
        }
        refused.map(|()| db)
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access, which is also when models that were named are looked at.
    #[cfg(feature = "postgres")]
    pub fn from_postgres(self, pool: sqlx::PgPool) -> Db {
        self.with(Pool::Postgres(pool))
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access, which is also when models that were named are looked at.
    #[cfg(feature = "mariadb")]
    pub fn from_mariadb(self, pool: sqlx::MySqlPool) -> Db {
        self.with(Pool::MariaDb(pool))
    }

    /// Takes over a pool that the application has set up. This process registers as an
    /// instance with the first access, which is also when models that were named are looked at.
    #[cfg(feature = "sqlite")]
    pub fn from_sqlite(self, pool: sqlx::SqlitePool) -> Db {
        self.with(Pool::Sqlite(pool))
    }

    /// Takes over a database of a client that the application has set up. This process registers
    /// as an instance with the first access, which is also when models that were named are looked at.
    #[cfg(feature = "mongodb")]
    pub fn from_mongodb(self, database: mongodb::Database) -> Db {
        self.with(Pool::MongoDb(crate::mongodb::Place::new(database)))
    }

    fn with(self, pool: Pool) -> Db {
        let db = Db::new(
            pool,
            self.settings,
            #[cfg(feature = "mongodb")]
            self.fill_on_read.then(crate::document::Fills::default),
        );
        let views = &db.inner().views;
        for model in self.models {
            // Nothing is known of the database yet, so all that this does is to remember them.
            let _ = views.told.look(model, || views.rollouts());
        }
        db
    }
}

/// Has the server refuse a value that a column cannot hold, where it would else store a part of it
/// and say that all went well.
#[cfg(feature = "mariadb")]
async fn strict(connection: &mut sqlx::MySqlConnection) -> Result<(), sqlx::Error> {
    use sqlx::Executor as _;

    let sql = "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES,SIMULTANEOUS_ASSIGNMENT')";
    connection.execute(sqlx::raw_sql(sql)).await?;
    Ok(())
}

impl Db {
    /// Takes the first lease, and looks whether the models that were named fit.
    async fn join(&self, models: &[&'static Descriptor]) -> Result<()> {
        let inner = self.inner();
        let failed = |source| Error::Database {
            model: "cannot connect",
            source,
        };
        match &inner.pool {
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(_) => {}
            // Without a connection there is nothing to try again.
            #[cfg_attr(
                not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")),
                expect(unreachable_patterns, reason = "there is one driver")
            )]
            pool => drop(pool.acquire().await.map_err(failed)?),
        }
        if let Err(error) = fleet::take(inner, "cannot connect").await {
            // The beat goes on trying, and so does the first access.
            tracing::warn!(%error, "this instance has no lease yet");
        }
        for model in models {
            inner.views.told.look(model, || inner.views.rollouts())?;
        }
        Ok(())
    }
}
