//! What transactions had to wait, as figures.

use std::ops::Range;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::Result;
use crate::traffic::Sample;

/// The width of a point in the chart, in microseconds.
pub(crate) const WINDOW: u64 = 250_000;

/// Latencies in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Latency {
    pub(crate) transactions: u64,
    pub(crate) failed: u64,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    /// That of updates alone. SQLite has one writer at a time: only they wait for a backfill.
    pub(crate) update_p99: f64,
    /// The longest that an update took.
    pub(crate) longest_update: f64,
    /// The longest of all.
    pub(crate) longest: f64,
}

impl Latency {
    /// Of the transactions that were due in a span of time.
    pub(crate) fn of(samples: &[Sample], span: &Range<u64>) -> Result<Latency> {
        let mut all = Histogram::<u64>::new(3)?;
        let mut updates = Histogram::<u64>::new(3)?;
        let mut latency = Latency::default();
        for sample in within(samples, span) {
            all.record(sample.took.max(1))?;
            latency.failed += u64::from(sample.failed);
            if sample.update {
                updates.record(sample.took.max(1))?;
                latency.longest_update = latency.longest_update.max(ms(sample.took));
            }
        }
        latency.transactions = all.len();
        latency.longest = ms(all.max());
        latency.p50 = ms(all.value_at_quantile(0.50));
        latency.p95 = ms(all.value_at_quantile(0.95));
        latency.p99 = ms(all.value_at_quantile(0.99));
        latency.update_p99 = ms(updates.value_at_quantile(0.99));
        Ok(latency)
    }
}

/// The p99 of each window of a span, in milliseconds, with the seconds since its beginning. What
/// is left at the end is no window: of few transactions the p99 says little.
pub(crate) fn windows(samples: &[Sample], span: &Range<u64>) -> Result<Vec<(f64, f64)>> {
    let mut points = Vec::new();
    let mut start = span.start;
    while start + WINDOW <= span.end {
        let window = start..start + WINDOW;
        let latency = Latency::of(samples, &window)?;
        if latency.transactions > 0 {
            let at = (start - span.start) as f64 / 1e6;
            points.push((at, latency.p99));
        }
        start += WINDOW;
    }
    Ok(points)
}

/// Samples are in the order in which they were due.
fn within<'a>(samples: &'a [Sample], span: &Range<u64>) -> &'a [Sample] {
    let from = samples.partition_point(|sample| sample.due < span.start);
    let to = samples.partition_point(|sample| sample.due < span.end);
    &samples[from..to.max(from)]
}

fn ms(micros: u64) -> f64 {
    micros as f64 / 1000.0
}
