//! The report in words.

use std::fmt::Write as _;

use super::report::{Beside, Report, Verdict};
use crate::table::{conditions, rejected, spread};

pub(super) fn of(report: &Report) -> String {
    let mut text = conditions(&report.conditions);
    let _ = writeln!(
        text,
        "every way ends with the same table: the column computed in every row, NOT NULL, without a default, and nothing else left\n\
         ratios: of the p99 to the baselines around the run, and to the control of the same round; median (lowest - highest)"
    );
    let mut loads: Vec<u32> = report.results.iter().map(|verdict| verdict.load).collect();
    loads.dedup();
    for load in loads {
        text.push_str(&head(load));
        let here = report.results.iter().filter(|verdict| verdict.load == load);
        for verdict in here.clone() {
            text.push_str(&row(verdict));
        }
        let beside = report.beside.iter().filter(|beside| beside.load == load);
        text.push_str(&others(beside));
        for verdict in here.filter(|verdict| !verdict.parts.is_empty()) {
            text.push_str(&parts(verdict));
        }
    }
    text.push_str(&rejected(&report.runs));
    text
}

fn head(load: u32) -> String {
    let mut text = match load {
        0 => "\nwithout traffic\n".to_owned(),
        load => format!("\nload {load} %\n"),
    };
    let _ = writeln!(
        text,
        "{:<22}{:>22}{:>22}{:>24}{:>28}{:>28}{:>24}{:>24}{:>8}{:>6}{:>9}",
        "way",
        "seconds",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "longest ms",
        "p99 to baselines",
        "p99 to control",
        "failed",
        "runs",
        "without"
    );
    text
}

fn row(verdict: &Verdict) -> String {
    format!(
        "{:<22}{:>22}{:>22}{:>24}{:>28}{:>28}{:>24}{:>24}{:>8}{:>6}{:>9}\n",
        verdict.way,
        spread(verdict.seconds, 1),
        spread(verdict.p50_ms, 1),
        spread(verdict.p95_ms, 1),
        spread(verdict.p99_ms, 1),
        spread(verdict.longest_ms, 0),
        spread(verdict.p99_ratio, 1),
        spread(verdict.p99_to_control, 1),
        verdict.failed,
        verdict.runs,
        verdict.rejected,
    )
}

fn others<'r>(beside: impl Iterator<Item = &'r Beside>) -> String {
    let mut text = String::new();
    for beside in beside {
        if text.is_empty() {
            let _ = writeln!(
                text,
                "\n{:<22}{:>26}{:>26}{:>26}{:>26}{:>8}",
                format!("times {}", beside.colmig),
                "seconds",
                "p50",
                "p99",
                "longest",
                "pairs"
            );
        }
        let _ = writeln!(
            text,
            "{:<22}{:>26}{:>26}{:>26}{:>26}{:>8}",
            beside.way,
            spread(beside.seconds, 2),
            spread(beside.p50, 1),
            spread(beside.p99, 1),
            spread(beside.longest, 1),
            beside.seconds.map_or(0, |ratio| ratio.of)
        );
    }
    text
}

fn parts(verdict: &Verdict) -> String {
    let parts: Vec<String> = verdict
        .parts
        .iter()
        .map(|part| format!("{} {:.1} s", part.name, part.seconds.median))
        .collect();
    format!("\n{:<22}{}", verdict.way, parts.join(", "))
}
