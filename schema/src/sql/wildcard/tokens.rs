//! Wildcards in text that does not parse: pieces of queries, and what a parser does not know.

use sqlparser::tokenizer::Token;

use super::{Spot, Wildcard};

/// More names than these in one statement help nobody.
const MOST_NAMES: usize = 20;

/// Finds a `*` that cannot be a multiplication, nor the one of `count(*)`.
pub(super) fn wildcards(spots: &[Spot<'_>]) -> Vec<Wildcard> {
    let mut found = Vec::new();
    let names: Vec<(&str, Option<&str>)> = names(spots).take(MOST_NAMES).collect();
    let mut from = froms(spots).peekable();
    for (at, spot) in spots.iter().enumerate() {
        if spot.token.token != Token::Mul {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| spots.get(before));
        let behind = spots.get(at + 1);
        let qualified = before.is_some_and(|before| before.token.token == Token::Period);
        let listed = before.is_some_and(|before| {
            before.token.token == Token::Comma
                || ["SELECT", "DISTINCT", "ALL", "RETURNING"]
                    .iter()
                    .any(|word| is_word(before, word))
        });
        // `DISTINCT ON (a) * FROM`: what has no right side multiplies nothing.
        if !qualified && !listed && !behind.is_some_and(|behind| is_word(behind, "FROM")) {
            continue;
        }
        let Some((clause, opened)) = clause(&spots[..at]) else {
            continue;
        };
        if opened > 0 && is_word(&spots[opened - 1], "EXISTS") {
            continue;
        }
        if qualified {
            let Some(qualifier) = at.checked_sub(2).and_then(|name| spots.get(name)) else {
                continue;
            };
            let name = word(qualifier).unwrap_or_default();
            let table = names
                .iter()
                .find(|(_, alias)| alias.is_some_and(|alias| alias.eq_ignore_ascii_case(name)))
                .map_or(name, |(table, _)| *table);
            found.push(Wildcard {
                span: qualifier.bytes.start..spot.bytes.end,
                clause,
                tables: vec![table.to_owned()],
            });
        } else {
            // Of a sub-query or a function nothing is known but its own list.
            while from.next_if(|from| *from < at).is_some() {}
            let over = from.peek().and_then(|from| spots.get(from + 1));
            let called = from.peek().and_then(|from| spots.get(from + 2));
            if clause == "SELECT"
                && over.is_some_and(|over| {
                    over.token.token == Token::LParen
                        || called.is_some_and(|called| {
                            called.token.token == Token::LParen && word(over).is_some()
                        })
                })
            {
                continue;
            }
            let tables = names.iter().map(|(table, _)| (*table).to_owned());
            found.push(Wildcard {
                span: spot.bytes.clone(),
                clause,
                tables: tables.collect(),
            });
        }
    }
    found
}

/// The word that the list before here began with, and where the bracket around it opened, as a
/// position behind what stands before the bracket; 0 if there is none.
fn clause(before: &[Spot<'_>]) -> Option<(&'static str, usize)> {
    let mut open = 0_usize;
    let mut clause = None;
    // A wildcard stands near its word. One that stands far away is taken for none, and nobody waits.
    for (at, spot) in before.iter().enumerate().rev().take(1_000) {
        match &spot.token.token {
            Token::RParen => open += 1,
            Token::LParen if open == 0 => return Some((clause?, at)),
            Token::LParen => open -= 1,
            _ if open > 0 || clause.is_some() => {}
            _ if is_word(spot, "SELECT") => clause = Some("SELECT"),
            _ if is_word(spot, "RETURNING") => return Some(("RETURNING", 0)),
            _ => {}
        }
    }
    Some((clause?, 0))
}

/// Where a `FROM` stands.
fn froms(spots: &[Spot<'_>]) -> impl Iterator<Item = usize> {
    (0..spots.len()).filter(|at| is_word(&spots[*at], "FROM"))
}

/// The tables that are named, with their aliases.
fn names<'a>(spots: &'a [Spot<'_>]) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
    let begins = |at: usize| {
        ["FROM", "JOIN", "INTO", "UPDATE"]
            .iter()
            .any(|word| is_word(&spots[at], word))
    };
    (0..spots.len())
        .filter(move |at| begins(*at))
        .filter_map(|at| {
            let mut at = at + 1;
            let mut table = word(spots.get(at)?)?;
            while spots.get(at + 1)?.token.token == Token::Period {
                table = word(spots.get(at + 2)?)?;
                at += 2;
            }
            let mut alias = spots.get(at + 1);
            if alias.is_some_and(|alias| is_word(alias, "AS")) {
                alias = spots.get(at + 2);
            }
            Some((table, alias.and_then(word)))
        })
}

fn word<'a>(spot: &Spot<'a>) -> Option<&'a str> {
    match &spot.token.token {
        Token::Word(word) => Some(&word.value),
        _ => None,
    }
}

fn is_word(spot: &Spot<'_>, wanted: &str) -> bool {
    matches!(&spot.token.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}
