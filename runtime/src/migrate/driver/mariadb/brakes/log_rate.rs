//! How much of InnoDB's log is written.

use async_trait::async_trait;

use super::counted;
use crate::migrate::backfill::{Bytes, Gauge, Look, Rate, Reading, Seen};
use crate::migrate::driver::Failure;

const WRITTEN: &str = "innodb_os_log_written";

#[derive(Default)]
pub(super) struct LogRate {
    rate: Rate,
}

#[async_trait]
impl Gauge for LogRate {
    fn name(&self) -> &str {
        "wal-rate"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.wal_rate else {
            self.rate.clear();
            return Ok(Seen::Nothing);
        };
        let found = counted(at.driver, &[WRITTEN]).await?;
        let Some(written) = found.get(WRITTEN) else {
            return Ok(Seen::Nothing);
        };
        let rate = self.rate.of(*written);
        Ok(Seen::Reading(Reading::new(
            rate / limit.0 as f64,
            format!("{} of log a second", Bytes(rate as u64)),
            format!("{limit} a second"),
        )))
    }
}
