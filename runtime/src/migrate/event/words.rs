//! What happens during a run, in words.

use std::fmt;

use super::Event;
use crate::migrate::blocker::{Blockers, Millis};
use crate::migrate::fleet::Holdings;

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::RunLockHeld { by, expires_in_ms } => {
                let left = Millis(*expires_in_ms);
                write!(
                    f,
                    "{by} executes migrations; their lease runs for another {left}"
                )
            }
            Event::MigrationStarted { migration } => write!(f, "{migration} begins"),
            Event::PhaseEntered { migration, phase } => write!(f, "{migration} enters {phase}"),
            Event::ReadsSwitched {
                migration,
                from,
                to,
            } => write!(f, "{migration} switches reads from {from} to {to}"),
            Event::Settling { migration, .. } => {
                write!(f, "{migration} lets every instance arrive")
            }
            Event::InstancesWaiting {
                migration,
                waited_ms,
                instances,
            } => {
                write!(
                    f,
                    "{migration} has waited for {} of {}: {}",
                    Millis(*waited_ms),
                    match instances.len() {
                        1 => "1 instance".to_owned(),
                        more => format!("{more} instances"),
                    },
                    Holdings(instances)
                )
            }
            Event::GateWaiting {
                migration,
                phase,
                reason,
                blockers,
            } => {
                write!(
                    f,
                    "{migration} waits before {phase}: {reason}; {}",
                    Blockers(blockers)
                )
            }
            Event::WorkersMissing {
                migration,
                step,
                call,
                waited_ms,
            } => write!(
                f,
                "{migration}: {step} has waited for {} for an instance that converts: the application has to call `{call}`",
                Millis(*waited_ms)
            ),
            Event::StepStarted {
                migration, step, ..
            } => write!(f, "{migration}: {step} begins"),
            Event::LockWaiting {
                migration,
                step,
                waited_ms,
                blockers,
                ..
            } => {
                let waited = Millis(*waited_ms);
                write!(
                    f,
                    "{migration}: {step} has waited for {waited}; {}",
                    Blockers(blockers)
                )
            }
            Event::LockTimedOut {
                migration,
                step,
                attempt,
                blockers,
                retry_in_ms,
                ..
            } => {
                let pause = Millis(*retry_in_ms);
                write!(
                    f,
                    "{migration}: {step} did not get its lock in time (try {attempt}), and tries again in {pause}; {}",
                    Blockers(blockers)
                )
            }
            Event::ConnectionLost {
                message,
                retry_in_ms,
            } => {
                let pause = Millis(*retry_in_ms);
                write!(
                    f,
                    "the connection is gone ({message}), and is opened again in {pause}"
                )
            }
            Event::BackfillProgress {
                migration,
                step,
                rows,
                estimated_rows,
                rate,
                pass,
                held,
                ..
            } => {
                write!(f, "{migration}: {step}: {rows} rows")?;
                if let Some(estimated) = estimated_rows {
                    write!(f, " of about {estimated}")?;
                }
                write!(f, " in pass {pass}, {rate:.0} a second")?;
                match held {
                    Some(held) => write!(f, ", held by {held}"),
                    None => Ok(()),
                }
            }
            Event::BackfillHeld {
                migration,
                step,
                brake,
                reading,
                threshold,
            } => write!(
                f,
                "{migration}: {step} is held by {brake}: {reading} (limit: {threshold})"
            ),
            Event::BackfillReleased {
                migration,
                step,
                brake,
                held_ms,
            } => write!(
                f,
                "{migration}: {step} is held by {brake} no longer, after {}",
                Millis(*held_ms)
            ),
            Event::BrakeUnread {
                migration,
                step,
                brake,
                remedy,
            } => write!(
                f,
                "{migration}: {step}: the brake {brake} cannot be read, and holds nothing: {remedy}"
            ),
            Event::WindowsChanged { migration, windows } => match windows.as_slice() {
                [] => write!(f, "{migration}: no window is open any more"),
                windows => write!(f, "{migration}: the window {} is open", windows.join("; ")),
            },
            Event::Tuned { migration, tuned } => {
                write!(f, "{migration}: ")?;
                let Some((first, others)) = tuned.split_first() else {
                    return f.write_str("settings are as in the file again");
                };
                write!(f, "{first} (by {})", first.by)?;
                others
                    .iter()
                    .try_for_each(|tuned| write!(f, ", {tuned} (by {})", tuned.by))
            }
            Event::WorkWaiting {
                migration,
                progress,
                run_by,
                ends_in_ms,
            } => {
                write!(f, "{migration} is {progress}; ")?;
                match (run_by, ends_in_ms) {
                    (Some(by), _) => write!(f, "the run of {by} says when there are rows to fill"),
                    (None, left) => {
                        f.write_str("no run is under way, and `cargo colmig run` takes it on")?;
                        match left {
                            Some(left) => write!(f, "; this worker ends in {}", Millis(*left)),
                            None => Ok(()),
                        }
                    }
                }
            }
            Event::WorkStarted {
                migration,
                step,
                workers,
            } => write!(
                f,
                "{migration}: {step}: {workers} {} at work",
                if *workers == 1 {
                    "worker is"
                } else {
                    "workers are"
                }
            ),
            Event::WorkDone {
                migration,
                step,
                rows,
                elapsed_ms,
            } => write!(
                f,
                "{migration}: {step}: filled {rows} rows here in {}",
                Millis(*elapsed_ms)
            ),
            Event::CompareProgress {
                migration,
                step,
                rows,
                differing,
                ..
            } => write!(
                f,
                "{migration}: {step}: {rows} rows compared, of which {differing} differ"
            ),
            Event::CheckProgress {
                migration,
                step,
                rows,
                resisting,
                ..
            } => write!(
                f,
                "{migration}: {step}: {rows} rows looked at, of which {resisting} resist"
            ),
            Event::RowsResist {
                migration, found, ..
            } => write!(f, "{migration}: {found}"),
            Event::RowsUnchecked {
                migration,
                step,
                constraint,
                elapsed_ms,
                ..
            } => write!(
                f,
                "{migration}: {step} was broken off after {}: whether a row resists `{constraint}` is left to the step that brings it",
                Millis(*elapsed_ms)
            ),
            Event::StepDone {
                migration,
                step,
                rows,
                elapsed_ms,
                ..
            } => {
                write!(f, "{migration}: {step} is done in {}", Millis(*elapsed_ms))?;
                match rows {
                    0 => Ok(()),
                    rows => write!(f, ", {rows} rows"),
                }
            }
            Event::PhaseDone {
                migration,
                phase,
                elapsed_ms,
            } => {
                write!(
                    f,
                    "{migration} is done with {phase} in {}",
                    Millis(*elapsed_ms)
                )
            }
            Event::Reverting { migration, phase } => write!(f, "{migration} undoes {phase}"),
            Event::StepReverted {
                migration,
                step,
                elapsed_ms,
                ..
            } => {
                write!(
                    f,
                    "{migration}: {step} is undone in {}",
                    Millis(*elapsed_ms)
                )
            }
            Event::MigrationFinished { migration } => write!(f, "{migration} is finished"),
            Event::MigrationAborted { migration } => write!(f, "{migration} is aborted"),
            Event::Stopped => f.write_str("the run stops as it was asked to"),
        }
    }
}
