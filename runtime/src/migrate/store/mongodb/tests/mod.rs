//! Against real servers: the shared replica set, and where one has to fail on demand, or has no
//! transactions, a server by itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use colmig_harness::bson::{Document, doc};
use colmig_harness::{MongoDb, MongoDbEndpoint, ReplicaSet, Storage, shared_mongodb};
use colmig_schema::script::Convert;
use colmig_schema::{Phase, Progress, Reads};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::convert;
use crate::migrate::backfill::{Baseline, Hold, Key};
use crate::migrate::driver::{Connector, Driver, Failure, Value, Waits, end};
use crate::migrate::error::{Error, Place};
use crate::migrate::store::{self, Headway, Job, Published, Store, Sums, Taken, Trouble};

mod lock;
mod publish;
mod ranges;
mod read_back;

const ID: &str = "0001_a";
const LEASE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

/// A database of a test's own.
struct Base {
    server: MongoDbEndpoint,
    name: String,
    connector: Connector,
}

impl Base {
    fn shared(name: &str) -> Base {
        Base::on(&shared_mongodb().unwrap(), name)
    }

    fn on(server: &MongoDbEndpoint, name: &str) -> Base {
        let name = server.create_database(name).unwrap();
        let connector = Connector::new(&server.url(&name)).unwrap();
        Base {
            server: server.clone(),
            name,
            connector,
        }
    }

    /// A connection, and what writes in somebody's name on it.
    async fn open(&self, actor: &str) -> (Box<dyn Driver>, Arc<dyn Store>) {
        let mut driver = self.connector.open().await.unwrap();
        let store = store::of(&mut *driver, actor.to_owned()).unwrap();
        store
            .prepare(&mut *driver, Duration::from_millis(20))
            .await
            .unwrap();
        (driver, store)
    }

    fn command(&self, command: Document) -> Document {
        self.server.command(&self.name, command).unwrap()
    }

    fn all(&self, collection: &str) -> Vec<Document> {
        let answer = self.command(doc! { "find": collection, "sort": { "_id": 1 } });
        let batch = answer.get_document("cursor").unwrap();
        let batch = batch.get_array("firstBatch").unwrap();
        let documents = batch.iter().map(|one| one.as_document().unwrap().clone());
        documents.collect()
    }

    fn state(&self) -> Document {
        self.all("colmig_state").remove(0)
    }

    /// As an instance of the application does it: its own document first.
    fn join(&self, id: &str, expires_in_ms: i64) {
        let expires = doc! { "$add": ["$$NOW", expires_in_ms] };
        let seat = doc! { "$set": {
            "build": "v1", "host": "here", "pid": 7_i64, "models": "{}", "acknowledged": 0_i64,
            "began_at": "$$NOW", "seen_at": "$$NOW", "expires_at": expires,
        } };
        self.command(doc! {
            "update": "colmig_instance",
            "updates": [{ "q": { "_id": id }, "u": [seat], "upsert": true }],
        });
        self.command(doc! {
            "update": "colmig_state",
            "updates": [{ "q": { "_id": "colmig" }, "u": { "$inc": { "rev": 1_i64 } } }],
        });
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        let _ = self.server.drop_database(&self.name);
    }
}

/// A server by itself, which fails on demand.
fn failing() -> MongoDb {
    MongoDb::builder()
        .storage(Storage::Memory)
        .parameter("enableTestCommands", "1")
        .start()
        .unwrap()
}

fn fail(server: &MongoDb, mode: impl Into<colmig_harness::bson::Bson>, data: Document) {
    let fail = doc! { "configureFailPoint": "failCommand", "mode": mode.into(), "data": data };
    server.command("admin", fail).unwrap();
}

fn waits() -> Waits {
    Waits::of(Duration::from_secs(1))
}

fn place(step: &str) -> Place {
    Place {
        migration: ID.to_owned(),
        phase: Phase::Backfill,
        step: step.to_owned(),
    }
}

fn published(generation: i64) -> Published<'static> {
    Published {
        id: ID,
        parent: None,
        digest: "d",
        generation,
        changes: "[]",
    }
}

fn key(number: i64) -> Key {
    Key::from(vec![Value::Int(number)])
}

async fn publish(driver: &mut dyn Driver, store: &dyn Store, generation: i64, to: Progress) {
    driver.begin(&waits()).await.unwrap();
    let written = store.publish(driver, &published(generation), to).await;
    end(driver, written).await.unwrap();
}

/// With a migration that fills rows in this many ranges.
async fn dividing(driver: &mut dyn Driver, store: &dyn Store, ranges: i64) -> Place {
    publish(driver, store, 0, Progress::Running(Phase::Backfill)).await;
    let place = place("fill");
    driver.begin(&waits()).await.unwrap();
    let bounds: Vec<Key> = (1..ranges).map(key).collect();
    let divided = store.divide(driver, &place, &bounds).await;
    end(driver, divided).await.unwrap();
    place
}

async fn take(driver: &mut dyn Driver, store: &dyn Store, owner: &str, lease: Duration) -> bool {
    let taken = store.take_lock(driver, owner, lease).await.unwrap();
    matches!(taken, Taken::Ours)
}
