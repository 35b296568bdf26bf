//! What the executor asks of a database.
//!
//! A driver gets statements and returns what became of them, classified. It knows no
//! phase, no step and no table of colmig's.
//!
//! ```text
//! executor ── statements, values ──> Driver ──> sqlx ──> database
//!     ^                                 │
//!     └── rows, or a classified Failure ┘
//! ```

#[cfg(feature = "mongodb")]
mod documents;
mod failure;
#[cfg(feature = "mariadb")]
mod mariadb;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod tables;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use colmig_schema::{Database, Sql};

use super::backfill::{Gauge, Traffic};
use super::blocker::Blocker;
use super::error::Error;
use super::watch::Stop;
#[cfg(feature = "mongodb")]
pub(super) use documents::{Documents, Unit};
pub(super) use failure::Failure;
pub(super) use tables::{Hindrance, IndexState, Instead, Standstill, Tables, Triggers};

/// A value that goes to the database or comes from it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    /// What none of these is, as MongoDB has it: an `ObjectId`, a date, a document, in canonical
    /// extended JSON, which takes nothing away from it.
    Json(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Value::Null, Value::from)
    }
}

impl fmt::Display for Value {
    /// The value as people read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Int(number) => number.fmt(f),
            Value::Real(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::Blob(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            #[cfg(feature = "mongodb")]
            Value::Json(text) => mongodb::in_words(text, f),
            #[cfg(not(feature = "mongodb"))]
            Value::Json(text) => f.write_str(text),
        }
    }
}

/// The columns of one row.
pub(super) type Row = Vec<Value>;

/// Keys as people read them, in the order in which people count, each with the values of
/// the columns `shown`, which stand behind it.
pub(super) fn keys_in_words(mut rows: Vec<Row>, shown: &[String]) -> Vec<String> {
    let number = |value: &Value| match value {
        Value::Int(number) => Some(*number),
        // Databases with typed parameters give keys as text.
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    rows.sort_by_cached_key(|row| {
        let parts = row.iter().map(|part| (number(part), part.to_string()));
        parts.collect::<Vec<_>>()
    });
    let words = |row: &Row| {
        let (key, values) = row.split_at(row.len().saturating_sub(shown.len()));
        let parts: Vec<String> = key.iter().map(Value::to_string).collect();
        let values = shown.iter().zip(values).map(|(name, value)| match value {
            Value::Text(text) => format!("{name} = '{text}'"),
            other => format!("{name} = {other}"),
        });
        let values: Vec<String> = values.collect();
        match values.as_slice() {
            [] => parts.join(", "),
            values => format!("{} ({})", parts.join(", "), values.join(", ")),
        }
    };
    rows.iter().map(words).collect()
}

/// How long a transaction's statements wait for locks.
#[derive(Clone, Debug)]
pub(super) struct Waits {
    /// Each of them.
    pub(super) lock: Duration,
    /// A table that is locked ahead of all else in a mode that neither blocks nor
    /// queues up readers and writers: see [`Obstruction::ahead`].
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite has one lock, and no vacuum that holds it")
    )]
    pub(super) ahead: Option<String>,
}

impl Waits {
    pub(super) fn of(lock: Duration) -> Self {
        Waits { lock, ahead: None }
    }
}

/// What stands in the way of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Obstruction {
    pub(super) blockers: Vec<Blocker>,
    /// The table to lock ahead with patience, if that would get rid of a blocker.
    pub(super) ahead: Option<String>,
}

/// The connection as the database knows it, so that another can ask what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SessionId(pub(super) i32);

/// One connection.
///
/// A driver MUST end a transaction whose `commit` failed, and MUST classify a failure of
/// the connection as [`Failure::Lost`]. It SHOULD work through a pooler that gives each
/// transaction another session; only `alone` needs a session of its own.
#[async_trait]
pub(super) trait Driver: Tables {
    /// What this database differs in.
    fn dialect(&self) -> &'static Dialect;

    /// colmig's own documents; none of a database that has tables for that.
    #[cfg(feature = "mongodb")]
    fn documents(&mut self) -> Option<&mut Documents> {
        None
    }

    /// Whether a batch was not answered and may still be written: its range is not to be given
    /// back. Where a batch is a transaction, it goes with its connection.
    fn is_in_doubt(&self) -> bool {
        false
    }

    /// Opens the connection anew.
    async fn reconnect(&mut self) -> Result<(), Failure>;

    /// Begins a transaction that will write.
    async fn begin(&mut self, waits: &Waits) -> Result<SessionId, Failure>;

    /// Begins a transaction that writes one batch of many, and the cursor with it: losing
    /// both in a crash of the server loses nothing, so a commit need not wait for a disk.
    /// Whether `fence`, a statement without parameters, gives a row.
    async fn begin_batch(
        &mut self,
        lock: Duration,
        fence: &str,
    ) -> Result<(SessionId, bool), Failure> {
        let session = self.begin(&Waits::of(lock)).await?;
        match self.query(fence, &[]).await {
            Ok(rows) => Ok((session, !rows.is_empty())),
            Err(failure) => {
                self.rollback().await;
                Err(failure)
            }
        }
    }

    /// Executes a batch as a transaction of its own, in one message: what a round trip costs is
    /// what keeps batches from being small. None if that cannot be done, or came to nothing:
    /// [`begin_batch`](Driver::begin_batch) can then, or says why not.
    async fn whole_batch(&mut self, _: &WholeBatch<'_>) -> Result<Option<Whole>, Failure> {
        Ok(None)
    }

    /// Makes this the connection of a worker, which sends the same few statements over and over.
    async fn prepare_for_batches(&mut self, how: &Batches<'_>) -> Result<(), Failure>;

    /// Has the transaction that has begun skip triggers; nothing where that cannot be done.
    async fn skip_triggers(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// What a worker's connection has to do now and then that is in nobody's way: in the time
    /// that it leaves to others after a batch.
    async fn rest(&mut self) {}

    /// Commits, and says who is at work by then.
    async fn commit_and_look(&mut self) -> Result<Option<Traffic>, Failure> {
        self.commit().await?;
        self.traffic().await
    }

    /// The sessions that are executing a statement at this moment; none if that is not known.
    async fn traffic(&mut self) -> Result<Option<Traffic>, Failure> {
        Ok(None)
    }

    /// What of this database may hold a backfill.
    fn gauges(&self) -> Vec<Box<dyn Gauge>> {
        Vec::new()
    }

    /// How many seconds this server is behind the one that it replicates; none if it replicates
    /// none.
    #[cfg_attr(
        not(feature = "mariadb"),
        expect(dead_code, reason = "PostgreSQL's primary knows it of its replicas")
    )]
    async fn replication_lag(&mut self) -> Result<Option<f64>, Failure> {
        Ok(None)
    }

    /// What a server says of itself, whichever database is worked on.
    #[cfg(feature = "mongodb")]
    async fn server_status(&mut self, _command: &str) -> Result<bson::Document, Failure> {
        Ok(bson::Document::new())
    }

    /// Whether there is a table.
    async fn is_there(&mut self, table: &str) -> Result<bool, Failure> {
        let Some(words) = self.dialect().words else {
            return Ok(false);
        };
        let found = self.query(words.find_table, &[table.into()]).await?;
        Ok(!found.is_empty())
    }

    /// Executes one statement without parameters that only looks, outside of a transaction. It
    /// is broken off when it takes long.
    async fn look(&mut self, sql: &str) -> Result<Vec<Row>, Failure> {
        self.query(sql, &[]).await
    }

    /// Commits. After a failure the transaction is over.
    async fn commit(&mut self) -> Result<(), Failure>;

    /// Rolls back, as far as there is something to roll back.
    async fn rollback(&mut self);

    /// Executes one statement. The number of rows that it changed.
    async fn execute(&mut self, sql: &str, arguments: &[Value]) -> Result<u64, Failure>;

    /// Executes one statement. The rows that it gives.
    async fn query(&mut self, sql: &str, arguments: &[Value]) -> Result<Vec<Row>, Failure>;

    /// Executes one statement that only reads, which waits for locks no longer than any other
    /// and is in no writer's way. Outside of a transaction.
    async fn read(
        &mut self,
        waits: &Waits,
        sql: &str,
        arguments: &[Value],
    ) -> Result<Vec<Row>, Failure>;

    /// Begins a transaction that only reads, in one state of the database: it is in no writer's
    /// way, and takes no more of the server than one session does. A statement in it is broken
    /// off, as [`Failure::Cancelled`], after `at_most`, and where nobody can cancel it from
    /// another connection, also once `stop` is requested.
    async fn begin_read(
        &mut self,
        waits: &Waits,
        at_most: Duration,
        stop: &Stop,
    ) -> Result<SessionId, Failure>;

    /// Prepares the session for statements outside of transactions, which wait for
    /// locks as long as `patience`.
    async fn begin_alone(&mut self, patience: Duration) -> Result<SessionId, Failure>;

    /// What stands in the way of another session.
    async fn obstruction(&mut self, of: SessionId) -> Result<Obstruction, Failure>;

    /// Cancels what another session is executing, as far as that can be done.
    async fn cancel(&mut self, session: SessionId) -> Result<(), Failure>;

    /// How far the log has been written by everybody, in bytes; none where nobody counts it.
    async fn logged(&mut self) -> Result<Option<u64>, Failure> {
        Ok(None)
    }

    /// Where transactions that begin from now on begin; none if the database has no
    /// two writers at a time.
    async fn horizon(&mut self) -> Result<Option<String>, Failure>;

    /// The writers that began before the horizon and have not ended.
    async fn older_than(&mut self, horizon: &str) -> Result<Vec<Blocker>, Failure>;
}

/// What holds for all batches of a worker.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Batches<'b> {
    /// Statements of the team's own, which the session executes first, and so does each that
    /// takes its place.
    pub(super) session: &'b [String],
    /// Whether they skip triggers.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite cannot skip them")
    )]
    pub(super) skip_triggers: bool,
}

/// What the names of colmig's own triggers begin with; the latter are to fire last.
const OWN_TRIGGERS: [&str; 2] = ["colmig_", "zz_colmig_"];

/// A batch that is one message.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(any(feature = "postgres", feature = "mariadb", feature = "mongodb")),
    expect(dead_code, reason = "SQLite has no round trips to save")
)]
pub(super) struct WholeBatch<'b> {
    /// How long each statement waits for a lock.
    #[cfg_attr(
        all(
            feature = "mongodb",
            not(any(feature = "postgres", feature = "mariadb"))
        ),
        expect(dead_code, reason = "an update of MongoDB's waits for no lock")
    )]
    pub(super) lock: Duration,
    /// A statement without parameters, which has to give a row.
    #[cfg_attr(
        all(
            feature = "mongodb",
            not(any(feature = "postgres", feature = "mariadb"))
        ),
        expect(dead_code, reason = "a batch of MongoDB's has it in itself")
    )]
    pub(super) fence: &'b str,
    pub(super) sql: &'b str,
    pub(super) arguments: &'b [Value],
    /// Whether to say who is at work once it is committed.
    pub(super) looks: bool,
}

/// What became of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole {
    /// The rows that were changed.
    pub(super) changed: u64,
    /// Who was at work then; none if nobody asked, or that cannot be seen.
    pub(super) traffic: Option<Traffic>,
}

/// Ends a transaction: commits what succeeded, and rolls back what did not.
pub(super) async fn end<T, E: From<Failure>>(
    driver: &mut dyn Driver,
    result: Result<T, E>,
) -> Result<T, E> {
    match result {
        Ok(value) => {
            driver.commit().await?;
            Ok(value)
        }
        Err(error) => {
            driver.rollback().await;
            Err(error)
        }
    }
}

/// What databases differ in.
#[derive(Debug)]
pub(super) struct Dialect {
    /// Which one it is.
    pub(super) database: Database,
    /// Its words, if it speaks SQL.
    pub(super) words: Option<&'static Words>,
    /// The shortest pause after a batch.
    pub(super) pause_at_least: Duration,
    /// The longest time that a batch may take.
    pub(super) batch_at_most: Duration,
    /// The largest share of the time that batches may take.
    pub(super) duty_at_most: f64,
    /// The same while others are at work.
    pub(super) duty_beside_others: f64,
    /// Whether sessions can be asked what they wait for.
    pub(super) sees_blockers: bool,
    /// Whether a transaction that writes keeps every other writer out, whatever it writes.
    pub(super) single_writer: bool,
    /// Whether a row stays as it was read until a transaction ends, and all that is in one is
    /// undone together. Otherwise each statement stands by itself.
    pub(super) transactions: bool,
    /// Whether it can write the new column for writers that know nothing of it.
    pub(super) triggers: bool,
}

/// What databases that speak SQL say differently about the same thing.
#[derive(Debug)]
pub(super) struct Words {
    /// Whose words they are.
    pub(super) database: Sql,
    /// The time, by the database's clock.
    pub(super) now: &'static str,
    /// The time in as many milliseconds as the parameter says; `{}` stands for it.
    pub(super) later: &'static str,
    /// The age of a time in milliseconds.
    pub(super) age: &'static str,
    /// A time in ISO 8601.
    pub(super) iso: &'static str,
    /// The type of a name, which may be part of a key.
    pub(super) name: &'static str,
    /// The type of a text of any length.
    pub(super) text: &'static str,
    /// The type of a time, and how a column comes to the present one.
    pub(super) time_column: &'static str,
    /// The type of an integer primary key that counts by itself.
    pub(super) serial_key: &'static str,
    /// Follows the definition of a table whose rows are updated all the time.
    pub(super) updated_often: &'static str,
    /// Lets everybody read a table; `{}` stands for it. Empty where nobody is kept from it.
    pub(super) readable_by_all: &'static str,
    /// Lets everybody read and write a table; `{}` stands for it. Empty where nobody is kept from it.
    pub(super) writable_by_all: &'static str,
    /// Tells whoever listens that something was published, once it is committed. Empty where
    /// nobody can listen.
    pub(super) notify: &'static str,
    /// Keeps everybody from writing the tables of the fleet; empty where a transaction that
    /// writes does that anyhow.
    pub(super) hold_fleet: &'static str,
    /// Finds a table by the name in the parameter; a row if it is there.
    pub(super) find_table: &'static str,
    /// Keeps a row that is read from being written by others until the transaction ends;
    /// empty where a transaction that writes does that anyhow.
    pub(super) for_update: &'static str,
    /// Keeps it from being written, and lets others do the same.
    pub(super) for_share: &'static str,
    /// Whether an update can give the rows that it has changed.
    pub(super) returns_updated: bool,
    /// As the first, without the rows that others keep so.
    pub(super) skip_locked: &'static str,
}

impl Words {
    /// Fills the only gap of one of the above.
    pub(super) fn fill(template: &str, with: &str) -> String {
        template.replace("{}", with)
    }
}

/// Opens connections to one database.
#[derive(Clone, Debug)]
pub(super) enum Connector {
    #[cfg(feature = "mongodb")]
    MongoDb(mongodb::Options),
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::Options>),
    #[cfg(feature = "mariadb")]
    MariaDb(Box<mariadb::Options>),
    #[cfg(feature = "sqlite")]
    Sqlite(Box<sqlite::Options>),
}

impl Connector {
    /// Reads a URL.
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        let database = Database::of_url(url).ok_or_else(|| {
            Error::Url(
                "the database URL has to begin with `postgres:`, `mysql:`, `mariadb:`, `sqlite:` or `mongodb:`"
                    .to_owned(),
            )
        })?;
        match database {
            #[cfg(feature = "mongodb")]
            Database::MongoDb => mongodb::options(url)
                .map(Connector::MongoDb)
                .map_err(Error::Url),
            #[cfg(feature = "postgres")]
            Database::Postgres => postgres::options(url)
                .map(|options| Connector::Postgres(Box::new(options)))
                .map_err(Error::Url),
            #[cfg(feature = "mariadb")]
            Database::MariaDb => mariadb::options(url)
                .map(|options| Connector::MariaDb(Box::new(options)))
                .map_err(Error::Url),
            #[cfg(feature = "sqlite")]
            Database::Sqlite => sqlite::options(url)
                .map(|options| Connector::Sqlite(Box::new(options)))
                .map_err(Error::Url),
            other => Err(Error::Url(format!(
                "this build cannot speak to {}: switch on the feature `{other}` of colmig",
                other.title()
            ))),
        }
    }

    /// Which database it is.
    pub(super) fn database(&self) -> Database {
        match self {
            #[cfg(feature = "mongodb")]
            Connector::MongoDb(_) => Database::MongoDb,
            #[cfg(feature = "postgres")]
            Connector::Postgres(_) => Database::Postgres,
            #[cfg(feature = "mariadb")]
            Connector::MariaDb(_) => Database::MariaDb,
            #[cfg(feature = "sqlite")]
            Connector::Sqlite(_) => Database::Sqlite,
        }
    }

    /// Opens a connection on which tables can be created that are nobody else's.
    pub(super) async fn rehearsal(&self) -> Result<Box<dyn Driver>, Failure> {
        match self {
            #[cfg(feature = "mongodb")]
            Connector::MongoDb(_) => self.open().await,
            #[cfg(feature = "postgres")]
            Connector::Postgres(_) => self.open().await,
            #[cfg(feature = "mariadb")]
            Connector::MariaDb(_) => self.open().await,
            #[cfg(feature = "sqlite")]
            Connector::Sqlite(_) => Ok(Box::new(
                sqlite::Sqlite::open(sqlite::Options::new().in_memory(true)).await?,
            )),
        }
    }

    /// Opens a connection.
    pub(super) async fn open(&self) -> Result<Box<dyn Driver>, Failure> {
        Ok(match self {
            #[cfg(feature = "mongodb")]
            Connector::MongoDb(options) => Box::new(mongodb::MongoDb::open(options.clone()).await?),
            #[cfg(feature = "postgres")]
            Connector::Postgres(options) => {
                Box::new(postgres::Postgres::open((**options).clone()).await?)
            }
            #[cfg(feature = "mariadb")]
            Connector::MariaDb(options) => {
                Box::new(mariadb::MariaDb::open((**options).clone()).await?)
            }
            #[cfg(feature = "sqlite")]
            Connector::Sqlite(options) => {
                Box::new(sqlite::Sqlite::open((**options).clone()).await?)
            }
        })
    }
}
