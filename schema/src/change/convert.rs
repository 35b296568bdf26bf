//! Conversions between types that need no rule: a value that does not convert gives NULL,
//! and never an error.

use crate::model::{ColumnType, Sized, stored_alike};
use crate::{Sql, Template};

/// The value of `column`, of the type `from`, as an expression of the type `to`; none where
/// people have to say what is meant.
pub(super) fn convert(
    column: &str,
    from: &ColumnType,
    to: &ColumnType,
    database: Sql,
) -> Option<Template> {
    if from == to {
        return Some(Template::column(column));
    }
    if let Some(text) = resize(from, to, database) {
        return over(&text, column);
    }
    let text = match (from, to) {
        (ColumnType::Text, _) if range(to).is_some() => return number(column, to, database),
        (ColumnType::Bool, ColumnType::Text) => {
            "CASE WHEN {c} THEN 'true' WHEN NOT {c} THEN 'false' END".to_owned()
        }
        (ColumnType::Text, ColumnType::Bool) => {
            let [yes, no] = truth(database);
            format!(
                "CASE WHEN lower(trim({{c}})) IN ('true', 't', 'yes', 'y', 'on', '1') THEN {yes} \
                 WHEN lower(trim({{c}})) IN ('false', 'f', 'no', 'n', 'off', '0') THEN {no} END"
            )
        }
        (ColumnType::Bool, _) if range(to).is_some() => {
            let ty = integer(to, database)?;
            format!("CAST(CASE WHEN {{c}} THEN 1 WHEN NOT {{c}} THEN 0 END AS {ty})")
        }
        (_, ColumnType::Bool) if range(from).is_some() => {
            let [yes, no] = truth(database);
            format!("CASE {{c}} WHEN 1 THEN {yes} WHEN 0 THEN {no} END")
        }
        (_, ColumnType::Text) if range(from).is_some() => match database {
            Sql::Postgres | Sql::Sqlite => "CAST({c} AS text)".to_owned(),
            Sql::MariaDb => "CAST({c} AS char)".to_owned(),
        },
        _ => {
            let (low, high) = range(to)?;
            let (from_low, from_high) = range(from)?;
            let ty = integer(to, database)?;
            if low <= from_low && high >= from_high {
                format!("CAST({{c}} AS {ty})")
            } else {
                format!("CASE WHEN {{c}} BETWEEN {low} AND {high} THEN CAST({{c}} AS {ty}) END")
            }
        }
    };
    over(&text, column)
}

/// A type in another size: what does not fit gives NULL. None if these are two types.
fn resize(from: &ColumnType, to: &ColumnType, database: Sql) -> Option<String> {
    let names = (from.sql(database)?, to.sql(database)?);
    if !from.is_custom() && !to.is_custom() {
        return None;
    }
    match database {
        Sql::Postgres => {}
        Sql::MariaDb => return resize_mariadb(names.0, names.1),
        Sql::Sqlite => return stored_alike(names.0, names.1).then(|| "{c}".to_owned()),
    }
    let (from, to) = (Sized::parse(names.0)?, Sized::parse(names.1)?);
    if from == to || from.widens_to(to) {
        return Some("{c}".to_owned());
    }
    let fits = match (from, to) {
        (Sized::Text, Sized::Varchar(None)) => return Some("{c}".to_owned()),
        (Sized::Text | Sized::Varchar(_), Sized::Varchar(Some(size)))
        | (Sized::Bits(_), Sized::Bits(Some(size))) => format!("length({{c}}) <= {size}"),
        (Sized::Numeric(_), Sized::Numeric(Some((precision, scale)))) if scale <= precision => {
            let whole = precision - scale;
            format!("round({{c}}, {scale}) = {{c}} AND abs({{c}}) < 1e{whole}")
        }
        (Sized::Clock(of, _), Sized::Clock(other, Some(_))) if of == other => {
            format!("CAST({{c}} AS {}) = {{c}}", names.1)
        }
        (Sized::Inet, Sized::Cidr) => "CAST(CAST({c} AS cidr) AS inet) = {c}".to_owned(),
        _ => return None,
    };
    Some(format!("CASE WHEN {fits} THEN {{c}} END"))
}

/// The same on MariaDB, whose sizes of text alone are known here.
fn resize_mariadb(from: &str, to: &str) -> Option<String> {
    if from.eq_ignore_ascii_case(to) {
        return Some("{c}".to_owned());
    }
    match (Sized::parse(from)?, Sized::parse(to)?) {
        (Sized::Varchar(Some(from)), Sized::Varchar(Some(to))) => Some(match from <= to {
            true => "{c}".to_owned(),
            false => format!("CASE WHEN char_length({{c}}) <= {to} THEN {{c}} END"),
        }),
        _ => None,
    }
}

/// What an integer type is called in a cast.
fn integer(ty: &ColumnType, database: Sql) -> Option<&str> {
    match database {
        Sql::Postgres | Sql::Sqlite => ty.sql(database),
        // There is one for all sizes.
        Sql::MariaDb => Some("signed"),
    }
}

/// Text that holds an integer, with blanks around it or not.
fn number(column: &str, to: &ColumnType, database: Sql) -> Option<Template> {
    let (low, high) = range(to)?;
    let ty = to.sql(database)?;
    let text = match database {
        // Longer text may be a number too, but none of such a type.
        Sql::Postgres => format!(
            "CASE WHEN {{c}} ~ '^\\s*[+-]?[0-9]+\\s*$' AND length({{c}}) <= 40 THEN CASE WHEN CAST({{c}} AS numeric) \
             BETWEEN {low} AND {high} THEN CAST({{c}} AS {ty}) END END"
        ),
        Sql::MariaDb => format!(
            "CASE WHEN {{c}} REGEXP '^[[:space:]]*[+-]?[0-9]+[[:space:]]*$' AND char_length({{c}}) <= 40 THEN \
             CASE WHEN CAST({{c}} AS decimal(65)) BETWEEN {low} AND {high} THEN CAST({{c}} AS signed) END END"
        ),
        // A cast takes what it can get, so what it leaves behind has to be nothing.
        Sql::Sqlite => format!(
            "CASE WHEN (trim({{c}}) GLOB '[0-9]*' OR trim({{c}}) GLOB '[-+][0-9]*') \
             AND substr(trim({{c}}), 2) NOT GLOB '*[^0-9]*' \
             AND (length(ltrim(trim({{c}}), '+-0')) <= 18 OR CAST(CAST({{c}} AS INTEGER) AS TEXT) = {{c}}) \
             AND CAST({{c}} AS INTEGER) BETWEEN {low} AND {high} THEN CAST({{c}} AS INTEGER) END"
        ),
    };
    over(&text, column)
}

/// The template, over the column that `{c}` stands for.
fn over(text: &str, column: &str) -> Option<Template> {
    let template: Template = text.parse().ok()?;
    Some(template.substitute(|_| Template::column(column)))
}

fn truth(database: Sql) -> [&'static str; 2] {
    match database {
        Sql::Postgres => ["true", "false"],
        Sql::MariaDb | Sql::Sqlite => ["1", "0"],
    }
}

/// The least and the greatest value of an integer type.
fn range(ty: &ColumnType) -> Option<(i64, i64)> {
    match ty {
        ColumnType::SmallInt => Some((i16::MIN.into(), i16::MAX.into())),
        ColumnType::Integer => Some((i32::MIN.into(), i32::MAX.into())),
        ColumnType::BigInt => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Dialected;

    #[test]
    fn a_conversion_is_there_both_ways_or_not_at_all() {
        for database in Sql::ALL {
            for from in &ColumnType::NAMED {
                for to in &ColumnType::NAMED {
                    let forth = convert("a", from, to, database);
                    let back = convert("a", to, from, database);
                    assert_eq!(forth.is_some(), back.is_some(), "{from:?} and {to:?}");
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_into_a_smaller_size_gives_null() {
        let custom = |text: &str| ColumnType::Custom(Dialected::Same(text.to_owned()));
        let convert = |from: &ColumnType, to: &ColumnType| {
            let sized = convert("a", from, to, Sql::Postgres)?;
            Some(sized.bare(Sql::Postgres).to_string())
        };
        for (from, to, text) in [
            (custom("varchar(9)"), ColumnType::Text, "\"a\""),
            (
                ColumnType::Text,
                custom("varchar(9)"),
                "CASE WHEN length(\"a\") <= 9 THEN \"a\" END",
            ),
            (
                custom("numeric(8,2)"),
                custom("numeric(6,1)"),
                "CASE WHEN round(\"a\", 1) = \"a\" AND abs(\"a\") < 1e5 THEN \"a\" END",
            ),
            (
                custom("timestamp"),
                custom("timestamp(3)"),
                "CASE WHEN CAST(\"a\" AS timestamp(3)) = \"a\" THEN \"a\" END",
            ),
        ] {
            assert_eq!(convert(&from, &to).as_deref(), Some(text));
        }
        assert_eq!(convert(&custom("varchar(9)"), &custom("mood")), None);
        assert_eq!(convert(&custom("timestamp(3)"), &custom("time(3)")), None);
    }

    #[test]
    fn the_same_type_is_the_column_itself() {
        let same = convert("a", &ColumnType::Text, &ColumnType::Text, Sql::Postgres);
        assert_eq!(same.unwrap().as_column(), Some("a"));
    }
}
