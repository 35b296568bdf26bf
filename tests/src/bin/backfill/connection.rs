//! One connection, to whichever database.

use colmig::Database;
use colmig_schema::render::positional;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::Result;

/// How long SQLite's write lock is waited for. Nothing is to fail here for having waited: what
/// is measured is for how long.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

pub(crate) enum Connection {
    Postgres(PgConnection),
    MariaDb(MySqlConnection),
    Sqlite(SqliteConnection),
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
            _ => {
                let options: SqliteConnectOptions = url.parse()?;
                let options = options.busy_timeout(PATIENCE).disable_statement_logging();
                Connection::Sqlite(options.connect().await?)
            }
        })
    }

    /// Executes statements as they are, and says how many rows they changed.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<u64> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        Ok(match self {
            Connection::Postgres(to) => sql.execute(to).await?.rows_affected(),
            Connection::MariaDb(to) => sql.execute(to).await?.rows_affected(),
            Connection::Sqlite(to) => sql.execute(to).await?.rows_affected(),
        })
    }

    /// The number that a query gives.
    pub(crate) async fn number(&mut self, sql: &str) -> Result<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::Postgres(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
            Connection::MariaDb(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
            Connection::Sqlite(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
        })
    }

    /// The text that a query gives.
    pub(crate) async fn text(&mut self, sql: &str) -> Result<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::Postgres(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
            Connection::MariaDb(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
            Connection::Sqlite(to) => sqlx::query_scalar(sql).fetch_one(to).await?,
        })
    }

    /// Sends a statement of a migration's backfill that changes rows, prepared, with keys in the
    /// form that it wants.
    pub(crate) async fn fill(&mut self, sql: &str, keys: &[i64]) -> Result<u64> {
        let (text, order) = positional(sql);
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Connection::MariaDb(to) => {
                let mut query = sqlx::query(AssertSqlSafe(text));
                for at in order {
                    query = query.bind(keys[at]);
                }
                query.execute(to).await?.rows_affected()
            }
            Connection::Postgres(to) => {
                let mut query = sqlx::query(sql);
                for key in keys {
                    query = query.bind(key.to_string());
                }
                query.execute(to).await?.rows_affected()
            }
            Connection::Sqlite(to) => {
                let mut query = sqlx::query(sql);
                for key in keys {
                    query = query.bind(*key);
                }
                query.execute(to).await?.rows_affected()
            }
        })
    }

    /// The key that such a statement gives: the first of all, or that of the next range.
    pub(crate) async fn key(&mut self, sql: &str, from: Option<(i64, i64)>) -> Result<Option<i64>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Connection::Postgres(to) => {
                let mut query = sqlx::query_scalar(sql);
                if let Some((key, rows)) = from {
                    query = query.bind(key.to_string()).bind(rows);
                }
                let key: Option<String> = query.fetch_optional(to).await?;
                Ok(key.map(|key| key.parse()).transpose()?)
            }
            Connection::MariaDb(to) => {
                // The parameters stand in their order.
                let mut query = sqlx::query_scalar(AssertSqlSafe(positional(&sql.0).0));
                if let Some((key, rows)) = from {
                    query = query.bind(key).bind(rows);
                }
                Ok(query.fetch_optional(to).await?)
            }
            Connection::Sqlite(to) => {
                let mut query = sqlx::query_scalar(sql);
                if let Some((key, rows)) = from {
                    query = query.bind(key).bind(rows);
                }
                Ok(query.fetch_optional(to).await?)
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

    /// Sends a prepared statement about one row. It has to be there.
    pub(crate) async fn one(&mut self, sql: &'static str, key: i64) -> Result<()> {
        match self {
            Connection::Postgres(to) => {
                let rows = sqlx::query(sql).bind(key).execute(to).await?;
                expect(rows.rows_affected())
            }
            // Here neither does a query, but an update affects the rows that it finds.
            Connection::MariaDb(to) if sql.starts_with("SELECT") => {
                let rows = sqlx::query(sql).bind(key).fetch_all(to).await?;
                expect(rows.len() as u64)
            }
            Connection::MariaDb(to) => {
                let rows = sqlx::query(sql).bind(key).execute(to).await?;
                expect(rows.rows_affected())
            }
            // A query of SQLite's affects no rows, so what it gives is not counted.
            Connection::Sqlite(to) => {
                sqlx::query(sql).bind(key).fetch_all(to).await?;
                Ok(())
            }
        }
    }

    pub(crate) async fn close(self) -> Result<()> {
        match self {
            Connection::Postgres(connection) => connection.close().await?,
            Connection::MariaDb(connection) => connection.close().await?,
            Connection::Sqlite(connection) => connection.close().await?,
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
