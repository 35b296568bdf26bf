//! Whether a brake holds, so that it does not flap around its limit.

use std::time::Duration;

/// It is let go once the reading is below this share of the limit.
const RELEASE: f64 = 0.7;

/// And has been for as long.
const CALM: Duration = Duration::from_secs(1);

/// One brake: it holds as soon as a reading is at its limit, and lets go when readings have
/// been clearly below it for a while.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Latch {
    since: Option<Duration>,
    calm: Option<Duration>,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It holds from now on.
    Held,
    /// It held for so long.
    Released(Duration),
}

impl Latch {
    pub(super) fn holds(&self) -> bool {
        self.since.is_some()
    }

    /// Takes note of a reading, as a multiple of the limit.
    pub(super) fn read(&mut self, level: f64, now: Duration) -> Option<Change> {
        let Some(since) = self.since else {
            if level >= 1.0 {
                self.since = Some(now);
                return Some(Change::Held);
            }
            return None;
        };
        if level >= RELEASE {
            self.calm = None;
            return None;
        }
        let calm = *self.calm.get_or_insert(now);
        (now.saturating_sub(calm) >= CALM).then(|| self.release(since, now))
    }

    /// The brake is switched off.
    pub(super) fn off(&mut self, now: Duration) -> Option<Change> {
        self.since.map(|since| self.release(since, now))
    }

    fn release(&mut self, since: Duration, now: Duration) -> Change {
        *self = Latch::default();
        Change::Released(now.saturating_sub(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn it_holds_at_once_and_lets_go_when_it_has_been_calm() {
        let mut latch = Latch::default();
        assert_eq!(latch.read(0.99, at(0)), None);
        assert_eq!(latch.read(1.0, at(500)), Some(Change::Held));
        // Around the limit, and just below it, nothing changes.
        for (level, ms) in [(0.9, 1_000), (1.2, 1_500), (0.5, 2_000), (0.8, 2_500)] {
            assert_eq!(latch.read(level, at(ms)), None);
            assert!(latch.holds());
        }
        assert_eq!(latch.read(0.6, at(3_000)), None);
        assert_eq!(latch.read(0.6, at(3_500)), None);
        assert_eq!(
            latch.read(0.6, at(4_000)),
            Some(Change::Released(at(3_500)))
        );
        assert!(!latch.holds());
    }

    #[test]
    fn what_is_switched_off_lets_go_at_once() {
        let mut latch = Latch::default();
        assert_eq!(latch.off(at(0)), None);
        latch.read(f64::INFINITY, at(10));
        assert_eq!(latch.off(at(20)), Some(Change::Released(at(10))));
    }
}
