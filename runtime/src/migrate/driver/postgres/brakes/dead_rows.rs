//! Dead rows that no vacuum has taken away.

use async_trait::async_trait;

use super::{Fields, class};
use crate::migrate::backfill::{Gauge, Look, Reading, Seen};
use crate::migrate::driver::Failure;

pub(super) struct DeadRows;

#[async_trait]
impl Gauge for DeadRows {
    fn name(&self) -> &str {
        "dead-rows"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.dead_rows else {
            return Ok(Seen::Nothing);
        };
        let sql = format!(
            "SELECT n_dead_tup::bigint, n_live_tup::bigint FROM pg_stat_all_tables WHERE relid = {}",
            class(at.table)
        );
        let mut fields = Fields::first(at.driver.look(&sql).await?);
        let mut next = || fields.as_mut().and_then(Fields::number);
        let (Some(dead), Some(live)) = (next(), next()) else {
            return Ok(Seen::Nothing);
        };
        let share = dead / live.max(1.0);
        let reading = format!("{dead} dead rows beside {live} live ones");
        Ok(Seen::Reading(Reading::new(
            share / limit,
            reading,
            format!("{limit} of the live ones"),
        )))
    }
}
