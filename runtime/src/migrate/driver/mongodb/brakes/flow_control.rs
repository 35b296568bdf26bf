//! Members of the set that do not keep up, for which the primary slows all writers down.

use async_trait::async_trait;
use tokio::time::Instant;

use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;
use crate::migrate::driver::mongodb::command::number;

/// Only what is asked for.
const STATUS: &str = r#"{"serverStatus": 1, "repl": 0, "metrics": 0, "locks": 0, "wiredTiger": 0, "tcmalloc": 0, "opcounters": 0,
    "network": 0, "connections": 0, "transactions": 0, "sharding": 0, "security": 0, "logicalSessionRecordCache": 0, "flowControl": 1}"#;

/// As many tickets a second as nobody can use up: nothing is slowed down.
const UNLIMITED: u64 = 1_000_000_000;

#[derive(Default)]
pub(in super::super) struct FlowControl {
    /// When it was looked at last, and for how long writers had waited by then, in seconds.
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
        let answer = match at.driver.server_status(STATUS).await {
            Err(Failure::Refused { .. }) => {
                return Ok(Seen::Hidden {
                    remedy: "whether the server slows writers down cannot be seen: give the role that runs migrations `clusterMonitor` on `admin`"
                        .to_owned(),
                });
            }
            answer => answer?,
        };
        let Ok(flow) = answer.get_document("flowControl") else {
            return Ok(Seen::Nothing);
        };
        let waited = number(flow, "timeAcquiringMicros").unwrap_or_default() as f64 / 1e6;
        let now = Instant::now();
        let share = self.before.replace((now, waited)).map(|(then, before)| {
            let elapsed = now.duration_since(then).as_secs_f64().max(0.001);
            ((waited - before) / elapsed).clamp(0.0, 1.0)
        });
        let threshold = format!("{:.0} %", limit * 100.0);
        let rate = number(flow, "targetRateLimit").unwrap_or(UNLIMITED);
        if flow.get_bool("isLagged").unwrap_or_default() {
            return Ok(Seen::Reading(Reading::holding(
                format!(
                    "members of the set are behind, and the primary lets {rate} writes a second begin"
                ),
                threshold,
            )));
        }
        let Some(share) = share else {
            return Ok(Seen::Nothing);
        };
        let level = share / limit;
        Ok(Seen::Reading(match rate {
            // It is over, and the primary lets writers go only by and by.
            ..UNLIMITED => Reading::new(
                level.max(RECOVERING),
                format!("the primary lets {rate} writes a second begin"),
                threshold,
            ),
            _ => Reading::new(
                level,
                format!("writers wait for {:.0} % of the time", share * 100.0),
                threshold,
            ),
        }))
    }
}

/// Not yet a reason to hold, but one not to let go.
const RECOVERING: f64 = 0.9;
