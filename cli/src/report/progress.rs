//! A run as it goes on: a line for each step, and a bar for what takes long.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use colmig::migrate::{Event, ProbeLatency};
use colmig_schema::Database;
use indicatif::{ProgressBar, ProgressStyle};

use super::Report;

/// How often a backfill is heard of where nobody sees a bar.
const EVERY: Duration = Duration::from_secs(5);

/// Tells of events, in words and, if programs listen, as JSON lines.
#[derive(Debug)]
pub(crate) struct Progress {
    report: Report,
    json: bool,
    /// What is counted.
    records: &'static str,
    state: Mutex<State>,
}

/// What tables, or collections, are full of.
pub(crate) fn records(database: Database) -> &'static str {
    database.nouns().rows
}

#[derive(Debug, Default)]
struct State {
    /// The bar of the backfill that goes on, where somebody sees it.
    bar: Option<ProgressBar>,
    /// When a backfill was last heard of.
    told: Option<Instant>,
    /// The brakes that hold it.
    held: BTreeSet<String>,
}

impl Progress {
    /// Tells of nothing yet.
    pub(crate) fn new(report: Report, json: bool, database: Database) -> Self {
        Progress {
            report,
            json,
            records: records(database),
            state: Mutex::default(),
        }
    }

    /// Tells of one event.
    pub(crate) fn event(&self, event: &Event) {
        if self.json {
            self.report.json(event);
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = Pace::of(event) {
            self.pace(&mut state, &pace);
            return;
        }
        if let Event::StepDone { .. } | Event::WorkDone { .. } | Event::Stopped = event {
            state.held.clear();
            if let Some(bar) = state.bar.take() {
                bar.finish_and_clear();
            }
        }
        state.hold(event);
        above(state, || self.line(event));
    }

    fn line(&self, event: &Event) {
        let report = self.report;
        match event {
            Event::MigrationStarted { migration } => report.busy("Running", migration),
            Event::StepDone {
                phase,
                step,
                rows,
                server_log_bytes,
                elapsed_ms,
                ..
            } => {
                let rows = fmt::from_fn(|f| {
                    if *rows > 0 {
                        write!(f, ", {} {}", grouped(*rows), self.records)?;
                    }
                    match server_log_bytes {
                        Some(bytes) => write!(f, ", the server logged {}", sized(*bytes)),
                        None => Ok(()),
                    }
                });
                report.done(
                    phase.name(),
                    format_args!("{step} ({}{rows})", elapsed(*elapsed_ms)),
                );
            }
            Event::StepReverted {
                phase,
                step,
                elapsed_ms,
                ..
            } => {
                report.done(
                    phase.name(),
                    format_args!("undid {step} ({})", elapsed(*elapsed_ms)),
                );
            }
            Event::WindowsChanged { .. } => report.busy("Window", event),
            Event::Tuned { .. } => report.busy("Tuned", event),
            Event::WorkStarted { .. } => report.busy("Working", event),
            Event::WorkDone { .. } => report.done("backfill", event),
            Event::MigrationFinished { migration } => report.done("Finished", migration),
            Event::MigrationAborted { migration } => report.done("Aborted", migration),
            held @ Event::BackfillHeld { .. } => report.held("Held", held),
            on @ Event::BackfillReleased { .. } => report.busy("Going on", on),
            // The gate says the same, with what to do about it.
            Event::RowsResist { .. } => {}
            Event::RowsUnchecked { .. } => report.held("Unchecked", event),
            // Each step says its phase, and one without steps is over before it is read.
            Event::PhaseEntered { .. }
            | Event::PhaseDone { .. }
            | Event::StepStarted { .. }
            | Event::Reverting { .. }
            | Event::Stopped => {}
            waiting => report.held("Waiting", waiting),
        }
    }

    fn pace(&self, state: &mut State, pace: &Pace<'_>) {
        let Pace {
            verb,
            step,
            rows,
            estimated_rows,
            rate,
            seconds_left,
            remark,
            probe,
            held,
        } = pace;
        let left = fmt::from_fn(|f| match seconds_left {
            Some(seconds) => write!(f, ", {} left", elapsed(seconds.saturating_mul(1_000))),
            None => Ok(()),
        });
        let mut pace = format!(
            "{} {}/s{left}",
            grouped(rate.round().max(0.0) as u64),
            self.records
        );
        if let Some(latency) = latency(probe) {
            pace.push_str(&format!(", p99 {latency}"));
        }
        if let Some(held) = held {
            pace.push_str(&format!(", held by {held}"));
        }
        if self.report.is_terminal() {
            let bar = state
                .bar
                .get_or_insert_with(|| bar(verb, *estimated_rows, self.records));
            // The estimate may be too low, and a bar that is full says that all is done.
            bar.set_length(estimated_rows.unwrap_or(*rows).max(*rows));
            bar.set_position(*rows);
            bar.set_message(match remark {
                None => pace,
                Some(remark) => format!("{remark}, {pace}"),
            });
        } else if state.told.is_none_or(|told| told.elapsed() >= EVERY) {
            // The first is not worth a line: most tables are done before the second.
            if state.told.replace(Instant::now()).is_some() {
                let all = fmt::from_fn(|f| match estimated_rows {
                    Some(all) => write!(f, " of about {}", grouped(*all)),
                    None => Ok(()),
                });
                self.report.busy(
                    verb,
                    format_args!("{step}: {}{all} {}, {pace}", grouped(*rows), self.records),
                );
            }
        }
    }

    /// Ends the bar, if there is one, so that nothing is written into it.
    pub(crate) fn end(&self) {
        let bar = self
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bar
            .take();
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }
}

impl State {
    /// Says on the bar what holds, which no rows do that are not filled.
    fn hold(&mut self, event: &Event) {
        match event {
            Event::BackfillHeld { brake, .. } => self.held.insert(brake.clone()),
            Event::BackfillReleased { brake, .. } => self.held.remove(brake),
            _ => return,
        };
        if let Some(bar) = &self.bar {
            let brakes: Vec<&str> = self.held.iter().map(String::as_str).collect();
            bar.set_message(match brakes.as_slice() {
                [] => "going on".to_owned(),
                brakes => format!("held by {}", brakes.join(", ")),
            });
        }
    }
}

/// Writes lines above the bar.
fn above(state: MutexGuard<'_, State>, write: impl FnOnce()) {
    match &state.bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// How something that takes long goes on.
struct Pace<'a> {
    verb: &'static str,
    step: &'a str,
    rows: u64,
    estimated_rows: Option<u64>,
    rate: f64,
    seconds_left: Option<u64>,
    remark: Option<String>,
    probe: ProbeLatency,
    held: Option<&'a str>,
}

impl<'a> Pace<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        match event {
            Event::BackfillProgress {
                step,
                rows,
                estimated_rows,
                rate,
                seconds_left,
                pass,
                probe,
                held,
                ..
            } => Some(Pace {
                verb: "backfill",
                step,
                rows: *rows,
                estimated_rows: *estimated_rows,
                rate: *rate,
                seconds_left: *seconds_left,
                remark: (*pass > 1).then(|| format!("pass {pass}")),
                probe: *probe,
                held: held.as_deref(),
            }),
            Event::CompareProgress {
                step,
                rows,
                differing,
                estimated_rows,
                rate,
                seconds_left,
                ..
            } => Some(Pace {
                verb: "compare",
                step,
                rows: *rows,
                estimated_rows: *estimated_rows,
                rate: *rate,
                seconds_left: *seconds_left,
                remark: (*differing > 0).then(|| format!("{} differ", grouped(*differing))),
                probe: ProbeLatency::default(),
                held: None,
            }),
            Event::CheckProgress {
                step,
                rows,
                resisting,
                estimated_rows,
                rate,
                seconds_left,
                ..
            } => Some(Pace {
                verb: "check",
                step,
                rows: *rows,
                estimated_rows: *estimated_rows,
                rate: *rate,
                seconds_left: *seconds_left,
                remark: (*resisting > 0).then(|| format!("{} resist", grouped(*resisting))),
                probe: ProbeLatency::default(),
                held: None,
            }),
            _ => None,
        }
    }
}

fn bar(verb: &'static str, length: Option<u64>, records: &str) -> ProgressBar {
    let form = "{prefix:>12.cyan.bold} [{bar:27}] {human_pos}/{human_len} ";
    let form = format!("{form}{records}, {{msg}}");
    let bar = ProgressBar::new(length.unwrap_or_default()).with_prefix(verb);
    match ProgressStyle::with_template(&form) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        // The bar without our form is still a bar.
        Err(_) => bar,
    }
}

/// The 99th percentiles of the probe: of its reads, and of its writes.
fn latency(probe: &ProbeLatency) -> Option<String> {
    let words = |us: Option<u64>, what: &str| Some(format!("{} {what}", brief(us?)));
    let both = [
        words(probe.read_p99_us, "read"),
        words(probe.write_p99_us, "write"),
    ];
    let both: Vec<String> = both.into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// A short time in words: two digits of it.
fn brief(us: u64) -> String {
    match us {
        us @ 0..1_000 => format!("{us} µs"),
        us @ 1_000..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        us => elapsed(us / 1_000),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// A number of bytes in words.
pub(crate) fn sized(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// A time in words, no finer than people care about.
pub(crate) fn elapsed(milliseconds: u64) -> String {
    match milliseconds {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        ms => humantime::format_duration(Duration::from_secs(ms / 1_000)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_have_two_digits_or_so() {
        let words = [0, 999, 1_000, 9_999, 10_000, 250_000, 61_000_000].map(brief);
        let expected = [
            "0 µs", "999 µs", "1.0 ms", "9.9 ms", "10 ms", "250 ms", "1m 1s",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn a_database_that_cannot_say_who_is_at_work_has_no_reads() {
        let mut probe = ProbeLatency::default();
        assert_eq!(latency(&probe), None);
        probe.write_p99_us = Some(3_400);
        assert_eq!(latency(&probe).as_deref(), Some("3.4 ms write"));
        probe.read_p99_us = Some(800);
        assert_eq!(
            latency(&probe).as_deref(),
            Some("800 µs read, 3.4 ms write")
        );
    }
}
