//! What there is to convert, and who is at which range: one document for each field.

use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::{Hint, ReadConcern};
use serde::Deserialize;

use super::{Error, State, Worker, millis};
use crate::document::{Computed, DocumentRule};
use crate::flight::Flight;
use crate::private::Descriptor;

const CONVERSIONS: &str = "colmig_conversion";
pub(super) const FAILURES: &str = "colmig_conversion_failure";
const WORKERS: &str = "colmig_conversion_worker";

/// One field that is converted.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) migration: &'static str,
    pub(super) collection: &'static str,
    pub(super) target: &'static str,
    /// The fields that the function is called with.
    pub(super) read: Vec<&'static str>,
    pub(super) rule: &'static dyn DocumentRule,
    /// Whether the field is new, so that only documents without a value are of interest.
    pub(super) fills: bool,
    /// Whether null is none.
    pub(super) null_is_old: bool,
}

/// A key of a document, which may be null itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Bound {
    pub(super) key: Bson,
}

/// A range that is claimed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Range {
    pub(super) id: i64,
    /// The key at which it begins; none if it goes from the first document on.
    pub(super) lower: Option<Bound>,
    /// The first key behind it; none if it goes to the end.
    pub(super) upper: Option<Bound>,
    /// The pass over the collection that it belongs to, from 1.
    pub(super) pass: i64,
    worker: String,
    /// Until when it is the worker's, by the server's clock.
    pub(super) expires_at: DateTime,
}

/// The document of a job.
#[derive(Debug, Deserialize)]
struct Found {
    state: String,
    pass: i64,
    next_key: Option<Bound>,
    ended: i64,
    /// How often it was changed.
    claims: i64,
    changed: i64,
    failed: i64,
    #[serde(default)]
    ranges: Vec<Range>,
    /// Whether an abort takes it back.
    #[serde(default)]
    dropped: bool,
    now: DateTime,
}

/// What came of a range.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// The documents that were looked at.
    pub(super) covered: u64,
    /// Those that were to be written.
    pub(super) changed: u64,
    /// Those that were.
    pub(super) filled: u64,
    /// Those that do not convert.
    pub(super) failed: u64,
}

/// What came of a claim.
#[derive(Debug)]
pub(super) enum Claim {
    /// Nothing is left for anybody.
    Ended,
    /// Nothing is to be had now.
    Nothing,
    /// Another claim may get something.
    Again,
    Range(Box<Range>),
}

impl Job {
    /// The conversion of a field; none if a rule of the server's does it, or nothing.
    pub(super) fn of(descriptor: &'static Descriptor, flight: &'static Flight) -> Option<Job> {
        let computed = Computed::of(flight)?;
        Some(Job {
            migration: flight.migration,
            collection: descriptor.table,
            target: descriptor.column(flight.field),
            read: computed.read(descriptor),
            rule: computed.rule(),
            fills: computed.legacy().is_none(),
            null_is_old: flight.null_is_old,
        })
    }

    /// What each document of it says of it.
    pub(super) fn fields(&self) -> Document {
        doc! {
            "migration": self.migration,
            "table_name": self.collection,
            "column_name": self.target,
        }
    }

    async fn look(&self, worker: &Worker) -> Result<Option<Found>, Error> {
        let look = vec![
            doc! { "$match": { "_id": self.fields() } },
            doc! { "$addFields": { "now": "$$NOW" } },
        ];
        let conversions = worker.place()?.own(CONVERSIONS);
        let look = conversions.aggregate(look).with_type::<Found>();
        let found = crate::mongodb::all(look.await?).await?;
        Ok(found.into_iter().next())
    }

    /// Changes the document of the job if nobody has done so since it was read. Whether it was changed.
    async fn change(
        &self,
        worker: &Worker,
        found: &Found,
        set: Document,
        mut add: Document,
    ) -> Result<bool, Error> {
        let as_it_was = doc! { "_id": self.fields(), "claims": found.claims };
        add.insert("claims", 1_i64);
        let change = doc! { "$set": set, "$inc": add };
        let conversions = worker.place()?.own(CONVERSIONS);
        let changed = conversions.update_one(as_it_was, change).await?;
        Ok(changed.matched_count == 1)
    }

    /// Says that somebody is at it, and claims a range: one whose lease has run out, or the
    /// next one. Where all of a pass is done, begins the next, or says what it has proved.
    pub(super) async fn claim(&self, worker: &Worker) -> Result<Claim, Error> {
        let Some(found) = self.look(worker).await? else {
            return Ok(Claim::Nothing);
        };
        match State::read(&found.state) {
            Some(State::Done) => return Ok(Claim::Ended),
            Some(State::Open) if !found.dropped => {}
            _ => return Ok(Claim::Nothing),
        }
        self.tell(worker).await?;
        let mut ranges = found.ranges.clone();
        let over = ranges
            .iter_mut()
            .find(|range| range.expires_at <= found.now);
        if let Some(range) = over {
            range.worker.clone_from(&worker.name);
            range.expires_at = later(&found, worker);
            let range = range.clone();
            let set = doc! { "ranges": written(&ranges) };
            return self.claimed(worker, &found, range, set).await;
        }
        if found.ended != 0 {
            return match ranges.is_empty() {
                true => self.end_pass(worker, &found).await,
                // Somebody is at the last of it.
                false => Ok(Claim::Nothing),
            };
        }
        let upper = self.boundary(worker, found.next_key.as_ref()).await?;
        let range = Range {
            id: found.claims,
            lower: found.next_key.clone(),
            upper,
            pass: found.pass,
            worker: worker.name.clone(),
            expires_at: later(&found, worker),
        };
        ranges.push(range.clone());
        let set = doc! {
            "ranges": written(&ranges),
            "next_key": range.upper.as_ref().map(|upper| doc! { "key": upper.key.clone() }),
            "ended": i64::from(range.upper.is_none()),
        };
        self.claimed(worker, &found, range, set).await
    }

    async fn claimed(
        &self,
        worker: &Worker,
        found: &Found,
        range: Range,
        set: Document,
    ) -> Result<Claim, Error> {
        Ok(match self.change(worker, found, set, doc! {}).await? {
            true => Claim::Range(Box::new(range)),
            // Somebody else was first.
            false => Claim::Again,
        })
    }

    /// At the end of a pass, which is there once nobody is at a range of it.
    async fn end_pass(&self, worker: &Worker, found: &Found) -> Result<Claim, Error> {
        let (set, claim) = match (found.failed, found.changed) {
            (1.., _) => (doc! { "state": "held" }, Claim::Nothing),
            (_, 0) => (doc! { "state": "clean" }, Claim::Nothing),
            _ => {
                let anew = doc! {
                    "pass": found.pass + 1,
                    "next_key": null,
                    "ended": 0_i64,
                    "covered": 0_i64,
                    "changed": 0_i64,
                };
                (anew, Claim::Again)
            }
        };
        self.change(worker, found, set, doc! {}).await?;
        Ok(claim)
    }

    /// The first key behind so many documents; none where there are no more. A bound of the index itself,
    /// which has keys of every type.
    async fn boundary(
        &self,
        worker: &Worker,
        lower: Option<&Bound>,
    ) -> Result<Option<Bound>, Error> {
        let collection = worker.place()?.collection::<Document>(self.collection);
        let mut find = collection
            .find(doc! {})
            .projection(doc! { "_id": 1 })
            .sort(doc! { "_id": 1 })
            .hint(Hint::Keys(doc! { "_id": 1 }))
            .skip(u64::from(worker.documents))
            .limit(1);
        if let Some(lower) = lower {
            find = find.min(doc! { "_id": lower.key.clone() });
        }
        let found = crate::mongodb::all(find.await?).await?;
        let key = found
            .into_iter()
            .next()
            .and_then(|mut found| found.remove("_id"));
        Ok(key.map(|key| Bound { key }))
    }

    /// Says that somebody is at it.
    async fn tell(&self, worker: &Worker) -> Result<(), Error> {
        let mut id = self.fields();
        id.insert("instance", worker.name.as_str());
        let mut told: Document = self
            .fields()
            .into_iter()
            .map(|(name, value)| (name, doc! { "$literal": value }.into()))
            .collect();
        told.insert(
            "expires_at",
            doc! { "$add": ["$$NOW", millis(worker.lease)] },
        );
        let workers = worker.place()?.own(WORKERS);
        let told = vec![doc! { "$set": told }];
        let tell = workers.update_one(doc! { "_id": id }, told).upsert(true);
        tell.await?;
        Ok(())
    }

    /// Keeps a range, and says that somebody is still at it. Until when it is ours, if it still is.
    pub(super) async fn keep(
        &self,
        worker: &Worker,
        range: &Range,
    ) -> Result<Option<DateTime>, Error> {
        self.tell(worker).await?;
        loop {
            let Some((found, mut ranges)) = self.ours(worker, range).await? else {
                return Ok(None);
            };
            let until = later(&found, worker);
            let own = ranges.iter_mut().filter(|own| own.id == range.id);
            own.for_each(|own| own.expires_at = until);
            let set = doc! { "ranges": written(&ranges) };
            if self.change(worker, &found, set, doc! {}).await? {
                return Ok(Some(until));
            }
        }
    }

    /// Gives a range back, and takes down what came of it, in one write. Whether it was still ours.
    pub(super) async fn finish(
        &self,
        worker: &Worker,
        range: &Range,
        counts: Counts,
    ) -> Result<bool, Error> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        loop {
            let Some((found, mut ranges)) = self.ours(worker, range).await? else {
                return Ok(false);
            };
            ranges.retain(|own| own.id != range.id);
            let set = doc! { "ranges": written(&ranges) };
            let add = doc! {
                "covered": count(counts.covered),
                "changed": count(counts.changed),
                "filled": count(counts.filled),
                "failed": count(counts.failed),
            };
            if self.change(worker, &found, set, add).await? {
                return Ok(true);
            }
        }
    }

    /// The job as it is, and its ranges, if this one is still ours.
    async fn ours(
        &self,
        worker: &Worker,
        range: &Range,
    ) -> Result<Option<(Found, Vec<Range>)>, Error> {
        let Some(found) = self.look(worker).await?.filter(|found| !found.dropped) else {
            return Ok(None);
        };
        let ranges = found.ranges.clone();
        let mut own = ranges.iter();
        let is_own = own.any(|own| own.id == range.id && own.worker == worker.name);
        Ok(is_own.then_some((found, ranges)))
    }

    /// Tells of documents that do not convert, as many as somebody will read. A second time it says the
    /// same, for whoever was first may not have come to count them.
    pub(super) async fn failures(
        &self,
        worker: &Worker,
        range: &Range,
        failures: &[Failure],
    ) -> Result<(), Error> {
        let failed = worker.place()?.own(FAILURES);
        let known = failed.count_documents(self.fields());
        let known = known.read_concern(ReadConcern::majority()).await?;
        let left =
            crate::convert::KEPT_FAILURES.saturating_sub(usize::try_from(known).unwrap_or(0));
        for failure in failures.iter().take(left) {
            let mut id = self.fields();
            id.insert("pass", range.pass);
            id.insert("key", failure.key.clone());
            let mut set = self.fields();
            set.insert("row_key", crate::document::shown(&failure.key));
            set.insert("value", failure.value.clone());
            set.insert("reason", failure.reason.as_str());
            let tell = doc! { "$set": set, "$currentDate": { "at": true } };
            failed
                .update_one(doc! { "_id": id }, tell)
                .upsert(true)
                .await?;
        }
        Ok(())
    }
}

/// A document that does not convert.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) key: Bson,
    /// What it holds, as people read it.
    pub(super) value: Option<String>,
    pub(super) reason: String,
}

/// When a claim that is made now runs out: a little early, for the clock was read before.
fn later(found: &Found, worker: &Worker) -> DateTime {
    let now = found.now.timestamp_millis();
    DateTime::from_millis(now.saturating_add(millis(worker.lease)))
}

fn written(ranges: &[Range]) -> Vec<Bson> {
    let bound = |bound: &Option<Bound>| {
        bound
            .as_ref()
            .map(|bound| doc! { "key": bound.key.clone() })
    };
    let range = |range: &Range| {
        Bson::Document(doc! {
            "id": range.id,
            "lower": bound(&range.lower),
            "upper": bound(&range.upper),
            "pass": range.pass,
            "worker": range.worker.as_str(),
            "expires_at": range.expires_at,
        })
    };
    ranges.iter().map(range).collect()
}
