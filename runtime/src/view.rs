//! The phase view: what this process believes of the migrations in flight.
//!
//! The executor publishes every phase in the database; instances read it from there. A
//! view that is older than [`MAX_AGE`] is not relied on, so once the executor has
//! waited for that long, no statement that is begun can rest on an older one: two
//! instances are never further apart than two adjacent stages.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

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
///
/// An access reads two numbers and the clock, and nothing else: which view it is, and
/// until when it may be relied on. The stages themselves are looked at by the first access to a
/// model under a view, which leaves the model's statements behind for all others.
pub(crate) struct Views {
    /// Until when the view may be relied on, by [`clock::now`].
    relied_on_until: AtomicU64,
    /// The view; none as long as nothing is known.
    number: AtomicU64,
    known: RwLock<Known>,
    poller: std::sync::Once,
}

/// A view, by a number that no other view of this process has, whatever its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct View(pub(crate) u64);

/// The numbers of views that are given out. They fit into 56 bits for two thousand years, at
/// a million changes a second.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

#[derive(Default)]
struct Known {
    view: Option<View>,
    stages: Stages,
    /// When the newest question was put that has been answered.
    asked: u64,
}

impl Default for Views {
    fn default() -> Self {
        Views {
            relied_on_until: AtomicU64::new(0),
            number: AtomicU64::new(0),
            known: RwLock::default(),
            poller: std::sync::Once::new(),
        }
    }
}

impl Views {
    /// The view, if it is known and not too old.
    pub(crate) fn fresh(&self) -> Option<View> {
        // In this order: whoever sees until when a view may be relied on sees that view, or a
        // newer one.
        let until = self.relied_on_until.load(Ordering::Acquire);
        if clock::now() >= until {
            return None;
        }
        Some(View(self.number.load(Ordering::Acquire)))
    }

    /// The stages, and the view that they are; perhaps a newer one than the caller has.
    pub(crate) fn stages(&self) -> (Option<View>, Stages) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        (known.view, Arc::clone(&known.stages))
    }

    /// Takes over an answer. `asked` is when the question was put, not when it was answered: the
    /// answer may be older than its arrival, but not older than that.
    fn learn(&self, asked: u64, published: Published) -> View {
        let stages: BTreeMap<String, Stage> = published
            .into_iter()
            .map(|(id, state, phase)| (id, stage(&state, phase.as_deref())))
            .collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let view = match known.view {
            // An answer that was overtaken says less than what is known.
            Some(view) if asked < known.asked => return view,
            // Most answers are the last one again.
            Some(view) if *known.stages == stages => view,
            _ => View(NUMBERS.fetch_add(1, Ordering::Relaxed)),
        };
        *known = Known {
            view: Some(view),
            stages: Arc::new(stages),
            asked,
        };
        self.number.store(view.0, Ordering::Release);
        let max_age = u64::try_from(MAX_AGE.as_millis()).unwrap_or(0);
        self.relied_on_until
            .store(asked.saturating_add(max_age), Ordering::Release);
        view
    }
}

/// The view as it is now, asked for if what is known is too old.
///
/// The question goes out on `held`, the connection that the access has anyhow: with
/// every connection of the pool in a transaction, waiting for another one would be
/// waiting for oneself.
pub(crate) async fn current(inner: &Arc<Inner>, held: &mut Held<'_>) -> Result<View, sqlx::Error> {
    if let Some(view) = inner.views.fresh() {
        return Ok(view);
    }
    inner.views.poller.call_once(|| poll(inner));
    let asked = clock::now();
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
            let asked = clock::now();
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

/// The clock by which a view ages.
mod clock {
    /// Milliseconds since some moment in the past. It never goes back.
    ///
    /// Linux keeps a clock that is a few milliseconds coarse and a fifth as dear to read.
    #[cfg(target_os = "linux")]
    pub(super) fn now() -> u64 {
        use nix::time::{ClockId, clock_gettime};
        let now = clock_gettime(ClockId::CLOCK_MONOTONIC_COARSE).map(std::time::Duration::from);
        // Every Linux has the clock. By one that does not go a view is never fresh.
        now.map_or(u64::MAX, |now| {
            now.as_secs() * 1000 + u64::from(now.subsec_millis())
        })
    }

    /// Milliseconds since the first call. It never goes back.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn now() -> u64 {
        use std::sync::LazyLock;
        use std::time::Instant;
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
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

    fn published(phase: &str) -> Published {
        vec![("m".to_owned(), "done".to_owned(), Some(phase.to_owned()))]
    }

    #[test]
    fn a_view_has_a_number_of_its_own_until_the_stages_change() {
        let views = Views::default();
        assert_eq!(views.fresh(), None);
        let now = clock::now();
        let first = views.learn(now, published("expand"));
        assert_eq!(views.fresh(), Some(first));
        assert_eq!(views.learn(now + 1, published("expand")), first);
        let second = views.learn(now + 2, published("dual-write"));
        assert_ne!(second, first);
        assert_eq!(views.stages().0, Some(second));
        let elsewhere = Views::default().learn(now, published("expand"));
        assert!(elsewhere != first && elsewhere != second);
    }

    #[test]
    fn an_answer_that_was_overtaken_changes_nothing() {
        let views = Views::default();
        let now = clock::now();
        let newer = views.learn(now, published("dual-write"));
        assert_eq!(views.learn(now - 1, published("expand")), newer);
        assert_eq!(views.fresh(), Some(newer));
        assert_eq!(views.stages().1.get("m"), Some(&Stage::Written));
    }

    #[test]
    fn a_view_is_not_relied_on_when_it_is_too_old() {
        let views = Views::default();
        let age = u64::try_from(MAX_AGE.as_millis()).unwrap();
        views.learn(clock::now() - age, published("expand"));
        assert_eq!(views.fresh(), None);
    }

    #[test]
    fn what_is_published_reads_back() {
        assert_eq!(stage("pending", None), Stage::Absent);
        assert_eq!(stage("done", Some("expand")), Stage::Readable);
        assert_eq!(stage("running", Some("backfill")), Stage::Written);
        assert_eq!(stage("finished", None), Stage::Filled);
        assert_eq!(stage("of a later version", Some("expand")), Stage::Absent);
    }
}
