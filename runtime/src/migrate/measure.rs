//! What happens during a run, as metrics.

use std::time::Duration;

use colmig_schema::Phase;
use colmig_schema::fleet::{self, Instance};

use super::error::Place;
use super::event::Event;
use crate::metrics;

/// Which round trip told how the database is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    /// A look at the sessions that are at work.
    Read,
    /// The commit of a batch.
    Write,
}

/// Takes note of an event.
pub(super) fn event(event: &Event) {
    match event {
        Event::PhaseEntered { migration, phase } => in_phase(migration, Some(*phase)),
        Event::MigrationFinished { migration } | Event::MigrationAborted { migration } => {
            in_phase(migration, None);
        }
        Event::RunLockHeld { .. } => waits("", "run-lock"),
        Event::ConnectionLost { .. } => waits("", "connection"),
        Event::InstancesWaiting { migration, .. } => waits(migration, "instances"),
        Event::GateWaiting { migration, .. } => waits(migration, "gate"),
        Event::LockWaiting { migration, .. } => waits(migration, "lock"),
        Event::LockTimedOut { migration, .. } => waits(migration, "lock-timeout"),
        Event::WorkersMissing { migration, .. } => waits(migration, "workers"),
        Event::BackfillProgress {
            migration,
            step,
            rows,
            estimated_rows,
            seconds_left,
            batch_rows,
            ..
        } => {
            let labels = [migration.as_str(), step.as_str()];
            if let Some(estimated) = estimated_rows {
                metrics::BACKFILL_ROWS_REMAINING
                    .set(&labels, number(estimated.saturating_sub(*rows)));
            }
            if let Some(seconds) = seconds_left {
                metrics::BACKFILL_SECONDS_LEFT.set(&labels, number(*seconds));
            }
            if let Some(rows) = batch_rows {
                metrics::BACKFILL_BATCH_ROWS.set(&labels, number(*rows));
            }
        }
        Event::BackfillHeld {
            migration,
            step,
            brake,
            ..
        } => held(migration, step, brake, true),
        Event::BackfillReleased {
            migration,
            step,
            brake,
            ..
        } => held(migration, step, brake, false),
        Event::CompareProgress {
            migration,
            step,
            rows,
            differing,
            ..
        } => {
            let labels = [migration.as_str(), step.as_str()];
            metrics::COMPARE_ROWS.set(&labels, number(*rows));
            metrics::COMPARE_ROWS_DIFFERING.set(&labels, number(*differing));
        }
        _ => {}
    }
}

/// Takes note of a batch: the rows that it covered, those that it changed, and how long it took.
pub(super) fn batch(place: &Place, covered: u64, changed: u64, took: Duration) {
    let labels = [place.migration.as_str(), place.step.as_str()];
    metrics::BACKFILL_ROWS.add(&labels, covered);
    metrics::BACKFILL_ROWS_CHANGED.add(&labels, changed);
    metrics::BACKFILL_BATCH_SECONDS.observe(&labels, took);
}

/// Takes note that nothing is left to fill.
pub(super) fn filled(place: &Place) {
    let labels = [place.migration.as_str(), place.step.as_str()];
    metrics::BACKFILL_ROWS_REMAINING.set(&labels, 0.0);
    metrics::BACKFILL_SECONDS_LEFT.set(&labels, 0.0);
}

/// Takes note of a round trip.
pub(super) fn probe(probed: Probed, took: Duration) {
    let kind = match probed {
        Probed::Read => "read",
        Probed::Write => "write",
    };
    metrics::BACKFILL_PROBE_SECONDS.observe(&[kind], took);
}

/// Takes note of a brake that holds the batches, or has let go of them.
pub(super) fn held(migration: &str, step: &str, brake: &str, holds: bool) {
    let labels = [migration, step, brake];
    metrics::BACKFILL_HELD.set(&labels, f64::from(u8::from(holds)));
}

/// Takes note of a look at the fleet, in which leases end at so many milliseconds from now.
pub(super) fn fleet(instances: &[Instance]) {
    let live = instances
        .iter()
        .filter(|instance| fleet::is_live(instance.expires_at, 0));
    metrics::FLEET_INSTANCES.set(&["live"], number(live.count() as u64));
}

/// Takes note of how many instances have not arrived in what is published.
pub(super) fn behind(instances: usize) {
    metrics::FLEET_INSTANCES.set(&["behind"], number(instances as u64));
}

fn in_phase(migration: &str, now: Option<Phase>) {
    for phase in Phase::ALL {
        let is_it = f64::from(u8::from(now == Some(phase)));
        metrics::PHASE.set(&[migration, phase.name()], is_it);
    }
}

fn waits(migration: &str, reason: &str) {
    metrics::RUN_WAITS.add(&[migration, reason], 1);
}

/// A count as a gauge has it.
#[expect(
    clippy::cast_precision_loss,
    reason = "nobody watches the last of 2^53 rows"
)]
fn number(count: u64) -> f64 {
    count as f64
}
