//! Settings that were changed for the time of a backfill.

use async_trait::async_trait;

use super::state::{Migration, Setting};
use super::{MongoDbStore, documents, iso, unit};
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::store::{Trouble, Tunings};
use crate::migrate::tuning::Tuned;

#[async_trait]
impl Tunings for MongoDbStore {
    async fn tuned(&self, driver: &mut dyn Driver, migration: &str) -> Result<Vec<Tuned>, Trouble> {
        let state = unit::look_at(documents(driver)?, migration).await?;
        let tuning = state.migrations.get(migration).map(|found| &*found.tuning);
        let tuned = tuning.unwrap_or_default().iter().map(|tuned| Tuned {
            key: tuned.setting.clone(),
            value: tuned.value.clone(),
            by: tuned.by.clone(),
            since: iso(tuned.at),
        });
        Ok(tuned.collect())
    }

    async fn tune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: &str,
        value: &str,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            let now = work.state.now;
            let migration = work.state.migration(migration)?;
            migration.untune(Some(key));
            migration.tuning.push(Setting {
                setting: key.to_owned(),
                value: value.to_owned(),
                by: self.actor.clone(),
                at: now,
            });
            migration.tuning.sort_by(|a, b| a.setting.cmp(&b.setting));
            Ok(())
        })
        .await
    }

    async fn untune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: Option<&str>,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            if let Some(migration) = work.state.migrations.get_mut(migration) {
                migration.untune(key);
            }
            Ok(())
        })
        .await
    }
}

impl Migration {
    /// Forgets one setting, or all.
    pub(super) fn untune(&mut self, key: Option<&str>) {
        let kept = |tuned: &Setting| key.is_some_and(|key| tuned.setting != key);
        self.tuning.retain(kept);
    }
}
