//! What an instance says to the database about itself, and asks it.
//!
//! Every statement is sent as one simple query without parameters: a pooler in transaction
//! mode may give each message of a prepared statement another session, and a plan that
//! is prepared would outlive what it was made for.

use colmig_schema::Sql;
use colmig_schema::fleet::Epoch;
use sqlx::Row as _;

use crate::access::{Held, on};
use crate::view::Published;

/// What databases say differently about the time.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The time, by the database's clock.
    pub(crate) now: &'static str,
    /// The time in as many milliseconds as `{}` says.
    pub(crate) later: &'static str,
}

/// PostgreSQL's.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: Clock = Clock {
    now: "clock_timestamp()",
    later: "(clock_timestamp() + {} * interval '1 millisecond')",
};

/// MariaDB's: what its statements say of the time does not depend on where the session is.
#[cfg(feature = "mariadb")]
pub(crate) const MARIADB: Clock = Clock {
    now: "UTC_TIMESTAMP(6)",
    later: "(UTC_TIMESTAMP(6) + INTERVAL ({} * 1000) MICROSECOND)",
};

/// SQLite's.
#[cfg(feature = "sqlite")]
pub(crate) const SQLITE: Clock = Clock {
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    later: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ({} / 1000.0) || ' seconds')",
};

/// One instance, as it registers.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) id: String,
    pub(crate) build: String,
    pub(crate) host: String,
    pub(crate) pid: u32,
    pub(crate) lease_ms: u64,
}

impl Seat {
    /// Registers, with a lease.
    pub(super) async fn register(
        &self,
        held: &mut Held<'_>,
        models: &str,
        acknowledged: Epoch,
    ) -> Result<(), sqlx::Error> {
        let Clock { now, later } = clock(held);
        let expires = later.replace("{}", &self.lease_ms.to_string());
        let database = held.database();
        let text = |words: &str| text(words, database);
        let (id, build) = (text(&self.id), text(&self.build));
        let (host, pid, models) = (text(&self.host), self.pid, text(models));
        let sql = format!(
            "INSERT INTO colmig_instance (id, build, models, host, pid, began_at, seen_at, expires_at, acknowledged) \
             VALUES ({id}, {build}, {models}, {host}, {pid}, {now}, {now}, {expires}, {acknowledged}) {} {}",
            database.or_set("id"),
            database.set_inserted(&["seen_at", "expires_at", "models", "acknowledged"])
        );
        execute(held, sql).await.map(drop)
    }

    /// Renews the lease, and tells the models if there are any to be told. Whether there
    /// was a lease to renew: the row of one that has long run out may have been removed.
    pub(super) async fn renew(
        &self,
        held: &mut Held<'_>,
        models: Option<&str>,
    ) -> Result<bool, sqlx::Error> {
        let Clock { now, later } = clock(held);
        let expires = later.replace("{}", &self.lease_ms.to_string());
        let database = held.database();
        let models = models.map_or_else(String::new, |models| {
            format!(", models = {}", text(models, database))
        });
        let id = text(&self.id, database);
        let sql = format!(
            "UPDATE colmig_instance SET seen_at = {now}, expires_at = {expires}{models} WHERE id = {id}"
        );
        Ok(execute(held, sql).await? == 1)
    }

    /// Tells the models that it understands.
    pub(super) async fn tell(&self, held: &mut Held<'_>, models: &str) -> Result<(), sqlx::Error> {
        let database = held.database();
        let (id, models) = (text(&self.id, database), text(models, database));
        let sql = format!("UPDATE colmig_instance SET models = {models} WHERE id = {id}");
        execute(held, sql).await.map(drop)
    }

    /// Acknowledges an epoch.
    pub(super) async fn acknowledge(
        &self,
        held: &mut Held<'_>,
        epoch: Epoch,
    ) -> Result<(), sqlx::Error> {
        let id = text(&self.id, held.database());
        let sql = format!("UPDATE colmig_instance SET acknowledged = {epoch} WHERE id = {id}");
        execute(held, sql).await.map(drop)
    }

    /// Gives the lease back.
    pub(super) async fn leave(&self, held: &mut Held<'_>) -> Result<(), sqlx::Error> {
        let id = text(&self.id, held.database());
        let sql = format!("DELETE FROM colmig_instance WHERE id = {id}");
        execute(held, sql).await.map(drop)
    }
}

/// Whether there are tables of colmig's, and how old what this connection sees of them
/// is, in milliseconds: a transaction may see the database as it was when it began.
pub(super) async fn find(held: &mut Held<'_>) -> Result<(bool, u64), sqlx::Error> {
    let sql = match held {
        #[cfg(feature = "postgres")]
        Held::PooledPostgres(_) | Held::Postgres(_) => {
            "SELECT to_regclass('colmig_instance') IS NOT NULL, \
             CASE current_setting('transaction_isolation') WHEN 'read committed' THEN 0 \
             ELSE (extract(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::bigint END"
        }
        // By default a transaction reads one state from its first read on. It does not say how old
        // that is, so it counts as too old.
        #[cfg(feature = "mariadb")]
        Held::PooledMariaDb(_) | Held::MariaDb(_) => {
            "SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'colmig_instance'), \
             CASE WHEN @@in_transaction = 0 OR @@tx_isolation IN ('READ-COMMITTED', 'READ-UNCOMMITTED') THEN 0 ELSE 3600000 END"
        }
        // A transaction that reads an old state cannot write any more.
        #[cfg(feature = "sqlite")]
        Held::PooledSqlite(_) | Held::Sqlite(_) => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'colmig_instance'), 0"
        }
        #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
        Held::Nothing(_) => "",
    };
    on!(held, _D, connection => {
        let row = sqlx::raw_sql(sql).fetch_one(connection).await?;
        let age: i64 = row.try_get(1)?;
        Ok((row.try_get(0)?, age.max(0).unsigned_abs()))
    })
}

/// Counts what was published: phases, and moves of the read switch.
pub(crate) fn count_published(database: Sql) -> String {
    format!(
        "SELECT CAST(COALESCE((SELECT sum(generation) FROM colmig_migration), 0) \
         + COALESCE((SELECT sum(switched) FROM colmig_switch), 0) AS {})",
        database.as_integer()
    )
}

/// The epoch, and nothing else.
pub(super) async fn epoch(held: &mut Held<'_>) -> Result<Epoch, sqlx::Error> {
    let sql = count_published(held.database());
    causal(held, sql, async |held, sql| {
        on!(held, _D, connection => {
            let sql = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
            sql.fetch_one(connection).await?.try_get(0)
        })
    })
    .await
}

/// All that is published, in one statement, so that the phases and the epoch agree.
pub(super) async fn published(held: &mut Held<'_>) -> Result<Vec<Published>, sqlx::Error> {
    let sql = "SELECT id, state, phase, generation + COALESCE(switched, 0), changes, COALESCE(reads_from, 'legacy'), \
        COALESCE(show_values, 0) FROM colmig_migration LEFT JOIN colmig_switch ON migration = id ORDER BY id";
    causal(held, sql.to_owned(), async |held, sql| {
        on!(held, _D, connection => {
            let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await?;
            let rows = rows.iter().map(|row| {
                Ok(Published {
                    id: row.try_get(0)?,
                    state: row.try_get(1)?,
                    phase: row.try_get(2)?,
                    generation: row.try_get(3)?,
                    changes: row.try_get(4)?,
                    reads: row.try_get(5)?,
                    show_values: row.try_get::<i64, _>(6)? != 0,
                    documents: false,
                })
            });
            rows.collect()
        })
    })
    .await
}

/// Asks so that the answer has all in it that was committed before, on whichever node of a
/// cluster: a node of Galera answers from what it has applied, unless it is told to wait.
async fn causal<T>(
    held: &mut Held<'_>,
    sql: String,
    ask: impl AsyncFn(&mut Held<'_>, String) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    match held {
        #[cfg(feature = "mariadb")]
        Held::PooledMariaDb(_) | Held::MariaDb(_) => {
            let waiting = format!("SET STATEMENT wsrep_sync_wait = 1 FOR {sql}");
            match ask(held, waiting).await {
                // A server that cannot be a node does not know the variable.
                Err(error) if is_unknown_variable(&error) => ask(held, sql).await,
                answer => answer,
            }
        }
        #[cfg(feature = "postgres")]
        Held::PooledPostgres(_) | Held::Postgres(_) => ask(held, sql).await,
        #[cfg(feature = "sqlite")]
        Held::PooledSqlite(_) | Held::Sqlite(_) => ask(held, sql).await,
        #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
        Held::Nothing(_) => ask(held, sql).await,
    }
}

#[cfg(feature = "mariadb")]
fn is_unknown_variable(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    let error = error.and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>());
    error.is_some_and(|error| error.number() == 1193)
}

/// Tells whoever listens on a channel.
#[cfg(feature = "postgres")]
pub(super) async fn notify(held: &mut Held<'_>, channel: &str) -> Result<(), sqlx::Error> {
    let sql = format!("NOTIFY {}", colmig_schema::render::Ident(channel));
    execute(held, sql).await.map(drop)
}

/// Tells every instance that there is something to look for, where that can be done.
pub(crate) async fn notify_all(held: &mut Held<'_>) -> Result<(), sqlx::Error> {
    match held {
        #[cfg(feature = "postgres")]
        Held::PooledPostgres(_) | Held::Postgres(_) => notify(held, super::listen::CHANNEL).await,
        #[cfg(feature = "mariadb")]
        Held::PooledMariaDb(_) | Held::MariaDb(_) => Ok(()),
        #[cfg(feature = "sqlite")]
        Held::PooledSqlite(_) | Held::Sqlite(_) => Ok(()),
        #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
        Held::Nothing(_) => Ok(()),
    }
}

pub(crate) async fn execute(held: &mut Held<'_>, sql: String) -> Result<u64, sqlx::Error> {
    on!(held, _D, connection => {
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await?;
        Ok(done.rows_affected())
    })
}

fn clock(held: &Held<'_>) -> &'static Clock {
    match held {
        #[cfg(feature = "postgres")]
        Held::PooledPostgres(_) | Held::Postgres(_) => &POSTGRES,
        #[cfg(feature = "mariadb")]
        Held::PooledMariaDb(_) | Held::MariaDb(_) => &MARIADB,
        #[cfg(feature = "sqlite")]
        Held::PooledSqlite(_) | Held::Sqlite(_) => &SQLITE,
        #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
        Held::Nothing(_) => <sqlx::Any as crate::backend::Backend>::CLOCK,
    }
}

fn text(text: &str, database: Sql) -> String {
    // No database takes the character that ends a string in C.
    database.literal(&text.replace('\0', ""))
}

/// Whether it is that colmig's tables are not there.
pub(crate) fn is_missing(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        // undefined_table
        error.code().as_deref() == Some("42P01")
            // MariaDB's code of the same, which is ER_NO_SUCH_TABLE.
            || error.code().as_deref() == Some("42S02")
            || error.message().contains("no such table")
    })
}

/// Whether it is that this role or this connection may only read.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| match &*code {
        // insufficient_privilege, read_only_sql_transaction
        "42501" | "25006" => true,
        // SQLITE_READONLY stands in the lowest byte.
        code => code.parse::<u32>().is_ok_and(|code| code & 0xff == 8),
    })
}
