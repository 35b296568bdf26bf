//! PostgreSQL.

mod dependents;
mod enums;
mod mirror;
mod rekey;
mod rename;
mod widen;

use super::words::Words;
use super::{Ident, Literal};
use super::{compare, precheck, shared};
use crate::script::{DOLLAR_QUOTE, Run, Step};
use crate::step::{Action, Comment, Condition, Fill, Key};
use crate::{Sql, Template};

const WORDS: Words = Words {
    database: Sql::Postgres,
    parameter,
    text: |column| format!("{}::text", Ident(column)),
    key: |key| format!("{}::text", Ident(&key.name)),
    cast: |value, column| {
        let ty = castable(column.ty.sql(Sql::Postgres).unwrap_or("text"));
        let mut cast = Template::literal("CAST(");
        cast.push(value);
        cast.push_text(&format!(" AS {ty})"));
        cast
    },
};

const GROUPING: precheck::Grouping = precheck::Grouping {
    lock: "for one scan of the table",
    safe: "one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off; its snapshot is held for \
           about half as long as the build of the index will hold one. Rows that share their values hold the migration here, counted and \
           named, while everything keeps working",
};

pub(super) fn render(action: &Action, migration: &str) -> Option<Step> {
    Some(match action {
        // A collection is MongoDB's.
        Action::Collection(_) => return None,
        Action::CreateTable(table) => Step {
            id: format!("create_table_{}", table.model.table),
            lock: "none that anybody waits for: the table is new".to_owned(),
            safe: "nobody uses the table yet, so it comes with everything on it".to_owned(),
            run: Run::Transaction(shared::create_table(table, Sql::Postgres)),
            revert: vec![format!("DROP TABLE {}", Ident(&table.model.table))],
        },
        Action::AdoptTable(table) => shared::adopt_table(table, Sql::Postgres),
        Action::DropTable { table, refers } => {
            let locked: Vec<String> = [table].into_iter().chain(refers).map(|table| Ident(table).to_string()).collect();
            Step {
                id: format!("drop_table_{table}"),
                lock: format!("ACCESS EXCLUSIVE on {}, for an instant", locked.join(", ")),
                safe: "nobody reads or writes the table any more".to_owned(),
                run: Run::Transaction(vec![format!("DROP TABLE {}", Ident(table))]),
                revert: Vec::new(),
            }
        }
        Action::StandIn(renaming) => rename::stand_in(renaming),
        Action::RenameTable(renaming) => rename::rename(renaming),
        Action::DeclareEnum { name, values } => enums::declare(name, values),
        Action::AddValue { name, value } => enums::add_value(name, value),
        Action::AddColumn(column) => {
            let save = column.unwritten.as_ref().map(|unwritten| {
                let written = shared::is_not(&column.name, unwritten, Sql::Postgres);
                save(&column.table, &column.key, &column.name, &written, migration)
            });
            let drop = format!("ALTER TABLE {} DROP COLUMN {}", Ident(&column.table), Ident(&column.name));
            Step {
                id: format!("add_column_{}_{}", column.table, column.name),
                lock: access_exclusive(&column.table),
                safe: match column.default {
                    Some(_) => "a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once",
                    None => "without constraint and default only the catalogue changes: no row is read or rewritten",
                }
                .to_owned(),
                run: Run::Transaction(vec![shared::add_column(column, Sql::Postgres)]),
                revert: save.into_iter().chain([drop]).collect(),
            }
        }
        Action::SetDefault { table, column, default, before } => Step {
            id: format!("set_default_{table}_{column}"),
            lock: access_exclusive(table),
            safe: "a default that is set later holds for new rows only: no row is read or rewritten".to_owned(),
            run: Run::Transaction(vec![set_default(table, column, default)]),
            revert: vec![match before {
                Some(before) => set_default(table, column, before),
                None => drop_default(table, column),
            }],
        },
        Action::DropDefault { table, column } => Step {
            id: format!("drop_default_{table}_{column}"),
            lock: access_exclusive(table),
            safe: "only the catalogue changes, and nobody is left who was written for it".to_owned(),
            run: Run::Transaction(vec![drop_default(table, column)]),
            revert: Vec::new(),
        },
        Action::WidenColumn(widening) => widen::step(widening),
        Action::AnalyzeColumn { table, column } => Step {
            id: format!("analyze_{table}_{column}"),
            lock: format!("SHARE UPDATE EXCLUSIVE on {}, for a sample of its rows", Ident(table)),
            safe: "neither readers nor writers wait; the planner knows nothing of what stands in the column now".to_owned(),
            run: Run::Transaction(vec![format!("ANALYZE {} ({})", Ident(table), Ident(column))]),
            revert: Vec::new(),
        },
        Action::CommentColumns { table, comments } => {
            let first = comments.first().map_or("", |comment| &comment.column);
            let say = |text: fn(&Comment) -> Option<&str>| {
                let each = comments.iter();
                each.map(move |comment| shared::comment(table, &comment.column, text(comment), Sql::Postgres))
                    .collect()
            };
            Step {
                id: format!("comment_on_{table}_{first}"),
                lock: format!("SHARE UPDATE EXCLUSIVE on {}, for an instant", Ident(table)),
                safe: "neither readers nor writers notice".to_owned(),
                run: Run::Transaction(say(|comment| comment.text.as_deref())),
                revert: say(|comment| comment.before.as_deref()),
            }
        }
        Action::CreateFill(fill) => Step {
            id: format!("create_{}", fill.name),
            lock: format!("SHARE ROW EXCLUSIVE on {}, for an instant", Ident(&fill.table)),
            safe: format!("function and trigger come together; {} from now on", shared::served(fill)),
            run: Run::Transaction(create_fill(fill)),
            revert: drop_fill(fill),
        },
        Action::DropFill(fill) => Step {
            id: format!("drop_{}", fill.name),
            lock: access_exclusive(&fill.table),
            safe: format!("trigger and function go together, when {}", shared::served_no_more(fill)),
            run: Run::Transaction(drop_fill(fill)),
            revert: create_fill(fill),
        },
        Action::Backfill(fill) => Step {
            id: format!("backfill_{}_{}", fill.table, fill.column),
            lock: format!("ROW EXCLUSIVE on {}, and the rows of one batch for as long as the batch takes", Ident(&fill.table)),
            safe: "batches by ranges of the primary key, each committed with its cursor; rows that hold a value are not touched".to_owned(),
            run: Run::Backfill(shared::backfill(fill, WORDS)),
            revert: Vec::new(),
        },
        Action::ProveFilled(fill) => Step {
            id: format!("prove_{}_{}", fill.table, fill.column),
            lock: format!("that of a reader on {}, for one search of the table", Ident(&fill.table)),
            safe: shared::PROVE_SAFE.to_owned(),
            run: Run::Backfill(shared::prove(fill, &fill.column, WORDS)),
            revert: Vec::new(),
        },
        Action::DropNotNull { table, column, .. } => Step {
            id: format!("drop_not_null_{table}_{column}"),
            lock: access_exclusive(table),
            safe: "only the catalogue changes, and no build is left that has no place for NULL".to_owned(),
            run: Run::Transaction(vec![format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL",
                Ident(table),
                Ident(column)
            )]),
            revert: Vec::new(),
        },
        Action::CreateRule(rule) => mirror::create_rule(rule),
        Action::CreateMirror(mirror) => mirror::create(mirror, migration),
        Action::Converge(mirror) => mirror::converge(mirror),
        Action::Compare(mirror) => compare::step(compare::mirror(mirror, WORDS), Sql::Postgres),
        Action::CompareFill(fill) => compare::step(compare::fill(fill, WORDS), Sql::Postgres),
        Action::CheckRows(demand) => precheck::step(demand, WORDS, GROUPING),
        Action::CheckDependents(going) => dependents::check(going),
        Action::Convert(conversion) => shared::convert(
            conversion,
            migration,
            format!(
                "ROW EXCLUSIVE on {}, and the rows of one range for as long as one statement takes",
                Ident(&conversion.table)
            ),
            Sql::Postgres,
        ),
        Action::DropLegacy(mirrors) => mirror::drop_legacy(mirrors),
        Action::AddCheck(check) => Step {
            id: format!("add_check_{}", check.name),
            lock: access_exclusive(&check.table),
            safe: "NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet".to_owned(),
            run: Run::Transaction(vec![add_check(check)]),
            revert: vec![drop_check(check)],
        },
        Action::ValidateCheck(check) => Step {
            id: format!("validate_check_{}", check.name),
            lock: format!("SHARE UPDATE EXCLUSIVE on {}, for one scan of the table", Ident(&check.table)),
            safe: "the scan blocks neither readers nor writers".to_owned(),
            run: Run::Transaction(vec![format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                Ident(&check.table),
                Ident(&check.name)
            )]),
            revert: Vec::new(),
        },
        Action::DropCheck(check) => Step {
            id: format!("drop_check_{}", check.name),
            lock: access_exclusive(&check.table),
            safe: "NOT NULL says the same by now".to_owned(),
            run: Run::Transaction(vec![drop_check(check)]),
            revert: vec![add_check(check)],
        },
        Action::AddReference(key) => Step {
            id: format!("add_reference_{}", key.name),
            lock: format!("SHARE ROW EXCLUSIVE on {}, for an instant", both(&key.table, Some(&key.to))),
            safe: "NOT VALID: new and changed rows are checked from now on, old rows are not looked at yet; writers of both tables wait for the \
                   instant"
                .to_owned(),
            run: Run::Transaction(vec![format!(
                "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}) NOT VALID",
                Ident(&key.table),
                Ident(&key.name),
                Ident(&key.column),
                Ident(&key.to),
                Ident(&key.key)
            )]),
            revert: vec![drop_constraint(&key.table, &key.name)],
        },
        Action::ValidateReference(key) => Step {
            id: format!("validate_reference_{}", key.name),
            lock: format!(
                "SHARE UPDATE EXCLUSIVE on {}, for one scan of the table, and ROW SHARE on {}",
                Ident(&key.table),
                Ident(&key.to)
            ),
            safe: "the scan blocks neither readers nor writers of either table".to_owned(),
            run: Run::Transaction(vec![format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                Ident(&key.table),
                Ident(&key.name)
            )]),
            revert: Vec::new(),
        },
        Action::CarryReference { key, from } => rekey::carry(key, from),
        Action::CheckKey(key) => rekey::check(key),
        Action::DropConstraint { table, name, refers } => Step {
            id: format!("drop_constraint_{name}"),
            lock: format!("ACCESS EXCLUSIVE on {}, for an instant", both(table, refers.as_deref())),
            safe: "only the catalogue changes, and no build is left that takes it for granted".to_owned(),
            run: Run::Transaction(vec![drop_constraint(table, name)]),
            revert: Vec::new(),
        },
        Action::SetNotNull { table, columns } => {
            let names: Vec<_> = columns.iter().map(|(column, _)| column.as_str()).collect();
            let each = |what: &str| {
                let clauses = names.iter().map(|column| format!("ALTER COLUMN {} {what}", Ident(column)));
                format!("ALTER TABLE {} {}", Ident(table), clauses.collect::<Vec<_>>().join(", "))
            };
            Step {
                id: format!("set_not_null_{table}_{}", names.join("_")),
                lock: access_exclusive(table),
                safe: "a valid check proves that no row holds NULL, so the table is not scanned".to_owned(),
                run: Run::Transaction(vec![each("SET NOT NULL")]),
                revert: vec![each("DROP NOT NULL")],
            }
        }
        // A type is altered without a word of all else that the column is.
        Action::RedefineColumn { .. } => return None,
        // Constraints can be added to a table in use, so no trigger stands in for one.
        Action::CreateGuard(_) | Action::Prove { .. } | Action::DropGuards { .. } => return None,
        Action::CreateIndex { table, index } => {
            let name = &index.name;
            let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", Ident(name));
            Step {
                id: format!("create_index_{name}"),
                lock: format!("SHARE UPDATE EXCLUSIVE on {}, for two scans of the table", Ident(table)),
                safe: "built beside readers and writers; an invalid index that a failed try left behind is dropped first. Where the table has partitions, \
                       each has its own built so, and all are attached"
                    .to_owned(),
                run: Run::Alone {
                    cleanup: vec![drop.clone()],
                    statement: shared::create_index(table, index, "CONCURRENTLY ", Sql::Postgres),
                },
                revert: vec![drop],
            }
        }
        Action::DropIndex { table, name } => {
            Step {
                id: format!("drop_index_{name}"),
                lock: format!("SHARE UPDATE EXCLUSIVE on {}, until queries that use the index have ended", Ident(table)),
                safe: "readers and writers go on; nobody is left whose queries were written for it".to_owned(),
                run: Run::Alone {
                    cleanup: Vec::new(),
                    statement: format!("DROP INDEX CONCURRENTLY IF EXISTS {}", Ident(name)),
                },
                revert: Vec::new(),
            }
        }
    })
}

/// Keeps what was written to a column, before an abort.
fn save(table: &str, key: &[Key], column: &str, written: &str, migration: &str) -> String {
    let key: Vec<String> = key
        .iter()
        .map(|key| format!("{}, {}", Literal(&key.name), Ident(&key.name)))
        .collect();
    let key = format!("jsonb_build_object({})::text", key.join(", "));
    let value = format!("to_jsonb({})::text", Ident(column));
    shared::save(
        [table, column],
        written,
        migration,
        [&key, &value],
        Sql::Postgres,
    )
}

fn set_default(table: &str, column: &str, default: &Template) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT ({})",
        Ident(table),
        Ident(column),
        default.bare(Sql::Postgres)
    )
}

fn drop_default(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
        Ident(table),
        Ident(column)
    )
}

fn access_exclusive(table: &str) -> String {
    format!("ACCESS EXCLUSIVE on {}, for an instant", Ident(table))
}

/// A value of the key, which is bound as text: a key may be of any type.
fn parameter(key: &Key, number: usize) -> String {
    let ty = castable(key.ty.sql(Sql::Postgres).unwrap_or("text"));
    format!("CAST({}::text AS {ty})", super::placeholder(number))
}

/// The type alone: what `sql_type` says may be a serial, or go on with an identity or a
/// collation, which belong to the column.
pub(crate) fn castable(ty: &str) -> &str {
    let words = ["generated", "collate", "default", "not", "constraint"];
    let starts = |word: &str| words.contains(&word.to_ascii_lowercase().as_str());
    let end = ty
        .split_inclusive(char::is_whitespace)
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len();
            Some((start, word.trim()))
        })
        .find(|(_, word)| starts(word))
        .map_or(ty.len(), |(start, _)| start);
    match ty[..end].trim() {
        serial if serial.eq_ignore_ascii_case("serial") => "integer",
        serial if serial.eq_ignore_ascii_case("bigserial") => "bigint",
        serial if serial.eq_ignore_ascii_case("smallserial") => "smallint",
        other => other,
    }
}

fn add_check(check: &Condition) -> String {
    format!(
        "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID",
        Ident(&check.table),
        Ident(&check.name),
        check.holds.bare(Sql::Postgres)
    )
}

fn drop_check(check: &Condition) -> String {
    drop_constraint(&check.table, &check.name)
}

/// Where there is none of that name it goes by another, and that has to be told.
fn drop_constraint(table: &str, name: &str) -> String {
    format!(
        "ALTER TABLE {} DROP CONSTRAINT {}",
        Ident(table),
        Ident(name)
    )
}

/// A table, and the one that it refers to if that is another.
fn both(table: &str, refers: Option<&str>) -> String {
    match refers {
        Some(refers) if refers != table => format!("{} and {}", Ident(table), Ident(refers)),
        _ => Ident(table).to_string(),
    }
}

fn create_fill(fill: &Fill) -> Vec<String> {
    let name = Ident(&fill.name);
    let column = Ident(&fill.column);
    vec![
        format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {DOLLAR_QUOTE}\n\
             BEGIN\n  NEW.{column} := ({});\n  RETURN NEW;\nEND\n{DOLLAR_QUOTE}",
            fill.value.over("NEW", Sql::Postgres)
        ),
        // Triggers fire in the order of their names: after those of the application,
        // which may change what the rule reads.
        format!(
            "CREATE TRIGGER {} BEFORE {} ON {}\nFOR EACH ROW WHEN (NEW.{column} IS NULL) EXECUTE FUNCTION {name}()",
            Ident(&trigger_name(fill)),
            if fill.updates {
                "INSERT OR UPDATE"
            } else {
                "INSERT"
            },
            Ident(&fill.table)
        ),
    ]
}

fn drop_fill(fill: &Fill) -> Vec<String> {
    vec![
        format!(
            "DROP TRIGGER {} ON {}",
            Ident(&trigger_name(fill)),
            Ident(&fill.table)
        ),
        format!("DROP FUNCTION {}()", Ident(&fill.name)),
    ]
}

fn trigger_name(fill: &Fill) -> String {
    crate::model::bounded_name(&format!("zz_{}", fill.name))
}

#[cfg(test)]
mod tests {
    use super::castable;

    #[test]
    fn a_key_is_cast_to_its_type_alone() {
        for (ty, alone) in [
            ("bigint", "bigint"),
            ("bigserial", "bigint"),
            ("bigint GENERATED ALWAYS AS IDENTITY", "bigint"),
            ("varchar(20) collate \"C\"", "varchar(20)"),
            ("double precision", "double precision"),
        ] {
            assert_eq!(castable(ty), alone);
        }
    }
}
