//! Converts old rows by a rule in Rust, in the processes of the application.
//!
//! ```text
//! run opens the work ──> claim a range ──> read ──> convert on every core ──> write where
//!                             ^                                               nothing changed
//!                             └───────────────────────────────────────────────┘
//! ```
//!
//! Any number of instances share the work through the database. A range is claimed with a
//! lease, so one that dies costs its range and no more. A pass goes over the whole table; the
//! last one is the one in which nothing was found to write. The executor opens the work when
//! every writer writes both sides, so what such a pass has found to be the same stays the same.

mod chunk;
mod job;
mod raw;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use colmig_schema::{Sql, Stage};

use crate::BoxFuture;
use crate::db::{Db, Inner};
use crate::error::Result;
use crate::fleet::start;
use crate::flight::Flight;
use crate::model::Model;
use crate::private::Descriptor;
pub(crate) use job::State;
use job::{Claim, Job};
pub(crate) use raw::Raw;

/// The greatest number of rows in a range: databases take only so many parameters at once.
const MOST_ROWS: u32 = 2_000;

/// Converts the old rows of a model, by the functions that `up_fn` names, as soon as
/// `cargo colmig run` comes to that. Await it in a task of its own, in every instance.
///
/// It claims ranges of the primary key, computes on every core, and writes a row only if it
/// still holds what was converted. A row for which the function gives an error, or panics, is
/// left as it is, and held against the migration with its key.
///
/// It ends when all rows of all columns in flight are converted; at once where the model has
/// none. Dropped, it leaves its range to others, when its lease has run out.
///
/// ```no_run
/// # async fn example<User: colmig::Model>(db: colmig::Db) {
/// tokio::spawn(async move {
///     if let Err(error) = colmig::convert::<User>(&db).await {
///         tracing::error!(%error, "rows are not converted by this instance");
///     }
/// });
/// # }
/// ```
///
/// # Errors
/// This build does not fit the database ([`TooOld`](crate::Error::TooOld),
/// [`TooNew`](crate::Error::TooNew)). What the database refuses for now is tried again.
pub fn convert<M: Model>(db: &Db) -> Convert<M> {
    Convert {
        db: db.clone(),
        rows: 500,
        duty: 0.5,
        stop: None,
        model: PhantomData,
    }
}

/// What [`convert`] does, once it is awaited.
#[must_use = "nothing is converted before it is awaited"]
pub struct Convert<M> {
    db: Db,
    rows: u32,
    duty: f64,
    stop: Option<BoxFuture<'static, ()>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> fmt::Debug for Convert<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Convert")
            .field("model", &M::DESCRIPTOR.model)
            .field("rows", &self.rows)
            .field("duty", &self.duty)
            .finish_non_exhaustive()
    }
}

/// What an instance has converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Converted {
    /// The rows that it has written.
    pub rows: u64,
    /// Whether nothing is left to be converted; otherwise it was stopped.
    pub ended: bool,
}

impl<M: Model> Convert<M> {
    /// How many rows are claimed at once: 500, unless it is said here; at most 2,000.
    pub fn rows(mut self, rows: u32) -> Self {
        self.rows = rows.clamp(1, MOST_ROWS);
        self
    }

    /// The share of the time in which it works, above 0 and up to 1: half of it, unless it is
    /// said here. The rest it pauses, for the sake of the application beside it.
    pub fn duty(mut self, duty: f64) -> Self {
        self.duty = duty.clamp(0.01, 1.0);
        self
    }

    /// Stops when this future is ready, behind the range that it is at.
    ///
    /// ```no_run
    /// # async fn example<User: colmig::Model>(db: colmig::Db) -> colmig::Result<()> {
    /// # let shutdown = tokio::sync::oneshot::channel::<()>().1;
    /// let converted = colmig::convert::<User>(&db)
    ///     .until(async { drop(shutdown.await) })
    ///     .await?;
    /// # drop(converted);
    /// # Ok(()) }
    /// ```
    pub fn until(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(Box::pin(stop));
        self
    }

    async fn run(self) -> Result<Converted> {
        let descriptor = M::DESCRIPTOR;
        let inner = self.db.inner();
        let flights: Vec<&'static Flight> = match descriptor.flights {
            Some(flights) => flights.of(descriptor)?.iter().collect(),
            None => Vec::new(),
        };
        let database = inner.sql(descriptor.model)?;
        let worker = Worker::new(Arc::clone(inner), descriptor, database, self.rows);
        let jobs: Vec<Job> = flights
            .into_iter()
            .filter_map(|flight| Job::of(descriptor, flight, &worker.name))
            .collect();
        let mut stop = self
            .stop
            .unwrap_or_else(|| Box::pin(std::future::pending()));
        let mut converted = Converted {
            rows: 0,
            ended: false,
        };
        loop {
            start(inner);
            let told = &inner.views.told;
            if !told.knows(descriptor) {
                told.look(descriptor, || inner.views.rollouts())?;
            }
            let began = tokio::time::Instant::now();
            let mut left = false;
            let mut worked = false;
            for job in &jobs {
                match worker.tend(job).await {
                    Ok(Tended::Ended) => {}
                    Ok(Tended::Idle) => left = true,
                    Ok(Tended::Worked(rows)) => {
                        (left, worked) = (true, true);
                        converted.rows += rows;
                        crate::metrics::CONVERTED_ROWS.add(&[job.table], rows);
                    }
                    // What the database says no to now, it may take later: a lock, a connection,
                    // a column that an abort has taken back.
                    Err(error) => {
                        left = true;
                        tracing::warn!(%error, job.table, job.target, "rows could not be converted, and are tried again");
                    }
                }
            }
            if !left {
                converted.ended = true;
                return Ok(converted);
            }
            let pause = match worked {
                true => began.elapsed().mul_f64(1.0 / self.duty - 1.0),
                false => inner.fleet.poll(),
            };
            tokio::select! {
                biased;
                () = &mut stop => return Ok(converted),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

impl<M: Model> IntoFuture for Convert<M> {
    type Output = Result<Converted>;
    type IntoFuture = BoxFuture<'static, Result<Converted>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// What one look at a column has come to.
enum Tended {
    /// Nothing is left of it.
    Ended,
    /// There is nothing to do for now.
    Idle,
    /// A range was done, in which so many rows were written.
    Worked(u64),
}

/// One that converts, of which a process may have several.
struct Worker {
    inner: Arc<Inner>,
    descriptor: &'static Descriptor,
    database: Sql,
    /// How it claims ranges.
    name: String,
    rows: u32,
    /// For how long a claim holds.
    lease: Duration,
}

/// Tells the workers of a process apart.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

impl Worker {
    fn new(inner: Arc<Inner>, descriptor: &'static Descriptor, database: Sql, rows: u32) -> Self {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Worker {
            descriptor,
            database,
            name: format!("{}/{number}", inner.fleet.id()),
            rows,
            lease: inner.fleet.lease(),
            inner,
        }
    }

    async fn tend(&self, job: &Job) -> Result<Tended, sqlx::Error> {
        // Before every instance writes both sides there is nothing to do: what this one knows of
        // the phases spares the database the question.
        let (view, stages) = self.inner.views.stages();
        let stage = stages.get(job.migration).map(|stand| stand.stage);
        if view.is_some() && stage.unwrap_or_default() < Stage::Written {
            return Ok(Tended::Idle);
        }
        match job.state(&self.inner).await? {
            Some(State::Done) => return Ok(Tended::Ended),
            Some(State::Open) => {}
            Some(State::Held | State::Clean) | None => return Ok(Tended::Idle),
        }
        let keys = self.keys(job).await?;
        match job.claim(&self.inner, &keys, self.rows, self.lease).await? {
            Claim::Ended => Ok(Tended::Ended),
            Claim::Nothing => Ok(Tended::Idle),
            Claim::Again => Ok(Tended::Worked(0)),
            Claim::Chunk(chunk) => chunk::fill(self, job, &keys, &chunk)
                .await
                .map(Tended::Worked),
        }
    }

    /// The types of the key's columns, as the database says them, where parameters have types.
    async fn keys(&self, job: &Job) -> Result<Vec<(&'static str, String)>, sqlx::Error> {
        let key = self
            .descriptor
            .key()
            .map(|field| self.descriptor.column(field));
        let mut keys = Vec::new();
        for column in key {
            let ty = match self.database {
                Sql::Postgres | Sql::MariaDb => {
                    job.type_of(&self.inner, self.database, column).await?
                }
                _ => String::new(),
            };
            keys.push((column, ty));
        }
        Ok(keys)
    }
}
