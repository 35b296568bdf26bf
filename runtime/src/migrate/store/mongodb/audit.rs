//! Who did what, and when: written together with what was done, and moved to a collection of its
//! own afterwards. Whoever reads it looks at the one document first, so that an entry that is moved
//! meanwhile is seen twice rather than not at all.

use std::collections::BTreeMap;

use async_trait::async_trait;
use mongodb::bson::{Document, doc};

use super::state::Entry;
use super::{MongoDbStore, documents, iso, read, unit};
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::outcome::AuditEntry;
use crate::migrate::store::{Audit, Trouble};

/// The older entries.
pub(super) const AUDIT: &str = "colmig_audit";

#[async_trait]
impl Audit for MongoDbStore {
    async fn audit(
        &self,
        driver: &mut dyn Driver,
        action: &str,
        migration: &str,
        phase: Option<&str>,
        step: Option<&str>,
        detail: Option<&str>,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            work.state
                .note(&self.actor, action, migration, phase, step, detail);
            Ok(())
        })
        .await
    }

    async fn audited(
        &self,
        driver: &mut dyn Driver,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, Trouble> {
        let newest = newest(documents(driver)?, doc! {}, |_| true, limit).await?;
        Ok(newest.map(AuditEntry::from).collect())
    }
}

/// The newest entries, the newest first, as the filter and the function say with one voice.
pub(super) async fn newest(
    documents: &mut Documents,
    filter: Document,
    is_meant: impl Fn(&Entry) -> bool + Send,
    limit: u32,
) -> Result<impl Iterator<Item = Entry>, Trouble> {
    let fresh = unit::look(documents).await?.audit;
    let copied = vec![
        doc! { "$match": filter },
        doc! { "$sort": { "_id": -1 } },
        doc! { "$limit": i64::from(limit.max(1)) },
    ];
    let copied = documents.aggregate(AUDIT, copied).await?;
    let copied = copied.into_iter().map(|entry| read::<Entry>(AUDIT, entry));
    let mut entries = BTreeMap::new();
    for entry in fresh.into_iter().filter(is_meant).map(Ok).chain(copied) {
        let entry = entry?;
        entries.insert(entry.seq, entry);
    }
    Ok(entries.into_values().rev().take(limit as usize))
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        AuditEntry {
            seq: entry.seq,
            at: iso(entry.at),
            actor: entry.actor,
            action: entry.action,
            migration: entry.migration,
            phase: entry.phase,
            step: entry.step,
            detail: entry.detail,
        }
    }
}
