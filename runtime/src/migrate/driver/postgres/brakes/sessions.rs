//! Sessions that are executing a statement.

use async_trait::async_trait;

use super::Fields;
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// A role that may not see what other sessions do sees their locks: each that is in a
/// transaction holds the lock on its own virtual transaction id. That counts those that are
/// idle in one as well.
const ACTIVE: &str = "SELECT CASE WHEN bool_or(query = '<insufficient privilege>') \
    THEN (SELECT count(DISTINCT l.pid) FROM pg_locks l WHERE l.locktype = 'virtualxid' AND l.granted \
        AND l.pid <> ALL (SELECT s.pid FROM pg_stat_get_activity(NULL) s WHERE s.application_name = current_setting('application_name'))) \
    ELSE count(*) FILTER (WHERE state = 'active' AND application_name <> current_setting('application_name')) END \
    FROM pg_stat_get_activity(NULL) WHERE coalesce(backend_type, 'client backend') IN ('client backend', 'parallel worker')";

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
        let Some(active) = Fields::first(rows).and_then(|mut fields| fields.number()) else {
            return Ok(Seen::Nothing);
        };
        // At the limit all is in order.
        let level = active / (f64::from(limit) + 1.0);
        let reading = format!("{active} sessions of others are at work");
        Ok(Seen::Reading(Reading::new(
            level,
            reading,
            format!("{limit} sessions"),
        )))
    }
}
