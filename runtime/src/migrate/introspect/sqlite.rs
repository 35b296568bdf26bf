//! SQLite's pragmas, and the text of `CREATE TABLE` for what they do not tell.

use colmig_schema::Sql;
use colmig_schema::live::ddl::{self, Ddl};
use colmig_schema::live::{
    Check, Column, Filled, Index, Reference, Schema, Table, TableKind, trigger_in_words,
};

use super::{OWN, PATIENCE, remembered};
use crate::migrate::driver::{Driver, Value, Waits};
use crate::migrate::store::{Columns, Trouble};

/// The tables of a full-text index and the like are shadows of a virtual one.
const TABLES: &str = "SELECT l.name, l.type, coalesce(s.sql, '') FROM pragma_table_list l \
     LEFT JOIN sqlite_schema s ON s.name = l.name AND s.type IN ('table', 'view') \
     WHERE l.schema = 'main' AND l.type <> 'shadow' AND substr(l.name, 1, 7) <> 'sqlite_' ORDER BY l.name";

const COLUMNS: &str = "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo($1) WHERE hidden <> 1 ORDER BY cid";

const INDEXES: &str = "SELECT l.name, l.\"unique\", l.origin, l.partial, coalesce(s.sql, '') FROM pragma_index_list($1) l \
     LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name WHERE l.origin <> 'pk' ORDER BY l.name";

const INDEX_COLUMNS: &str = "SELECT coalesce(name, ''), \"desc\", coll FROM pragma_index_xinfo($1) WHERE key = 1 ORDER BY seqno";

const REFERENCES: &str = "SELECT id, \"table\", \"from\", coalesce(\"to\", ''), on_update, on_delete \
     FROM pragma_foreign_key_list($1) ORDER BY id, seq";

const TRIGGERS: &str =
    "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1 ORDER BY name";

pub(super) async fn schema(driver: &mut dyn Driver) -> Result<Schema, Trouble> {
    let mut tables = tables(driver).await?;
    tables.retain(|table| !table.name.starts_with(OWN));
    Ok(Schema {
        database: Sql::Sqlite,
        name: "main".to_owned(),
        tables,
        elsewhere: Vec::new(),
        enums: Vec::new(),
        remembered: remembered(driver).await?,
    })
}

/// The database is one in memory, and holds this table alone.
pub(super) async fn rehearse(
    driver: &mut dyn Driver,
    create: &[String],
) -> Result<Vec<Table>, Trouble> {
    driver.begin(&Waits::of(PATIENCE)).await?;
    let read = created(driver, create).await;
    driver.rollback().await;
    read
}

async fn created(driver: &mut dyn Driver, create: &[String]) -> Result<Vec<Table>, Trouble> {
    for statement in create {
        driver.execute(statement, &[]).await?;
    }
    tables(driver).await
}

async fn tables(driver: &mut dyn Driver) -> Result<Vec<Table>, Trouble> {
    let mut tables = Vec::new();
    for row in driver.query(TABLES, &[]).await? {
        let mut row = Columns::of(row);
        let (name, kind, sql) = (row.text()?, row.text()?, row.text()?);
        tables.push(table(driver, name, &kind, &sql).await?);
    }
    // A foreign key that names no columns means the key of the other table.
    let keys: Vec<(String, Vec<String>)> = tables
        .iter()
        .map(|table| (table.name.clone(), table.key.clone()))
        .collect();
    for reference in tables.iter_mut().flat_map(|table| &mut table.references) {
        let key = keys
            .iter()
            .find(|(table, _)| table.eq_ignore_ascii_case(&reference.table));
        let Some((table, key)) = key else { continue };
        reference.table.clone_from(table);
        if reference.targets.iter().all(String::is_empty) {
            reference.targets.clone_from(key);
        }
    }
    Ok(tables)
}

async fn table(
    driver: &mut dyn Driver,
    name: String,
    kind: &str,
    sql: &str,
) -> Result<Table, Trouble> {
    let of_table: [Value; 1] = [name.as_str().into()];
    let kind = match kind {
        "view" => TableKind::View,
        "virtual" => TableKind::Foreign,
        _ => TableKind::Table,
    };
    let ddl = match kind {
        TableKind::Table => ddl::read(sql),
        _ => Ddl::default(),
    };
    let (columns, key) = columns(driver, &of_table, &ddl).await?;
    let mut others = Vec::new();
    for row in driver.query(TRIGGERS, &of_table).await? {
        others.push(trigger_in_words(&Columns::of(row).text()?));
    }
    let checks = ddl.checks.into_iter().map(|(name, condition)| Check {
        name,
        condition,
        again: None,
        valid: true,
    });
    Ok(Table {
        indexes: indexes(driver, &of_table, &columns).await?,
        references: references(driver, &of_table).await?,
        checks: checks.collect(),
        name,
        kind,
        collation: None,
        columns,
        key,
        others,
    })
}

async fn columns(
    driver: &mut dyn Driver,
    of_table: &[Value],
    ddl: &Ddl,
) -> Result<(Vec<Column>, Vec<String>), Trouble> {
    let mut columns = Vec::new();
    let mut key = Vec::new();
    for row in driver.query(COLUMNS, of_table).await? {
        let mut row = Columns::of(row);
        let (name, ty) = (row.text()?, row.text()?);
        let required = row.number()? != 0;
        let default = row.optional();
        let (of_key, hidden) = (row.number()?, row.number()?);
        if of_key > 0 {
            key.push((of_key, name.clone()));
        }
        let filled = match hidden {
            0 => Filled::ByWriter,
            _ => Filled::Generated(ddl.generated.get(&name).cloned().unwrap_or_default()),
        };
        columns.push(Column {
            nullable: !required,
            default,
            filled,
            collation: ddl.collations.get(&name).cloned(),
            name,
            ty,
        });
    }
    key.sort_unstable();
    let key: Vec<String> = key.into_iter().map(|(_, name)| name).collect();
    if let [only] = key.as_slice() {
        // Another name for the row's number, which is never NULL.
        let number = columns.iter_mut();
        for column in number
            .filter(|column| column.name == *only && column.ty.eq_ignore_ascii_case("integer"))
        {
            column.nullable = false;
        }
    }
    Ok((columns, key))
}

async fn indexes(
    driver: &mut dyn Driver,
    of_table: &[Value],
    columns: &[Column],
) -> Result<Vec<Index>, Trouble> {
    let mut indexes = Vec::new();
    for row in driver.query(INDEXES, of_table).await? {
        let mut row = Columns::of(row);
        let (name, unique) = (row.text()?, row.number()? != 0);
        let constraint = row.text()? == "u";
        let mut plain = row.number()? == 0;
        let sql = row.text()?;
        let mut over = Vec::new();
        for row in driver.query(INDEX_COLUMNS, &[name.as_str().into()]).await? {
            let mut row = Columns::of(row);
            let (column, descends, collation) = (row.text()?, row.number()? != 0, row.text()?);
            let found = columns.iter().find(|known| known.name == column);
            let own = found
                .and_then(|column| column.collation.as_deref())
                .unwrap_or("BINARY");
            plain &= found.is_some() && !descends && collation.eq_ignore_ascii_case(own);
            over.push(match column.is_empty() {
                true => "(expression)".to_owned(),
                false => column,
            });
        }
        let definition = match sql.is_empty() {
            true => format!("UNIQUE ({})", over.join(", ")),
            false => sql,
        };
        indexes.push(Index {
            name,
            columns: over,
            unique,
            constraint,
            valid: true,
            plain,
            definition,
        });
    }
    Ok(indexes)
}

async fn references(
    driver: &mut dyn Driver,
    of_table: &[Value],
) -> Result<Vec<Reference>, Trouble> {
    let mut references: Vec<(i64, Reference)> = Vec::new();
    for row in driver.query(REFERENCES, of_table).await? {
        let mut row = Columns::of(row);
        let id = row.number()?;
        let (table, mine, theirs) = (row.text()?, row.text()?, row.text()?);
        let mut actions = Vec::new();
        for on in ["ON UPDATE", "ON DELETE"] {
            let action = row.text()?;
            if action != "NO ACTION" {
                actions.push(format!("{on} {action}"));
            }
        }
        match references.last_mut() {
            Some((last, reference)) if *last == id => {
                reference.columns.push(mine);
                reference.targets.push(theirs);
            }
            _ => references.push((
                id,
                Reference {
                    name: String::new(),
                    columns: vec![mine],
                    table,
                    targets: vec![theirs],
                    actions: actions.join(" "),
                    valid: true,
                },
            )),
        }
    }
    // SQLite lists the newest first.
    references.reverse();
    Ok(references
        .into_iter()
        .map(|(_, reference)| reference)
        .collect())
}
