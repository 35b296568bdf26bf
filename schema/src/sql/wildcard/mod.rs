//! Wildcards in queries: a `*` where a list of columns should stand.
//!
//! What parses is judged by its tree, so a wildcard over a sub-query with a list of its
//! own is none. What does not, such as a piece of a query or a database's own words, is
//! judged by its tokens.

mod tokens;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::MOST_TOKENS;
use crate::Sql;

/// A wildcard over the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wildcard {
    /// Its bytes in the text: `*`, or `users.*`.
    pub span: Range<usize>,
    /// The clause that it stands in: `SELECT` or `RETURNING`.
    pub clause: &'static str,
    /// The tables whose columns it stands for, as far as the text says, without their schemas.
    pub tables: Vec<String>,
}

/// A token, and its bytes in the text.
struct Spot<'a> {
    token: &'a TokenWithSpan,
    bytes: Range<usize>,
}

/// Finds the wildcards in any text of SQL, from a piece of a query to a whole file.
///
/// What stands in braces, as in a template or a format string, is taken for a name.
pub fn wildcards(text: &str, database: Sql) -> Vec<Wildcard> {
    if !text.contains('*') {
        return Vec::new();
    }
    let text = without_braces(text);
    let dialects: [&dyn Dialect; 2] = match database {
        Sql::Postgres => [&PostgreSqlDialect {}, &SQLiteDialect {}],
        Sql::MariaDb => [&MySqlDialect {}, &PostgreSqlDialect {}],
        Sql::Sqlite => [&SQLiteDialect {}, &PostgreSqlDialect {}],
    };
    let mut tokens = Vec::new();
    // A piece may end inside of a quote. What stands before is judged all the same.
    let _ = Tokenizer::new(dialects[0], &text).tokenize_with_location_into_buf(&mut tokens);
    let spots = spots(&text, &tokens);
    let mut found = Vec::new();
    for statement in spots.split(|spot| spot.token.token == Token::SemiColon) {
        if !statement
            .iter()
            .any(|spot| matches!(spot.token.token, Token::Mul))
        {
            continue;
        }
        let parsed = dialects
            .iter()
            .find_map(|dialect| in_tree(statement, *dialect));
        found.extend(parsed.unwrap_or_else(|| tokens::wildcards(statement)));
    }
    found.sort_by_key(|wildcard| wildcard.span.start);
    found.dedup_by_key(|wildcard| wildcard.span.start);
    found
}

/// The wildcards of a statement that parses.
fn in_tree(statement: &[Spot<'_>], dialect: &dyn Dialect) -> Option<Vec<Wildcard>> {
    if statement.len() > MOST_TOKENS {
        return None;
    }
    let tokens = statement.iter().map(|spot| spot.token.clone()).collect();
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens);
    let parsed = parser.parse_statement().ok()?;
    if parser.peek_token().token != Token::EOF {
        return None;
    }
    let bytes: BTreeMap<(u64, u64), &Range<usize>> = statement
        .iter()
        .map(|spot| (place(spot.token.span.start), &spot.bytes))
        .collect();
    Some(tree::wildcards(&parsed, &bytes))
}

fn place(location: Location) -> (u64, u64) {
    (location.line, location.column)
}

/// The tokens that say something, each with its bytes: the tokenizer counts lines and characters.
fn spots<'a>(text: &str, tokens: &'a [TokenWithSpan]) -> Vec<Spot<'a>> {
    let mut characters = text.char_indices();
    let mut here = Location { line: 1, column: 1 };
    let mut byte = 0;
    let mut reach = |to: Location| {
        while place(here) < place(to) {
            let Some((at, character)) = characters.next() else {
                return text.len();
            };
            byte = at + character.len_utf8();
            match character {
                '\n' => {
                    here.line += 1;
                    here.column = 1;
                }
                _ => here.column += 1,
            }
        }
        byte
    };
    let mut spots = Vec::with_capacity(tokens.len());
    for token in tokens {
        let start = reach(token.span.start);
        let bytes = start..reach(token.span.end);
        if !matches!(token.token, Token::Whitespace(_) | Token::EOF) {
            spots.push(Spot { token, bytes });
        }
    }
    spots
}

/// The text with a name of the same length for all that stands in braces.
fn without_braces(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        plain.push_str(before);
        match behind.find(['{', '}']) {
            Some(end) if behind[end..].starts_with('}') => {
                plain.extend(std::iter::repeat_n('_', end + 2));
                rest = &behind[end + 1..];
            }
            _ => {
                plain.push('{');
                rest = behind;
            }
        }
    }
    plain.push_str(rest);
    plain
}
