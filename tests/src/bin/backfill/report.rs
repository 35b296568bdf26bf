//! All that was seen, and the medians of it.

use serde::Serialize;

use crate::latency::Latency;
use crate::method::{BASELINE, CONTROL};
use crate::rule::Rule;
use crate::run::Run;

/// Under which conditions.
#[derive(Debug, Serialize)]
pub(crate) struct Conditions {
    pub(crate) database: &'static str,
    pub(crate) version: String,
    /// Where the data lies.
    pub(crate) storage: String,
    pub(crate) cores: usize,
    pub(crate) rows: i64,
    pub(crate) rounds: usize,
    pub(crate) seconds: f64,
    pub(crate) baseline_seconds: f64,
    /// The transactions of a second that the machine can do.
    pub(crate) maximum: Option<f64>,
    /// The piece of work that tells whether the machine has something else to do.
    pub(crate) fastest_probe_ms: f64,
    pub(crate) rule: Rule,
}

/// The report.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    pub(crate) conditions: Conditions,
    pub(crate) results: Vec<Verdict>,
    pub(crate) runs: Vec<Run>,
}

/// The medians of one method under one load, over the runs that count.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    pub(crate) load: u32,
    pub(crate) method: String,
    pub(crate) runs: usize,
    pub(crate) rejected: usize,
    /// The rows of a second.
    pub(crate) rate: Option<Spread>,
    /// To the rate of one UPDATE in the same round.
    pub(crate) rate_ratio: Option<Spread>,
    pub(crate) p50_ratio: Option<Spread>,
    pub(crate) p95_ratio: Option<Spread>,
    /// To the baselines around the run.
    pub(crate) p99_ratio: Option<Spread>,
    pub(crate) update_p99_ratio: Option<Spread>,
    /// To those of a run in the same round in which nothing was done.
    pub(crate) p50_to_control: Option<Spread>,
    pub(crate) p95_to_control: Option<Spread>,
    pub(crate) p99_to_control: Option<Spread>,
    pub(crate) p50_ms: Option<Spread>,
    pub(crate) p95_ms: Option<Spread>,
    pub(crate) p99_ms: Option<Spread>,
    pub(crate) longest_batch_ms: Option<Spread>,
    pub(crate) longest_update_ms: Option<Spread>,
    /// The rate over the last tenth of the table to that over the first.
    pub(crate) last_to_first: Option<Spread>,
    /// The rate up to the proof that nothing is left, to that of one UPDATE.
    pub(crate) proved_ratio: Option<Spread>,
    /// Transactions of the traffic that failed.
    pub(crate) failed: u64,
}

/// A median, and the lowest and the highest.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// How many figures that is of: few prove little.
    pub(crate) of: usize,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median = match values.len() % 2 {
            0 => f64::midpoint(values[half - 1], values[half]),
            _ => values[half],
        };
        let of = values.len();
        Some(Spread {
            median,
            low,
            high,
            of,
        })
    }
}

impl Report {
    pub(crate) fn new(
        conditions: Conditions,
        methods: Vec<String>,
        loads: &[u32],
        runs: Vec<Run>,
    ) -> Report {
        let results = loads
            .iter()
            .flat_map(|load| {
                methods
                    .iter()
                    .map(|method| Verdict::of(&runs, *load, method))
            })
            .filter(|verdict| verdict.runs + verdict.rejected > 0)
            .collect();
        Report {
            conditions,
            results,
            runs,
        }
    }
}

impl Verdict {
    fn of(runs: &[Run], load: u32, method: &str) -> Verdict {
        let all = runs
            .iter()
            .filter(|run| run.load == load && run.method == method);
        let (counting, rejected): (Vec<&Run>, Vec<&Run>) =
            all.partition(|run| run.rejected.is_none());
        let spread = |value: &dyn Fn(&Run) -> Option<f64>| {
            Spread::of(counting.iter().filter_map(|run| value(run)))
        };
        let traffic = |value: fn(&Latency) -> f64| spread(&|run| run.during.as_ref().map(value));
        let to_control = |value: fn(&Latency) -> f64| {
            spread(&|run| {
                let control = counterpart(runs, run, CONTROL)?;
                Some(value(&run.during?) / value(&control.during?))
            })
        };
        let filled = |run: &Run| (run.rate > 0.0).then_some(run.rate);
        let failed = counting
            .iter()
            .filter_map(|run| run.during)
            .map(|during| during.failed);
        Verdict {
            load,
            method: method.to_owned(),
            runs: counting.len(),
            rejected: rejected.len(),
            rate: spread(&filled),
            rate_ratio: spread(&|run| Some(filled(run)? / counterpart(runs, run, BASELINE)?.rate)),
            p50_ratio: spread(&|run| run.p50_ratio),
            p95_ratio: spread(&|run| run.p95_ratio),
            p99_ratio: spread(&|run| run.p99_ratio),
            update_p99_ratio: spread(&|run| run.update_p99_ratio),
            p50_to_control: to_control(|during| during.p50),
            p95_to_control: to_control(|during| during.p95),
            p99_to_control: to_control(|during| during.p99),
            p50_ms: traffic(|during| during.p50),
            p95_ms: traffic(|during| during.p95),
            p99_ms: traffic(|during| during.p99),
            longest_batch_ms: spread(&|run| run.longest_batch_ms),
            longest_update_ms: traffic(|during| during.longest_update),
            last_to_first: spread(&|run| run.last_to_first),
            proved_ratio: spread(&|run| {
                Some(counterpart(runs, run, BASELINE)?.until_proved? / run.until_proved?)
            }),
            failed: failed.sum(),
        }
    }
}

/// The run of another method that counts, of the same round.
pub(crate) fn counterpart<'a>(runs: &'a [Run], run: &Run, method: &str) -> Option<&'a Run> {
    runs.iter().find(|other| {
        other.method == method
            && other.rejected.is_none()
            && (other.load, other.round) == (run.load, run.round)
    })
}
