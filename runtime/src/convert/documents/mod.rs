//! Converts old documents by a rule in Rust, as [`super`] does it for rows.
//!
//! No transaction is needed for it, which a server by itself does not have. What there is to do, and who
//! is at which range, stands in one document, which is changed as a whole by whoever finds it as
//! it was read. A document of the application's is written by a statement that compares all
//! that was read with what is there, by value and type: one that was changed in between is left as it is,
//! and looked at again. So a range that two work on by mistake, because the first was believed to be dead,
//! comes out right: whoever is second finds nothing to write.
//!
//! Beside that each statement is for nothing once the lease of its range has run out, by the server's
//! clock, and none is at work for longer than it has left. Values are right without it; but what an
//! abort takes out of the documents has to stay out, and it waits until the last lease is over.

mod job;
mod range;

use std::sync::Arc;
use std::time::Duration;

use super::{Round, State, Tended, is_early, name};
use crate::db::Inner;
use crate::flight::Flight;
use crate::private::Descriptor;
use job::{Claim, Job};

/// What goes wrong while documents are converted, and is tried again.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Database(#[from] mongodb::error::Error),
    #[error(transparent)]
    Bson(#[from] mongodb::bson::error::Error),
    #[error(transparent)]
    Place(#[from] crate::Error),
    #[error("{0}")]
    Refused(String),
    #[error("the documents that were read could not be looked at: {0}")]
    Computed(#[from] tokio::task::JoinError),
}

/// As the server counts time.
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// One that converts, of which a process may have several.
pub(super) struct Worker {
    inner: Arc<Inner>,
    model: &'static str,
    /// How it claims ranges.
    name: String,
    documents: u32,
    /// For how long a claim holds.
    lease: Duration,
    jobs: Vec<Job>,
}

impl Worker {
    pub(super) fn new(
        inner: Arc<Inner>,
        descriptor: &'static Descriptor,
        flights: Vec<&'static Flight>,
        documents: u32,
    ) -> crate::Result<Worker> {
        // A table's database has none of them.
        inner.place(descriptor.model)?;
        let jobs = flights.into_iter();
        Ok(Worker {
            model: descriptor.model,
            name: name(&inner),
            documents,
            lease: inner.fleet.lease(),
            jobs: jobs
                .filter_map(|flight| Job::of(descriptor, flight))
                .collect(),
            inner,
        })
    }

    pub(super) async fn round(&self, round: &mut Round) {
        for job in &self.jobs {
            round.add(job.collection, job.target, self.tend(job).await);
        }
    }

    async fn tend(&self, job: &Job) -> Result<Tended, Error> {
        if is_early(&self.inner, job.migration) {
            return Ok(Tended::Idle);
        }
        Ok(match job.claim(self).await? {
            Claim::Ended => Tended::Ended,
            Claim::Nothing => Tended::Idle,
            Claim::Again => Tended::Worked(0),
            Claim::Range(range) => Tended::Worked(range::convert(self, job, *range).await?),
        })
    }

    fn place(&self) -> Result<&crate::mongodb::Place, Error> {
        Ok(self.inner.place(self.model)?)
    }
}
