//! A checkpointer that does not keep up.

use async_trait::async_trait;

use super::{Fields, hidden};
use crate::migrate::backfill::{Bytes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

/// The server begins a checkpoint early enough for it to end before there is as much WAL as
/// `max_wal_size` says. If there is more, the checkpointer has not kept up, and all that is
/// written goes to the log as whole pages.
const SINCE_CHECKPOINT: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint, \
    (SELECT setting::bigint * 1048576 FROM pg_settings WHERE name = 'max_wal_size') FROM pg_control_checkpoint()";

pub(super) struct Checkpoint;

#[async_trait]
impl Gauge for Checkpoint {
    fn name(&self) -> &str {
        "checkpoint"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.checkpoint else {
            return Ok(Seen::Nothing);
        };
        let rows = match at.driver.look(SINCE_CHECKPOINT).await {
            Err(Failure::Refused { .. }) => {
                return Ok(Seen::Hidden {
                    remedy: hidden("where the last checkpoint began"),
                });
            }
            rows => rows?,
        };
        let mut fields = Fields::first(rows);
        let mut next = || fields.as_mut().and_then(Fields::number);
        let (Some(written), Some(most @ 1.0..)) = (next(), next()) else {
            return Ok(Seen::Nothing);
        };
        let allowed = most * limit;
        let reading = format!("{} of WAL since the last checkpoint", Bytes(written as u64));
        Ok(Seen::Reading(Reading::new(
            written / allowed,
            reading,
            format!("{}, by `max_wal_size`", Bytes(allowed as u64)),
        )))
    }
}
