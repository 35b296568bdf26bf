//! The report in words.

use std::fmt::Write as _;

use crate::report::{Conditions, Report, Spread, Verdict};
use crate::run::Run;

/// One run, as it ends.
pub(crate) fn line(run: &Run) -> String {
    let mut line = format!(
        "load {:>2} %, round {}: {:<12} {:>9.0} rows/s",
        run.load,
        run.round + 1,
        run.method,
        run.rate
    );
    if let (Some(during), Some(ratio)) = (&run.during, run.p99_ratio) {
        let _ = write!(line, ", p99 {:.1} ms ({ratio:.1}x)", during.p99);
        if let Some(updates) = run.update_p99_ratio {
            let _ = write!(
                line,
                ", of updates {:.1} ms ({updates:.1}x)",
                during.update_p99
            );
        }
    }
    if let Some(why) = &run.rejected {
        let _ = write!(line, "  does not count: {why}");
    }
    line
}

/// The medians.
pub(crate) fn of(report: &Report) -> String {
    let mut text = conditions(&report.conditions);
    let _ = writeln!(
        text,
        "ratios: of the rate to one UPDATE in the same round, of latency to the baselines around the run; \
         median (lowest - highest)"
    );
    let mut load = None;
    for verdict in &report.results {
        if load != Some(verdict.load) {
            load = Some(verdict.load);
            text.push_str(&head(verdict.load));
        }
        text.push_str(&row(verdict));
    }
    text.push_str(&latencies(report));
    text.push_str(&tenths(report));
    text.push_str(&rejected(&report.runs));
    text
}

/// How many runs do not count.
pub(crate) fn rejected(runs: &[Run]) -> String {
    let rejected = runs.iter().filter(|run| run.rejected.is_some()).count();
    format!(
        "\nruns that do not count, by what was seen just before and after them: {rejected} of {}\n",
        runs.len()
    )
}

/// Under which conditions, in words.
pub(crate) fn conditions(at: &Conditions) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}, {} cores, {} rows, data in {}; {} rounds, {} s a method at most, baselines of {} s",
        at.version, at.cores, at.rows, at.storage, at.rounds, at.seconds, at.baseline_seconds
    );
    let _ = writeln!(
        text,
        "the piece of work that tells whether the machine is busy took {:.1} ms at its fastest",
        at.fastest_probe_ms
    );
    if let Some(maximum) = at.maximum {
        let _ = writeln!(
            text,
            "100 % of load are {maximum:.0} transactions a second, one update for four reads; \
             latency counts from when a transaction was due"
        );
    }
    text
}

fn head(load: u32) -> String {
    let mut text = match load {
        0 => "\nwithout traffic\n".to_owned(),
        load => format!("\nload {load} %\n"),
    };
    let _ = writeln!(
        text,
        "{:<26}{:>9}{:>22}{:>10}{:>26}{:>26}{:>26}{:>26}{:>7}{:>6}{:>6}{:>8}",
        "method",
        "rows/s",
        "rate",
        "p99 ms",
        "p99",
        "p99 of updates",
        "longest batch, ms",
        "longest update, ms",
        "failed",
        "runs",
        "pairs",
        "without"
    );
    text
}

fn row(verdict: &Verdict) -> String {
    let number = |spread: Option<Spread>, digits: usize| match spread {
        Some(spread) => format!("{:.digits$}", spread.median),
        None => "-".to_owned(),
    };
    format!(
        "{:<26}{:>9}{:>22}{:>10}{:>26}{:>26}{:>26}{:>26}{:>7}{:>6}{:>6}{:>8}\n",
        verdict.method,
        number(verdict.rate, 0),
        spread(verdict.rate_ratio, 2),
        number(verdict.p99_ms, 1),
        spread(verdict.p99_ratio, 1),
        spread(verdict.update_p99_ratio, 1),
        spread(verdict.longest_batch_ms, 0),
        spread(verdict.longest_update_ms, 0),
        verdict.failed,
        verdict.runs,
        verdict.rate_ratio.map_or(0, |ratio| ratio.of),
        verdict.rejected,
    )
}

/// What the traffic had to wait, beside a run of the same round in which nothing was done.
fn latencies(report: &Report) -> String {
    let mut text = String::new();
    let mut load = None;
    for verdict in report.results.iter().filter(|verdict| verdict.load > 0) {
        if load != Some(verdict.load) {
            load = Some(verdict.load);
            let _ = writeln!(
                text,
                "\n{:<26}{:>22}{:>22}{:>24}{:>22}{:>22}{:>22}{:>7}",
                format!("the traffic at {} %", verdict.load),
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "p50 to control",
                "p95 to control",
                "p99 to control",
                "pairs"
            );
        }
        let _ = writeln!(
            text,
            "{:<26}{:>22}{:>22}{:>24}{:>22}{:>22}{:>22}{:>7}",
            verdict.method,
            spread(verdict.p50_ms, 2),
            spread(verdict.p95_ms, 2),
            spread(verdict.p99_ms, 2),
            spread(verdict.p50_to_control, 2),
            spread(verdict.p95_to_control, 2),
            spread(verdict.p99_to_control, 2),
            verdict.p50_to_control.map_or(0, |ratio| ratio.of),
        );
    }
    text
}

fn tenths(report: &Report) -> String {
    let mut text = String::new();
    for verdict in &report.results {
        if verdict.last_to_first.is_none() || verdict.load > 0 {
            continue;
        }
        if text.is_empty() {
            let _ = writeln!(
                text,
                "\n{:<26}{:>34}{:>40}",
                "the whole table",
                "last tenth's rate to the first's",
                "rate until proved that nothing is left"
            );
        }
        let _ = writeln!(
            text,
            "{:<26}{:>34}{:>40}",
            verdict.method,
            spread(verdict.last_to_first, 2),
            spread(verdict.proved_ratio, 2)
        );
    }
    text
}

pub(crate) fn spread(spread: Option<Spread>, digits: usize) -> String {
    match spread {
        Some(Spread {
            median, low, high, ..
        }) => {
            format!("{median:.digits$} ({low:.digits$} - {high:.digits$})")
        }
        None => "-".to_owned(),
    }
}
