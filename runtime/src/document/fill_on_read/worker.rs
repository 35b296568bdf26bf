//! The one task of a `Db` that fills what its reads have found: a small batch at a time, with pauses.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::{ReadPreference, SelectionCriteria};
use tokio::sync::Notify;

use super::{Filling, Fills, Key};
use crate::access::{Intent, Pass};
use crate::db::Inner;
use crate::document::shape;
use crate::error::{Error, Result};
use crate::fleet::Mode;
use crate::metrics;
use crate::mongodb::{INSTANCES, Place};
use crate::private::Descriptor;

/// As many documents are written by one command.
const BATCH: usize = 100;

/// After a batch the task rests this many times as long as the batch took, so that it is at work for a
/// fifth of the time at most.
const REST: u32 = 4;

/// The shortest pause between two batches: those that are read meanwhile go into one.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

/// After a batch that failed, the shortest and the longest pause.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// For how long a command may be executed, unless the lease is so short that a quarter of it is less.
const AT_MOST: Duration = Duration::from_secs(1);

/// What became of a batch.
enum Done {
    /// So many documents were written; the others were filled by then, or gone.
    Filled(u64),
    /// Nothing is to be filled now.
    Not,
}

/// Fills until the `Db` is gone, or has given its lease back.
pub(super) fn run(
    inner: &Arc<Inner>,
    wake: &Arc<Notify>,
) -> impl Future<Output = ()> + Send + 'static {
    let weak: Weak<Inner> = Arc::downgrade(inner);
    let wake = Arc::clone(wake);
    async move {
        let mut failures = 0;
        loop {
            // Nothing is held on to while this waits.
            let pause = match weak.upgrade() {
                Some(inner) if inner.fleet.mode() != Mode::Left => {
                    turn(&inner, &mut failures).await
                }
                _ => return,
            };
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => wake.notified().await,
            }
        }
    }
}

/// Writes one batch. How long to pause behind it; none where nothing waits.
async fn turn(inner: &Arc<Inner>, failures: &mut u32) -> Option<Duration> {
    let fills = inner.fills.as_ref()?;
    let (descriptor, keys) = fills.next(BATCH)?;
    let (table, documents) = (descriptor.table, keys.len() as u64);
    let count = |result: &str, of: u64| metrics::FILLED_ON_READ.add(&[table, result], of);
    let began = Instant::now();
    // Beside what the server is given, for an answer that never comes.
    let within = AT_MOST * 4;
    let done = tokio::time::timeout(within, fill(inner, fills, descriptor, &keys)).await;
    let reason = match done {
        Ok(Ok(Done::Filled(filled))) => {
            *failures = 0;
            let already = documents.saturating_sub(filled);
            tracing::debug!(table, filled, already, "documents were filled behind reads");
            count("filled", filled);
            count("already", already);
            return Some((began.elapsed() * REST).max(SHORTEST_PAUSE));
        }
        Ok(Ok(Done::Not)) => {
            tracing::debug!(table, documents, "nothing is filled behind reads now");
            count("dropped", documents);
            fills.clear(descriptor);
            return Some(SHORTEST_PAUSE);
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the database did not answer in time".to_owned(),
    };
    tracing::debug!(
        table,
        documents,
        reason,
        "documents were not filled behind reads"
    );
    count("failed", documents);
    fills.forget(descriptor, &keys);
    let pause = RETRY.0 * 2_u32.saturating_pow(*failures);
    *failures = failures.saturating_add(1).min(6);
    Some(pause.min(RETRY.1))
}

async fn fill(
    inner: &Arc<Inner>,
    fills: &Fills,
    descriptor: &'static Descriptor,
    keys: &[Key],
) -> Result<Done> {
    let _writing = fills.writing.lock().await;
    if inner.fleet.mode() != Mode::Joined {
        return Ok(Done::Not);
    }
    let place = inner.place(descriptor.model)?;
    let failed = |error| Error::mongodb(descriptor.model, error);
    let at_most = AT_MOST.min(inner.fleet.lease() / 4);
    let expires_at = lease(place, inner.fleet.id()).await.map_err(failed)?;
    let Some(expires_at) = expires_at else {
        return Ok(Done::Not);
    };
    let mut pass = Pass::new(inner, descriptor, Intent::Write);
    if !pass.early(None) || pass.fits().is_err() {
        return Ok(Done::Not);
    }
    let shape = shape::choose(descriptor, &inner.views, pass.view())?;
    let filling = match shape {
        Some(shape) => shape.filling(descriptor, &inner.views)?,
        None => None,
    };
    let Some(filling) = filling else {
        return Ok(Done::Not);
    };
    let command = command(descriptor, filling, keys, expires_at, at_most);
    let database = place.database();
    let sent = database
        .run_command(command)
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    let answer = sent.await.map_err(failed)?;
    // The server says of a write that failed that the command went well.
    for trouble in ["writeErrors", "writeConcernError"] {
        if let Some(said) = answer.get(trouble) {
            return Err(failed(mongodb::error::Error::custom(said.to_string())));
        }
    }
    let filled = match answer.get("nModified") {
        Some(Bson::Int32(filled)) => u64::try_from(*filled).unwrap_or_default(),
        Some(Bson::Int64(filled)) => u64::try_from(*filled).unwrap_or_default(),
        _ => 0,
    };
    Ok(Done::Filled(filled))
}

/// Until when this instance holds a lease, by the server's clock.
async fn lease(place: &Place, id: &str) -> Result<Option<DateTime>, mongodb::error::Error> {
    let instances = place.own(INSTANCES);
    let found = instances
        .find_one(doc! { "_id": id })
        .projection(doc! { "expires_at": 1 });
    let found = found.await?;
    Ok(found.and_then(|found| found.get_datetime("expires_at").ok().copied()))
}

fn command(
    descriptor: &'static Descriptor,
    filling: &Filling,
    keys: &[Key],
    expires_at: DateTime,
    at_most: Duration,
) -> Document {
    let ids = keys.iter().filter_map(|key| {
        let mut document = Document::from_reader(&mut key.as_slice()).ok()?;
        document.remove("_id")
    });
    let ids: Vec<Bson> = ids.collect();
    let at_most = i64::try_from(at_most.as_millis()).unwrap_or(i64::MAX);
    // Whatever begins before this has ended, one way or the other, when the lease does.
    let until = DateTime::from_millis(expires_at.timestamp_millis().saturating_sub(at_most));
    let guard = doc! { "$and": [
        { "$lt": ["$$NOW", { "$literal": until }] },
        filling.unfilled.clone(),
    ] };
    let update = doc! {
        "q": { "_id": { "$in": ids }, "$expr": guard },
        "u": [filling.set.clone()],
        "multi": true,
        "hint": { "_id": 1 },
    };
    doc! {
        "update": descriptor.table,
        "updates": [update],
        "writeConcern": { "w": "majority", "j": true },
        "maxTimeMS": at_most,
        "comment": "colmig_fill_on_read",
    }
}
