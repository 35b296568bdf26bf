//! The collections themselves: created once, and of one version.

use std::time::Duration;

use async_trait::async_trait;
use mongodb::IndexModel;
use mongodb::bson::{Bson, Document, doc};

use super::switch::MISMATCHES;
use super::{MongoDbStore, documents, state};
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::error::Error;
use crate::migrate::store::Layout;
use crate::mongodb::{ID, STATE};

/// The version of the layout that this build writes and reads.
const VERSION: i64 = 1;

/// What is older than this was found by every instance long ago.
const YOUNG_MS: i64 = 10_000;

/// Several that create it at once: each of the others waits for the first.
const TRIES: u32 = 10;

#[async_trait]
impl Layout for MongoDbStore {
    async fn prepare(
        &self,
        driver: &mut dyn Driver,
        lock_timeout: Duration,
    ) -> Result<bool, Error> {
        let documents = documents(driver).map_err(unprepared)?;
        let mut found = version(documents).await.map_err(unprepared)?;
        for attempt in 1.. {
            if found.is_some() {
                break;
            }
            match create(documents).await {
                Ok(()) => {}
                // Somebody else creates it this very moment.
                Err(
                    Failure::Conflict { .. }
                    | Failure::LockTimeout(_)
                    | Failure::Again(_)
                    | Failure::Refused { exists: true, .. },
                ) if attempt < TRIES => tokio::time::sleep(lock_timeout).await,
                Err(failure) => return Err(unprepared(failure)),
            }
            found = version(documents).await.map_err(unprepared)?;
        }
        let found = found.unwrap_or_default();
        let number = |name: &str| match found.get(name) {
            Some(Bson::Int32(number)) => Some(i64::from(*number)),
            Some(Bson::Int64(number)) => Some(*number),
            _ => None,
        };
        match (number("version"), number("age")) {
            (Some(VERSION), Some(age)) => Ok(age < YOUNG_MS),
            (Some(VERSION), None) | (None, _) => Err(Error::Damaged(format!(
                "`{ID}` in {STATE} names no version"
            ))),
            (Some(found), _) => Err(Error::Layout {
                found,
                known: VERSION,
            }),
        }
    }

    async fn remembered(&self, driver: &mut dyn Driver) -> Result<Vec<String>, Failure> {
        let state = state::read(documents(driver)?).await?;
        let migrations = state.map(|state| state.migrations).unwrap_or_default();
        let executed = migrations
            .into_iter()
            .filter(|(_, migration)| !matches!(&*migration.state, "pending" | "aborted"));
        Ok(executed.map(|(id, _)| id).collect())
    }
}

fn unprepared(failure: Failure) -> Error {
    Error::State {
        what: "prepare colmig's collections",
        message: failure.message().to_owned(),
    }
}

/// The version and the age of what is there, if anything is. Nothing else of it is read, as it may
/// be another version's.
async fn version(documents: &mut Documents) -> Result<Option<Document>, Failure> {
    let look = vec![
        doc! { "$match": { "_id": ID } },
        doc! { "$project": { "version": 1, "age": { "$subtract": ["$$NOW", "$created_at"] } } },
    ];
    Ok(documents.aggregate(STATE, look).await?.into_iter().next())
}

async fn create(documents: &mut Documents) -> Result<(), Failure> {
    let by_time = IndexModel::builder().keys(doc! { "migration": 1, "at": 1 });
    documents.create_index(MISMATCHES, by_time.build()).await?;
    // Last: whoever finds it finds all. One that is there stays as it is.
    let new = doc! {
        "version": VERSION,
        "created_at": "$$NOW",
        "rev": 0_i64,
        "migrations": { "$literal": {} },
        "audit_seq": 0_i64,
        "audit": { "$literal": [] },
    };
    let update = vec![doc! { "$replaceWith": { "$mergeObjects": [new, "$$ROOT"] } }];
    documents
        .update_one(STATE, doc! { "_id": ID }, update, true)
        .await
        .map(drop)
}
