//! Names in statements that colmig wrote itself.

/// What follows some words, where they stand first.
pub(super) fn after<'a>(sql: &'a str, words: &str) -> Option<&'a str> {
    sql.split_once(words).map(|(_, rest)| rest)
}

/// The name that a text begins with, and what follows it.
pub(super) fn quoted(sql: &str) -> Option<(String, &str)> {
    let mut rest = sql.strip_prefix('`')?;
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('`')?;
        name.push_str(part);
        match after.strip_prefix('`') {
            Some(after) => {
                name.push('`');
                rest = after;
            }
            None => return Some((name, after)),
        }
    }
}
