//! What generated code uses, and nothing else should: no promise is made about it.

pub use core::any::Any;
pub use core::default::Default;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{Err, Ok};
pub use std::string::String;

pub use colmig_schema::Database;

pub use crate::BoxFuture;
pub use crate::access::{Access, Query, Reader, Update};
pub use crate::access::{columns, delete, find, insert, query, update};
pub use crate::backend::{Backend, Codec, codec};
pub use crate::db::Db;
pub use crate::drift::{holds, lacks};
pub use crate::error::Result;
pub use crate::flight::{Flight, Flights};
pub use crate::model::Model;
pub use crate::{
    __postgres_codecs as postgres_codecs,
    __postgres_codecs_if_enabled as postgres_codecs_if_enabled, __sqlite_codecs as sqlite_codecs,
    __sqlite_codecs_if_enabled as sqlite_codecs_if_enabled,
};

#[cfg(feature = "postgres")]
pub use sqlx::Postgres;
#[cfg(feature = "sqlite")]
pub use sqlx::Sqlite;

/// The codecs of a model's fields for PostgreSQL.
#[cfg(feature = "postgres")]
pub type PostgresCodec = Codec<Postgres>;
/// The codecs of a model's fields for SQLite.
#[cfg(feature = "sqlite")]
pub type SqliteCodec = Codec<Sqlite>;
/// Stands in where the driver is switched off.
#[cfg(not(feature = "postgres"))]
pub type PostgresCodec = core::convert::Infallible;
/// Stands in where the driver is switched off.
#[cfg(not(feature = "sqlite"))]
pub type SqliteCodec = core::convert::Infallible;

/// What the library knows of a model without its type.
#[derive(Debug)]
pub struct Descriptor {
    /// The struct.
    pub model: &'static str,
    /// The table.
    pub table: &'static str,
    /// The columns of the stored fields, in the order of the struct.
    pub columns: &'static [&'static str],
    /// The positions of the primary key among them.
    pub key: &'static [usize],
    /// How the fields go in and out.
    pub codecs: Codecs,
    /// The statements.
    pub sql: Sql,
}

/// The codecs of a model's fields, for each database that it is generated for.
#[derive(Clone, Copy, Debug)]
pub struct Codecs {
    /// PostgreSQL.
    pub postgres: Option<&'static [PostgresCodec]>,
    /// SQLite.
    pub sqlite: Option<&'static [SqliteCodec]>,
}

impl Codecs {
    /// None yet.
    pub const NONE: Codecs = Codecs {
        postgres: None,
        sqlite: None,
    };

    /// With those for PostgreSQL.
    pub const fn postgres(self, codecs: &'static [PostgresCodec]) -> Codecs {
        Codecs {
            postgres: Some(codecs),
            ..self
        }
    }

    /// With those for SQLite.
    pub const fn sqlite(self, codecs: &'static [SqliteCodec]) -> Codecs {
        Codecs {
            sqlite: Some(codecs),
            ..self
        }
    }

    /// With those for PostgreSQL, where its driver is on.
    pub const fn postgres_if(self, codecs: Option<&'static [PostgresCodec]>) -> Codecs {
        Codecs {
            postgres: codecs,
            ..self
        }
    }

    /// With those for SQLite, where its driver is on.
    pub const fn sqlite_if(self, codecs: Option<&'static [SqliteCodec]>) -> Codecs {
        Codecs {
            sqlite: codecs,
            ..self
        }
    }
}

/// The statements of a model.
#[derive(Debug)]
pub enum Sql {
    /// Nothing is in flight: one text for each database.
    Plain(&'static [PlainSql]),
    /// The text follows from the stage of each flight.
    InFlight(&'static Flights),
}

/// The statements of a model with nothing in flight, for one database.
#[derive(Debug)]
pub struct PlainSql {
    /// The database.
    pub database: Database,
    /// The list of columns.
    pub list: &'static str,
    /// One row by its key.
    pub find: &'static str,
    /// One row in.
    pub insert: &'static str,
    /// One row out, by its key.
    pub delete: &'static str,
}

/// The codecs of a list of types for PostgreSQL.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codecs {
    ($($ty:ty),* $(,)?) => { &[$($crate::__private::codec::<$crate::__private::Postgres, $ty>()),*] };
}

/// The codecs of a list of types for PostgreSQL.
#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codecs {
    ($($ty:ty),* $(,)?) => {
        ::core::compile_error!(
            "colmig.toml names `postgres`: switch on the feature `postgres` of colmig in Cargo.toml"
        )
    };
}

/// The codecs of a list of types for SQLite.
#[cfg(feature = "sqlite")]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codecs {
    ($($ty:ty),* $(,)?) => { &[$($crate::__private::codec::<$crate::__private::Sqlite, $ty>()),*] };
}

/// The codecs of a list of types for SQLite.
#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codecs {
    ($($ty:ty),* $(,)?) => {
        ::core::compile_error!(
            "colmig.toml names `sqlite`: switch on the feature `sqlite` of colmig in Cargo.toml"
        )
    };
}

/// The codecs of a list of types for PostgreSQL, if its driver is on.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codecs_if_enabled {
    ($($ty:ty),* $(,)?) => { ::core::option::Option::Some($crate::__postgres_codecs!($($ty),*)) };
}

/// The codecs of a list of types for PostgreSQL, if its driver is on.
#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __postgres_codecs_if_enabled {
    ($($ty:ty),* $(,)?) => {
        ::core::option::Option::None
    };
}

/// The codecs of a list of types for SQLite, if its driver is on.
#[cfg(feature = "sqlite")]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codecs_if_enabled {
    ($($ty:ty),* $(,)?) => { ::core::option::Option::Some($crate::__sqlite_codecs!($($ty),*)) };
}

/// The codecs of a list of types for SQLite, if its driver is on.
#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __sqlite_codecs_if_enabled {
    ($($ty:ty),* $(,)?) => {
        ::core::option::Option::None
    };
}
