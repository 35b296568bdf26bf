//! Settings that were changed for the time of a backfill.

use async_trait::async_trait;

use super::{Columns, SqlStore};
use crate::migrate::driver::{Driver, Failure, Words};
use crate::migrate::store::{Trouble, Tunings};
use crate::migrate::tuning::Tuned;

#[async_trait]
impl Tunings for SqlStore {
    async fn tuned(&self, driver: &mut dyn Driver, migration: &str) -> Result<Vec<Tuned>, Trouble> {
        let sql = format!(
            "SELECT setting, value, tuned_by, {} FROM colmig_tuning WHERE migration = $1 ORDER BY setting",
            Words::fill(self.words.iso, "tuned_at")
        );
        let rows = driver.query(&sql, &[migration.into()]).await?;
        rows.into_iter()
            .map(|row| {
                let mut row = Columns::of(row);
                Ok(Tuned {
                    key: row.text()?,
                    value: row.text()?,
                    by: row.text()?,
                    since: row.text()?,
                })
            })
            .collect()
    }

    async fn tune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: &str,
        value: &str,
    ) -> Result<(), Failure> {
        let Words { now, database, .. } = *self.words;
        let sql = format!(
            "INSERT INTO colmig_tuning (migration, setting, value, tuned_by, tuned_at) VALUES ($1, $2, $3, $4, {now}) {} {}",
            database.or_set("migration, setting"),
            database.set_inserted(&["value", "tuned_by", "tuned_at"]),
        );
        let arguments = [
            migration.into(),
            key.into(),
            value.into(),
            self.actor.as_str().into(),
        ];
        driver.execute(&sql, &arguments).await?;
        Ok(())
    }

    async fn untune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        match key {
            Some(key) => {
                let sql = "DELETE FROM colmig_tuning WHERE migration = $1 AND setting = $2";
                driver.execute(sql, &[migration.into(), key.into()]).await?
            }
            None => {
                let sql = "DELETE FROM colmig_tuning WHERE migration = $1";
                driver.execute(sql, &[migration.into()]).await?
            }
        };
        Ok(())
    }
}
