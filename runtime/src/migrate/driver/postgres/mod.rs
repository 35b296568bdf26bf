//! PostgreSQL.

mod batch;
mod blockers;
mod brakes;
mod load;
mod partitions;
mod read;
mod tables;
mod triggers;
mod weigh;

use std::time::Duration;

use async_trait::async_trait;
use colmig_schema::render::IN_THE_WAY;
use colmig_schema::{Database, Sql};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgDatabaseError, PgRow};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, Column, ConnectOptions, Connection as _, Executor, PgConnection, Row as _,
    TypeInfo,
};

use self::batch::Kept;
use self::blockers::{BLOCKING, OLDER, WANTED_TABLE, blocker};
use self::load::traffic;
use self::triggers::SKIP_TRIGGERS;
use super::{
    Batches, Dialect, Driver, Failure, Obstruction, Row, SessionId, Value, Waits, Whole,
    WholeBatch, Words, end,
};
use crate::fleet::words;
use crate::migrate::backfill::{Gauge, Traffic};
use crate::migrate::blocker::Blocker;
use crate::migrate::settings::WORKER_SESSION;
use crate::migrate::watch::Stop;

/// Where to connect, and as whom.
pub(in crate::migrate) type Options = PgConnectOptions;

/// A table up to this size is counted when its statistics say nothing.
const COUNTED_UP_TO_BYTES: i64 = 64 * 1024 * 1024;

/// What a connection waits on top of the server's `deadlock_timeout`, after which the
/// server cancels an autovacuum that is in the way.
const AFTER_DEADLOCK_TIMEOUT: &str = "500 milliseconds";

/// How long a look may take before the server breaks it off.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);

static DIALECT: Dialect = Dialect {
    database: Database::Postgres,
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
    database: Sql::Postgres,
    name: "text",
    text: "text",
    for_share: " FOR SHARE",
    returns_updated: true,
    now: words::POSTGRES.now,
    later: words::POSTGRES.later,
    age: "(extract(epoch FROM clock_timestamp() - {}) * 1000)::bigint",
    iso: "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
    time_column: "timestamptz NOT NULL DEFAULT clock_timestamp()",
    serial_key: "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    // Room for the next version of a row beside the last, which then need no index entry.
    updated_often: " WITH (fillfactor = 50)",
    readable_by_all: "GRANT SELECT ON {} TO PUBLIC",
    writable_by_all: "GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO PUBLIC",
    notify: "NOTIFY colmig",
    hold_fleet: "LOCK TABLE colmig_instance, colmig_switch IN SHARE MODE",
    find_table: "SELECT 1 WHERE to_regclass($1) IS NOT NULL",
    for_update: " FOR UPDATE",
    skip_locked: " FOR UPDATE SKIP LOCKED",
};

/// Reads a URL.
pub(in crate::migrate) fn options(url: &str) -> Result<Options, String> {
    let options: PgConnectOptions = url
        .parse()
        .map_err(|error: sqlx::Error| format!("the database URL: {error}"))?;
    let options = match options.get_application_name() {
        Some(_) => options,
        // What others see who look for the one that is in their way.
        None => options.application_name("colmig"),
    };
    // Events tell of every statement that matters, and of how long it took.
    Ok(options.disable_statement_logging())
}

/// One connection.
#[derive(Debug)]
pub(in crate::migrate) struct Postgres {
    options: PgConnectOptions,
    connection: PgConnection,
    in_transaction: bool,
    /// Whether statements with parameters are prepared once and kept.
    keeps_statements: bool,
    /// The statements of a batch that this session has prepared.
    kept: Option<Kept>,
    /// What a worker's session executes first.
    session: Vec<String>,
    /// Whether batches skip triggers.
    skips_triggers: bool,
}

impl Postgres {
    pub(super) async fn open(options: PgConnectOptions) -> Result<Self, Failure> {
        let connection = connect(&options).await?;
        Ok(Postgres {
            options,
            connection,
            in_transaction: false,
            keeps_statements: false,
            kept: None,
            session: Vec::new(),
            skips_triggers: false,
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

    /// Sends statements without parameters, as one simple query.
    async fn send(&mut self, sql: impl Into<String>) -> Result<u64, Failure> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        let done = self.connection.execute(sql).await.map_err(classify)?;
        Ok(done.rows_affected())
    }

    /// Sends one statement with its parameters; all rows that it gives.
    async fn fetch(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure> {
        let query = prepared(sql, arguments).persistent(self.keeps_statements);
        let rows = self.connection.fetch_all(query).await;
        let rows = match rows {
            Ok(rows) => rows,
            Err(error) => return Err(self.failed(error).await),
        };
        rows.iter().map(read_row).collect()
    }

    /// What can be done about the error of a statement with parameters. Behind a pooler that
    /// does not know them, statements that were prepared are missing in the next transaction.
    async fn failed(&mut self, error: sqlx::Error) -> Failure {
        let code = error.as_database_error().and_then(|error| error.code());
        // invalid_sql_statement_name, duplicate_prepared_statement
        let strange = code.is_some_and(|code| matches!(&*code, "26000" | "42P05"));
        if strange && std::mem::take(&mut self.keeps_statements) {
            // They would be used as long as sqlx remembers them. A connection on which this
            // fails is lost, and says so to whoever tries again.
            let _ = self.connection.clear_cached_statements().await;
            return Failure::Again(error.to_string());
        }
        classify(error)
    }

    /// Begins a transaction of its own for one statement with parameters, where there is
    /// none: a pooler may give each of the two messages that make up the statement
    /// another session otherwise. Whether it did.
    async fn open_guard(&mut self) -> Result<bool, Failure> {
        if self.in_transaction {
            return Ok(false);
        }
        self.in_transaction = true;
        self.send("BEGIN").await?;
        Ok(true)
    }

    async fn close_guard<T>(
        &mut self,
        opened: bool,
        result: Result<T, Failure>,
    ) -> Result<T, Failure> {
        match (opened, &result) {
            (false, _) => {}
            (true, Ok(_)) => self.commit().await?,
            (true, Err(_)) => self.rollback().await,
        }
        result
    }

    /// Sends statements as one simple query, of which the last gives the session's id.
    async fn send_for_session(&mut self, sql: String) -> Result<SessionId, Failure> {
        let rows = self
            .connection
            .fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)))
            .await
            .map_err(classify)?;
        let pid = rows
            .last()
            .map(|row| row.try_get(0))
            .transpose()
            .map_err(classify)?;
        Ok(SessionId(pid.unwrap_or_default()))
    }

    /// Everything that precedes the statements of a transaction, in one round trip.
    async fn open_transaction(&mut self, waits: &Waits) -> Result<SessionId, Failure> {
        // A waiter for this mode makes the server cancel an autovacuum in its way, after
        // `deadlock_timeout`, and holds up neither readers nor writers. Once it is held,
        // no autovacuum can come between.
        let ahead = waits.ahead.as_ref().map_or_else(String::new, |table| {
            format!(
                "SELECT set_config('lock_timeout', extract(epoch FROM current_setting('deadlock_timeout')::interval + \
                 interval '{AFTER_DEADLOCK_TIMEOUT}') || 's', true); LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE;"
            )
        });
        // Whatever the role defaults to: a statement has to see what was committed while
        // the one before it waited for a lock, and a scan that blocks nobody takes as
        // long as it takes.
        self.send_for_session(format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 0; {ahead} \
             SET LOCAL lock_timeout = {}; SELECT pg_backend_pid()",
            waits.lock.as_millis()
        ))
        .await
    }
}

#[async_trait]
impl Driver for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    async fn reconnect(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.kept = None;
        self.connection = connect(&self.options).await?;
        self.enter().await
    }

    async fn begin(&mut self, waits: &Waits) -> Result<SessionId, Failure> {
        self.in_transaction = true;
        let opened = self.open_transaction(waits).await;
        if opened.is_err() {
            self.rollback().await;
        }
        opened
    }

    async fn begin_batch(
        &mut self,
        lock: Duration,
        fence: &str,
    ) -> Result<(SessionId, bool), Failure> {
        self.in_transaction = true;
        // In one message, for there are many batches.
        let sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_backend_pid(), set_config('lock_timeout', '{}', true), \
             {}; {fence}",
            lock.as_millis(),
            self.settings()
        );
        let sent = self.connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)));
        let rows = match sent.await.map_err(classify) {
            Ok(rows) => rows,
            Err(failure) => {
                self.rollback().await;
                return Err(failure);
            }
        };
        let pid = rows.first().map(|row| row.try_get(0)).transpose();
        let session = SessionId(pid.map_err(classify)?.unwrap_or_default());
        Ok((session, rows.len() > 1))
    }

    async fn whole_batch(&mut self, batch: &WholeBatch<'_>) -> Result<Option<Whole>, Failure> {
        self.send_whole(batch).await
    }

    async fn prepare_for_batches(&mut self, how: &Batches<'_>) -> Result<(), Failure> {
        self.keeps_statements = true;
        self.session = how.session.to_vec();
        self.skips_triggers = how.skip_triggers;
        self.enter().await
    }

    async fn skip_triggers(&mut self) -> Result<(), Failure> {
        self.send(format!("SELECT {SKIP_TRIGGERS}")).await?;
        Ok(())
    }

    async fn commit_and_look(&mut self) -> Result<Option<Traffic>, Failure> {
        self.in_transaction = false;
        traffic(&mut self.connection, "COMMIT; ").await
    }

    async fn traffic(&mut self) -> Result<Option<Traffic>, Failure> {
        match self.look_kept().await? {
            Some(traffic) => Ok(traffic),
            None => traffic(&mut self.connection, "").await,
        }
    }

    fn gauges(&self) -> Vec<Box<dyn Gauge>> {
        brakes::all()
    }

    async fn look(&mut self, sql: &str) -> Result<Vec<Row>, Failure> {
        // In one message, so that a pooler gives all of it the same session.
        let sql = format!(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = {}; {sql}; COMMIT",
            LOOK_TIMEOUT.as_millis()
        );
        self.in_transaction = true;
        let sent = self.connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql)));
        match sent.await.map_err(classify) {
            Ok(rows) => {
                self.in_transaction = false;
                rows.iter().map(read_row).collect()
            }
            Err(failure) => {
                self.rollback().await;
                Err(failure)
            }
        }
    }

    async fn commit(&mut self) -> Result<(), Failure> {
        self.in_transaction = false;
        self.send("COMMIT").await?;
        Ok(())
    }

    async fn rollback(&mut self) {
        if std::mem::take(&mut self.in_transaction) {
            // A connection on which this fails is lost, and with it the transaction.
            let _ = self.send("ROLLBACK").await;
        }
    }

    async fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64, Failure> {
        if arguments.is_empty() {
            return self.send(sql).await;
        }
        let opened = self.open_guard().await?;
        let query = prepared(sql, arguments).persistent(self.keeps_statements);
        let result = self.connection.execute(query).await;
        let result = match result {
            Ok(done) => Ok(done.rows_affected()),
            Err(error) => Err(self.failed(error).await),
        };
        self.close_guard(opened, result).await
    }

    async fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure> {
        let opened = self.open_guard().await?;
        let result = self.fetch(sql, arguments).await;
        self.close_guard(opened, result).await
    }

    async fn read(
        &mut self,
        waits: &Waits,
        sql: &str,
        arguments: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        self.begin(waits).await?;
        let rows = self.fetch(sql, arguments).await;
        end(self, rows).await
    }

    async fn begin_read(
        &mut self,
        waits: &Waits,
        at_most: Duration,
        _stop: &Stop,
    ) -> Result<SessionId, Failure> {
        self.open_read(waits, at_most).await
    }

    async fn begin_alone(&mut self, patience: Duration) -> Result<SessionId, Failure> {
        let patience = patience.as_millis();
        let sql = format!(
            "SET statement_timeout = 0; SET lock_timeout = {patience}; SELECT pg_backend_pid()"
        );
        self.send_for_session(sql).await
    }

    async fn obstruction(&mut self, of: SessionId) -> Result<Obstruction, Failure> {
        let pid = [Value::Int(of.0.into())];
        let rows = self.query(BLOCKING, &pid).await?;
        let vacuumed = |row: &Row| row.last() == Some(&Value::Text("autovacuum worker".to_owned()));
        let ahead = if rows.iter().any(vacuumed) {
            let wanted = self.query(WANTED_TABLE, &pid).await?;
            wanted.into_iter().flatten().find_map(text)
        } else {
            None
        };
        Ok(Obstruction {
            blockers: rows.into_iter().map(blocker).collect(),
            ahead,
        })
    }

    async fn cancel(&mut self, session: SessionId) -> Result<(), Failure> {
        self.query(
            "SELECT pg_cancel_backend($1::int)",
            &[Value::Int(session.0.into())],
        )
        .await?;
        Ok(())
    }

    async fn logged(&mut self) -> Result<Option<u64>, Failure> {
        // What was handed to the log, whether it has reached the disk or not.
        let sql = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint";
        Ok(self
            .query(sql, &[])
            .await?
            .into_iter()
            .flatten()
            .find_map(count))
    }

    async fn horizon(&mut self) -> Result<Option<String>, Failure> {
        let sql = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text";
        Ok(self
            .query(sql, &[])
            .await?
            .into_iter()
            .flatten()
            .find_map(text))
    }

    async fn older_than(&mut self, horizon: &str) -> Result<Vec<Blocker>, Failure> {
        let rows = self.query(OLDER, &[horizon.into()]).await?;
        Ok(rows.into_iter().map(blocker).collect())
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Failure> {
    options.connect().await.map_err(classify)
}

fn prepared(sql: &str, arguments: &[Value]) -> Query<'static, sqlx::Postgres, PgArguments> {
    let query = sqlx::query(AssertSqlSafe(sql.to_owned()));
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

/// Reads the few types that our statements give.
fn read_row(row: &PgRow) -> Result<Row, Failure> {
    row.columns()
        .iter()
        .map(|column| {
            let at = column.ordinal();
            let value = match column.type_info().name() {
                "BOOL" => row
                    .try_get::<Option<bool>, _>(at)
                    .map(|flag| flag.map(|flag| Value::Int(flag.into()))),
                "INT8" => row
                    .try_get::<Option<i64>, _>(at)
                    .map(|number| number.map(Value::Int)),
                "INT4" => row
                    .try_get::<Option<i32>, _>(at)
                    .map(|number| number.map(|n| Value::Int(n.into()))),
                _ => row
                    .try_get::<Option<String>, _>(at)
                    .map(|text| text.map(Value::Text)),
            };
            value
                .map(|value| value.unwrap_or(Value::Null))
                .map_err(classify)
        })
        .collect()
}

/// What can be done about an error.
fn classify(error: sqlx::Error) -> Failure {
    let message = error.to_string();
    let Some(error) = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
    else {
        return match error {
            // Ours to answer for: nothing that a new connection would do better.
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::Configuration(_) => Failure::refused(message),
            _ => Failure::Lost(message),
        };
    };
    let message = error.message().to_owned();
    match error.code() {
        // lock_not_available, deadlock_detected
        "55P03" | "40P01" => Failure::LockTimeout(message),
        // serialization_failure
        "40001" => Failure::Again(message),
        // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now,
        // idle_in_transaction_session_timeout, idle_session_timeout
        "53300" | "57P01" | "57P02" | "57P03" | "25P03" | "57P05" => Failure::Lost(message),
        // query_canceled
        "57014" => Failure::Cancelled(message),
        // connection_exception
        code if code.starts_with("08") => Failure::Lost(message),
        // integrity_constraint_violation
        code if code.starts_with("23") => Failure::Conflict {
            constraint: error.constraint().map(str::to_owned),
            message,
            detail: error.detail().map(str::to_owned),
        },
        IN_THE_WAY => Failure::InTheWay {
            message,
            hint: error.hint().map(str::to_owned),
        },
        code => Failure::Refused {
            message,
            hint: error.hint().map(str::to_owned),
            // duplicate_table (which indexes are as well), duplicate_object
            exists: matches!(code, "42P07" | "42710"),
        },
    }
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
