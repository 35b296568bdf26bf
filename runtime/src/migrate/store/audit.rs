//! Who did what, and when.

use async_trait::async_trait;

use super::Trouble;
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::outcome::AuditEntry;

/// Who did what, and when.
#[async_trait]
pub(in crate::migrate) trait Audit {
    /// Writes who did what. In a transaction.
    async fn audit(
        &self,
        driver: &mut dyn Driver,
        action: &str,
        migration: &str,
        phase: Option<&str>,
        step: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), Failure>;

    /// The newest entries of the audit, the newest first.
    async fn audited(
        &self,
        driver: &mut dyn Driver,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Trouble>;
}
