//! What nothing of colmig's lets happen: rows that are written while no trigger looks.

use colmig::Db;
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection, Row as _, SqliteConnection};

/// Executes SQL behind the triggers' back, as a person with too many rights may. How many rows
/// the last statement changed is not known.
///
/// # Errors
/// What the driver says.
pub async fn execute(db: &Db, table: &str, sql: &str) -> Result<(), sqlx::Error> {
    if let Some(pool) = db.as_postgres() {
        let all = format!(
            "SET session_replication_role = replica; {sql}; SET session_replication_role = DEFAULT"
        );
        let mut connection = pool.acquire().await?;
        let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(all))).await;
        if done.is_err() {
            // It goes with its setting.
            connection.detach();
        }
        return done.map(drop);
    }
    if let Some(pool) = db.as_mariadb() {
        let mut connection = pool.acquire().await?;
        let (drops, creates) = triggers_of_mariadb(&mut connection, table).await?;
        // Nobody else gets at the table while its triggers are away.
        let all = format!("LOCK TABLES {table} WRITE; {drops}{sql}; {creates}UNLOCK TABLES");
        let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(all))).await;
        if done.is_err() {
            // It goes with its locks.
            connection.detach();
        }
        return done.map(drop);
    }
    let Some(pool) = db.as_sqlite() else {
        return Err(sqlx::Error::PoolClosed);
    };
    let mut connection = pool.acquire().await?;
    let create = triggers(&mut connection, table).await?;
    let drops = create.iter().map(|(name, _)| {
        let name = name.replace('"', "\"\"");
        format!("DROP TRIGGER \"{name}\"; ")
    });
    let drops: String = drops.collect();
    let creates: String = create.iter().map(|(_, sql)| format!("; {sql}")).collect();
    let all = format!("BEGIN IMMEDIATE; {drops}{sql}{creates}; COMMIT");
    let done = connection.execute(sqlx::raw_sql(AssertSqlSafe(all))).await;
    if done.is_err() {
        let _ = connection.execute("ROLLBACK").await;
    }
    done.map(drop)
}

/// What drops the triggers of a table of MariaDB's, and what creates them again in their order.
async fn triggers_of_mariadb(
    connection: &mut MySqlConnection,
    table: &str,
) -> Result<(String, String), sqlx::Error> {
    let sql = "SELECT TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT FROM information_schema.TRIGGERS \
               WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = ? ORDER BY EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER";
    let (mut drops, mut creates) = (String::new(), String::new());
    for row in sqlx::query(sql).bind(table).fetch_all(connection).await? {
        let column = |at: usize| row.try_get::<String, _>(at);
        let name = column(0)?.replace('`', "``");
        let (timing, event, body) = (column(1)?, column(2)?, column(3)?);
        drops.push_str(&format!("DROP TRIGGER `{name}`; "));
        creates.push_str(&format!(
            "CREATE TRIGGER `{name}` {timing} {event} ON `{table}` FOR EACH ROW {body}; "
        ));
    }
    Ok((drops, creates))
}

/// The triggers of a SQLite table, and the statements that create them.
async fn triggers(
    connection: &mut SqliteConnection,
    table: &str,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1 ORDER BY rowid";
    let rows = sqlx::query(sql).bind(table).fetch_all(connection).await?;
    let trigger = |row: &sqlx::sqlite::SqliteRow| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(trigger).collect()
}
