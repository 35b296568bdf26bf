//! Which runs do not count, decided before the first of them: by what was seen just before and
//! just after, and never by what the method did.

use serde::Serialize;

/// How far the p99 before and after may be apart, as a factor.
const P99_APART: f64 = 1.5;

/// How far the p50 before and after may be apart, as a factor.
const P50_APART: f64 = 1.25;

/// How far the machine's speed before and after may be apart where there is no traffic.
const PROBE_APART: f64 = 1.15;

/// The p99 beyond which a machine does not hold the load that it is said to have, in milliseconds.
const SATURATED: f64 = 25.0;

/// How often a run that does not count is made again before its round does without it.
pub(crate) const REPEATS: usize = 2;

/// The rule, for the report.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Rule {
    p99_apart: f64,
    p50_apart: f64,
    probe_apart: f64,
    saturated_p99_ms: f64,
    repeats: usize,
}

pub(crate) const RULE: Rule = Rule {
    p99_apart: P99_APART,
    p50_apart: P50_APART,
    probe_apart: PROBE_APART,
    saturated_p99_ms: SATURATED,
    repeats: REPEATS,
};

/// What was seen before or after a run.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Baseline {
    /// The time of a piece of work, in milliseconds.
    Probe { probe: f64 },
    /// What traffic had to wait.
    Traffic { p50: f64, p95: f64, p99: f64 },
}

/// Why a run does not count.
pub(crate) fn rejection(before: Baseline, after: Baseline) -> Option<String> {
    let apart = |what: &str, before: f64, after: f64, limit: f64| {
        let factor = (before / after).max(after / before);
        // Not a number is no stable baseline either.
        let stable = factor <= limit;
        (!stable).then(|| format!("{what} was {before:.2} ms before and {after:.2} ms after"))
    };
    match (before, after) {
        (Baseline::Probe { probe: before }, Baseline::Probe { probe: after }) => {
            apart("the probe", before, after, PROBE_APART)
        }
        (
            Baseline::Traffic { p50, p99, .. },
            Baseline::Traffic {
                p50: p50_after,
                p99: p99_after,
                ..
            },
        ) => {
            let slower = p99.max(p99_after);
            let saturated = (slower > SATURATED).then(|| format!("p99 was {slower:.1} ms"));
            saturated
                .or_else(|| apart("p99", p99, p99_after, P99_APART))
                .or_else(|| apart("p50", p50, p50_after, P50_APART))
        }
        _ => Some("there were two kinds of baseline".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(p50: f64, p99: f64) -> Baseline {
        let p95 = p99;
        Baseline::Traffic { p50, p95, p99 }
    }

    #[test]
    fn a_baseline_that_moved_is_named() {
        assert_eq!(rejection(traffic(0.2, 1.0), traffic(0.2, 1.5)), None);
        let words = rejection(traffic(0.2, 1.6), traffic(0.2, 1.0));
        assert!(words.is_some_and(|words| words.starts_with("p99 was 1.60 ms before")));
        let words = rejection(traffic(0.2, 1.0), traffic(0.3, 1.0));
        assert!(words.is_some_and(|words| words.starts_with("p50")));
    }

    #[test]
    fn a_machine_that_does_not_hold_the_load_does_not_count() {
        assert!(rejection(traffic(1.0, 26.0), traffic(1.0, 26.0)).is_some());
    }

    #[test]
    fn traffic_of_which_nothing_was_seen_does_not_count() {
        assert!(rejection(traffic(0.0, 0.0), traffic(0.0, 0.0)).is_some());
    }

    #[test]
    fn a_machine_that_became_slower_does_not_count() {
        let probe = |probe| Baseline::Probe { probe };
        assert_eq!(rejection(probe(10.0), probe(11.0)), None);
        assert!(rejection(probe(10.0), probe(12.0)).is_some());
    }
}
