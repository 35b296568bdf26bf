//! Old versions of rows that InnoDB has not purged yet.

use async_trait::async_trait;

use super::counted;
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

const LENGTH: &str = "innodb_history_list_length";

pub(super) struct History;

#[async_trait]
impl Gauge for History {
    fn name(&self) -> &str {
        "history"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.history else {
            return Ok(Seen::Nothing);
        };
        let found = counted(at.driver, &[LENGTH]).await?;
        let Some(length) = found.get(LENGTH) else {
            return Ok(Seen::Nothing);
        };
        Ok(Seen::Reading(Reading::new(
            length / f64::from(limit),
            format!("{length} transactions wait to be purged"),
            format!("{limit} transactions"),
        )))
    }
}
