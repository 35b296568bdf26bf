//! SQL as a team writes it by hand.

use colmig::Db;
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::failure::{of_accessor, of_driver};
use crate::item::{Field, Item, Values, number};
use crate::line::{Found, Outcome};

/// Does the same with whichever pool there is.
macro_rules! on_pool {
    ($db:expr, $pool:ident => $statement:expr) => {
        if let Some($pool) = $db.as_postgres() {
            $statement
        } else if let Some($pool) = $db.as_mariadb() {
            $statement
        } else if let Some($pool) = $db.as_sqlite() {
            $statement
        } else {
            Err(of_driver(&sqlx::Error::PoolClosed))
        }
    };
}

/// Sends a statement that writes, on a connection of the pool.
pub(crate) async fn write(db: &Db, sql: String) -> Outcome {
    let sql = sqlx::AssertSqlSafe(sql);
    let done = on_pool!(db, pool => {
        let done = sqlx::query(sql).execute(pool).await;
        done.map(|done| done.rows_affected()).map_err(|error| of_driver(&error))
    });
    match done {
        Ok(0) => Outcome::Missing,
        Ok(_) => Outcome::Accepted,
        Err(outcome) => outcome,
    }
}

/// Reads a row. The connection is there before the columns are asked for, so that they are not
/// those of a while ago.
pub(crate) async fn read<I: Item>(db: &Db, key: i64) -> Found {
    let row = on_pool!(db, pool => match pool.acquire().await {
        Err(error) => Err(of_driver(&error)),
        Ok(mut held) => match select::<I>(db, key) {
            Err(outcome) => Err(outcome),
            Ok(sql) => sqlx::query(sqlx::AssertSqlSafe(sql))
                .fetch_optional(&mut *held)
                .await
                .map(|row| row.map(|row| values::<I, _>(&row)))
                .map_err(|error| of_driver(&error)),
        },
    });
    match row {
        Ok(Some(values)) => Found::Row { values },
        Ok(None) => Found::Nothing,
        Err(outcome) => Found::Failed { outcome },
    }
}

fn select<I: Item>(db: &Db, key: i64) -> Result<String, Outcome> {
    let columns = I::raw_columns(db).map_err(|error| of_accessor(&error))?;
    Ok(format!("SELECT {columns} FROM items WHERE id = {key}"))
}

/// The fields stand behind the key and the kind, in the order of the struct.
fn values<'r, I: Item, R: Row>(row: &'r R) -> Values
where
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let fields = I::FIELDS.iter().copied().zip(2..);
    let value = |(field, at): (Field, usize)| {
        let value = match row.try_get::<String, _>(at) {
            Ok(text) => number(&text),
            Err(_) => row.try_get::<i64, _>(at).unwrap_or(-1),
        };
        (field, value)
    };
    fields.map(value).collect()
}
