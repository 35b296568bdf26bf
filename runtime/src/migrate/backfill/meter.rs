//! How fast a backfill goes, and how long it will go on.

use std::time::Duration;

use tokio::time::Instant;

use crate::migrate::error::{Place, millis};
use crate::migrate::event::Event;
use crate::migrate::store::Sums;

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
            batch_rows: Some(done.next_rows),
            longest_batch_ms: Some(millis(self.longest)),
        })
    }
}
