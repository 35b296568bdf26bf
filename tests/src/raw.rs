//! SQL as the build before sends it: it knows nothing of the new columns, nor of colmig.

use colmig::{Database, Db};
use colmig_schema::Sql;

/// Executes SQL. The tests write their values into the text.
///
/// # Errors
/// What the driver says.
pub async fn execute(db: &Db, sql: &str) -> Result<u64, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(match db.database() {
        // It counts no further than to a thousand by itself.
        Database::MariaDb if sql.contains("WITH RECURSIVE") => {
            format!("SET STATEMENT max_recursive_iterations = 1000000 FOR {sql}")
        }
        _ => sql.to_owned(),
    });
    if let Some(pool) = db.as_postgres() {
        return Ok(sqlx::query(sql).execute(pool).await?.rows_affected());
    }
    if let Some(pool) = db.as_mariadb() {
        return Ok(sqlx::query(sql).execute(pool).await?.rows_affected());
    }
    match db.as_sqlite() {
        Some(pool) => Ok(sqlx::query(sql).execute(pool).await?.rows_affected()),
        None => Err(sqlx::Error::PoolClosed),
    }
}

/// Fetches the first column of the first row as text.
///
/// # Errors
/// What the driver says.
pub async fn text(db: &Db, sql: &str) -> Result<Option<String>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    if let Some(pool) = db.as_postgres() {
        return sqlx::query_scalar(sql).fetch_optional(pool).await;
    }
    if let Some(pool) = db.as_mariadb() {
        return sqlx::query_scalar(sql).fetch_optional(pool).await;
    }
    match db.as_sqlite() {
        Some(pool) => sqlx::query_scalar(sql).fetch_optional(pool).await,
        None => Err(sqlx::Error::PoolClosed),
    }
}

/// Fetches a number.
///
/// # Errors
/// What the driver says.
pub async fn number(db: &Db, sql: &str) -> Result<i64, sqlx::Error> {
    let as_text = db.database().sql().map_or("text", Sql::as_text);
    let text = text(db, &format!("SELECT CAST(({sql}) AS {as_text})")).await?;
    text.and_then(|text| text.parse().ok())
        .ok_or(sqlx::Error::RowNotFound)
}

/// The expression over all rows of a table, with `;` between.
///
/// # Errors
/// What the driver says.
pub async fn joined(db: &Db, of_row: &str, table: &str) -> Result<String, sqlx::Error> {
    let all = match db.database() {
        Database::Postgres => format!("string_agg({of_row}, ';')"),
        Database::MariaDb => format!("group_concat({of_row} SEPARATOR ';')"),
        _ => format!("group_concat({of_row}, ';')"),
    };
    let all: Option<String> = text(db, &format!("SELECT coalesce({all}, '') FROM {table}")).await?;
    Ok(all.unwrap_or_default())
}

/// Inserts `rows` users with ids from `first` on, as the build before would.
///
/// # Errors
/// What the driver says.
pub async fn seed(db: &Db, first: i64, rows: i64) -> Result<(), sqlx::Error> {
    execute(
        db,
        &format!(
            "INSERT INTO users (id, first_name, last_name) \
             WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
             SELECT id, 'First' || id, 'Last' || id FROM ids"
        ),
    )
    .await
    .map(|_| ())
}
