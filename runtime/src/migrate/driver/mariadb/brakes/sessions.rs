//! Sessions that are executing a statement.

use async_trait::async_trait;

use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::{Failure, Value};

/// Without the privilege PROCESS a role sees its own sessions only, and the server's own count,
/// in which colmig's are, has to do.
const ACTIVE: &str = "SELECT CAST(GREATEST(\
     (SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND IN ('Query', 'Execute')), \
     (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'THREADS_RUNNING') - 1) \
     - (SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND IN ('Query', 'Execute') \
     AND INSTR(COALESCE(INFO, ''), 'colmig_') > 0) AS signed)";

pub(super) struct Sessions;

#[async_trait]
impl Gauge for Sessions {
    fn name(&self) -> &str {
        "active-sessions"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.active_sessions else {
            return Ok(Seen::Nothing);
        };
        let rows = at.driver.look(ACTIVE).await?;
        let Some(Value::Int(active)) = rows.into_iter().flatten().next() else {
            return Ok(Seen::Nothing);
        };
        // At the limit all is in order.
        let level = active as f64 / (f64::from(limit) + 1.0);
        Ok(Seen::Reading(Reading::new(
            level,
            format!("{active} sessions of others are at work"),
            format!("{limit} sessions"),
        )))
    }
}
