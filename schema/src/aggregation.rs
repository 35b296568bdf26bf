//! Rules of MongoDB: aggregation expressions as JSON, in which the fields can be told from the rest.
//!
//! A rule stands in commands as it was written. What is looked at here is which fields of the document
//! it reads, and whether it gives the same each time.

use crate::Template;
use crate::nearest::nearest;

/// An expression that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expression {
    /// The expression, on one line, with its fields as columns.
    pub(crate) template: Template,
}

/// A text that is no such expression, or one that cannot be a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadExpression {
    /// It is no JSON.
    #[error("is no JSON: {0}")]
    NoJson(String),
    /// It reads what the document does not have.
    #[error(
        "reads `${path}`, and the document has no field `{field}` that a rule may read here{meant}"
    )]
    UnknownField {
        /// The path.
        path: String,
        /// Its first part.
        field: String,
        /// What was meant, if anything is like it.
        meant: String,
    },
    /// It gives another value each time.
    #[error("has `{0}` in it, which gives another value each time")]
    Volatile(String),
    /// It reads fields that cannot be told from its text.
    #[error("has `{0}` in it, so nobody can tell which fields it reads")]
    Opaque(String),
}

/// What gives another value each time.
const VOLATILE: [&str; 5] = [
    "$$NOW",
    "$$CLUSTER_TIME",
    "$rand",
    "$sampleRate",
    "$createObjectId",
];

/// What reads fields whose names do not stand in it, or runs code.
const OPAQUE: [&str; 6] = [
    "$$ROOT",
    "$$CURRENT",
    "$getField",
    "$function",
    "$accumulator",
    "$objectToArray",
];

/// Reads a rule over these fields.
pub(crate) fn expression(text: &str, fields: &[&str]) -> Result<Expression, BadExpression> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| BadExpression::NoJson(error.to_string()))?;
    judge(&value)?;
    let mut reader = Reader {
        text,
        at: 0,
        template: Template::new(),
        fields,
    };
    reader.value(false)?;
    Ok(Expression {
        template: reader.template,
    })
}

fn judge(value: &serde_json::Value) -> Result<(), BadExpression> {
    let word = |word: &str| {
        let root = word.split('.').next().unwrap_or_default();
        if VOLATILE.contains(&root) {
            return Err(BadExpression::Volatile(root.to_owned()));
        }
        match OPAQUE.contains(&root) {
            true => Err(BadExpression::Opaque(root.to_owned())),
            false => Ok(()),
        }
    };
    match value {
        serde_json::Value::String(text) => word(text),
        serde_json::Value::Array(items) => items.iter().try_for_each(judge),
        serde_json::Value::Object(pairs) => pairs.iter().try_for_each(|(key, value)| {
            word(key)?;
            match key.as_str() {
                "$literal" => Ok(()),
                _ => judge(value),
            }
        }),
        _ => Ok(()),
    }
}

/// Goes over JSON that is known to be right.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    template: Template,
    fields: &'t [&'t str],
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Takes white space, of which nothing stays.
    fn blank(&mut self) {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.at += c.len_utf8();
        }
    }

    /// Takes a character as it is.
    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        self.template.push_text(c.encode_utf8(&mut [0; 4]));
        Some(c)
    }

    /// A string with its quotes, as it stands there, and what it says.
    fn string(&mut self) -> (String, String) {
        let began = self.at;
        self.at += 1;
        let mut escaped = false;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => break,
                _ => {}
            }
        }
        let raw = self.text[began..self.at].to_owned();
        let says = serde_json::from_str(&raw).unwrap_or_default();
        (raw, says)
    }

    /// A value; of what is `literal` no string is a path.
    fn value(&mut self, literal: bool) -> Result<(), BadExpression> {
        self.blank();
        match self.peek() {
            Some('{') => self.object(literal),
            Some('[') => {
                self.take();
                self.blank();
                while self.peek().is_some_and(|c| c != ']') {
                    self.value(literal)?;
                    self.comma();
                }
                self.take();
                Ok(())
            }
            Some('"') => {
                let (raw, says) = self.string();
                match says.strip_prefix('$').filter(|path| !path.starts_with('$')) {
                    Some(path) if !literal => self.path(path),
                    _ => {
                        self.template.push_text(&raw);
                        Ok(())
                    }
                }
            }
            _ => {
                while self
                    .peek()
                    .is_some_and(|c| !matches!(c, ',' | ']' | '}') && !c.is_whitespace())
                {
                    self.take();
                }
                Ok(())
            }
        }
    }

    fn object(&mut self, literal: bool) -> Result<(), BadExpression> {
        self.take();
        self.blank();
        while self.peek().is_some_and(|c| c != '}') {
            let (raw, says) = self.string();
            self.template.push_text(&raw);
            self.blank();
            self.take();
            self.template.push_text(" ");
            self.value(literal || says == "$literal")?;
            self.comma();
        }
        self.take();
        Ok(())
    }

    /// Between two items, or behind the last one.
    fn comma(&mut self) {
        self.blank();
        if self.peek() == Some(',') {
            self.take();
            self.template.push_text(" ");
            self.blank();
        }
    }

    fn path(&mut self, path: &str) -> Result<(), BadExpression> {
        let (field, rest) = match path.split_once('.') {
            Some((field, rest)) => (field, Some(rest)),
            None => (path, None),
        };
        if !self.fields.contains(&field) {
            let meant = nearest(field, self.fields.iter().copied());
            return Err(BadExpression::UnknownField {
                path: path.to_owned(),
                field: field.to_owned(),
                meant: meant
                    .map_or_else(String::new, |meant| format!(": did you mean `${meant}`?")),
            });
        }
        self.template.push_text("\"$");
        self.template.push_column(field);
        if let Some(rest) = rest {
            let rest = crate::json::quoted(rest);
            self.template.push_text(".");
            self.template.push_text(rest.trim_matches('"'));
        }
        self.template.push_text("\"");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let read = expression(text, &["first", "last", "address"]);
        let read = read.map_err(|error| error.to_string())?;
        let with = read.template.with(|column, f| write!(f, "<{column}>"));
        Ok(with.to_string())
    }

    #[test]
    fn fields_are_told_from_texts_and_operators() {
        for (text, read_as) in [
            (
                "{ \"$concat\" : [\"$first\",\n \" \", \"$last\"] }",
                r#"{"$concat": ["$<first>", " ", "$<last>"]}"#,
            ),
            (r#""$address.city""#, r#""$<address>.city""#),
            (r#"{"$literal": "$nobody"}"#, r#"{"$literal": "$nobody"}"#),
            (
                r#"{"$map": {"input": "$address", "in": "$$this.city"}}"#,
                r#"{"$map": {"input": "$<address>", "in": "$$this.city"}}"#,
            ),
            (r#""a \"quoted\" text""#, r#""a \"quoted\" text""#),
            ("12", "12"),
            ("null", "null"),
            (r#"[ ]"#, "[]"),
            (r#"{ "a" : { } , "b": true }"#, r#"{"a": {}, "b": true}"#),
        ] {
            assert_eq!(read(text).as_deref(), Ok(read_as), "{text}");
        }
    }

    #[test]
    fn what_is_no_rule_says_why() {
        for (text, why) in [
            ("first || last", "is no JSON"),
            (r#""$frist""#, "did you mean `$first`?"),
            (r#"{"$add": [{"$rand": {}}, 1]}"#, "`$rand`"),
            (r#""$$NOW""#, "another value each time"),
            (r#""$$ROOT.a""#, "nobody can tell which fields"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_read_is_the_same_json() {
        let text =
            r#"{ "$cond": [ { "$eq": [ "$first", null ] }, "x\\y", { "$toLower": "$last" } ] }"#;
        let read = expression(text, &["first", "last"]).unwrap();
        let printed = read
            .template
            .with(|column, f| f.write_str(column))
            .to_string();
        let [one, other]: [serde_json::Value; 2] =
            [text, &printed].map(|text| text.parse().unwrap());
        assert_eq!(one, other);
    }
}
