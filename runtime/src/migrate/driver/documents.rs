//! A connection to a database that keeps colmig's own state in documents.
//!
//! A server by itself has no transactions, and one document is changed atomically: so what a
//! transaction of the executor writes is gathered in memory, and written by one conditional write
//! when it commits. What that is, the store knows; here it is a [`Unit`].

use std::any::Any;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::{DateTime, Document};
use mongodb::error::ErrorKind;
use mongodb::options::{ReadConcern, ReturnDocument, UpdateModifications};
use mongodb::{ClientSession, Collection, Database, IndexModel};

use super::Failure;
use crate::mongodb::{all, all_of_session};

/// How long a server waits for others to confirm that it is the primary.
const CONFIRMED: Duration = Duration::from_secs(5);

/// What is written when a transaction commits.
#[async_trait]
pub(in crate::migrate) trait Unit: Any + fmt::Debug + Send + Sync {
    async fn commit(self: Box<Self>, documents: &mut Documents) -> Result<(), Failure>;
}

/// How far a transaction is.
#[derive(Debug)]
enum Stage {
    Idle,
    /// Nothing was read in it yet.
    Begun,
    Under(Box<dyn Unit>),
}

/// A connection to such a database.
pub(in crate::migrate) struct Documents {
    /// Whatever is written waits for a majority and its journals.
    pub(in crate::migrate) database: Database,
    /// Causally consistent; none where a server stands by itself.
    pub(in crate::migrate) session: Option<ClientSession>,
    /// Until when the range of this connection's worker is its own, by the server's clock. What
    /// a batch writes, it writes before then.
    pub(in crate::migrate) until: Option<DateTime>,
    /// Until when the run lock is that of the transaction under way, once it was asked for: what the
    /// transaction writes to documents that are none of colmig's, it writes before then.
    pub(in crate::migrate) held_until: Option<DateTime>,
    stage: Stage,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents")
            .field("database", &self.database.name())
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}

impl Documents {
    pub(in crate::migrate) fn new(database: Database, session: Option<ClientSession>) -> Self {
        Documents {
            database,
            session,
            until: None,
            held_until: None,
            stage: Stage::Idle,
        }
    }

    /// Begins a transaction. One that was not ended is dropped.
    pub(in crate::migrate) fn begin(&mut self) {
        self.held_until = None;
        self.stage = Stage::Begun;
    }

    /// Writes what was gathered, if anything was. The transaction is over in any case.
    pub(in crate::migrate) async fn commit(&mut self) -> Result<(), Failure> {
        self.held_until = None;
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Idle | Stage::Begun => Ok(()),
            Stage::Under(unit) => unit.commit(self).await,
        }
    }

    pub(in crate::migrate) fn rollback(&mut self) {
        self.held_until = None;
        self.stage = Stage::Idle;
    }

    /// Whether a transaction has begun.
    pub(in crate::migrate) fn is_begun(&self) -> bool {
        !matches!(self.stage, Stage::Idle)
    }

    /// What the transaction has gathered; none before something was read in it.
    pub(in crate::migrate) fn unit<U: Unit>(&mut self) -> Option<&mut U> {
        match &mut self.stage {
            Stage::Under(unit) => (&mut **unit as &mut dyn Any).downcast_mut(),
            Stage::Idle | Stage::Begun => None,
        }
    }

    /// What the transaction gathers from now on.
    pub(in crate::migrate) fn set_unit(&mut self, unit: impl Unit) {
        self.stage = Stage::Under(Box::new(unit));
    }

    fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }

    /// What a pipeline gives, of the server that is the primary of its set by then: one that was
    /// replaced and has not heard of it yet, which could be asked by mistake, gives nothing.
    pub(in crate::migrate) async fn aggregate_of_now(
        &mut self,
        collection: &str,
        pipeline: Vec<Document>,
    ) -> Result<Vec<Document>, Failure> {
        if self.session.is_none() {
            return self.aggregate(collection, pipeline).await;
        }
        // Without the session: this is stronger than what a session adds to a read, and no server
        // takes both.
        let collection = self.collection(collection);
        let cursor = collection
            .aggregate(pipeline)
            .read_concern(ReadConcern::linearizable())
            .max_time(CONFIRMED)
            .await?;
        Ok(all(cursor).await?)
    }

    /// What a pipeline gives.
    pub(in crate::migrate) async fn aggregate(
        &mut self,
        collection: &str,
        pipeline: Vec<Document>,
    ) -> Result<Vec<Document>, Failure> {
        let collection = self.collection(collection);
        let aggregate = collection.aggregate(pipeline);
        Ok(match &mut self.session {
            Some(session) => {
                let cursor = aggregate.session(&mut *session).await?;
                all_of_session(cursor, session).await?
            }
            None => all(aggregate.await?).await?,
        })
    }

    /// Changes one document, the first in the order of the keys; as it is afterwards.
    pub(in crate::migrate) async fn change_one(
        &mut self,
        collection: &str,
        filter: Document,
        update: impl Into<UpdateModifications>,
    ) -> Result<Option<Document>, Failure> {
        let collection = self.collection(collection);
        let change = collection
            .find_one_and_update(filter, update)
            .sort(mongodb::bson::doc! { "_id": 1 })
            .return_document(ReturnDocument::After);
        let change = match &mut self.session {
            Some(session) => change.session(session),
            None => change,
        };
        Ok(change.await?)
    }

    /// Changes one document, which comes to be where `upsert` says so; whether there was one.
    pub(in crate::migrate) async fn update_one(
        &mut self,
        collection: &str,
        filter: Document,
        update: impl Into<UpdateModifications>,
        upsert: bool,
    ) -> Result<bool, Failure> {
        let collection = self.collection(collection);
        let update = collection.update_one(filter, update).upsert(upsert);
        let update = match &mut self.session {
            Some(session) => update.session(session),
            None => update,
        };
        Ok(update.await?.matched_count == 1)
    }

    /// Changes documents; how many there were.
    pub(in crate::migrate) async fn update_many(
        &mut self,
        collection: &str,
        filter: Document,
        update: impl Into<UpdateModifications>,
    ) -> Result<u64, Failure> {
        let collection = self.collection(collection);
        let update = collection.update_many(filter, update);
        let update = match &mut self.session {
            Some(session) => update.session(session),
            None => update,
        };
        Ok(update.await?.matched_count)
    }

    /// Deletes documents.
    pub(in crate::migrate) async fn delete_many(
        &mut self,
        collection: &str,
        filter: Document,
    ) -> Result<(), Failure> {
        let collection = self.collection(collection);
        let delete = collection.delete_many(filter);
        let delete = match &mut self.session {
            Some(session) => delete.session(session),
            None => delete,
        };
        delete.await?;
        Ok(())
    }

    /// Creates an index, unless it is there.
    pub(in crate::migrate) async fn create_index(
        &mut self,
        collection: &str,
        index: IndexModel,
    ) -> Result<(), Failure> {
        let collection = self.collection(collection);
        let create = collection.create_index(index);
        let create = match &mut self.session {
            Some(session) => create.session(session),
            None => create,
        };
        create.await?;
        Ok(())
    }

    /// Inserts documents, each unless one of its key is there already: whoever has written it may
    /// have lost the answer.
    pub(in crate::migrate) async fn insert_missing(
        &mut self,
        collection: &str,
        documents: &[Document],
    ) -> Result<(), Failure> {
        if documents.is_empty() {
            return Ok(());
        }
        let collection = self.collection(collection);
        let insert = collection.insert_many(documents).ordered(false);
        let insert = match &mut self.session {
            Some(session) => insert.session(session),
            None => insert,
        };
        let Err(error) = insert.await else {
            return Ok(());
        };
        let ErrorKind::InsertMany(failed) = &*error.kind else {
            return Err(error.into());
        };
        let other = |error: &&mongodb::error::IndexedWriteError| error.code != DUPLICATE;
        let errors = failed.write_errors.iter().flatten();
        if let Some(refused) = errors.clone().find(other) {
            return Err(Failure::refused(refused.message.clone()));
        }
        match &failed.write_concern_error {
            Some(unconfirmed) => Err(Failure::Again(unconfirmed.message.clone())),
            None => Ok(()),
        }
    }
}

/// DuplicateKey.
const DUPLICATE: i32 = 11000;
