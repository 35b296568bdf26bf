//! The phase view: what this process believes of the migrations in flight.
//!
//! The executor publishes every phase in the database; instances read it from there. A
//! view that is older than [`MAX_AGE`] is not relied on, so once the executor has
//! waited for that long, no statement that is begun can rest on an older one: two
//! instances are never further apart than two adjacent stages.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use colmig_schema::{Progress, Stage};

use crate::db::{Inner, Pool};

/// How old what is known of the phases may be when a statement begins.
///
/// It is part of the protocol between the executor and the instances, and so the
/// same in every build.
pub const MAX_AGE: Duration = Duration::from_secs(2);

/// How often an instance asks, well within [`MAX_AGE`], so that no access has to wait.
const POLL: Duration = Duration::from_millis(500);

/// What the executor publishes, which the application's role has to be able to read.
const QUERY: &str = "SELECT id, state, phase FROM colmig_migration";

/// What this process knows of the migrations in flight.
pub(crate) struct Views {
    known: RwLock<Option<Known>>,
    /// Lets one task ask at a time; the others find its answer.
    asking: tokio::sync::Mutex<()>,
    poller: std::sync::Once,
}

impl Default for Views {
    fn default() -> Self {
        Views {
            known: RwLock::new(None),
            asking: tokio::sync::Mutex::new(()),
            poller: std::sync::Once::new(),
        }
    }
}

#[derive(Clone)]
struct Known {
    /// When the question was asked, not when it was answered: the answer may be older
    /// than its arrival, but not older than that.
    asked: Instant,
    stages: Arc<BTreeMap<String, Stage>>,
}

impl Known {
    fn fresh(&self) -> bool {
        self.asked.elapsed() < MAX_AGE
    }
}

impl Views {
    /// The stages, if they are known and not too old.
    pub(crate) fn fresh(&self) -> Option<Arc<BTreeMap<String, Stage>>> {
        let known = self
            .known
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        known
            .as_ref()
            .filter(|known| known.fresh())
            .map(|known| Arc::clone(&known.stages))
    }

    async fn ask(&self, pool: &Pool) -> Result<Arc<BTreeMap<String, Stage>>, sqlx::Error> {
        let asked = Instant::now();
        let rows = pool.published().await?;
        let stages: Arc<BTreeMap<String, Stage>> = Arc::new(
            rows.into_iter()
                .map(|(id, state, phase)| (id, stage(&state, phase.as_deref())))
                .collect(),
        );
        let known = Known {
            asked,
            stages: Arc::clone(&stages),
        };
        *self
            .known
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(known);
        Ok(stages)
    }
}

/// The stages as they are now, asked for if what is known is too old.
pub(crate) async fn current(
    inner: &Arc<Inner>,
) -> Result<Arc<BTreeMap<String, Stage>>, sqlx::Error> {
    inner.views.poller.call_once(|| poll(inner));
    if let Some(stages) = inner.views.fresh() {
        return Ok(stages);
    }
    let _turn = inner.views.asking.lock().await;
    match inner.views.fresh() {
        Some(stages) => Ok(stages),
        None => inner.views.ask(&inner.pool).await,
    }
}

/// Keeps the view fresh for as long as the `Db` lives. Only a process that uses a model
/// with columns in flight comes here: all others ask nothing.
fn poll(inner: &Arc<Inner>) {
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(POLL).await;
            let Some(inner) = weak.upgrade() else { return };
            if let Err(error) = inner.views.ask(&inner.pool).await {
                // The view ages, and the next access asks for itself and reports.
                tracing::warn!(%error, "the phases in flight could not be read");
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

type Published = Vec<(String, String, Option<String>)>;

impl Pool {
    async fn published(&self) -> Result<Published, sqlx::Error> {
        let published: Result<Published, sqlx::Error> = match self {
            #[cfg(feature = "postgres")]
            Pool::Postgres(pool) => sqlx::query_as(QUERY).fetch_all(pool).await,
            #[cfg(feature = "sqlite")]
            Pool::Sqlite(pool) => sqlx::query_as(QUERY).fetch_all(pool).await,
        };
        match published {
            // Nobody has run a migration on this database yet.
            Err(error) if is_missing_table(&error) => Ok(Vec::new()),
            other => other,
        }
    }
}

fn is_missing_table(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
    })
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
