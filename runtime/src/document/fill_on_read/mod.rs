//! Filling on read: what accessors find not filled yet is filled behind their back, so that what is
//! read often is filled first.
//!
//! Nobody waits for it and nothing depends on it: the backfill of `run` comes by every document, and
//! it alone proves that none is left. So whatever is in the way of a fill lets it drop: a queue that is
//! full, a lease that has run out, a server that does not answer.
//!
//! # Why it writes nothing that it should not
//!
//! 1. *A document is filled by the statement of the backfill*: the guard and the rule are evaluated by
//!    the server, within the change of one document. Whoever changes it at the same time comes before
//!    or behind.
//! 2. *Only once the backfill's gate has been passed*, as the instance reads it from what is published:
//!    [`Progress::fills`](colmig_schema::Progress::fills) has the argument.
//! 3. *Only while the lease holds, by the server's clock*: the command compares the time with the end of
//!    the lease, as the server wrote it, less what the command may take. As with every access, the view
//!    counts as under way until the answer is there. So either the executor waits for it before it
//!    does anything that a fill must not come behind, or the fill comes after the lease and writes nothing.
//!    A lease that is given back is given back when no fill is under way ([`Fills::rest`]).

mod worker;

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colmig_schema::document::Fill;
use mongodb::bson::{Bson, Document};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::bson::parsed;
use super::open::Opened;
use super::shape::Shape;
use crate::db::Inner;
use crate::error::Result;
use crate::metrics;
use crate::private::Descriptor;

/// As many documents of a model may wait. Those that come when it is full are filled when they are read
/// again, or by the backfill.
const WAITING: usize = 1024;

/// As many are remembered as those that have waited, so that none is written over and over.
const KNOWN: usize = 8 * WAITING;

/// Longer keys are left to the backfill, so that what is remembered is bounded in bytes as well.
const LONGEST_KEY: usize = 512;

/// An `_id`, as the bytes of a document that has nothing else.
pub(super) type Key = Vec<u8>;

/// The documents that wait to be filled.
#[derive(Default)]
pub(crate) struct Fills {
    /// By model, in the order in which it is their turn.
    models: Mutex<VecDeque<Waiting>>,
    wake: Arc<Notify>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// Held while something is written.
    writing: tokio::sync::Mutex<()>,
}

/// Those of one model.
struct Waiting {
    descriptor: &'static Descriptor,
    queue: VecDeque<Key>,
    known: BTreeSet<Key>,
}

impl Drop for Fills {
    fn drop(&mut self) {
        // The task sees that nobody is left.
        self.wake.notify_one();
    }
}

impl Fills {
    fn models(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has documents filled some time soon, unless there is too much to do.
    pub(super) fn add(&self, inner: &Arc<Inner>, descriptor: &'static Descriptor, keys: Vec<Key>) {
        let dropped = self.queue(descriptor, keys);
        if dropped > 0 {
            metrics::FILLED_ON_READ.add(&[descriptor.table, "dropped"], dropped);
        }
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        // A task ends with the runtime that it was begun in.
        if task.as_ref().is_none_or(JoinHandle::is_finished) {
            *task = Some(tokio::spawn(worker::run(inner, &self.wake)));
        }
        self.wake.notify_one();
    }

    /// Puts keys behind those that wait. How many there was no room for.
    fn queue(&self, descriptor: &'static Descriptor, keys: Vec<Key>) -> u64 {
        let mut models = self.models();
        let known = models
            .iter()
            .position(|waiting| std::ptr::eq(waiting.descriptor, descriptor));
        let at = known.unwrap_or_else(|| {
            models.push_back(Waiting {
                descriptor,
                queue: VecDeque::new(),
                known: BTreeSet::new(),
            });
            models.len() - 1
        });
        let Waiting { queue, known, .. } = &mut models[at];
        let mut dropped = 0;
        for key in keys {
            if known.contains(&key) {
                continue;
            }
            if queue.len() >= WAITING || key.len() > LONGEST_KEY {
                dropped += 1;
                continue;
            }
            if known.len() >= KNOWN {
                *known = queue.iter().cloned().collect();
            }
            known.insert(key.clone());
            queue.push_back(key);
        }
        dropped
    }

    /// The next batch, of the model whose turn it is.
    fn next(&self, most: usize) -> Option<(&'static Descriptor, Vec<Key>)> {
        let mut models = self.models();
        let at = models
            .iter()
            .position(|waiting| !waiting.queue.is_empty())?;
        let mut waiting = models.remove(at)?;
        let most = most.min(waiting.queue.len());
        let batch = waiting.queue.drain(..most).collect();
        let descriptor = waiting.descriptor;
        models.push_back(waiting);
        Some((descriptor, batch))
    }

    /// What was not filled may wait again once it is read again.
    fn forget(&self, descriptor: &'static Descriptor, keys: &[Key]) {
        let mut models = self.models();
        let of = models
            .iter_mut()
            .find(|waiting| std::ptr::eq(waiting.descriptor, descriptor));
        if let Some(waiting) = of {
            waiting.known.retain(|known| !keys.contains(known));
        }
    }

    /// Nothing is to be filled of this model any more, or not now.
    fn clear(&self, descriptor: &'static Descriptor) {
        self.models()
            .retain(|waiting| !std::ptr::eq(waiting.descriptor, descriptor));
    }

    /// Waits until nothing is being written. With the lease given up before, nothing will be.
    pub(crate) async fn rest(&self) {
        drop(self.writing.lock().await);
        self.wake.notify_one();
    }
}

/// What is sent to find documents that are not filled, and to fill them.
#[derive(Debug)]
pub(super) struct Filling {
    /// The stage that gives what is read, and whether the document is to be filled.
    pub(super) read: Document,
    unfilled: Bson,
    set: Document,
}

impl Filling {
    pub(super) fn new(model: &'static str, fill: &Fill) -> Result<Filling> {
        Ok(Filling {
            read: parsed(model, &fill.read)?,
            unfilled: Bson::Document(parsed(model, &fill.unfilled)?),
            set: parsed(model, &fill.set)?,
        })
    }
}

/// What an access fills of what it reads: nothing in a transaction, whose reads may be those of its
/// own writes, which nobody else sees before its end.
pub(super) fn filling(
    opened: &Opened<'_>,
    shape: Option<&'static Shape>,
) -> Result<Option<&'static Filling>> {
    match (&opened.inner.fills, shape, &opened.session) {
        (Some(_), Some(shape), None) => shape.filling(opened.descriptor(), &opened.inner.views),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;
