//! How fast a backfill goes, and how long it will go on.

use std::time::Duration;

use tokio::time::Instant;

use super::cursor::Cursor;
use super::range::Batch;
use crate::migrate::error::Place;
use crate::migrate::event::Event;
use crate::migrate::session::Session;

/// How often progress is reported.
const REPORT: Duration = Duration::from_millis(250);

/// Counts, and reports now and then.
pub(super) struct Meter {
    estimated: Option<u64>,
    began: Instant,
    /// What this run has covered, over all of its passes.
    covered: u64,
    reported: Option<Instant>,
    /// The pass of the batch before this one, and what it had covered.
    last: (u32, u64),
}

impl Meter {
    pub(super) fn new(estimated: Option<u64>) -> Self {
        Meter {
            estimated,
            began: Instant::now(),
            covered: 0,
            reported: None,
            last: (0, 0),
        }
    }

    pub(super) fn report(&mut self, session: &Session<'_>, place: &Place, batch: &Batch) {
        let Cursor {
            passes,
            covered,
            filled,
            ..
        } = batch.cursor;
        let before = if self.last.0 == passes {
            self.last.1
        } else {
            0
        };
        // What an earlier run has covered is no part of this one's rate.
        let rows = u64::from(session.settings.batch_rows);
        self.covered += covered.saturating_sub(before).min(rows);
        self.last = (passes, covered);
        let due = self
            .reported
            .is_none_or(|reported| reported.elapsed() >= REPORT);
        if !due && !batch.ended {
            return;
        }
        self.reported = Some(Instant::now());
        let rate = self.covered as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let left = self
            .estimated
            .map(|estimated| estimated.saturating_sub(covered) as f64 / rate);
        session.watch.emit(Event::BackfillProgress {
            migration: place.migration.clone(),
            step: place.step.clone(),
            rows: covered,
            filled,
            estimated_rows: self.estimated,
            rate,
            seconds_left: left
                .filter(|left| left.is_finite())
                .map(|left| left.ceil() as u64),
            pass: passes + 1,
        });
    }
}
