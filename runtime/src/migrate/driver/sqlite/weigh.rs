//! What a backfill of a table will write.
//!
//! SQLite logs whole pages: each batch writes every page that it changes to the journal, or to the
//! write-ahead log. Batches go by the key, so a page is in one batch, or in two where one ends; and
//! rows that grow split pages.

use crate::migrate::estimate::Weight;

/// The pages of a table, in bytes, by the table's name. SQLite has to be built with it, as
/// the one of sqlx is.
pub(super) const PAGES: &str = "SELECT sum(pgsize) FROM dbstat WHERE name = $1";

/// What is logged for each byte of the table: the page once, about half of them once more for the
/// batch that ends on it, and a tenth for pages that split.
const LOGGED: f64 = 1.6;

/// What a table of so many bytes comes to.
pub(super) fn weight(table_bytes: u64) -> Weight {
    Weight {
        table_bytes,
        log_bytes: (table_bytes as f64 * LOGGED) as u64,
    }
}
