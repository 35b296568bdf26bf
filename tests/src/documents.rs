//! Live traffic on documents, as [`load`](crate::load) is on rows.
//!
//! An *old* worker is a build from before the fields: it sends commands of its own through the
//! driver, also such as replace a whole document with what it knows of it. A *new* one goes through
//! accessors.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use colmig::{Db, Document as _, Error, field};
use colmig_guests::{Guest, Key, old_guest};
use mongodb::bson::{Document, doc};
use mongodb::error::{TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT};
use mongodb::{Collection, Database};

use crate::load::{Load, Pace, Seen, own_range};

/// How often a transaction is tried that the server broke off, as every application on MongoDB
/// has to.
const TRIES: u32 = 200;

/// What new workers tell each other: the documents that were acknowledged, by `_id`.
type Acknowledged = Arc<Mutex<BTreeMap<i64, Guest>>>;

/// Starts one new worker on each of `new`, one old one on each of `old`; `seeded` guests have the
/// `_id`s from 1 on. Each pauses between its requests.
pub fn start(new: Vec<Db>, old: Vec<Database>, seeded: i64, pause: Duration) -> Load {
    let seen = Arc::new(Seen::default());
    let stop = Arc::new(AtomicBool::new(false));
    let pace = || Pace {
        seen: Arc::clone(&seen),
        stop: Arc::clone(&stop),
        pause,
    };
    let acknowledged: Vec<Acknowledged> = new.iter().map(|_| Acknowledged::default()).collect();
    let mut tasks = Vec::new();
    for (number, db) in new.into_iter().enumerate() {
        let worker = New {
            db,
            pace: pace(),
            own: Arc::clone(&acknowledged[number]),
            other: Arc::clone(&acknowledged[(number + 1) % acknowledged.len()]),
            first: own_range(),
            seeded,
        };
        tasks.push(tokio::spawn(worker.work()));
    }
    for database in old {
        let worker = Old {
            guests: safe(&database),
            pace: pace(),
            first: own_range(),
            seeded,
        };
        tasks.push(tokio::spawn(worker.work()));
    }
    Load { seen, stop, tasks }
}

/// The guests as a build knows them that has never heard of colmig, and loses no write of its own.
fn safe(database: &Database) -> Collection<Document> {
    let concern = mongodb::options::WriteConcern::majority();
    let options = mongodb::options::CollectionOptions::builder()
        .write_concern(concern)
        .build();
    database.collection_with_options("guests", options)
}

/// A build that knows the new fields.
struct New {
    db: Db,
    pace: Pace,
    own: Acknowledged,
    other: Acknowledged,
    first: i64,
    seeded: i64,
}

impl New {
    async fn work(self) {
        let mut number: i64 = 0;
        while !self.pace.stopped() {
            let id = self.first + number;
            self.insert(id, number).await;
            self.update(id - number % 7, number).await;
            self.save(id - number % 5, number).await;
            self.read_seeded(number).await;
            self.read_of_another().await;
            if number % 5 == 4 {
                self.delete(id - 2).await;
            }
            number += 1;
        }
    }

    async fn insert(&self, id: i64, number: i64) {
        let mut guest = Guest::plain(id);
        if number % 2 == 0 {
            guest.display_name = format!("Dr. {id}");
            guest.initial = None;
            guest.note = Some(format!("note {id}"));
        }
        let done = self.pace.request("insert", guest.insert(&self.db)).await;
        if done.is_some() {
            self.acknowledge(id, Some(guest));
        }
    }

    /// In a transaction where there is a set.
    async fn update(&self, id: i64, number: i64) {
        let Some(mut guest) = self.known(id) else {
            return;
        };
        guest.display_name = format!("Changed {number}");
        guest.note = (number % 3 != 0).then(|| format!("note {number}"));
        let update = self.updated(&guest, id);
        match self.pace.request("update", update).await {
            Some(true) => self.acknowledge(id, Some(guest)),
            Some(false) => self.report(format!("guest {id} was acknowledged and is gone")),
            None => {}
        }
        self.read_own(id).await;
    }

    async fn updated(&self, guest: &Guest, id: i64) -> Result<bool, Error> {
        let update = || {
            Guest::update(Key::Number(id))
                .set(field!(Guest.display_name), &guest.display_name)
                .set(field!(Guest.note), guest.note.clone())
        };
        for _ in 0..TRIES {
            let done = async {
                let mut tx = match self.db.begin().await {
                    Err(Error::NoTransactions) => return update().execute(&self.db).await,
                    begun => begun?,
                };
                let found = update().execute(&mut tx).await?;
                tx.commit().await?;
                Ok(found)
            };
            match done.await {
                Err(error) if is_transient(&error) => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                done => return done,
            }
        }
        update().execute(&self.db).await
    }

    /// The whole document.
    async fn save(&self, id: i64, number: i64) {
        let Some(mut guest) = self.known(id) else {
            return;
        };
        guest.tags = vec![format!("tag {number}")];
        guest.handle = format!("handle {id} {number}");
        let done = self.pace.request("save", guest.save(&self.db)).await;
        if done.is_some() {
            self.acknowledge(id, Some(guest));
        }
        self.read_own(id).await;
    }

    async fn read_own(&self, id: i64) {
        let found = Guest::find(&self.db, Key::Number(id));
        let found = self.pace.request("find", found).await;
        if let Some(found) = found
            && found != self.known(id)
        {
            let known = self.known(id);
            self.report(format!(
                "own document: read {found:?} where {known:?} was acknowledged"
            ));
        }
    }

    async fn delete(&self, id: i64) {
        if self.known(id).is_none() {
            return;
        }
        // Forgotten first: from now on another worker may find it or not.
        self.acknowledge(id, None);
        let delete = Guest::delete(&self.db, Key::Number(id));
        self.pace.request("delete", delete).await;
    }

    /// Seeded documents are changed by old workers only, in their last name, and found by what
    /// reads make of them.
    async fn read_seeded(&self, number: i64) {
        let id = number * 7919 % self.seeded + 1;
        let filter = doc! { "_id": id, "displayName": { "$regex": format!("^first{id} ") } };
        let query = Guest::query(&self.db).filter(filter).fetch_all();
        let found = self.pace.request("query", query).await;
        if let Some(found) = found
            && !matches!(&found[..], [guest] if guest.handle == format!("guest {id}")
                && guest.initial.as_deref() == Some("F") && guest.note.is_none())
        {
            self.report(format!("seeded document {id}: read {found:?}"));
        }
    }

    /// P1 across instances: what one acknowledged, another one reads.
    async fn read_of_another(&self) {
        let newest = locked(&self.other)
            .last_key_value()
            .map(|(id, guest)| (*id, guest.clone()));
        let Some((id, mut expected)) = newest else {
            return;
        };
        // A write that is under way may be seen before it is acknowledged, so a difference
        // counts only if it stays for as long as nothing is acknowledged.
        for _ in 0..60 {
            let found = Guest::find(&self.db, Key::Number(id));
            let found = self.pace.request("find", found).await;
            let Some(found) = found else { return };
            if found.as_ref() == Some(&expected) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            match locked(&self.other).get(&id) {
                Some(now) if *now == expected => {}
                Some(now) => expected = now.clone(),
                None => return,
            }
        }
        let found = Guest::find(&self.db, Key::Number(id)).await;
        self.report(format!(
            "another's document: read {found:?} where {expected:?} was acknowledged"
        ));
    }

    fn known(&self, id: i64) -> Option<Guest> {
        locked(&self.own).get(&id).cloned()
    }

    fn acknowledge(&self, id: i64, guest: Option<Guest>) {
        let mut own = locked(&self.own);
        match guest {
            Some(guest) => own.insert(id, guest),
            None => own.remove(&id),
        };
    }

    fn report(&self, what: String) {
        self.pace.seen.report(what);
    }
}

fn locked(of: &Acknowledged) -> std::sync::MutexGuard<'_, BTreeMap<i64, Guest>> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the server says that the transaction may be tried again: it broke it off, or nobody knows
/// whether it was committed, and a second time it does the same.
fn is_transient(error: &Error) -> bool {
    let labels = [
        TRANSIENT_TRANSACTION_ERROR,
        UNKNOWN_TRANSACTION_COMMIT_RESULT,
    ];
    let error = error.as_mongodb();
    error.is_some_and(|error| labels.iter().any(|label| error.contains_label(label)))
}

/// A build from before the fields.
struct Old {
    guests: Collection<Document>,
    pace: Pace,
    first: i64,
    seeded: i64,
}

impl Old {
    async fn work(self) {
        let mut number: i64 = 0;
        while !self.pace.stopped() {
            let id = self.first + number;
            let seeded = number * 104_729 % self.seeded + 1;
            let pace = &self.pace;
            let insert = async { self.guests.insert_one(old_guest(id)).await };
            pace.request("old insert", insert).await;

            // A whole document, which erases whatever this build does not know.
            let mut whole = old_guest(seeded);
            whole.insert("last", format!("Last{seeded}.{number}"));
            let filter = doc! { "_id": seeded };
            let replace = async { self.guests.replace_one(filter, whole).await };
            pace.request("old replace", replace).await;

            // Fields of it, which leaves the rest alone.
            let filter = doc! { "_id": id };
            let set = doc! { "$set": { "first": format!("First{id}"), "last": "New" } };
            let update = async { self.guests.update_one(filter, set).await };
            pace.request("old update", update).await;

            if (id - 1) % 3 == 0 && number > 0 {
                let filter = doc! { "_id": id - 1 };
                let delete = async { self.guests.delete_one(filter).await };
                pace.request("old delete", delete).await;
            }
            let find = async { self.guests.find_one(doc! { "_id": id }).await };
            let found = pace.request("old find", find).await;
            if let Some(found) = found {
                let last = found.as_ref().and_then(|found| found.get_str("last").ok());
                if last != Some("New") {
                    let report = format!("old build: read {last:?} of guest {id}");
                    self.pace.seen.report(report);
                }
            }
            number += 1;
        }
    }
}
