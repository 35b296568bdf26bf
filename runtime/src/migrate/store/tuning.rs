//! Settings that were changed for the time of a backfill.

use super::{Store, Trouble};
use crate::migrate::driver::{Dialect, Driver, Failure};
use crate::migrate::store::Columns;
use crate::migrate::tuning::Tuned;

impl Store {
    /// What was tuned for a migration, in the order of the keys.
    pub(in crate::migrate) async fn tuned(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Vec<Tuned>, Trouble> {
        let sql = format!(
            "SELECT setting, value, tuned_by, {} FROM colmig_tuning WHERE migration = $1 ORDER BY setting",
            Dialect::fill(self.dialect.iso, "tuned_at")
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

    /// Writes one of them. In a transaction.
    pub(in crate::migrate) async fn tune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: &str,
        value: &str,
    ) -> Result<(), Failure> {
        let Dialect { now, database, .. } = *self.dialect;
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

    /// Forgets one of them, or all. In a transaction.
    pub(in crate::migrate) async fn untune(
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
