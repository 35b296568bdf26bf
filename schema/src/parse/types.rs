//! Rust types, and the types of columns that they stand for.
//!
//! A macro sees how a type is written and not what it is, so the last name of its path
//! decides: `chrono::NaiveDate` and `NaiveDate` are one. What cannot be told is asked for.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::model::ColumnType;

/// The type inside of an `Option`.
pub(super) fn optional(ty: &Type) -> Option<&Type> {
    let segment = last_segment(bare(ty))?;
    if segment.ident == "Option" {
        argument(segment)
    } else {
        None
    }
}

/// What a type that is no `Option` is as a column.
pub(super) struct Columnar {
    /// The type of the column.
    pub(super) ty: ColumnType,
    /// Whether the runtime knows the type, so that no codec has to be named for it: the
    /// `known!` of its `backend.rs`.
    pub(super) known: bool,
}

/// The column type of a type that is no `Option`; otherwise why there is none, and what
/// to do about it.
pub(super) fn columnar(ty: &Type) -> Result<Columnar, String> {
    let ty = bare(ty);
    match ty {
        Type::Reference(reference) => {
            let owned = match bare(&reference.elem) {
                Type::Slice(_) => "Vec<u8>",
                _ => "String",
            };
            return Err(format!(
                "a model owns what it holds: use `{owned}` instead of `{}`",
                plain(ty)
            ));
        }
        Type::Array(_) | Type::Slice(_) => {
            return Err(format!(
                "`{}` is no column type of every database: use `Vec<u8>` for bytes, or `sqlx::types::Json<T>` for a list",
                plain(ty)
            ));
        }
        Type::Tuple(_) => {
            return Err(format!(
                "`{}` is no column type: write a field for each part, or use `sqlx::types::Json<T>`",
                plain(ty)
            ));
        }
        _ => {}
    }
    let Some(segment) = last_segment(ty) else {
        return Err(unknown(ty));
    };
    // Once, for an identifier of the compiler's is text anew for each comparison.
    let name = format!("{}", segment.ident);
    let named = |ty| Columnar { ty, known: false };
    let known = |ty| Columnar { ty, known: true };
    Ok(match name.as_str() {
        "bool" => known(ColumnType::Bool),
        "i16" => known(ColumnType::SmallInt),
        "i32" => known(ColumnType::Integer),
        "i64" => known(ColumnType::BigInt),
        "f32" => known(ColumnType::Real),
        "f64" => known(ColumnType::Double),
        "String" => known(ColumnType::Text),
        "Vec" if argument(segment).is_some_and(is_byte) => known(ColumnType::Bytes),
        "Uuid" => named(ColumnType::Uuid),
        "NaiveDate" | "Date" => named(ColumnType::Date),
        "NaiveTime" | "Time" => named(ColumnType::Time),
        "NaiveDateTime" | "PrimitiveDateTime" => named(ColumnType::Timestamp),
        "DateTime" | "OffsetDateTime" => named(ColumnType::TimestampTz),
        "Value" | "JsonValue" | "Json" => named(ColumnType::Json),
        "Decimal" | "BigDecimal" => named(ColumnType::Decimal),
        "Option" => return Err("a column has one NULL: write `Option` once".to_owned()),
        other => {
            return Err(instead_of(other).map_or_else(|| unknown(ty), |remedy| refuse(ty, remedy)));
        }
    })
}

/// What to use in the place of well-known types that are no column type.
fn instead_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "i8" | "u8" => "use `i16`",
        "u16" => "use `i32`",
        "u32" => "use `i64`",
        "u64" | "usize" | "isize" => "use `i64`, or a decimal if it may be larger",
        "i128" | "u128" => "use `rust_decimal::Decimal` or `bigdecimal::BigDecimal`",
        "char" | "str" | "Cow" | "PathBuf" | "OsString" => "use `String`",
        "SystemTime" | "Instant" => "use `chrono::DateTime<Utc>` or `time::OffsetDateTime`",
        "Vec" | "VecDeque" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" => {
            "use `sqlx::types::Json<T>` around it, or name one with #[colmig(sql_type = \"...\")]"
        }
        "Box" | "Rc" | "Arc" => "write the type that is in it",
        _ => return None,
    })
}

fn refuse(ty: &Type, remedy: &str) -> String {
    format!(
        "`{}` is no column type of every database: {remedy}",
        plain(ty)
    )
}

fn unknown(ty: &Type) -> String {
    format!(
        "cannot tell the column type of `{}`: name it with #[colmig(sql_type = \"...\")]",
        plain(ty)
    )
}

/// The type without what a macro or a pair of parentheses wraps around it.
pub(super) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// The only argument of a generic type.
pub(super) fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

fn is_byte(ty: &Type) -> bool {
    last_segment(bare(ty)).is_some_and(|segment| segment.ident == "u8")
}

/// The type as people write it: tokens print with a space between any two.
pub(super) fn plain(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, close) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, close);
    }
    for (spaced, close) in [
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        ("< ", "<"),
    ] {
        text = text.replace(spaced, close);
    }
    text
}
