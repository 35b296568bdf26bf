//! The driver of a build without SQL. Nobody ever has a connection of it.

use std::any::Any;

use colmig_schema::Sql;

use super::{AnyRow, Backend, Bind, Codec};
use crate::BoxFuture;
use crate::convert::Raw;
use crate::fleet::words::Clock;
use crate::private::Codecs;
use crate::rule::{Both, Sides};

fn nothing() -> sqlx::Error {
    sqlx::Error::Configuration("this build speaks no SQL".into())
}

impl Backend for sqlx::Any {
    const DATABASE: Sql = Sql::Sqlite;
    const CLOCK: &'static Clock = &Clock { now: "", later: "" };
    const BEGIN: &'static str = "";
    const PATIENT: &'static [&'static str] = &[];

    fn raw(_: &Self::Row, _: usize) -> Result<Raw, sqlx::Error> {
        Err(nothing())
    }

    fn bind_raw(_: &Raw, _: &mut Self::Arguments) -> Result<(), sqlx::error::BoxDynError> {
        Err(nothing().into())
    }

    fn codec(_: &Codecs) -> Option<Codec<Self>> {
        None
    }

    fn both(_: Sides) -> Option<Both<Self>> {
        None
    }

    fn add(_: &dyn Any, _: &mut Self::Arguments) -> Option<Result<(), sqlx::error::BoxDynError>> {
        None
    }

    fn row(row: &Self::Row) -> AnyRow<'_> {
        AnyRow::Nothing(row)
    }

    fn bind(_: &dyn Bind, _: &mut Self::Arguments) -> Result<(), sqlx::error::BoxDynError> {
        Err(nothing().into())
    }

    fn execute<'c>(
        _: &'c mut Self::Connection,
        _: sqlx::SqlStr,
        _: Self::Arguments,
    ) -> BoxFuture<'c, Result<u64, sqlx::Error>> {
        Box::pin(async { Err(nothing()) })
    }

    fn fetch_all<'c>(
        _: &'c mut Self::Connection,
        _: sqlx::SqlStr,
        _: Self::Arguments,
    ) -> BoxFuture<'c, Result<Vec<Self::Row>, sqlx::Error>> {
        Box::pin(async { Err(nothing()) })
    }

    fn fetch_optional<'c>(
        _: &'c mut Self::Connection,
        _: sqlx::SqlStr,
        _: Self::Arguments,
    ) -> BoxFuture<'c, Result<Option<Self::Row>, sqlx::Error>> {
        Box::pin(async { Err(nothing()) })
    }
}
