//! What a transaction of the executor reads and writes of the one document: read when it is first
//! asked for, and written by one conditional write when the transaction commits.
//!
//! Nothing is written if another transaction was, an instance has joined, or the read switch was moved
//! meanwhile, each of which counts [`State::rev`] on; nor if another run has taken the lock.

use async_trait::async_trait;
use mongodb::bson::{Bson, Document, doc, serialize_to_bson};
use serde::Serialize;

use super::audit::AUDIT;
use super::ranges::forget;
use super::state::{Entry, State, is_plain, missing, read, read_only};
use crate::migrate::driver::{Documents, Failure, Unit};
use crate::mongodb::{ID, STATE};

/// What one transaction reads and writes of it.
#[derive(Debug)]
pub(super) struct Work {
    /// As it was read.
    read: State,
    /// As it is to be.
    pub(super) state: State,
    /// The run whose lock it has to be when it is written.
    pub(super) fenced_by: Option<String>,
    /// Ranges that nobody has any more once it is written.
    pub(super) dropped: Vec<String>,
}

impl Work {
    fn of(state: State) -> Self {
        Work {
            read: state.clone(),
            state,
            fenced_by: None,
            dropped: Vec::new(),
        }
    }

    /// The write that makes the one of the other; none if they are equal.
    fn difference(&self) -> Result<Option<Document>, Failure> {
        let (read, state) = (&self.read, &self.state);
        let mut set = Document::new();
        let changed = |id: &String| read.migrations.get(id) != state.migrations.get(id);
        if state.migrations.keys().all(|id| is_plain(id)) {
            for (id, migration) in state.migrations.iter().filter(|(id, _)| changed(id)) {
                set.insert(format!("migrations.{id}"), written(migration)?);
            }
        } else if read.migrations != state.migrations {
            set.insert("migrations", written(&state.migrations)?);
        }
        let entries = state.audit.get(read.audit.len()..).unwrap_or_default();
        let mut update = doc! {};
        if !entries.is_empty() {
            set.insert("audit_seq", state.audit_seq);
            update.insert("$push", doc! { "audit": { "$each": written(&entries)? } });
        }
        if set.is_empty() {
            return Ok(None);
        }
        update.insert("$set", set);
        update.insert("$inc", doc! { "rev": 1_i64 });
        Ok(Some(update))
    }
}

#[async_trait]
impl Unit for Work {
    async fn commit(self: Box<Self>, documents: &mut Documents) -> Result<(), Failure> {
        let Some(update) = self.difference()? else {
            return Ok(());
        };
        let mut filter = doc! { "_id": ID, "rev": self.read.rev };
        if let Some(owner) = &self.fenced_by {
            // Whether the lease has run out does not matter as long as nobody has taken over:
            // that would be a change of this very document.
            filter.insert("lock.owner", owner.as_str());
        }
        if !documents.update_one(STATE, filter, update, false).await? {
            return Err(Failure::Again(
                "what colmig keeps was changed by others meanwhile".to_owned(),
            ));
        }
        // What follows is tidying, which whoever comes next does if this one does not.
        if !self.state.audit.is_empty() {
            let _ = copy_audit(documents, &self.state.audit).await;
        }
        for division in &self.dropped {
            let _ = forget(documents, division).await;
        }
        Ok(())
    }
}

/// Moves entries of the audit to their own collection: copied first, so that they stand in
/// one of the two at any time.
async fn copy_audit(documents: &mut Documents, entries: &[Entry]) -> Result<(), Failure> {
    let mut copies = Vec::with_capacity(entries.len());
    for entry in entries {
        let Bson::Document(fields) = written(entry)? else {
            continue;
        };
        let mut copy = doc! { "_id": entry.seq };
        copy.extend(fields.into_iter().filter(|(name, _)| name != "seq"));
        copies.push(copy);
    }
    documents.insert_missing(AUDIT, &copies).await?;
    let newest = entries.iter().map(|entry| entry.seq).max().unwrap_or(0);
    let update = doc! { "$pull": { "audit": { "seq": { "$lte": newest } } } };
    documents
        .update_one(STATE, doc! { "_id": ID }, update, false)
        .await?;
    Ok(())
}

fn written<T: Serialize + ?Sized>(value: &T) -> Result<Bson, Failure> {
    serialize_to_bson(value).map_err(|error| Failure::refused(error.to_string()))
}

/// The state as this transaction has it so far; as it is now, where none has begun.
pub(super) async fn look(documents: &mut Documents) -> Result<State, Failure> {
    if documents.is_begun() {
        return Ok(work(documents).await?.state.clone());
    }
    read(documents).await?.ok_or_else(missing)
}

/// The same, of which only one migration is wanted.
pub(super) async fn look_at(documents: &mut Documents, migration: &str) -> Result<State, Failure> {
    match documents.is_begun() {
        true => Ok(work(documents).await?.state.clone()),
        false => read_only(documents, migration).await,
    }
}

/// What this transaction has gathered so far.
pub(super) async fn work(documents: &mut Documents) -> Result<&mut Work, Failure> {
    if documents.unit::<Work>().is_none() {
        let state = read(documents).await?.ok_or_else(missing)?;
        documents.set_unit(Work::of(state));
    }
    documents.unit().ok_or_else(missing)
}

/// Changes the state: with the commit of the transaction, or at once where none has begun.
pub(super) async fn change<T>(
    documents: &mut Documents,
    change: impl FnOnce(&mut Work) -> Result<T, Failure> + Send,
) -> Result<T, Failure> {
    if documents.is_begun() {
        return change(work(documents).await?);
    }
    documents.begin();
    let changed = match work(documents).await {
        Ok(work) => change(work),
        Err(failure) => Err(failure),
    };
    match changed {
        Ok(value) => documents.commit().await.map(|()| value),
        Err(failure) => {
            documents.rollback();
            Err(failure)
        }
    }
}
