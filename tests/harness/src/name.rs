//! Names of databases that nobody else is given, in this process or another.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// PostgreSQL cuts names after 63 bytes, and MariaDB refuses longer ones than
/// 64; this leaves room for what makes a name unique.
const LONGEST_PREFIX: usize = 24;

/// A name that starts with `prefix`, cut short and with a `_` for whatever is not
/// an ASCII letter or digit, and that nobody else is given.
pub(crate) fn unique(prefix: &str) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let prefix: String = prefix
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .take(LONGEST_PREFIX)
        .collect();
    // A process's id comes round again, on a server that outlives many runs;
    // the time tells the two apart.
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs());
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}_{seconds:x}_{:x}_{number}", process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_short() {
        let prefix = "Postgres::a_test_with_an_uncommonly_long_näme".repeat(2);
        let (first, second) = (unique(&prefix), unique(&prefix));
        assert_ne!(first, second);
        assert!(first.starts_with("postgres__a_test_with_an_"), "{first}");
        assert!(first.len() <= 63 && first.is_ascii(), "{first}");
    }
}
