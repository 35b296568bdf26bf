//! The read switch, and the comparisons that found two values.

use async_trait::async_trait;
use colmig_schema::reads::{Evidence, Reads};

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::outcome::Mismatch;

/// The switch of one migration, as its row says.
#[derive(Clone, Debug, Default)]
pub(in crate::migrate) struct Switch {
    pub(in crate::migrate) reads: Reads,
    /// Since when it stands so.
    pub(in crate::migrate) since_ms: u64,
    pub(in crate::migrate) since: String,
    pub(in crate::migrate) by: String,
    pub(in crate::migrate) evidence: Evidence,
}

/// The read switch, and the comparisons that found two values.
#[async_trait]
pub(in crate::migrate) trait Switches {
    /// The switch of a migration, if it was ever moved.
    async fn switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
    ) -> Result<Option<Switch>, Trouble>;

    /// Moves the switch, and makes a new epoch of it. In a transaction.
    async fn move_switch(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        reads: Reads,
        limit: u64,
        show_values: bool,
    ) -> Result<(), Failure>;

    /// The newest comparisons that found two values since the switch was moved.
    async fn mismatches(
        &self,
        driver: &mut dyn Driver,
        migration: &str,
        number: i64,
    ) -> Result<Vec<Mismatch>, Trouble>;
}
