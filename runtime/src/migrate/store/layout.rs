//! What colmig keeps of its own: created once, and of one version.

use std::time::Duration;

use async_trait::async_trait;

use crate::migrate::driver::{Driver, Failure};
use crate::migrate::error::Error;

/// What colmig keeps of its own: created once, and of one version.
#[async_trait]
pub(in crate::migrate) trait Layout {
    /// Creates the tables if they are missing, and checks their version. Whether they are so
    /// new that an instance of the application may not have found them yet.
    async fn prepare(&self, driver: &mut dyn Driver, lock_timeout: Duration)
    -> Result<bool, Error>;

    /// The migrations that colmig has executed here before; none where nothing was created.
    async fn remembered(&self, driver: &mut dyn Driver) -> Result<Vec<String>, Failure>;
}
