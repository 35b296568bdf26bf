//! What SQLite keeps in the text of `CREATE TABLE` only: checks, collations and the
//! expressions of generated columns.
//!
//! SQLite takes nearly any word for a type, so this is no parser that could refuse: it goes
//! from word to word, and knows parentheses, quotes and comments.

use std::collections::BTreeMap;

use crate::Sql;

/// What the text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ddl {
    /// The checks: the name, empty where there is none, and the condition.
    pub checks: Vec<(String, String)>,
    /// The collations, by column.
    pub collations: BTreeMap<String, String>,
    /// The expressions of generated columns, by column.
    pub generated: BTreeMap<String, String>,
}

/// Reads the text of `CREATE TABLE`, as `sqlite_schema` holds it.
///
/// ```
/// let ddl = colmig_schema::live::ddl::read(
///     "CREATE TABLE t (a text COLLATE NOCASE, b int, CONSTRAINT positive CHECK (b > (0)))",
/// );
/// assert_eq!(ddl.checks, [("positive".to_owned(), "b > (0)".to_owned())]);
/// assert_eq!(ddl.collations["a"], "NOCASE");
/// ```
pub fn read(sql: &str) -> Ddl {
    let words = words(sql, Sql::Sqlite);
    let mut ddl = Ddl::default();
    let Some(open) = words.iter().position(|word| word.text == "(") else {
        return ddl;
    };
    let mut at = open + 1;
    while at < words.len() {
        let end = end_of_item(&words, at);
        item(sql, &words[at..end], &mut ddl);
        if words.get(end).is_none_or(|word| word.text == ")") {
            break;
        }
        at = end + 1;
    }
    ddl
}

/// A word, a quoted name, a string, or one character of anything else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'s> {
    pub(super) text: &'s str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// The name that the word stands for, without quotes.
    pub(super) fn name(&self) -> String {
        let mut chars = self.text.chars();
        let closing = match chars.next() {
            Some('"') => '"',
            Some('`') => '`',
            Some('\'') => '\'',
            Some('[') => ']',
            _ => return self.text.to_owned(),
        };
        let inner = chars.as_str();
        let inner = inner.strip_suffix(closing).unwrap_or(inner);
        match closing {
            ']' => inner.to_owned(),
            quote => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
        }
    }
}

/// The words of a text. What MariaDB writes of its tables itself has no comments but those that it
/// executes, which are words.
pub(super) fn words(sql: &str, database: Sql) -> Vec<Word<'_>> {
    let is_mariadb = database == Sql::MariaDb;
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let start = sql.len() - rest.len();
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("--") && !is_mariadb {
            rest.find('\n').map_or(rest.len(), |end| end + 1)
        } else if rest.starts_with("/*") && !is_mariadb {
            comment(rest)
        } else {
            let length = match first {
                '"' | '`' | '\'' => quoted(rest, first, database),
                '/' if rest.starts_with("/*") => comment(rest),
                '[' if !is_mariadb => rest.find(']').map_or(rest.len(), |end| end + 1),
                _ if is_of_word(first) => rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()),
                other => other.len_utf8(),
            };
            words.push(Word {
                text: &rest[..length],
                start,
                end: start + length,
            });
            length
        };
        rest = &rest[length..];
    }
    words
}

/// The length of a comment.
fn comment(text: &str) -> usize {
    text.find("*/").map_or(text.len(), |end| end + 2)
}

/// The length of what stands in quotes, which are doubled within; a backslash does the same in a
/// string of MariaDB's.
pub(super) fn quoted(text: &str, quote: char, database: Sql) -> usize {
    let escapes = database == Sql::MariaDb && quote != '`';
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + c.len_utf8();
        }
    }
    text.len()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// Where the definition that begins at `from` ends: at a comma, or at the last parenthesis.
pub(super) fn end_of_item(words: &[Word<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(from) {
        match word.text {
            "(" => depth += 1,
            ")" if depth == 0 => return at,
            ")" => depth -= 1,
            "," if depth == 0 => return at,
            _ => {}
        }
    }
    words.len()
}

/// A column with its constraints, or a constraint of the table.
fn item(sql: &str, words: &[Word<'_>], ddl: &mut Ddl) {
    const OF_TABLE: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
    let Some(first) = words.first() else { return };
    let column = (!OF_TABLE.iter().any(|word| first.is(word))).then(|| first.name());
    let mut named = String::new();
    let mut at = usize::from(column.is_some());
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1);
        if word.is("CONSTRAINT") {
            named = next.map(Word::name).unwrap_or_default();
            at += 2;
        } else if word.is("CHECK") && next.is_some_and(|next| next.text == "(") {
            let (condition, end) = in_parentheses(sql, words, at + 1);
            ddl.checks.push((std::mem::take(&mut named), condition));
            at = end;
        } else if let (true, Some(next), Some(column)) = (word.is("COLLATE"), next, &column) {
            ddl.collations.insert(column.clone(), next.name());
            at += 2;
        } else if let (true, Some(column)) = (
            word.is("AS") && next.is_some_and(|next| next.text == "("),
            &column,
        ) {
            let (expression, end) = in_parentheses(sql, words, at + 1);
            ddl.generated.insert(column.clone(), expression);
            at = end;
        } else if word.text == "(" {
            // The length of a type, a default, the columns of a key: nothing of ours.
            at = in_parentheses(sql, words, at).1;
        } else {
            at += 1;
        }
    }
}

/// What stands between the parenthesis at `open` and the one that closes it, and where it
/// goes on behind that.
pub(super) fn in_parentheses(sql: &str, words: &[Word<'_>], open: usize) -> (String, usize) {
    let mut depth = 0_usize;
    let start = words[open].end;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.text {
            "(" => depth += 1,
            ")" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (sql[start..word.start].trim().to_owned(), at + 1);
                }
            }
            _ => {}
        }
    }
    (sql[start..].trim().to_owned(), words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_pragma_tells_is_read_from_the_text() {
        let ddl = read(
            "CREATE TABLE \"odd, (name\" (\n  id INTEGER PRIMARY KEY, -- CHECK (no)\n  \
             [a b] VARCHAR(20) DEFAULT (')') COLLATE \"nocase\" CHECK (length([a b]) > 0),\n  \
             c int CONSTRAINT \"c ok\" CHECK (c IN (1, 2) OR c = ')') NOT NULL, /* , CHECK (x) */\n  \
             d text GENERATED ALWAYS AS (lower(\"a b\" || ')')) STORED,\n  \
             PRIMARY KEY (id, c), CHECK (c > 0), FOREIGN KEY (c) REFERENCES t (c)) STRICT",
        );
        assert_eq!(
            ddl.checks,
            [
                ("", "length([a b]) > 0"),
                ("c ok", "c IN (1, 2) OR c = ')'"),
                ("", "c > 0"),
            ]
            .map(|(name, condition)| (name.to_owned(), condition.to_owned()))
        );
        assert_eq!(ddl.collations["a b"], "nocase");
        assert_eq!(ddl.generated["d"], "lower(\"a b\" || ')')");
    }

    #[test]
    fn text_that_is_cut_short_or_strange_is_no_panic() {
        for sql in [
            "",
            "CREATE TABLE t",
            "CREATE TABLE t (",
            "CREATE TABLE t (a CHECK (",
            "CREATE TABLE t (a COLLATE",
            "CREATE TABLE t (a text DEFAULT 'it''s",
            "CREATE TABLE t (a [b",
            "CREATE TABLE é (ü /* ",
            "CREATE VIRTUAL TABLE t USING fts5(a, b)",
        ] {
            read(sql);
        }
        assert_eq!(read(&"(".repeat(100_000)).checks, []);
    }
}
