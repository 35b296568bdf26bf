//! MariaDB.

mod batch;
mod blockers;
mod brakes;
mod cascades;
mod classify;
mod cluster;
mod divide;
mod hindrance;
mod kept;
mod lengthened;
mod said;
mod tables;
mod version;
mod watched;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use colmig_schema::render::positional;
use colmig_schema::{Database, Sql};
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row as _};

use super::{
    Batches, Dialect, Driver, Failure, Obstruction, Row, SessionId, Value, Waits, Whole,
    WholeBatch, Words, end,
};
use crate::convert::Raw;
use crate::fleet::words;
use crate::migrate::backfill::{Gauge, Traffic};
use crate::migrate::blocker::Blocker;
use crate::migrate::settings::WORKER_SESSION;
use crate::migrate::watch::Stop;
use classify::classify;

/// Which server, and how to connect to it.
pub(in crate::migrate) type Options = MySqlConnectOptions;

/// Follows what workers and brakes send, so that who looks for traffic knows them: the server
/// shows nothing else of a session by which it could be told.
const OURS: &str = " /* colmig_worker */";

/// How long a look may take before the server breaks it off.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);

/// What every session of colmig's executes first: whatever the server defaults to, a value that
/// does not fit is refused and not cut, text is joined by `||`, an update reads what was there
/// before it, and a statement sees what was committed while it waited. The rows of history of a table
/// with system versioning follow its columns; the server refuses to change such a table otherwise.
const SESSION: &str = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT,\
     SIMULTANEOUS_ASSIGNMENT', max_statement_time = 0, foreign_key_checks = 1, unique_checks = 1, autocommit = 1, system_versioning_alter_history = 'KEEP'; \
     SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// What it executes next: on a node of a Galera cluster each statement waits until all is there
/// that any node committed before. What an instance has just said on another node would be missed
/// otherwise. Servers that cannot be a node do not have the variable.
const CAUSAL: &str = "SET @colmig = IF((SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME = 'WSREP_SYNC_WAIT'), \
     'SET SESSION wsrep_sync_wait = 7', 'DO 0'); EXECUTE IMMEDIATE @colmig";

static DIALECT: Dialect = Dialect {
    database: Database::MariaDb,
    words: Some(&WORDS),
    pause_at_least: Duration::ZERO,
    batch_at_most: Duration::MAX,
    duty_at_most: 1.0,
    duty_beside_others: 1.0,
    sees_blockers: true,
    single_writer: false,
    transactions: true,
    triggers: true,
};

static WORDS: Words = Words {
    database: Sql::MariaDb,
    now: words::MARIADB.now,
    later: words::MARIADB.later,
    age: "(TIMESTAMPDIFF(MICROSECOND, {}, UTC_TIMESTAMP(6)) DIV 1000)",
    iso: "DATE_FORMAT({}, '%Y-%m-%dT%H:%i:%SZ')",
    // As many of them as a key has make up less than the longest key there may be.
    name: "varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    text: "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    time_column: "datetime(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6))",
    serial_key: "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY",
    updated_often: "",
    readable_by_all: "",
    writable_by_all: "",
    notify: "",
    hold_fleet: "",
    find_table: "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1",
    for_update: " FOR UPDATE",
    for_share: " LOCK IN SHARE MODE",
    returns_updated: false,
    skip_locked: " FOR UPDATE SKIP LOCKED",
};

/// Reads a URL.
pub(in crate::migrate) fn options(url: &str) -> Result<Options, String> {
    let options: MySqlConnectOptions = url
        .parse()
        .map_err(|error: sqlx::Error| format!("the database URL: {error}"))?;
    if options.get_database().is_none_or(str::is_empty) {
        return Err(
            "the database URL: it names no database, as in `mysql://user@host/app`".to_owned(),
        );
    }
    // Events tell of every statement that matters, and of how long it took.
    Ok(options.disable_statement_logging())
}

/// One connection.
#[derive(Debug)]
pub(in crate::migrate) struct MariaDb {
    options: MySqlConnectOptions,
    connection: MySqlConnection,
    id: SessionId,
    in_transaction: bool,
    /// Whether the answer to a statement was not read to its end: whoever waited for it was dropped, and
    /// what comes next on the connection would be taken for the answer to something else.
    unanswered: bool,
    /// Whether a read was given a time in which to end.
    limited: bool,
    /// How long the next statement outside of transactions waits for a metadata lock.
    patience: Option<Duration>,
    /// Looks at such a statement.
    watcher: Option<MySqlConnection>,
    /// What a worker's session executes first.
    session: Vec<String>,
    /// Whether it is the connection of a worker.
    works: bool,
    /// The statement of a batch that the session has prepared.
    prepared: Option<String>,
    /// The columns of each table that change by themselves with every update.
    kept: kept::Kept,
}

impl MariaDb {
    pub(super) async fn open(options: MySqlConnectOptions) -> Result<Self, Failure> {
        let (connection, id) = connect(&options).await?;
        Ok(MariaDb {
            options,
            connection,
            id,
            in_transaction: false,
            unanswered: false,
            limited: false,
            patience: None,
            watcher: None,
            session: Vec::new(),
            works: false,
            prepared: None,
            kept: kept::Kept::default(),
        })
    }

    /// Executes what a worker's session does first.
    async fn enter(&mut self) -> Result<(), Failure> {
        for sql in self.session.clone() {
            let sent = self.send(sql.as_str()).await;
            sent.map_err(|failure| failure.of_setting(WORKER_SESSION, &sql))?;
        }
        Ok(())
    }

    /// The connection for one statement, behind which `answered` is called.
    fn asking(&mut self) -> Result<&mut MySqlConnection, Failure> {
        if std::mem::replace(&mut self.unanswered, true) {
            return Err(Failure::Lost(
                "a statement was given up before it was answered".to_owned(),
            ));
        }
        Ok(&mut self.connection)
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T, Failure> {
        self.unanswered = false;
        answer.map_err(classify)
    }

    /// Sends statements without parameters, as one message.
    async fn send(&mut self, sql: impl Into<String>) -> Result<u64, Failure> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        let done = self.asking()?.execute(sql).await;
        Ok(self.answered(done)?.rows_affected())
    }

    /// The same, with the rows that they give.
    async fn ask(&mut self, sql: impl Into<String>) -> Result<Vec<Row>, Failure> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        let rows = self.asking()?.fetch_all(sql).await;
        self.answered(rows)?.iter().map(read_row).collect()
    }

    /// A statement, by which a worker is known while it executes it.
    fn marked<'s>(&self, sql: &'s str) -> Cow<'s, str> {
        match self.works {
            true => Cow::Owned(format!("{sql}{OURS}")),
            false => Cow::Borrowed(sql),
        }
    }

    /// How long statements of a transaction wait. Both are told in seconds, and no wait at all
    /// would give up a batch for each row that somebody has just locked.
    fn waits(lock: Duration) -> String {
        let seconds = lock.as_secs().max(1);
        format!(
            "SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}{OURS}"
        )
    }

    async fn close_transaction(&mut self) {
        if std::mem::take(&mut self.limited) {
            // A connection on which this fails is lost.
            let _ = self.send("SET SESSION max_statement_time = 0").await;
        }
    }
}

async fn connect(options: &MySqlConnectOptions) -> Result<(MySqlConnection, SessionId), Failure> {
    let mut connection = options.connect().await.map_err(classify)?;
    let version = sqlx::raw_sql("SELECT VERSION()");
    let version = connection.fetch_one(version).await.map_err(classify)?;
    let version: String = version.try_get_unchecked(0).map_err(classify)?;
    if let Some(why) = version::unfit(&version) {
        return Err(Failure::refused(why));
    }
    let sql = sqlx::raw_sql(AssertSqlSafe(format!(
        "{SESSION}; {CAUSAL}; SELECT CONNECTION_ID()"
    )));
    let rows = connection.fetch_all(sql).await.map_err(classify)?;
    let id = rows.last().map(|row| row.try_get_unchecked::<u64, _>(0));
    let id = id.transpose().map_err(classify)?.unwrap_or_default();
    // The numbers of sessions are given anew when the server starts, and fit for long.
    let id = i32::try_from(id)
        .map_err(|_| Failure::Lost(format!("the number of the session, {id}, is too large")))?;
    Ok((connection, SessionId(id)))
}

#[async_trait]
impl Driver for MariaDb {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    async fn reconnect(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.limited = false;
        self.patience = None;
        self.prepared = None;
        (self.connection, self.id) = connect(&self.options).await?;
        self.unanswered = false;
        self.enter().await
    }

    async fn begin(&mut self, waits: &Waits) -> Result<SessionId, Failure> {
        self.patience = None;
        self.in_transaction = true;
        let begun = self
            .send(format!(
                "{}; START TRANSACTION{OURS}",
                Self::waits(waits.lock)
            ))
            .await;
        if let Err(failure) = begun {
            self.rollback().await;
            return Err(failure);
        }
        Ok(self.id)
    }

    async fn begin_batch(
        &mut self,
        lock: Duration,
        fence: &str,
    ) -> Result<(SessionId, bool), Failure> {
        self.patience = None;
        self.in_transaction = true;
        let sql = format!("{}; START TRANSACTION{OURS}; {fence}", Self::waits(lock));
        match self.ask(sql).await {
            Ok(rows) => Ok((self.id, !rows.is_empty())),
            Err(failure) => {
                self.rollback().await;
                Err(failure)
            }
        }
    }

    async fn prepare_for_batches(&mut self, how: &Batches<'_>) -> Result<(), Failure> {
        self.session = how.session.to_vec();
        self.works = true;
        self.enter().await
    }

    async fn whole_batch(&mut self, batch: &WholeBatch<'_>) -> Result<Option<Whole>, Failure> {
        self.send_whole(batch).await
    }

    async fn commit_and_look(&mut self) -> Result<Option<Traffic>, Failure> {
        self.in_transaction = false;
        let seen = self
            .ask(format!("COMMIT{OURS}; {}", blockers::TRAFFIC))
            .await;
        self.close_transaction().await;
        let row = seen?.into_iter().next();
        Ok(row.map(blockers::read_traffic))
    }

    async fn traffic(&mut self) -> Result<Option<Traffic>, Failure> {
        blockers::traffic(self).await
    }

    fn gauges(&self) -> Vec<Box<dyn Gauge>> {
        brakes::all()
    }

    async fn replication_lag(&mut self) -> Result<Option<f64>, Failure> {
        let sql = sqlx::raw_sql("SHOW ALL SLAVES STATUS");
        let rows = self.asking()?.fetch_all(sql).await;
        let rows = self.answered(rows)?;
        let mut worst = None;
        for row in &rows {
            // NULL where it does not run.
            let lag: Option<u64> = row
                .try_get_unchecked("Seconds_Behind_Master")
                .map_err(classify)?;
            let Some(lag) = lag else { return Ok(None) };
            worst = Some(worst.unwrap_or(0.0_f64).max(lag as f64));
        }
        Ok(worst)
    }

    async fn look(&mut self, sql: &str) -> Result<Vec<Row>, Failure> {
        let limit = LOOK_TIMEOUT.as_secs_f64();
        self.ask(format!(
            "SET STATEMENT max_statement_time = {limit} FOR {sql}{OURS}"
        ))
        .await
    }

    async fn commit(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        let committed = self.send(format!("COMMIT{OURS}")).await;
        self.close_transaction().await;
        committed.map(drop)
    }

    async fn rollback(&mut self) {
        if std::mem::take(&mut self.in_transaction) {
            // A connection on which this fails is lost, and with it the transaction.
            let _ = self.send("ROLLBACK").await;
            self.close_transaction().await;
        }
    }

    async fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64, Failure> {
        let sql = self.keeping(sql).await?;
        if arguments.is_empty() {
            return match (self.patience, self.in_transaction) {
                (Some(patience), false) => self.execute_watched(&sql, patience).await,
                _ => self.send(sql).await,
            };
        }
        let query = prepared(&self.marked(&sql), arguments);
        let done = self.asking()?.execute(query).await;
        Ok(self.answered(done)?.rows_affected())
    }

    async fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure> {
        let query = prepared(&self.marked(sql), arguments);
        let rows = self.asking()?.fetch_all(query).await;
        self.answered(rows)?.iter().map(read_row).collect()
    }

    async fn read(
        &mut self,
        waits: &Waits,
        sql: &str,
        arguments: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        self.begin(waits).await?;
        let rows = self.query(sql, arguments).await;
        end(self, rows).await
    }

    async fn begin_read(
        &mut self,
        waits: &Waits,
        at_most: Duration,
        _stop: &Stop,
    ) -> Result<SessionId, Failure> {
        self.patience = None;
        self.in_transaction = true;
        self.limited = true;
        let limit = at_most.as_secs_f64();
        let begun = self
            .send(format!(
                "{}, max_statement_time = {limit}; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
                 START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                Self::waits(waits.lock)
            ))
            .await;
        if let Err(failure) = begun {
            self.rollback().await;
            return Err(failure);
        }
        Ok(self.id)
    }

    async fn begin_alone(&mut self, patience: Duration) -> Result<SessionId, Failure> {
        // A table is locked for the storage engine behind its metadata lock, and whoever waits
        // there keeps everybody from it: that wait is not even begun.
        let seconds = patience.as_secs() + 1;
        self.send(format!(
            "SET SESSION lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = 0"
        ))
        .await?;
        self.patience = Some(patience);
        Ok(self.id)
    }

    async fn obstruction(&mut self, of: SessionId) -> Result<Obstruction, Failure> {
        blockers::obstruction(self, of).await
    }

    async fn cancel(&mut self, session: SessionId) -> Result<(), Failure> {
        self.send(format!("KILL QUERY {}", session.0)).await?;
        Ok(())
    }

    async fn logged(&mut self) -> Result<Option<u64>, Failure> {
        let rows = self
            .ask("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'")
            .await?;
        let value = rows.into_iter().flatten().filter_map(text).nth(1);
        Ok(value.and_then(|value| value.parse().ok()))
    }

    async fn horizon(&mut self) -> Result<Option<String>, Failure> {
        let rows = self.ask("SELECT CAST(UNIX_TIMESTAMP() AS char)").await?;
        Ok(rows.into_iter().flatten().find_map(text))
    }

    async fn older_than(&mut self, horizon: &str) -> Result<Vec<Blocker>, Failure> {
        blockers::older_than(self, horizon).await
    }
}

/// With `?` for numbered parameters, each value where it belongs.
///
/// Statements are prepared once and kept. To close one is a message without an answer, behind which
/// the next waits until the server has confirmed the first: for 40 ms, as the driver does not ask
/// the system to send at once.
fn prepared(sql: &str, arguments: &[Value]) -> Query<'static, sqlx::MySql, MySqlArguments> {
    let (sql, order) = positional(sql);
    let query = sqlx::query(AssertSqlSafe(sql));
    order
        .into_iter()
        .map(|at| arguments.get(at).cloned().unwrap_or(Value::Null))
        .fold(query, |query, argument| match argument {
            Value::Null => query.bind(None::<String>),
            Value::Int(number) => query.bind(number),
            Value::Real(number) => query.bind(number),
            Value::Text(text) | Value::Json(text) => query.bind(text),
            Value::Blob(bytes) => query.bind(bytes),
        })
}

/// Reads each value by the type that it has. Times are asked for as text.
fn read_row(row: &MySqlRow) -> Result<Row, Failure> {
    (0..row.len())
        .map(|at| {
            let raw = crate::backend::raw_mariadb(row, at).map_err(classify)?;
            Ok(match raw {
                Raw::Null => Value::Null,
                Raw::Int(number) => Value::Int(number),
                Raw::Real(number) => Value::Real(number),
                Raw::Text(text) => Value::Text(text),
                Raw::Blob(bytes) => Value::Blob(bytes),
            })
        })
        .collect()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn count(value: Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_database_is_refused() {
        assert!(
            options("mysql://root@localhost")
                .unwrap_err()
                .contains("names no database")
        );
        assert!(options("mysql://root@localhost/app").is_ok());
        assert!(options("mariadb://root@localhost:1/app").is_ok());
    }
}
