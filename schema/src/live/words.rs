//! Whether two pieces of SQL say the same in other spelling, and how they are put into Rust.

use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::keywords::ALL_KEYWORDS;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::ddl::quoted;
use crate::Sql;

/// Whether they are the same but for blanks, case of words, needless quotes, and parentheses
/// around the whole.
pub(super) fn same(one: &str, other: &str, database: Sql) -> bool {
    one == other || spelt(one, database) == spelt(other, database)
}

/// The words of the text, spelt in one way.
fn spelt(text: &str, database: Sql) -> Vec<String> {
    let mut words = tokens(text, database)
        .map(|tokens| spell_all(&tokens, database))
        .unwrap_or_else(|| vec![text.trim().to_owned()]);
    while is_wrapped(&words) {
        words.pop();
        words.remove(0);
    }
    words
}

fn tokens(text: &str, database: Sql) -> Option<Vec<Token>> {
    let dialect: &dyn Dialect = match database {
        Sql::Postgres => &PostgreSqlDialect {},
        Sql::MariaDb => &MySqlDialect {},
        Sql::Sqlite => &SQLiteDialect {},
    };
    Tokenizer::new(dialect, text).tokenize().ok()
}

fn spell_all(tokens: &[Token], database: Sql) -> Vec<String> {
    let words = tokens.iter();
    words.filter_map(|token| spell(token, database)).collect()
}

fn spell(token: &Token, database: Sql) -> Option<String> {
    // Quotes say nothing about such a name: SQLite and MariaDB do not tell cases apart either way.
    let plain = |name: &str| {
        name.chars().all(|c| {
            let small =
                c.is_ascii_lowercase() || database != Sql::Postgres && c.is_ascii_uppercase();
            small || c.is_ascii_digit() || c == '_'
        })
    };
    match token {
        Token::Whitespace(_) => None,
        Token::Word(word) if word.quote_style.is_none() || plain(&word.value) => {
            Some(word.value.to_lowercase())
        }
        Token::Word(word) => Some(format!("\"{}\"", word.value)),
        other => Some(other.to_string()),
    }
}

/// Whether the first parenthesis is closed by the last one.
fn is_wrapped(words: &[String]) -> bool {
    if words.first().map(String::as_str) != Some("(") {
        return false;
    }
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1 == words.len();
        }
    }
    false
}

/// An expression as an attribute would say it: without parentheses around the whole, a literal
/// without the cast that PostgreSQL writes behind it, and names without the quotes that MariaDB
/// gives each.
pub(super) fn bare(text: &str, database: Sql) -> String {
    let mut text = text.trim();
    while let Some(inner) = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
    {
        let words = tokens(text, database).unwrap_or_default();
        let words = spell_all(&words, database);
        if !is_wrapped(&words) {
            break;
        }
        text = inner.trim();
    }
    if database == Sql::MariaDb {
        return unquoted(text);
    }
    let literal = text.split_once("'::").and_then(|(literal, ty)| {
        let of_type = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '(' | ')' | ',');
        let whole = literal.strip_prefix('\'')?;
        (!whole.contains('\'') && ty.chars().all(of_type)).then(|| format!("{literal}'"))
    });
    match literal {
        // `'-1'::integer` is PostgreSQL's way of keeping the sign.
        Some(number)
            if number.trim_matches('\'').parse::<f64>().is_ok() && text.ends_with("integer") =>
        {
            number.trim_matches('\'').to_owned()
        }
        Some(literal) => literal,
        None => text.to_owned(),
    }
}

/// The text of MariaDB's with quotes only around names that need them: whatever may be a word of
/// SQL keeps them.
fn unquoted(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '\'', '"']) {
        let (before, from) = rest.split_at(at);
        let quote = from.chars().next().unwrap_or('`');
        let (word, after) = from.split_at(quoted(from, quote, Sql::MariaDb));
        let name = word.trim_matches('`');
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let needless = quote == '`'
            && !name.is_empty()
            && name.chars().all(of_name)
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && ALL_KEYWORDS
                .binary_search(&name.to_ascii_uppercase().as_str())
                .is_err();
        bare.push_str(before);
        bare.push_str(if needless { name } else { word });
        rest = after;
    }
    bare + rest
}

/// The columns among `columns` that the text reads.
pub(super) fn reads<'c>(
    text: &str,
    columns: impl Iterator<Item = &'c str>,
    database: Sql,
) -> Vec<&'c str> {
    let tokens = tokens(text, database).unwrap_or_default();
    let named = |column: &&str| {
        tokens.iter().any(|token| match token {
            Token::Word(word) if word.quote_style.is_some() => word.value == **column,
            Token::Word(word) => word.value.eq_ignore_ascii_case(column),
            _ => false,
        })
    };
    columns.filter(named).collect()
}

/// The text as a literal of Rust.
pub(super) fn literal(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sql::{MariaDb, Postgres, Sqlite};

    #[test]
    fn spelling_is_no_difference() {
        for (one, other) in [
            ("0", "(0)"),
            ("length(\"nick\")>0", "LENGTH( nick ) > 0"),
            ("((a) > 0)", "(a) > 0"),
            ("Visits > 0", "\"Visits\" > 0"),
        ] {
            assert!(same(one, other, Sqlite), "{one} {other}");
        }
        for (one, other) in [
            ("'A'", "'a'"),
            ("\"A\" > 0", "a > 0"),
            ("(a) + (b)", "a) + (b"),
            ("a = 1", "a = 2"),
        ] {
            assert!(!same(one, other, Postgres), "{one} {other}");
        }
    }

    #[test]
    fn an_attribute_says_no_more_than_it_has_to() {
        for (text, said) in [
            ("'free'::text", "'free'"),
            ("'free'::character varying(20)", "'free'"),
            ("'-1'::integer", "-1"),
            ("'it''s'::text", "'it''s'::text"),
            ("(visits >= 0)", "visits >= 0"),
            ("(a) OR (b)", "(a) OR (b)"),
            ("now()", "now()"),
            ("('now'::text)::date", "('now'::text)::date"),
        ] {
            assert_eq!(bare(text, Postgres), said);
        }
    }

    #[test]
    fn names_keep_the_quotes_that_they_need() {
        for (text, said) in [
            ("`visits` >= 0", "visits >= 0"),
            ("(`a` > 0)", "a > 0"),
            ("`select` = '`a`'", "`select` = '`a`'"),
            (
                r"`a b` = 'it\'s `a`' or `a` = 1",
                r"`a b` = 'it\'s `a`' or a = 1",
            ),
            ("`a``b` = `2nd`", "`a``b` = `2nd`"),
            ("'free'", "'free'"),
            ("``", "``"),
        ] {
            assert_eq!(bare(text, MariaDb), said);
        }
    }
}
