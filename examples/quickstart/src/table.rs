//! The table at the end of the story.

use crate::load::Measured;

/// A line for each phase.
pub(crate) fn render(phases: &[Measured]) -> String {
    let mut lines = vec![format!(
        "{:<14}{:>9}{:>12}{:>9}{:>10}{:>14}",
        "phase", "time", "statements", "rows", "requests", "longest wait"
    )];
    lines.extend(phases.iter().map(|phase| {
        format!(
            "{:<14}{:>7.1} s{:>12}{:>9}{:>10}{:>11.1} ms",
            phase.phase,
            phase.time.as_secs_f64(),
            phase.work.statements,
            phase.work.rows,
            phase.requests,
            phase.longest.as_secs_f64() * 1000.0,
        )
    }));
    lines.join("\n")
}
