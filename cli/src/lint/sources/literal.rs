//! Text of string literals, with where each byte of it stands in the source.

use std::ops::Range;

use syn::LitStr;

use crate::discover::Source;

/// SQL that is put together from literals.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// The text.
    pub(super) sql: String,
    /// For each byte of it, its byte in the file.
    bytes: Vec<usize>,
}

impl Text {
    /// The text of one literal.
    pub(super) fn of(literal: &LitStr, source: &Source) -> Self {
        let span = source.place(literal.span()).span;
        let value = literal.value();
        let written = source.text.get(span.clone()).unwrap_or_default();
        let decoded = decode(written, span.start);
        let (sql, bytes) = match decoded {
            Some((text, bytes)) if text == value => (text, bytes),
            // Whatever it is, it stands there.
            _ => {
                let bytes = vec![span.start; value.len()];
                (value, bytes)
            }
        };
        Text { sql, bytes }
    }

    /// Adds what follows.
    pub(super) fn push(&mut self, other: &Text) {
        self.sql.push_str(&other.sql);
        self.bytes.extend(&other.bytes);
    }

    /// Adds something that is not known: it may be a name.
    pub(super) fn push_unknown(&mut self) {
        let at = self.bytes.last().copied().unwrap_or_default();
        self.sql.push('_');
        self.bytes.push(at);
    }

    /// Where a part of it stands in the file.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.bytes.get(span.start).copied().unwrap_or_default();
        let last = span
            .end
            .checked_sub(1)
            .and_then(|last| self.bytes.get(last));
        // A part that comes from several literals ends with the first.
        start..last.map_or(start, |last| last + 1).max(start + 1)
    }
}

/// The value of a literal as it is written at `start`, with the place of each byte.
fn decode(written: &str, start: usize) -> Option<(String, Vec<usize>)> {
    let mut value = String::with_capacity(written.len());
    let mut bytes = Vec::with_capacity(written.len());
    if let Some(raw) = written.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        let inner = raw.get(hashes + 1..raw.len().checked_sub(hashes + 1)?)?;
        bytes.extend((0..inner.len()).map(|at| start + hashes + 2 + at));
        return Some((inner.to_owned(), bytes));
    }
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let mut characters = inner.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let mut push = |character: char| {
            value.push(character);
            bytes.extend(std::iter::repeat_n(start + 1 + at, character.len_utf8()));
        };
        if character != '\\' {
            push(character);
            // Each byte of a character that is written out has its own place.
            let first = bytes.len() - character.len_utf8();
            for (behind, byte) in bytes.iter_mut().skip(first).enumerate() {
                *byte += behind;
            }
            continue;
        }
        match characters.next()?.1 {
            'n' => push('\n'),
            'r' => push('\r'),
            't' => push('\t'),
            '0' => push('\0'),
            'x' => {
                let digits: String = [characters.next()?.1, characters.next()?.1]
                    .iter()
                    .collect();
                push(char::from(u8::from_str_radix(&digits, 16).ok()?));
            }
            'u' => {
                let digits: String = characters
                    .by_ref()
                    .map(|(_, digit)| digit)
                    .skip(1)
                    .take_while(|digit| *digit != '}')
                    .filter(|digit| *digit != '_')
                    .collect();
                push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            // A line that goes on: the blanks that follow are none of the text's.
            '\n' => {
                while characters
                    .next_if(|(_, blank)| blank.is_whitespace())
                    .is_some()
                {}
            }
            '\r' => {
                while characters
                    .next_if(|(_, blank)| blank.is_whitespace())
                    .is_some()
                {}
            }
            other => push(other),
        }
    }
    Some((value, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_in_the_source() {
        for written in [
            r##"fn f() { "a\"b" }"##,
            r###"fn f() { r#"SELECT "x" "# }"###,
            "fn f() { \"SELECT \\\n     ö, \\u{2a} \\x2a\\t\" }",
        ] {
            let source = Source::new("f.rs".into(), written);
            let parsed = source.parse().unwrap();
            let syn::Item::Fn(function) = &parsed.items[0] else {
                panic!("{written}")
            };
            let syn::Stmt::Expr(syn::Expr::Lit(literal), _) = &function.block.stmts[0] else {
                panic!("{written}")
            };
            let syn::Lit::Str(literal) = &literal.lit else {
                panic!("{written}")
            };
            let text = Text::of(literal, &source);
            assert_eq!(text.sql, literal.value());
            for (at, character) in text.sql.char_indices() {
                let place = text.place(&(at..at + character.len_utf8()));
                let there = &written[place];
                assert!(
                    there.starts_with(character) || there.starts_with('\\'),
                    "{written}: {character:?} is {there:?}"
                );
            }
        }
    }
}
