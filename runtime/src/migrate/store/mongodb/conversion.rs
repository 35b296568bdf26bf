//! What instances of the application convert by a rule in Rust, as the executor sees it. The
//! instances write it as well, each document with its own condition.

use async_trait::async_trait;
use colmig_schema::script::Convert;
use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::{MongoDbStore, documents, keys_of, read};
use crate::convert::State;
use crate::migrate::driver::{Driver, Failure, Row, Value};
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
        let anew = doc! { "$set": {
            "state": "open",
            "next_key": null,
            "ended": 0_i64,
            "covered": 0_i64,
            "changed": 0_i64,
            "failed": 0_i64,
        } };
        // Before it is opened: no instance adds to them while it is held.
        let held = vec![doc! { "$match": { "_id": key(job), "state": "held" } }];
        if !documents.aggregate(CONVERSIONS, held).await?.is_empty() {
            documents.delete_many(FAILURES, fields(job)).await?;
            let mut open = anew;
            open.insert("$inc", doc! { "pass": 1_i64 });
            let held = doc! { "_id": key(job), "state": "held" };
            documents.update_one(CONVERSIONS, held, open, false).await?;
        }
        let new = vec![doc! { "$replaceWith": { "$mergeObjects": [{
            "state": "open",
            "pass": 1_i64,
            "next_key": null,
            "ended": 0_i64,
            "claims": 0_i64,
            "covered": 0_i64,
            "changed": 0_i64,
            "filled": 0_i64,
            "failed": 0_i64,
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
        let done = doc! { "$set": { "state": "done" } };
        documents(driver)?
            .update_one(CONVERSIONS, doc! { "_id": key(job) }, done, false)
            .await
            .map(drop)
    }
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
