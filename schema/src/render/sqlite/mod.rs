//! SQLite. Every statement is part of a transaction; a column, once there, cannot be altered.

mod dependents;
mod mirror;

use super::words::Words;
use super::{Ident, Literal};
use super::{compare, precheck, shared};
use crate::Sql;
use crate::model::bounded_name;
use crate::script::{Run, Step};
use crate::step::{Action, Fill, Guard, Key, Write};

const INSTANT: &str = "the database's write lock, for an instant";

const WORDS: Words = Words {
    database: Sql::Sqlite,
    parameter,
    text: |column| Ident(column).to_string(),
    key: |key| Ident(&key.name).to_string(),
    cast: |value, _| value.clone(),
};

const GROUPING: precheck::Grouping = precheck::Grouping {
    lock: "for one scan of the table",
    safe: "one read, before the index is tried: with a write-ahead log nobody waits for it, without one a commit does, and less long than for \
           the build of the index. Rows that share their values hold the migration here, counted and named, while everything keeps working",
};

pub(super) fn render(action: &Action, migration: &str) -> Option<Step> {
    Some(match action {
        // A collection is MongoDB's.
        Action::Collection(_) => return None,
        Action::CreateTable(table) => Step {
            id: format!("create_table_{}", table.model.table),
            lock: INSTANT.to_owned(),
            safe: "nobody uses the table yet, so it comes with everything on it".to_owned(),
            run: Run::Transaction(shared::create_table(table, Sql::Sqlite)),
            revert: vec![format!("DROP TABLE {}", Ident(&table.model.table))],
        },
        Action::AdoptTable(table) => shared::adopt_table(table, Sql::Sqlite),
        Action::DropTable { table, .. } => Step {
            id: format!("drop_table_{table}"),
            lock: "the database's write lock, until every page of the table is free".to_owned(),
            safe: "nobody reads or writes the table any more".to_owned(),
            run: Run::Transaction(vec![format!("DROP TABLE {}", Ident(table))]),
            revert: Vec::new(),
        },
        Action::AddColumn(column) => {
            let save = column.unwritten.as_ref().map(|unwritten| {
                let written = shared::is_not(&column.name, unwritten, Sql::Sqlite);
                save(&column.table, &column.key, &column.name, &written, migration)
            });
            let drop = format!("ALTER TABLE {} DROP COLUMN {}", Ident(&column.table), Ident(&column.name));
            Step {
                id: format!("add_column_{}_{}", column.table, column.name),
                lock: INSTANT.to_owned(),
                safe: match column.default {
                    Some(_) => "a literal default is kept in the schema: no row is rewritten, old rows hold it at once",
                    None => "only the text of the schema changes: no row is read or rewritten",
                }
                .to_owned(),
                run: Run::Transaction(vec![shared::add_column(column, Sql::Sqlite)]),
                revert: save.into_iter().chain([drop]).collect(),
            }
        }
        Action::CreateFill(fill) => create_fill(fill),
        Action::DropFill(fill) => Step {
            id: format!("drop_{}", fill.name),
            lock: INSTANT.to_owned(),
            safe: shared::served_no_more(fill).to_owned(),
            run: Run::Transaction(drop_fill(fill)),
            revert: fill_triggers(fill),
        },
        // The key, for the guard of the column would refuse the statement, and name no row.
        Action::ProveFilled(fill) => Step {
            id: format!("prove_{}_{}", fill.table, fill.column),
            lock: format!("that of a reader on {}, for one search of the table", Ident(&fill.table)),
            safe: shared::PROVE_SAFE.to_owned(),
            run: Run::Backfill(shared::prove(fill, fill.key.first().map_or("rowid", |key| &key.name), WORDS)),
            revert: Vec::new(),
        },
        Action::Backfill(fill) => Step {
            id: format!("backfill_{}_{}", fill.table, fill.column),
            lock: "the database's write lock, for one batch at a time".to_owned(),
            safe: "batches by ranges of the primary key, each committed with its cursor, with a pause in which other writers get their turn".to_owned(),
            run: Run::Backfill(shared::backfill(fill, WORDS)),
            revert: Vec::new(),
        },
        Action::CreateMirror(mirror) => mirror::create(mirror, migration),
        Action::Converge(mirror) => mirror::converge(mirror),
        Action::Compare(mirror) => compare::step(compare::mirror(mirror, WORDS), Sql::Sqlite),
        Action::CompareFill(fill) => compare::step(compare::fill(fill, WORDS), Sql::Sqlite),
        Action::CheckRows(demand) => precheck::step(demand, WORDS, GROUPING),
        Action::CheckDependents(going) => dependents::check(going),
        Action::Convert(conversion) => shared::convert(
            conversion,
            migration,
            "the database's write lock, for one statement at a time".to_owned(),
            Sql::Sqlite,
        ),
        Action::DropLegacy(mirrors) => mirror::drop_legacy(mirrors),
        // SQLite keeps no comments, so none is ever asked for.
        Action::CommentColumns { .. } => return None,
        // Nor types, so none is ever asked for.
        Action::DeclareEnum { .. } | Action::AddValue { .. } => return None,
        // Its views take no writes, so nothing stands in for a table.
        Action::StandIn(_) | Action::RenameTable(_) => return None,
        // No expression of SQLite's fails for the value of a row.
        Action::CreateRule(_) => return None,
        // A column that is there cannot be altered; triggers stand in for all of these.
        Action::SetDefault { .. }
        | Action::DropDefault { .. }
        | Action::AddCheck(_)
        | Action::ValidateCheck(_)
        | Action::DropCheck(_)
        | Action::AddReference(_)
        | Action::ValidateReference(_)
        | Action::CarryReference { .. }
        | Action::CheckKey(_)
        | Action::DropConstraint { .. }
        | Action::SetNotNull { .. }
        | Action::DropNotNull { .. }
        | Action::WidenColumn(_)
        | Action::RedefineColumn { .. }
        | Action::AnalyzeColumn { .. } => return None,
        Action::CreateGuard(guard) => guard_step(guard),
        Action::DropGuards { name } => Step {
            id: format!("drop_guards_{name}"),
            lock: INSTANT.to_owned(),
            safe: "no build is left that takes the check for granted".to_owned(),
            run: Run::Transaction(["insert", "update"].map(|on| drop_trigger(&shared::guard_named(name, on))).to_vec()),
            revert: Vec::new(),
        },
        Action::Prove { condition, key } => {
            let table = &condition.table;
            // Written as it is: the guard then looks at the row, and refuses it.
            let first = key.first().map_or("rowid", |key| &key.name);
            let set = format!("{0} = {0}", Ident(first));
            let left = format!("NOT ({})", condition.holds.bare(Sql::Sqlite));
            Step {
                id: format!("prove_{}", condition.name),
                lock: "the database's write lock, for one batch at a time".to_owned(),
                safe: "batches by ranges of the primary key; a row that fails the condition is refused by the guard and named, and no other is touched".to_owned(),
                run: Run::Backfill(shared::ranges([table, &set, &left], key, WORDS)),
                revert: Vec::new(),
            }
        }
        Action::CreateIndex { table, index } => {
            let name = &index.name;
            Step {
                id: format!("create_index_{name}"),
                lock: "the database's write lock, for one scan of the table: SQLite cannot build an index beside writers".to_owned(),
                safe: "readers go on; a writer waits for as long as the build takes, which its busy time-out has to allow (about 1 s for 1,000,000 rows)".to_owned(),
                run: Run::Transaction(vec![shared::create_index(table, index, "", Sql::Sqlite)]),
                revert: vec![format!("DROP INDEX {}", Ident(name))],
            }
        }
        Action::DropIndex { name, .. } => {
            Step {
                id: format!("drop_index_{name}"),
                lock: INSTANT.to_owned(),
                safe: "nobody is left whose queries were written for it".to_owned(),
                run: Run::Transaction(vec![format!("DROP INDEX {}", Ident(name))]),
                revert: Vec::new(),
            }
        }
    })
}

/// Keeps what was written to a column, before an abort.
fn save(table: &str, key: &[Key], column: &str, written: &str, migration: &str) -> String {
    let key: Vec<String> = key
        .iter()
        .map(|key| format!("{}, quote({})", Literal(&key.name), Ident(&key.name)))
        .collect();
    let key = format!("json_object({})", key.join(", "));
    let value = format!("quote({})", Ident(column));
    shared::save(
        [table, column],
        written,
        migration,
        [&key, &value],
        Sql::Sqlite,
    )
}

/// A value of the key, which is bound as what it is.
fn parameter(_: &Key, number: usize) -> String {
    super::placeholder(number).to_string()
}

fn create_fill(fill: &Fill) -> Step {
    Step {
        id: format!("create_{}", fill.name),
        lock: INSTANT.to_owned(),
        safe: format!("{} from now on", shared::served(fill)),
        run: Run::Transaction(fill_triggers(fill)),
        revert: drop_fill(fill),
    }
}

/// The trigger for inserts, and the one for updates where those are served as well.
fn fill_triggers(fill: &Fill) -> Vec<String> {
    let mut triggers = vec![fill_trigger(fill, &fill.name, "INSERT")];
    if fill.updates {
        let of = format!("UPDATE OF {}", Ident(&fill.column));
        triggers.push(fill_trigger(fill, &update_name(fill), &of));
    }
    triggers
}

fn drop_fill(fill: &Fill) -> Vec<String> {
    let mut drops = vec![drop_trigger(&fill.name)];
    if fill.updates {
        drops.push(drop_trigger(&update_name(fill)));
    }
    drops
}

fn update_name(fill: &Fill) -> String {
    bounded_name(&format!("{}_update", fill.name))
}

/// SQLite's triggers cannot change the row that is being written, so the row is
/// updated right behind it, in the same statement.
fn fill_trigger(fill: &Fill, name: &str, on: &str) -> String {
    let row: Vec<String> = fill
        .key
        .iter()
        .map(|key| format!("{0} = NEW.{0}", Ident(&key.name)))
        .collect();
    format!(
        "CREATE TRIGGER {} AFTER {on} ON {}\nFOR EACH ROW WHEN NEW.{column} IS NULL\nBEGIN\n  \
         UPDATE {} SET {column} = ({}) WHERE {};\nEND",
        Ident(name),
        Ident(&fill.table),
        Ident(&fill.table),
        fill.value.over("NEW", Sql::Sqlite),
        row.join(" AND "),
        column = Ident(&fill.column),
    )
}

fn guard_step(guard: &Guard) -> Step {
    Step {
        id: format!("create_{}", guard_name(guard)),
        lock: INSTANT.to_owned(),
        safe: "SQLite cannot alter a column: a trigger refuses what the constraint would refuse, and says the same words".to_owned(),
        run: Run::Transaction(vec![guard_trigger(guard)]),
        revert: vec![drop_trigger(&guard_name(guard))],
    }
}

fn guard_name(guard: &Guard) -> String {
    let on = match guard.on {
        Write::Insert => "insert",
        Write::UpdateOf(_) | Write::Update => "update",
    };
    shared::guard_named(&guard.condition.name, on)
}

fn guard_trigger(guard: &Guard) -> String {
    let on = match &guard.on {
        Write::Insert => "INSERT".to_owned(),
        Write::UpdateOf(column) => format!("UPDATE OF {}", Ident(column)),
        Write::Update => "UPDATE".to_owned(),
    };
    format!(
        "CREATE TRIGGER {} BEFORE {on} ON {}\nFOR EACH ROW WHEN NOT ({})\nBEGIN\n  SELECT RAISE(ABORT, {});\nEND",
        Ident(&guard_name(guard)),
        Ident(&guard.condition.table),
        guard.condition.holds.over("NEW", Sql::Sqlite),
        Literal(&guard.message),
    )
}

fn drop_trigger(name: &str) -> String {
    format!("DROP TRIGGER {}", Ident(name))
}
