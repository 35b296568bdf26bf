//! MariaDB's `SHOW CREATE TABLE`, and `information_schema` for what stands around the tables.

use std::collections::BTreeMap;

use colmig_schema::Sql;
use colmig_schema::live::{Schema, Table, TableKind, mariadb, trigger_in_words};

use super::{OWN, PATIENCE, remembered};
use crate::migrate::driver::{Driver, Failure, Value, Waits};
use crate::migrate::store::{Columns, Trouble};

/// A sequence is no table.
const TABLES: &str = "SELECT TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, ''), COALESCE(TABLE_COLLATION, '') FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')";

const TRIGGERS: &str = "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS \
     WHERE EVENT_OBJECT_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME";

/// No more than the names, for which the server opens no table.
const ELSEWHERE: &str = "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA NOT IN (DATABASE(), 'information_schema', 'mysql', 'performance_schema', 'sys')";

const NAMES: &str = "SELECT DATABASE(), @@collation_database";

/// However the server is set up: what is read relies on the quotes.
const QUOTED: &str = "SET SESSION sql_quote_show_create = 1";

/// Engines whose rows stand elsewhere, or are made up.
const FOREIGN: [&str; 8] = [
    "BLACKHOLE",
    "CONNECT",
    "FEDERATED",
    "OQGRAPH",
    "S3",
    "SEQUENCE",
    "SPHINX",
    "SPIDER",
];

pub(super) async fn schema(driver: &mut dyn Driver) -> Result<Schema, Trouble> {
    let remembered = remembered(driver).await?;
    driver.execute(QUOTED, &[]).await?;
    // A table that is being changed keeps whoever looks at it waiting, for a day if nothing else is said.
    driver.begin(&Waits::of(PATIENCE)).await?;
    let read = read(driver).await;
    driver.rollback().await;
    Ok(Schema {
        remembered,
        ..read?
    })
}

async fn read(driver: &mut dyn Driver) -> Result<Schema, Trouble> {
    let names = driver.query(NAMES, &[]).await?;
    let mut names = Columns::of(names.into_iter().next().unwrap_or_default());
    let (name, collation) = (names.text()?, names.text()?);
    let mut tables = BTreeMap::new();
    for row in driver.query(TABLES, &[]).await? {
        let mut row = Columns::of(row);
        let (name, kind) = (row.text()?, row.text()?);
        let around = Around {
            engine: row.text()?,
            collation: row.text()?,
            versioned: kind == "SYSTEM VERSIONED",
        };
        if name.starts_with(OWN) {
            continue;
        }
        let table = match kind.as_str() {
            "VIEW" => Table::named(name.as_str(), TableKind::View),
            _ => around.table(driver, &name, &collation).await?,
        };
        tables.insert(name, table);
    }
    for row in driver.query(TRIGGERS, &[]).await? {
        let mut row = Columns::of(row);
        let (table, trigger) = (row.text()?, row.text()?);
        if let Some(table) = tables.get_mut(&table) {
            table.others.push(trigger_in_words(&trigger));
        }
    }
    let mut elsewhere = Vec::new();
    for row in driver.query(ELSEWHERE, &[]).await? {
        let mut row = Columns::of(row);
        elsewhere.push((row.text()?, row.text()?));
    }
    elsewhere.sort_unstable();
    Ok(Schema {
        database: Sql::MariaDb,
        name,
        tables: tables.into_values().collect(),
        elsewhere,
        // The values of an enum are listed by the type of each column.
        enums: Vec::new(),
        remembered: Vec::new(),
    })
}

/// What the definition of a table does not say of it, or not in every version.
struct Around {
    engine: String,
    collation: String,
    versioned: bool,
}

impl Around {
    async fn table(
        self,
        driver: &mut dyn Driver,
        name: &str,
        collation: &str,
    ) -> Result<Table, Trouble> {
        let mut table = shown(driver, name).await?;
        if FOREIGN.contains(&self.engine.to_ascii_uppercase().as_str()) {
            table.kind = TableKind::Foreign;
        } else if !self.engine.eq_ignore_ascii_case("InnoDB") {
            table.others.push(format!("the engine {}", self.engine));
        }
        if self.versioned {
            table.others.push("system versioning".to_owned());
        }
        if self.collation != collation {
            table.others.push(format!(
                "the collation `{}`, where a new table would have `{collation}`",
                self.collation
            ));
        }
        table.collation = Some(self.collation);
        Ok(table)
    }
}

/// A temporary table stands before the one of its name, for this session alone; it neither takes
/// a lock that anybody waits for nor ends a transaction. Nothing in `information_schema` tells
/// of it, so it is read by the statement that tells of all others as well. There are no foreign keys on it,
/// which are compared by their columns.
pub(super) async fn rehearse(
    driver: &mut dyn Driver,
    table: &str,
    create: &[String],
) -> Result<Vec<Table>, Trouble> {
    driver.execute(QUOTED, &[]).await?;
    let read = created(driver, table, create).await;
    let drop = format!(
        "DROP TEMPORARY TABLE IF EXISTS {}",
        Sql::MariaDb.ident(table)
    );
    let dropped = driver.execute(&drop, &[]).await;
    let read = read?;
    dropped?;
    Ok(vec![read])
}

async fn created(
    driver: &mut dyn Driver,
    table: &str,
    create: &[String],
) -> Result<Table, Trouble> {
    for statement in create {
        driver.execute(statement, &[]).await?;
    }
    shown(driver, table).await
}

/// What the server says of a table.
async fn shown(driver: &mut dyn Driver, table: &str) -> Result<Table, Trouble> {
    let sql = format!("SHOW CREATE TABLE {}", Sql::MariaDb.ident(table));
    let rows = driver.query(&sql, &[]).await?;
    let text = rows.into_iter().flatten().nth(1);
    let read = match &text {
        Some(Value::Text(text)) => mariadb::read(text),
        _ => None,
    };
    read.ok_or_else(|| {
        Failure::refused(format!("what the server says of `{table}` cannot be read")).into()
    })
}
