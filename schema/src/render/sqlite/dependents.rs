//! What else depends on what goes: SQLite has no catalogue of it, but writes a new name wherever
//! the old one was meant. So what goes is given a name that nothing else has, in a transaction that
//! is rolled back, and what then holds that name depends on it.

use super::INSTANT;
use crate::render::Literal;
use crate::render::dependents::{Asked, literals, renames, step};
use crate::script::Step;
use crate::step::Going;

const MARKER: &str = "colmig_going";

pub(super) fn check(going: &Going) -> Step {
    let is_table = going.columns.is_empty();
    let table = Literal(&going.table).to_string();
    // The table names a column once where it defines it; what says it again depends on it.
    let other = match is_table {
        true => format!("tbl_name <> '{MARKER}'"),
        false => format!(
            "(name <> {table} OR length(sql) - length(replace(sql, '{MARKER}', '')) > {} * length('{MARKER}'))",
            going.columns.len()
        ),
    };
    step(
        going,
        Asked {
            lock: INSTANT.to_owned(),
            safe: "the names are changed in a transaction that is rolled back; what is found holds the migration before anything else of \
                   this phase",
            prepare: renames(going, MARKER),
            look: format!(
                "SELECT type || ' ' || name FROM sqlite_schema WHERE instr(sql, '{MARKER}') > 0 AND {other} AND name NOT IN ({}) \
                 AND NOT (type = 'trigger' AND substr(name, 1, 7) = 'colmig_') ORDER BY 1",
                literals(&going.along)
            ),
        },
    )
}
