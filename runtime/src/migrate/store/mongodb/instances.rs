//! The instances of the application, as they have told of themselves.
//!
//! Whoever joins counts `rev` on in the one document, behind its own. So what is published after a
//! look at the instances is written only if none has joined since the one document was read.

use async_trait::async_trait;
use colmig_schema::fleet::{Epoch, Instance};
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::state::State;
use super::{MongoDbStore, documents, read, unit};
use crate::migrate::driver::{Driver, Failure};
use crate::migrate::store::{Instances, Trouble};
use crate::mongodb::INSTANCES;

/// For how long the document of a dead instance is kept, for whoever wants to know what it was.
const KEEP_MS: i64 = 60 * 60 * 1000;

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "_id")]
    id: String,
    build: String,
    host: String,
    pid: i64,
    models: String,
    acknowledged: i64,
    /// How long its lease lasts.
    left: i64,
}

#[async_trait]
impl Instances for MongoDbStore {
    async fn epoch(&self, driver: &mut dyn Driver) -> Result<Epoch, Trouble> {
        Ok(epoch_of(&unit::look(documents(driver)?).await?))
    }

    async fn instances(&self, driver: &mut dyn Driver) -> Result<Vec<Instance>, Trouble> {
        let all = vec![
            doc! { "$sort": { "began_at": 1, "_id": 1 } },
            doc! { "$set": { "left": { "$subtract": ["$expires_at", "$$NOW"] } } },
        ];
        let documents = documents(driver)?;
        // Whoever concludes from them that nobody is left must not have asked a server on which leases
        // have run out only because they are renewed on another.
        let found = documents.aggregate_of_now(INSTANCES, all).await?;
        let instance = |found: Document| {
            let found: Found = read(INSTANCES, found)?;
            Ok(Instance {
                id: found.id,
                build: found.build,
                host: found.host,
                pid: found.pid,
                expires_at: found.left,
                acknowledged: found.acknowledged,
                // What cannot be read was told by another version: it counts as nothing.
                understands: serde_json::from_str(&found.models).unwrap_or_default(),
            })
        };
        found.into_iter().map(instance).collect()
    }

    async fn hold_fleet(&self, driver: &mut dyn Driver) -> Result<(), Failure> {
        // Nobody is held: the commit fails if anybody has come between this read and it.
        unit::work(documents(driver)?).await.map(drop)
    }

    async fn forget_dead(&self, driver: &mut dyn Driver) -> Result<(), Failure> {
        let long_ago = doc! { "$subtract": ["$$NOW", KEEP_MS] };
        let dead = doc! { "$expr": { "$lt": ["$expires_at", long_ago] } };
        documents(driver)?.delete_many(INSTANCES, dead).await
    }
}

/// What is published, as a number.
fn epoch_of(state: &State) -> Epoch {
    let migrations = state.migrations.values();
    migrations
        .map(|migration| {
            let switched = migration
                .switch
                .as_ref()
                .map_or(0, |switch| switch.switched);
            migration.generation + switched
        })
        .sum()
}
