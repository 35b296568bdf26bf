//! How full InnoDB's log is: where there is no room, every writer waits until pages are written.

use async_trait::async_trait;

use super::counted;
use crate::migrate::backfill::{Bytes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

const AGE: &str = "innodb_checkpoint_age";
const MOST: &str = "innodb_checkpoint_max_age";

/// From this share on the server writes pages as fast as it can, before anybody has to wait.
const HURRIED: f64 = 0.75;

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
        let found = counted(at.driver, &[AGE, MOST]).await?;
        let (Some(age), Some(most)) = (found.get(AGE), found.get(MOST)) else {
            return Ok(Seen::Nothing);
        };
        let due = most * HURRIED * limit;
        Ok(Seen::Reading(Reading::new(
            age / due.max(1.0),
            format!("{} of log since the last checkpoint", Bytes(*age as u64)),
            Bytes(due as u64).to_string(),
        )))
    }
}
