//! Values of MongoDB's, as the executor has them and as people read them.

use std::fmt;

use bson::Bson;

use crate::migrate::driver::{Failure, Value};

/// A value of a document. What is neither a number nor a text is kept in full: keys of any type
/// come back as they were.
pub(super) fn read(value: Bson) -> Value {
    match value {
        Bson::Null => Value::Null,
        Bson::Int32(number) => Value::Int(number.into()),
        Bson::Int64(number) => Value::Int(number),
        Bson::Double(number) => Value::Real(number),
        Bson::String(text) => Value::Text(text),
        other => {
            let mut text = String::new();
            extended(other, &mut text);
            Value::Json(text)
        }
    }
}

/// Writes a value in canonical extended JSON, the fields of documents in their order: it is part
/// of what they are.
fn extended(value: Bson, to: &mut String) {
    match value {
        Bson::Document(document) => {
            to.push('{');
            for (at, (name, value)) in document.into_iter().enumerate() {
                to.push_str(if at == 0 { "" } else { "," });
                to.push_str(&serde_json::Value::String(name).to_string());
                to.push(':');
                extended(value, to);
            }
            to.push('}');
        }
        Bson::Array(elements) => {
            to.push('[');
            for (at, element) in elements.into_iter().enumerate() {
                to.push_str(if at == 0 { "" } else { "," });
                extended(element, to);
            }
            to.push(']');
        }
        Bson::JavaScriptCodeWithScope(code) => {
            to.push_str(r#"{"$code":"#);
            to.push_str(&serde_json::Value::String(code.code).to_string());
            to.push_str(r#","$scope":"#);
            extended(Bson::Document(code.scope), to);
            to.push('}');
        }
        other => to.push_str(&other.into_canonical_extjson().to_string()),
    }
}

/// A value as a parameter of a command.
pub(super) fn write(value: &Value) -> Result<Bson, Failure> {
    Ok(match value {
        Value::Null => Bson::Null,
        Value::Int(number) => Bson::Int64(*number),
        Value::Real(number) => Bson::Double(*number),
        Value::Text(text) => Bson::String(text.clone()),
        Value::Blob(bytes) => Bson::Binary(bson::Binary {
            subtype: bson::spec::BinarySubtype::Generic,
            bytes: bytes.clone(),
        }),
        Value::Json(text) => serde_json::from_str(text)
            .map_err(|error| Failure::refused(format!("a value in extended JSON: {error}")))?,
    })
}

/// A value as it is read in a message, a text in quotes.
pub(super) fn quoted(value: &Bson) -> String {
    match read(value.clone()) {
        Value::Text(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

/// The dates that have words, from the year 1 to the year 9999.
const WRITTEN: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Writes a value as the shell of MongoDB has it: `ObjectId('65a0...')`. What cannot be read is
/// written as it is.
pub(in crate::migrate) fn in_words(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match serde_json::from_str::<Bson>(text) {
        Ok(value) => put(&value, f),
        Err(_) => f.write_str(text),
    }
}

fn put(value: &Bson, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Bson::String(text) => write!(f, "'{text}'"),
        Bson::Document(document) => {
            f.write_str("{")?;
            for (at, (name, value)) in document.iter().enumerate() {
                write!(f, "{}{name}: ", if at == 0 { "" } else { ", " })?;
                put(value, f)?;
            }
            f.write_str("}")
        }
        Bson::Array(elements) => {
            f.write_str("[")?;
            for (at, element) in elements.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { ", " })?;
                put(element, f)?;
            }
            f.write_str("]")
        }
        Bson::ObjectId(id) => write!(f, "ObjectId('{id}')"),
        Bson::DateTime(date) => match date.try_to_rfc3339_string() {
            Ok(words) if WRITTEN.contains(&date.timestamp_millis()) => {
                write!(f, "ISODate('{words}')")
            }
            _ => write!(f, "Date({})", date.timestamp_millis()),
        },
        Bson::Decimal128(number) => write!(f, "NumberDecimal('{number}')"),
        Bson::Timestamp(at) => write!(f, "Timestamp({}, {})", at.time, at.increment),
        Bson::Binary(binary) => {
            write!(f, "BinData({}, '", u8::from(binary.subtype))?;
            binary
                .bytes
                .iter()
                .try_for_each(|byte| write!(f, "{byte:02x}"))?;
            f.write_str("')")
        }
        Bson::MinKey => f.write_str("MinKey()"),
        Bson::MaxKey => f.write_str("MaxKey()"),
        Bson::Undefined => f.write_str("undefined"),
        other => write!(f, "{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::backfill::Key;

    use super::super::tests::every_type;

    #[test]
    fn every_type_goes_through_a_key_and_back() {
        for value in every_type() {
            let key = Key::from(vec![read(value.clone())]);
            let written = serde_json::to_string(&key).unwrap();
            let key: Key = serde_json::from_str(&written).unwrap();
            let back = write(&Value::from(key.0[0].clone())).unwrap();
            // The server makes no difference between the two widths of a whole number.
            let wide = match value {
                Bson::Int32(number) => Bson::Int64(number.into()),
                other => other,
            };
            // As text, for documents with other orders of their fields are equal otherwise.
            assert_eq!(format!("{back:?}"), format!("{wide:?}"), "{written}");
        }
    }

    #[test]
    fn values_are_read_as_in_the_shell() {
        let words = |json: &str| Value::Json(json.to_owned()).to_string();
        for (json, shell) in [
            (
                r#"{"$oid":"65a000000000000000000001"}"#,
                "ObjectId('65a000000000000000000001')",
            ),
            (
                r#"{"$date":{"$numberLong":"1500"}}"#,
                "ISODate('1970-01-01T00:00:01.5Z')",
            ),
            (
                r#"{"$date":{"$numberLong":"9223372036854775807"}}"#,
                "Date(9223372036854775807)",
            ),
            (
                r#"{"$binary":{"base64":"AP8=","subType":"04"}}"#,
                "BinData(4, '00ff')",
            ),
            (r#"{"$minKey":1}"#, "MinKey()"),
            (r#"{"$timestamp":{"t":5,"i":1}}"#, "Timestamp(5, 1)"),
            (r#"{"$numberDecimal":"1.50"}"#, "NumberDecimal('1.50')"),
            (
                r#"{"shop":{"$numberInt":"7"},"no":"a"}"#,
                "{shop: 7, no: 'a'}",
            ),
            (r#"[{"$numberLong":"1"},true,null]"#, "[1, true, null]"),
            ("{", "{"),
        ] {
            assert_eq!(words(json), shell);
        }
    }
}
