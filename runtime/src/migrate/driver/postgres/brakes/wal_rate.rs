//! How much WAL is written.

use async_trait::async_trait;

use super::Fields;
use crate::migrate::backfill::{Bytes, Gauge, Look, Rate, Reading, Seen};
use crate::migrate::driver::Failure;

const WRITTEN: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";

#[derive(Default)]
pub(super) struct WalRate {
    rate: Rate,
}

#[async_trait]
impl Gauge for WalRate {
    fn name(&self) -> &str {
        "wal-rate"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.wal_rate else {
            self.rate.clear();
            return Ok(Seen::Nothing);
        };
        let rows = at.driver.look(WRITTEN).await?;
        let Some(written) = Fields::first(rows).and_then(|mut fields| fields.number()) else {
            return Ok(Seen::Nothing);
        };
        let rate = self.rate.of(written);
        let reading = format!("{} of WAL a second", Bytes(rate as u64));
        Ok(Seen::Reading(Reading::new(
            rate / limit.0 as f64,
            reading,
            format!("{limit} a second"),
        )))
    }
}
