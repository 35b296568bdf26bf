//! What holds a backfill, and what was so when it began.

use std::time::Duration;

use async_trait::async_trait;

use super::Trouble;
use crate::migrate::backfill::{Baseline, Hold};
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::error::Place;

/// What holds a backfill, and what was so when it began.
#[async_trait]
pub(in crate::migrate) trait Brakes {
    /// Writes down what holds a process, instead of what held it before. In a transaction.
    async fn write_holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: &str,
        holds: &[Hold],
        heeded: Duration,
    ) -> Result<(), Failure>;

    /// What holds a backfill, as processes other than `owner` have written it down; each brake
    /// once.
    async fn holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: Option<&str>,
    ) -> Result<Vec<Hold>, Trouble>;

    /// What was so when a backfill began.
    async fn baseline(&self, driver: &mut dyn Driver, place: &Place) -> Result<Baseline, Trouble>;

    /// Writes down what was so when a backfill began, unless that was done. In a transaction.
    async fn note_baseline(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        baseline: &Baseline,
    ) -> Result<(), Failure>;

    /// Forgets both, of a backfill that is done. In a transaction.
    async fn drop_brakes(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure>;
}
