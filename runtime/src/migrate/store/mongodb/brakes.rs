//! What holds a backfill, and what was so when it began.

use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::state::Noted;
use super::{MongoDbStore, documents, key, keys_of, later, literal, read, unit};
use crate::migrate::backfill::{Baseline, Hold};
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::error::{Place, millis};
use crate::migrate::store::{Brakes, Trouble};

const BRAKES: &str = "colmig_brake";

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "_id")]
    id: Id,
    reading: String,
    threshold: String,
    held_ms: i64,
}

#[derive(Deserialize)]
struct Id {
    brake: String,
}

#[async_trait]
impl Brakes for MongoDbStore {
    async fn write_holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: &str,
        holds: &[Hold],
        heeded: Duration,
    ) -> Result<(), Failure> {
        let documents = documents(driver)?;
        let mut ours = key(place);
        ours.insert("owner", owner);
        // Those that hold first, so that nobody sees a moment without any.
        for hold in holds {
            let mut id = ours.clone();
            id.insert("brake", hold.brake.as_str());
            let held_ms = i64::try_from(hold.held_ms).unwrap_or(i64::MAX);
            let update = vec![doc! { "$set": {
                "reading": literal(hold.reading.as_str()),
                "threshold": literal(hold.threshold.as_str()),
                "held_ms": held_ms,
                "expires_at": later(millis(heeded)),
            } }];
            documents
                .update_one(BRAKES, doc! { "_id": id }, update, true)
                .await?;
        }
        let kept: Vec<&str> = holds.iter().map(|hold| hold.brake.as_str()).collect();
        let gone = doc! { "_id": keys_of(&ours), "_id.brake": { "$nin": kept } };
        documents.delete_many(BRAKES, gone).await
    }

    async fn holds(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        owner: Option<&str>,
    ) -> Result<Vec<Hold>, Trouble> {
        let held = doc! {
            "_id": keys_of(&key(place)),
            "_id.owner": { "$ne": owner.unwrap_or_default() },
            "$expr": { "$gt": ["$expires_at", "$$NOW"] },
        };
        let in_order = doc! { "_id.brake": 1, "held_ms": -1 };
        let look = vec![doc! { "$match": held }, doc! { "$sort": in_order }];
        let mut holds: Vec<Hold> = Vec::new();
        for found in documents(driver)?.aggregate(BRAKES, look).await? {
            let found: Found = read(BRAKES, found)?;
            let hold = Hold {
                brake: found.id.brake,
                reading: found.reading,
                threshold: found.threshold,
                held_ms: found.held_ms.max(0).unsigned_abs(),
            };
            if holds.last().is_none_or(|last| last.brake != hold.brake) {
                holds.push(hold);
            }
        }
        Ok(holds)
    }

    async fn baseline(&self, driver: &mut dyn Driver, place: &Place) -> Result<Baseline, Trouble> {
        let mut state = unit::look_at(documents(driver)?, &place.migration).await?;
        let migration = state.migrations.remove(&place.migration);
        let noted = migration.map(|migration| migration.baseline);
        let noted = noted.unwrap_or_default().into_iter();
        let ours = noted.filter(|noted| noted.is_of(place));
        Ok(Baseline::of(
            ours.map(|noted| (noted.name, noted.value)).collect(),
        ))
    }

    async fn note_baseline(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        baseline: &Baseline,
    ) -> Result<(), Failure> {
        unit::change(documents(driver)?, |work| {
            let migration = work.state.migration(&place.migration)?;
            for (name, value) in baseline.unwritten() {
                let known = |noted: &Noted| noted.is_of(place) && noted.name == name;
                if !migration.baseline.iter().any(known) {
                    migration.baseline.push(Noted {
                        phase: place.phase.name().to_owned(),
                        step: place.step.clone(),
                        name: name.to_owned(),
                        value: value.to_owned(),
                    });
                }
            }
            Ok(())
        })
        .await
    }

    async fn drop_brakes(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let documents = documents(driver)?;
        drop_brakes_of(documents, key(place)).await?;
        unit::change(documents, |work| {
            if let Some(migration) = work.state.migrations.get_mut(&place.migration) {
                migration.baseline.retain(|noted| !noted.is_of(place));
            }
            Ok(())
        })
        .await
    }
}

impl Noted {
    fn is_of(&self, place: &Place) -> bool {
        self.phase == place.phase.name() && self.step == place.step
    }
}

/// Forgets what holds a step, or all steps of a migration. A process that it holds still writes it
/// down again, and what was written runs out.
pub(super) async fn drop_brakes_of(documents: &mut Documents, of: Document) -> Result<(), Failure> {
    documents
        .delete_many(BRAKES, doc! { "_id": keys_of(&of) })
        .await
}
