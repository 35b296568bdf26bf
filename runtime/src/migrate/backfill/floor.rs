//! The least that a row takes, by which delay is told.

use std::time::Duration;

/// For how long the least that a row has taken is remembered, at least.
const SPAN: Duration = Duration::from_secs(10);

/// A batch stands still from this many times its usual duration on.
const STANDSTILL: f64 = 5.0;

/// For how long a standstill is none of the database's own pace.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The least of what was seen lately: in this span of time, and in the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Floor {
    before: Option<f64>,
    now: Option<f64>,
    began: Duration,
    /// Since when nothing but a standstill was seen.
    standstill: Option<Duration>,
}

impl Floor {
    /// How many times the least a value is. In a standstill the least is not forgotten, unless
    /// it lasts so long that it is none: the rows may have become larger.
    pub(super) fn times(&mut self, value: f64, now: Duration) -> f64 {
        let times = self.least().map_or(1.0, |least| value / least);
        if times < STANDSTILL {
            self.standstill = None;
        } else if now.saturating_sub(*self.standstill.get_or_insert(now)) < REMEMBERED {
            return times;
        }
        if now.saturating_sub(self.began) >= SPAN {
            self.before = self.now.take();
            self.began = now;
        }
        self.now = Some(self.now.map_or(value, |least| least.min(value)));
        times.max(1.0)
    }

    pub(super) fn least(&self) -> Option<f64> {
        match (self.before, self.now) {
            (Some(before), Some(now)) => Some(before.min(now)),
            (one, other) => one.or(other),
        }
    }
}
