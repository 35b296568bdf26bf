//! Who is in the way, in data and in words.

use std::fmt;

use serde::Serialize;

/// Who is in the way of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Blocker {
    /// The process on the database server.
    pub pid: Option<i64>,
    /// What it calls itself: its application name, else its role.
    pub who: String,
    /// What it is doing: `active`, `idle in transaction`.
    pub state: Option<String>,
    /// How old its transaction is.
    pub since_ms: Option<u64>,
    /// The beginning of what it sent last.
    pub query: Option<String>,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.who)?;
        if let Some(pid) = self.pid {
            write!(f, " (pid {pid})")?;
        }
        if let Some(state) = &self.state {
            write!(f, ", {state}")?;
        }
        if let Some(since) = self.since_ms {
            write!(f, ", in a transaction for {}", Millis(since))?;
        }
        match &self.query {
            Some(query) => write!(f, ": {query}"),
            None => Ok(()),
        }
    }
}

/// Blockers with semicolons between, or what can be said when none was seen.
pub(super) struct Blockers<'a>(pub(super) &'a [Blocker]);

impl fmt::Display for Blockers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, others)) = self.0.split_first() else {
            return f.write_str("who is in the way could not be seen");
        };
        write!(f, "in the way: {first}")?;
        others
            .iter()
            .try_for_each(|blocker| write!(f, "; {blocker}"))
    }
}

/// Milliseconds in words.
pub(super) struct Millis(pub(super) u64);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ms @ 0..1_000 => write!(f, "{ms} ms"),
            ms @ 1_000..60_000 => write!(f, "{}.{} s", ms / 1_000, ms % 1_000 / 100),
            ms => write!(f, "{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocker_is_one_line_of_words() {
        let blocker = Blocker {
            pid: Some(7),
            who: "psql".to_owned(),
            state: Some("idle in transaction".to_owned()),
            since_ms: Some(61_500),
            query: Some("SELECT 1".to_owned()),
        };
        assert_eq!(
            blocker.to_string(),
            "psql (pid 7), idle in transaction, in a transaction for 1 min 1 s: SELECT 1"
        );
    }
}
