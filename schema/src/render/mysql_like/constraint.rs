//! What rows have to satisfy, on a table that is in use.

use super::{BATCHES, DATABASE, INSTANT, WORDS, exclusive, of_batch, trigger};
use crate::model::not_null_name;
use crate::render::{precheck, shared};
use crate::script::{Run, Step};
use crate::step::{Condition, Definition, Demand, Demanded, ForeignKey, Guard, Key, Write};

/// The error of the server's own checks.
const CONSTRAINT_FAILED: u32 = 4025;

pub(super) fn set_not_null(table: &str, columns: &[(String, Definition)]) -> Step {
    Step {
        id: match columns {
            [(column, _)] => format!("set_{}", not_null_name(table, column)),
            _ => format!("set_{table}_not_null"),
        },
        lock: rebuild(table),
        safe: REBUILT.to_owned(),
        run: Run::OneByOne(vec![modify(table, columns, "NOT NULL", INPLACE)]),
        revert: Vec::new(),
    }
}

pub(super) fn drop_not_null(table: &str, column: &str, definition: &Definition) -> Step {
    Step {
        id: format!("drop_not_null_{table}_{column}"),
        lock: rebuild(table),
        safe: format!("{REBUILT}; no build is left that has no place for NULL"),
        run: Run::OneByOne(vec![modify(
            table,
            &[(column.to_owned(), definition.clone())],
            "NULL",
            INPLACE,
        )]),
        revert: Vec::new(),
    }
}

/// The table is written anew beside its readers and writers.
const INPLACE: &str = "ALGORITHM=INPLACE, LOCK=NONE";

const REBUILT: &str = "the server writes the table anew beside readers and writers, and would refuse rather than keep them out; it needs the room of a \
                       second table meanwhile, and replicas do the same one after the other";

fn rebuild(table: &str) -> String {
    format!(
        "an exclusive metadata lock on {}, for an instant before and after a rebuild of the table",
        DATABASE.ident(table)
    )
}

/// The whole definitions, for what is not said is taken away.
fn modify(table: &str, columns: &[(String, Definition)], null: &str, how: &str) -> String {
    let mut clauses = String::new();
    for (column, definition) in columns {
        let Definition {
            ty,
            default,
            comment,
        } = definition;
        let ty = ty.sql(DATABASE).unwrap_or_default();
        let default = default.as_ref().and_then(|default| default.get(DATABASE));
        let default = default.map_or(String::new(), |default| format!(" DEFAULT ({default})"));
        clauses += &format!(
            "MODIFY COLUMN {} {ty} {null}{default}{}, ",
            DATABASE.ident(column),
            shared::in_definition(comment.as_deref(), DATABASE)
        );
    }
    let table = DATABASE.ident(table);
    format!("ALTER TABLE {table} {clauses}{how}")
}

/// A type that holds more, in the same bytes.
pub(super) fn lengthen(
    [table, column]: [&str; 2],
    nullable: bool,
    definition: &Definition,
) -> Step {
    let null = if nullable { "NULL" } else { "NOT NULL" };
    let columns = [(column.to_owned(), definition.clone())];
    Step {
        id: format!("widen_{table}_{column}"),
        lock: exclusive(table),
        safe: "values stay as they are, byte by byte, so only the catalogue changes, and the server would refuse rather than copy the \
               table; an abort leaves the longer type, in which nothing that was written is lost"
            .to_owned(),
        run: Run::OneByOne(vec![modify(table, &columns, null, INSTANT)]),
        revert: Vec::new(),
    }
}

pub(super) fn add_reference(key: &ForeignKey) -> Step {
    let (table, name) = (DATABASE.ident(&key.table), DATABASE.ident(&key.name));
    let to = DATABASE.ident(&key.to);
    Step {
        id: format!("add_reference_{}", key.name),
        lock: format!("an exclusive metadata lock on {table} and {to}, for an instant; where the column has no index, before and after one scan of the table"),
        safe: "new and changed rows are checked from now on, old rows are not looked at yet; an index of the column comes with it where there is none, \
               built beside readers and writers"
            .to_owned(),
        // With the checks on, the server can only copy the table.
        run: Run::OneByOne(vec![format!(
            "SET STATEMENT foreign_key_checks = 0 FOR\nALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY IF NOT EXISTS ({}) REFERENCES {to} ({}), \
             ALGORITHM=NOCOPY, LOCK=NONE",
            DATABASE.ident(&key.column),
            DATABASE.ident(&key.key)
        )]),
        revert: drop_reference(&key.table, &key.name),
    }
}

/// The server has no statement that looks at the rows from before, so they are searched.
pub(super) fn search_reference(key: &ForeignKey) -> Step {
    let demand = Demand {
        table: key.table.clone(),
        key: key.row_key.clone(),
        constraint: key.name.clone(),
        demanded: Demanded::Refers {
            columns: vec![key.column.clone()],
            table: key.to.clone(),
            to: vec![key.key.clone()],
        },
    };
    Step {
        id: format!("search_reference_{}", key.name),
        ..precheck::step(&demand, WORDS, super::GROUPING)
    }
}

fn drop_reference(table: &str, name: &str) -> Vec<String> {
    let (table, name) = (DATABASE.ident(table), DATABASE.ident(name));
    vec![
        format!("ALTER TABLE {table} DROP FOREIGN KEY IF EXISTS {name}, {INSTANT}"),
        // The one that came with it, if one did.
        format!(
            "ALTER TABLE {table} DROP INDEX IF EXISTS {name}, {}",
            super::NOCOPY
        ),
    ]
}

pub(super) fn drop(table: &str, name: &str, refers: Option<&str>) -> Step {
    Step {
        id: format!("drop_constraint_{name}"),
        lock: exclusive(table),
        safe: "only the catalogue changes, and no build is left that takes it for granted"
            .to_owned(),
        run: Run::OneByOne(match refers {
            Some(_) => drop_reference(table, name),
            None => vec![format!(
                "ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}, {INSTANT}",
                DATABASE.ident(table),
                DATABASE.ident(name)
            )],
        }),
        revert: Vec::new(),
    }
}

pub(super) fn create_guard(guard: &Guard) -> Step {
    let Guard {
        condition, message, ..
    } = guard;
    let (on, word) = match guard.on {
        Write::Insert => ("INSERT", "insert"),
        // A trigger is for updates of all columns.
        Write::UpdateOf(_) | Write::Update => ("UPDATE", "update"),
    };
    let name = shared::guard_named(&condition.name, word);
    let body = format!(
        "  IF NOT ({}) THEN\n    SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = {CONSTRAINT_FAILED}, MESSAGE_TEXT = {};\n  END IF;\n",
        condition.holds.over("NEW", DATABASE),
        DATABASE.literal(message)
    );
    Step {
        id: format!("create_{name}"),
        lock: exclusive(&condition.table),
        safe: "a check comes to a table by a copy for which writers wait, so a trigger refuses what it would refuse, and says the same words".to_owned(),
        run: Run::OneByOne(vec![trigger::create(&name, on, &condition.table, &body)]),
        revert: vec![trigger::drop(&name)],
    }
}

pub(super) fn drop_guards(name: &str) -> Step {
    Step {
        id: format!("drop_guards_{name}"),
        lock: "an exclusive metadata lock on the table, for an instant".to_owned(),
        safe: "no build is left that takes the check for granted".to_owned(),
        run: Run::OneByOne(
            ["insert", "update"]
                .map(|on| trigger::drop(&shared::guard_named(name, on)))
                .to_vec(),
        ),
        revert: Vec::new(),
    }
}

pub(super) fn prove(condition: &Condition, key: &[Key]) -> Step {
    let table = &condition.table;
    // Written as it is: the guard then looks at the row, and refuses it.
    let first = key.first().map_or("", |key| &key.name);
    let set = format!("{0} = {0}", DATABASE.ident(first));
    let left = format!("NOT ({})", condition.holds.bare(DATABASE));
    Step {
        id: format!("prove_{}", condition.name),
        lock: of_batch(table),
        safe: format!(
            "{BATCHES}; a row that fails the condition is refused by the guard and named"
        ),
        run: Run::Backfill(shared::ranges([table, &set, &left], key, WORDS)),
        revert: Vec::new(),
    }
}
