//! The two sides of a replaced column on PostgreSQL: one trigger, and what goes with it.

use super::{WORDS, save};
use crate::Sql;
use crate::model::bounded_name;
use crate::render::{Ident, shared};
use crate::script::{DOLLAR_QUOTE, Run, Step};
use crate::step::{Mirror, Mirrored, Rule};

pub(super) fn create_rule(rule: &Rule) -> Step {
    let name = Ident(&rule.name);
    let ty = |ty: &crate::model::ColumnType| {
        super::castable(ty.sql(Sql::Postgres).unwrap_or("text")).to_owned()
    };
    let arguments: Vec<String> = rule
        .arguments
        .iter()
        .map(|argument| format!("{} {}", Ident(&argument.name), ty(&argument.ty)))
        .collect();
    Step {
        id: format!("create_{}", rule.name),
        lock: "none".to_owned(),
        safe: "a function that nobody calls yet; where the rule fails for a value, it gives NULL"
            .to_owned(),
        run: Run::Transaction(vec![format!(
            "CREATE FUNCTION {name}({}) RETURNS {} LANGUAGE plpgsql STABLE AS {DOLLAR_QUOTE}\n\
             BEGIN\n  RETURN ({});\nEXCEPTION WHEN data_exception THEN\n  RETURN NULL;\nEND\n{DOLLAR_QUOTE}",
            arguments.join(", "),
            ty(&rule.ty),
            rule.value.bare(Sql::Postgres)
        )]),
        revert: vec![format!("DROP FUNCTION {name}")],
    }
}

pub(super) fn create(mirror: &Mirror, migration: &str) -> Step {
    // What only the targets hold is kept while there is a trigger that keeps the two sides
    // the same: afterwards a target says no more than how old it is.
    let saved = mirror.targets.iter().map(|target| {
        let Mirrored { column, value, .. } = target;
        let differs = shared::is_not(column, value, Sql::Postgres);
        let written = format!("{} IS NOT NULL AND {differs}", Ident(column));
        save(&mirror.table, &mirror.key, column, &written, migration)
    });
    Step {
        id: format!("create_{}", mirror.name),
        lock: format!("SHARE ROW EXCLUSIVE on {}, for an instant", Ident(&mirror.table)),
        safe: "function and trigger come together; whoever writes one side only has the other written from now on, \
               in the same row and statement"
            .to_owned(),
        run: Run::Transaction(create_trigger(mirror)),
        revert: saved.chain(drop_trigger(mirror)).collect(),
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
        lock: format!(
            "ROW EXCLUSIVE on {}, and the rows of one batch for as long as the batch takes",
            Ident(&mirror.table)
        ),
        safe: "batches by ranges of the primary key, each committed with its cursor; rows that hold what the rule gives \
               are not touched"
            .to_owned(),
        run: Run::Backfill(shared::converge(mirror, WORDS)),
        revert: Vec::new(),
    }
}

pub(super) fn drop_legacy(mirrors: &[Mirror]) -> Step {
    let table = mirrors.first().map_or("", |mirror| &mirror.table);
    let mut statements: Vec<String> = mirrors.iter().flat_map(drop_trigger).collect();
    // What refers to the key within the table goes before it.
    let (keys, others): (Vec<&Mirror>, Vec<&Mirror>) =
        mirrors.iter().partition(|mirror| mirror.rekeyed.is_some());
    statements.extend(drop_columns(table, &others));
    let rekeyed = keys.iter().filter_map(|mirror| mirror.rekeyed.as_ref());
    statements.extend(rekeyed.map(super::rekey::hand_over));
    statements.extend(drop_columns(table, &keys));
    let rules = mirrors.iter().flat_map(|mirror| &mirror.rules);
    statements.extend(rules.map(|rule| format!("DROP FUNCTION {}", Ident(&rule.name))));
    let refers = mirrors.iter().filter_map(|mirror| mirror.refers.as_deref());
    let mut locked = vec![table];
    for other in refers {
        if !locked.contains(&other) {
            locked.push(other);
        }
    }
    let locked: Vec<String> = locked
        .iter()
        .map(|table| Ident(table).to_string())
        .collect();
    let gone = "nobody reads or writes the columns any more; what served them goes with them in one transaction, so that no statement finds \
                one without the other";
    Step {
        id: format!("drop_legacy_{table}"),
        lock: format!(
            "ACCESS EXCLUSIVE on {}, for an instant",
            locked.join(" and ")
        ),
        safe: match keys.is_empty() {
            true => gone.to_owned(),
            false => format!(
                "{gone}; a sequence or default goes over to the new column, and its unique index becomes the primary key, all of which are \
                 words in the catalogue"
            ),
        },
        run: Run::Transaction(statements),
        revert: Vec::new(),
    }
}

fn drop_columns(table: &str, mirrors: &[&Mirror]) -> Option<String> {
    let legacy: Vec<Mirrored> = mirrors
        .iter()
        .flat_map(|mirror| mirror.legacy.clone())
        .collect();
    let columns = shared::each(&legacy, ", ", Sql::Postgres, |_, name| {
        format!("DROP COLUMN {name}")
    });
    (!legacy.is_empty()).then(|| format!("ALTER TABLE {} {columns}", Ident(table)))
}

fn create_trigger(mirror: &Mirror) -> Vec<String> {
    let Mirror {
        targets, legacy, ..
    } = mirror;
    let name = Ident(&mirror.name);
    let every = |columns: &[Mirrored], condition: &str| {
        shared::each(columns, " AND ", Sql::Postgres, |_, name| {
            format!("NEW.{name} {condition}")
        })
    };
    let same = |columns: &[Mirrored]| {
        shared::each(columns, " AND ", Sql::Postgres, |_, name| {
            format!("NEW.{name} IS NOT DISTINCT FROM OLD.{name}")
        })
    };
    let left_out = shared::each(legacy, "", Sql::Postgres, |column, name| {
        match &column.default {
            // What stands there may come from a sequence, of which no model has to know.
            _ if mirror.rekeyed.is_some() => String::new(),
            Some(default) => format!(
                "(NEW.{name} IS NULL OR NEW.{name} IS NOT DISTINCT FROM ({})) AND ",
                default.bare(Sql::Postgres)
            ),
            None => format!("NEW.{name} IS NULL AND "),
        }
    });
    let assign = |columns: &[Mirrored], indent: &str| {
        shared::each(columns, "", Sql::Postgres, |column, name| {
            format!(
                "{indent}NEW.{name} := ({});\n",
                column.value.over("NEW", Sql::Postgres)
            )
        })
    };
    let columns = [targets.as_slice(), legacy].concat();
    let columns = shared::each(&columns, ", ", Sql::Postgres, |_, name| name.to_string());
    vec![
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {DOLLAR_QUOTE}\n\
             BEGIN\n  \
             IF TG_OP = 'INSERT' THEN\n    \
             IF {no_target} THEN\n{up6}    \
             ELSIF {left_out}({stale}) THEN\n{down6}    \
             END IF;\n  \
             ELSIF {same_targets} AND NOT ({same_legacy}) THEN\n{up4}  \
             ELSIF {same_legacy} AND NOT ({same_targets}) AND ({stale}) THEN\n{down4}  \
             END IF;\n  \
             {fits}RETURN NEW;\nEND\n{DOLLAR_QUOTE}",
            fits = mirror
                .rekeyed
                .as_ref()
                .map_or(String::new(), super::rekey::fits),
            no_target = every(targets, "IS NULL"),
            stale = shared::differs(targets, Some("NEW"), Sql::Postgres),
            same_targets = same(targets),
            same_legacy = same(legacy),
            up6 = assign(targets, "      "),
            up4 = assign(targets, "    "),
            down6 = assign(legacy, "      "),
            down4 = assign(legacy, "    "),
        ),
        // Triggers fire in the order of their names: after those of the application, which
        // may change what is mirrored.
        format!(
            "CREATE TRIGGER {} BEFORE INSERT OR UPDATE OF {columns} ON {}\nFOR EACH ROW EXECUTE FUNCTION {name}()",
            Ident(&trigger_name(mirror)),
            Ident(&mirror.table)
        ),
    ]
}

fn drop_trigger(mirror: &Mirror) -> Vec<String> {
    if !mirror.has_trigger {
        return Vec::new();
    }
    vec![
        format!(
            "DROP TRIGGER {} ON {}",
            Ident(&trigger_name(mirror)),
            Ident(&mirror.table)
        ),
        format!("DROP FUNCTION {}()", Ident(&mirror.name)),
    ]
}

fn trigger_name(mirror: &Mirror) -> String {
    bounded_name(&format!("zz_{}", mirror.name))
}
