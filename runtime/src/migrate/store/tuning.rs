//! Settings that were changed for the time of a backfill.

use async_trait::async_trait;

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::tuning::Tuned;

/// Settings that were changed for the time of a backfill.
#[async_trait]
pub(in crate::migrate) trait Tunings {
    /// What was tuned for a migration, in the order of the keys.
    async fn tuned(&self, driver: &mut dyn Driver, migration: &str) -> Result<Vec<Tuned>, Trouble>;

    /// Writes one of them. In a transaction.
    async fn tune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: &str,
        value: &str,
    ) -> Result<(), Failure>;

    /// Forgets one of them, or all. In a transaction.
    async fn untune(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        key: Option<&str>,
    ) -> Result<(), Failure>;
}
