//! SQLite.

mod weigh;

use std::time::{Duration, Instant};

use async_trait::async_trait;
use colmig_schema::script::Backfill;
use colmig_schema::{Database, Sql};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row as _, TypeInfo, ValueRef};

use super::{
    Batches, Dialect, Driver, Failure, IndexState, OWN_TRIGGERS, Obstruction, Row, SessionId,
    Tables, Triggers, Value, Waits, Words,
};
use crate::fleet::words;
use crate::migrate::blocker::Blocker;
use crate::migrate::estimate::Weight;
use crate::migrate::settings::WORKER_SESSION;
use crate::migrate::watch::Stop;

/// Which file, and how to open it.
pub(in crate::migrate) type Options = SqliteConnectOptions;

/// How long the write lock is waited for at least. A waiter asks again and again, and
/// nobody queues up behind it; what has to be short is what it does once it has the lock.
const PATIENCE_AT_LEAST: Duration = Duration::from_secs(1);

static DIALECT: Dialect = Dialect {
    database: Database::Sqlite,
    words: Some(&WORDS),
    // Other writers ask for the lock every few milliseconds; without a gap between two
    // batches they would never find it free.
    pause_at_least: Duration::from_millis(5),
    // Who writes waits for the whole of it, and asks again after a sleep.
    batch_at_most: Duration::from_millis(5),
    duty_at_most: 0.5,
    duty_beside_others: 1.0,
    sees_blockers: false,
    single_writer: true,
    transactions: true,
    triggers: true,
};

static WORDS: Words = Words {
    database: Sql::Sqlite,
    name: "text",
    text: "text",
    for_share: "",
    returns_updated: true,
    now: words::SQLITE.now,
    later: words::SQLITE.later,
    age: "CAST(round((julianday('now') - julianday({})) * 86400000) AS INTEGER)",
    iso: "(substr({}, 1, 19) || 'Z')",
    time_column: "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
    serial_key: "INTEGER PRIMARY KEY",
    updated_often: "",
    readable_by_all: "",
    writable_by_all: "",
    notify: "",
    hold_fleet: "",
    find_table: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
    for_update: "",
    skip_locked: "",
};

/// Reads a URL.
pub(in crate::migrate) fn options(url: &str) -> Result<Options, String> {
    let options: SqliteConnectOptions = url
        .parse()
        .map_err(|error: sqlx::Error| format!("the database URL: {error}"))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err("a database in memory is gone with its connection: name a file".to_owned());
    }
    // Events tell of every statement that matters, and of how long it took.
    Ok(options.disable_statement_logging())
}

/// How many instructions of SQLite's pass between two looks whether a read is still wanted: a
/// few milliseconds.
const STEPS_BETWEEN_LOOKS: i32 = 100_000;

/// One connection.
#[derive(Debug)]
pub(in crate::migrate) struct Sqlite {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    in_transaction: bool,
    /// Whether the transaction is broken off when it takes long.
    limited: bool,
    /// Present on a worker's connection, where there is a write-ahead log.
    log: Option<Log>,
    /// What a worker's connection executes first.
    session: Vec<String>,
}

/// When the pages of the write-ahead log are moved to where they belong.
#[derive(Clone, Copy, Debug)]
struct Log {
    /// After so many batches.
    every: u32,
    /// The batches since.
    batches: u32,
}

/// Of so many pages on, every commit of anybody moves them, unless it was told otherwise; so a
/// worker does it well before, and as rarely as that allows.
const PAGES: std::ops::Range<i64> = 300..700;

impl Sqlite {
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, Failure> {
        let connection = connect(&options).await?;
        Ok(Sqlite {
            options,
            connection,
            in_transaction: false,
            limited: false,
            log: None,
            session: Vec::new(),
        })
    }

    async fn send(&mut self, sql: impl Into<String>) -> Result<(), Failure> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        self.connection.execute(sql).await.map_err(classify)?;
        Ok(())
    }

    /// Whether there is a write-ahead log, in place of a journal.
    async fn has_log(&mut self) -> Result<bool, Failure> {
        let mode = self.query("PRAGMA journal_mode", &[]).await?;
        let mode = mode.first().and_then(|row| row.first());
        Ok(matches!(mode, Some(Value::Text(mode)) if mode == "wal"))
    }

    async fn prepare_log(&mut self) -> Result<(), Failure> {
        // With a write-ahead log a commit then waits for no disk. A crash may lose the last
        // batches, and their cursors with them.
        if self.has_log().await? {
            self.send("PRAGMA synchronous = NORMAL").await?;
            // A commit would move the log's pages while it counts as part of its batch.
            self.send("PRAGMA wal_autocheckpoint = 0").await?;
            self.log = Some(Log {
                every: 1,
                batches: 0,
            });
        }
        Ok(())
    }

    /// Executes what a worker's connection does first.
    async fn enter(&mut self) -> Result<(), Failure> {
        for sql in self.session.clone() {
            let sent = self.send(sql.as_str()).await;
            sent.map_err(|failure| failure.of_setting(WORKER_SESSION, &sql))?;
        }
        Ok(())
    }

    async fn open_transaction(&mut self, waits: &Waits) -> Result<(), Failure> {
        let patience = waits.lock.max(PATIENCE_AT_LEAST).as_millis();
        self.send(format!("PRAGMA busy_timeout = {patience}"))
            .await?;
        // The write lock at once: a transaction that reads first could not get it later,
        // if another has written in between.
        self.send("BEGIN IMMEDIATE").await?;
        // Without a write-ahead log, a commit that waits for readers keeps new ones out.
        let lock = waits.lock.as_millis();
        self.send(format!("PRAGMA busy_timeout = {lock}")).await
    }

    async fn close_transaction(&mut self) {
        if std::mem::take(&mut self.limited)
            && let Ok(mut handle) = self.connection.lock_handle().await
        {
            handle.remove_progress_handler();
        }
        // It fails with the connection only, as the next statement will.
        let _ = self
            .send(format!(
                "PRAGMA busy_timeout = {}",
                READ_PATIENCE.as_millis()
            ))
            .await;
    }
}

/// How long a statement outside of a transaction, which only reads, waits for a writer
/// to commit where there is no write-ahead log.
const READ_PATIENCE: Duration = Duration::from_secs(5);

async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, Failure> {
    options.connect().await.map_err(classify)
}

#[async_trait]
impl Driver for Sqlite {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    async fn reconnect(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.limited = false;
        self.connection = connect(&self.options).await?;
        if self.log.is_some() {
            self.prepare_log().await?;
        }
        self.enter().await
    }

    async fn begin(&mut self, waits: &Waits) -> Result<SessionId, Failure> {
        self.in_transaction = true;
        let opened = self.open_transaction(waits).await;
        if opened.is_err() {
            self.rollback().await;
        }
        opened.map(|()| SessionId::default())
    }

    async fn prepare_for_batches(&mut self, how: &Batches<'_>) -> Result<(), Failure> {
        self.prepare_log().await?;
        self.session = how.session.to_vec();
        self.enter().await
    }

    async fn rest(&mut self) {
        let Some(Log { every, batches }) = &mut self.log else {
            return;
        };
        *batches += 1;
        if *batches < *every {
            return;
        }
        // It is in no writer's way. Should it fail, the next one moves more.
        let moved = self.query("PRAGMA wal_checkpoint(PASSIVE)", &[]).await;
        let Some(Log { every, batches }) = &mut self.log else {
            return;
        };
        *batches = 0;
        if let Ok(rows) = moved
            && let Some([_, Value::Int(pages), _]) = rows.first().map(Vec::as_slice)
        {
            if *pages >= PAGES.end {
                *every = (*every / 2).max(1);
            } else if *pages < PAGES.start {
                *every = every.saturating_add(1);
            }
        }
    }

    async fn commit(&mut self) -> Result<(), Failure> {
        let committed = self.send("COMMIT").await;
        if committed.is_err() {
            // A commit that found the database busy leaves its transaction open.
            self.rollback().await;
        }
        self.in_transaction = false;
        self.close_transaction().await;
        committed
    }

    async fn rollback(&mut self) {
        if std::mem::take(&mut self.in_transaction) {
            // SQLite rolls back by itself after some errors, and refuses to do it twice.
            let _ = self.send("ROLLBACK").await;
            self.close_transaction().await;
        }
    }

    async fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64, Failure> {
        let query = prepared(sql, arguments);
        let done = self.connection.execute(query).await.map_err(classify)?;
        Ok(done.rows_affected())
    }

    async fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure> {
        let query = prepared(sql, arguments);
        let rows = self.connection.fetch_all(query).await.map_err(classify)?;
        rows.iter().map(read_row).collect()
    }

    async fn read(
        &mut self,
        _waits: &Waits,
        sql: &str,
        arguments: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        // A transaction of ours begins with the write lock, which a reader has no use for.
        self.query(sql, arguments).await
    }

    async fn begin_read(
        &mut self,
        _waits: &Waits,
        at_most: Duration,
        stop: &Stop,
    ) -> Result<SessionId, Failure> {
        let (stop, ends) = (stop.clone(), Instant::now() + at_most);
        let wanted = move || !stop.is_requested() && Instant::now() < ends;
        let mut handle = self.connection.lock_handle().await.map_err(classify)?;
        handle.set_progress_handler(STEPS_BETWEEN_LOOKS, wanted);
        drop(handle);
        self.limited = true;
        self.in_transaction = true;
        // The write lock is not taken, and a writer does not wait for it.
        let opened = self.send("BEGIN").await;
        if opened.is_err() {
            self.rollback().await;
        }
        opened.map(|()| SessionId::default())
    }

    async fn begin_alone(&mut self, patience: Duration) -> Result<SessionId, Failure> {
        self.send(format!("PRAGMA busy_timeout = {}", patience.as_millis()))
            .await?;
        Ok(SessionId::default())
    }

    async fn obstruction(&mut self, _of: SessionId) -> Result<Obstruction, Failure> {
        // SQLite does not know who holds its locks.
        Ok(Obstruction::default())
    }

    async fn cancel(&mut self, _session: SessionId) -> Result<(), Failure> {
        // No statement waits for long: whoever holds the lock is not waited for, and a
        // build holds it itself.
        Ok(())
    }

    async fn horizon(&mut self) -> Result<Option<String>, Failure> {
        // One writer at a time: whoever holds the write lock is the only one.
        Ok(None)
    }

    async fn older_than(&mut self, _horizon: &str) -> Result<Vec<Blocker>, Failure> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Tables for Sqlite {
    async fn user_triggers(&mut self, backfill: &Backfill) -> Result<Triggers, Failure> {
        // The plan of a batch begins the program of each trigger with a line that names it.
        let plan = format!("EXPLAIN {}", backfill.batch);
        let mut names: Vec<String> = self
            .query(&plan, &[])
            .await?
            .into_iter()
            .flatten()
            .filter_map(|value| match value {
                Value::Text(text) => text.strip_prefix("-- TRIGGER ").map(str::to_owned),
                _ => None,
            })
            .filter(|name| !OWN_TRIGGERS.iter().any(|own| name.starts_with(own)))
            .collect();
        names.sort_unstable();
        names.dedup();
        let unskippable = match names.as_slice() {
            [] => None,
            _ => Some("SQLite cannot skip them".to_owned()),
        };
        Ok(Triggers { names, unskippable })
    }

    async fn index(&mut self, _drop: &str) -> Result<IndexState, Failure> {
        // An index is built in one transaction: all of it, or nothing.
        Ok(IndexState::Missing)
    }

    async fn estimate(&mut self, table: &str) -> Result<Option<u64>, Failure> {
        let table = colmig_schema::render::Ident(table);
        let count = format!("SELECT count(*) FROM {table}");
        // A reader is in nobody's way with a write-ahead log, so the rows are counted.
        // Without one it would hold up commits; then the newest row's number has to do,
        // unless the table has no such numbers.
        let rows = if self.has_log().await? {
            self.query(&count, &[]).await?
        } else {
            let newest = format!("SELECT max(rowid) FROM {table}");
            match self.query(&newest, &[]).await {
                Err(Failure::Refused { .. }) => self.query(&count, &[]).await?,
                newest => newest?,
            }
        };
        Ok(rows.into_iter().flatten().find_map(|value| match value {
            Value::Int(rows) => u64::try_from(rows).ok(),
            Value::Null => Some(0),
            _ => None,
        }))
    }

    async fn weigh(&mut self, table: &str, _rows: u64) -> Result<Option<Weight>, Failure> {
        // Every page is looked at, which without a write-ahead log would hold up commits.
        if !self.has_log().await? {
            return Ok(None);
        }
        let found = self.query(weigh::PAGES, &[table.into()]).await?;
        Ok(match found.first().and_then(|row| row.first()) {
            Some(Value::Int(bytes)) => u64::try_from(*bytes).ok().map(weigh::weight),
            _ => None,
        })
    }
}

/// Not kept as a prepared statement: the next step may change what it means.
fn prepared(sql: &str, arguments: &[Value]) -> Query<'static, sqlx::Sqlite, SqliteArguments> {
    let query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false);
    arguments
        .iter()
        .cloned()
        .fold(query, |query, argument| match argument {
            Value::Null => query.bind(None::<String>),
            Value::Int(number) => query.bind(number),
            Value::Real(number) => query.bind(number),
            Value::Text(text) | Value::Json(text) => query.bind(text),
            Value::Blob(bytes) => query.bind(bytes),
        })
}

/// Reads each value by its own storage class, whatever its column was declared as.
fn read_row(row: &SqliteRow) -> Result<Row, Failure> {
    (0..row.len())
        .map(|at| {
            let value = row.try_get_raw(at).map_err(classify)?;
            if value.is_null() {
                return Ok(Value::Null);
            }
            let class = value.type_info().name().to_owned();
            match class.as_str() {
                "INTEGER" => row.try_get_unchecked(at).map(Value::Int),
                "REAL" => row.try_get_unchecked(at).map(Value::Real),
                "BLOB" => row.try_get_unchecked(at).map(Value::Blob),
                _ => row.try_get_unchecked(at).map(Value::Text),
            }
            .map_err(classify)
        })
        .collect()
}

/// What can be done about an error.
fn classify(error: sqlx::Error) -> Failure {
    let message = error.to_string();
    let Some(error) = error.as_database_error() else {
        return match error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::Configuration(_) => Failure::refused(message),
            _ => Failure::Lost(message),
        };
    };
    // The code of the family; what stands above the lowest byte tells its members apart.
    let code = error
        .code()
        .and_then(|code| code.parse::<u32>().ok())
        .unwrap_or_default();
    let message = error.message().to_owned();
    match code & 0xff {
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => Failure::LockTimeout(message),
        // SQLITE_INTERRUPT
        9 => Failure::Cancelled(message),
        // SQLITE_SCHEMA
        17 => Failure::Again(message),
        // SQLITE_CONSTRAINT. The message ends in what it is about.
        19 => Failure::Conflict {
            constraint: message.split_once(": ").map(|(_, about)| about.to_owned()),
            message,
            detail: None,
        },
        _ => {
            let exists = message.contains("already exists");
            Failure::Refused {
                message,
                hint: None,
                exists,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_in_memory_is_refused() {
        for url in ["sqlite::memory:", "sqlite://x?mode=memory"] {
            assert!(options(url).unwrap_err().contains("name a file"));
        }
        assert!(options("sqlite:app.db").is_ok());
    }

    #[tokio::test]
    async fn a_read_ends_by_its_time_out_or_when_it_is_not_wanted_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("a.db").display());
        let mut driver = Sqlite::open(options(&url).unwrap()).await.unwrap();
        driver.send("CREATE TABLE t (a int)").await.unwrap();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, t";
        driver.send("INSERT INTO t VALUES (1)").await.unwrap();
        let (waits, brief) = (Waits::of(READ_PATIENCE), Duration::from_millis(50));
        let stop = Stop::new();
        driver.begin_read(&waits, brief, &stop).await.unwrap();
        let ended = driver.query(endless, &[]).await;
        assert!(matches!(ended, Err(Failure::Cancelled(_))), "{ended:?}");
        driver.rollback().await;

        let long = Duration::from_secs(60);
        driver.begin_read(&waits, long, &stop).await.unwrap();
        driver.query("SELECT a FROM t", &[]).await.unwrap();
        // A writer does not wait for a reader that has read.
        let mut writer = Sqlite::open(options(&url).unwrap()).await.unwrap();
        let (ended, written) = tokio::join!(driver.query(endless, &[]), async {
            let written = writer.begin(&waits).await;
            stop.request();
            written
        });
        assert!(matches!(ended, Err(Failure::Cancelled(_))), "{ended:?}");
        driver.rollback().await;
        written.unwrap();
        writer.send("INSERT INTO t VALUES (2)").await.unwrap();
        writer.commit().await.unwrap();
        let rows = driver.query("SELECT count(*) FROM t", &[]).await.unwrap();
        assert_eq!(rows, [[Value::Int(2)]], "nothing limits what comes later");
    }

    #[tokio::test]
    async fn a_worker_moves_the_log_between_its_batches_before_a_commit_would() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("a.db").display());
        let mut worker = Sqlite::open(options(&url).unwrap()).await.unwrap();
        worker
            .query("PRAGMA journal_mode = WAL", &[])
            .await
            .unwrap();
        worker.send("CREATE TABLE t (b blob)").await.unwrap();
        worker.rest().await;
        assert!(worker.log.is_none(), "it is no worker's yet");
        worker
            .prepare_for_batches(&Batches::default())
            .await
            .unwrap();
        let mut longest = 0;
        for _ in 0..60 {
            worker
                .begin(&Waits::of(Duration::from_secs(1)))
                .await
                .unwrap();
            // About a hundred pages.
            let batch = "INSERT INTO t SELECT zeroblob(4000) FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) a, \
                         (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) b";
            worker.execute(batch, &[]).await.unwrap();
            worker.commit().await.unwrap();
            let log = std::fs::metadata(folder.path().join("a.db-wal")).unwrap();
            longest = longest.max(log.len());
            worker.rest().await;
        }
        // A commit moves it from 1,000 pages on, if nobody did before.
        assert!(longest < 1_000 * 4_096, "{longest}");
        let Some(Log { every, .. }) = worker.log else {
            panic!("it is a worker's");
        };
        assert!(
            (3..=7).contains(&every),
            "as rarely as that allows: {every}"
        );
        worker.reconnect().await.unwrap();
        let moves = worker
            .query("PRAGMA wal_autocheckpoint", &[])
            .await
            .unwrap();
        assert_eq!(moves, [[Value::Int(0)]], "also after it was cut off");
    }
}
