//! MariaDB. No statement that changes a table is part of a transaction: each commits by itself, can
//! be repeated, and names the algorithm by which it is to be done, so that the server refuses
//! rather than copies a table behind everybody's back.

mod constraint;
mod dependents;
mod mirror;
mod trigger;

use super::words::Words;
use super::{compare, precheck, shared};
use crate::Sql;
use crate::model::{ColumnType, bounded_name};
use crate::script::{Run, Step};
use crate::step::{Action, Fill, Key, NewColumn};

/// The only one that is rendered here so far.
const DATABASE: Sql = Sql::MariaDb;

/// Only the catalogue changes.
const INSTANT: &str = "ALGORITHM=INSTANT, LOCK=NONE";

/// Rows are read, and no table is written anew.
const NOCOPY: &str = "ALGORITHM=NOCOPY, LOCK=NONE";

const WORDS: Words = Words {
    database: DATABASE,
    parameter: |_, number| super::placeholder(number).to_string(),
    text: |column| format!("CAST({} AS char)", DATABASE.ident(column)),
    key,
    cast: |value, _| value.clone(),
};

const GROUPING: precheck::Grouping = precheck::Grouping {
    lock: "for one scan of the table",
    safe: "one read, before the index is tried: neither readers nor writers wait for it, and it can be broken off. Rows that share their \
           values hold the migration here, counted and named, while everything keeps working",
};

pub(super) fn render(action: &Action, migration: &str) -> Option<Step> {
    Some(match action {
        // A collection is MongoDB's.
        Action::Collection(_) => return None,
        Action::CreateTable(table) => Step {
            id: format!("create_table_{}", table.model.table),
            lock: "none that anybody waits for: the table is new".to_owned(),
            safe: "nobody uses the table yet, so it comes with everything on it".to_owned(),
            run: Run::OneByOne(shared::create_table(table, DATABASE)),
            revert: vec![format!(
                "DROP TABLE IF EXISTS {}",
                DATABASE.ident(&table.model.table)
            )],
        },
        Action::AdoptTable(table) => shared::adopt_table(table, DATABASE),
        Action::DropTable { table, .. } => Step {
            id: format!("drop_table_{table}"),
            lock: exclusive(table),
            safe: "nobody reads or writes the table any more".to_owned(),
            run: Run::OneByOne(vec![format!(
                "DROP TABLE IF EXISTS {}",
                DATABASE.ident(table)
            )]),
            revert: Vec::new(),
        },
        Action::AddColumn(column) => add_column(column, migration),
        Action::SetDefault {
            table,
            column,
            default,
            before,
        } => Step {
            id: format!("set_default_{table}_{column}"),
            lock: exclusive(table),
            safe:
                "a default that is set later holds for new rows only: no row is read or rewritten"
                    .to_owned(),
            run: Run::OneByOne(vec![set_default(
                table,
                column,
                &default.bare(DATABASE).to_string(),
            )]),
            revert: vec![match before {
                Some(before) => set_default(table, column, &before.bare(DATABASE).to_string()),
                None => drop_default(table, column),
            }],
        },
        Action::DropDefault { table, column } => Step {
            id: format!("drop_default_{table}_{column}"),
            lock: exclusive(table),
            safe: "only the catalogue changes, and nobody is left who was written for it"
                .to_owned(),
            run: Run::OneByOne(vec![drop_default(table, column)]),
            revert: Vec::new(),
        },
        Action::CreateFill(fill) => Step {
            id: format!("create_{}", fill.name),
            lock: exclusive(&fill.table),
            safe: format!("{} from now on", shared::served(fill)),
            run: Run::OneByOne(create_fill(fill)),
            revert: drop_fill(fill),
        },
        Action::DropFill(fill) => Step {
            id: format!("drop_{}", fill.name),
            lock: exclusive(&fill.table),
            safe: shared::served_no_more(fill).to_owned(),
            run: Run::OneByOne(drop_fill(fill)),
            revert: create_fill(fill),
        },
        Action::Backfill(fill) => Step {
            id: format!("backfill_{}_{}", fill.table, fill.column),
            lock: of_batch(&fill.table),
            safe: BATCHES.to_owned(),
            run: Run::Backfill(shared::backfill(fill, WORDS)),
            revert: Vec::new(),
        },
        Action::ProveFilled(fill) => Step {
            id: format!("prove_{}_{}", fill.table, fill.column),
            lock: format!(
                "that of a reader on {}, for one search of the table",
                DATABASE.ident(&fill.table)
            ),
            safe: shared::PROVE_SAFE.to_owned(),
            run: Run::Backfill(shared::prove(
                fill,
                fill.key.first().map_or(&fill.column, |key| &key.name),
                WORDS,
            )),
            revert: Vec::new(),
        },
        Action::CreateRule(rule) => mirror::create_rule(rule),
        Action::CreateMirror(mirror) => mirror::create(mirror, migration),
        Action::Converge(mirror) => mirror::converge(mirror),
        Action::Compare(mirror) => compare::step(compare::mirror(mirror, WORDS), DATABASE),
        Action::CompareFill(fill) => compare::step(compare::fill(fill, WORDS), DATABASE),
        Action::CheckRows(demand) => precheck::step(demand, WORDS, GROUPING),
        Action::CheckDependents(going) => dependents::check(going),
        Action::Convert(conversion) => shared::convert(
            conversion,
            migration,
            format!(
                "the rows of one range of {}, for as long as one statement takes",
                DATABASE.ident(&conversion.table)
            ),
            DATABASE,
        ),
        Action::DropLegacy(mirrors) => mirror::drop_legacy(mirrors),
        Action::DropNotNull {
            table,
            column,
            definition,
        } => constraint::drop_not_null(table, column, definition),
        Action::SetNotNull { table, columns } => constraint::set_not_null(table, columns),
        Action::RedefineColumn {
            table,
            column,
            nullable,
            definition,
        } => constraint::lengthen([table, column], *nullable, definition),
        Action::AddReference(key) => constraint::add_reference(key),
        Action::ValidateReference(key) => constraint::search_reference(key),
        Action::DropConstraint {
            table,
            name,
            refers,
        } => constraint::drop(table, name, refers.as_deref()),
        Action::CreateGuard(guard) => constraint::create_guard(guard),
        Action::DropGuards { name } => constraint::drop_guards(name),
        Action::Prove { condition, key } => constraint::prove(condition, key),
        Action::CreateIndex { table, index } => {
            let name = &index.name;
            Step {
                id: format!("create_index_{name}"),
                lock: format!(
                    "an exclusive metadata lock on {}, for an instant before and after one scan of the table",
                    DATABASE.ident(table)
                ),
                safe: "built beside readers and writers; a try that fails leaves nothing behind"
                    .to_owned(),
                run: Run::OneByOne(vec![format!(
                    "{} ALGORITHM=NOCOPY LOCK=NONE",
                    shared::create_index(table, index, "IF NOT EXISTS ", DATABASE)
                )]),
                revert: vec![drop_index(table, name)],
            }
        }
        Action::DropIndex { table, name } => Step {
            id: format!("drop_index_{name}"),
            lock: exclusive(table),
            safe: "nobody is left whose queries were written for it".to_owned(),
            run: Run::OneByOne(vec![drop_index(table, name)]),
            revert: Vec::new(),
        },
        // A comment belongs to the definition of a column, with which it comes.
        Action::CommentColumns { .. } => return None,
        // The values are listed by the type of each column.
        Action::DeclareEnum { .. } | Action::AddValue { .. } => return None,
        // No column of a key takes the place of another.
        Action::CarryReference { .. } | Action::CheckKey(_) => return None,
        // No table is called by two names at a time.
        Action::StandIn(_) | Action::RenameTable(_) => return None,
        // Triggers stand in for checks on a table that is there, and NOT NULL needs none.
        Action::AddCheck(_) | Action::ValidateCheck(_) | Action::DropCheck(_) => return None,
        // A column is defined anew with its type, and its values stay as they are.
        Action::WidenColumn(_) | Action::AnalyzeColumn { .. } => return None,
    })
}

const BATCHES: &str = "batches by ranges of the primary key, each committed with its cursor; rows that are done are not touched, and columns that \
                       change by themselves with every update are left as they are";

fn add_column(column: &NewColumn, migration: &str) -> Step {
    let (table, name) = (DATABASE.ident(&column.table), DATABASE.ident(&column.name));
    let save = column.unwritten.as_ref().map(|unwritten| {
        let written = shared::distinct(
            &name,
            &unwritten.bare(DATABASE),
            shared::is_text(&column.ty, DATABASE),
            DATABASE,
        );
        save(
            &column.table,
            &column.key,
            (&column.name, &column.ty),
            &written,
            migration,
        )
    });
    Step {
        id: format!("add_column_{}_{}", column.table, column.name),
        lock: exclusive(&column.table),
        safe: match column.default {
            Some(_) => "a literal default is kept in the catalogue: no row is rewritten, old rows hold it at once",
            None => "without constraint and default only the catalogue changes: no row is read or rewritten",
        }
        .to_owned(),
        run: Run::OneByOne(vec![format!("{}, {INSTANT}", shared::add_column(column, DATABASE))]),
        revert: save
            .into_iter()
            .chain([format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {name}, {INSTANT}")])
            .collect(),
    }
}

/// A column of the key, as what a parameter takes: numbers, texts and bytes as they are, all else
/// as text.
fn key(key: &Key) -> String {
    let column = DATABASE.ident(&key.name);
    match &key.ty {
        ColumnType::SmallInt
        | ColumnType::Integer
        | ColumnType::BigInt
        | ColumnType::Text
        | ColumnType::Bytes
        | ColumnType::Uuid => column.to_string(),
        other => {
            let ty = other.sql(DATABASE).unwrap_or_default().to_ascii_lowercase();
            let plain = [
                "int", "char", "text", "binary", "blob", "serial", "enum", "set",
            ];
            match plain.iter().any(|plain| ty.contains(plain)) {
                true => column.to_string(),
                false => format!("CAST({column} AS char)"),
            }
        }
    }
}

/// Keeps what was written to a column, before an abort.
fn save(
    table: &str,
    key: &[Key],
    (column, ty): (&str, &ColumnType),
    written: &str,
    migration: &str,
) -> String {
    let key: Vec<String> = key
        .iter()
        .map(|key| {
            let value = DATABASE.ident(&key.name);
            let name = DATABASE.literal(&key.name);
            match is_bytes(&key.ty) {
                true => format!("{name}, HEX({value})"),
                false => format!("{name}, {value}"),
            }
        })
        .collect();
    let key = format!("JSON_OBJECT({})", key.join(", "));
    let value = DATABASE.ident(column);
    let value = match is_bytes(ty) {
        true => format!("CONCAT('x''', HEX({value}), '''')"),
        false => format!("QUOTE({value})"),
    };
    shared::save(
        [table, column],
        written,
        migration,
        [&key, &value],
        DATABASE,
    )
}

/// Whether values are bytes, which are not text of any character set.
fn is_bytes(ty: &ColumnType) -> bool {
    let name = ty.sql(DATABASE).unwrap_or_default().to_ascii_lowercase();
    ["binary", "blob"].iter().any(|bytes| name.contains(bytes))
}

/// The literal with which a column of that type says as little as one can.
fn least(ty: &ColumnType) -> Option<String> {
    if let Some(filling) = ty.filling(DATABASE) {
        return Some(filling.to_owned());
    }
    let name = ty.sql(DATABASE)?.trim().to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if begins(&["varchar", "char", "varbinary"]) {
        Some("''".to_owned())
    } else if begins(&[
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "bigint",
        "decimal",
        "numeric",
        "float",
        "double",
    ]) {
        Some("0".to_owned())
    } else if begins(&["datetime", "timestamp"]) {
        Some("'1970-01-02 00:00:00'".to_owned())
    } else {
        None
    }
}

fn set_default(table: &str, column: &str, default: &str) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT ({default}), {INSTANT}",
        DATABASE.ident(table),
        DATABASE.ident(column)
    )
}

fn drop_default(table: &str, column: &str) -> String {
    format!(
        "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT, {INSTANT}",
        DATABASE.ident(table),
        DATABASE.ident(column)
    )
}

fn drop_index(table: &str, name: &str) -> String {
    format!(
        "ALTER TABLE {} DROP INDEX IF EXISTS {}, {NOCOPY}",
        DATABASE.ident(table),
        DATABASE.ident(name)
    )
}

fn exclusive(table: &str) -> String {
    format!(
        "an exclusive metadata lock on {}, for an instant",
        DATABASE.ident(table)
    )
}

fn of_batch(table: &str) -> String {
    format!(
        "the rows of one batch of {}, for as long as the batch takes",
        DATABASE.ident(table)
    )
}

fn create_fill(fill: &Fill) -> Vec<String> {
    fill_names(fill)
        .into_iter()
        .map(|(name, on)| {
            let column = DATABASE.ident(&fill.column);
            let body = format!(
                "  IF NEW.{column} IS NULL THEN\n    SET NEW.{column} = ({});\n  END IF;\n",
                fill.value.over("NEW", DATABASE)
            );
            trigger::create(&name, on, &fill.table, &body)
        })
        .collect()
}

fn drop_fill(fill: &Fill) -> Vec<String> {
    let names = fill_names(fill).into_iter();
    names.map(|(name, _)| trigger::drop(&name)).collect()
}

/// The trigger for inserts, and the one for updates where those are served as well.
fn fill_names(fill: &Fill) -> Vec<(String, &'static str)> {
    let mut names = vec![(fill.name.clone(), "INSERT")];
    if fill.updates {
        names.push((bounded_name(&format!("{}_update", fill.name)), "UPDATE"));
    }
    names
}
