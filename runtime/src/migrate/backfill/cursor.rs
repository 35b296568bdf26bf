//! Where a backfill is, as it stands in the records.

use serde::{Deserialize, Serialize};

use crate::migrate::driver::{Row, Value};
use crate::migrate::store::Trouble;

/// Where a backfill is, apart from its ranges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cursor {
    /// The passes that have ended.
    pub(super) passes: u32,
    /// The rows that they have changed.
    pub(super) filled: u64,
}

impl Cursor {
    pub(super) fn read(text: Option<&str>) -> Result<Cursor, Trouble> {
        let Some(text) = text else {
            return Ok(Cursor::default());
        };
        serde_json::from_str(text)
            .map_err(|error| Trouble::Damaged(format!("the cursor of a backfill: {error}")))
    }

    pub(super) fn write(&self) -> Result<String, Trouble> {
        serde_json::to_string(self).map_err(|error| Trouble::Damaged(error.to_string()))
    }
}

/// The key of a row, in a form from which JSON takes nothing away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::migrate) struct Key(pub(in crate::migrate) Vec<KeyPart>);

impl Key {
    /// As the parameters of a statement.
    pub(super) fn values(&self) -> Row {
        self.0.iter().cloned().map(Value::from).collect()
    }

    /// Whether it can be told without the database what comes before it.
    pub(super) fn is_ordered(&self) -> bool {
        self.is_below(self).is_some()
    }

    /// Whether it comes before another one, where that can be told without the database: of two
    /// whole numbers, and of two ids that MongoDB has given.
    pub(super) fn is_below(&self, other: &Key) -> Option<bool> {
        match (&*self.0, &*other.0) {
            ([KeyPart::Int(one)], [KeyPart::Int(other)]) => Some(one < other),
            ([KeyPart::Json(one)], [KeyPart::Json(other)]) => {
                Some(object_id(one)? < object_id(other)?)
            }
            _ => None,
        }
    }
}

/// The digits of an id, in an order that is that of the ids.
fn object_id(json: &str) -> Option<&str> {
    let digits = json.strip_prefix(r#"{"$oid":""#)?.strip_suffix(r#""}"#)?;
    let is_id = digits.len() == 24
        && digits
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    is_id.then_some(digits)
}

impl From<Row> for Key {
    fn from(row: Row) -> Self {
        Key(row.into_iter().map(Into::into).collect())
    }
}

/// One column of a key, in a form from which JSON takes nothing away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::migrate) enum KeyPart {
    Null,
    Int(i64),
    /// The shortest decimal number that reads back as the same bits.
    Real(String),
    Text(String),
    Blob(Vec<u8>),
    /// Canonical extended JSON.
    Json(String),
}

impl From<Value> for KeyPart {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => KeyPart::Null,
            Value::Int(number) => KeyPart::Int(number),
            Value::Real(number) => KeyPart::Real(number.to_string()),
            Value::Text(text) => KeyPart::Text(text),
            Value::Blob(bytes) => KeyPart::Blob(bytes),
            Value::Json(text) => KeyPart::Json(text),
        }
    }
}

impl From<KeyPart> for Value {
    fn from(part: KeyPart) -> Self {
        match part {
            KeyPart::Null => Value::Null,
            KeyPart::Int(number) => Value::Int(number),
            // What was written above reads back; anything else compares as nothing.
            KeyPart::Real(number) => number.parse().map_or(Value::Null, Value::Real),
            KeyPart::Text(text) => Value::Text(text),
            KeyPart::Blob(bytes) => Value::Blob(bytes),
            KeyPart::Json(text) => Value::Json(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_any_kind_reads_back_as_it_was() {
        let key = vec![
            Value::Null,
            Value::Int(i64::MIN),
            Value::Real(0.1 + 0.2),
            Value::Text("it's".to_owned()),
            Value::Blob(vec![0, 255]),
            Value::Json(r#"{"$oid":"65a000000000000000000001"}"#.to_owned()),
        ];
        let written = serde_json::to_string(&Key::from(key.clone())).unwrap();
        let read: Key = serde_json::from_str(&written).unwrap();
        assert_eq!(read.values(), key);
    }

    #[test]
    fn keys_are_put_in_order_only_where_the_order_is_known() {
        let id = |digits: &str| Value::Json(format!(r#"{{"$oid":"{digits}"}}"#));
        let (early, late) = ("65a0000000000000000000ff", "65a000000000000000000100");
        let below =
            |one: Value, other: Value| Key::from(vec![one]).is_below(&Key::from(vec![other]));
        assert_eq!(below(Value::Int(-1), Value::Int(0)), Some(true));
        assert_eq!(below(Value::Int(0), Value::Int(0)), Some(false));
        assert_eq!(below(id(early), id(late)), Some(true));
        assert_eq!(below(id(late), id(early)), Some(false));
        // Collations order texts, and a server the types.
        for (one, other) in [
            (Value::Text("a".to_owned()), Value::Text("b".to_owned())),
            (Value::Int(1), Value::Real(1.5)),
            (Value::Int(1), id(late)),
            (Value::Json(r#"{"a":1}"#.to_owned()), id(late)),
        ] {
            assert_eq!(below(one, other), None);
        }
        let two = || Key::from(vec![Value::Int(1), Value::Int(2)]);
        assert_eq!(two().is_below(&two()), None);
    }

    #[test]
    fn a_cursor_reads_back_and_damage_is_told() {
        let cursor = Cursor {
            passes: 1,
            filled: 4,
        };
        let read = Cursor::read(Some(&cursor.write().unwrap())).unwrap();
        assert_eq!(read, cursor);
        assert_eq!(Cursor::read(None).unwrap(), Cursor::default());
        assert!(Cursor::read(Some("{")).is_err());
    }
}
