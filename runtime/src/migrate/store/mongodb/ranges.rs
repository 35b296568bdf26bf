//! The ranges of a backfill: which there are, who works on each, how far they are.
//!
//! Each has a document of its own, and each write of it asks whether it is still the worker's: by its
//! name, and by a lease that has not run out. What a batch writes asks for the lease alone, by the
//! time until which it lasts: a batch that arrives late writes nothing, and the worker, which then
//! cannot write down what it did either, lets go of the range. So a range whose lease has run out has
//! no batch under way, and one that has not is waited for.
//!
//! The ranges of one pass are a division, under a name that nobody else has. They count once its
//! name stands in the record of the step, so that the division comes to be, and goes, with the
//! commit of a transaction, and what a run has left that was fenced off is nobody's.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{Bson, DateTime, Document, doc};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::{MongoDbStore, documents, keys_of, later, literal, read, state, unit};
use crate::identity::token;
use crate::migrate::backfill::Key;
use crate::migrate::driver::{Documents, Driver, Failure};
use crate::migrate::error::{Place, millis};
use crate::migrate::store::{Headway, Range, Ranges, Sums, Trouble};

const RANGES: &str = "colmig_range";

/// How often whoever drops ranges looks whether workers have let go of them. A worker finds out
/// when it writes down its headway, several times a second.
pub(super) const LOOK: Duration = Duration::from_millis(20);

/// What nobody has written down as a division for so long, nobody will.
const STRAY_MS: i64 = 60 * 60 * 1000;

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    id: Id,
    /// Where it stands, for people, and to find what is nobody's.
    place: Document,
    lower: Option<String>,
    next: Option<String>,
    upper: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime>,
    claims: i64,
    covered: i64,
    changed: i64,
    done: bool,
    at: DateTime,
}

#[derive(Serialize, Deserialize)]
struct Id {
    division: String,
    ordinal: i64,
}

#[async_trait]
impl Ranges for MongoDbStore {
    async fn divide(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        bounds: &[Key],
    ) -> Result<(), Trouble> {
        let lower = std::iter::once(None).chain(bounds.iter().map(Some));
        let upper = bounds.iter().map(Some).chain(std::iter::once(None));
        let mut ranges = Vec::with_capacity(bounds.len() + 1);
        for (lower, upper) in lower.zip(upper) {
            ranges.push((written(lower)?, written(upper)?));
        }
        Ok(put(documents(driver)?, place, ranges).await?)
    }

    async fn ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<Sums, Trouble> {
        let documents = documents(driver)?;
        match division(documents, place).await? {
            Some(division) => Ok(sums_of(documents, &division).await?),
            None => Ok(Sums::default()),
        }
    }

    async fn claim(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
        digest: &str,
        owner: &str,
        lease: Duration,
    ) -> Result<Option<Range>, Trouble> {
        let documents = documents(driver)?;
        documents.until = None;
        let state = state::read_only(documents, &place.migration).await?;
        let runs = state.migrations.get(&place.migration).filter(|migration| {
            migration.state == "running"
                && migration.phase.as_deref() == Some(place.phase.name())
                && migration.digest == digest
        });
        let step = runs.and_then(|migration| migration.step(place));
        let claimed = match step.and_then(|step| step.division.as_ref()) {
            Some(division) => {
                let mut free = of_division(division);
                free.insert("done", false);
                free.insert("dropped", doc! { "$exists": false });
                // Its own, where it does not know what became of what it wrote last.
                let own = doc! { "owner": { "$in": [Bson::Null, Bson::from(owner)] } };
                let over = doc! { "$expr": { "$lte": ["$expires_at", "$$NOW"] } };
                free.insert("$or", vec![own, over]);
                let claim = doc! { "$set": {
                    "owner": literal(owner),
                    "expires_at": later(millis(lease)),
                    "claims": { "$add": ["$claims", 1_i64] },
                } };
                documents.change_one(RANGES, free, vec![claim]).await?
            }
            None => None,
        };
        let Some(claimed) = claimed else {
            let lost = doc! { "owner": owner, "dropped": true };
            let let_go = doc! { "$unset": { "owner": "" } };
            documents.update_many(RANGES, lost, let_go).await?;
            return Ok(None);
        };
        let range: Stored = read(RANGES, claimed)?;
        documents.until = range.expires_at;
        Ok(Some(Range {
            division: range.id.division,
            ordinal: range.id.ordinal,
            next: key_of(range.next.or(range.lower))?,
            upper: key_of(range.upper)?,
        }))
    }

    fn fence_of_range(&self, _: &Place, _: &Range, _: &str) -> String {
        // Each batch is guarded by the time until which the range is its worker's.
        String::new()
    }

    async fn advance_range(
        &self,
        driver: &mut dyn Driver,
        _: &Place,
        range: &Range,
        owner: &str,
        lease: Duration,
        headway: &Headway,
    ) -> Result<bool, Trouble> {
        let documents = documents(driver)?;
        // None after a write whose answer was lost: the lease may last longer by now than what guards
        // the batches says, and one of them may have come too late for that and written nothing.
        if documents.until.take().is_none() {
            return Ok(false);
        }
        let ours = doc! {
            "_id": { "division": range.division.as_str(), "ordinal": range.ordinal },
            "owner": owner,
            "dropped": { "$exists": false },
            "$expr": { "$gt": ["$expires_at", "$$NOW"] },
        };
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut set = doc! {
            "expires_at": later(millis(lease)),
            "covered": { "$add": ["$covered", count(headway.covered)] },
            "changed": { "$add": ["$changed", count(headway.changed)] },
            "done": headway.done,
        };
        if let Some(next) = written(headway.next.as_ref())? {
            set.insert("next", literal(next));
        }
        let update = vec![doc! { "$set": set }];
        let Some(advanced) = documents.change_one(RANGES, ours, update).await? else {
            return Ok(false);
        };
        let advanced: Stored = read(RANGES, advanced)?;
        documents.until = advanced.expires_at.filter(|_| !advanced.done);
        Ok(true)
    }

    async fn working(
        &self,
        driver: &mut dyn Driver,
        place: &Place,
    ) -> Result<BTreeMap<String, u32>, Trouble> {
        let documents = documents(driver)?;
        let mut working = BTreeMap::new();
        let Some(division) = division(documents, place).await? else {
            return Ok(working);
        };
        let live = vec![doc! { "$match": live(&division) }];
        for found in documents.aggregate(RANGES, live).await? {
            let found: Stored = read(RANGES, found)?;
            let owner = found.owner.unwrap_or_default();
            // What stands behind the name of the process tells its workers apart.
            let process = owner
                .rsplit_once(' ')
                .map_or(&*owner, |(process, _)| process);
            *working.entry(process.to_owned()).or_default() += 1;
        }
        Ok(working)
    }

    async fn give_back(&self, driver: &mut dyn Driver, owner: &str) -> Result<(), Failure> {
        let documents = documents(driver)?;
        documents.until = None;
        let ours = doc! { "owner": owner, "done": false };
        let let_go = doc! { "$unset": { "owner": "" } };
        documents.update_many(RANGES, ours, let_go).await.map(drop)
    }

    async fn begin_pass(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let documents = documents(driver)?;
        let Some(division) = division(documents, place).await? else {
            return Ok(());
        };
        let all = vec![
            doc! { "$match": of_division(&division) },
            doc! { "$sort": { "_id": 1 } },
        ];
        let mut ranges = Vec::new();
        for found in documents.aggregate(RANGES, all).await? {
            let found: Stored = read(RANGES, found).map_err(damaged)?;
            ranges.push((found.lower, found.upper));
        }
        put(documents, place, ranges).await
    }

    async fn drop_ranges(&self, driver: &mut dyn Driver, place: &Place) -> Result<(), Failure> {
        let documents = documents(driver)?;
        super::conversion::drop_ranges(documents, place).await?;
        let Some(division) = division(documents, place).await? else {
            return Ok(());
        };
        let dropped = doc! { "$set": { "dropped": true } };
        documents
            .update_many(RANGES, of_division(&division), dropped)
            .await?;
        // Nobody claims one of them or renews its lease from now on.
        let left = vec![doc! { "$match": live(&division) }, doc! { "$limit": 1 }];
        while !documents.aggregate(RANGES, left.clone()).await?.is_empty() {
            sleep(LOOK).await;
        }
        unit::change(documents, |work| {
            if let Some(migration) = work.state.migrations.get_mut(&place.migration) {
                let steps = migration.steps.iter_mut();
                let is_it = |step: &&mut state::Step| step.division.as_ref() == Some(&division);
                steps.filter(is_it).for_each(|step| step.division = None);
            }
            work.dropped.push(division.clone());
            Ok(())
        })
        .await
    }
}

/// Writes a division, which counts once this transaction is committed.
async fn put(
    documents: &mut Documents,
    place: &Place,
    ranges: Vec<(Option<String>, Option<String>)>,
) -> Result<(), Failure> {
    let division = token();
    let now = unit::look(documents).await?.now;
    let mut stored = Vec::with_capacity(ranges.len());
    for (ordinal, (lower, upper)) in (0..).zip(ranges) {
        let range = Stored {
            id: Id {
                division: division.clone(),
                ordinal,
            },
            place: super::key(place),
            lower,
            next: None,
            upper,
            owner: None,
            expires_at: None,
            claims: 0,
            covered: 0,
            changed: 0,
            done: false,
            at: now,
        };
        let range = mongodb::bson::serialize_to_document(&range);
        stored.push(range.map_err(|error| Failure::refused(error.to_string()))?);
    }
    documents.insert_missing(RANGES, &stored).await?;
    let current = unit::change(documents, |work| {
        let now = work.state.now;
        let step = work.state.migration(&place.migration)?.step_mut(place, now);
        let before = step.division.replace(division.clone());
        work.dropped.extend(before.clone());
        Ok(before)
    })
    .await?;
    let mut stray = doc! { "place": super::key(place) };
    let kept: Vec<String> = current.into_iter().chain([division]).collect();
    stray.insert("_id.division", doc! { "$nin": kept });
    stray.insert(
        "$expr",
        doc! { "$lt": ["$at", { "$subtract": ["$$NOW", STRAY_MS] }] },
    );
    documents.delete_many(RANGES, stray).await
}

/// Forgets the ranges of a division that is nobody's any more.
pub(super) async fn forget(documents: &mut Documents, division: &str) -> Result<(), Failure> {
    documents.delete_many(RANGES, of_division(division)).await
}

/// The name of the ranges by which a step is worked on.
async fn division(documents: &mut Documents, place: &Place) -> Result<Option<String>, Failure> {
    let state = unit::look_at(documents, &place.migration).await?;
    Ok(state.step(place).and_then(|step| step.division.clone()))
}

fn of_division(division: &str) -> Document {
    doc! { "_id": keys_of(&doc! { "division": division }) }
}

/// Those of a division that somebody works on.
fn live(division: &str) -> Document {
    let mut live = of_division(division);
    live.insert("done", false);
    live.insert("owner", doc! { "$type": "string" });
    live.insert("$expr", doc! { "$gt": ["$expires_at", "$$NOW"] });
    live
}

/// What the ranges of a division have come to.
pub(super) async fn sums_of(documents: &mut Documents, division: &str) -> Result<Sums, Failure> {
    #[derive(Default, Deserialize)]
    struct Found {
        ranges: i64,
        left: i64,
        covered: i64,
        changed: i64,
    }
    let left = doc! { "$cond": ["$done", 0_i64, 1_i64] };
    let sums = vec![
        doc! { "$match": of_division(division) },
        doc! { "$group": {
            "_id": null,
            "ranges": { "$sum": 1_i64 },
            "left": { "$sum": left },
            "covered": { "$sum": "$covered" },
            "changed": { "$sum": "$changed" },
        } },
    ];
    let found = documents.aggregate(RANGES, sums).await?.into_iter().next();
    let found: Found = match found {
        Some(found) => read(RANGES, found).map_err(damaged)?,
        None => Found::default(),
    };
    let count = |number: i64| number.max(0).unsigned_abs();
    Ok(Sums {
        ranges: count(found.ranges),
        left: count(found.left),
        covered: count(found.covered),
        changed: count(found.changed),
    })
}

fn damaged(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Database(failure) => failure,
        Trouble::Damaged(what) => Failure::refused(what),
        Trouble::Fenced => Failure::refused("another run has the lock"),
    }
}

fn written(key: Option<&Key>) -> Result<Option<String>, Trouble> {
    let text = key.map(serde_json::to_string).transpose();
    text.map_err(|error| Trouble::Damaged(error.to_string()))
}

fn key_of(text: Option<String>) -> Result<Option<Key>, Trouble> {
    let key = text.as_deref().map(serde_json::from_str).transpose();
    key.map_err(|error| Trouble::Damaged(format!("a key in {RANGES}: {error}")))
}
