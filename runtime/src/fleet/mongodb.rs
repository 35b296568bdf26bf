//! What an instance says to MongoDB about itself, and asks it.
//!
//! All that is published stands in one document, which counts the changes of it in `rev`; the
//! executor publishes only if nobody has changed it since it was read. Whoever takes a lease writes
//! it down first and adds to `rev` then, and reads what is published behind that. So an executor
//! that read before cannot publish any more, and one that reads later sees the lease.
//!
//! What belongs together goes by one session, so that an answer is never older than what was
//! written before it, whichever server takes itself for the first of its set.

use colmig_schema::fleet::Epoch;
use mongodb::ClientSession;
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::Error;

use super::speech::Speech;
use super::words::Seat;
use crate::mongodb::{ID, INSTANCES, Place, STATE, is_read_only};
use crate::view::Published;

/// There is no document of colmig's, though there was one.
#[derive(Debug)]
struct Missing;

/// One session for what an instance says.
pub(crate) struct Session {
    place: Place,
    /// Begun with the first word.
    session: Option<ClientSession>,
}

impl Session {
    pub(crate) fn new(place: &Place) -> Session {
        Session {
            place: place.clone(),
            session: None,
        }
    }

    async fn begun(&mut self) -> Result<(&Place, &mut ClientSession), Error> {
        if self.session.is_none() {
            let client = self.place.database().client();
            self.session = Some(client.start_session().causal_consistency(true).await?);
        }
        match &mut self.session {
            Some(session) => Ok((&self.place, session)),
            None => Err(Error::custom("there is no session")),
        }
    }

    /// The one document that a pipeline over colmig's gives; none where there is none.
    async fn ask(&mut self, project: Document) -> Result<Option<Document>, Error> {
        let (place, session) = self.begun().await?;
        let pipeline = [
            doc! { "$match": { "_id": ID } },
            doc! { "$project": project },
        ];
        let state = place.own(STATE);
        let asked = state.aggregate(pipeline);
        let mut cursor = asked.session(&mut *session).await?;
        cursor.next(session).await.transpose()
    }

    /// Changes the document of an instance. Whether there was one.
    async fn change(&mut self, filter: Document, set: Document) -> Result<bool, Error> {
        let (place, session) = self.begun().await?;
        let instances = place.own(INSTANCES);
        let changed = instances.update_one(filter, vec![doc! { "$set": set }]);
        Ok(changed.session(session).await?.matched_count > 0)
    }
}

fn literal(value: impl Into<Bson>) -> Bson {
    Bson::Document(doc! { "$literal": value.into() })
}

/// The time in so many milliseconds, by the server's clock.
fn later(ms: u64) -> Document {
    doc! { "$add": ["$$NOW", i64::try_from(ms).unwrap_or(i64::MAX)] }
}

/// What an expression gives for each migration, of which it is `$$this`: `k` is its name.
fn of_each(expression: impl Into<Bson>) -> Document {
    doc! { "$map": {
        "input": { "$objectToArray": { "$ifNull": ["$migrations", {}] } },
        "in": expression.into(),
    } }
}

/// The share of a migration in the epoch.
fn generation() -> Document {
    doc! { "$add": [
        { "$ifNull": ["$$this.v.generation", 0_i64] },
        { "$ifNull": ["$$this.v.switch.switched", 0_i64] },
    ] }
}

fn number(document: &Document, field: &str) -> i64 {
    match document.get(field) {
        Some(Bson::Int64(number)) => *number,
        Some(Bson::Int32(number)) => i64::from(*number),
        Some(Bson::Double(number)) => *number as i64,
        _ => 0,
    }
}

fn text(document: &Document, field: &str) -> Option<String> {
    document.get_str(field).ok().map(str::to_owned)
}

impl Speech for Session {
    type Error = Error;

    fn failed(model: &'static str, error: Error) -> crate::Error {
        crate::Error::mongodb(model, error)
    }

    fn is_missing(error: &Error) -> bool {
        error.get_custom::<Missing>().is_some()
    }

    fn is_read_only(error: &Error) -> bool {
        is_read_only(error)
    }

    async fn find(&mut self) -> Result<(bool, u64), Error> {
        Ok((self.ask(doc! { "_id": 1 }).await?.is_some(), 0))
    }

    async fn epoch(&mut self) -> Result<Epoch, Error> {
        let sum = doc! { "epoch": { "$sum": of_each(generation()) } };
        let answer = self.ask(sum).await?;
        let answer = answer.ok_or_else(|| Error::custom(Missing))?;
        Ok(number(&answer, "epoch"))
    }

    async fn published(&mut self) -> Result<Vec<Published>, Error> {
        let each = doc! {
            "id": "$$this.k",
            "state": "$$this.v.state",
            "phase": "$$this.v.phase",
            "generation": generation(),
            "changes": "$$this.v.changes",
            "reads": "$$this.v.switch.reads",
            "show_values": "$$this.v.switch.show_values",
        };
        let answer = self.ask(doc! { "published": of_each(each) }).await?;
        let answer = answer.ok_or_else(|| Error::custom(Missing))?;
        let published = answer.get_array("published").into_iter().flatten();
        let mut published: Vec<Published> = published
            .filter_map(Bson::as_document)
            .map(|of| Published {
                id: text(of, "id").unwrap_or_default(),
                state: text(of, "state").unwrap_or_default(),
                phase: text(of, "phase"),
                generation: number(of, "generation"),
                changes: text(of, "changes").unwrap_or_default(),
                reads: text(of, "reads").unwrap_or_else(|| "legacy".to_owned()),
                show_values: of.get_bool("show_values").unwrap_or(false),
                documents: true,
            })
            .collect();
        published.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(published)
    }

    async fn register(
        &mut self,
        seat: &Seat,
        models: &str,
        acknowledged: Epoch,
    ) -> Result<(), Error> {
        let (place, session) = self.begun().await?;
        let row = doc! {
            "build": literal(&seat.build),
            "host": literal(&seat.host),
            "pid": i64::from(seat.pid),
            "models": literal(models),
            "began_at": { "$ifNull": ["$began_at", "$$NOW"] },
            "seen_at": "$$NOW",
            "expires_at": later(seat.lease_ms),
            "acknowledged": literal(acknowledged),
        };
        let instances = place.own(INSTANCES);
        let lease = instances.update_one(doc! { "_id": &seat.id }, vec![doc! { "$set": row }]);
        lease.upsert(true).session(&mut *session).await?;
        let state = place.own(STATE);
        let counted = state.update_one(doc! { "_id": ID }, doc! { "$inc": { "rev": 1_i64 } });
        match counted.session(session).await?.matched_count {
            0 => Err(Error::custom(Missing)),
            _ => Ok(()),
        }
    }

    async fn renew(&mut self, seat: &Seat, models: Option<&str>) -> Result<bool, Error> {
        // One that has run out may have been passed over already: it is taken anew.
        let held = doc! { "_id": &seat.id, "$expr": { "$gt": ["$expires_at", "$$NOW"] } };
        let mut set = doc! { "seen_at": "$$NOW", "expires_at": later(seat.lease_ms) };
        if let Some(models) = models {
            set.insert("models", literal(models));
        }
        self.change(held, set).await
    }

    async fn tell(&mut self, seat: &Seat, models: &str) -> Result<(), Error> {
        let told = doc! { "models": literal(models) };
        self.change(doc! { "_id": &seat.id }, told).await.map(drop)
    }

    async fn acknowledge(&mut self, seat: &Seat, epoch: Epoch) -> Result<(), Error> {
        let acknowledged = doc! { "acknowledged": literal(epoch) };
        let done = self.change(doc! { "_id": &seat.id }, acknowledged);
        done.await.map(drop)
    }

    async fn leave(&mut self, seat: &Seat) -> Result<(), Error> {
        let (place, session) = self.begun().await?;
        let instances = place.own(INSTANCES);
        let left = instances.delete_one(doc! { "_id": &seat.id });
        left.session(session).await.map(drop)
    }
}
