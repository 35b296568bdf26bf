//! The two sides of a replaced column on SQLite: a trigger for each way and each kind of write.

use super::{INSTANT, WORDS, drop_trigger, save};
use crate::Sql;
use crate::model::bounded_name;
use crate::render::{Ident, shared};
use crate::script::{Run, Step};
use crate::step::{Mirror, Mirrored};

pub(super) fn create(mirror: &Mirror, migration: &str) -> Step {
    // What only the targets hold is kept while there are triggers that keep the two sides
    // the same: afterwards a target says no more than how old it is.
    let saved = mirror.targets.iter().map(|target| {
        let Mirrored { column, value, .. } = target;
        let differs = shared::is_not(column, value, Sql::Sqlite);
        let written = format!("{} IS NOT NULL AND {differs}", Ident(column));
        save(&mirror.table, &mirror.key, column, &written, migration)
    });
    Step {
        id: format!("create_{}", mirror.name),
        lock: INSTANT.to_owned(),
        safe: "whoever writes one side only has the other written from now on, right behind it in the same statement"
            .to_owned(),
        run: Run::Transaction(triggers(mirror)),
        revert: saved.chain(drop_triggers(mirror)).collect(),
    }
}

pub(super) fn converge(mirror: &Mirror) -> Step {
    let targets: Vec<&str> = mirror
        .targets
        .iter()
        .map(|target| target.column.as_str())
        .collect();
    Step {
        id: format!("backfill_{}_{}", mirror.table, targets.join("_")),
        lock: "the database's write lock, for one batch at a time".to_owned(),
        safe: "batches by ranges of the primary key, each committed with its cursor, with a pause in which other \
               writers get their turn"
            .to_owned(),
        run: Run::Backfill(shared::converge(mirror, WORDS)),
        revert: Vec::new(),
    }
}

pub(super) fn drop_legacy(mirrors: &[Mirror]) -> Step {
    let table = mirrors.first().map_or("", |mirror| &mirror.table);
    let mut statements: Vec<String> = mirrors.iter().flat_map(drop_triggers).collect();
    let mut columns = Vec::new();
    for legacy in mirrors.iter().flat_map(|mirror| &mirror.legacy) {
        // SQLite drops no column that an index or a trigger names. Those of a column that a
        // migration brought stand in for what could not be altered.
        for index in &legacy.indexes {
            let drop = format!("DROP INDEX IF EXISTS {}", Ident(index));
            if !statements.contains(&drop) {
                statements.push(drop);
            }
        }
        let column = &legacy.column;
        for trigger in [
            bounded_name(&format!("colmig_default_{table}_{column}")),
            guard(table, column, "insert"),
            guard(table, column, "update"),
        ] {
            statements.push(format!("DROP TRIGGER IF EXISTS {}", Ident(&trigger)));
        }
        columns.push(format!(
            "ALTER TABLE {} DROP COLUMN {}",
            Ident(table),
            Ident(column)
        ));
    }
    statements.append(&mut columns);
    Step {
        id: format!("drop_legacy_{table}"),
        lock: "the database's write lock, for a rewrite of the table for each column".to_owned(),
        safe: "nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no \
               statement finds one without the other"
            .to_owned(),
        run: Run::Transaction(statements),
        revert: Vec::new(),
    }
}

/// The guard of NOT NULL that a migration may have brought with a column.
fn guard(table: &str, column: &str, on: &str) -> String {
    let condition = bounded_name(&format!("{table}_{column}_not_null"));
    bounded_name(&format!("colmig_guard_{condition}_{on}"))
}

/// The triggers, by what they do.
fn trigger_names(mirror: &Mirror) -> [String; 4] {
    ["insert_up", "insert_down", "update_up", "update_down"]
        .map(|what| bounded_name(&format!("{}_{what}", mirror.name)))
}

fn drop_triggers(mirror: &Mirror) -> Vec<String> {
    if !mirror.has_trigger {
        return Vec::new();
    }
    trigger_names(mirror)
        .map(|name| drop_trigger(&name))
        .to_vec()
}

/// SQLite's triggers cannot change the row that is being written, so the row is updated
/// right behind it. That update is seen by these triggers again, which find nothing to do.
fn triggers(mirror: &Mirror) -> Vec<String> {
    let Mirror {
        targets, legacy, ..
    } = mirror;
    let stale = shared::differs(targets, Some("NEW"), Sql::Sqlite);
    let stale_legacy = shared::differs(legacy, Some("NEW"), Sql::Sqlite);
    let every = |columns: &[Mirrored], condition: &str| {
        shared::each(columns, " AND ", Sql::Sqlite, |_, name| {
            format!("NEW.{name} {condition}")
        })
    };
    let same = |columns: &[Mirrored]| {
        shared::each(columns, " AND ", Sql::Sqlite, |_, name| {
            format!("NEW.{name} IS OLD.{name}")
        })
    };
    let left_out = shared::each(legacy, " AND ", Sql::Sqlite, |column, name| {
        match &column.default {
            Some(default) => format!(
                "(NEW.{name} IS NULL OR NEW.{name} IS ({}))",
                default.bare(Sql::Sqlite)
            ),
            None => format!("NEW.{name} IS NULL"),
        }
    });
    let names =
        |columns: &[Mirrored]| shared::each(columns, ", ", Sql::Sqlite, |_, name| name.to_string());
    let [insert_up, insert_down, update_up, update_down] = trigger_names(mirror);
    let no_target = every(targets, "IS NULL");
    vec![
        trigger(
            mirror,
            &insert_up,
            "INSERT",
            &format!("{no_target} AND ({stale})"),
            targets,
        ),
        trigger(
            mirror,
            &insert_down,
            "INSERT",
            &format!("NOT ({no_target}) AND {left_out} AND ({stale})"),
            legacy,
        ),
        // Not where legacy was just made of the targets.
        trigger(
            mirror,
            &update_up,
            &format!("UPDATE OF {}", names(legacy)),
            &format!(
                "{} AND NOT ({}) AND ({stale}) AND ({stale_legacy})",
                same(targets),
                same(legacy)
            ),
            targets,
        ),
        trigger(
            mirror,
            &update_down,
            &format!("UPDATE OF {}", names(targets)),
            &format!("{} AND NOT ({}) AND ({stale})", same(legacy), same(targets)),
            legacy,
        ),
    ]
}

fn trigger(mirror: &Mirror, name: &str, on: &str, when: &str, set: &[Mirrored]) -> String {
    let set = shared::each(set, ", ", Sql::Sqlite, |column, name| {
        format!("{name} = ({})", column.value.over("NEW", Sql::Sqlite))
    });
    let row: Vec<String> = mirror
        .key
        .iter()
        .map(|key| format!("{0} = NEW.{0}", Ident(&key.name)))
        .collect();
    format!(
        "CREATE TRIGGER {} AFTER {on} ON {table}\nFOR EACH ROW WHEN {when}\nBEGIN\n  \
         UPDATE {table} SET {set} WHERE {};\nEND",
        Ident(name),
        row.join(" AND "),
        table = Ident(&mirror.table),
    )
}
