//! The plan for a terminal.

use std::fmt;

use colmig_schema::Database;

use super::outline::{OnDatabase, Outline, PlannedPhase, PlannedStep, records};
use crate::report::progress::grouped;

/// The plan as text.
pub(super) struct Text<'a>(pub(super) &'a Outline);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, migration) in self.0.migrations.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            writeln!(f, "{}", migration.id)?;
            for change in &migration.changes {
                writeln!(f, "  {}", change.summary)?;
            }
            for on in &migration.databases {
                write_database(f, on)?;
            }
        }
        Ok(())
    }
}

fn write_database(f: &mut fmt::Formatter<'_>, on: &OnDatabase) -> fmt::Result {
    writeln!(f, "\n{}", on.database.title())?;
    let mut phases = on.phases.iter();
    phases.try_for_each(|phase| write_phase(f, on.database, phase))
}

fn write_phase(
    f: &mut fmt::Formatter<'_>,
    database: Database,
    phase: &PlannedPhase,
) -> fmt::Result {
    if phase.steps.is_empty() {
        return writeln!(
            f,
            "\n  {} {}: nothing to do",
            phase.phase.number(),
            phase.phase
        );
    }
    writeln!(f, "\n  {} {}", phase.phase.number(), phase.phase)?;
    writeln!(f, "    gate: {}", phase.gate)?;
    let mut steps = phase.steps.iter();
    steps.try_for_each(|step| write_step(f, database, step))
}

fn write_step(f: &mut fmt::Formatter<'_>, database: Database, step: &PlannedStep) -> fmt::Result {
    write!(f, "    {}", step.id)?;
    match step.run {
        "alone" => f.write_str(" (outside of a transaction)")?,
        "backfill" => f.write_str(" (in batches)")?,
        _ => {}
    }
    if let Some(rows) = step.estimated_rows {
        write!(f, ", about {} {}", grouped(rows), records(database))?;
    }
    writeln!(f)?;
    if let Some(takes) = step.takes(database) {
        writeln!(f, "      takes: {takes}")?;
    }
    writeln!(f, "      lock: {}", step.lock)?;
    writeln!(f, "      safe: {}", step.safe)?;
    for statement in &step.statements {
        for line in format!("{statement};").lines() {
            writeln!(f, "      | {line}")?;
        }
    }
    Ok(())
}
