//! Items that are rows of a table, and SQL as a team writes it by hand.

use std::time::Duration;

use colmig::{Db, Result, Tx, Update};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ColumnIndex, Decode, Row, Type};

use super::{Store, found};
use crate::failure::{of_accessor, of_driver};
use crate::instance::{CONNECTIONS, LEASE, PATIENCE};
use crate::item::{Field, Item, Values, number};
use crate::line::{Found, Number, Outcome, RawWrites};

/// A row of the table `items`.
#[derive(Debug)]
pub struct InTable<I>(I);

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

impl<I: Item> Store for InTable<I> {
    const BUILD: &'static str = I::BUILD;
    const FIELDS: &'static [Field] = I::FIELDS;
    const GUARDS: bool = I::GUARDS;
    type Update = Update<I>;

    /// A pool is set up by hand, since it has to give up soon, and to not mind a server that is
    /// away.
    async fn connect(url: &str) -> Option<Db> {
        let options = Db::options()
            .lease(LEASE)
            .poll(Duration::from_millis(200))
            .build(I::BUILD)
            .model::<I>();
        if url.starts_with("postgres") {
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_lazy(url);
            pool.ok().map(|pool| options.from_postgres(pool))
        } else if url.starts_with("mysql") {
            let pool = MySqlPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                // On a node of a cluster a statement is to see what was committed before it on
                // another: the checker asks for that, and so does SQL by hand that names columns as
                // soon as a command on another node has added them.
                .after_connect(|connection, _| {
                    Box::pin(async move {
                        let wait = "SET SESSION wsrep_sync_wait = 7";
                        sqlx::raw_sql(wait).execute(connection).await.map(drop)
                    })
                })
                .connect_lazy(url);
            pool.ok().map(|pool| options.from_mariadb(pool))
        } else {
            let file = url.parse::<SqliteConnectOptions>().ok()?;
            let pool = SqlitePoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                .connect_lazy_with(file.journal_mode(SqliteJournalMode::Wal));
            Some(options.from_sqlite(pool))
        }
    }

    fn new(id: i64, number: Number, own: bool) -> Self {
        InTable(I::new(id, number, own))
    }

    fn id(&self) -> i64 {
        self.0.id()
    }

    fn values(&self) -> Values {
        self.0.values()
    }

    async fn insert(&self, db: &Db) -> Result<()> {
        self.0.insert(db).await
    }

    async fn find(db: &Db, key: i64) -> Result<Option<Self>> {
        Ok(I::find(db, key).await?.map(InTable))
    }

    fn update(key: i64, values: &Values, loud: bool) -> Update<I> {
        let set = |update, (field, value): (&Field, &Number)| I::set(update, *field, *value, loud);
        values.iter().fold(I::update(key), set)
    }

    async fn execute(update: Update<I>, db: &Db) -> Result<bool> {
        update.execute(db).await
    }

    async fn execute_in(update: Update<I>, tx: &mut Tx) -> Result<bool> {
        update.execute(tx).await
    }

    async fn filtered(db: &Db, field: Field, value: Number, keys: [i64; 2]) -> Result<Vec<Self>> {
        let [first, last] = keys;
        let items = I::filtered(db, field, value, first, last).fetch_all();
        Ok(items.await?.into_iter().map(InTable).collect())
    }

    async fn all(db: &Db) -> Result<Vec<Self>> {
        let items = I::all(db).fetch_all().await?;
        Ok(items.into_iter().map(InTable).collect())
    }

    fn raw_writes(db: &Db, told: RawWrites) -> RawWrites {
        I::raw_writes(db.database(), told)
    }

    /// It asks which columns hold its fields.
    fn raw_reads(_told: RawWrites) -> bool {
        true
    }

    async fn raw_insert(db: &Db, key: i64, number: Number) -> Outcome {
        write(db, I::raw_insert(key, number)).await
    }

    async fn raw_update(db: &Db, key: i64, values: &Values) -> Outcome {
        let sets: Vec<String> = values
            .iter()
            .map(|(field, value)| I::raw_set(*field, *value))
            .collect();
        let sql = format!("UPDATE items SET {} WHERE id = {key}", sets.join(", "));
        write(db, sql).await
    }

    /// The connection is there before the columns are asked for, so that they are not those of a
    /// while ago.
    async fn raw_read(db: &Db, key: i64) -> Found {
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
        found(row)
    }
}

/// Sends a statement that writes, on a connection of the pool.
async fn write(db: &Db, sql: String) -> Outcome {
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
