//! Transactions.

use std::fmt;
use std::sync::Arc;

use crate::access::{Access, Link, Target};
use crate::db::{Db, Inner, Pool};
use crate::error::{Error, Result};
use crate::fleet::{self, Mode};
use crate::view::{Entered, View};

/// A transaction. Dropped without [`commit`](Tx::commit), it is rolled back.
pub struct Tx {
    db: Db,
    inner: TxInner,
    /// The view of its first access, which counts as under way until the transaction ends.
    held: Option<HeldView>,
}

/// A view that is counted for as long as a transaction lasts.
pub(crate) struct HeldView {
    inner: Arc<Inner>,
    entered: Entered,
    /// Whether nothing can be published before the transaction ends: it keeps every other
    /// writer out, and also the renewal of the lease, which held when it did so already.
    pinned: bool,
}

impl HeldView {
    pub(crate) fn new(inner: &Arc<Inner>, entered: Entered) -> HeldView {
        HeldView {
            inner: Arc::clone(inner),
            entered,
            pinned: match &inner.pool {
                #[cfg(feature = "postgres")]
                Pool::Postgres(_) => false,
                #[cfg(feature = "mariadb")]
                Pool::MariaDb(_) => false,
                #[cfg(feature = "sqlite")]
                Pool::Sqlite(_) => true,
                #[cfg(feature = "mongodb")]
                Pool::MongoDb(_) => false,
            },
        }
    }

    /// The view, where it is the same until the transaction ends.
    pub(crate) fn pinned(&self) -> Option<View> {
        self.pinned.then_some(self.entered.view)
    }

    /// Whether the lease under which the first access was begun has held until now.
    pub(crate) fn has_held(&self) -> bool {
        self.pinned
            || self.inner.fleet.mode() != Mode::Joined
            || self.inner.views.has_held(self.entered.term)
    }

    pub(crate) fn term(&self) -> u64 {
        self.entered.term
    }
}

impl Drop for HeldView {
    fn drop(&mut self) {
        self.inner.views.leave(self.entered.view);
    }
}

enum TxInner {
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    #[cfg(feature = "mariadb")]
    MariaDb(sqlx::Transaction<'static, sqlx::MySql>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    #[cfg(feature = "mongodb")]
    MongoDb(Box<mongodb::ClientSession>),
}

impl Tx {
    pub(crate) async fn begin(db: &Db) -> Result<Tx> {
        let inner = db.inner();
        // In a transaction a lease cannot be taken.
        Box::pin(fleet::ready(inner)).await;
        let failed = |source| Error::Database {
            model: "cannot begin a transaction",
            source,
        };
        let begun = match &inner.pool {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => TxInner::Postgres(pool.begin().await.map_err(failed)?),
            #[cfg(feature = "mariadb")]
            Pool::MariaDb(pool) => TxInner::MariaDb(pool.begin().await.map_err(failed)?),
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => {
                TxInner::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?)
            }
            #[cfg(feature = "mongodb")]
            Pool::MongoDb(place) => TxInner::MongoDb(Box::new(Tx::session(place).await?)),
        };
        Ok(Tx {
            db: db.clone(),
            inner: begun,
            held: None,
        })
    }

    /// A session of MongoDB in which a transaction has begun.
    #[cfg(feature = "mongodb")]
    async fn session(place: &crate::mongodb::Place) -> Result<mongodb::ClientSession> {
        let failed = |error| Error::mongodb("cannot begin a transaction", error);
        if !place.is_set().await.map_err(failed)? {
            return Err(Error::NoTransactions);
        }
        let mut session = place
            .database()
            .client()
            .start_session()
            .await
            .map_err(failed)?;
        let begun = session
            .start_transaction()
            .write_concern(crate::mongodb::safe())
            .read_concern(mongodb::options::ReadConcern::snapshot());
        begun.await.map_err(failed)?;
        Ok(session)
    }

    /// Commits.
    ///
    /// # Errors
    /// The database refuses. The lease of this instance ran out since the first access:
    /// then it is rolled back ([`LeaseExpired`](Error::LeaseExpired)), or, if it ran out during
    /// the commit, nobody knows ([`OutcomeUnknown`](Error::OutcomeUnknown)).
    pub async fn commit(self) -> Result<()> {
        let Tx { inner, held, .. } = self;
        let has_held = || held.as_ref().is_none_or(HeldView::has_held);
        if !has_held() {
            let error = Error::LeaseExpired {
                model: "cannot commit",
                reason: "it ran out during the transaction, which is rolled back".to_owned(),
            };
            crate::metrics::refused(&error);
            return Err(error);
        }
        match inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => transaction.commit().await,
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(transaction) => transaction.commit().await,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => transaction.commit().await,
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(mut session) => {
                if let Err(error) = session.commit_transaction().await {
                    return Err(commit_failed(error));
                }
                Ok(())
            }
        }
        .map_err(|source| Error::Database {
            model: "cannot commit",
            source,
        })?;
        if !has_held() {
            let error = Error::OutcomeUnknown {
                model: "the commit",
            };
            crate::metrics::refused(&error);
            return Err(error);
        }
        Ok(())
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The connection is lost, in which case the database rolls back by itself.
    pub async fn rollback(self) -> Result<()> {
        let rolled_back: sqlx::Result<()> = match self.inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => transaction.rollback().await,
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(transaction) => transaction.rollback().await,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => transaction.rollback().await,
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(mut session) => {
                let failed = |error| Error::mongodb("cannot roll back", error);
                return session.abort_transaction().await.map_err(failed);
            }
        };
        rolled_back.map_err(|source| Error::Database {
            model: "cannot roll back",
            source,
        })
    }

    /// The connection, for a team's own queries; none if it is another database.
    #[cfg(feature = "postgres")]
    pub fn as_postgres(&mut self) -> Option<&mut sqlx::PgConnection> {
        match &mut self.inner {
            TxInner::Postgres(transaction) => Some(transaction),
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(_) => None,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(_) => None,
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(_) => None,
        }
    }

    /// The connection, for a team's own queries; none if it is another database.
    #[cfg(feature = "mariadb")]
    pub fn as_mariadb(&mut self) -> Option<&mut sqlx::MySqlConnection> {
        match &mut self.inner {
            TxInner::MariaDb(transaction) => Some(transaction),
            #[cfg(feature = "postgres")]
            TxInner::Postgres(_) => None,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(_) => None,
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(_) => None,
        }
    }

    /// The connection, for a team's own queries; none if it is another database.
    #[cfg(feature = "sqlite")]
    pub fn as_sqlite(&mut self) -> Option<&mut sqlx::SqliteConnection> {
        match &mut self.inner {
            TxInner::Sqlite(transaction) => Some(transaction),
            #[cfg(feature = "postgres")]
            TxInner::Postgres(_) => None,
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(_) => None,
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(_) => None,
        }
    }

    /// The session, for a team's own commands in the transaction; none if it is another database.
    #[cfg(feature = "mongodb")]
    pub fn as_mongodb(&mut self) -> Option<&mut mongodb::ClientSession> {
        match &mut self.inner {
            TxInner::MongoDb(session) => Some(session),
            #[cfg(feature = "postgres")]
            TxInner::Postgres(_) => None,
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(_) => None,
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(_) => None,
        }
    }
}

/// Of a commit whose answer was lost nobody knows whether it was executed.
#[cfg(feature = "mongodb")]
fn commit_failed(error: mongodb::error::Error) -> Error {
    match error.contains_label(mongodb::error::UNKNOWN_TRANSACTION_COMMIT_RESULT) {
        true => Error::OutcomeUnknown {
            model: "the commit",
        },
        false => Error::mongodb("cannot commit", error),
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("database", &self.db.database())
            .finish_non_exhaustive()
    }
}

impl<'c> Access<'c> for &'c mut Tx {
    fn target(self) -> Target<'c> {
        let link = match &mut self.inner {
            #[cfg(feature = "postgres")]
            TxInner::Postgres(transaction) => Link::Postgres(transaction),
            #[cfg(feature = "mariadb")]
            TxInner::MariaDb(transaction) => Link::MariaDb(transaction),
            #[cfg(feature = "sqlite")]
            TxInner::Sqlite(transaction) => Link::Sqlite(transaction),
            #[cfg(feature = "mongodb")]
            TxInner::MongoDb(session) => Link::MongoDb(session),
        };
        Target {
            inner: self.db.inner(),
            link,
            tx: Some(&mut self.held),
        }
    }
}
