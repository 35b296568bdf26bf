//! One range of keys, as one transaction fills it.

use colmig_schema::script::Backfill;

use super::cursor::{Cursor, KeyPart};
use crate::migrate::driver::{Driver, Row, Value};
use crate::migrate::error::Place;
use crate::migrate::lock::Lease;
use crate::migrate::store::{StepState, Store, Trouble};

/// What one transaction did.
pub(super) struct Batch {
    /// What the pass has come to.
    pub(super) cursor: Cursor,
    /// Where the backfill goes on: behind the range, or with the next pass.
    pub(super) recorded: Cursor,
    /// Whether the pass has come to its end.
    pub(super) ended: bool,
    /// Whether the cursor was recorded.
    pub(super) kept: bool,
    pub(super) statements: u64,
}

/// One range, as one transaction fills it.
pub(super) struct Range<'a> {
    pub(super) store: &'a Store,
    pub(super) lease: &'a Lease,
    pub(super) place: &'a Place,
    pub(super) backfill: &'a Backfill,
    pub(super) rows: u64,
    /// Whether the cursor is recorded even if nothing was filled.
    pub(super) keep: bool,
}

impl Range<'_> {
    pub(super) async fn fill(
        &self,
        driver: &mut dyn Driver,
        cursor: Option<Cursor>,
    ) -> Result<Option<Batch>, Trouble> {
        let mut cursor = match cursor {
            Some(cursor) => cursor,
            None => match self.store.step(driver, self.place).await? {
                Some(record) if record.state == StepState::Done => return Ok(None),
                Some(record) => Cursor::read(record.cursor.as_deref())?,
                None => Cursor::default(),
            },
        };
        let Backfill {
            first,
            boundary,
            batch,
            last,
            ..
        } = self.backfill;
        let mut statements = 0;
        let lower: Option<Row> = match cursor.next.take() {
            Some(key) => Some(key.into_iter().map(Value::from).collect()),
            None => {
                statements += 1;
                driver.query(first, &[]).await?.into_iter().next()
            }
        };
        let mut upper = None;
        let mut changed = 0;
        if let Some(lower) = lower {
            statements += 2;
            let from_here = [lower.clone(), vec![self.rows.into()]].concat();
            upper = driver.query(boundary, &from_here).await?.into_iter().next();
            changed = match &upper {
                Some(upper) => {
                    driver
                        .execute(batch, &[lower, upper.clone()].concat())
                        .await?
                }
                None => driver.execute(last, &lower).await?,
            };
            cursor.covered += if upper.is_some() { self.rows } else { changed };
            cursor.changed += changed;
            cursor.filled += changed;
        }
        let ended = upper.is_none();
        cursor.next = upper.map(|upper| upper.into_iter().map(KeyPart::from).collect());
        let recorded = if ended {
            cursor.next_pass()
        } else {
            cursor.clone()
        };
        let kept = changed > 0 || ended || self.keep;
        if kept {
            let text = recorded.write()?;
            self.store
                .mark(
                    driver,
                    self.place,
                    StepState::Intent,
                    Some(&text),
                    cursor.filled,
                )
                .await?;
            self.lease.fence(driver).await?;
        }
        Ok(Some(Batch {
            cursor,
            recorded,
            ended,
            kept,
            statements,
        }))
    }
}
