//! Sessions that are executing a statement.

use async_trait::async_trait;

use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

pub(in super::super) struct Sessions;

#[async_trait]
impl Gauge for Sessions {
    fn name(&self) -> &str {
        "active-sessions"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.active_sessions else {
            return Ok(Seen::Nothing);
        };
        let Some(traffic) = at.driver.traffic().await? else {
            return Ok(Seen::Nothing);
        };
        // At the limit all is in order.
        let level = f64::from(traffic.others) / (f64::from(limit) + 1.0);
        Ok(Seen::Reading(Reading::new(
            level,
            format!("{} sessions of others are at work", traffic.others),
            format!("{limit} sessions"),
        )))
    }
}
