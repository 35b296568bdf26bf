//! The two sides of a replaced column on MariaDB: a trigger for each kind of write, and what goes
//! with them.

use super::{BATCHES, DATABASE, INSTANT, NOCOPY, WORDS, exclusive, least, of_batch, save, trigger};
use crate::model::{ColumnType, bounded_name};
use crate::render::shared;
use crate::script::{Run, Step};
use crate::step::{Mirror, Mirrored, Rule};

pub(super) fn create_rule(rule: &Rule) -> Step {
    let name = DATABASE.ident(&rule.name);
    let arguments: Vec<String> = rule
        .arguments
        .iter()
        .map(|argument| {
            format!(
                "{} {}",
                DATABASE.ident(&argument.name),
                of_value(&argument.ty)
            )
        })
        .collect();
    // In the body a bare name is the argument's.
    Step {
        id: format!("create_{}", rule.name),
        lock: "none".to_owned(),
        safe: "a function that nobody calls yet; where the rule fails for a value, or would cut it, it gives NULL"
            .to_owned(),
        run: Run::OneByOne(vec![format!(
            "CREATE FUNCTION IF NOT EXISTS {name}({}) RETURNS {} DETERMINISTIC NO SQL\nBEGIN\n  \
             DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLWARNING RETURN NULL;\n  RETURN ({});\nEND",
            arguments.join(", "),
            of_value(&rule.ty),
            rule.value.bare(DATABASE)
        )]),
        revert: vec![format!("DROP FUNCTION IF EXISTS {name}")],
    }
}

/// The type of a value: what a column does by itself is no part of it.
fn of_value(ty: &ColumnType) -> &str {
    let ty = ty.sql(DATABASE).unwrap_or("longtext");
    let lower = ty.to_ascii_lowercase();
    let does = [" auto_increment", " on update "];
    let end = does.iter().filter_map(|word| lower.find(word)).min();
    &ty[..end.unwrap_or(ty.len())]
}

pub(super) fn create(mirror: &Mirror, migration: &str) -> Step {
    // What only the targets hold is kept while there are triggers that keep the two sides the
    // same: afterwards a target says no more than how old it is.
    let saved = mirror.targets.iter().map(|target| {
        let Mirrored { column, ty, .. } = target;
        let differs = shared::differs(std::slice::from_ref(target), None, DATABASE);
        let written = format!("{} IS NOT NULL AND {differs}", DATABASE.ident(column));
        save(
            &mirror.table,
            &mirror.key,
            (column, ty),
            &written,
            migration,
        )
    });
    Step {
        id: format!("create_{}", mirror.name),
        lock: exclusive(&mirror.table),
        safe: "whoever writes one side only has the other written from now on, in the same row and statement".to_owned(),
        run: Run::OneByOne(create_triggers(mirror)),
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
        lock: of_batch(&mirror.table),
        safe: BATCHES.to_owned(),
        run: Run::Backfill(shared::converge(mirror, WORDS)),
        revert: Vec::new(),
    }
}

/// Each statement stands by itself, so a row can be inserted between any two of them: what serves
/// such inserts comes before what served them goes.
pub(super) fn drop_legacy(mirrors: &[Mirror]) -> Step {
    let name = mirrors.first().map_or("", |mirror| &mirror.table);
    let table = DATABASE.ident(name);
    let legacy = || mirrors.iter().flat_map(|mirror| &mirror.legacy);
    let mut statements: Vec<String> = Vec::new();
    for index in legacy().flat_map(|legacy| &legacy.indexes) {
        let drop = format!(
            "ALTER TABLE {table} DROP INDEX IF EXISTS {}, {NOCOPY}",
            DATABASE.ident(index)
        );
        if !statements.contains(&drop) {
            statements.push(drop);
        }
    }
    for legacy in legacy().filter(|legacy| legacy.required && legacy.default.is_none()) {
        let column = DATABASE.ident(&legacy.column);
        statements.push(match least(&legacy.ty) {
            Some(least) => super::set_default(name, &legacy.column, &least),
            None => format!(
                "ALTER TABLE {table} MODIFY COLUMN {column} {} NULL, ALGORITHM=INPLACE, LOCK=NONE",
                legacy.ty.sql(DATABASE).unwrap_or_default()
            ),
        });
    }
    statements.extend(mirrors.iter().flat_map(drop_triggers));
    let columns: Vec<String> = legacy()
        .map(|legacy| format!("DROP COLUMN IF EXISTS {}", DATABASE.ident(&legacy.column)))
        .collect();
    statements.push(format!(
        "ALTER TABLE {table} {}, {INSTANT}",
        columns.join(", ")
    ));
    let rules = mirrors.iter().flat_map(|mirror| &mirror.rules);
    statements.extend(
        rules.map(|rule| format!("DROP FUNCTION IF EXISTS {}", DATABASE.ident(&rule.name))),
    );
    Step {
        id: format!("drop_legacy_{name}"),
        lock: exclusive(name),
        safe: "nobody reads or writes the columns any more; what they require is loosened before the triggers go that fill them, so that \
               every insert succeeds between any two statements"
            .to_owned(),
        run: Run::OneByOne(statements),
        revert: Vec::new(),
    }
}

fn create_triggers(mirror: &Mirror) -> Vec<String> {
    let Mirror {
        targets, legacy, ..
    } = mirror;
    let [insert, update] = names(mirror);
    let every = |columns: &[Mirrored], condition: &str| {
        shared::each(columns, " AND ", DATABASE, |_, name| {
            format!("NEW.{name} {condition}")
        })
    };
    // Exactly: a collation may take two values for one.
    let changed = |columns: &[Mirrored]| {
        shared::each(columns, " OR ", DATABASE, |column, name| {
            let (new, old) = (format!("NEW.{name}"), format!("OLD.{name}"));
            let is_text = shared::is_text(&column.ty, DATABASE);
            shared::distinct(&new, &old, is_text, DATABASE)
        })
    };
    let left_out = shared::each(legacy, " AND ", DATABASE, |column, name| {
        match &column.default {
            Some(default) => format!(
                "(NEW.{name} IS NULL OR NEW.{name} <=> ({}))",
                default.bare(DATABASE)
            ),
            None => format!("NEW.{name} IS NULL"),
        }
    });
    let assign = |columns: &[Mirrored]| {
        shared::each(columns, "", DATABASE, |column, name| {
            let value = column.value.over("NEW", DATABASE).to_string();
            format!("    SET NEW.{name} = ({value});\n")
        })
    };
    let stale = shared::differs(targets, Some("NEW"), DATABASE);
    let on_insert = format!(
        "  IF {} THEN\n{}  ELSEIF {left_out} AND ({stale}) THEN\n{}  END IF;\n",
        every(targets, "IS NULL"),
        assign(targets),
        assign(legacy),
    );
    let on_update = format!(
        "  IF NOT ({changed_targets}) AND ({changed_legacy}) THEN\n{}  \
         ELSEIF NOT ({changed_legacy}) AND ({changed_targets}) AND ({stale}) THEN\n{}  END IF;\n",
        assign(targets),
        assign(legacy),
        changed_targets = changed(targets),
        changed_legacy = changed(legacy),
    );
    vec![
        trigger::create(&insert, "INSERT", &mirror.table, &on_insert),
        trigger::create(&update, "UPDATE", &mirror.table, &on_update),
    ]
}

fn names(mirror: &Mirror) -> [String; 2] {
    ["insert", "update"].map(|on| bounded_name(&format!("{}_{on}", mirror.name)))
}

fn drop_triggers(mirror: &Mirror) -> Vec<String> {
    if !mirror.has_trigger {
        return Vec::new();
    }
    names(mirror).map(|name| trigger::drop(&name)).to_vec()
}
