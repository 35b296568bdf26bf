//! Which types of Rust read the types of MariaDB.

use crate::model::ColumnType;

/// A named type that reads into the same type of Rust.
pub(in crate::live) fn like(ty: &str) -> Option<ColumnType> {
    let (name, unsigned) = parts(ty);
    Some(match name {
        "smallint" if !unsigned => ColumnType::SmallInt,
        "int" | "mediumint" if !unsigned => ColumnType::Integer,
        "bigint" if !unsigned => ColumnType::BigInt,
        "float" => ColumnType::Real,
        "double" => ColumnType::Double,
        "decimal" => ColumnType::Decimal,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => {
            ColumnType::Text
        }
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => {
            ColumnType::Bytes
        }
        "date" => ColumnType::Date,
        "time" => ColumnType::Time,
        "datetime" => ColumnType::Timestamp,
        "timestamp" => ColumnType::TimestampTz,
        _ => return None,
    })
}

/// A type of Rust that no named one stands for.
pub(in crate::live) fn other(ty: &str) -> Option<&'static str> {
    Some(match parts(ty) {
        ("tinyint", false) => "i8",
        ("tinyint", true) => "u8",
        ("smallint", true) | ("year", _) => "u16",
        ("mediumint" | "int", true) => "u32",
        ("bigint", true) | ("bit", _) => "u64",
        // It comes as text.
        ("uuid", _) => "uuid::fmt::Hyphenated",
        _ => return None,
    })
}

/// The name of a type, and whether its numbers have no sign.
fn parts(ty: &str) -> (&str, bool) {
    let end = ty.find(|c: char| !c.is_ascii_alphanumeric());
    let (name, more) = ty.split_at(end.unwrap_or(ty.len()));
    // What stands in parentheses may be values, with any word in them.
    let more = more.rsplit_once(')').map_or(more, |(_, more)| more);
    (name, more.split_whitespace().any(|word| word == "unsigned"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_sign_have_types_of_their_own() {
        for (ty, named, rust) in [
            ("bigint", Some(ColumnType::BigInt), None),
            ("bigint unsigned", None, Some("u64")),
            ("int(8) unsigned zerofill", None, Some("u32")),
            ("tinyint", None, Some("i8")),
            ("decimal(10,2) unsigned", Some(ColumnType::Decimal), None),
            ("enum('a',' unsigned ')", Some(ColumnType::Text), None),
            ("bit(1)", None, Some("u64")),
            (
                "timestamp(3) ON UPDATE current_timestamp(3)",
                Some(ColumnType::TimestampTz),
                None,
            ),
            ("inet6", None, None),
            ("", None, None),
        ] {
            assert_eq!(like(ty), named, "{ty}");
            assert_eq!(other(ty), rust, "{ty}");
        }
    }
}
