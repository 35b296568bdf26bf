//! Mends the rows in which the two sides differ: one side is made what the other says, in the
//! rows for which that still holds when they are written, a range in a transaction.

use colmig_schema::comparison::Comparison;
use colmig_schema::script::Step;
use colmig_schema::{Progress, Reads, Side};

use super::pass::{self, Chunk};
use super::{Compared, Pass, Pulse, place_of, rest, what};
use crate::migrate::driver::{Failure, Row, Value, Waits, end};
use crate::migrate::error::Place;
use crate::migrate::load::Migration;
use crate::migrate::lookout::Lookout;
use crate::migrate::retry::Attempts;
use crate::migrate::session::{Halt, Session};
use crate::migrate::store::Trouble;

/// After so many rows of a range of which the database refused every one, it would refuse all.
const ALL_REFUSED: usize = 20;

/// Which side is right, and by which reads that was found.
#[derive(Clone, Copy)]
struct Right {
    side: Side,
    /// None if somebody said which.
    by: Option<Reads>,
}

/// What a comparison that mends came to.
pub(in crate::migrate) struct Mended {
    pub(in crate::migrate) compared: Compared,
    pub(in crate::migrate) pass: Pass,
    /// Rows that differ still, and why, where the database said so.
    pub(in crate::migrate) resisting: Vec<Row>,
    pub(in crate::migrate) reason: Option<String>,
}

impl Session<'_> {
    /// Compares, and mends each range in which something differs. An error in words if it
    /// cannot be known which side is right; then nothing is mended.
    pub(in crate::migrate) async fn mend(
        &mut self,
        migration: &Migration,
        progress: Progress,
        (step, comparison): (&Step, &Comparison),
        said: Option<Side>,
        limit: u64,
    ) -> Result<Result<Mended, String>, Halt> {
        let place = place_of(migration, step);
        let right = match self.right_side(&place, progress, comparison, said).await? {
            Ok(right) => right,
            Err(why) => return Ok(Err(why)),
        };
        let estimated = self.driver.estimate(&comparison.table).await.ok().flatten();
        let mut pass = Pass::new(limit);
        let mut pulse = Pulse::new(estimated);
        let mut attempts = Attempts::new(self.settings);
        let mut mended = 0;
        let (mut left, mut resisting, mut reason) = (0, Vec::new(), None);
        loop {
            self.check().await?;
            let (busy, chunk) = pass
                .look(self.driver, comparison.search(), self.settings)
                .await;
            let chunk = match chunk {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(failure) => {
                    let sql = &comparison.compare.within;
                    self.recover(failure.into(), &place, sql, &mut attempts)
                        .await?;
                    continue;
                }
            };
            attempts = Attempts::new(self.settings);
            if chunk.differing > 0 {
                let began = tokio::time::Instant::now();
                let (rows, why) = self
                    .mend_chunk(&place, progress, comparison, right, &chunk)
                    .await?;
                mended += rows;
                reason = reason.or(why);
                let wanted = pass.limit().saturating_sub(resisting.len() as u64);
                let (still, keys) = self.look_again(&place, comparison, &chunk, wanted).await?;
                left += still;
                resisting.extend(keys);
                self.sleep(rest(
                    began.elapsed(),
                    self.settings.duty,
                    self.driver.dialect(),
                ))
                .await?;
            }
            pulse.beat(self.watch, &place, &pass);
            self.sleep(rest(busy, self.settings.duty, self.driver.dialect()))
                .await?;
        }
        let compared = Compared {
            mended,
            resisting: left,
            ..pass.compared(comparison)
        };
        Ok(Ok(Mended {
            compared,
            pass,
            resisting,
            reason,
        }))
    }

    /// The side that is read, or the one that somebody says is right.
    async fn right_side(
        &mut self,
        place: &Place,
        progress: Progress,
        comparison: &Comparison,
        said: Option<Side>,
    ) -> Result<Result<Right, String>, Halt> {
        // What fills an added column is the rule, whatever anybody reads.
        let said = match comparison.legacy.is_empty() {
            true => Some(Side::Legacy),
            false => said,
        };
        if let Some(side) = said {
            return Ok(Ok(Right { side, by: None }));
        }
        let mut attempts = Attempts::new(self.settings);
        let reads = loop {
            match self.reads_now(place, progress).await {
                Ok(reads) => break reads,
                Err(trouble) => {
                    let sql = "SELECT ... FROM colmig_switch";
                    self.recover(trouble, place, sql, &mut attempts).await?;
                }
            }
        };
        Ok(match reads.only_side() {
            Some(side) => Ok(Right {
                side,
                by: Some(reads),
            }),
            None => Err(format!(
                "{}, and reads come from the target for {reads} of the rows: say which side is right, `cargo colmig verify \
                 --repair --from legacy` or `--from target`, or move the switch to one of them",
                what(comparison)
            )),
        })
    }

    async fn reads_now(&mut self, place: &Place, progress: Progress) -> Result<Reads, Trouble> {
        let switch = self.store.switch(self.driver, &place.migration).await?;
        Ok(switch.unwrap_or_default().reads.at(progress))
    }

    /// Mends a range. How many rows that were, and why one of them could not be.
    async fn mend_chunk(
        &mut self,
        place: &Place,
        progress: Progress,
        comparison: &Comparison,
        right: Right,
        chunk: &Chunk,
    ) -> Result<(u64, Option<String>), Halt> {
        let whole = self.mend_range(place, progress, comparison, right, chunk);
        if let Ok(mended) = whole.await? {
            return Ok((mended, None));
        }
        // One row of them is in the way of all: each by itself then.
        let keys = self.keys_of(place, comparison, chunk).await?;
        let (mut mended, mut reason, mut refused) = (0, None, 0);
        for key in keys {
            let one = self.range_of(place, comparison, key).await?;
            match self
                .mend_range(place, progress, comparison, right, &one)
                .await?
            {
                Ok(rows) => mended += rows,
                Err(failure) => {
                    refused += 1;
                    reason.get_or_insert_with(|| failure.message().to_owned());
                    if mended == 0 && refused >= ALL_REFUSED {
                        break;
                    }
                }
            }
        }
        Ok((mended, reason))
    }

    /// Mends a range in one transaction; an error inside if the rows refuse.
    async fn mend_range(
        &mut self,
        place: &Place,
        progress: Progress,
        comparison: &Comparison,
        right: Right,
        chunk: &Chunk,
    ) -> Result<Result<u64, Failure>, Halt> {
        let mend = match (right.side, &comparison.from_target) {
            (Side::Target, Some(back)) => back,
            _ => &comparison.from_legacy,
        };
        let sql = mend.sql(chunk.upper.is_some());
        let mut attempts = Attempts::new(self.settings);
        loop {
            self.check().await?;
            let tried = self
                .try_mend(
                    place,
                    progress,
                    comparison,
                    right,
                    (sql, chunk),
                    &mut attempts,
                )
                .await;
            match tried {
                Ok(Some(rows)) => return Ok(Ok(rows)),
                Ok(None) => {
                    return Err(Halt::Held {
                        migration: place.migration.clone(),
                        phase: place.phase,
                        gate: "the read switch was moved meanwhile, so that the other side may be the right one: \
                               `cargo colmig verify --repair` goes on by where it stands now"
                            .to_owned(),
                    });
                }
                Err(Trouble::Database(
                    failure @ (Failure::Conflict { .. } | Failure::Refused { .. }),
                )) => return Ok(Err(failure)),
                Err(trouble) => self.recover(trouble, place, sql, &mut attempts).await?,
            }
        }
    }

    /// None if the switch stands elsewhere by now.
    async fn try_mend(
        &mut self,
        place: &Place,
        progress: Progress,
        comparison: &Comparison,
        right: Right,
        (sql, chunk): (&str, &Chunk),
        attempts: &mut Attempts,
    ) -> Result<Option<u64>, Trouble> {
        let lock = self.settings.lock_timeout;
        let session = self.driver.begin(&attempts.waits(lock)).await?;
        let (driver, store, lease) = (&mut *self.driver, self.store, &self.lease);
        let mend = async {
            if let Some(by) = right.by {
                let switch = store.switch(driver, &place.migration).await?;
                if switch.unwrap_or_default().reads.at(progress) != by {
                    return Ok(None);
                }
            }
            let rows = driver.execute(sql, &chunk.bounds()).await?;
            if rows > 0 {
                let words = repaired(comparison, right.side, rows);
                let (phase, step) = (Some(place.phase.name()), Some(place.step.as_str()));
                let id = &place.migration;
                store
                    .audit(driver, "repair", id, phase, step, Some(&words))
                    .await?;
            }
            lease.fence(driver).await?;
            Ok(Some(rows))
        };
        let lookout = Lookout {
            side: self.side.as_mut(),
            watch: self.watch,
            place,
            lock,
            patient: false,
        };
        let done = lookout.over(session, &mut attempts.seen, mend).await;
        end(self.driver, done).await
    }

    /// What differs in a range still: how many rows, and some of their keys.
    async fn look_again(
        &mut self,
        place: &Place,
        comparison: &Comparison,
        chunk: &Chunk,
        wanted: u64,
    ) -> Result<(u64, Vec<Row>), Halt> {
        let waits = Waits::of(self.settings.lock_timeout);
        let search = comparison.search();
        let mut attempts = Attempts::new(self.settings);
        loop {
            let looked = async {
                let (_, left) = pass::count(self.driver, search, &waits, chunk).await?;
                let keys = match left.min(wanted) {
                    0 => Vec::new(),
                    some => pass::differing(self.driver, search, &waits, chunk, some).await?,
                };
                Ok((left, keys))
            };
            match looked.await {
                Ok(looked) => return Ok(looked),
                Err(failure) => {
                    let failure: Failure = failure;
                    let sql = &comparison.compare.within;
                    self.recover(failure.into(), place, sql, &mut attempts)
                        .await?;
                }
            }
        }
    }

    /// The keys of all rows of a range that differ.
    async fn keys_of(
        &mut self,
        place: &Place,
        comparison: &Comparison,
        chunk: &Chunk,
    ) -> Result<Vec<Row>, Halt> {
        let (_, mut keys) = self
            .look_again(place, comparison, chunk, chunk.differing)
            .await?;
        keys.iter_mut()
            .for_each(|row| row.truncate(comparison.key.len()));
        Ok(keys)
    }

    /// The range that holds one row alone.
    async fn range_of(
        &mut self,
        place: &Place,
        comparison: &Comparison,
        key: Row,
    ) -> Result<Chunk, Halt> {
        let waits = Waits::of(self.settings.lock_timeout);
        let mut attempts = Attempts::new(self.settings);
        let next = [key.clone(), vec![Value::Int(1)]].concat();
        loop {
            match self.driver.read(&waits, &comparison.boundary, &next).await {
                Ok(upper) => {
                    return Ok(Chunk {
                        lower: key,
                        upper: upper.into_iter().next(),
                        differing: 1,
                    });
                }
                Err(failure) => {
                    let sql = &comparison.boundary;
                    self.recover(failure.into(), place, sql, &mut attempts)
                        .await?;
                }
            }
        }
    }
}

/// What was done, for the audit.
fn repaired(comparison: &Comparison, side: Side, rows: u64) -> String {
    let rows = match rows {
        1 => "1 row".to_owned(),
        more => format!("{more} rows"),
    };
    let (legacy, targets) = (comparison.legacy.join(", "), comparison.targets.join(", "));
    let table = &comparison.table;
    match (comparison.legacy.is_empty(), side) {
        (true, _) => format!("{rows} of {table}: {targets} filled by the rule"),
        (false, Side::Legacy) => format!("{rows} of {table}: {targets} from {legacy}"),
        (false, Side::Target) => format!("{rows} of {table}: {legacy} from {targets}"),
    }
}
