//! The read switch, and the comparisons that found two values.

use async_trait::async_trait;
use colmig_schema::reads::{Evidence, Reads};

use super::SqlStore;
use super::rows::Columns;
use crate::migrate::driver::{Driver, Failure, Words};
use crate::migrate::outcome::Mismatch;
use crate::migrate::store::{Audit, Switch, Switches, Trouble};

#[async_trait]
impl Switches for SqlStore {
    async fn switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<Switch>, Trouble> {
        let sql = format!(
            "SELECT reads_from, {}, {}, switched_by, mismatch_limit, (SELECT count(*) FROM colmig_mismatch m \
             WHERE m.migration = s.migration AND m.at >= s.switched_at) FROM colmig_switch s WHERE migration = $1",
            Words::fill(self.words.age, "switched_at"),
            Words::fill(self.words.iso, "switched_at"),
        );
        let rows = driver.query(&sql, &[migration.into()]).await?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let mut row = Columns::of(row);
        let reads = row.text()?;
        Ok(Some(Switch {
            reads: reads
                .parse()
                .map_err(|error| Trouble::Damaged(format!("colmig_switch: {error}")))?,
            since_ms: row.number()?.max(0).unsigned_abs(),
            since: row.text()?,
            by: row.text()?,
            evidence: Evidence {
                limit: row.number()?.max(0).unsigned_abs(),
                mismatches: row.number()?.max(0).unsigned_abs(),
            },
        }))
    }

    async fn move_switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        reads: Reads,
        limit: u64,
        show_values: bool,
    ) -> Result<(), Failure> {
        let Words { now, database, .. } = *self.words;
        let sql = format!(
            "INSERT INTO colmig_switch (migration, reads_from, mismatch_limit, show_values, switched, switched_by, switched_at) \
             VALUES ($1, $2, $3, $4, 1, $5, {now}) {} switched = colmig_switch.switched + 1, {}",
            database.or_set("migration"),
            database.set_inserted(&[
                "reads_from",
                "mismatch_limit",
                "show_values",
                "switched_by",
                "switched_at",
            ]),
        );
        let reads = reads.to_string();
        let arguments = [
            migration.into(),
            reads.as_str().into(),
            limit.into(),
            i64::from(show_values).into(),
            self.actor.as_str().into(),
        ];
        driver.execute(&sql, &arguments).await?;
        if !self.words.notify.is_empty() {
            driver.execute(self.words.notify, &[]).await?;
        }
        self.audit(driver, "switch", migration, None, None, Some(&reads))
            .await
    }

    async fn mismatches(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        number: i64,
    ) -> Result<Vec<Mismatch>, Trouble> {
        let sql = format!(
            "SELECT {}, m.table_name, m.column_name, m.row_key, m.legacy, m.target, m.instance FROM colmig_mismatch m \
             JOIN colmig_switch s ON s.migration = m.migration AND m.at >= s.switched_at \
             WHERE m.migration = $1 ORDER BY m.seq DESC LIMIT $2",
            Words::fill(self.words.iso, "m.at")
        );
        let rows = driver
            .query(&sql, &[migration.into(), number.into()])
            .await?;
        rows.into_iter()
            .map(|row| {
                let mut row = Columns::of(row);
                Ok(Mismatch {
                    at: row.text()?,
                    table: row.text()?,
                    column: row.text()?,
                    key: row.text()?,
                    legacy: row.optional(),
                    target: row.optional(),
                    instance: row.text()?,
                })
            })
            .collect()
    }
}

impl SqlStore {
    /// Moves the switch back to where it begins, for a migration that is taken back.
    pub(super) async fn unswitch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<(), Failure> {
        let sql = "UPDATE colmig_switch SET reads_from = 'legacy', switched = switched + 1 \
                   WHERE migration = $1 AND reads_from <> 'legacy'";
        driver.execute(sql, &[migration.into()]).await.map(drop)
    }
}
