//! Nodes of a Galera cluster that do not keep up, and have all others pause for them.

use async_trait::async_trait;
use tokio::time::Instant;

use super::counted;
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

const PAUSED: &str = "wsrep_flow_control_paused_ns";

#[derive(Default)]
pub(super) struct FlowControl {
    /// When it was looked at last, and what it read, in seconds.
    before: Option<(Instant, f64)>,
}

#[async_trait]
impl Gauge for FlowControl {
    fn name(&self) -> &str {
        "flow-control"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.flow_control else {
            self.before = None;
            return Ok(Seen::Nothing);
        };
        let found = counted(at.driver, &[PAUSED]).await?;
        // A server without a cluster counts no such thing.
        let Some(paused) = found.get(PAUSED).map(|ns| ns / 1e9) else {
            return Ok(Seen::Nothing);
        };
        let now = Instant::now();
        let Some((then, before)) = self.before.replace((now, paused)) else {
            return Ok(Seen::Nothing);
        };
        let elapsed = now.duration_since(then).as_secs_f64().max(0.001);
        let share = ((paused - before) / elapsed).clamp(0.0, 1.0);
        Ok(Seen::Reading(Reading::new(
            share / limit,
            format!("the cluster pauses for {:.0} % of the time", share * 100.0),
            format!("{:.0} %", limit * 100.0),
        )))
    }
}
