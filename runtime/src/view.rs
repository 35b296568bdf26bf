//! The phase view: what this process believes of the migrations in flight.
//!
//! The executor publishes every phase in the database; instances read it from there. A
//! view that is older than [`MAX_AGE`] is not relied on, so once the executor has
//! waited for that long, no statement that is begun can rest on an older one: two
//! instances are never further apart than two adjacent stages.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use colmig_schema::{Progress, Stage};

use crate::access::Held;
use crate::db::Inner;

/// How old what is known of the phases may be when a statement begins.
///
/// It is part of the protocol between the executor and the instances, and so the
/// same in every build.
pub const MAX_AGE: Duration = Duration::from_secs(2);

/// How often an instance asks, well within [`MAX_AGE`], so that no access has to wait.
const POLL: Duration = Duration::from_millis(500);

/// What the executor publishes, which the application's role has to be able to read.
const QUERY: &str = "SELECT id, state, phase FROM colmig_migration";

/// The stages of the migrations that the database has heard of.
type Stages = Arc<BTreeMap<String, Stage>>;

/// The rows of the answer: id, state, phase.
type Published = Vec<(String, String, Option<String>)>;

/// What this process knows of the migrations in flight.
pub(crate) struct Views {
    known: RwLock<Option<Known>>,
    poller: std::sync::Once,
}

impl Default for Views {
    fn default() -> Self {
        Views {
            known: RwLock::new(None),
            poller: std::sync::Once::new(),
        }
    }
}

#[derive(Clone)]
struct Known {
    /// When the question was asked, not when it was answered: the answer may be older
    /// than its arrival, but not older than that.
    asked: Instant,
    stages: Stages,
}

impl Known {
    fn fresh(&self) -> bool {
        self.asked.elapsed() < MAX_AGE
    }
}

impl Views {
    /// The stages, if they are known and not too old.
    pub(crate) fn fresh(&self) -> Option<Stages> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .as_ref()
            .filter(|known| known.fresh())
            .map(|known| Arc::clone(&known.stages))
    }

    fn learn(&self, asked: Instant, published: Published) -> Stages {
        let stages: Stages = Arc::new(
            published
                .into_iter()
                .map(|(id, state, phase)| (id, stage(&state, phase.as_deref())))
                .collect(),
        );
        let known = Known {
            asked,
            stages: Arc::clone(&stages),
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        stages
    }
}

/// The stages as they are now, asked for if what is known is too old.
///
/// The question goes out on `held`, the connection that the access has anyhow: with
/// every connection of the pool in a transaction, waiting for another one would be
/// waiting for oneself.
pub(crate) async fn current(
    inner: &Arc<Inner>,
    held: &mut Held<'_>,
) -> Result<Stages, sqlx::Error> {
    inner.views.poller.call_once(|| poll(inner));
    if let Some(stages) = inner.views.fresh() {
        return Ok(stages);
    }
    let asked = Instant::now();
    let published = published(held).await?;
    Ok(inner.views.learn(asked, published))
}

/// Keeps the view fresh for as long as the `Db` lives. Only a process that uses a model
/// with columns in flight comes here: all others ask nothing.
fn poll(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(POLL).await;
            let Some(inner) = weak.upgrade() else { return };
            let asked = Instant::now();
            let answer = match inner.pool.acquire().await {
                Ok(mut held) => published(&mut held).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(published) => drop(inner.views.learn(asked, published)),
                // The view ages, and the next access asks for itself and reports.
                Err(error) => tracing::warn!(%error, "the phases in flight could not be read"),
            }
        }
    });
}

/// The stage that a published progress stands for. What a newer executor writes and
/// this build does not know is read as the most careful stage.
fn stage(state: &str, phase: Option<&str>) -> Stage {
    let parsed = serde_json::from_value::<Progress>(match phase {
        Some(phase) => serde_json::json!({ "state": state, "phase": phase }),
        None => serde_json::json!({ "state": state }),
    });
    parsed.map(Progress::stage).unwrap_or_default()
}

/// Reads what is published. A table that is not there says that nobody has run a
/// migration on this database yet; and it is no error, which would end a transaction.
async fn published(held: &mut Held<'_>) -> Result<Published, sqlx::Error> {
    match held {
        #[cfg(feature = "postgres")]
        Held::PooledPostgres(connection) => published_on_postgres(connection).await,
        #[cfg(feature = "postgres")]
        Held::Postgres(connection) => published_on_postgres(connection).await,
        #[cfg(feature = "sqlite")]
        Held::PooledSqlite(connection) => published_on_sqlite(connection).await,
        #[cfg(feature = "sqlite")]
        Held::Sqlite(connection) => published_on_sqlite(connection).await,
    }
}

#[cfg(feature = "postgres")]
async fn published_on_postgres(
    connection: &mut sqlx::PgConnection,
) -> Result<Published, sqlx::Error> {
    let there = "SELECT to_regclass('colmig_migration') IS NOT NULL";
    if !sqlx::query_scalar(there)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(Vec::new());
    }
    sqlx::query_as(QUERY).fetch_all(connection).await
}

#[cfg(feature = "sqlite")]
async fn published_on_sqlite(
    connection: &mut sqlx::SqliteConnection,
) -> Result<Published, sqlx::Error> {
    let there = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'colmig_migration')";
    if !sqlx::query_scalar(there)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(Vec::new());
    }
    sqlx::query_as(QUERY).fetch_all(connection).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_reads_back() {
        assert_eq!(stage("pending", None), Stage::Absent);
        assert_eq!(stage("done", Some("expand")), Stage::Readable);
        assert_eq!(stage("running", Some("backfill")), Stage::Written);
        assert_eq!(stage("finished", None), Stage::Filled);
        assert_eq!(stage("of a later version", Some("expand")), Stage::Absent);
    }
}
