//! Live traffic that knows what it wrote, and checks what it reads.
//!
//! Two kinds of worker run beside each other. An *old* one is a build from before the
//! columns: raw SQL with explicit columns. A *new* one goes through accessors, with a
//! `Db`, and so a view of the phases, of its own; each reads rows that another one
//! wrote, so that a difference between two views shows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use colmig::{Db, Error, Model, field};
use hdrhistogram::Histogram;

use crate::model::User;
use crate::raw;

/// The ids of each worker's own rows begin at a multiple of this.
const RANGE: i64 = 1_000_000_000;

/// A range of ids that no other worker of this process has.
pub(crate) fn own_range() -> i64 {
    static WORKERS: AtomicU64 = AtomicU64::new(1);
    RANGE * WORKERS.fetch_add(1, Ordering::Relaxed) as i64
}

/// What the traffic has seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// Requests that were answered.
    pub requests: AtomicU64,
    /// Writes that were refused by type because it is too early for their value.
    pub early: AtomicU64,
    /// What went wrong: failed statements, and reads of other than was written.
    pub wrong: Mutex<Vec<String>>,
    latency: Mutex<Option<Histogram<u64>>>,
}

/// What requests had to wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latency {
    /// How many there were.
    pub requests: u64,
    /// Half of them were faster.
    pub p50: Duration,
    /// One in a hundred was slower.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
}

/// Traffic that runs until it is stopped.
#[derive(Debug)]
pub struct Load {
    pub(crate) seen: Arc<Seen>,
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) tasks: Vec<tokio::task::JoinHandle<()>>,
}

/// What new workers tell each other: the rows that were acknowledged, by id.
type Acknowledged = Arc<Mutex<BTreeMap<i64, User>>>;

impl Load {
    /// Starts one new worker on each of `new`, one old one on each of `old`; `rows` were
    /// seeded with ids from 1 on. Each pauses between its requests.
    pub fn start(new: Vec<Db>, old: Vec<Db>, rows: i64, pause: Duration) -> Load {
        let seen = Arc::new(Seen::default());
        let stop = Arc::new(AtomicBool::new(false));
        let acknowledged: Vec<Acknowledged> = new.iter().map(|_| Acknowledged::default()).collect();
        let mut tasks = Vec::new();
        for (number, db) in new.into_iter().enumerate() {
            let worker = New {
                db,
                pace: Pace {
                    seen: Arc::clone(&seen),
                    stop: Arc::clone(&stop),
                    pause,
                },
                own: Arc::clone(&acknowledged[number]),
                other: Arc::clone(&acknowledged[(number + 1) % acknowledged.len()]),
                first: own_range(),
                rows,
            };
            tasks.push(tokio::spawn(worker.work()));
        }
        for db in old {
            let worker = Old {
                db,
                pace: Pace {
                    seen: Arc::clone(&seen),
                    stop: Arc::clone(&stop),
                    pause,
                },
                first: own_range(),
                rows,
            };
            tasks.push(tokio::spawn(worker.work()));
        }
        Load { seen, stop, tasks }
    }

    /// What the traffic has seen so far.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Stops, and gives what was seen.
    pub async fn stop(self) -> Arc<Seen> {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            if let Err(error) = task.await {
                self.seen.report(format!("a worker ended: {error}"));
            }
        }
        self.seen
    }
}

impl Seen {
    pub(crate) fn report(&self, what: String) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        // The first ones tell; thousands of the same do not tell more.
        if wrong.len() < 20 {
            wrong.push(what);
        }
    }

    /// What went wrong, at most the first twenty.
    pub fn wrong(&self) -> Vec<String> {
        self.wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What requests had to wait since this was asked last.
    pub fn take_latency(&self) -> Latency {
        let taken = self
            .latency
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(histogram) = taken else {
            return Latency::default();
        };
        let at = |quantile| Duration::from_micros(histogram.value_at_quantile(quantile));
        Latency {
            requests: histogram.len(),
            p50: at(0.5),
            p99: at(0.99),
            longest: Duration::from_micros(histogram.max()),
        }
    }

    fn record(&self, took: Duration) {
        let mut latency = self.latency.lock().unwrap_or_else(PoisonError::into_inner);
        if latency.is_none() {
            // From a microsecond to ten minutes, to three digits.
            *latency = Histogram::new_with_bounds(1, 600_000_000, 3).ok();
        }
        if let Some(histogram) = latency.as_mut() {
            histogram.saturating_record(took.as_micros() as u64);
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Clone)]
pub(crate) struct Pace {
    pub(crate) seen: Arc<Seen>,
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) pause: Duration,
}

impl Pace {
    /// Times a request. None if it failed, which is taken down unless it was only early.
    pub(crate) async fn request<T, E: Into<Failure>>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Option<T> {
        let start = Instant::now();
        let result = work.await;
        self.seen.record(start.elapsed());
        tokio::time::sleep(self.pause).await;
        match result.map_err(Into::into) {
            Ok(value) => Some(value),
            Err(Failure::Early) => {
                self.seen.early.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(Failure::Failed(error)) => {
                self.seen.report(format!("{what}: {error}"));
                None
            }
        }
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

pub(crate) enum Failure {
    Early,
    Failed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::NotWritable { .. } => Failure::Early,
            other => Failure::Failed(other.to_string()),
        }
    }
}

impl From<mongodb::error::Error> for Failure {
    fn from(error: mongodb::error::Error) -> Failure {
        Failure::Failed(error.to_string())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::Failed(error.to_string())
    }
}

/// A build that knows the new columns.
struct New {
    db: Db,
    pace: Pace,
    own: Acknowledged,
    other: Acknowledged,
    first: i64,
    rows: i64,
}

impl New {
    async fn work(self) {
        let mut number: i64 = 0;
        while !self.pace.stopped() {
            let id = self.first + number;
            self.insert(id, number).await;
            self.update(id - number % 7, number).await;
            self.read_seeded(number).await;
            self.read_of_another().await;
            if number % 5 == 4 {
                self.delete(id - 2).await;
            }
            number += 1;
        }
    }

    /// Every other row holds values of its own, which can be refused as too early.
    async fn insert(&self, id: i64, number: i64) {
        let mut user = User::plain(id);
        if number % 2 == 0 {
            user.display_name = format!("Dr. {id}");
            user.plan = "gold".to_owned();
            user.nick = Some(format!("nick{id}"));
        }
        let done = self.pace.request("insert", user.insert(&self.db)).await;
        if done.is_some() {
            self.acknowledge(id, Some(user));
        }
    }

    async fn update(&self, id: i64, number: i64) {
        let Some(mut user) = self.known(id) else {
            return;
        };
        user.display_name = format!("Changed {number}");
        user.nick = (number % 3 != 0).then(|| format!("nick{number}"));
        let update = User::update(id)
            .set(field!(User.display_name), &user.display_name)
            .set(field!(User.nick), user.nick.clone());
        let done = async {
            let mut tx = self.db.begin().await?;
            let found = update.execute(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, Error>(found)
        };
        match self.pace.request("update", done).await {
            Some(true) => self.acknowledge(id, Some(user)),
            Some(false) => self
                .pace
                .seen
                .report(format!("user {id} was acknowledged and is gone")),
            None => {}
        }
        let read = self.pace.request("find", User::find(&self.db, id)).await;
        if let Some(found) = read
            && found != self.known(id)
        {
            let known = self.known(id);
            self.pace.seen.report(format!(
                "own row: read {found:?} where {known:?} was acknowledged"
            ));
        }
    }

    async fn delete(&self, id: i64) {
        if self.known(id).is_none() {
            return;
        }
        // Forgotten first: from now on another worker may find it or not.
        self.acknowledge(id, None);
        self.pace
            .request("delete", User::delete(&self.db, id))
            .await;
    }

    /// Seeded rows are changed by old workers only, in their last name.
    async fn read_seeded(&self, number: i64) {
        let id = number * 7919 % self.rows + 1;
        let name = format!("First{id} %");
        let query = User::query(&self.db, "WHERE {id} = $1 AND {display_name} LIKE $2")
            .bind(id)
            .bind(name);
        let found = self.pace.request("query", query.fetch_all()).await;
        if let Some(found) = found
            && !matches!(&found[..], [user] if user.handle == format!("user {id}") && user.plan == "free" && user.nick.is_none())
        {
            self.pace
                .seen
                .report(format!("seeded row {id}: read {found:?}"));
        }
    }

    /// P1 across instances: what one acknowledged, another one reads.
    async fn read_of_another(&self) {
        let Some((id, mut expected)) = self.newest_of_another() else {
            return;
        };
        // A write that is under way may be seen before it is acknowledged, so a difference
        // counts only if it stays for as long as nothing is acknowledged.
        for _ in 0..60 {
            let found = self.pace.request("find", User::find(&self.db, id)).await;
            let Some(found) = found else { return };
            if found.as_ref() == Some(&expected) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            match self.of_another(id) {
                Some(now) if now == expected => {}
                Some(now) => expected = now,
                None => return,
            }
        }
        let found = User::find(&self.db, id).await;
        self.pace.seen.report(format!(
            "another's row: read {found:?} where {expected:?} was acknowledged"
        ));
    }

    fn newest_of_another(&self) -> Option<(i64, User)> {
        let other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
        other.last_key_value().map(|(id, user)| (*id, user.clone()))
    }

    fn of_another(&self, id: i64) -> Option<User> {
        self.other
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    fn known(&self, id: i64) -> Option<User> {
        self.own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    fn acknowledge(&self, id: i64, user: Option<User>) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        match user {
            Some(user) => own.insert(id, user),
            None => own.remove(&id),
        };
    }
}

/// A build from before the columns.
struct Old {
    db: Db,
    pace: Pace,
    first: i64,
    rows: i64,
}

impl Old {
    async fn work(self) {
        let mut number: i64 = 0;
        while !self.pace.stopped() {
            let id = self.first + number;
            let seeded = number * 104_729 % self.rows + 1;
            for sql in [
                format!(
                    "INSERT INTO users (id, first_name, last_name) VALUES ({id}, 'First{id}', 'Last{id}')"
                ),
                format!("UPDATE users SET last_name = 'Last{seeded}.{number}' WHERE id = {seeded}"),
                format!(
                    "UPDATE users SET first_name = 'First{id}', last_name = 'New' WHERE id = {id}"
                ),
                format!("DELETE FROM users WHERE id = {} AND id % 3 = 0", id - 1),
            ] {
                self.pace.request(&sql, raw::execute(&self.db, &sql)).await;
            }
            let sql = format!("SELECT last_name FROM users WHERE id = {id}");
            let read = self.pace.request(&sql, raw::text(&self.db, &sql)).await;
            if let Some(read) = read
                && read.as_deref() != Some("New")
            {
                self.pace
                    .seen
                    .report(format!("old build: read {read:?} of user {id}"));
            }
            number += 1;
        }
    }
}
