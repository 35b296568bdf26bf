//! Which runs do not count, decided before the first of them: by what was seen just before and
//! just after, and never by what the method did.

use serde::Serialize;

/// How far the p99 before and after may be apart, as a factor.
const P99_APART: f64 = 1.5;

/// How far the p50 before and after may be apart, as a factor.
const P50_APART: f64 = 1.25;

/// How far the machine's speed before and after may be apart where there is no traffic.
const PROBE_APART: f64 = 1.15;

/// How much slower than it can be a machine is that has something else to do.
const BUSY: f64 = 1.3;

/// The p99 beyond which a machine does not hold the load that it is said to have, in milliseconds.
const SATURATED: f64 = 25.0;

/// How often a run that does not count is made again if nobody says otherwise, before its round does without it.
pub(crate) const REPEATS: usize = 2;

/// The rule, for the report.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Rule {
    p99_apart: f64,
    p50_apart: f64,
    probe_apart: f64,
    busy: f64,
    saturated_p99_ms: f64,
    repeats: usize,
}

pub(crate) const RULE: Rule = Rule {
    p99_apart: P99_APART,
    p50_apart: P50_APART,
    probe_apart: PROBE_APART,
    busy: BUSY,
    saturated_p99_ms: SATURATED,
    repeats: REPEATS,
};

/// What was seen before or after a run, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Baseline {
    /// The time of a piece of work, while there was no traffic.
    pub(crate) probe: f64,
    /// What traffic had to wait, if there is any.
    pub(crate) traffic: Option<Waits>,
}

/// What transactions had to wait.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Waits {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) update_p99: f64,
}

/// Whose p99 is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Everybody's.
    All,
    /// That of updates: where readers wait for nobody, the p99 of both lies where the two meet,
    /// and moves for no reason.
    Updates,
}

impl Judged {
    fn p99(self, waits: &Waits) -> f64 {
        match self {
            Judged::All => waits.p99,
            Judged::Updates => waits.update_p99,
        }
    }
}

/// Whether a machine has something else to do, by the time of the piece of work and the shortest
/// that it can take.
pub(crate) fn busy(probe: f64, fastest: f64) -> bool {
    probe > fastest * BUSY
}

/// Why a run does not count.
pub(crate) fn rejection(
    before: Baseline,
    after: Baseline,
    fastest: f64,
    judged: Judged,
) -> Option<String> {
    let slower = before.probe.max(after.probe);
    if busy(slower, fastest) {
        let factor = slower / fastest;
        return Some(format!("the machine was busy: {factor:.1} times slower"));
    }
    match (before.traffic, after.traffic) {
        (Some(before), Some(after)) => {
            let [earlier, later] = [&before, &after].map(|waits| judged.p99(waits));
            let slower = earlier.max(later);
            let saturated = (slower > SATURATED).then(|| format!("p99 was {slower:.1} ms"));
            saturated
                .or_else(|| apart("p99", earlier, later, P99_APART))
                .or_else(|| apart("p50", before.p50, after.p50, P50_APART))
        }
        _ => apart("the probe", before.probe, after.probe, PROBE_APART),
    }
}

fn apart(what: &str, before: f64, after: f64, limit: f64) -> Option<String> {
    let factor = (before / after).max(after / before);
    // Not a number is no stable baseline either.
    let stable = factor <= limit;
    (!stable).then(|| format!("{what} was {before:.2} ms before and {after:.2} ms after"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(before: Baseline, after: Baseline) -> Option<String> {
        rejection(before, after, 10.0, Judged::All)
    }

    fn traffic(p50: f64, p99: f64) -> Baseline {
        let (p95, probe) = (p99, 10.0);
        Baseline {
            probe,
            traffic: Some(Waits {
                p50,
                p95,
                p99,
                update_p99: p99,
            }),
        }
    }

    fn alone(probe: f64) -> Baseline {
        let traffic = None;
        Baseline { probe, traffic }
    }

    #[test]
    fn a_baseline_that_moved_is_named() {
        assert_eq!(judge(traffic(0.2, 1.0), traffic(0.2, 1.5)), None);
        let words = judge(traffic(0.2, 1.6), traffic(0.2, 1.0));
        assert!(words.is_some_and(|words| words.starts_with("p99 was 1.60 ms before")));
        let words = judge(traffic(0.2, 1.0), traffic(0.3, 1.0));
        assert!(words.is_some_and(|words| words.starts_with("p50")));
    }

    #[test]
    fn where_readers_wait_for_nobody_updates_are_judged() {
        let [mut before, mut after] = [traffic(0.2, 1.0), traffic(0.2, 1.6)];
        for (baseline, p99) in [(&mut before, 9.0), (&mut after, 10.0)] {
            if let Some(waits) = &mut baseline.traffic {
                waits.update_p99 = p99;
            }
        }
        assert_eq!(rejection(before, after, 10.0, Judged::Updates), None);
        assert!(rejection(before, after, 10.0, Judged::All).is_some());
    }

    #[test]
    fn a_machine_that_does_not_hold_the_load_does_not_count() {
        assert!(judge(traffic(1.0, 26.0), traffic(1.0, 26.0)).is_some());
    }

    #[test]
    fn traffic_of_which_nothing_was_seen_does_not_count() {
        assert!(judge(traffic(0.0, 0.0), traffic(0.0, 0.0)).is_some());
    }

    #[test]
    fn a_machine_that_became_slower_or_was_slow_all_along_does_not_count() {
        assert_eq!(judge(alone(10.0), alone(11.0)), None);
        assert!(judge(alone(10.0), alone(12.0)).is_some());
        let words = judge(alone(14.0), alone(14.0));
        assert!(words.is_some_and(|words| words.contains("1.4 times slower")));
    }
}
