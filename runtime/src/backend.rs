//! The databases as sqlx drivers: the little that accessors need of each.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use colmig_schema::Sql;
use sqlx::{Decode, Encode, Type};

use crate::BoxFuture;
use crate::convert::Raw;
use crate::fleet::words::{self, Clock};
use crate::private::Codecs;
use crate::rule::{Both, Sides};

/// A driver, with what accessors need of it.
pub(crate) trait Backend: sqlx::Database + Sized {
    /// The database that it speaks to.
    const DATABASE: Sql;

    /// A field's codec for it, of those that generated code names.
    fn codec(codecs: &Codecs) -> Option<Codec<Self>>;

    /// How both sides of a rule in Rust go in and out, if the model is generated for it.
    fn both(sides: Sides) -> Option<Both<Self>>;

    /// Adds the value of a field whose type the library knows; none if it does not.
    fn add(
        value: &dyn Any,
        to: &mut Self::Arguments,
    ) -> Option<Result<(), sqlx::error::BoxDynError>>;

    /// The row, for a reader that does not name the driver.
    fn row(row: &Self::Row) -> AnyRow<'_>;

    /// What it says of the time.
    const CLOCK: &'static Clock;

    /// Begins a transaction that will write.
    const BEGIN: &'static str;

    /// What makes a transaction wait for locks for a moment only.
    const PATIENT: &'static [&'static str];

    /// A column as it is.
    fn raw(row: &Self::Row, column: usize) -> Result<Raw, sqlx::Error>;

    /// Adds a value as it was.
    fn bind_raw(raw: &Raw, to: &mut Self::Arguments) -> Result<(), sqlx::error::BoxDynError>;

    /// The time from now on in so long.
    fn later(duration: Duration) -> String {
        let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self::CLOCK.later.replace("{}", &ms.to_string())
    }

    /// Adds a value that a caller bound by hand.
    fn bind(value: &dyn Bind, to: &mut Self::Arguments) -> Result<(), sqlx::error::BoxDynError>;

    /// Executes a statement and gives the number of rows it changed.
    fn execute<'c>(
        on: &'c mut Self::Connection,
        sql: sqlx::SqlStr,
        arguments: Self::Arguments,
    ) -> BoxFuture<'c, Result<u64, sqlx::Error>>;

    /// Fetches every row.
    fn fetch_all<'c>(
        on: &'c mut Self::Connection,
        sql: sqlx::SqlStr,
        arguments: Self::Arguments,
    ) -> BoxFuture<'c, Result<Vec<Self::Row>, sqlx::Error>>;

    /// Fetches the first row, if there is one.
    fn fetch_optional<'c>(
        on: &'c mut Self::Connection,
        sql: sqlx::SqlStr,
        arguments: Self::Arguments,
    ) -> BoxFuture<'c, Result<Option<Self::Row>, sqlx::Error>>;
}

/// Calls a macro with each type that every database stores and sqlx maps without a
/// feature, and with the `Option` of it; those that are met most come first. Generated
/// code names codecs for all others: `types::is_known` of the derive says which.
macro_rules! known {
    ($call:ident) => {
        $call!(i64);
        $call!(String);
        $call!(Option<String>);
        $call!(bool);
        $call!(i32);
        $call!(f64);
        $call!(Vec<u8>);
        $call!(i16);
        $call!(f32);
        $call!(Option<i64>);
        $call!(Option<bool>);
        $call!(Option<i32>);
        $call!(Option<f64>);
        $call!(Option<Vec<u8>>);
        $call!(Option<i16>);
        $call!(Option<f32>);
    };
}
pub(crate) use known;

macro_rules! backend {
    ($driver:ident, $database:ident, $codecs:ident, $bind:ident, $clock:ident, $begin:literal, $patient:expr, $raw:ident) => {
        impl Backend for sqlx::$driver {
            const DATABASE: Sql = Sql::$database;
            const CLOCK: &'static Clock = &words::$clock;
            const BEGIN: &'static str = $begin;
            const PATIENT: &'static [&'static str] = $patient;

            fn raw(row: &Self::Row, column: usize) -> Result<Raw, sqlx::Error> {
                $raw(row, column)
            }

            fn bind_raw(
                raw: &Raw,
                to: &mut Self::Arguments,
            ) -> Result<(), sqlx::error::BoxDynError> {
                use sqlx::Arguments as _;
                match raw {
                    Raw::Null => to.add(None::<String>),
                    Raw::Int(number) => to.add(*number),
                    Raw::Real(number) => to.add(*number),
                    Raw::Text(text) => to.add(text.clone()),
                    Raw::Blob(bytes) => to.add(bytes.clone()),
                }
            }

            fn codec(codecs: &Codecs) -> Option<Codec<Self>> {
                codecs.$codecs
            }

            fn both(sides: Sides) -> Option<Both<Self>> {
                sides.$codecs
            }

            fn add(
                value: &dyn Any,
                to: &mut Self::Arguments,
            ) -> Option<Result<(), sqlx::error::BoxDynError>> {
                macro_rules! add {
                    ($ty:ty) => {
                        if let Some(value) = value.downcast_ref::<$ty>() {
                            return Some(sqlx::Arguments::add(to, value));
                        }
                    };
                }
                known!(add);
                None
            }

            fn row(row: &Self::Row) -> AnyRow<'_> {
                AnyRow::$driver(row)
            }

            fn bind(
                value: &dyn Bind,
                to: &mut Self::Arguments,
            ) -> Result<(), sqlx::error::BoxDynError> {
                value.$bind(to)
            }

            fn execute<'c>(
                on: &'c mut Self::Connection,
                sql: sqlx::SqlStr,
                arguments: Self::Arguments,
            ) -> BoxFuture<'c, Result<u64, sqlx::Error>> {
                let done = sqlx::Executor::execute(on, sqlx::query_with(sql, arguments));
                Box::pin(async move { Ok(done.await?.rows_affected()) })
            }

            fn fetch_all<'c>(
                on: &'c mut Self::Connection,
                sql: sqlx::SqlStr,
                arguments: Self::Arguments,
            ) -> BoxFuture<'c, Result<Vec<Self::Row>, sqlx::Error>> {
                sqlx::Executor::fetch_all(on, sqlx::query_with(sql, arguments))
            }

            fn fetch_optional<'c>(
                on: &'c mut Self::Connection,
                sql: sqlx::SqlStr,
                arguments: Self::Arguments,
            ) -> BoxFuture<'c, Result<Option<Self::Row>, sqlx::Error>> {
                sqlx::Executor::fetch_optional(on, sqlx::query_with(sql, arguments))
            }
        }
    };
}

#[cfg(feature = "postgres")]
backend!(
    Postgres,
    Postgres,
    postgres,
    bind_postgres,
    POSTGRES,
    "BEGIN",
    &["SET LOCAL lock_timeout = '500ms'"],
    raw_postgres
);
#[cfg(feature = "mariadb")]
backend!(
    MySql,
    MariaDb,
    mariadb,
    bind_mariadb,
    MARIADB,
    "START TRANSACTION",
    // As long as the application's statements wait: it could be said for the whole session only,
    // which goes back to the pool.
    &[],
    raw_mariadb
);
#[cfg(feature = "sqlite")]
backend!(
    Sqlite,
    Sqlite,
    sqlite,
    bind_sqlite,
    SQLITE,
    "BEGIN IMMEDIATE",
    // As long as the application's connections wait.
    &[],
    raw_sqlite
);

/// A build without SQL has no driver of it, and nothing here is called: it keeps its types by one of
/// sqlx's that is none.
#[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
mod nothing;

/// Whatever is asked for raw is asked for as text.
#[cfg(feature = "postgres")]
fn raw_postgres(row: &sqlx::postgres::PgRow, column: usize) -> Result<Raw, sqlx::Error> {
    let text: Option<String> = sqlx::Row::try_get(row, column)?;
    Ok(text.map_or(Raw::Null, Raw::Text))
}

/// Each value by the type of its column: what is no number, text or bytes is asked for as text.
#[cfg(feature = "mariadb")]
pub(crate) fn raw_mariadb(row: &sqlx::mysql::MySqlRow, column: usize) -> Result<Raw, sqlx::Error> {
    use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(Raw::Null);
    }
    // A name alone does not tell: text that is compared by its bytes is called as bytes are.
    if <str as Type<sqlx::MySql>>::compatible(&value.type_info()) {
        return row.try_get_unchecked(column).map(Raw::Text);
    }
    let ty = value.type_info().name().to_owned();
    if ty.contains("BLOB") || ty.contains("BINARY") || ty == "GEOMETRY" || ty == "BIT" {
        row.try_get_unchecked(column).map(Raw::Blob)
    } else if ty.ends_with("UNSIGNED") {
        let number: u64 = row.try_get_unchecked(column)?;
        Ok(Raw::from(number))
    } else if ty.contains("INT") || ty == "BOOLEAN" || ty == "YEAR" {
        row.try_get_unchecked(column).map(Raw::Int)
    } else if ty == "DOUBLE" {
        row.try_get_unchecked(column).map(Raw::Real)
    } else if ty == "FLOAT" {
        let number: f32 = row.try_get_unchecked(column)?;
        Ok(Raw::Real(number.into()))
    } else {
        row.try_get_unchecked(column).map(Raw::Text)
    }
}

/// Each value by its own storage class, whatever its column was declared as.
#[cfg(feature = "sqlite")]
fn raw_sqlite(row: &sqlx::sqlite::SqliteRow, column: usize) -> Result<Raw, sqlx::Error> {
    use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(Raw::Null);
    }
    let class = value.type_info().name().to_owned();
    match class.as_str() {
        "INTEGER" => row.try_get_unchecked(column).map(Raw::Int),
        "REAL" => row.try_get_unchecked(column).map(Raw::Real),
        "BLOB" => row.try_get_unchecked(column).map(Raw::Blob),
        _ => row.try_get_unchecked(column).map(Raw::Text),
    }
}

/// Executes a statement of colmig's own.
pub(crate) async fn execute<D: Backend>(
    connection: &mut D::Connection,
    sql: &str,
    arguments: &[Raw],
) -> Result<u64, sqlx::Error> {
    let (sql, arguments) = placed::<D>(sql, arguments);
    execute_with::<D>(connection, &sql, bound::<D>(&arguments)?).await
}

/// Executes a statement of colmig's own with these arguments.
pub(crate) async fn execute_with<D: Backend>(
    connection: &mut D::Connection,
    sql: &str,
    arguments: D::Arguments,
) -> Result<u64, sqlx::Error> {
    let sql = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql.to_owned()));
    D::execute(connection, sql, arguments).await
}

/// The rows of a query of colmig's own.
pub(crate) async fn fetch_rows<D: Backend>(
    connection: &mut D::Connection,
    sql: &str,
    arguments: &[Raw],
) -> Result<Vec<D::Row>, sqlx::Error> {
    let (sql, arguments) = placed::<D>(sql, arguments);
    let sql = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql));
    D::fetch_all(connection, sql, bound::<D>(&arguments)?).await
}

/// The same, as they are.
pub(crate) async fn fetch<D: Backend>(
    connection: &mut D::Connection,
    sql: &str,
    arguments: &[Raw],
) -> Result<Vec<Vec<Raw>>, sqlx::Error> {
    let rows = fetch_rows::<D>(connection, sql, arguments).await?;
    let read = |row: &D::Row| (0..sqlx::Row::len(row)).map(|at| D::raw(row, at)).collect();
    rows.iter().map(read).collect()
}

/// The statement as the database takes it, and its arguments in the order of its parameters.
fn placed<D: Backend>(sql: &str, arguments: &[Raw]) -> (String, Vec<Raw>) {
    match D::DATABASE {
        Sql::MariaDb => {
            let (sql, order) = colmig_schema::render::positional(sql);
            let placed = order.iter().map(|at| arguments.get(*at).cloned());
            (
                sql,
                placed.map(|value| value.unwrap_or(Raw::Null)).collect(),
            )
        }
        _ => (sql.to_owned(), arguments.to_vec()),
    }
}

fn bound<D: Backend>(values: &[Raw]) -> Result<D::Arguments, sqlx::Error> {
    let mut arguments = D::Arguments::default();
    for value in values {
        D::bind_raw(value, &mut arguments).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// A Rust type that one database can store.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in `{D}`",
    note = "sqlx maps `uuid`, `chrono`, `time`, `json` and decimal types when the feature of colmig with that name is on",
    note = "for a type of your own, derive `sqlx::Type` and name the column's type with #[colmig(sql_type = \"...\")]"
)]
pub trait Stored<D: sqlx::Database>:
    Type<D> + for<'q> Encode<'q, D> + for<'r> Decode<'r, D> + Any + Send + Sync
{
}

impl<D, T> Stored<D> for T
where
    D: sqlx::Database,
    T: Type<D> + for<'q> Encode<'q, D> + for<'r> Decode<'r, D> + Any + Send + Sync,
{
}

/// A row, whichever driver it came from.
#[derive(Clone, Copy)]
pub(crate) enum AnyRow<'r> {
    /// PostgreSQL's.
    #[cfg(feature = "postgres")]
    Postgres(&'r sqlx::postgres::PgRow),
    /// MariaDB's.
    #[cfg(feature = "mariadb")]
    MySql(&'r sqlx::mysql::MySqlRow),
    /// SQLite's.
    #[cfg(feature = "sqlite")]
    Sqlite(&'r sqlx::sqlite::SqliteRow),
    /// Nobody's.
    #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
    Nothing(&'r sqlx::any::AnyRow),
}

impl AnyRow<'_> {
    /// Decodes a column by the codec that generated code names; none if it names none
    /// for this driver.
    pub(crate) fn decode(
        self,
        codecs: &Codecs,
        column: usize,
        to: &mut dyn Any,
    ) -> Option<Result<(), sqlx::Error>> {
        Some(match self {
            #[cfg(feature = "postgres")]
            AnyRow::Postgres(row) => (codecs.postgres?.decode)(row, column, to),
            #[cfg(feature = "mariadb")]
            AnyRow::MySql(row) => (codecs.mariadb?.decode)(row, column, to),
            #[cfg(feature = "sqlite")]
            AnyRow::Sqlite(row) => (codecs.sqlite?.decode)(row, column, to),
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            AnyRow::Nothing(_) => return None,
        })
    }
}

impl AnyRow<'_> {
    /// Whether a column holds NULL.
    pub(crate) fn is_null(self, column: usize) -> Result<bool, sqlx::Error> {
        use sqlx::ValueRef as _;

        Ok(match self {
            #[cfg(feature = "postgres")]
            AnyRow::Postgres(row) => sqlx::Row::try_get_raw(row, column)?.is_null(),
            #[cfg(feature = "mariadb")]
            AnyRow::MySql(row) => sqlx::Row::try_get_raw(row, column)?.is_null(),
            #[cfg(feature = "sqlite")]
            AnyRow::Sqlite(row) => sqlx::Row::try_get_raw(row, column)?.is_null(),
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            AnyRow::Nothing(row) => sqlx::Row::try_get_raw(row, column)?.is_null(),
        })
    }

    /// A column that says yes or no; NULL is no.
    pub(crate) fn truth(self, column: usize) -> Result<bool, sqlx::Error> {
        let truth: Option<bool> = match self {
            #[cfg(feature = "postgres")]
            AnyRow::Postgres(row) => sqlx::Row::try_get(row, column)?,
            #[cfg(feature = "mariadb")]
            AnyRow::MySql(row) => {
                // A number, as wide as it happens to be.
                let number: Option<i64> = sqlx::Row::try_get_unchecked(row, column)?;
                number.map(|number| number != 0)
            }
            #[cfg(feature = "sqlite")]
            AnyRow::Sqlite(row) => sqlx::Row::try_get(row, column)?,
            #[cfg(not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")))]
            AnyRow::Nothing(row) => sqlx::Row::try_get(row, column)?,
        };
        Ok(truth.unwrap_or(false))
    }
}

/// How one field goes into a statement and comes out of a row.
///
/// Generated code names the types that the library does not know, once for each database.
/// All else works on `dyn Any`, which keeps what the compiler has to check for each
/// model small: the derive's cost is a promise of this crate.
pub struct Codec<D: sqlx::Database> {
    pub(crate) encode: fn(&dyn Any, &mut D::Arguments) -> Result<(), sqlx::error::BoxDynError>,
    pub(crate) decode: fn(&D::Row, usize, &mut dyn Any) -> Result<(), sqlx::Error>,
}

impl<D: sqlx::Database> Clone for Codec<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: sqlx::Database> Copy for Codec<D> {}

impl<D: sqlx::Database> fmt::Debug for Codec<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec")
            .field("driver", &D::NAME)
            .finish_non_exhaustive()
    }
}

/// The codec of one type for one database.
pub const fn codec<D, T>() -> Codec<D>
where
    D: sqlx::Database,
    T: Stored<D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    Codec {
        encode: encode::<D, T>,
        decode: decode::<D, T>,
    }
}

/// A value is of another type than its codec, which generated code rules out.
const WRONG_TYPE: &str = "the value is not of the field's type";

fn encode<D: sqlx::Database, T: Stored<D>>(
    value: &dyn Any,
    to: &mut D::Arguments,
) -> Result<(), sqlx::error::BoxDynError> {
    let value = value.downcast_ref::<T>().ok_or(WRONG_TYPE)?;
    sqlx::Arguments::add(to, value)
}

fn decode<D, T>(row: &D::Row, column: usize, to: &mut dyn Any) -> Result<(), sqlx::Error>
where
    D: sqlx::Database,
    T: Stored<D>,
    usize: sqlx::ColumnIndex<D::Row>,
{
    let slot = to
        .downcast_mut::<Option<T>>()
        .ok_or_else(|| sqlx::Error::Decode(WRONG_TYPE.into()))?;
    *slot = Some(sqlx::Row::try_get::<T, usize>(row, column)?);
    Ok(())
}

/// A value that can be bound to a parameter of a query's tail, whatever the database.
///
/// Implemented for every type that each of the enabled databases can encode.
pub trait Bind: Send + Sync {
    /// Adds the value to a statement for PostgreSQL.
    #[cfg(feature = "postgres")]
    #[doc(hidden)]
    fn bind_postgres(
        &self,
        to: &mut sqlx::postgres::PgArguments,
    ) -> Result<(), sqlx::error::BoxDynError>;

    /// Adds the value to a statement for MariaDB.
    #[cfg(feature = "mariadb")]
    #[doc(hidden)]
    fn bind_mariadb(
        &self,
        to: &mut sqlx::mysql::MySqlArguments,
    ) -> Result<(), sqlx::error::BoxDynError>;

    /// Adds the value to a statement for SQLite.
    #[cfg(feature = "sqlite")]
    #[doc(hidden)]
    fn bind_sqlite(
        &self,
        to: &mut sqlx::sqlite::SqliteArguments,
    ) -> Result<(), sqlx::error::BoxDynError>;
}

macro_rules! bind {
    ($($driver:ident $bind:ident),+) => {
        impl<T> Bind for T
        where
            T: Send + Sync $(+ Type<sqlx::$driver> + for<'q> Encode<'q, sqlx::$driver>)+,
        {
            $(fn $bind(
                &self,
                to: &mut <sqlx::$driver as sqlx::Database>::Arguments,
            ) -> Result<(), sqlx::error::BoxDynError> {
                sqlx::Arguments::add(to, self)
            })+
        }
    };
}

#[cfg(all(feature = "postgres", feature = "mariadb", feature = "sqlite"))]
bind!(Postgres bind_postgres, MySql bind_mariadb, Sqlite bind_sqlite);
#[cfg(all(feature = "postgres", feature = "mariadb", not(feature = "sqlite")))]
bind!(Postgres bind_postgres, MySql bind_mariadb);
#[cfg(all(feature = "postgres", not(feature = "mariadb"), feature = "sqlite"))]
bind!(Postgres bind_postgres, Sqlite bind_sqlite);
#[cfg(all(not(feature = "postgres"), feature = "mariadb", feature = "sqlite"))]
bind!(MySql bind_mariadb, Sqlite bind_sqlite);
#[cfg(all(
    feature = "postgres",
    not(feature = "mariadb"),
    not(feature = "sqlite")
))]
bind!(Postgres bind_postgres);
#[cfg(all(
    not(feature = "postgres"),
    feature = "mariadb",
    not(feature = "sqlite")
))]
bind!(MySql bind_mariadb);
#[cfg(all(
    not(feature = "postgres"),
    not(feature = "mariadb"),
    feature = "sqlite"
))]
bind!(Sqlite bind_sqlite);
