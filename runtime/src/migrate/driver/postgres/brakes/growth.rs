//! A table that grows because dead rows are not taken away.

use std::time::Duration;

use async_trait::async_trait;
use colmig_schema::render::Ident;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Fields, class};
use crate::migrate::backfill::{Bytes, Gauge, Look, Reading, Seen};
use crate::migrate::driver::{Connector, Failure};

/// What the baseline calls the size.
const BASELINE: &str = "heap-bytes";

/// Growth by less than this matters to nobody, however small the table is.
const FLOOR: f64 = (16 << 20) as f64;

/// A vacuum is waited for when the table has grown by this share of what it may.
const NEARLY: f64 = 0.75;

/// And is allowed to grow up to this share of it between two looks.
const AIM: f64 = 0.8;

/// The share of what was written before the first vacuum that is written between two: new rows are
/// larger than the dead ones, whose room they take.
const SLICE: f64 = 0.8;

/// Room is used up when the table has grown by this share since it was made.
const USED_UP: f64 = 0.02;

/// Batches that are under way have ended by then: a vacuum that begins beside one leaves all
/// the rows that have died since.
const BATCHES_END: Duration = Duration::from_millis(300);

/// The pause before the next try, where a vacuum could not begin or has made no room.
const AGAIN: Duration = Duration::from_secs(10);

/// Each row that is written leaves a dead one behind. Where a vacuum comes between, the next
/// rows take the room of these, so the table grows by what was written before the first vacuum,
/// and then no more: what was written until then is how much may be written between two.
#[derive(Default)]
pub(super) struct Growth {
    waiting: Option<Waiting>,
    room: Option<Room>,
    /// How many rows are changed between two vacuums.
    slice: u64,
    /// The vacuum of our own; it is broken off with this.
    vacuum: JoinSet<Result<(), Failure>>,
}

/// A vacuum is waited for.
struct Waiting {
    /// How many there were before.
    vacuums: f64,
    /// When the next of our own may begin.
    next: Option<Instant>,
    /// Why the last has made no room.
    trouble: Option<String>,
}

/// What a vacuum has left.
struct Room {
    size: f64,
    changed: u64,
}

/// The table as it is.
struct Table {
    size: f64,
    rows: f64,
    vacuums: f64,
    dead: f64,
    ours: bool,
}

#[async_trait]
impl Gauge for Growth {
    fn name(&self) -> &str {
        "growth"
    }

    async fn look(&mut self, at: &mut Look<'_>) -> Result<Seen, Failure> {
        let Some(limit) = at.limits.growth else {
            *self = Growth::default();
            return Ok(Seen::Nothing);
        };
        let Some(table) = read(at).await? else {
            return Ok(Seen::Nothing);
        };
        let begun = at.baseline.get(BASELINE, || table.size.to_string());
        let baseline: f64 = begun.parse().unwrap_or(table.size).max(1.0);
        let allowed = (baseline * limit).max(baseline + FLOOR);
        let threshold = format!("{limit} times, {}", Bytes(allowed as u64));
        let grown = format!(
            "`{}` has {:.2} times its size, {}",
            at.table,
            table.size / baseline,
            Bytes(table.size as u64)
        );
        if self.waiting.is_none() {
            match self.quota(&table, baseline, allowed, at.changed) {
                Some(quota) => {
                    *at.quota = (*at.quota).min(quota);
                    let level = (table.size - baseline) / (allowed - baseline);
                    return Ok(Seen::Reading(Reading::new(
                        level.min(0.5),
                        grown,
                        threshold,
                    )));
                }
                None => {
                    self.waiting = Some(Waiting {
                        vacuums: table.vacuums,
                        next: Some(Instant::now()),
                        trouble: None,
                    });
                }
            }
        }
        let Some(waits) = self.wait(at, &table) else {
            // There is room, so there is nothing to be held by from now on.
            *at.quota = (*at.quota).min(at.changed + self.slice);
            return Ok(Seen::Nothing);
        };
        let reading = format!("{grown}: {waits}");
        Ok(Seen::Reading(Reading::holding(reading, threshold)))
    }
}

impl Growth {
    /// How many rows this pass may have changed until the next look; none if there is to be a
    /// vacuum before that.
    fn quota(&mut self, table: &Table, baseline: f64, allowed: f64, changed: u64) -> Option<u64> {
        if let Some(room) = &self.room {
            let since = changed.saturating_sub(room.changed);
            let grown = table.size > room.size + baseline * USED_UP;
            let used_up = since >= self.slice || (grown && since >= self.slice / 2);
            return (!used_up).then_some(room.changed + self.slice);
        }
        let span = allowed - baseline;
        let bytes = baseline / table.rows.max(1.0);
        if table.size < baseline + span * NEARLY {
            // A row that is written takes about as much room as one had.
            let left = (baseline + span * AIM - table.size) / bytes;
            return Some(changed.saturating_add(left.max(1.0) as u64));
        }
        // What was changed until now; or, where it had grown before this process began, as much
        // as fits.
        let slice = changed.max((span * NEARLY / bytes) as u64);
        self.slice = ((slice as f64 * SLICE) as u64).max(1);
        None
    }

    /// What is waited for; none once a vacuum has made room.
    fn wait(&mut self, at: &Look<'_>, table: &Table) -> Option<String> {
        let waiting = self.waiting.as_mut()?;
        while let Some(ended) = self.vacuum.try_join_next() {
            waiting.next = Some(Instant::now() + AGAIN);
            waiting.trouble = match ended {
                Ok(Ok(())) => None,
                Ok(Err(failure)) => Some(failure.message().to_owned()),
                Err(error) => Some(error.to_string()),
            };
        }
        if table.vacuums > waiting.vacuums {
            waiting.vacuums = table.vacuums;
            if table.dead < (self.slice / 2) as f64 {
                self.waiting = None;
                self.room = Some(Room {
                    size: table.size,
                    changed: at.changed,
                });
                return None;
            }
            waiting.next = Some(Instant::now() + AGAIN);
            waiting.trouble = Some(format!(
                "a vacuum has left {} dead rows, which a transaction that began before still sees: end the oldest in `pg_stat_activity`, \
                 prepared transaction or replication slot",
                table.dead
            ));
        }
        let due = waiting.next.is_some_and(|next| next <= Instant::now());
        if table.ours && at.limits.make_room && due && self.vacuum.is_empty() {
            waiting.next = None;
            let (connector, name) = (at.connector.clone(), at.table.to_owned());
            self.vacuum.spawn(vacuum(connector, name));
        }
        Some(match &waiting.trouble {
            Some(trouble) => trouble.clone(),
            None if !self.vacuum.is_empty() => "it is being vacuumed".to_owned(),
            None => format!("it waits for `VACUUM {}`", Ident(at.table)),
        })
    }
}

async fn read(at: &mut Look<'_>) -> Result<Option<Table>, Failure> {
    let sql = format!(
        "SELECT pg_relation_size(c.oid)::bigint, c.reltuples::bigint, coalesce(s.vacuum_count + s.autovacuum_count, 0)::bigint, \
         coalesce(s.n_dead_tup, 0)::bigint, pg_has_role(c.relowner, 'USAGE') \
         FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid WHERE c.oid = {}",
        class(at.table)
    );
    let Some(mut fields) = Fields::first(at.driver.look(&sql).await?) else {
        return Ok(None);
    };
    let mut next = || fields.number().unwrap_or_default();
    Ok(Some(Table {
        size: next(),
        rows: next(),
        vacuums: next(),
        dead: next(),
        ours: fields.truth(),
    }))
}

/// Vacuums with pauses, as an autovacuum does. It does not cut the table's end off, for which it
/// would lock the table; and where somebody else has begun one, theirs will do.
async fn vacuum(connector: Connector, table: String) -> Result<(), Failure> {
    tokio::time::sleep(BATCHES_END).await;
    let mut driver = connector.open().await?;
    // While the backfill waits, a vacuum may do more than beside it. The third ends it soon after
    // this process has gone.
    let gently = "SET vacuum_cost_delay = '2ms'; SET vacuum_cost_limit = 2000; SET client_connection_check_interval = '1s'; SET statement_timeout = 0";
    driver.execute(gently, &[]).await?;
    let vacuum = format!("VACUUM (SKIP_LOCKED, TRUNCATE false) {}", Ident(&table));
    let vacuumed = driver.execute(&vacuum, &[]).await;
    // Behind a pooler the session is somebody else's next.
    driver
        .execute("RESET vacuum_cost_delay; RESET vacuum_cost_limit; RESET client_connection_check_interval; RESET statement_timeout", &[])
        .await?;
    vacuumed.map(drop)
}
