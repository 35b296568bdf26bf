//! SQL as the build before sends it: it knows nothing of the new columns, nor of colmig.

use colmig::Db;

/// Executes SQL. The tests write their values into the text.
///
/// # Errors
/// What the driver says.
pub async fn execute(db: &Db, sql: &str) -> Result<u64, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    if let Some(pool) = db.as_postgres() {
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
    let text = text(db, &format!("SELECT CAST(({sql}) AS text)")).await?;
    text.and_then(|text| text.parse().ok())
        .ok_or(sqlx::Error::RowNotFound)
}

/// Inserts `rows` users with ids from `first` on, as the build before would.
///
/// # Errors
/// What the driver says.
pub async fn seed(db: &Db, first: i64, rows: i64) -> Result<(), sqlx::Error> {
    execute(
        db,
        &format!(
            "WITH RECURSIVE ids(id) AS (SELECT {first} UNION ALL SELECT id + 1 FROM ids WHERE id + 1 < {first} + {rows}) \
             INSERT INTO users (id, first_name, last_name) SELECT id, 'First' || id, 'Last' || id FROM ids"
        ),
    )
    .await
    .map(|_| ())
}
