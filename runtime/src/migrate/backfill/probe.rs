//! How long round trips have taken of late: what the engine notices of how the database is doing.
//!
//! It asks nothing of its own. Looks at the sessions that are at work, which precede batches, are
//! reads; the commits of batches are writes. On PostgreSQL a batch's commit waits for no disk
//! ([`begin_batch`](crate::migrate::driver::Driver::begin_batch)), so what it takes is the way
//! there and back, and the time for which the server had something else to do.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::migrate::event::ProbeLatency;
use crate::migrate::measure::{self, Probed};

/// Half of the time that is remembered.
const HALF: Duration = Duration::from_secs(5);

/// Longer round trips are counted as this long, in microseconds.
const LONGEST_US: u64 = 3_600_000_000;

/// The round trips of the last 5 to 10 seconds.
pub(super) struct Probe {
    read: Option<Window>,
    write: Option<Window>,
}

impl Probe {
    pub(super) fn new() -> Self {
        Probe {
            read: Window::new(),
            write: Window::new(),
        }
    }

    /// Takes note of a round trip.
    pub(super) fn record(&mut self, probed: Probed, took: Duration, now: Instant) {
        measure::probe(probed, took);
        let window = match probed {
            Probed::Read => &mut self.read,
            Probed::Write => &mut self.write,
        };
        if let Some(window) = window {
            window.record(took, now);
        }
    }

    /// What they took.
    pub(super) fn latency(&mut self, now: Instant) -> ProbeLatency {
        let [read_p50_us, read_p99_us] = quantiles(&mut self.read, now);
        let [write_p50_us, write_p99_us] = quantiles(&mut self.write, now);
        ProbeLatency {
            read_p50_us,
            read_p99_us,
            write_p50_us,
            write_p99_us,
        }
    }
}

fn quantiles(window: &mut Option<Window>, now: Instant) -> [Option<u64>; 2] {
    match window {
        Some(window) => window.quantiles(now),
        None => [None; 2],
    }
}

/// Durations of a sliding window, in two halves: the older one goes when the newer one is full.
struct Window {
    newer: Histogram<u64>,
    older: Histogram<u64>,
    turned: Option<Instant>,
}

impl Window {
    /// None if the bounds are no bounds of a histogram, which a test rules out.
    fn new() -> Option<Window> {
        let empty = Histogram::new_with_bounds(1, LONGEST_US, 2).ok()?;
        Some(Window {
            newer: empty.clone(),
            older: empty,
            turned: None,
        })
    }

    fn turn(&mut self, now: Instant) {
        let Some(turned) = self.turned else {
            self.turned = Some(now);
            return;
        };
        let age = now.saturating_duration_since(turned);
        if age < HALF {
            return;
        }
        std::mem::swap(&mut self.newer, &mut self.older);
        self.newer.reset();
        if age >= 2 * HALF {
            // Nothing came for so long that the other half is old as well.
            self.older.reset();
        }
        self.turned = Some(now);
    }

    fn record(&mut self, took: Duration, now: Instant) {
        self.turn(now);
        let us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US);
        self.newer.saturating_record(us.clamp(1, LONGEST_US));
    }

    /// The median and the 99th percentile, in microseconds.
    fn quantiles(&mut self, now: Instant) -> [Option<u64>; 2] {
        self.turn(now);
        let mut both = self.newer.clone();
        if both.add(&self.older).is_err() || both.is_empty() {
            return [None; 2];
        }
        [0.5, 0.99].map(|quantile| Some(both.value_at_quantile(quantile)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn quantiles_are_of_the_last_ten_seconds_at_most() {
        let began = Instant::now();
        let mut probe = Probe::new();
        assert_eq!(probe.latency(began), ProbeLatency::default());
        for took in 1..=100 {
            probe.record(Probed::Read, took * MS, began);
        }
        let latency = probe.latency(began);
        let near = |found: Option<u64>, us: u64| found.is_some_and(|f| f.abs_diff(us) <= us / 50);
        assert!(near(latency.read_p50_us, 50_000), "{latency:?}");
        assert!(near(latency.read_p99_us, 99_000), "{latency:?}");
        assert_eq!(latency.write_p99_us, None);
        // What is older than a half is kept for another half, and then forgotten.
        let later = began + HALF;
        probe.record(Probed::Read, MS, later);
        assert!(near(probe.latency(later).read_p99_us, 99_000));
        let latest = later + HALF;
        assert!(near(probe.latency(latest).read_p99_us, 1_000));
        assert_eq!(probe.latency(latest + 2 * HALF).read_p99_us, None);
    }

    #[test]
    fn what_is_too_long_or_too_short_to_count_is_counted_at_the_end() {
        let now = Instant::now();
        let mut probe = Probe::new();
        probe.record(Probed::Write, Duration::MAX, now);
        assert!(probe.latency(now).write_p99_us >= Some(LONGEST_US / 100 * 99));
        let mut probe = Probe::new();
        probe.record(Probed::Write, Duration::ZERO, now);
        assert_eq!(probe.latency(now).write_p50_us, Some(1));
    }
}
