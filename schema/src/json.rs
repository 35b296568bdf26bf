//! JSON as people read it: what fits on a line stands on one, and keys keep their order, for the first
//! one of a command names it.

use std::fmt::{self, Write as _};

/// Longer ones are broken into lines.
const LINE: usize = 100;

/// A piece of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    /// A text that is JSON already.
    Raw(String),
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    /// An object of these pairs.
    pub(crate) fn object<const N: usize>(pairs: [(&str, Json); N]) -> Json {
        let pairs = pairs.into_iter();
        Json::Object(pairs.map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// An object of one pair.
    pub(crate) fn one(key: &str, value: Json) -> Json {
        Json::object([(key, value)])
    }

    /// `{"$literal": ...}`: a value that no expression takes for anything else.
    pub(crate) fn literal(value: Json) -> Json {
        Json::one("$literal", value)
    }

    fn write(&self, to: &mut String, indent: usize) -> fmt::Result {
        let flat = self.flat();
        if indent + flat.len() <= LINE {
            to.push_str(&flat);
            return Ok(());
        }
        match self {
            Json::List(items) if !items.is_empty() => {
                to.push('[');
                for (position, item) in items.iter().enumerate() {
                    begin(to, position, indent)?;
                    item.write(to, indent + 2)?;
                }
                end(to, ']', indent)
            }
            Json::Object(pairs) if !pairs.is_empty() => {
                to.push('{');
                for (position, (key, value)) in pairs.iter().enumerate() {
                    begin(to, position, indent)?;
                    write!(to, "{}: ", quoted(key))?;
                    value.write(to, indent + 2)?;
                }
                end(to, '}', indent)
            }
            _ => {
                to.push_str(&flat);
                Ok(())
            }
        }
    }

    /// On one line.
    pub(crate) fn flat(&self) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match self {
            Json::Raw(text) => text.clone(),
            Json::Text(text) => quoted(text),
            Json::Number(number) => number.to_string(),
            Json::Bool(bool) => bool.to_string(),
            Json::List(items) => format!("[{}]", joined(items.iter().map(Json::flat).collect())),
            Json::Object(pairs) => {
                let pairs = pairs.iter();
                let pairs = pairs.map(|(key, value)| format!("{}: {}", quoted(key), value.flat()));
                format!("{{{}}}", joined(pairs.collect()))
            }
        }
    }
}

fn begin(to: &mut String, position: usize, indent: usize) -> fmt::Result {
    let comma = if position > 0 { "," } else { "" };
    write!(to, "{comma}\n{:indent$}", "", indent = indent + 2)
}

fn end(to: &mut String, close: char, indent: usize) -> fmt::Result {
    write!(to, "\n{:indent$}{close}", "")
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text, 0)?;
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stands_on_one_line_and_what_does_not_is_broken_where_it_has_to_be() {
        let short = Json::object([
            ("find", Json::text("it's \"a\"")),
            ("limit", Json::Number(1)),
        ]);
        assert_eq!(short.to_string(), r#"{"find": "it's \"a\"", "limit": 1}"#);
        let long = Json::object([
            ("find", Json::text(&"a".repeat(60))),
            ("filter", Json::one("b", Json::text(&"c".repeat(60)))),
            ("empty", Json::List(Vec::new())),
        ]);
        let lines = long.to_string();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert!(lines[1].ends_with("\","), "{lines:?}");
        let read: serde_json::Value = long.to_string().parse().unwrap();
        assert_eq!(read, long.flat().parse::<serde_json::Value>().unwrap());
    }
}
