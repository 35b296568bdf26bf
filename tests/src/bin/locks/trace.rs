//! What was locked, as the server says.
//!
//! A lock that is held for an instant is seen by no look from outside. So an event trigger takes
//! down, in the very transaction of each statement that changes the schema, what that
//! transaction has locked by then. Other statements, and how long a lock is held, are seen by
//! looking at `pg_locks` all the time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::Result;

/// Colmig's own tables are nobody else's to wait for.
const SET_UP: &str = "CREATE SCHEMA trace; CREATE TABLE trace.held (at timestamptz, mode text); \
    CREATE FUNCTION trace.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
    INSERT INTO trace.held SELECT clock_timestamp(), l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
    WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p') AND NOT c.relnamespace::regnamespace::text IN ('pg_catalog', 'information_schema', 'pg_toast', 'trace') \
    AND NOT starts_with(c.relname, 'colmig_'); END $$; \
    CREATE EVENT TRIGGER trace_end ON ddl_command_end EXECUTE FUNCTION trace.note()";

/// The time of the server by now, in milliseconds, and each lock that one of colmig's sessions holds.
const LOOK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision, h.pid, h.mode FROM (SELECT 1) AS one \
    LEFT JOIN (SELECT DISTINCT l.pid, l.mode FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
    JOIN pg_class c ON c.oid = l.relation \
    WHERE l.granted AND l.locktype = 'relation' AND a.application_name = 'colmig' AND c.relkind IN ('r', 'p') \
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
    AND NOT c.relnamespace::regnamespace::text IN ('pg_catalog', 'information_schema', 'pg_toast', 'trace') AND NOT starts_with(c.relname, 'colmig_')) AS h ON true";

const NOTED: &str =
    "SELECT (extract(epoch FROM at) * 1000)::double precision, mode FROM trace.held ORDER BY at";

/// The modes of locks on tables, the weakest first.
pub(crate) const MODES: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

/// The one that keeps even readers out.
pub(crate) const EXCLUSIVE: usize = MODES.len() - 1;

/// A lock that was held, in milliseconds by the server's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// By its place in [`MODES`].
    pub(crate) mode: usize,
}

/// Looks until it is told to end.
pub(crate) struct Trace {
    url: String,
    is_over: Arc<AtomicBool>,
    looking: JoinHandle<std::result::Result<Vec<Held>, sqlx::Error>>,
}

impl Trace {
    /// Begins to look.
    pub(crate) async fn begin(url: &str) -> Result<Trace> {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(SET_UP).execute(&mut connection).await?;
        let is_over = Arc::new(AtomicBool::new(false));
        let looking = tokio::spawn(look(connection, Arc::clone(&is_over)));
        Ok(Trace {
            url: url.to_owned(),
            is_over,
            looking,
        })
    }

    /// Everything that was held.
    pub(crate) async fn end(self) -> Result<Vec<Held>> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut held = self.looking.await??;
        let mut connection = PgConnection::connect(&self.url).await?;
        for row in sqlx::query(NOTED).fetch_all(&mut connection).await? {
            let at: f64 = row.try_get(0)?;
            if let Some(mode) = mode(row.try_get(1)?) {
                let (from, to) = (at, at);
                held.push(Held { from, to, mode });
            }
        }
        connection.close().await?;
        Ok(held)
    }
}

/// How long to leave the server alone between two looks.
const PAUSE: Duration = Duration::from_micros(500);

async fn look(
    mut connection: PgConnection,
    is_over: Arc<AtomicBool>,
) -> std::result::Result<Vec<Held>, sqlx::Error> {
    let mut held = Vec::new();
    let mut open: BTreeMap<(i32, usize), Held> = BTreeMap::new();
    while !is_over.load(Ordering::Relaxed) {
        let rows = sqlx::query(LOOK).fetch_all(&mut connection).await?;
        let mut now = BTreeMap::new();
        for row in rows {
            let at: f64 = row.try_get(0)?;
            let (pid, name): (Option<i32>, Option<&str>) = (row.try_get(1)?, row.try_get(2)?);
            if let Some((pid, mode)) = pid.zip(name.and_then(mode)) {
                let from = open.get(&(pid, mode)).map_or(at, |held| held.from);
                now.insert((pid, mode), Held { from, to: at, mode });
            }
        }
        held.extend(
            open.iter()
                .filter(|(key, _)| !now.contains_key(*key))
                .map(|(_, held)| *held),
        );
        open = now;
        let until = Instant::now() + PAUSE;
        tokio::time::sleep_until(until).await;
    }
    held.extend(open.into_values());
    connection.close().await?;
    Ok(held)
}

fn mode(name: &str) -> Option<usize> {
    MODES.iter().position(|mode| *mode == name)
}
