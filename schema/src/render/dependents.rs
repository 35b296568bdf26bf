//! The look for what else depends on columns or a table that go.

use super::Ident;
use crate::dependents::Dependents;
use crate::script::{Run, Step};
use crate::step::Going;

/// What one database says of it.
pub(super) struct Asked {
    pub(super) lock: String,
    pub(super) safe: &'static str,
    pub(super) prepare: Vec<String>,
    pub(super) look: String,
}

/// The step, ahead of all others of `contract`.
pub(super) fn step(going: &Going, asked: Asked) -> Step {
    Step {
        id: format!("check_dependents_{}", going.table),
        lock: asked.lock,
        safe: asked.safe.to_owned(),
        run: Run::CheckDependents(Box::new(Dependents {
            table: going.table.clone(),
            columns: going.columns.clone(),
            prepare: asked.prepare,
            look: asked.look,
        })),
        revert: Vec::new(),
    }
}

/// Names as literals with commas between; one that no name is where there are none.
pub(super) fn literals(names: &[String]) -> String {
    let mut literals: Vec<String> = names
        .iter()
        .map(|name| super::Literal(name).to_string())
        .collect();
    if literals.is_empty() {
        literals.push("''".to_owned());
    }
    literals.join(", ")
}

/// `ALTER TABLE ... RENAME`, of the columns that go or of the table, to names that nothing else has.
pub(super) fn renames(going: &Going, marker: &str) -> Vec<String> {
    let table = Ident(&going.table);
    if going.columns.is_empty() {
        return vec![format!("ALTER TABLE {table} RENAME TO {}", Ident(marker))];
    }
    let columns = going.columns.iter().enumerate();
    let rename = |(number, column): (usize, &String)| {
        let to = format!("{marker}_{number}");
        format!(
            "ALTER TABLE {table} RENAME COLUMN {} TO {}",
            Ident(column),
            Ident(&to)
        )
    };
    columns.map(rename).collect()
}
