//! What instances of the application convert by a rule in Rust, as the executor sees it.

use colmig_schema::script::Convert;

use super::{Columns, Store, Trouble};
use crate::convert::State;
use crate::migrate::driver::{Driver, Failure, Row, Value};
use crate::migrate::error::Place;

/// One column that is converted.
pub(in crate::migrate) struct Job<'a> {
    pub(in crate::migrate) place: &'a Place,
    pub(in crate::migrate) convert: &'a Convert,
}

impl Job<'_> {
    fn values(&self) -> Vec<Value> {
        let Convert { table, target, .. } = self.convert;
        [&self.place.migration, table, target]
            .map(|text| Value::Text(text.clone()))
            .to_vec()
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub(in crate::migrate) struct Conversion {
    pub(in crate::migrate) state: State,
    pub(in crate::migrate) pass: u32,
    /// The rows that this pass has covered.
    pub(in crate::migrate) covered: u64,
    /// The rows that all passes have written.
    pub(in crate::migrate) filled: u64,
    /// The rows that this pass cannot convert.
    pub(in crate::migrate) failed: u64,
    /// How many convert.
    pub(in crate::migrate) workers: u64,
}

/// Which of the rows of one of the tables.
const OF_JOB: &str = "migration = $1 AND table_name = $2 AND column_name = $3";

impl Store {
    /// Lets instances convert: from the beginning, or anew where a pass has found rows that
    /// do not convert. One that is under way goes on.
    pub(in crate::migrate) async fn open_conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<(), Failure> {
        let sql = format!(
            "UPDATE colmig_conversion SET state = 'open', pass = pass + 1, next_key = NULL, ended = 0, covered = 0, changed = 0, \
             failed = 0 WHERE {OF_JOB} AND state = 'held'"
        );
        let mut opened = driver.execute(&sql, &job.values()).await?;
        if opened == 0 {
            let sql = format!(
                "INSERT INTO colmig_conversion \
                 (migration, table_name, column_name, state, pass, ended, claims, covered, changed, filled, failed) \
                 SELECT $1, $2, $3, 'open', 1, 0, 0, 0, 0, 0, 0 FROM colmig_meta \
                 WHERE NOT EXISTS (SELECT 1 FROM colmig_conversion WHERE {OF_JOB})"
            );
            opened = driver.execute(&sql, &job.values()).await?;
        }
        if opened > 0 {
            let sql = format!("DELETE FROM colmig_conversion_failure WHERE {OF_JOB}");
            driver.execute(&sql, &job.values()).await?;
        }
        Ok(())
    }

    /// How far a conversion is; none if it was never opened.
    pub(in crate::migrate) async fn conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<Option<Conversion>, Trouble> {
        let sql = format!(
            "SELECT state, pass, covered, filled, failed, (SELECT count(*) FROM colmig_conversion_worker w \
             WHERE w.migration = $1 AND w.table_name = $2 AND w.column_name = $3 AND w.expires_at > {}) \
             FROM colmig_conversion WHERE {OF_JOB}",
            self.dialect.now
        );
        let rows = driver.query(&sql, &job.values()).await?;
        let read = |row: Row| {
            let mut row = Columns::of(row);
            let state = row.text()?;
            let count = |number: i64| u64::try_from(number).unwrap_or_default();
            Ok(Conversion {
                state: State::read(&state).ok_or_else(|| {
                    Trouble::Damaged(format!("`{state}` in colmig_conversion is no state"))
                })?,
                pass: u32::try_from(row.number()?).unwrap_or(u32::MAX),
                covered: count(row.number()?),
                filled: count(row.number()?),
                failed: count(row.number()?),
                workers: count(row.number()?),
            })
        };
        rows.into_iter().next().map(read).transpose()
    }

    /// Some of the rows that do not convert: key, what legacy holds, and why.
    pub(in crate::migrate) async fn conversion_failures(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
        limit: i64,
    ) -> Result<Vec<Row>, Trouble> {
        let sql = format!(
            "SELECT row_key, value, reason FROM colmig_conversion_failure WHERE {OF_JOB} ORDER BY seq LIMIT {limit}"
        );
        Ok(driver.query(&sql, &job.values()).await?)
    }

    /// Takes down that nothing is left to be converted, and lets instances go home.
    pub(in crate::migrate) async fn end_conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<(), Failure> {
        let sql = format!("UPDATE colmig_conversion SET state = 'done' WHERE {OF_JOB}");
        driver.execute(&sql, &job.values()).await.map(drop)
    }
}
