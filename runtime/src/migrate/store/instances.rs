//! The instances of the application, as they have told of themselves.

use async_trait::async_trait;
use colmig_schema::fleet::{Epoch, Instance};

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};

/// The instances of the application, and what is published for them.
#[async_trait]
pub(in crate::migrate) trait Instances {
    /// The epoch that is published.
    async fn epoch(&self, driver: &mut dyn Driver) -> Result<Epoch, Trouble>;

    /// Every instance that is known, the oldest first. Their leases end at so many
    /// milliseconds from now.
    async fn instances(&self, driver: &mut dyn Driver) -> Result<Vec<Instance>, Trouble>;

    /// Keeps every instance from taking or renewing a lease, and everybody from moving the
    /// read switch, until the transaction ends.
    async fn hold_fleet(&self, driver: &mut dyn Driver) -> Result<(), Failure>;

    /// Forgets instances that have been dead for long.
    async fn forget_dead(&self, driver: &mut dyn Driver) -> Result<(), Failure>;
}
