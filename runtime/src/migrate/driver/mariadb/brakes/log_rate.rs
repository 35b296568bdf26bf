//! How much of InnoDB's log is written.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::counted;
use crate::migrate::backfill::{Bytes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

const WRITTEN: &str = "innodb_os_log_written";

/// The rate is the mean of so long: a backfill that is held writes nothing, so a shorter one
/// would go up and down with every look.
const OVER: Duration = Duration::from_secs(5);

/// A rate is told from as long on.
const AT_LEAST: Duration = Duration::from_millis(900);

#[derive(Default)]
pub(super) struct LogRate {
    seen: VecDeque<(Instant, f64)>,
}

#[async_trait]
impl Gauge for LogRate {
    fn name(&self) -> &str {
        "wal-rate"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.wal_rate else {
            self.seen.clear();
            return Ok(Seen::Nothing);
        };
        let found = counted(at.driver, &[WRITTEN]).await?;
        let Some(written) = found.get(WRITTEN) else {
            return Ok(Seen::Nothing);
        };
        let now = Instant::now();
        self.seen.push_back((now, *written));
        while self.seen.len() > 2 && self.seen[1].0.elapsed() >= OVER {
            self.seen.pop_front();
        }
        let (since, before) = self.seen[0];
        let elapsed = now.duration_since(since);
        let rate = match elapsed < AT_LEAST {
            true => 0.0,
            false => ((written - before) / elapsed.as_secs_f64()).max(0.0),
        };
        Ok(Seen::Reading(Reading::new(
            rate / limit.0 as f64,
            format!("{} of log a second", Bytes(rate as u64)),
            format!("{limit} a second"),
        )))
    }
}
