//! Being told of what is published, by a stream of changes of a set of MongoDB servers.

use std::time::{Duration, Instant};

use mongodb::bson::{Document, doc};
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ChangeStreamEvent;

use crate::db::{Inner, Pool};
use crate::mongodb::{Place, STATE};

/// How long it is before a stream that could not be begun, or was lost, is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// Follows the changes of colmig's document, or not yet, or not any more.
#[derive(Default)]
pub(super) struct Stream {
    changes: Option<ChangeStream<ChangeStreamEvent<Document>>>,
    since: Option<Instant>,
}

impl Stream {
    /// Returns when there is something to look for.
    pub(super) async fn heard(&mut self) {
        let Some(changes) = &mut self.changes else {
            return std::future::pending().await;
        };
        loop {
            match changes.next_if_any().await {
                Ok(Some(_)) => return,
                // The server was asked for a moment, and nothing happened in it.
                Ok(None) if changes.is_alive() => {}
                Ok(None) | Err(_) => {
                    self.changes = None;
                    return;
                }
            }
        }
    }

    /// Begins to follow when that is wanted, and ends when it is not.
    pub(super) async fn tend(&mut self, inner: &Inner, wanted: bool) {
        #[cfg_attr(
            not(any(feature = "postgres", feature = "mariadb", feature = "sqlite")),
            expect(irrefutable_let_patterns, reason = "there is one driver")
        )]
        let Pool::MongoDb(place) = &inner.pool else {
            return;
        };
        let waited = self.since.map(|since| since.elapsed());
        match (&self.changes, wanted) {
            (Some(_), false) => *self = Stream::default(),
            (None, true) if waited.is_none_or(|waited| waited > AGAIN) => {
                self.since = Some(Instant::now());
                // The lease is renewed by the same task, and must not wait for this.
                let limit = inner.fleet.lease() / 8;
                match tokio::time::timeout(limit, follow(place)).await {
                    Ok(Ok(changes)) => self.changes = changes,
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "cannot follow the changes: this instance polls");
                    }
                    Err(_) => {}
                }
            }
            _ => {}
        }
    }

    /// Whether it is told of what is published.
    pub(super) fn hears(&self) -> bool {
        self.changes.is_some()
    }
}

/// The changes of what is published; none where a server stands alone. What the executor notes of
/// its steps is not among them.
async fn follow(
    place: &Place,
) -> Result<Option<ChangeStream<ChangeStreamEvent<Document>>>, mongodb::error::Error> {
    if !place.is_set().await? {
        return Ok(None);
    }
    let changed =
        doc! { "$objectToArray": { "$ifNull": ["$updateDescription.updatedFields", {}] } };
    let published = doc! { "$regexMatch": {
        "input": "$$this.k",
        "regex": r"^migrations(\.[^.]+)?$|\.(generation|switch)",
    } };
    let told = doc! { "$or": [
        { "$ne": ["$operationType", "update"] },
        { "$anyElementTrue": { "$map": { "input": changed, "in": published } } },
    ] };
    let state = place.own(STATE);
    let changes = state
        .watch()
        .pipeline([doc! { "$match": { "$expr": told } }]);
    Ok(Some(changes.await?))
}
