//! A connection to whichever server it is.

use colmig::Database;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, PgConnection};

use crate::Result;

pub(crate) enum Server {
    Postgres(PgConnection),
    MariaDb(MySqlConnection),
}

impl Server {
    /// Connects, and says who it is where the server has a place for that.
    pub(crate) async fn open(url: &str, name: &str) -> Result<Server> {
        match Database::of_url(url) {
            Some(Database::Postgres) => {
                let options: PgConnectOptions = url.parse()?;
                let options = options.application_name(name).disable_statement_logging();
                Ok(Server::Postgres(options.connect().await?))
            }
            Some(Database::MariaDb) => {
                let options: MySqlConnectOptions = url.parse()?;
                let options = options.disable_statement_logging();
                Ok(Server::MariaDb(options.connect().await?))
            }
            _ => Err(format!("`{url}`: the locks of PostgreSQL and MariaDB can be seen").into()),
        }
    }

    /// Sends statements.
    pub(crate) async fn execute(&mut self, sql: &str) -> std::result::Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Server::Postgres(to) => sql.execute(to).await.map(drop),
            Server::MariaDb(to) => sql.execute(to).await.map(drop),
        }
    }

    /// The number by which the server knows this connection.
    pub(crate) async fn id(&mut self) -> Result<i64> {
        Ok(match self {
            Server::Postgres(to) => {
                let sql = "SELECT pg_backend_pid()::bigint";
                sqlx::query_scalar(sql).fetch_one(to).await?
            }
            Server::MariaDb(to) => {
                let sql = "SELECT CAST(CONNECTION_ID() AS signed)";
                sqlx::query_scalar(sql).fetch_one(to).await?
            }
        })
    }

    pub(crate) async fn close(self) -> std::result::Result<(), sqlx::Error> {
        match self {
            Server::Postgres(connection) => connection.close().await,
            Server::MariaDb(connection) => connection.close().await,
        }
    }
}

/// Whether it is that there is no such table.
pub(crate) fn is_missing(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("42P01" | "42S02"))
}
