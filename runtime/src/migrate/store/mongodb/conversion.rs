//! What instances of the application convert by a rule in Rust, as the executor sees it. The
//! instances write it as well, each document with its own condition.

use async_trait::async_trait;
use colmig_schema::Phase;
use colmig_schema::script::Convert;
use mongodb::bson::{Document, doc};
use serde::Deserialize;
use tokio::time::sleep;

use super::ranges::LOOK;
use super::{MongoDbStore, documents, keys_of, literal, read};
use crate::convert::State;
use crate::migrate::driver::{Documents, Driver, Failure, Row, Value};
use crate::migrate::error::Place;
use crate::migrate::store::{Conversion, Conversions, Job, Trouble};

const CONVERSIONS: &str = "colmig_conversion";
const FAILURES: &str = "colmig_conversion_failure";
const WORKERS: &str = "colmig_conversion_worker";

#[derive(Deserialize)]
struct Found {
    state: String,
    pass: i64,
    covered: i64,
    filled: i64,
    failed: i64,
}

#[derive(Deserialize)]
struct Failed {
    row_key: String,
    value: Option<String>,
    reason: String,
}

#[async_trait]
impl Conversions for MongoDbStore {
    async fn open_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure> {
        let documents = documents(driver)?;
        let step = job.place.step.as_str();
        let anew = doc! {
            "state": "open",
            "step": step,
            "next_key": null,
            "ended": 0_i64,
            "covered": 0_i64,
            "changed": 0_i64,
            "failed": 0_i64,
            "ranges": [],
        };
        let mut of_next_step = anew.clone();
        of_next_step.insert("filled", 0_i64);
        // Where instances add nothing to it: it is held, or a step before has come to its end.
        let at_rest = [
            (
                doc! { "_id": key(job), "step": step, "state": "held" },
                anew,
            ),
            (
                doc! { "_id": key(job), "step": { "$ne": step }, "state": { "$ne": "open" } },
                of_next_step,
            ),
        ];
        for (at_rest, anew) in at_rest {
            let look = vec![doc! { "$match": at_rest.clone() }];
            if !documents.aggregate(CONVERSIONS, look).await?.is_empty() {
                documents.delete_many(FAILURES, fields(job)).await?;
                let open = doc! { "$set": anew, "$inc": { "pass": 1_i64, "claims": 1_i64 } };
                documents
                    .update_one(CONVERSIONS, at_rest, open, false)
                    .await?;
            }
        }
        let new = vec![doc! { "$replaceWith": { "$mergeObjects": [{
            "state": "open",
            "step": literal(step),
            "pass": 1_i64,
            "next_key": null,
            "ended": 0_i64,
            "claims": 0_i64,
            "covered": 0_i64,
            "changed": 0_i64,
            "filled": 0_i64,
            "failed": 0_i64,
            "ranges": { "$literal": [] },
            "began_at": "$$NOW",
        }, "$$ROOT"] } }];
        documents
            .update_one(CONVERSIONS, doc! { "_id": key(job) }, new, true)
            .await
            .map(drop)
    }

    async fn conversion(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
    ) -> Result<Option<Conversion>, Trouble> {
        let documents = documents(driver)?;
        let look = vec![doc! { "$match": { "_id": key(job) } }];
        let found = documents.aggregate(CONVERSIONS, look).await?;
        let Some(found) = found.into_iter().next() else {
            return Ok(None);
        };
        let found: Found = read(CONVERSIONS, found)?;
        let live = vec![doc! { "$match": {
            "_id": keys_of(&key(job)),
            "$expr": { "$gt": ["$expires_at", "$$NOW"] },
        } }];
        let workers = documents.aggregate(WORKERS, live).await?.len();
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(Some(Conversion {
            state: State::read(&found.state).ok_or_else(|| {
                Trouble::Damaged(format!("`{}` in {CONVERSIONS} is no state", found.state))
            })?,
            pass: u32::try_from(found.pass).unwrap_or(u32::MAX),
            covered: count(found.covered),
            filled: count(found.filled),
            failed: count(found.failed),
            workers: workers as u64,
        }))
    }

    async fn conversion_failures(
        &self,
        driver: &mut dyn Driver,
        job: &Job<'_>,
        limit: i64,
    ) -> Result<Vec<Row>, Trouble> {
        let look = vec![
            doc! { "$match": fields(job) },
            doc! { "$sort": { "at": 1, "_id": 1 } },
            doc! { "$limit": limit.max(1) },
        ];
        let found = documents(driver)?.aggregate(FAILURES, look).await?;
        let row = |found: Document| {
            let found: Failed = read(FAILURES, found)?;
            Ok(vec![
                Value::Text(found.row_key),
                found.value.as_deref().into(),
                Value::Text(found.reason),
            ])
        };
        found.into_iter().map(row).collect()
    }

    async fn end_conversion(&self, driver: &mut dyn Driver, job: &Job<'_>) -> Result<(), Failure> {
        // There is a second step in constrain, and until then instances go on to be there for it.
        if job.place.phase != Phase::Constrain {
            return Ok(());
        }
        let done = doc! { "$set": { "state": "done" }, "$inc": { "claims": 1_i64 } };
        documents(driver)?
            .update_one(CONVERSIONS, doc! { "_id": key(job) }, done, false)
            .await
            .map(drop)
    }
}

/// Keeps instances from claiming another range of what a step converts, and waits for those that they are at:
/// what they write, they write before their leases are over.
pub(super) async fn drop_ranges(documents: &mut Documents, place: &Place) -> Result<(), Failure> {
    let of_step = doc! {
        "_id": keys_of(&doc! { "migration": place.migration.as_str() }),
        "step": place.step.as_str(),
    };
    let dropped = doc! { "$set": { "dropped": true }, "$inc": { "claims": 1_i64 } };
    documents
        .update_many(CONVERSIONS, of_step.clone(), dropped)
        .await?;
    let lives = doc! { "$gt": ["$$this.expires_at", "$$NOW"] };
    let live = doc! { "$map": { "input": { "$ifNull": ["$ranges", []] }, "in": lives } };
    let mut left = of_step;
    left.insert("$expr", doc! { "$anyElementTrue": [live] });
    let left = vec![doc! { "$match": left }, doc! { "$limit": 1 }];
    while !documents
        .aggregate(CONVERSIONS, left.clone())
        .await?
        .is_empty()
    {
        sleep(LOOK).await;
    }
    Ok(())
}

/// The key of a conversion, with which that of each of its workers begins.
fn key(job: &Job<'_>) -> Document {
    fields(job)
}

/// What each document of a conversion says of it.
fn fields(job: &Job<'_>) -> Document {
    let Convert { table, target, .. } = job.convert;
    doc! {
        "migration": job.place.migration.as_str(),
        "table_name": table.as_str(),
        "column_name": target.as_str(),
    }
}
