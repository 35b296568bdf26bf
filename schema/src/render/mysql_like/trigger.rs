//! Triggers. Those of one event fire in the order in which they were created, so colmig's, which
//! come last, see what the application's have made of a row.

use super::DATABASE;

/// `body` is indented and ends with a line break.
pub(super) fn create(name: &str, on: &str, table: &str, body: &str) -> String {
    format!(
        "CREATE TRIGGER IF NOT EXISTS {} BEFORE {on} ON {}\nFOR EACH ROW\nBEGIN\n{body}END",
        DATABASE.ident(name),
        DATABASE.ident(table)
    )
}

pub(super) fn drop(name: &str) -> String {
    format!("DROP TRIGGER IF EXISTS {}", DATABASE.ident(name))
}
