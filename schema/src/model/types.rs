//! Column types: what a Rust type is in each database.

use serde::{Deserialize, Serialize};

use super::Dialected;
use crate::Sql;

/// The type of a column, named for what it means rather than for one database's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnType {
    /// `bool`.
    Bool,
    /// `i16`.
    SmallInt,
    /// `i32`.
    Integer,
    /// `i64`.
    BigInt,
    /// `f32`.
    Real,
    /// `f64`.
    Double,
    /// `String`.
    Text,
    /// `Vec<u8>`.
    Bytes,
    /// `uuid::Uuid`.
    Uuid,
    /// `chrono::NaiveDate`, `time::Date`.
    Date,
    /// `chrono::NaiveTime`, `time::Time`.
    Time,
    /// `chrono::NaiveDateTime`, `time::PrimitiveDateTime`.
    Timestamp,
    /// `chrono::DateTime<Tz>`, `time::OffsetDateTime`.
    TimestampTz,
    /// `serde_json::Value`, `sqlx::types::Json<T>`.
    Json,
    /// `rust_decimal::Decimal`, `bigdecimal::BigDecimal`. SQLite has no such type.
    Decimal,
    /// What `sql_type` says.
    Custom(Dialected),
    /// What `sql_type` says, of a type whose values are listed.
    Enum(Enumerated),
}

/// A type whose values are listed, where the database has such types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enumerated {
    /// The name of the type.
    pub sql_type: Dialected,
    /// The values, in their order.
    pub values: Vec<String>,
}

impl ColumnType {
    /// The types that have a name of their own, in the order of the docs' table.
    pub const NAMED: [ColumnType; 15] = [
        ColumnType::Bool,
        ColumnType::SmallInt,
        ColumnType::Integer,
        ColumnType::BigInt,
        ColumnType::Real,
        ColumnType::Double,
        ColumnType::Text,
        ColumnType::Bytes,
        ColumnType::Uuid,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::Json,
        ColumnType::Decimal,
    ];

    /// What the database calls it; none where it has no such type, or where
    /// `sql_type` names other databases only.
    pub fn sql(&self, database: Sql) -> Option<&str> {
        // SQLite's names are those that sqlx reads back as the same Rust type.
        // MariaDB's hold what the Rust type does, except for text, whose length an index has to know.
        let (postgres, mariadb, sqlite) = match self {
            ColumnType::Bool => ("boolean", "boolean", "BOOLEAN"),
            ColumnType::SmallInt => ("smallint", "smallint", "INTEGER"),
            ColumnType::Integer => ("integer", "int", "INTEGER"),
            ColumnType::BigInt => ("bigint", "bigint", "INTEGER"),
            ColumnType::Real => ("real", "float", "REAL"),
            ColumnType::Double => ("double precision", "double", "REAL"),
            ColumnType::Text => ("text", "varchar(255)", "TEXT"),
            ColumnType::Bytes => ("bytea", "longblob", "BLOB"),
            ColumnType::Uuid => ("uuid", "binary(16)", "BLOB"),
            ColumnType::Date => ("date", "date", "DATE"),
            ColumnType::Time => ("time", "time(6)", "TIME"),
            ColumnType::Timestamp => ("timestamp", "datetime(6)", "DATETIME"),
            ColumnType::TimestampTz => ("timestamptz", "datetime(6)", "DATETIME"),
            ColumnType::Json => ("jsonb", "json", "TEXT"),
            ColumnType::Decimal => {
                return match database {
                    Sql::Postgres => Some("numeric"),
                    // One without a size holds no fractions on MariaDB.
                    Sql::MariaDb | Sql::Sqlite => None,
                };
            }
            ColumnType::Custom(texts) => return texts.get(database),
            ColumnType::Enum(listed) => return listed.sql_type.get(database),
        };
        Some(match database {
            Sql::Postgres => postgres,
            Sql::MariaDb => mariadb,
            Sql::Sqlite => sqlite,
        })
    }

    /// Whether people have named it, in the words of their database.
    pub fn is_custom(&self) -> bool {
        matches!(self, ColumnType::Custom(_) | ColumnType::Enum(_))
    }

    /// The values, where they are listed.
    pub fn values(&self) -> &[String] {
        match self {
            ColumnType::Enum(listed) => &listed.values,
            _ => &[],
        }
    }

    /// A value that says as little as one can, as a literal; none where there is none that
    /// everybody would take for that.
    pub fn empty(&self, database: Sql) -> Option<&'static str> {
        if let (ColumnType::Custom(names), Sql::MariaDb) = (self, database) {
            // A type of a known name with a size, a character set or a sign.
            let name = names.get(database)?.trim().to_ascii_lowercase();
            let word = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
            return match word {
                "varchar" | "char" => Some("''"),
                "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" | "decimal"
                | "numeric" | "float" | "double" => Some("0"),
                _ => None,
            };
        }
        Some(match (self, database) {
            (ColumnType::Bool, Sql::Postgres) => "false",
            (ColumnType::Bool, Sql::MariaDb | Sql::Sqlite) => "0",
            (ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt, _) => "0",
            (ColumnType::Real | ColumnType::Double | ColumnType::Decimal, _) => "0",
            (ColumnType::Text, _) => "''",
            _ => return None,
        })
    }

    /// A value of the type, as an expression, for rows whose column nobody asks for any more but
    /// builds of old: they have to be able to read it. None where nobody can say.
    pub fn filling(&self, database: Sql) -> Option<&'static str> {
        if let Some(empty) = self.empty(database) {
            return Some(empty);
        }
        Some(match (self, database) {
            (ColumnType::Bytes, Sql::Postgres) => "'\\x'",
            (ColumnType::Bytes, Sql::MariaDb | Sql::Sqlite) => "x''",
            (ColumnType::Uuid, Sql::Postgres) => "'00000000-0000-0000-0000-000000000000'",
            (ColumnType::Uuid, Sql::MariaDb) => "x'00000000000000000000000000000000'",
            (ColumnType::Uuid, Sql::Sqlite) => "zeroblob(16)",
            (ColumnType::Date, _) => "'1970-01-01'",
            (ColumnType::Time, _) => "'00:00:00'",
            (ColumnType::Timestamp, _) => "'1970-01-01 00:00:00'",
            // The offset is the session's, which sqlx sets to none.
            (ColumnType::TimestampTz, Sql::MariaDb) => "'1970-01-01 00:00:00'",
            (ColumnType::TimestampTz, _) => "'1970-01-01 00:00:00+00:00'",
            _ => return None,
        })
    }

    /// The Rust types that map to it, as the docs print them.
    pub fn rust(&self) -> &'static str {
        match self {
            ColumnType::Bool => "bool",
            ColumnType::SmallInt => "i16",
            ColumnType::Integer => "i32",
            ColumnType::BigInt => "i64",
            ColumnType::Real => "f32",
            ColumnType::Double => "f64",
            ColumnType::Text => "String",
            ColumnType::Bytes => "Vec<u8>",
            ColumnType::Uuid => "uuid::Uuid",
            ColumnType::Date => "chrono::NaiveDate, time::Date",
            ColumnType::Time => "chrono::NaiveTime, time::Time",
            ColumnType::Timestamp => "chrono::NaiveDateTime, time::PrimitiveDateTime",
            ColumnType::TimestampTz => "chrono::DateTime<Tz>, time::OffsetDateTime",
            ColumnType::Json => "serde_json::Value, sqlx::types::Json<T>",
            ColumnType::Decimal => "rust_decimal::Decimal, bigdecimal::BigDecimal",
            ColumnType::Enum(_) => "enums, by `sql_type` and `values`",
            ColumnType::Custom(_) => "newtypes, enums and all else, by `sql_type`",
        }
    }
}
