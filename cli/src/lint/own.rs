//! The files that colmig wrote itself, step by step, as the executor sends them.

use std::path::Path;
use std::sync::Arc;

use colmig::migrate::Migration;
use colmig_schema::script::{Run, script_path};
use colmig_schema::{Database, Phase};

use crate::error::{Place, Problem};
use crate::project::shown;

use super::expected::EXPECTED;
use super::rule::squawk_findings;
use super::{Finding, Known, at, whole};

/// Judges a migration for PostgreSQL. Files and time-outs are what the executor makes of them.
pub(crate) fn judge(migration: &Migration, known: &Known) -> Vec<Problem> {
    let mut problems = Vec::new();
    for phase in Phase::ALL {
        let path = script_path(Database::Postgres, phase);
        let path = migration.folder().join(path);
        let mut file = None;
        for step in migration.steps(phase) {
            let alone = matches!(step.run, Run::Alone { .. });
            let mut sql = "SET lock_timeout = '50ms';\nSET statement_timeout = '1h';\n".to_owned();
            for statement in step.statements() {
                sql.push_str(statement);
                sql.push_str(";\n");
            }
            for violation in squawk_findings(&sql, !alone) {
                let variant = format!("{:?}", violation.code);
                let is_expected = EXPECTED
                    .iter()
                    .any(|(rule, begins, _)| *rule == variant && step.id.starts_with(begins));
                let rule = violation.code.to_string();
                if is_expected || known.allowed.contains(&rule) {
                    continue;
                }
                let file = file.get_or_insert_with(|| read(&path));
                let problem = Problem::warning(violation.message)
                    .at(step_in(file, &step.id))
                    .note(format!(
                        "step `{}`; why: https://squawkhq.com/docs/{rule}",
                        step.id
                    ))
                    .help("colmig wrote this step: please report it, with the model");
                problems.push(Finding::new(&rule, problem).problem);
            }
        }
    }
    problems
}

/// The file was read a moment ago; without its text a place is the file alone.
fn read(path: &Path) -> Place {
    let text: Arc<str> = std::fs::read_to_string(path).unwrap_or_default().into();
    whole(shown(path).into(), text)
}

/// The line in which the step begins.
fn step_in(file: &Place, id: &str) -> Place {
    let line = format!("-- step: {id}");
    let start = file.source.match_indices(&line).map(|(at, _)| at);
    let mut whole_lines = start.filter(|start| {
        let behind = file.source.get(start + line.len()..).unwrap_or_default();
        behind.is_empty() || behind.starts_with(['\n', '\r'])
    });
    let start = whole_lines.next().unwrap_or_default();
    at(file, start..(start + line.len()).min(file.source.len()))
}
