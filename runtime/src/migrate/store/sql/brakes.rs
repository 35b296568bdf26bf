//! What holds a backfill, and what was so when it began.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use super::ranges::OF_STEP;
use super::{Columns, SqlStore};
use crate::migrate::backfill::{Baseline, Hold};
use crate::migrate::driver::{Driver, Failure, Value, Words};
use crate::migrate::error::{Place, millis};
use crate::migrate::store::{Brakes, Trouble};

#[async_trait]
impl Brakes for SqlStore {
    async fn write_holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: &str,
        holds: &[Hold],
        heeded: Duration,
    ) -> Result<(), Failure> {
        let key = super::key(place);
        let sql = format!("DELETE FROM colmig_brake WHERE {OF_STEP} AND owner = $4");
        let ours = [&key[..], &[owner.into()]].concat();
        driver.execute(&sql, &ours).await?;
        let later = Words::fill(self.words.later, "$9");
        for hold in holds {
            let sql = format!(
                "INSERT INTO colmig_brake (migration, phase, step, owner, brake, reading, threshold, held_ms, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {later})"
            );
            let arguments = [
                &ours[..],
                &[
                    hold.brake.as_str().into(),
                    hold.reading.as_str().into(),
                    hold.threshold.as_str().into(),
                    hold.held_ms.into(),
                    millis(heeded).into(),
                ],
            ]
            .concat();
            driver.execute(&sql, &arguments).await?;
        }
        Ok(())
    }

    async fn holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: Option<&str>,
    ) -> Result<Vec<Hold>, Trouble> {
        let sql = format!(
            "SELECT brake, reading, threshold, held_ms FROM colmig_brake WHERE {OF_STEP} AND owner <> $4 AND expires_at > {} \
             ORDER BY brake, held_ms DESC",
            self.words.now
        );
        let arguments = [&super::key(place)[..], &[owner.unwrap_or_default().into()]].concat();
        let mut holds: Vec<Hold> = Vec::new();
        for row in driver.query(&sql, &arguments).await? {
            let mut row = Columns::of(row);
            let hold = Hold {
                brake: row.text()?,
                reading: row.text()?,
                threshold: row.text()?,
                held_ms: row.number()?.max(0).unsigned_abs(),
            };
            if holds.last().is_none_or(|last| last.brake != hold.brake) {
                holds.push(hold);
            }
        }
        Ok(holds)
    }

    async fn baseline(&self, driver: &mut dyn Driver, place: &Place) -> Result<Baseline, Trouble> {
        let sql = format!("SELECT name, value FROM colmig_baseline WHERE {OF_STEP}");
        let mut known = BTreeMap::new();
        for row in driver.query(&sql, &super::key(place)).await? {
            let mut row = Columns::of(row);
            known.insert(row.text()?, row.text()?);
        }
        Ok(Baseline::of(known))
    }

    async fn note_baseline(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        baseline: &Baseline,
    ) -> Result<(), Failure> {
        let sql = format!(
            "INSERT INTO colmig_baseline (migration, phase, step, name, value) VALUES ($1, $2, $3, $4, $5) {} \
             name = colmig_baseline.name",
            self.words.database.or_set("migration, phase, step, name")
        );
        for (name, value) in baseline.unwritten() {
            let noted: [Value; 2] = [name.into(), value.into()];
            let arguments = [&super::key(place)[..], &noted].concat();
            driver.execute(&sql, &arguments).await?;
        }
        Ok(())
    }

    async fn drop_brakes(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        for table in ["colmig_brake", "colmig_baseline"] {
            let sql = format!("DELETE FROM {table} WHERE {OF_STEP}");
            driver.execute(&sql, &super::key(place)).await?;
        }
        Ok(())
    }
}
