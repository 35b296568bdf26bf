//! What SQL databases say alike.

use std::fmt;

use super::ident::Quoted;
use super::words::Words;
use super::{keys, placeholder};
use crate::Sql;
use crate::Template;
use crate::capability::{CommentForm, Writers};
use crate::model::{ColumnType, Nulls, bounded_name};
use crate::script::{Backfill, Run, Step};
use crate::step::{
    Conversion, Fill, Key, Mirror, Mirrored, NewColumn, Table, TableIndex, TableIndexPart,
};

/// The columns of a key with commas between.
pub(super) fn key_columns(key: &[Key], database: Sql) -> String {
    database.idents(key.iter().map(|key| key.name.as_str()))
}

/// The same, each by itself.
pub(super) fn quoted(key: &[Key], database: Sql) -> Vec<String> {
    let names = key.iter().map(|key| database.ident(&key.name).to_string());
    names.collect()
}

/// The columns of a new table, and what is said of them together.
fn definitions(table: &Table, database: Sql) -> Vec<String> {
    let model = &table.model;
    let mut lines: Vec<String> = model
        .columns
        .iter()
        .map(|column| {
            // The change has been refused already where there is no such type.
            let ty = column.ty.sql(database).unwrap_or_default();
            let mut line = format!("{} {ty}", database.ident(&column.name));
            if !column.nullable {
                line.push_str(" NOT NULL");
            }
            if let Some(default) = column.default.as_ref().and_then(|text| text.get(database)) {
                line.push_str(&format!(" DEFAULT ({default})"));
            }
            line.push_str(&in_definition(column.comment.as_deref(), database));
            line
        })
        .collect();
    let key: Vec<&str> = model.key().map(|column| column.name.as_str()).collect();
    if !key.is_empty() {
        lines.push(format!("PRIMARY KEY ({})", database.idents(key)));
    }
    for column in &model.columns {
        if let Some(reference) = &column.references {
            let name = model.reference_name(&column.name).unwrap_or_default();
            lines.push(format!(
                "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
                database.ident(&name),
                database.ident(&column.name),
                database.ident(&reference.table),
                database.ident(&reference.column)
            ));
        }
    }
    for check in &table.checks {
        lines.push(format!(
            "CONSTRAINT {} CHECK ({})",
            database.ident(&check.name),
            check.holds.bare(database)
        ));
    }
    lines
}

/// `CREATE TABLE` with everything on it, and its indexes.
pub(super) fn create_table(table: &Table, database: Sql) -> Vec<String> {
    let model = &table.model;
    let lines = definitions(table, database);
    let mut statements = vec![format!(
        "CREATE TABLE {}{} (\n    {}\n)",
        if_not_exists(database),
        database.ident(&model.table),
        lines.join(",\n    ")
    )];
    if database.capabilities().comment == CommentForm::OnColumn {
        let comments = model.columns.iter().filter_map(|column| {
            let text = column.comment.as_deref()?;
            Some(comment(&model.table, &column.name, Some(text), database))
        });
        statements.extend(comments);
    }
    statements.extend(
        table
            .indexes
            .iter()
            .map(|index| create_index(&model.table, index, if_not_exists(database), database)),
    );
    statements
}

/// A table that this session alone sees, in front of the one of that name. It is one statement with its
/// indexes, so that none could fall upon the other table.
pub(super) fn rehearse_table(table: &Table, collation: Option<&str>, database: Sql) -> String {
    let mut lines = definitions(table, database);
    lines.extend(table.indexes.iter().map(|index| {
        let unique = if index.unique { "UNIQUE " } else { "" };
        format!(
            "{unique}INDEX {} ({})",
            database.ident(&index.name),
            index_parts(index, database)
        )
    }));
    let collate = collation.map_or(String::new(), |collation| {
        format!(" COLLATE {}", database.ident(collation))
    });
    format!(
        "CREATE TEMPORARY TABLE {} (\n    {}\n){collate}",
        database.ident(&table.model.table),
        lines.join(",\n    ")
    )
}

/// What lets a statement be repeated, where no transaction holds it.
fn if_not_exists(database: Sql) -> &'static str {
    match database {
        Sql::Postgres | Sql::Sqlite => "",
        Sql::MariaDb => "IF NOT EXISTS ",
    }
}

/// A table that is there already, unless the database is a new one.
pub(super) fn adopt_table(table: &Table, database: Sql) -> Step {
    Step {
        id: format!("{}{}", crate::script::ADOPT_TABLE, table.model.table),
        lock: "none that anybody waits for: the table is there, or new".to_owned(),
        safe: "where the table is there already, nothing of this is executed, and the step is recorded as done; \
               it is never undone"
            .to_owned(),
        run: match database {
            Sql::Postgres | Sql::Sqlite => {
                Run::Transaction(create_table(table, database))
            }
            Sql::MariaDb => Run::OneByOne(create_table(table, database)),
        },
        revert: Vec::new(),
    }
}

/// `COMMENT ON COLUMN`, which nothing takes away.
pub(super) fn comment(table: &str, column: &str, text: Option<&str>, database: Sql) -> String {
    let text = text.map_or("NULL".to_owned(), |text| database.literal(text));
    format!(
        "COMMENT ON COLUMN {}.{} IS {text}",
        database.ident(table),
        database.ident(column)
    )
}

/// `CREATE INDEX`, with `how` between the kind and the name.
pub(super) fn create_index(table: &str, index: &TableIndex, how: &str, database: Sql) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = index.method.as_ref();
    let method = method.map_or(String::new(), |method| {
        format!("USING {} ", database.ident(method))
    });
    let mut statement = format!(
        "CREATE {unique}INDEX {how}{} ON {} {method}({})",
        database.ident(&index.name),
        database.ident(table),
        index_parts(index, database)
    );
    if !index.include.is_empty() {
        let include = database.idents(index.include.iter().map(String::as_str));
        statement.push_str(&format!(" INCLUDE ({include})"));
    }
    if let Some(only) = &index.only {
        statement.push_str(&format!(" WHERE ({})", only.bare(database)));
    }
    statement
}

fn index_parts(index: &TableIndex, database: Sql) -> String {
    let parts = index.parts.iter().map(|part| index_part(part, database));
    parts.collect::<Vec<_>>().join(", ")
}

fn index_part(part: &TableIndexPart, database: Sql) -> String {
    let mut text = match part.value.as_column() {
        Some(column) => database.ident(column).to_string(),
        None => format!("({})", part.value.bare(database)),
    };
    if let Some(ops) = &part.ops {
        let names: Vec<String> = ops
            .split('.')
            .map(|name| database.ident(name).to_string())
            .collect();
        text.push_str(&format!(" {}", names.join(".")));
    }
    if part.descending {
        text.push_str(" DESC");
    }
    match part.nulls {
        Some(Nulls::First) => text.push_str(" NULLS FIRST"),
        Some(Nulls::Last) => text.push_str(" NULLS LAST"),
        None => {}
    }
    text
}

/// `ALTER TABLE ... ADD COLUMN`.
pub(super) fn add_column(column: &NewColumn, database: Sql) -> String {
    let ty = column.ty.sql(database).unwrap_or_default();
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    let default = fmt::from_fn(|f| match &column.default {
        Some(default) => write!(f, " DEFAULT {}", default.bare(database)),
        None => Ok(()),
    });
    format!(
        "ALTER TABLE {} ADD COLUMN {}{} {ty}{not_null}{default}{}",
        database.ident(&column.table),
        if_not_exists(database),
        database.ident(&column.name),
        in_definition(column.comment.as_deref(), database)
    )
}

/// Keeps what was written to a column in the rows for which `written` holds, before the
/// column is dropped.
pub(super) fn save(
    [table, column]: [&str; 2],
    written: &str,
    migration: &str,
    [key, value]: [&str; 2],
    database: Sql,
) -> String {
    format!(
        "INSERT INTO {} (migration, table_name, column_name, row_key, value)\n\
         SELECT {}, {}, {}, {key}, {value} FROM {}\nWHERE {written}",
        super::SAVED_TABLE,
        database.literal(migration),
        database.literal(table),
        database.literal(column),
        database.ident(table),
    )
}

/// That a column holds something else than `value`, over the row itself.
pub(super) fn is_not(column: &str, value: &Template, database: Sql) -> String {
    let column = database.ident(column);
    distinct(&column, &value.bare(database), false, database)
}

/// Whether values of a type are compared by a collation.
pub(super) fn is_text(ty: &ColumnType, database: Sql) -> bool {
    let name = ty.sql(database).unwrap_or_default().to_ascii_lowercase();
    ["char", "text", "enum", "set"]
        .iter()
        .any(|text| name.contains(text))
}

/// What is said of a column to people, in its definition.
pub(super) fn in_definition(comment: Option<&str>, database: Sql) -> String {
    match (database.capabilities().comment, comment) {
        (CommentForm::InDefinition, Some(text)) => format!(" COMMENT {}", database.literal(text)),
        _ => String::new(),
    }
}

/// Inequality that takes two NULLs for the same.
pub(super) fn distinct(
    one: &dyn fmt::Display,
    other: &dyn fmt::Display,
    is_text: bool,
    database: Sql,
) -> String {
    match database {
        Sql::Postgres => format!("{one} IS DISTINCT FROM ({other})"),
        // A collation takes 'a' for 'A', and what differs in that would never be written.
        Sql::MariaDb if is_text => {
            let bytes = |text| format!("CAST(CONVERT({text} USING utf8mb4) AS binary)");
            format!("NOT ({} <=> {})", bytes(one), bytes(other))
        }
        Sql::MariaDb => format!("NOT ({one} <=> ({other}))"),
        Sql::Sqlite => format!("{one} IS NOT ({other})"),
    }
}

/// Whether one of the columns is not what it should be, over a row, or by bare names.
pub(super) fn differs(columns: &[Mirrored], row: Option<&str>, database: Sql) -> String {
    let differs = columns.iter().map(|column| {
        let name = database.ident(&column.column);
        let is_text = is_text(&column.ty, database);
        match row {
            Some(row) => {
                let name = format!("{row}.{name}");
                distinct(&name, &column.value.over(row, database), is_text, database)
            }
            None => distinct(&name, &column.value.bare(database), is_text, database),
        }
    });
    differs.collect::<Vec<_>>().join(" OR ")
}

/// Each of the columns, with `condition` about it, and `between` between them.
pub(super) fn each(
    columns: &[Mirrored],
    between: &str,
    database: Sql,
    condition: impl Fn(&Mirrored, Quoted<'_>) -> String,
) -> String {
    let each = columns
        .iter()
        .map(|column| condition(column, database.ident(&column.column)));
    each.collect::<Vec<_>>().join(between)
}

/// The loop that brings targets to what the rule gives.
///
/// A row whose targets were filled once is stale as soon as somebody writes legacy
/// without them, so what is left is what differs, and not what is empty.
pub(super) fn converge(mirror: &Mirror, words: Words) -> Backfill {
    let database = words.database;
    let set = each(&mirror.targets, ", ", database, |target, name| {
        format!("{name} = ({})", target.value.bare(database))
    });
    let mut left = differs(&mirror.targets, None, database);
    for resists in mirror
        .targets
        .iter()
        .filter_map(|target| target.resists.as_ref())
    {
        left.push_str(&format!(" OR ({})", resists.bare(database)));
    }
    let left = format!("({left})");
    let shown: Vec<String> = mirror
        .legacy
        .iter()
        .map(|legacy| legacy.column.clone())
        .collect();
    let key = mirror.key.iter().map(words.key);
    let read = key.chain(shown.iter().map(|column| (words.text)(column)));
    let read: Vec<String> = read.collect();
    let pending = format!(
        "SELECT {} FROM {} WHERE {left} LIMIT {}",
        read.join(", "),
        database.ident(&mirror.table),
        placeholder(1)
    );
    Backfill {
        shown,
        pending,
        ..ranges([&mirror.table, &set, &left], &mirror.key, words)
    }
}

/// What the application does. Nothing but the records of it is to be undone: the column
/// goes with the step that brought it.
pub(super) fn convert(
    conversion: &Conversion,
    migration: &str,
    lock: String,
    database: Sql,
) -> Step {
    let Conversion {
        table, target, up, ..
    } = conversion;
    let revert = super::CONVERSION_TABLES.map(|records| {
        format!(
            "DELETE FROM {records} WHERE migration = {} AND table_name = {} AND column_name = {}",
            database.literal(migration),
            database.literal(table),
            database.literal(target)
        )
    });
    Step {
        id: format!("convert_{table}_{target}"),
        lock,
        safe: format!(
            "done by the application, which calls the function `{up}`: ranges of the primary key that its instances share, \
             in which a row is written only if it still holds what was converted"
        ),
        run: Run::Convert(conversion.into()),
        revert: revert.to_vec(),
    }
}

/// The loop that fills old rows. `parameter` writes one value of the key, `text`
/// reads one.
pub(super) fn backfill(fill: &Fill, words: Words) -> Backfill {
    let database = words.database;
    let column = database.ident(&fill.column);
    let set = format!("{column} = ({})", fill.value.bare(database));
    let left = format!("{column} IS NULL");
    ranges([&fill.table, &set, &left], &fill.key, words)
}

/// Why a search that has to find nothing is safe.
pub(super) const PROVE_SAFE: &str = "it reads; rows that hold NULL are named, and hold the migration until they are \
                                     mended; the few that are named are written as they are";

/// Whom a trigger that fills a column serves.
pub(super) fn served(fill: &Fill) -> &'static str {
    match fill.updates {
        true => "a NULL that a build from before stores is filled",
        false => "inserts that leave the column out are filled",
    }
}

/// When nobody is left for it to serve.
pub(super) fn served_no_more(fill: &Fill) -> &'static str {
    match fill.updates {
        true => "no writer stores NULL any more",
        false => "no writer leaves the column out any more",
    }
}

/// The search for rows that hold NULL, as a loop that begins nowhere. What is found is
/// tried by writing `touched` as it is, which leaves the row what it was.
pub(super) fn prove(fill: &Fill, touched: &str, words: Words) -> Backfill {
    let database = words.database;
    let left = format!("{} IS NULL", database.ident(&fill.column));
    let set = format!("{0} = {0}", database.ident(touched));
    let read: Vec<String> = fill.key.iter().map(words.key).collect();
    let first = format!(
        "SELECT {} FROM {} WHERE 1 = 0",
        read.join(", "),
        database.ident(&fill.table)
    );
    Backfill {
        first,
        bounds: None,
        ..ranges([&fill.table, &set, &left], &fill.key, words)
    }
}

/// The loop that updates the rows for which `left` holds, until there are none.
pub(super) fn ranges(
    [table_name, set, left]: [&str; 3],
    key_parts: &[Key],
    words: Words,
) -> Backfill {
    let database = words.database;
    let table = database.ident(table_name);
    let key = key_columns(key_parts, database);
    let parts = key_parts.len();
    // The parameters of the key at which the range begins, and of the one at which it ends.
    let value = |first: usize| move |at: usize| (words.parameter)(&key_parts[at], first + at);
    let columns = quoted(key_parts, database);
    let from = keys::at_least(&columns, database, value(1));
    let to = keys::below(&columns, database, value(parts + 1));
    let number = database.ident("colmig number");
    let read = key_parts
        .iter()
        .map(words.key)
        .collect::<Vec<_>>()
        .join(", ");
    // Of the table: a bare name would mean the column that the query gives, which is
    // text, and sort 10 before 2.
    let order: Vec<String> = key_parts
        .iter()
        .map(|key| format!("{table}.{}", database.ident(&key.name)))
        .collect();
    let order = order.join(", ");
    let update = format!("UPDATE {table} SET {set}\nWHERE {left}");
    Backfill {
        table: table_name.to_owned(),
        key: key_parts.iter().map(|key| key.name.clone()).collect(),
        shown: Vec::new(),
        first: format!("SELECT {read} FROM {table} ORDER BY {order} LIMIT 1"),
        boundary: format!(
            "SELECT {read} FROM {table}\nWHERE {from}\nORDER BY {order} LIMIT 1 OFFSET {}",
            placeholder(parts + 1)
        ),
        bounds: (database.capabilities().writers == Writers::Many).then(|| {
            let limit = placeholder(2 * parts + 1);
            let rows = format!("FROM {table} WHERE {from} AND {to} ORDER BY {order} LIMIT {limit}");
            let numbered =
                format!("SELECT {key}, row_number() OVER (ORDER BY {order}) AS {number}");
            let numbered = match database {
                // It numbers every row of the range before it looks at a limit.
                Sql::MariaDb => {
                    format!("{numbered}\nFROM (SELECT {key} {rows}) AS {table}")
                }
                Sql::Postgres | Sql::Sqlite => format!("{numbered}\n{rows}"),
            };
            format!(
                "SELECT {read} FROM ({numbered}) AS {table}\n\
                 WHERE {number} % {} = 1 AND {number} > 1 ORDER BY {number}",
                placeholder(2 * parts + 2)
            )
        }),
        batch: format!("{update} AND {from} AND {to}"),
        last: format!("{update} AND {from}"),
        pending: format!(
            "SELECT {read} FROM {table} WHERE {left} LIMIT {}",
            placeholder(1)
        ),
    }
}

/// The name of a trigger that stands for a check.
pub(super) fn guard_named(condition: &str, on: &str) -> String {
    bounded_name(&format!("colmig_guard_{condition}_{on}"))
}
