//! Where a backfill is, as it stands in the records.

use serde::{Deserialize, Serialize};

use crate::migrate::driver::Value;
use crate::migrate::store::Trouble;

/// Where a backfill is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Cursor {
    /// The passes that have ended.
    pub(super) passes: u32,
    /// The key at which the next range begins; none at the beginning of a pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<Vec<KeyPart>>,
    /// The rows that this pass has covered.
    pub(super) covered: u64,
    /// The rows that this pass has changed.
    pub(super) changed: u64,
    /// The rows that all passes have changed.
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

    /// The beginning of the pass after this one.
    pub(super) fn next_pass(&self) -> Cursor {
        Cursor {
            passes: self.passes + 1,
            filled: self.filled,
            ..Cursor::default()
        }
    }
}

/// One column of a key, in a form from which JSON takes nothing away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KeyPart {
    Null,
    Int(i64),
    /// The shortest decimal number that reads back as the same bits.
    Real(String),
    Text(String),
    Blob(Vec<u8>),
}

impl From<Value> for KeyPart {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => KeyPart::Null,
            Value::Int(number) => KeyPart::Int(number),
            Value::Real(number) => KeyPart::Real(number.to_string()),
            Value::Text(text) => KeyPart::Text(text),
            Value::Blob(bytes) => KeyPart::Blob(bytes),
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_any_kind_reads_back_as_it_was() {
        let key = [
            Value::Null,
            Value::Int(i64::MIN),
            Value::Real(0.1 + 0.2),
            Value::Text("it's".to_owned()),
            Value::Blob(vec![0, 255]),
        ];
        let cursor = Cursor {
            passes: 1,
            next: Some(key.iter().cloned().map(KeyPart::from).collect()),
            covered: 2,
            changed: 3,
            filled: 4,
        };
        let read = Cursor::read(Some(&cursor.write().unwrap())).unwrap();
        assert_eq!(read, cursor);
        let values: Vec<Value> = read.next.unwrap().into_iter().map(Value::from).collect();
        assert_eq!(values, key);
        assert_eq!(Cursor::read(None).unwrap(), Cursor::default());
        assert!(Cursor::read(Some("{")).is_err());
    }
}
