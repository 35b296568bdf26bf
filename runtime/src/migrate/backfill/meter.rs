//! How fast a backfill goes, and how long it will go on.

use std::time::Duration;

use tokio::time::Instant;

use super::probe::Probe;
use crate::migrate::error::{Place, millis};
use crate::migrate::event::Event;
use crate::migrate::measure::{self, Probed};
use crate::migrate::store::Sums;

/// From when on the workers of a process count as held: before that, a wait is not worth a word.
const HELD_FROM: Duration = Duration::from_secs(1);

/// How often progress is reported.
const REPORT: Duration = Duration::from_millis(250);

/// What one batch did.
pub(super) struct Done {
    /// The rows of the one after it.
    pub(super) next_rows: u64,
    pub(super) covered: u64,
    pub(super) changed: u64,
    /// How long it took, with its commit.
    pub(super) busy: Duration,
    pub(super) statements: u64,
}

/// Counts, and reports now and then.
pub(super) struct Meter {
    estimated: Option<u64>,
    pass: u32,
    /// What earlier passes have filled.
    filled: u64,
    /// What had been done in this pass when this process began.
    before: Sums,
    /// What the records say by now, of every process.
    known: Sums,
    /// What this process has done.
    pub(super) ours: Sums,
    began: Instant,
    reported: Option<Instant>,
    longest: Duration,
    probe: Probe,
    /// When a batch was done last, and how large the next one is.
    last: Instant,
    next_rows: Option<u64>,
    /// The brake that holds, once it has held for long.
    held: Option<String>,
    pub(super) statements: u64,
}

impl Meter {
    pub(super) fn new(estimated: Option<u64>, pass: u32, filled: u64, before: Sums) -> Self {
        Meter {
            estimated,
            pass,
            filled,
            before,
            known: before,
            ours: Sums::default(),
            began: Instant::now(),
            reported: None,
            longest: Duration::ZERO,
            probe: Probe::new(),
            last: Instant::now(),
            next_rows: None,
            held: None,
            statements: 0,
        }
    }

    pub(super) fn learn(&mut self, sums: Sums) {
        self.known = sums;
    }

    /// The rows that this pass has changed.
    pub(super) fn changed(&self) -> u64 {
        // The records lag behind this process, and this process knows nothing of others.
        let Meter {
            known,
            before,
            ours,
            ..
        } = self;
        known.changed.max(before.changed + ours.changed)
    }

    /// Takes note of a batch. What there is to tell, if it is time to.
    pub(super) fn batch(&mut self, place: &Place, done: &Done) -> Option<Event> {
        self.ours.covered += done.covered;
        self.ours.changed += done.changed;
        self.longest = self.longest.max(done.busy);
        self.statements += done.statements;
        self.last = Instant::now();
        self.next_rows = Some(done.next_rows);
        measure::batch(place, done.covered, done.changed, done.busy);
        if let Some(brake) = self.held.take() {
            measure::held(&place.migration, &place.step, &brake, false);
        }
        self.tell(place)
    }

    /// Takes note of a round trip.
    pub(super) fn probed(&mut self, probed: Probed, took: Duration) {
        self.probe.record(probed, took, std::time::Instant::now());
    }

    /// Takes note that a worker is kept from its batch. What there is to tell, if it is time to.
    pub(super) fn waits(&mut self, place: &Place, brake: &str) -> Option<Event> {
        if self.last.elapsed() < HELD_FROM {
            return None;
        }
        if self.held.as_deref() != Some(brake) {
            if let Some(other) = self.held.replace(brake.to_owned()) {
                measure::held(&place.migration, &place.step, &other, false);
            }
            measure::held(&place.migration, &place.step, brake, true);
        }
        self.tell(place)
    }

    fn tell(&mut self, place: &Place) -> Option<Event> {
        let told = self.reported.is_some_and(|told| told.elapsed() < REPORT);
        if told {
            return None;
        }
        self.reported = Some(Instant::now());
        // The records lag behind this process, and this process knows nothing of others.
        let all = |known: u64, before: u64, ours: u64| known.max(before + ours);
        let rows = all(self.known.covered, self.before.covered, self.ours.covered);
        let changed = all(self.known.changed, self.before.changed, self.ours.changed);
        // What an earlier run has covered is no part of this one's rate.
        let here = rows - self.before.covered;
        let rate = here as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let left = self
            .estimated
            .map(|estimated| estimated.saturating_sub(rows) as f64 / rate);
        Some(Event::BackfillProgress {
            migration: place.migration.clone(),
            step: place.step.clone(),
            rows,
            filled: self.filled + changed,
            estimated_rows: self.estimated,
            rate,
            seconds_left: left
                .filter(|left| left.is_finite())
                .map(|left| left.ceil() as u64),
            pass: self.pass,
            batch_rows: self.next_rows,
            longest_batch_ms: Some(millis(self.longest)),
            probe: self.probe.latency(std::time::Instant::now()),
            held: self.held.clone(),
        })
    }
}

#[cfg(all(test, feature = "metrics"))]
mod tests {
    use std::sync::{Arc, Mutex, PoisonError};

    use colmig_schema::Phase;
    use metrics::{
        Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    };

    use super::*;

    /// Keeps what gauges are set to, by their labels.
    #[derive(Clone, Default)]
    struct Gauges(Arc<Mutex<Vec<(Key, f64)>>>);

    struct One(Gauges, Key);

    impl GaugeFn for One {
        fn increment(&self, _: f64) {}

        fn decrement(&self, _: f64) {}

        fn set(&self, value: f64) {
            let gauge = (self.1.clone(), value);
            self.0
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(gauge);
        }
    }

    impl Recorder for Gauges {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(Arc::new(One(self.clone(), key.clone())))
        }

        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    /// The brake of a report.
    fn brake(event: Option<Event>) -> Option<String> {
        match event {
            Some(Event::BackfillProgress { held, .. }) => held,
            _ => None,
        }
    }

    #[test]
    fn a_brake_counts_as_held_after_a_second_and_until_the_next_batch() {
        let gauges = Gauges::default();
        let place = Place {
            migration: "1_a".to_owned(),
            phase: Phase::Backfill,
            step: "fill".to_owned(),
        };
        let done = Done {
            next_rows: 10,
            covered: 10,
            changed: 10,
            busy: Duration::from_millis(1),
            statements: 2,
        };
        let mut meter = Meter::new(Some(100), 1, 0, Sums::default());
        let _recording = metrics::set_default_local_recorder(&gauges);
        assert_eq!(brake(meter.waits(&place, "pause")), None);
        meter.last -= HELD_FROM;
        assert_eq!(
            brake(meter.waits(&place, "pause")).as_deref(),
            Some("pause")
        );
        meter.reported = None;
        assert_eq!(brake(meter.waits(&place, "lag")).as_deref(), Some("lag"));
        meter.reported = None;
        let event = meter.batch(&place, &done);
        assert!(event.is_some());
        assert_eq!(brake(event), None);
        let set = gauges
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let held: Vec<(String, f64)> = set
            .iter()
            .filter(|(key, _)| key.name() == crate::metrics::BACKFILL_HELD.name)
            .filter_map(|(key, value)| {
                let brake = key.labels().find(|label| label.key() == "brake")?;
                Some((brake.value().to_owned(), *value))
            })
            .collect();
        let expected = [("pause", 1.0), ("pause", 0.0), ("lag", 1.0), ("lag", 0.0)];
        assert_eq!(
            held,
            expected.map(|(brake, value)| (brake.to_owned(), value))
        );
    }
}
