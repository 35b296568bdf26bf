//! A database of its own for each test, reached beside the code under test.

use std::sync::OnceLock;
use std::time::Duration;

use colmig::Database;
use colmig::migrate::{Migrator, Settings};
use colmig_harness::{
    Endpoint, MariaDb, MariaDbEndpoint, Postgres, Storage, shared_mariadb, shared_postgres,
};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use tempfile::TempDir;

use crate::project::create_users;

pub(crate) enum Fixture {
    Sqlite {
        folder: TempDir,
    },
    Postgres {
        endpoint: Endpoint,
        name: String,
    },
    MariaDb {
        endpoint: MariaDbEndpoint,
        name: String,
    },
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // The server is shared, and memory is where its data may lie.
        match self {
            Fixture::Sqlite { .. } => {}
            Fixture::Postgres { endpoint, name } => {
                let _ = endpoint.drop_database(name);
            }
            Fixture::MariaDb { endpoint, name } => {
                let _ = endpoint.drop_database(name);
            }
        }
    }
}

/// The server of the whole test run; without one, a server of this process.
pub(crate) fn server() -> Endpoint {
    static OWN: OnceLock<Postgres> = OnceLock::new();
    shared_postgres().unwrap_or_else(|_| {
        let own = OWN.get_or_init(|| {
            Postgres::builder()
                .storage(Storage::Memory)
                .start()
                .unwrap()
        });
        own.endpoint().clone()
    })
}

/// The same of MariaDB.
fn mariadb_server() -> MariaDbEndpoint {
    static OWN: OnceLock<MariaDb> = OnceLock::new();
    shared_mariadb().unwrap_or_else(|_| {
        let own = OWN.get_or_init(|| MariaDb::builder().storage(Storage::Memory).start().unwrap());
        own.endpoint().clone()
    })
}

impl Fixture {
    pub(crate) fn sqlite() -> Fixture {
        Fixture::Sqlite {
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn postgres() -> Fixture {
        Fixture::postgres_on(server())
    }

    pub(crate) fn postgres_on(endpoint: Endpoint) -> Fixture {
        let name = endpoint.create_database("migrate").unwrap();
        Fixture::Postgres { endpoint, name }
    }

    pub(crate) fn mariadb() -> Fixture {
        let endpoint = mariadb_server();
        let name = endpoint.create_database("migrate").unwrap();
        Fixture::MariaDb { endpoint, name }
    }

    /// With a table of so many users.
    pub(crate) async fn with_users(self, rows: u32) -> Fixture {
        self.sql(&create_users(self.database())).await;
        self.sql(&format!(
            "INSERT INTO users WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
             SELECT i, 'first' || i, 'last', 'user' || i || '@host' || (i % 7) || '.org' FROM n"
        ))
        .await;
        self
    }

    pub(crate) fn database(&self) -> Database {
        match self {
            Fixture::Sqlite { .. } => Database::Sqlite,
            Fixture::Postgres { .. } => Database::Postgres,
            Fixture::MariaDb { .. } => Database::MariaDb,
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Fixture::Sqlite { folder } => {
                format!("sqlite:{}?mode=rwc", folder.path().join("app.db").display())
            }
            Fixture::Postgres { endpoint, name } => endpoint.url(name),
            Fixture::MariaDb { endpoint, name } => endpoint.url(name),
        }
    }

    /// A connection of somebody else.
    pub(crate) async fn other(&self) -> Other {
        match self {
            Fixture::Sqlite { .. } => {
                let options: SqliteConnectOptions = self.url().parse().unwrap();
                Other::Sqlite(
                    options
                        .busy_timeout(Duration::from_secs(10))
                        .connect()
                        .await
                        .unwrap(),
                )
            }
            Fixture::Postgres { .. } => {
                Other::Postgres(sqlx::PgConnection::connect(&self.url()).await.unwrap())
            }
            Fixture::MariaDb { .. } => {
                let mut connection = sqlx::MySqlConnection::connect(&self.url()).await.unwrap();
                // As the others have it: names in double quotes, and recursion without an end.
                let session = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'), max_recursive_iterations = 1000000";
                connection.execute(sqlx::raw_sql(session)).await.unwrap();
                Other::MariaDb(connection)
            }
        }
    }

    /// Sends statements on a connection of their own.
    pub(crate) async fn sql(&self, sql: &str) {
        self.other().await.sql(sql).await;
    }

    /// The only value that a query gives, as text.
    pub(crate) async fn value(&self, sql: &str) -> String {
        self.other().await.value(sql).await
    }

    pub(crate) async fn count(&self, rows: &str) -> u64 {
        self.value(&format!("SELECT count(*) FROM {rows}"))
            .await
            .parse()
            .unwrap()
    }

    /// The schema as text, byte for byte the same for the same schema.
    pub(crate) async fn schema(&self) -> String {
        match self {
            Fixture::Sqlite { .. } => {
                let rows = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_schema ORDER BY type, name";
                self.value(&format!(
                    "SELECT group_concat(line, char(10)) FROM ({rows})"
                ))
                .await
            }
            Fixture::Postgres { endpoint, name } => endpoint.pg_dump_schema(name).unwrap(),
            Fixture::MariaDb { endpoint, name } => endpoint.dump_schema(name).unwrap(),
        }
    }

    pub(crate) async fn migrator(&self) -> Migrator {
        self.migrator_with(settings()).await
    }

    pub(crate) async fn migrator_with(&self, settings: Settings) -> Migrator {
        Migrator::connect(&self.url(), settings).await.unwrap()
    }
}

/// A connection of somebody else.
pub(crate) enum Other {
    Sqlite(sqlx::SqliteConnection),
    Postgres(sqlx::PgConnection),
    MariaDb(sqlx::MySqlConnection),
}

impl Other {
    pub(crate) async fn sql(&mut self, sql: &str) {
        self.try_sql(sql)
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    pub(crate) async fn try_sql(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Other::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Other::Postgres(connection) => connection.execute(sql).await.map(drop),
            Other::MariaDb(connection) => connection.execute(sql).await.map(drop),
        }
    }

    pub(crate) async fn value(&mut self, sql: &str) -> String {
        let text = match self {
            Other::MariaDb(_) => "char",
            _ => "text",
        };
        let sql = AssertSqlSafe(format!("SELECT CAST(({sql}) AS {text})"));
        let value: Option<String> = match self {
            Other::Sqlite(connection) => {
                connection.fetch_one(sqlx::query(sql)).await.unwrap().get(0)
            }
            Other::Postgres(connection) => {
                connection.fetch_one(sqlx::query(sql)).await.unwrap().get(0)
            }
            Other::MariaDb(connection) => {
                connection.fetch_one(sqlx::query(sql)).await.unwrap().get(0)
            }
        };
        value.unwrap_or_default()
    }
}

/// Quick: small batches and short pauses, and no application to wait for.
pub(crate) fn settings() -> Settings {
    Settings {
        lock_retry: Duration::from_millis(100),
        lock_patience: Duration::from_secs(20),
        lease: Duration::from_secs(1),
        batch_rows: 100,
        duty: 1.0,
        actor: Some("tester".to_owned()),
        offline: true,
        ..Settings::default()
    }
}
