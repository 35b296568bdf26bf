//! A connection of somebody else.

use colmig_schema::Sql;
use sqlx::mysql::MySqlRow;
use sqlx::{
    AssertSqlSafe, Connection, Executor as _, MySqlConnection, PgConnection, Row as _,
    SqliteConnection,
};

use super::{Failed, failed};

/// A connection of somebody else than colmig.
pub(super) enum Live {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    MariaDb(MySqlConnection),
}

impl Live {
    pub(super) async fn connect(database: Sql, url: &str) -> Result<Live, Failed> {
        Ok(match database {
            Sql::Postgres => {
                let connected = PgConnection::connect(url).await;
                Live::Postgres(connected.map_err(failed("connect"))?)
            }
            Sql::MariaDb => {
                let connected = MySqlConnection::connect(url).await;
                Live::MariaDb(connected.map_err(failed("connect"))?)
            }
            _ => {
                let connected = SqliteConnection::connect(url).await;
                Live::Sqlite(connected.map_err(failed("connect"))?)
            }
        })
    }

    /// Sends statements.
    pub(super) async fn sql(&mut self, sql: &str) -> Result<(), Failed> {
        let raw = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = match self {
            Live::Sqlite(connection) => connection.execute(raw).await.map(drop),
            Live::Postgres(connection) => connection.execute(raw).await.map(drop),
            Live::MariaDb(connection) => connection.execute(raw).await.map(drop),
        };
        done.map_err(failed(sql))
    }

    /// The first column of every row, as text.
    pub(super) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, Failed> {
        let query = AssertSqlSafe(sql.to_owned());
        let rows: Result<Vec<Option<String>>, sqlx::Error> = match self {
            Live::Sqlite(connection) => {
                let rows = sqlx::query(query).fetch_all(connection).await;
                rows.and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect())
            }
            Live::Postgres(connection) => {
                let rows = sqlx::query(query).fetch_all(connection).await;
                rows.and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect())
            }
            // What `SHOW CREATE` gives stands behind the name.
            Live::MariaDb(connection) => {
                let rows = connection.fetch_all(sqlx::raw_sql(query)).await;
                rows.and_then(|rows| {
                    let text = |row: &MySqlRow| row.try_get_unchecked(row.len().min(2) - 1);
                    rows.iter().map(text).collect()
                })
            }
        };
        let rows = rows.map_err(failed(sql))?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The major version of the server.
    pub(super) async fn version(&mut self) -> Result<u32, Failed> {
        match self {
            Live::Sqlite(_) => Ok(3),
            Live::MariaDb(_) => Ok(10),
            Live::Postgres(_) => {
                let found = self.texts("SHOW server_version_num").await?;
                let number = found.first().and_then(|number| number.parse::<u32>().ok());
                Ok(number.unwrap_or_default() / 10_000)
            }
        }
    }

    /// How many rows there are.
    pub(super) async fn count(&mut self, rows: &str) -> Result<u64, Failed> {
        let text = match self {
            Live::MariaDb(_) => "char",
            Live::Postgres(_) | Live::Sqlite(_) => "text",
        };
        let found = self
            .texts(&format!("SELECT CAST(count(*) AS {text}) FROM {rows}"))
            .await?;
        let count = found.first().and_then(|count| count.parse().ok());
        count.ok_or_else(|| Failed(format!("nothing counts {rows}")))
    }

    /// The schema as text but for colmig's own: the same text for the same schema.
    pub(super) async fn schema(&mut self) -> Result<Vec<String>, Failed> {
        match self {
            Live::Sqlite(_) => {
                self.texts(
                    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema \
                     WHERE tbl_name NOT LIKE 'colmig_%' ORDER BY type, name",
                )
                .await
            }
            Live::Postgres(_) => self.texts(POSTGRES).await,
            Live::MariaDb(_) => {
                let mut lines = Vec::new();
                for show in self.texts(MARIADB_SHOWS).await? {
                    lines.extend(self.texts(&show).await?.iter().map(|text| uncounted(text)));
                }
                lines.extend(self.texts(MARIADB).await?);
                Ok(lines)
            }
        }
    }
}

/// The statement without how far a table has counted.
fn uncounted(create: &str) -> String {
    match create.split_once(" AUTO_INCREMENT=") {
        Some((before, after)) => {
            format!("{before}{}", after.trim_start_matches(char::is_numeric))
        }
        None => create.to_owned(),
    }
}

/// The statements that show each table and view.
const MARIADB_SHOWS: &str = "SELECT CONCAT('SHOW CREATE TABLE `', REPLACE(TABLE_NAME, '`', '``'), '`') FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> 'colmig_' ORDER BY TABLE_NAME";

/// Triggers and functions.
const MARIADB: &str = "SELECT line FROM ( \
     SELECT CONCAT_WS(' ', 'trigger', TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() AND LEFT(EVENT_OBJECT_TABLE, 7) <> 'colmig_' \
     UNION ALL SELECT CONCAT_WS(' ', 'routine', ROUTINE_NAME, ROUTINE_DEFINITION) \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()) AS l ORDER BY line";

/// Columns, constraints, indexes, triggers, views, functions, policies and rights, by the server's
/// own words for them.
const POSTGRES: &str = "WITH c AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relreplident, c.relacl FROM pg_class c \
     JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT starts_with(c.relname, 'colmig_')) \
     SELECT line FROM ( \
     SELECT 'relation ' || concat_ws(' ', relname, relkind, relrowsecurity, relreplident) || ' ' || coalesce(relacl::text, '') AS line FROM c \
     UNION ALL SELECT 'column ' || concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated) \
     || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') || ' ' || coalesce(col_description(c.oid, attnum), '') \
     FROM c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum WHERE relkind <> 'i' \
     UNION ALL SELECT 'constraint ' || relname || ' ' || conname || ' ' || pg_get_constraintdef(o.oid) FROM c JOIN pg_constraint o ON conrelid = c.oid \
     UNION ALL SELECT 'index ' || concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid) FROM c JOIN pg_index ON indrelid = c.oid \
     UNION ALL SELECT 'trigger ' || concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled) FROM c JOIN pg_trigger t ON tgrelid = c.oid AND NOT tgisinternal \
     UNION ALL SELECT 'rule ' || pg_get_ruledef(r.oid) FROM c JOIN pg_rewrite r ON ev_class = c.oid \
     UNION ALL SELECT 'policy ' || relname || ' ' || polname || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') FROM c JOIN pg_policy ON polrelid = c.oid \
     UNION ALL SELECT 'published ' || relname FROM c JOIN pg_publication_rel ON prrelid = c.oid \
     UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace \
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT starts_with(proname, 'colmig_')) AS lines ORDER BY line";
