//! What else depends on what goes, as MariaDB's catalogue says it. Views, triggers and generated
//! columns are kept as text there, in which every name of a column is quoted in the first and the
//! last, and may not be in the other.

use super::DATABASE;
use crate::render::dependents::{Asked, step};
use crate::script::Step;
use crate::step::Going;

pub(super) fn check(going: &Going) -> Step {
    let table = DATABASE.literal(&going.table);
    let names = literals(&going.columns);
    let along = literals(&going.along);
    let is_table = going.columns.is_empty();
    let mut looks = Vec::new();
    // Foreign keys of other tables, and those of the columns themselves.
    let refers = match is_table {
        true => format!("TABLE_NAME <> {table}"),
        false => format!("REFERENCED_COLUMN_NAME IN ({names})"),
    };
    looks.push(format!(
        "SELECT CONCAT('foreign key ', CONSTRAINT_NAME, ' of ', TABLE_NAME) AS depends FROM information_schema.KEY_COLUMN_USAGE\n  \
         WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = {table} AND {refers}"
    ));
    let mentioned = |text: &str| match is_table {
        true => format!("INSTR({text}, CONCAT('`', {table}, '`')) > 0"),
        false => {
            let each = going.columns.iter().map(|column| {
                let column = DATABASE.literal(column);
                format!("INSTR({text}, CONCAT('`', {table}, '`.`', {column}, '`')) > 0")
            });
            format!("({})", each.collect::<Vec<_>>().join(" OR "))
        }
    };
    looks.push(format!(
        "SELECT CONCAT('view ', TABLE_NAME) FROM information_schema.VIEWS\n  WHERE TABLE_SCHEMA = DATABASE() AND {}",
        mentioned("VIEW_DEFINITION")
    ));
    if !is_table {
        looks.push(format!(
            "SELECT CONCAT('foreign key ', CONSTRAINT_NAME) FROM information_schema.KEY_COLUMN_USAGE\n  \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {table} AND COLUMN_NAME IN ({names}) AND REFERENCED_TABLE_NAME IS NOT NULL"
        ));
        looks.push(format!(
            "SELECT DISTINCT CONCAT('index ', INDEX_NAME) FROM information_schema.STATISTICS\n  \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {table} AND COLUMN_NAME IN ({names}) AND INDEX_NAME NOT IN ({along})"
        ));
        let as_name = |text: &str| {
            let each = going.columns.iter().map(|column| {
                format!(
                    "INSTR({text}, CONCAT('`', {}, '`')) > 0",
                    DATABASE.literal(column)
                )
            });
            format!("({})", each.collect::<Vec<_>>().join(" OR "))
        };
        looks.push(format!(
            "SELECT CONCAT('generated column ', COLUMN_NAME) FROM information_schema.COLUMNS\n  \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {table} AND COLUMN_NAME NOT IN ({names}) AND {}",
            as_name("GENERATION_EXPRESSION")
        ));
        looks.push(format!(
            "SELECT CONCAT('check ', CONSTRAINT_NAME) FROM information_schema.CHECK_CONSTRAINTS\n  \
             WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = {table} AND CONSTRAINT_NAME NOT IN ({names}) AND {}",
            as_name("CHECK_CLAUSE")
        ));
        let in_text = going.columns.iter().map(|column| {
            let word = format!("\\b(NEW|OLD)\\.`?{}`?(?![A-Za-z0-9_$])", escaped(column));
            format!("ACTION_STATEMENT REGEXP {}", DATABASE.literal(&word))
        });
        looks.push(format!(
            "SELECT CONCAT('trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS\n  \
             WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = {table} AND LEFT(TRIGGER_NAME, 7) <> 'colmig_' AND ({})",
            in_text.collect::<Vec<_>>().join(" OR ")
        ));
    }
    step(
        going,
        Asked {
            lock: "none: it reads the catalogue".to_owned(),
            safe: "nothing is changed; what is found holds the migration before anything else of this phase",
            prepare: Vec::new(),
            look: format!("{}\nORDER BY 1", looks.join("\nUNION\n")),
        },
    )
}

/// As a part of a regular expression.
fn escaped(name: &str) -> String {
    let escape = |c: char| match c.is_alphanumeric() || c == '_' {
        true => c.to_string(),
        false => format!("\\{c}"),
    };
    name.chars().map(escape).collect()
}

fn literals(names: &[String]) -> String {
    let literals: Vec<String> = names.iter().map(|name| DATABASE.literal(name)).collect();
    match literals.is_empty() {
        true => "''".to_owned(),
        false => literals.join(", "),
    }
}
