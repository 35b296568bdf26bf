//! What nothing of colmig's lets happen: rows that are written while no trigger looks.

use colmig::Db;
use sqlx::{AssertSqlSafe, Executor as _, Row as _, SqliteConnection};

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
