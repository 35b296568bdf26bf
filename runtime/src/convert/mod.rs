//! Converts old rows and documents by a rule in Rust, in the processes of the application.
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
mod cores;
#[cfg(feature = "mongodb")]
mod documents;
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
use crate::private::{Derived, Descriptor};
pub(crate) use job::State;
use job::{Claim, Job};
pub(crate) use raw::Raw;

/// The greatest number of rows in a range: databases take only so many parameters at once.
const MOST_ROWS: u32 = 2_000;

/// How often a range is gone over before the rest of it is left to the next pass: rows that
/// are written all the time may change again and again.
const TRIES: u32 = 4;

/// As many rows that do not convert are kept with their keys. More are counted.
const KEPT_FAILURES: usize = 100;

/// What [`convert`] converts: every struct that derives [`Model`](macro@crate::Model), be it a table or
/// a collection.
pub trait Convertible: Sized + 'static {
    /// What is known of it without its type.
    #[doc(hidden)]
    const OF: &'static Descriptor;

    /// Whether it is a collection.
    #[doc(hidden)]
    const IS_COLLECTION: bool = true;
}

impl<M: Derived> Convertible for M {
    const OF: &'static Descriptor = <M as Model>::DESCRIPTOR;
    const IS_COLLECTION: bool = false;
}

/// Converts the old rows of a table, or the old documents of a collection, by the functions that `up_fn`
/// and `backfill_fn` name, as soon as `cargo colmig run` comes to that. Await it in a task of its own,
/// in every instance.
///
/// It claims ranges of the primary key, computes on every core, and writes a row only if it
/// still holds what was converted. A row for which the function gives an error, or panics, is
/// left as it is, and held against the migration with its key.
///
/// It ends when all rows of all columns in flight are converted; at once where the model has
/// none. Dropped, it leaves its range to others, when its lease has run out.
///
/// ```no_run
/// # async fn example<User: colmig::Convertible>(db: colmig::Db) {
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
pub fn convert<M: Convertible>(db: &Db) -> Convert<M> {
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

impl<M: Convertible> fmt::Debug for Convert<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Convert")
            .field("model", &M::OF.model)
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

impl<M: Convertible> Convert<M> {
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
    /// # async fn example<User: colmig::Convertible>(db: colmig::Db) -> colmig::Result<()> {
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
        let descriptor = M::OF;
        let inner = self.db.inner();
        let work = Work::of(inner, descriptor, M::IS_COLLECTION, self.rows)?;
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
            let round = work.round().await;
            converted.rows += round.rows;
            if !round.left {
                converted.ended = true;
                return Ok(converted);
            }
            let pause = match round.worked {
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

impl<M: Convertible> IntoFuture for Convert<M> {
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

/// What there is to do for a model, and who does it.
enum Work {
    Rows(Worker, Vec<Job>),
    #[cfg(feature = "mongodb")]
    Documents(documents::Worker),
}

/// What was done by looking once at each column.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    /// Whether anything is left.
    left: bool,
    /// Whether a range was done.
    worked: bool,
    rows: u64,
}

impl Round {
    /// Adds what one look at a column has come to.
    fn add(
        &mut self,
        table: &'static str,
        column: &str,
        tended: Result<Tended, impl fmt::Display>,
    ) {
        match tended {
            Ok(Tended::Ended) => {}
            Ok(Tended::Idle) => self.left = true,
            Ok(Tended::Worked(rows)) => {
                (self.left, self.worked) = (true, true);
                self.rows += rows;
                crate::metrics::CONVERTED_ROWS.add(&[table], rows);
            }
            // What the database says no to now, it may take later: a lock, a connection, a column
            // that an abort has taken back.
            Err(error) => {
                self.left = true;
                tracing::warn!(%error, table, column, "rows could not be converted, and are tried again");
            }
        }
    }
}

impl Work {
    fn of(
        inner: &Arc<Inner>,
        descriptor: &'static Descriptor,
        is_collection: bool,
        rows: u32,
    ) -> Result<Work> {
        let flights: Vec<&'static Flight> = match descriptor.flights {
            Some(flights) => flights.of(descriptor)?.iter().collect(),
            None => Vec::new(),
        };
        #[cfg(feature = "mongodb")]
        if is_collection {
            let worker = documents::Worker::new(Arc::clone(inner), descriptor, flights, rows)?;
            return Ok(Work::Documents(worker));
        }
        #[cfg(not(feature = "mongodb"))]
        debug_assert!(!is_collection, "there is no such database in this build");
        let database = inner.sql(descriptor.model)?;
        let worker = Worker::new(Arc::clone(inner), descriptor, database, rows);
        let jobs = flights.into_iter();
        let jobs = jobs.filter_map(|flight| Job::of(descriptor, flight, &worker.name));
        let jobs = jobs.collect();
        Ok(Work::Rows(worker, jobs))
    }

    async fn round(&self) -> Round {
        let mut round = Round::default();
        match self {
            Work::Rows(worker, jobs) => {
                for job in jobs {
                    round.add(job.table, job.target, worker.tend(job).await);
                }
            }
            #[cfg(feature = "mongodb")]
            Work::Documents(worker) => worker.round(&mut round).await,
        }
        round
    }
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

/// The name of another one in this process.
fn name(inner: &Inner) -> String {
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    format!("{}/{number}", inner.fleet.id())
}

/// Whether it is too early to ask the database: before every instance writes both sides there is
/// nothing to do, and what this one knows of the phases says so.
fn is_early(inner: &Inner, migration: &str) -> bool {
    let (view, stages) = inner.views.stages();
    let stage = stages.get(migration).map(|stand| stand.stage);
    view.is_some() && stage.unwrap_or_default() < Stage::Written
}

impl Worker {
    fn new(inner: Arc<Inner>, descriptor: &'static Descriptor, database: Sql, rows: u32) -> Self {
        Worker {
            descriptor,
            database,
            name: name(&inner),
            rows,
            lease: inner.fleet.lease(),
            inner,
        }
    }

    async fn tend(&self, job: &Job) -> Result<Tended, sqlx::Error> {
        if is_early(&self.inner, job.migration) {
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
