//! A vacuum of the table.

use async_trait::async_trait;

use super::{Fields, class, hidden};
use crate::migrate::backfill::{Gauge, Look, Reading, Seen, VacuumBrake};
use crate::migrate::driver::Failure;

pub(super) struct Vacuum;

#[async_trait]
impl Gauge for Vacuum {
    fn name(&self) -> &str {
        "vacuum"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        if at.limits.vacuum == VacuumBrake::Off {
            return Ok(Seen::Nothing);
        }
        // A vacuum of colmig's own makes room for this very backfill.
        let sql = format!(
            "SELECT p.pid::bigint, (p.relid IS NULL), coalesce(a.query LIKE '%(to prevent wraparound)%', false) \
             FROM pg_stat_progress_vacuum p LEFT JOIN pg_stat_activity a ON a.pid = p.pid \
             WHERE p.datname = current_database() AND (p.relid IS NULL OR p.relid = {}) \
             AND a.application_name IS DISTINCT FROM current_setting('application_name')",
            class(at.table)
        );
        let mut unseen = false;
        let mut found = None;
        for row in at.driver.look(&sql).await? {
            let mut fields = Fields::of(row);
            let pid = fields.number().unwrap_or_default() as i64;
            if fields.truth() {
                unseen = true;
                continue;
            }
            let wraparound = fields.truth();
            if wraparound || at.limits.vacuum == VacuumBrake::Any {
                found = Some((pid, wraparound));
            }
        }
        let table = at.table;
        Ok(match found {
            Some((pid, true)) => Seen::Reading(Reading::holding(
                format!("pid {pid} vacuums `{table}` to prevent a wraparound"),
                "none to prevent a wraparound",
            )),
            Some((pid, false)) => Seen::Reading(Reading::holding(
                format!("pid {pid} vacuums `{table}`"),
                "none",
            )),
            None if unseen => Seen::Hidden {
                remedy: hidden("which table is being vacuumed"),
            },
            None => Seen::Reading(Reading::new(0.0, "no vacuum", "none")),
        })
    }
}
