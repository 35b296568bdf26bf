//! What instances of the application convert by a rule in Rust, as the executor sees it.

use async_trait::async_trait;
use colmig_schema::script::Convert;

use super::{Columns, SqlStore};
use crate::convert::State;
use crate::migrate::driver::{Driver, Failure, Row, Value};
use crate::migrate::store::{Conversion, Conversions, Job, Trouble};

impl Job<'_> {
    fn values(&self) -> Vec<Value> {
        let Convert { table, target, .. } = self.convert;
        [&self.place.migration, table, target]
            .map(|text| Value::Text(text.clone()))
            .to_vec()
    }
}

/// Which of the rows of one of the tables.
const OF_JOB: &str = "migration = $1 AND table_name = $2 AND column_name = $3";

#[async_trait]
impl Conversions for SqlStore {
    async fn open_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure> {
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

    async fn conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<Option<Conversion>, Trouble> {
        let sql = format!(
            "SELECT state, pass, covered, filled, failed, (SELECT count(*) FROM colmig_conversion_worker w \
             WHERE w.migration = $1 AND w.table_name = $2 AND w.column_name = $3 AND w.expires_at > {}) \
             FROM colmig_conversion WHERE {OF_JOB}",
            self.words.now
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

    async fn conversion_failures(
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

    async fn end_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure> {
        let sql = format!("UPDATE colmig_conversion SET state = 'done' WHERE {OF_JOB}");
        driver.execute(&sql, &job.values()).await.map(drop)
    }
}
