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

    /// The only part of it, where that is a whole number: the order of those is the database's.
    pub(super) fn number(&self) -> Option<i64> {
        match *self.0 {
            [KeyPart::Int(number)] => Some(number),
            _ => None,
        }
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
