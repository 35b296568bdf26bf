//! The instances of the application, as their rows say.

use async_trait::async_trait;
use colmig_schema::fleet::{Epoch, Instance};

use super::{Columns, SqlStore};
use crate::migrate::driver::{Driver, Failure, Words};
use crate::migrate::store::{Instances, Trouble};

/// For how long the row of a dead instance is kept, for whoever wants to know what it was.
const KEEP_MS: i64 = 60 * 60 * 1000;

#[async_trait]
impl Instances for SqlStore {
    async fn epoch(&self, driver: &mut dyn Driver) -> Result<Epoch, Trouble> {
        let sql = crate::fleet::words::count_published(self.words.database);
        let rows = driver.query(&sql, &[]).await?;
        rows.into_iter()
            .next()
            .map_or(Ok(0), |row| Columns::of(row).number())
    }

    async fn instances(&self, driver: &mut dyn Driver) -> Result<Vec<Instance>, Trouble> {
        let sql = format!(
            "SELECT id, build, host, pid, -{}, acknowledged, models FROM colmig_instance ORDER BY began_at, id",
            Words::fill(self.words.age, "expires_at"),
        );
        let rows = driver.query(&sql, &[]).await?;
        rows.into_iter()
            .map(|row| {
                let mut row = Columns::of(row);
                Ok(Instance {
                    id: row.text()?,
                    build: row.text()?,
                    host: row.text()?,
                    pid: row.number()?,
                    expires_at: row.number()?,
                    acknowledged: row.number()?,
                    // What cannot be read was told by another version: it counts as nothing.
                    understands: serde_json::from_str(&row.text()?).unwrap_or_default(),
                })
            })
            .collect()
    }

    async fn hold_fleet(&self, driver: &mut dyn Driver) -> Result<(), Failure> {
        if !self.words.hold_fleet.is_empty() {
            driver.execute(self.words.hold_fleet, &[]).await?;
        }
        Ok(())
    }

    async fn forget_dead(&self, driver: &mut dyn Driver) -> Result<(), Failure> {
        let sql = format!(
            "DELETE FROM colmig_instance WHERE expires_at < {}",
            Words::fill(self.words.later, "$1")
        );
        driver.execute(&sql, &[(-KEEP_MS).into()]).await?;
        Ok(())
    }
}
