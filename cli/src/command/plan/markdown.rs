//! The plan for a pull request.

use std::fmt;

use super::outline::{OnDatabase, Outline, records};
use crate::report::progress::grouped;

/// The plan as Markdown.
pub(super) struct Markdown<'a>(pub(super) &'a Outline);

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, migration) in self.0.migrations.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            writeln!(f, "## Migration `{}`\n", migration.id)?;
            for change in &migration.changes {
                writeln!(f, "- {}", change.summary)?;
            }
            for on in &migration.databases {
                write_database(f, on)?;
            }
        }
        Ok(())
    }
}

fn write_database(f: &mut fmt::Formatter<'_>, on: &OnDatabase) -> fmt::Result {
    writeln!(f, "\n### {}\n", on.database.title())?;
    writeln!(
        f,
        "| phase | step | lock | why it is safe |\n| --- | --- | --- | --- |"
    )?;
    for phase in &on.phases {
        if phase.steps.is_empty() {
            writeln!(
                f,
                "| {} `{}` | nothing to do | | |",
                phase.phase.number(),
                phase.phase
            )?;
        }
        for step in &phase.steps {
            write!(
                f,
                "| {} `{}` | `{}`",
                phase.phase.number(),
                phase.phase,
                cell(&step.id)
            )?;
            if let Some(rows) = step.estimated_rows {
                write!(f, ", about {} {}", grouped(rows), records(on.database))?;
            }
            if let Some(takes) = step.takes(on.database) {
                write!(f, ", {takes}")?;
            }
            writeln!(f, " | {} | {} |", cell(&step.lock), cell(&step.safe))?;
        }
    }
    let language = match on.database.sql() {
        Some(_) => "sql",
        None => "js",
    };
    writeln!(f, "\n<details><summary>Gates and statements</summary>")?;
    for phase in on.phases.iter().filter(|phase| !phase.steps.is_empty()) {
        writeln!(
            f,
            "\n**{} {}**. Gate: {}.\n\n```{language}",
            phase.phase.number(),
            phase.phase,
            phase.gate
        )?;
        for statement in phase.steps.iter().flat_map(|step| &step.statements) {
            writeln!(f, "{statement};")?;
        }
        writeln!(f, "```")?;
    }
    writeln!(f, "\n</details>")
}

/// Text inside of a table: a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
