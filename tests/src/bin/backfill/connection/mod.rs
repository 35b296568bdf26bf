//! One connection, to whichever database.

mod mongodb;

use colmig::Database;
use colmig_schema::Sql;
use colmig_schema::render::positional;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use self::mongodb::MongoDb;
use crate::Result;
use crate::errand::Errand;

/// How long SQLite's write lock is waited for. Nothing is to fail here for having waited: what
/// is measured is for how long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

pub(crate) enum Connection {
    Postgres(PgConnection),
    MariaDb(MySqlConnection),
    Sqlite(SqliteConnection),
    MongoDb(MongoDb),
}

impl Connection {
    /// Opens a connection that says who it is, where the database has a place for that.
    pub(crate) async fn open(url: &str, name: &str) -> Result<Connection> {
        Ok(match Database::of_url(url) {
            Some(Database::Postgres) => {
                let options: PgConnectOptions = url.parse()?;
                let options = options.application_name(name).disable_statement_logging();
                Connection::Postgres(options.connect().await?)
            }
            Some(Database::MariaDb) => {
                let options: MySqlConnectOptions = url.parse()?;
                let options = options.disable_statement_logging();
                Connection::MariaDb(options.connect().await?)
            }
            Some(Database::MongoDb) => Connection::MongoDb(MongoDb::open(url, name).await?),
            _ => {
                let options: SqliteConnectOptions = url.parse()?;
                let options = options.busy_timeout(PATIENCE).disable_statement_logging();
                Connection::Sqlite(options.connect().await?)
            }
        })
    }

    /// Executes statements as they are, or a command, and says how many rows they changed.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64> {
        let raw = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        Ok(match self {
            Connection::Postgres(to) => raw.execute(to).await?.rows_affected(),
            Connection::MariaDb(to) => raw.execute(to).await?.rows_affected(),
            Connection::Sqlite(to) => raw.execute(to).await?.rows_affected(),
            Connection::MongoDb(to) => to.fill(sql, &[]).await?,
        })
    }

    /// The number that a query gives.
    pub(crate) async fn number(&mut self, sql: &str) -> Result<i64> {
        let safe = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::Postgres(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::MariaDb(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::Sqlite(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::MongoDb(to) => to.number(sql, &[]).await?.ok_or("nothing was found")?,
        })
    }

    /// The text that a query gives.
    pub(crate) async fn text(&mut self, sql: &str) -> Result<String> {
        let safe = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::Postgres(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::MariaDb(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::Sqlite(to) => sqlx::query_scalar(safe).fetch_one(to).await?,
            Connection::MongoDb(to) => to.text(sql).await?,
        })
    }

    /// Sends a statement of a migration's backfill that changes rows, prepared, with keys in the
    /// form that it wants.
    pub(crate) async fn fill(&mut self, sql: &str, keys: &[i64]) -> Result<u64> {
        let (text, order) = positional(sql);
        let safe = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::MariaDb(to) => {
                let mut query = sqlx::query(AssertSqlSafe(text));
                for at in order {
                    query = query.bind(keys[at]);
                }
                query.execute(to).await?.rows_affected()
            }
            Connection::Postgres(to) => {
                let mut query = sqlx::query(safe);
                for key in keys {
                    query = query.bind(key.to_string());
                }
                query.execute(to).await?.rows_affected()
            }
            Connection::Sqlite(to) => {
                let mut query = sqlx::query(safe);
                for key in keys {
                    query = query.bind(*key);
                }
                query.execute(to).await?.rows_affected()
            }
            Connection::MongoDb(to) => to.fill(sql, keys).await?,
        })
    }

    /// The key that such a statement gives: the first of all, or that of the next range.
    pub(crate) async fn key(&mut self, sql: &str, from: Option<(i64, i64)>) -> Result<Option<i64>> {
        let safe = AssertSqlSafe(sql.to_owned());
        match self {
            Connection::Postgres(to) => {
                let mut query = sqlx::query_scalar(safe);
                if let Some((key, rows)) = from {
                    query = query.bind(key.to_string()).bind(rows);
                }
                let key: Option<String> = query.fetch_optional(to).await?;
                Ok(key.map(|key| key.parse()).transpose()?)
            }
            Connection::MariaDb(to) => {
                // The parameters stand in their order.
                let mut query = sqlx::query_scalar(AssertSqlSafe(positional(sql).0));
                if let Some((key, rows)) = from {
                    query = query.bind(key).bind(rows);
                }
                Ok(query.fetch_optional(to).await?)
            }
            Connection::Sqlite(to) => {
                let mut query = sqlx::query_scalar(safe);
                if let Some((key, rows)) = from {
                    query = query.bind(key).bind(rows);
                }
                Ok(query.fetch_optional(to).await?)
            }
            Connection::MongoDb(to) => {
                let from = from.map(|(key, rows)| [key, rows]);
                to.number(sql, from.as_ref().map_or(&[], |from| from.as_slice()))
                    .await
            }
        }
    }

    /// The key that comes out of a prepared batch behind another key (PostgreSQL).
    pub(crate) async fn after(&mut self, sql: &str, key: i64) -> Result<Option<i64>> {
        let sql = AssertSqlSafe(sql.to_owned());
        let Connection::Postgres(to) = self else {
            return Err("this method is for PostgreSQL".into());
        };
        let query = sqlx::query_scalar(sql).bind(key.to_string());
        let key: Option<String> = query.fetch_optional(to).await?;
        Ok(key.map(|key| key.parse()).transpose()?)
    }

    /// Runs an errand about one row, prepared. The row has to be there.
    pub(crate) async fn one(&mut self, errand: Errand, key: i64) -> Result<()> {
        match self {
            Connection::Postgres(to) => {
                let sql = errand.sql(Sql::Postgres);
                let rows = sqlx::query(sql).bind(key).execute(to).await?;
                expect(rows.rows_affected())
            }
            Connection::MariaDb(to) => {
                let query = sqlx::query(errand.sql(Sql::MariaDb)).bind(key);
                // Here no query affects rows, but an update affects those that it finds.
                expect(match errand {
                    Errand::Read => query.fetch_all(to).await?.len() as u64,
                    Errand::Update => query.execute(to).await?.rows_affected(),
                })
            }
            // A query of SQLite's affects no rows, so what it gives is not counted.
            Connection::Sqlite(to) => {
                let sql = errand.sql(Sql::Sqlite);
                sqlx::query(sql).bind(key).fetch_all(to).await?;
                Ok(())
            }
            Connection::MongoDb(to) => expect(to.one(errand, key).await?),
        }
    }

    pub(crate) async fn close(self) -> Result<()> {
        match self {
            Connection::Postgres(connection) => connection.close().await?,
            Connection::MariaDb(connection) => connection.close().await?,
            Connection::Sqlite(connection) => connection.close().await?,
            Connection::MongoDb(connection) => connection.close().await,
        }
        Ok(())
    }
}

fn expect(rows: u64) -> Result<()> {
    match rows {
        1 => Ok(()),
        rows => Err(format!("a statement about one row found {rows}").into()),
    }
}
