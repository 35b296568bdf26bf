//! Values as the database holds them, which go out and come back as they were.

use serde_json::Value as Json;

/// A value as the database holds it: typed on SQLite, and its text on PostgreSQL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Raw::Text(text.to_owned())
    }
}

impl From<u64> for Raw {
    fn from(number: u64) -> Self {
        Raw::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl Raw {
    /// As people read it; none for NULL.
    pub(super) fn shown(&self) -> Option<String> {
        Some(match self {
            Raw::Null => return None,
            Raw::Int(number) => number.to_string(),
            Raw::Real(number) => number.to_string(),
            Raw::Text(text) => text.clone(),
            Raw::Blob(bytes) => hex(bytes),
        })
    }

    /// What was asked for as bytes, so that no collation stands between it and what is stored, as
    /// the text that it is.
    pub(super) fn spelled(&self) -> Raw {
        let text = match self {
            Raw::Blob(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        text.map_or_else(|| self.clone(), |text| Raw::Text(text.to_owned()))
    }

    fn tagged(&self) -> Json {
        match self {
            Raw::Null => Json::Null,
            Raw::Int(number) => Json::from(*number),
            // The shortest decimal number that reads back as the same bits.
            Raw::Real(number) => Json::from(format!("r{number}")),
            Raw::Text(text) => Json::from(format!("t{text}")),
            Raw::Blob(bytes) => Json::from(format!("b{}", hex(bytes))),
        }
    }

    fn untagged(value: &Json) -> Option<Raw> {
        let text = match value {
            Json::Null => return Some(Raw::Null),
            Json::Number(number) => return number.as_i64().map(Raw::Int),
            Json::String(text) => text,
            _ => return None,
        };
        if let Some(text) = text.strip_prefix('t') {
            return Some(Raw::Text(text.to_owned()));
        }
        if let Some(number) = text.strip_prefix('r') {
            return number.parse().ok().map(Raw::Real);
        }
        let digits = text.strip_prefix('b')?.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        digits
            .chunks(2)
            .map(byte)
            .collect::<Option<_>>()
            .map(Raw::Blob)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key as it stands in colmig's tables.
pub(super) fn write_key(key: &[Raw]) -> String {
    Json::from_iter(key.iter().map(Raw::tagged)).to_string()
}

/// A key as it was written there; none if it is damaged.
pub(super) fn read_key(text: &str) -> Option<Vec<Raw>> {
    let parts: Vec<Json> = serde_json::from_str(text).ok()?;
    parts.iter().map(Raw::untagged).collect()
}

/// A key as people read it.
pub(super) fn shown_key(key: &[Raw]) -> String {
    let parts = key
        .iter()
        .map(|part| part.shown().unwrap_or_else(|| "NULL".to_owned()));
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spelled_where_they_are_text() {
        let bytes = |bytes: &[u8]| Raw::Blob(bytes.to_vec());
        assert_eq!(bytes("é".as_bytes()).spelled(), Raw::Text("é".to_owned()));
        assert_eq!(bytes(&[0xff]).spelled(), bytes(&[0xff]));
        assert_eq!(Raw::Int(1).spelled(), Raw::Int(1));
    }

    #[test]
    fn a_key_of_any_kind_reads_back_as_it_was() {
        let key = [
            Raw::Null,
            Raw::Int(i64::MIN),
            Raw::Real(0.1 + 0.2),
            Raw::Text("it's \u{e9}".to_owned()),
            Raw::Blob(vec![0, 255]),
        ];
        assert_eq!(read_key(&write_key(&key)).unwrap(), key);
        for damaged in ["", "{}", "[true]", "[\"x\"]", "[\"bzz\"]"] {
            assert_eq!(read_key(damaged), None, "{damaged}");
        }
        assert_eq!(shown_key(&key[3..]), "it's \u{e9}, 00ff");
    }
}
