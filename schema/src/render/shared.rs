//! What SQL databases say alike.

use std::fmt;

use super::{Ident, Idents, Literal, placeholder};
use crate::Database;
use crate::Template;
use crate::capability::{CommentForm, Writers};
use crate::model::Nulls;
use crate::script::{Backfill, Convert, Run, Step};
use crate::step::{
    Conversion, Fill, Key, Mirror, Mirrored, NewColumn, Table, TableIndex, TableIndexPart,
};

/// The columns of a key with commas between.
pub(super) fn key_columns(key: &[Key]) -> Idents<'_> {
    Idents(key.iter().map(|key| key.name.as_str()).collect())
}

/// `CREATE TABLE` with everything on it, and its indexes.
pub(super) fn create_table(table: &Table, database: Database) -> Vec<String> {
    let model = &table.model;
    let mut lines: Vec<String> = model
        .columns
        .iter()
        .map(|column| {
            // The change has been refused already where there is no such type.
            let ty = column.ty.sql(database).unwrap_or_default();
            let mut line = format!("{} {ty}", Ident(&column.name));
            if !column.nullable {
                line.push_str(" NOT NULL");
            }
            if let Some(default) = column.default.as_ref().and_then(|text| text.get(database)) {
                line.push_str(&format!(" DEFAULT ({default})"));
            }
            line
        })
        .collect();
    let key: Vec<&str> = model.key().map(|column| column.name.as_str()).collect();
    if !key.is_empty() {
        lines.push(format!("PRIMARY KEY ({})", Idents(key)));
    }
    for column in &model.columns {
        if let Some(reference) = &column.references {
            let name = model.reference_name(&column.name).unwrap_or_default();
            lines.push(format!(
                "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({})",
                Ident(&name),
                Ident(&column.name),
                Ident(&reference.table),
                Ident(&reference.column)
            ));
        }
    }
    for check in &table.checks {
        lines.push(format!(
            "CONSTRAINT {} CHECK ({})",
            Ident(&check.name),
            check.holds.bare()
        ));
    }
    let mut statements = vec![format!(
        "CREATE TABLE {} (\n    {}\n)",
        Ident(&model.table),
        lines.join(",\n    ")
    )];
    if database.capabilities().comment == CommentForm::OnColumn {
        let comments = model.columns.iter().filter_map(|column| {
            let text = column.comment.as_deref()?;
            Some(comment(&model.table, &column.name, Some(text)))
        });
        statements.extend(comments);
    }
    statements.extend(
        table
            .indexes
            .iter()
            .map(|index| create_index(&model.table, index, "")),
    );
    statements
}

/// A table that is there already, unless the database is a new one.
pub(super) fn adopt_table(table: &Table, database: Database) -> Step {
    Step {
        id: format!("{}{}", crate::script::ADOPT_TABLE, table.model.table),
        lock: "none that anybody waits for: the table is there, or new".to_owned(),
        safe: "where the table is there already, nothing of this is executed, and the step is recorded as done; \
               it is never undone"
            .to_owned(),
        run: Run::Transaction(create_table(table, database)),
        revert: Vec::new(),
    }
}

/// `COMMENT ON COLUMN`, which nothing takes away.
pub(super) fn comment(table: &str, column: &str, text: Option<&str>) -> String {
    let text = text.map_or("NULL".to_owned(), |text| Literal(text).to_string());
    format!(
        "COMMENT ON COLUMN {}.{} IS {text}",
        Ident(table),
        Ident(column)
    )
}

/// `CREATE INDEX`, with `how` between the kind and the name.
pub(super) fn create_index(table: &str, index: &TableIndex, how: &str) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = index.method.as_ref();
    let method = method.map_or(String::new(), |method| format!("USING {} ", Ident(method)));
    let parts: Vec<String> = index.parts.iter().map(index_part).collect();
    let mut statement = format!(
        "CREATE {unique}INDEX {how}{} ON {} {method}({})",
        Ident(&index.name),
        Ident(table),
        parts.join(", ")
    );
    if !index.include.is_empty() {
        let include = Idents(index.include.iter().map(String::as_str).collect());
        statement.push_str(&format!(" INCLUDE ({include})"));
    }
    if let Some(only) = &index.only {
        statement.push_str(&format!(" WHERE ({})", only.bare()));
    }
    statement
}

fn index_part(part: &TableIndexPart) -> String {
    let mut text = match part.value.as_column() {
        Some(column) => Ident(column).to_string(),
        None => format!("({})", part.value.bare()),
    };
    if let Some(ops) = &part.ops {
        let names: Vec<String> = ops.split('.').map(|name| Ident(name).to_string()).collect();
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
pub(super) fn add_column(column: &NewColumn, database: Database) -> String {
    let ty = column.ty.sql(database).unwrap_or_default();
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    let default = fmt::from_fn(|f| match &column.default {
        Some(default) => write!(f, " DEFAULT {}", default.bare()),
        None => Ok(()),
    });
    format!(
        "ALTER TABLE {} ADD COLUMN {} {ty}{not_null}{default}",
        Ident(&column.table),
        Ident(&column.name)
    )
}

/// Keeps what was written to a column in the rows for which `written` holds, before the
/// column is dropped.
pub(super) fn save(
    [table, column]: [&str; 2],
    written: &str,
    migration: &str,
    [key, value]: [&str; 2],
) -> String {
    format!(
        "INSERT INTO {} (migration, table_name, column_name, row_key, value)\n\
         SELECT {}, {}, {}, {key}, {value} FROM {}\nWHERE {written}",
        super::SAVED_TABLE,
        Literal(migration),
        Literal(table),
        Literal(column),
        Ident(table),
    )
}

/// That a column holds something else than `value`, over the row itself.
pub(super) fn is_not(column: &str, value: &Template, database: Database) -> String {
    let distinct = distinct(database);
    format!("{} {distinct} ({})", Ident(column), value.bare())
}

/// Inequality that takes two NULLs for the same.
pub(super) fn distinct(database: Database) -> &'static str {
    match database {
        Database::Postgres => "IS DISTINCT FROM",
        Database::Sqlite => "IS NOT",
    }
}

/// Whether one of the columns is not what it should be, over a row, or by bare names.
pub(super) fn differs(columns: &[Mirrored], row: Option<&str>, database: Database) -> String {
    let distinct = distinct(database);
    let differs = columns.iter().map(|column| {
        let name = Ident(&column.column);
        match row {
            Some(row) => format!("{row}.{name} {distinct} ({})", column.value.over(row)),
            None => format!("{name} {distinct} ({})", column.value.bare()),
        }
    });
    differs.collect::<Vec<_>>().join(" OR ")
}

/// Each of the columns, with `condition` about it, and `between` between them.
pub(super) fn each(
    columns: &[Mirrored],
    between: &str,
    condition: impl Fn(&Mirrored, Ident<'_>) -> String,
) -> String {
    let each = columns
        .iter()
        .map(|column| condition(column, Ident(&column.column)));
    each.collect::<Vec<_>>().join(between)
}

/// The loop that brings targets to what the rule gives.
///
/// A row whose targets were filled once is stale as soon as somebody writes legacy
/// without them, so what is left is what differs, and not what is empty.
pub(super) fn converge(
    mirror: &Mirror,
    database: Database,
    parameter: impl Fn(&Key, usize) -> String,
    text: impl Fn(&str) -> String,
) -> Backfill {
    let set = each(&mirror.targets, ", ", |target, name| {
        format!("{name} = ({})", target.value.bare())
    });
    let mut left = differs(&mirror.targets, None, database);
    for resists in mirror
        .targets
        .iter()
        .filter_map(|target| target.resists.as_ref())
    {
        left.push_str(&format!(" OR ({})", resists.bare()));
    }
    let left = format!("({left})");
    let shown: Vec<String> = mirror
        .legacy
        .iter()
        .map(|legacy| legacy.column.clone())
        .collect();
    let key = mirror.key.iter().map(|key| &key.name);
    let read: Vec<String> = key.chain(&shown).map(|column| text(column)).collect();
    let pending = format!(
        "SELECT {} FROM {} WHERE {left} LIMIT {}",
        read.join(", "),
        Ident(&mirror.table),
        placeholder(1)
    );
    let key = |key: &Key| text(&key.name);
    Backfill {
        shown,
        pending,
        ..ranges(
            [&mirror.table, &set, &left],
            &mirror.key,
            database,
            parameter,
            key,
        )
    }
}

/// What the application does. Nothing but the records of it is to be undone: the column
/// goes with the step that brought it.
pub(super) fn convert(conversion: &Conversion, migration: &str, lock: String) -> Step {
    let Conversion {
        model,
        table,
        read,
        target,
        up,
        fills,
    } = conversion;
    let revert = super::CONVERSION_TABLES.map(|records| {
        format!(
            "DELETE FROM {records} WHERE migration = {} AND table_name = {} AND column_name = {}",
            Literal(migration),
            Literal(table),
            Literal(target)
        )
    });
    Step {
        id: format!("convert_{table}_{target}"),
        lock,
        safe: format!(
            "done by the application, which calls the function `{up}`: ranges of the primary key that its instances share, \
             in which a row is written only if it still holds what was converted"
        ),
        run: Run::Convert(Convert {
            table: table.clone(),
            model: model.clone(),
            read: read.clone(),
            fills: *fills,
            target: target.clone(),
            up: up.clone(),
        }),
        revert: revert.to_vec(),
    }
}

/// The loop that fills old rows. `parameter` writes one value of the key, `text`
/// reads one.
pub(super) fn backfill(
    fill: &Fill,
    database: Database,
    parameter: impl Fn(&Key, usize) -> String,
    text: impl Fn(&Key) -> String,
) -> Backfill {
    let column = Ident(&fill.column);
    let set = format!("{column} = ({})", fill.value.bare());
    let left = format!("{column} IS NULL");
    ranges(
        [&fill.table, &set, &left],
        &fill.key,
        database,
        parameter,
        text,
    )
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
pub(super) fn prove(
    fill: &Fill,
    touched: &str,
    database: Database,
    parameter: impl Fn(&Key, usize) -> String,
    text: impl Fn(&Key) -> String,
) -> Backfill {
    let left = format!("{} IS NULL", Ident(&fill.column));
    let set = format!("{0} = {0}", Ident(touched));
    let read: Vec<String> = fill.key.iter().map(&text).collect();
    let first = format!(
        "SELECT {} FROM {} WHERE 1 = 0",
        read.join(", "),
        Ident(&fill.table)
    );
    Backfill {
        first,
        bounds: None,
        ..ranges(
            [&fill.table, &set, &left],
            &fill.key,
            database,
            parameter,
            text,
        )
    }
}

/// The loop that updates the rows for which `left` holds, until there are none.
pub(super) fn ranges(
    [table_name, set, left]: [&str; 3],
    key_parts: &[Key],
    database: Database,
    parameter: impl Fn(&Key, usize) -> String,
    text: impl Fn(&Key) -> String,
) -> Backfill {
    let table = Ident(table_name);
    let key = key_columns(key_parts);
    let parts = key_parts.len();
    let bound = |first: usize| {
        let values: Vec<String> = key_parts
            .iter()
            .enumerate()
            .map(|(position, key)| parameter(key, first + position))
            .collect();
        format!("({})", values.join(", "))
    };
    let read = key_parts.iter().map(&text).collect::<Vec<_>>().join(", ");
    // Of the table: a bare name would mean the column that the query gives, which is
    // text, and sort 10 before 2.
    let order: Vec<String> = key_parts
        .iter()
        .map(|key| format!("{table}.{}", Ident(&key.name)))
        .collect();
    let order = order.join(", ");
    let update = format!("UPDATE {table} SET {set}\nWHERE {left}");
    Backfill {
        table: table_name.to_owned(),
        key: key_parts.iter().map(|key| key.name.clone()).collect(),
        shown: Vec::new(),
        first: format!("SELECT {read} FROM {table} ORDER BY {order} LIMIT 1"),
        boundary: format!(
            "SELECT {read} FROM {table}\nWHERE ({key}) >= {}\nORDER BY {order} LIMIT 1 OFFSET {}",
            bound(1),
            placeholder(parts + 1)
        ),
        bounds: (database.capabilities().writers == Writers::Many).then(|| {
            let next = 2 * parts + 1;
            format!(
                "SELECT {read} FROM (SELECT {key}, row_number() OVER (ORDER BY {order}) AS \"colmig number\"\n\
                 FROM {table} WHERE ({key}) >= {} AND ({key}) < {} ORDER BY {order} LIMIT {}) AS {table}\n\
                 WHERE \"colmig number\" % {} = 1 AND \"colmig number\" > 1 ORDER BY \"colmig number\"",
                bound(1),
                bound(parts + 1),
                placeholder(next),
                placeholder(next + 1)
            )
        }),
        batch: format!(
            "{update} AND ({key}) >= {} AND ({key}) < {}",
            bound(1),
            bound(parts + 1)
        ),
        last: format!("{update} AND ({key}) >= {}", bound(1)),
        pending: format!(
            "SELECT {read} FROM {table} WHERE {left} LIMIT {}",
            placeholder(1)
        ),
    }
}
