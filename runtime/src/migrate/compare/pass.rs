//! One pass over a table, range by range.

use std::time::Duration;

use colmig_schema::comparison::Search;
use tokio::time::Instant;

use crate::migrate::driver::{Driver, Failure, Row, Value, Waits};
use crate::migrate::error::Place;
use crate::migrate::event::Event;
use crate::migrate::settings::Settings;
use crate::migrate::watch::Watch;

/// As many batches of a backfill one range of a comparison covers: what reads holds no lock
/// that a writer waits for.
const BATCHES: u64 = 10;

/// How often progress is reported.
const REPORT: Duration = Duration::from_millis(250);

/// Where a pass goes on.
enum Next {
    Beginning,
    From(Row),
    Ended,
}

/// What a pass has come to. A range counts when it was read whole, so one that fails can be
/// read again.
pub(in crate::migrate) struct Pass {
    next: Next,
    pub(in crate::migrate) rows: u64,
    pub(in crate::migrate) chunks: u64,
    pub(in crate::migrate) differing: u64,
    /// Keys of rows that differ, each with what both sides hold.
    pub(in crate::migrate) keys: Vec<Row>,
    /// How many of them are read at most.
    limit: u64,
    pub(super) began: Instant,
}

/// One range.
#[derive(Clone)]
pub(in crate::migrate) struct Chunk {
    pub(super) lower: Row,
    /// None for the last.
    pub(super) upper: Option<Row>,
    pub(super) differing: u64,
}

impl Chunk {
    /// The parameters of a statement over the range.
    pub(super) fn bounds(&self) -> Row {
        [self.lower.as_slice(), self.upper.as_deref().unwrap_or(&[])].concat()
    }
}

impl Pass {
    /// A pass that reads so many keys at most; all if it is 0.
    pub(in crate::migrate) fn new(limit: u64) -> Pass {
        Pass {
            next: Next::Beginning,
            rows: 0,
            chunks: 0,
            differing: 0,
            keys: Vec::new(),
            limit: if limit == 0 { u64::MAX } else { limit },
            began: Instant::now(),
        }
    }

    /// How many keys it reads at most.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Reads the next range, and says how long the database took; none at the end.
    pub(in crate::migrate) async fn look(
        &mut self,
        driver: &mut dyn Driver,
        search: Search<'_>,
        settings: &Settings,
    ) -> (Duration, Result<Option<Chunk>, Failure>) {
        let began = Instant::now();
        let waits = Waits::of(settings.lock_timeout);
        let rows = u64::from(settings.batch_rows).saturating_mul(BATCHES);
        let chunk = self.next_chunk(driver, search, &waits, rows).await;
        (began.elapsed(), chunk)
    }

    async fn next_chunk(
        &mut self,
        driver: &mut dyn Driver,
        search: Search<'_>,
        waits: &Waits,
        rows: u64,
    ) -> Result<Option<Chunk>, Failure> {
        let lower = match &self.next {
            Next::Ended => return Ok(None),
            Next::From(key) => key.clone(),
            Next::Beginning => {
                let first = driver.read(waits, search.first, &[]).await?;
                let Some(first) = first.into_iter().next() else {
                    self.next = Next::Ended;
                    return Ok(None);
                };
                if first.contains(&Value::Null) {
                    // Only SQLite keeps such a row, and no range of keys ever holds it.
                    return Err(Failure::refused(format!(
                        "a row of `{}` has NULL in its key ({}), by which no row is found: give it a key",
                        search.table,
                        search.key.join(", ")
                    )));
                }
                first
            }
        };
        let from_here = [lower.clone(), vec![rows.into()]].concat();
        let upper = driver.read(waits, search.boundary, &from_here).await?;
        let mut chunk = Chunk {
            lower,
            upper: upper.into_iter().next(),
            differing: 0,
        };
        let rows;
        (rows, chunk.differing) = count(driver, search, waits, &chunk).await?;
        let wanted = self.limit.saturating_sub(self.keys.len() as u64);
        let keys = match chunk.differing.min(wanted) {
            0 => Vec::new(),
            some => differing(driver, search, waits, &chunk, some).await?,
        };
        self.rows += rows;
        self.chunks += 1;
        self.differing += chunk.differing;
        self.keys.extend(keys);
        self.next = match &chunk.upper {
            Some(upper) => Next::From(upper.clone()),
            None => Next::Ended,
        };
        Ok(Some(chunk))
    }
}

/// How many rows the range has, and in how many the sides differ.
pub(super) async fn count(
    driver: &mut dyn Driver,
    search: Search<'_>,
    waits: &Waits,
    chunk: &Chunk,
) -> Result<(u64, u64), Failure> {
    let sql = search.count.sql(chunk.upper.is_some());
    let counted = driver.read(waits, sql, &chunk.bounds()).await?;
    match counted.first().map(Vec::as_slice) {
        Some([Value::Int(rows), Value::Int(differing)]) => Ok((
            rows.max(&0).unsigned_abs(),
            differing.max(&0).unsigned_abs(),
        )),
        other => Err(Failure::refused(format!(
            "the search gave {other:?}, and not two numbers"
        ))),
    }
}

/// The keys of the rows of a range that differ, up to a number of them.
pub(super) async fn differing(
    driver: &mut dyn Driver,
    search: Search<'_>,
    waits: &Waits,
    chunk: &Chunk,
    number: u64,
) -> Result<Vec<Row>, Failure> {
    let (sql, range) = match search.found_within {
        Some(within) if chunk.upper.is_some() => (within, chunk.bounds()),
        _ => (search.found, chunk.lower.clone()),
    };
    let arguments = [range, vec![number.into()]].concat();
    driver.read(waits, sql, &arguments).await
}

/// What a pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// The two sides of a column.
    Compare,
    /// Rows that a constraint would refuse.
    Check,
}

/// Tells how far a pass is, now and then.
pub(in crate::migrate) struct Pulse {
    aim: Aim,
    estimated: Option<u64>,
    told: Option<Instant>,
}

impl Pulse {
    pub(in crate::migrate) fn new(estimated: Option<u64>) -> Pulse {
        Pulse {
            aim: Aim::Compare,
            estimated,
            told: None,
        }
    }

    /// Of a search for rows that a constraint would refuse.
    pub(super) fn of_check(estimated: Option<u64>) -> Pulse {
        Pulse {
            aim: Aim::Check,
            ..Pulse::new(estimated)
        }
    }

    pub(in crate::migrate) fn beat(&mut self, watch: &Watch, place: &Place, pass: &Pass) {
        if self.told.is_some_and(|told| told.elapsed() < REPORT) {
            return;
        }
        self.told = Some(Instant::now());
        let rate = pass.rows as f64 / pass.began.elapsed().as_secs_f64().max(0.001);
        let left = self
            .estimated
            .map(|estimated| estimated.saturating_sub(pass.rows) as f64 / rate);
        let left = left.filter(|left| left.is_finite());
        let seconds_left = left.map(|left| left.ceil() as u64);
        let (migration, step) = (place.migration.clone(), place.step.clone());
        let estimated_rows = self.estimated;
        watch.emit(match self.aim {
            Aim::Compare => Event::CompareProgress {
                migration,
                step,
                rows: pass.rows,
                differing: pass.differing,
                estimated_rows,
                rate,
                seconds_left,
            },
            Aim::Check => Event::CheckProgress {
                migration,
                step,
                rows: pass.rows,
                resisting: pass.differing,
                estimated_rows,
                rate,
                seconds_left,
            },
        });
    }
}
