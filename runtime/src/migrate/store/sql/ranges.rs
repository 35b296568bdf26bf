//! The ranges of a backfill: which there are, who works on each, how far they are.
//!
//! A table is divided into a few ranges of keys, which workers claim one at a time with a
//! lease, in one process or in several. A range's row is also the fence of its worker: each
//! batch locks it first, so whoever takes a range over, or drops all of them, waits for the
//! batch under way, and no batch of a worker that was given up is committed later.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::{Columns, SqlStore};
use crate::migrate::backfill::Key;
use crate::migrate::driver::{Driver, Failure, Value, Words};
use crate::migrate::error::{Place, millis};
use crate::migrate::store::{Headway, Range, Ranges, Sums, Trouble};

/// As many rows are inserted by one statement.
const INSERTED_AT_ONCE: usize = 100;

pub(super) const OF_STEP: &str = "migration = $1 AND phase = $2 AND step = $3";

#[async_trait]
impl Ranges for SqlStore {
    async fn divide(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        bounds: &[Key],
    ) -> Result<(), Trouble> {
        let lower = std::iter::once(None).chain(bounds.iter().map(Some));
        let upper = bounds.iter().map(Some).chain(std::iter::once(None));
        let ranges: Vec<_> = lower.zip(upper).collect();
        for (round, ranges) in ranges.chunks(INSERTED_AT_ONCE).enumerate() {
            let mut arguments: Vec<Value> = super::key(place).to_vec();
            let mut rows = Vec::with_capacity(ranges.len());
            for (at, (lower, upper)) in ranges.iter().enumerate() {
                let ordinal = (round * INSERTED_AT_ONCE + at) as u64;
                let first = arguments.len() + 1;
                rows.push(format!(
                    "($1, $2, $3, ${first}, ${}, ${})",
                    first + 1,
                    first + 2
                ));
                arguments.push(ordinal.into());
                arguments.push(written(*lower)?);
                arguments.push(written(*upper)?);
            }
            let sql = format!(
                "INSERT INTO colmig_range (migration, phase, step, ordinal, lower_key, upper_key) VALUES {}",
                rows.join(", ")
            );
            driver.execute(&sql, &arguments).await?;
        }
        Ok(())
    }

    async fn ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<Sums, Trouble> {
        let integer = self.words.database.as_integer();
        let sql = format!(
            "SELECT count(*), CAST(coalesce(sum(1 - done), 0) AS {integer}), CAST(coalesce(sum(covered), 0) AS {integer}), \
             CAST(coalesce(sum(changed), 0) AS {integer}) FROM colmig_range WHERE {OF_STEP}"
        );
        let rows = driver.query(&sql, &super::key(place)).await?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(Sums::default());
        };
        let mut row = Columns::of(row);
        let mut next = || row.number().map(|number| number.max(0).unsigned_abs());
        Ok(Sums {
            ranges: next()?,
            left: next()?,
            covered: next()?,
            changed: next()?,
        })
    }

    async fn claim(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        digest: &str,
        owner: &str,
        lease: Duration,
    ) -> Result<Option<Range>, Trouble> {
        let Words {
            now,
            later,
            skip_locked,
            ..
        } = self.words;
        let later = Words::fill(later, "$5");
        let free = format!(
            "SELECT {{}} FROM colmig_range WHERE {OF_STEP} AND done = 0 AND (owner IS NULL OR expires_at <= {now}) \
             {{}}ORDER BY ordinal LIMIT 1{skip_locked}"
        );
        let runs = |digest: u8| {
            format!(
                "AND EXISTS (SELECT 1 FROM colmig_migration WHERE id = $1 AND state = 'running' AND phase = $2 AND digest = ${digest})"
            )
        };
        let claim = format!(
            "UPDATE colmig_range SET owner = $4, expires_at = {later}, claims = claims + 1 WHERE {OF_STEP} AND ordinal ="
        );
        let columns = "ordinal, coalesce(next_key, lower_key), upper_key";
        let (key, lease) = (super::key(place), Value::from(millis(lease)));
        let rows = match self.words.returns_updated {
            true => {
                let free = free.replacen("{}", "ordinal", 1).replacen("{}", "", 1);
                let sql = format!("{claim} ({free}) {} RETURNING {columns}", runs(6));
                let arguments = [&key[..], &[owner.into(), lease, digest.into()]].concat();
                driver.query(&sql, &arguments).await?
            }
            // The row is ours from the first statement on.
            false => {
                let and_runs = format!("{} ", runs(4));
                let free = free.replacen("{}", columns, 1).replacen("{}", &and_runs, 1);
                let arguments = [&key[..], &[digest.into()]].concat();
                let rows = driver.query(&free, &arguments).await?;
                if let Some(ordinal) = rows.first().and_then(|row| row.first()).cloned() {
                    let arguments = [&key[..], &[owner.into(), lease, ordinal]].concat();
                    driver.execute(&format!("{claim} $6"), &arguments).await?;
                }
                rows
            }
        };
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let mut row = Columns::of(row);
        Ok(Some(Range {
            division: String::new(),
            ordinal: row.number()?,
            next: read(row.optional())?,
            upper: read(row.optional())?,
        }))
    }

    fn fence_of_range(&self, place: &Place, range: &Range, owner: &str) -> String {
        let literal = |text: &str| self.words.database.literal(text);
        format!(
            "SELECT ordinal FROM colmig_range WHERE migration = {} AND phase = {} AND step = {} AND ordinal = {} AND owner = {}{}",
            literal(&place.migration),
            literal(place.phase.name()),
            literal(&place.step),
            range.ordinal,
            literal(owner),
            self.words.for_update
        )
    }

    async fn advance_range(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        range: &Range,
        owner: &str,
        lease: Duration,
        headway: &Headway,
    ) -> Result<bool, Trouble> {
        let later = Words::fill(self.words.later, "$6");
        let sql = format!(
            "UPDATE colmig_range SET expires_at = {later}, next_key = coalesce($7, next_key), covered = covered + $8, \
             changed = changed + $9, done = $10 WHERE {OF_STEP} AND ordinal = $4 AND owner = $5"
        );
        let next = written(headway.next.as_ref())?;
        let arguments = [
            of(place, range, owner),
            vec![
                millis(lease).into(),
                next,
                headway.covered.into(),
                headway.changed.into(),
                i64::from(headway.done).into(),
            ],
        ]
        .concat();
        Ok(driver.execute(&sql, &arguments).await? == 1)
    }

    async fn working(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<BTreeMap<String, u32>, Trouble> {
        let sql = format!(
            "SELECT owner FROM colmig_range WHERE {OF_STEP} AND done = 0 AND owner IS NOT NULL AND expires_at > {}",
            self.words.now
        );
        let mut working = BTreeMap::new();
        for row in driver.query(&sql, &super::key(place)).await? {
            let owner = Columns::of(row).text()?;
            // What stands behind the name of the process tells its workers apart.
            let process = owner
                .rsplit_once(' ')
                .map_or(&*owner, |(process, _)| process);
            *working.entry(process.to_owned()).or_default() += 1;
        }
        Ok(working)
    }

    async fn give_back(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure> {
        let sql = "UPDATE colmig_range SET owner = NULL WHERE owner = $1 AND done = 0";
        driver.execute(sql, &[owner.into()]).await?;
        Ok(())
    }

    async fn begin_pass(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let sql = format!(
            "UPDATE colmig_range SET next_key = NULL, covered = 0, changed = 0, done = 0, owner = NULL WHERE {OF_STEP}"
        );
        driver.execute(&sql, &super::key(place)).await?;
        Ok(())
    }

    async fn drop_ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let sql = format!("DELETE FROM colmig_range WHERE {OF_STEP}");
        driver.execute(&sql, &super::key(place)).await?;
        Ok(())
    }
}

fn of(place: &Place, range: &Range, owner: &str) -> Vec<Value> {
    let [migration, phase, step] = super::key(place);
    vec![migration, phase, step, range.ordinal.into(), owner.into()]
}

fn written(key: Option<&Key>) -> Result<Value, Trouble> {
    let Some(key) = key else {
        return Ok(Value::Null);
    };
    let text = serde_json::to_string(key).map_err(|error| Trouble::Damaged(error.to_string()))?;
    Ok(Value::Text(text))
}

fn read(text: Option<String>) -> Result<Option<Key>, Trouble> {
    let read = |text: String| {
        serde_json::from_str(&text)
            .map_err(|error| Trouble::Damaged(format!("a key in colmig_range: {error}")))
    };
    text.map(read).transpose()
}
