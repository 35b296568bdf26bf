//! The live traffic: an open loop, in a process of its own.
//!
//! Transactions are due at times that do not depend on how long others take, and their latency
//! counts from then: whoever comes while the database stands still has to wait as well.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use colmig::Database;

use crate::Result;
use crate::arguments::Live;
use crate::connection::Connection;
use crate::errand::Errand;

/// The connections to a server: a pool's worth, all of which do both.
const POOL: usize = 16;

/// One update for four reads.
const READS: f64 = 0.8;

/// How much of a transaction is written down: when it was due, how long it took from then, and
/// what it was, each as eight bytes.
pub(crate) const RECORD: usize = 24;

/// What a transaction was.
pub(crate) const WAS_READ: u64 = 0;
pub(crate) const WAS_UPDATE: u64 = 1;
pub(crate) const HAS_FAILED: u64 = 2;

/// The time as both processes see it, in microseconds.
pub(crate) fn micros() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_micros() as u64)
}

/// Sends transactions until standard input ends; then what is due by now is finished.
pub(crate) fn serve(arguments: &Live) -> Result<()> {
    let database = Database::of_url(&arguments.url).ok_or("nobody knows such a URL")?;
    let plans = match database {
        // SQLite has one writer at a time, so an application gives it a connection of its own.
        Database::Sqlite => vec![
            Plan::new(arguments, 1.0, READS, 1),
            Plan::new(arguments, 0.0, 1.0 - READS, 2),
        ],
        _ => vec![Plan::new(arguments, READS, 1.0, 0); POOL],
    };
    let mut workers = Vec::new();
    for plan in &plans {
        workers.push(Worker::open(arguments, plan.reads)?);
    }
    let schedules: Vec<Mutex<Schedule>> = match database {
        Database::Sqlite => plans
            .iter()
            .map(|plan| Mutex::new(Schedule::new(plan)))
            .collect(),
        _ => vec![Mutex::new(Schedule::new(&plans[0]))],
    };
    let began = Began {
        instant: Instant::now(),
        micros: micros(),
        stopped: OnceLock::new(),
    };
    println!("{}", began.micros);
    let records = thread::scope(|scope| {
        let began = &began;
        let workers: Vec<_> = workers
            .into_iter()
            .enumerate()
            .map(|(number, worker)| {
                let schedule = &schedules[number % schedules.len()];
                scope.spawn(move || worker.work(schedule, began))
            })
            .collect();
        // Also the end of whoever started this process.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = began.stopped.set(began.instant.elapsed());
        let records: Result<Vec<_>> = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| "a worker panicked")?)
            .collect();
        records
    })?;
    let mut out = BufWriter::new(File::create(&arguments.out)?);
    for [due, took, kind] in records.into_iter().flatten() {
        out.write_all(&(began.micros + due).to_le_bytes())?;
        out.write_all(&took.to_le_bytes())?;
        out.write_all(&kind.to_le_bytes())?;
    }
    Ok(out.flush()?)
}

struct Began {
    instant: Instant,
    micros: u64,
    /// When the last transactions were due.
    stopped: OnceLock<Duration>,
}

/// What some connections have to do.
#[derive(Clone)]
struct Plan {
    reads: f64,
    /// None is as much as can be.
    rate: Option<f64>,
    rows: i64,
    seed: u64,
}

impl Plan {
    fn new(arguments: &Live, reads: f64, share: f64, number: u64) -> Plan {
        Plan {
            reads,
            rate: arguments.rate.map(|rate| rate * share),
            rows: arguments.rows,
            seed: arguments.seed.wrapping_add(number << 32),
        }
    }
}

/// When the next transaction is due, and on which row.
struct Schedule {
    plan: Plan,
    random: Random,
    due: Duration,
}

impl Schedule {
    fn new(plan: &Plan) -> Schedule {
        Schedule {
            random: Random(plan.seed),
            plan: plan.clone(),
            due: Duration::ZERO,
        }
    }

    /// Customers do not know of each other: the time between two of them is exponential.
    fn next(&mut self, now: Duration) -> (Duration, i64, Errand) {
        self.due = match self.plan.rate {
            Some(rate) => {
                let gap = -(1.0 - self.random.share()).ln() / rate;
                self.due + Duration::from_secs_f64(gap.min(60.0))
            }
            None => now,
        };
        let key = (self.random.share() * self.plan.rows as f64) as i64 + 1;
        let errand = match self.random.share() < self.plan.reads {
            true => Errand::Read,
            false => Errand::Update,
        };
        (self.due, key, errand)
    }
}

/// SplitMix64, by Steele, Lea and Flood: the same seed is the same traffic on every machine.
struct Random(u64);

impl Random {
    /// At least 0, and less than 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// One connection. It has a thread, because a thread sleeps to the microsecond, and timers of a
/// runtime to the millisecond, which here is as long as all the rest.
struct Worker {
    runtime: tokio::runtime::Runtime,
    connection: Connection,
}

impl Worker {
    fn open(arguments: &Live, reads: f64) -> Result<Worker> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut connection = runtime.block_on(Connection::open(&arguments.url, "live"))?;
        // Statements are prepared before the clock runs.
        if reads > 0.0 {
            runtime.block_on(connection.one(Errand::Read, 1))?;
        }
        if reads < 1.0 {
            runtime.block_on(connection.one(Errand::Update, 1))?;
        }
        Ok(Worker {
            runtime,
            connection,
        })
    }

    fn work(mut self, schedule: &Mutex<Schedule>, began: &Began) -> Result<Vec<[u64; 3]>> {
        let mut records = Vec::new();
        loop {
            let now = began.instant.elapsed();
            let mut next = schedule.lock().unwrap_or_else(PoisonError::into_inner);
            let (due, key, errand) = next.next(now);
            drop(next);
            if !until(due, began) {
                break;
            }
            let done = self.runtime.block_on(self.connection.one(errand, key));
            let kind = match (done, errand) {
                (Err(_), _) => HAS_FAILED,
                (Ok(()), Errand::Read) => WAS_READ,
                (Ok(()), Errand::Update) => WAS_UPDATE,
            };
            let took = began.instant.elapsed().saturating_sub(due);
            records.push([due.as_micros() as u64, took.as_micros() as u64, kind]);
        }
        self.runtime.block_on(self.connection.close())?;
        Ok(records)
    }
}

/// Waits until something is due. Whether it is: nothing is after the stop.
fn until(due: Duration, began: &Began) -> bool {
    const LOOK: Duration = Duration::from_millis(100);
    loop {
        if began.stopped.get().is_some_and(|stopped| due >= *stopped) {
            return false;
        }
        let left = due.saturating_sub(began.instant.elapsed());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(LOOK));
    }
}
