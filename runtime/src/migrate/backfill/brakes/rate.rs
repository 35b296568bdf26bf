//! How much is written in a second, read from a counter that only grows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The rate is the mean of so long: a backfill that is held writes nothing, so a shorter one
/// would go up and down with every look.
const OVER: Duration = Duration::from_secs(5);

/// A rate is told from as long on.
const AT_LEAST: Duration = Duration::from_millis(900);

/// What the counter read, and when.
#[derive(Debug, Default)]
pub(in crate::migrate) struct Rate {
    seen: VecDeque<(Instant, f64)>,
}

impl Rate {
    /// Forgets what was seen.
    pub(in crate::migrate) fn clear(&mut self) {
        self.seen.clear();
    }

    /// What the counter reads now; how much that is in a second, lately.
    pub(in crate::migrate) fn of(&mut self, written: f64) -> f64 {
        let now = Instant::now();
        self.seen.push_back((now, written));
        while self.seen.len() > 2 && self.seen[1].0.elapsed() >= OVER {
            self.seen.pop_front();
        }
        let (since, before) = self.seen[0];
        let elapsed = now.duration_since(since);
        match elapsed < AT_LEAST {
            true => 0.0,
            false => ((written - before) / elapsed.as_secs_f64()).max(0.0),
        }
    }
}
