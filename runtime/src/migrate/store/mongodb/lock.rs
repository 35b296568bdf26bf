//! The run lock: a part of the one document, so that whatever a run writes in it asks
//! in the same write whether the lock is still its own.

use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{DateTime, doc};

use super::state::{self, State};
use super::{MongoDbStore, documents, iso, later, literal, since, unit};
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::error::millis;
use crate::migrate::outcome::RunLock;
use crate::migrate::store::{Locks, Taken, Trouble};
use crate::mongodb::{ID, STATE};

#[async_trait]
impl Locks for MongoDbStore {
    async fn take_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<Taken, Trouble> {
        let documents = documents(driver)?;
        let until = doc! { "$ifNull": ["$lock.expires_at", DateTime::from_millis(0)] };
        let filter = doc! {
            "_id": ID,
            "$expr": { "$or": [{ "$lte": [until, "$$NOW"] }, { "$eq": ["$lock.owner", literal(owner)] }] },
        };
        // The whole of it, whatever stood there.
        let lock = doc! {
            "owner": literal(owner),
            "actor": literal(self.actor.as_str()),
            "taken_at": "$$NOW",
            "expires_at": later(millis(lease)),
        };
        let update = vec![doc! { "$unset": "lock" }, doc! { "$set": { "lock": lock } }];
        if documents.update_one(STATE, filter, update, false).await? {
            return Ok(Taken::Ours);
        }
        match holder(state::read(documents).await?.as_ref()) {
            Some(holder) => Ok(Taken::Theirs(holder)),
            // It ran out between the two: the next look gets it.
            None => Err(Failure::Again("the run lock has just come free".to_owned()).into()),
        }
    }

    async fn renew_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        lease: Duration,
    ) -> Result<bool, Failure> {
        // Without counting `rev` on: nobody reads when it ends to decide what to publish.
        let update = vec![doc! { "$set": { "lock.expires_at": later(millis(lease)) } }];
        documents(driver)?
            .update_one(
                STATE,
                doc! { "_id": ID, "lock.owner": owner },
                update,
                false,
            )
            .await
    }

    async fn hold_lock(
        &self,
        driver: &mut dyn Driver,
        owner: &str,
        _: Duration,
    ) -> Result<bool, Failure> {
        let documents = documents(driver)?;
        let is_ours = |state: &State| matches!(&state.lock, Some(lock) if lock.owner == owner);
        if !documents.is_begun() {
            return Ok(is_ours(&unit::look(documents).await?));
        }
        let work = unit::work(documents).await?;
        work.fenced_by = Some(owner.to_owned());
        let ours = is_ours(&work.state);
        let lock = work.state.lock.as_ref().filter(|_| ours);
        // Nothing undoes what a statement has written by then: later it writes nothing.
        documents.held_until = lock.map(|lock| lock.expires_at);
        Ok(ours)
    }

    async fn release_lock(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure> {
        let filter = doc! { "_id": ID, "lock.owner": owner };
        let update = doc! { "$unset": { "lock": "" } };
        let documents = documents(driver)?;
        documents
            .update_one(STATE, filter, update, false)
            .await
            .map(drop)
    }

    async fn lock_holder(&self, driver: &mut dyn Driver) -> Result<Option<RunLock>, Trouble> {
        let state = state::read(documents(driver)?).await?;
        Ok(holder(state.as_ref()))
    }
}

fn holder(state: Option<&State>) -> Option<RunLock> {
    let state = state?;
    let lock = state.lock.as_ref()?;
    let expires_in_ms = u64::try_from(since(state.now, lock.expires_at)).ok()?;
    (expires_in_ms > 0).then(|| RunLock {
        by: lock.actor.clone(),
        since: iso(lock.taken_at),
        expires_in_ms,
    })
}
