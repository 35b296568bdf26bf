//! How fast the machine is just now, where no traffic tells.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use crate::rule::busy;

/// About 20 ms of each core's time, if this was optimised. Else nothing is measured, and a test
/// waits for it.
const WORK: u64 = match cfg!(debug_assertions) {
    true => 100_000,
    false => 12_000_000,
};

/// How often, so that one interruption is no verdict.
const TIMES: usize = 9;

/// How often it is tried to find the machine with nothing else to do, if only for an instant.
const TRIES: usize = 150;

/// The milliseconds of a piece of work that keeps every core busy: the median of some.
pub(crate) fn probe() -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut times: Vec<f64> = (0..TIMES).map(|_| once(cores)).collect();
    times.sort_by(f64::total_cmp);
    times[TIMES / 2]
}

/// The milliseconds of the same work on this machine when it has nothing else to do.
pub(crate) fn fastest() -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    (0..TRIES)
        .map(|_| once(cores))
        .fold(f64::INFINITY, f64::min)
}

/// Waits until the machine has little else to do. If it always has, the run begins all the same,
/// and does not count.
pub(crate) async fn rest(fastest: f64, patience: Duration) {
    let until = Instant::now() + patience;
    while busy(probe(), fastest) && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn once(cores: usize) -> f64 {
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut hasher = DefaultHasher::new();
                for number in 0..WORK {
                    number.hash(&mut hasher);
                }
                black_box(hasher.finish())
            });
        }
    });
    began.elapsed().as_secs_f64() * 1000.0
}
