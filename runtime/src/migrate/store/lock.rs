//! The run lock, as it is written down.

use std::time::Duration;

use async_trait::async_trait;

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::outcome::RunLock;

/// What became of a try to take the lock.
#[derive(Clone, Debug)]
pub(in crate::migrate) enum Taken {
    Ours,
    Theirs(RunLock),
}

/// The lease of the run that executes migrations. `owner` is the secret of one run.
#[async_trait]
pub(in crate::migrate) trait Locks {
    /// Takes the lock, unless somebody else's lease lasts. In a transaction.
    async fn take_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<Taken, Trouble>;

    /// Lets the lease last for so long from now on. Whether the lock is still this owner's.
    /// In a transaction.
    async fn renew_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure>;

    /// Whether the lock is this owner's, and stays so until the commit. As the last thing in a
    /// transaction.
    async fn hold_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure>;

    /// Gives the lock back, if it is this owner's.
    async fn release_lock(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure>;

    /// Who holds the lock, if anybody does.
    async fn lock_holder(&self, driver: &mut dyn Driver) -> Result<Option<RunLock>, Trouble>;
}
