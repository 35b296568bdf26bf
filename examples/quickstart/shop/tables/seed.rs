//! What only a shop of tables does: filling them with SQL.

use colmig::{Db, Options};

use crate::user::User;

/// What `main.rs` calls the accessors by.
pub use colmig::Model as Accessors;

/// What a `Db` is told of the model.
pub fn options() -> Options {
    Db::options().model::<User>()
}

/// Fills the table.
pub async fn seed(db: &Db, rows: i64) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(pool) = db.as_postgres() {
        let rows = format!(
            "INSERT INTO users (id, first_name, last_name) SELECT id, 'First ' || id, 'Last ' || id FROM generate_series(1, {rows}) AS id"
        );
        sqlx::query(sqlx::AssertSqlSafe(rows)).execute(pool).await?;
    } else if let Some(pool) = db.as_mariadb() {
        let rows = format!(
            "INSERT INTO users (id, first_name, last_name) SELECT seq, CONCAT('First ', seq), CONCAT('Last ', seq) FROM seq_1_to_{rows}"
        );
        sqlx::query(sqlx::AssertSqlSafe(rows)).execute(pool).await?;
    } else if let Some(pool) = db.as_sqlite() {
        sqlx::query("PRAGMA journal_mode = WAL").execute(pool).await?;
        sqlx::query(
            "WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < $1) \
             INSERT INTO users (id, first_name, last_name) SELECT id, 'First ' || id, 'Last ' || id FROM ids",
        )
        .bind(rows)
        .execute(pool)
        .await?;
    }
    Ok(())
}
