//! What the ways cost, as medians.

use serde::Serialize;

use crate::bench::Seen;
use crate::latency::Latency;
use crate::method::{CONTROL, Method};
use crate::report::{Conditions, Spread, counterpart};
use crate::run::Run;

/// The report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) conditions: Conditions,
    pub(super) results: Vec<Verdict>,
    /// The ways that are not colmig's, beside the first that is.
    pub(super) beside: Vec<Beside>,
    pub(super) runs: Vec<Run>,
}

/// One way under one load, over the runs that count.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    pub(super) load: u32,
    pub(super) way: String,
    pub(super) runs: usize,
    pub(super) rejected: usize,
    pub(super) seconds: Option<Spread>,
    pub(super) p50_ms: Option<Spread>,
    pub(super) p95_ms: Option<Spread>,
    pub(super) p99_ms: Option<Spread>,
    pub(super) longest_ms: Option<Spread>,
    /// To the baselines around the run.
    pub(super) p99_ratio: Option<Spread>,
    /// To that of a round in which nothing was done.
    pub(super) p99_to_control: Option<Spread>,
    /// Transactions of the traffic that failed.
    pub(super) failed: u64,
    pub(super) parts: Vec<PartSpread>,
}

/// A part of a way.
#[derive(Debug, Serialize)]
pub(super) struct PartSpread {
    pub(super) name: String,
    pub(super) seconds: Spread,
}

/// How many times as much another way takes than colmig's does, in the same round.
#[derive(Debug, Serialize)]
pub(super) struct Beside {
    pub(super) load: u32,
    pub(super) way: String,
    pub(super) colmig: String,
    pub(super) seconds: Option<Spread>,
    pub(super) p50: Option<Spread>,
    pub(super) p99: Option<Spread>,
    pub(super) longest: Option<Spread>,
}

impl Report {
    pub(super) fn new(seen: Seen, ways: &[Method], loads: &[u32]) -> Report {
        let Seen { conditions, runs } = seen;
        let all = loads
            .iter()
            .flat_map(|load| ways.iter().map(|way| (*load, way.name.as_str())));
        let results = all
            .clone()
            .map(|(load, way)| Verdict::of(&runs, load, way))
            .filter(|verdict| verdict.runs + verdict.rejected > 0)
            .collect();
        let mut names = ways.iter().map(|way| way.name.as_str());
        let colmig = names.find(|name| name.starts_with("colmig"));
        let beside = all
            .filter(|(_, way)| !way.starts_with("colmig") && *way != CONTROL)
            .filter_map(|(load, way)| Some(Beside::of(&runs, load, way, colmig?)))
            .collect();
        Report {
            conditions,
            results,
            beside,
            runs,
        }
    }
}

impl Verdict {
    fn of(runs: &[Run], load: u32, way: &str) -> Verdict {
        let all = runs
            .iter()
            .filter(|run| run.load == load && run.method == way);
        let (counting, rejected): (Vec<&Run>, Vec<&Run>) =
            all.partition(|run| run.rejected.is_none());
        let spread = |value: &dyn Fn(&Run) -> Option<f64>| {
            Spread::of(counting.iter().filter_map(|run| value(run)))
        };
        let traffic = |value: fn(&Latency) -> f64| spread(&|run| run.during.as_ref().map(value));
        let during = counting.iter().filter_map(|run| run.during);
        let mut parts: Vec<PartSpread> = Vec::new();
        for part in counting.iter().flat_map(|run| &run.parts) {
            if parts.iter().any(|other| other.name == part.name) {
                continue;
            }
            let took = |run: &Run| {
                let mut parts = run.parts.iter();
                parts
                    .find(|other| other.name == part.name)
                    .map(|part| part.seconds)
            };
            let name = part.name.clone();
            parts.extend(spread(&took).map(|seconds| PartSpread { name, seconds }));
        }
        Verdict {
            load,
            way: way.to_owned(),
            runs: counting.len(),
            rejected: rejected.len(),
            seconds: spread(&|run| Some(run.wall)),
            p50_ms: traffic(|during| during.p50),
            p95_ms: traffic(|during| during.p95),
            p99_ms: traffic(|during| during.p99),
            longest_ms: traffic(|during| during.longest),
            p99_ratio: spread(&|run| run.p99_ratio),
            p99_to_control: spread(&|run| {
                let control = counterpart(runs, run, CONTROL)?;
                Some(run.during?.p99 / control.during?.p99)
            }),
            failed: during.map(|during| during.failed).sum(),
            parts,
        }
    }
}

impl Beside {
    fn of(runs: &[Run], load: u32, way: &str, colmig: &str) -> Beside {
        let pairs: Vec<(&Run, &Run)> = runs
            .iter()
            .filter(|run| (run.load, run.method.as_str()) == (load, way) && run.rejected.is_none())
            .filter_map(|run| Some((run, counterpart(runs, run, colmig)?)))
            .collect();
        let spread = |value: &dyn Fn(&Run) -> Option<f64>| {
            let ratios = pairs
                .iter()
                .filter_map(|(run, colmig)| Some(value(run)? / value(colmig)?));
            Spread::of(ratios)
        };
        Beside {
            load,
            way: way.to_owned(),
            colmig: colmig.to_owned(),
            seconds: spread(&|run| Some(run.wall)),
            p50: spread(&|run| Some(run.during?.p50)),
            p99: spread(&|run| Some(run.during?.p99)),
            longest: spread(&|run| Some(run.during?.longest)),
        }
    }
}
