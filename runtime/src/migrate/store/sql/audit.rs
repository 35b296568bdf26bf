//! Who did what, and when.

use async_trait::async_trait;

use super::{Columns, SqlStore};
use crate::migrate::driver::{Driver, Failure, Words};
use crate::migrate::outcome::AuditEntry;
use crate::migrate::store::{Audit, Trouble};

#[async_trait]
impl Audit for SqlStore {
    async fn audit(
        &self,
        driver: &mut dyn Driver,
        action: &str,
        migration: &str,
        phase: Option<&str>,
        step: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), Failure> {
        let sql = "INSERT INTO colmig_audit (actor, action, migration, phase, step, detail) VALUES ($1, $2, $3, $4, $5, $6)";
        let arguments = [
            self.actor.as_str().into(),
            action.into(),
            migration.into(),
            phase.into(),
            step.into(),
            detail.into(),
        ];
        driver.execute(sql, &arguments).await?;
        Ok(())
    }

    async fn audited(
        &self,
        driver: &mut dyn Driver,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Trouble> {
        let at = Words::fill(self.words.iso, "at");
        let sql = format!(
            "SELECT CAST(seq AS {}), {at}, actor, action, migration, phase, step, detail FROM colmig_audit ORDER BY seq DESC LIMIT $1",
            self.words.database.as_integer()
        );
        let rows = driver.query(&sql, &[i64::from(limit).into()]).await?;
        rows.into_iter()
            .map(|row| {
                let mut row = Columns::of(row);
                Ok(AuditEntry {
                    seq: row.number()?,
                    at: row.text()?,
                    actor: row.text()?,
                    action: row.text()?,
                    migration: row.optional(),
                    phase: row.optional(),
                    step: row.optional(),
                    detail: row.optional(),
                })
            })
            .collect()
    }
}
