//! PostgreSQL's catalogue.
//!
//! Every query gives the table first, so that each is asked once for all tables: a schema of
//! hundreds of them is read in a handful of round trips.

use std::collections::BTreeMap;

use colmig_schema::Sql;
use colmig_schema::live::{
    Check, Column, Enum, Filled, Index, Reference, Schema, Table, TableKind,
};

use super::{OWN, PATIENCE, remembered};
use crate::migrate::driver::{Driver, Failure, Value, Waits};
use crate::migrate::store::{Columns, Trouble};

/// What a bare name reaches, as the statements of colmig and of the application do.
const VISIBLE: &str = "pg_table_is_visible(c.oid) AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'";

/// The temporary tables of this session.
const REHEARSED: &str = "n.oid = pg_my_temp_schema()";

/// Tables of extensions are theirs; a partition belongs to its table.
const TABLES: &str = "SELECT c.oid::bigint, c.relname::text, c.relkind::text, c.relrowsecurity \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND {scope} \
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') \
     ORDER BY c.relname";

const COLUMNS: &str = "SELECT c.oid::bigint, a.attname::text, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, \
     pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text, \
     CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END, \
     EXISTS (SELECT 1 FROM pg_depend s JOIN pg_class q ON q.oid = s.objid AND q.relkind = 'S' \
             WHERE s.classid = 'pg_class'::regclass AND s.refclassid = 'pg_class'::regclass \
             AND s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND s.deptype = 'a') \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation co ON co.oid = a.attcollation \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {scope} \
     ORDER BY c.relname, a.attnum";

/// The columns of each index, which is plain if nothing of it is unusual. Versions before 15
/// have no NULLS NOT DISTINCT.
const INDEXES: &str = "SELECT c.oid::bigint, i.relname::text, x.indisunique, x.indisprimary, x.indisvalid, \
     EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = x.indexrelid AND o.conrelid = x.indrelid AND o.contype IN ('p', 'u', 'x')), \
     am.amname = 'btree' AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indnatts = x.indnkeyatts AND x.indimmediate \
     AND NOT x.indisexclusion AND coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false') = 'false' \
     AND NOT EXISTS (SELECT 1 FROM generate_series(0, x.indnkeyatts - 1) AS p JOIN pg_opclass oc ON oc.oid = x.indclass[p] \
                     JOIN pg_attribute ka ON ka.attrelid = x.indrelid AND ka.attnum = x.indkey[p] \
                     WHERE x.indoption[p] <> 0 OR NOT oc.opcdefault OR x.indcollation[p] <> ka.attcollation), \
     pg_get_indexdef(x.indexrelid), \
     CASE WHEN k.attnum > 0 THEN a.attname::text ELSE '(' || pg_get_indexdef(x.indexrelid, k.ord::int, true) || ')' END \
     FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am am ON am.oid = i.relam \
     CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord) \
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
     WHERE k.ord <= x.indnkeyatts AND {scope} ORDER BY c.relname, i.relname, k.ord";

const CHECKS: &str = "SELECT c.oid::bigint, o.conname::text, pg_get_expr(o.conbin, o.conrelid), o.convalidated \
     FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE o.contype = 'c' AND {scope} ORDER BY c.relname, o.conname";

/// The columns of each foreign key, both sides.
const REFERENCES: &str = "SELECT c.oid::bigint, o.conname::text, o.convalidated, \
     CASE WHEN pg_table_is_visible(r.oid) THEN r.relname::text ELSE rn.nspname || '.' || r.relname END, \
     concat_ws(' ', CASE o.confmatchtype WHEN 'f' THEN 'MATCH FULL' END, \
       CASE o.confupdtype WHEN 'r' THEN 'ON UPDATE RESTRICT' WHEN 'c' THEN 'ON UPDATE CASCADE' \
         WHEN 'n' THEN 'ON UPDATE SET NULL' WHEN 'd' THEN 'ON UPDATE SET DEFAULT' END, \
       CASE o.confdeltype WHEN 'r' THEN 'ON DELETE RESTRICT' WHEN 'c' THEN 'ON DELETE CASCADE' \
         WHEN 'n' THEN 'ON DELETE SET NULL' WHEN 'd' THEN 'ON DELETE SET DEFAULT' END, \
       CASE WHEN o.condeferrable THEN 'DEFERRABLE' END), \
     a.attname::text, f.attname::text \
     FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_class r ON r.oid = o.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace \
     CROSS JOIN LATERAL unnest(o.conkey, o.confkey) WITH ORDINALITY AS k(mine, theirs, ord) \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.mine \
     JOIN pg_attribute f ON f.attrelid = r.oid AND f.attnum = k.theirs \
     WHERE o.contype = 'f' AND {scope} ORDER BY c.relname, o.conname, k.ord";

/// What else happens to whoever writes to a table.
const OTHERS: &str = "SELECT c.oid::bigint, 'the trigger `' || g.tgname || '`' AS what \
     FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE NOT g.tgisinternal AND {scope} \
     UNION ALL SELECT c.oid::bigint, 'the rule `' || w.rulename || '`' \
     FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE w.rulename <> '_RETURN' AND {scope} \
     UNION ALL SELECT c.oid::bigint, 'tables that inherit from it' \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid) AND {scope} \
     ORDER BY 1, 2";

const ELSEWHERE: &str = "SELECT n.nspname::text, c.relname::text \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p') AND NOT pg_table_is_visible(c.oid) \
     AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname, c.relname";

const ENUMS: &str = "SELECT format_type(t.oid, NULL), e.enumlabel::text FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid \
     ORDER BY t.typname, t.oid, e.enumsortorder";

pub(super) async fn schema(driver: &mut dyn Driver) -> Result<Schema, Trouble> {
    let name = driver.query("SELECT current_schema()::text", &[]).await?;
    let name = name.into_iter().flatten().next();
    let mut elsewhere = Vec::new();
    for row in driver.query(ELSEWHERE, &[]).await? {
        let mut row = Columns::of(row);
        elsewhere.push((row.text()?, row.text()?));
    }
    let mut enums: Vec<Enum> = Vec::new();
    for row in driver.query(ENUMS, &[]).await? {
        let mut row = Columns::of(row);
        let (name, value) = (row.text()?, row.text()?);
        match enums.last_mut() {
            Some(last) if last.name == name => last.values.push(value),
            _ => enums.push(Enum {
                name,
                values: vec![value],
            }),
        }
    }
    let mut tables = tables(driver, VISIBLE).await?;
    tables.retain(|table| !table.name.starts_with(OWN));
    Ok(Schema {
        database: Sql::Postgres,
        // A search path that leads nowhere has none.
        name: match name {
            Some(Value::Text(name)) => name,
            _ => "no schema".to_owned(),
        },
        tables,
        elsewhere,
        enums,
        remembered: remembered(driver).await?,
    })
}

/// A temporary table is nobody else's, and gone with the transaction.
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
    tables(driver, REHEARSED).await
}

async fn tables(driver: &mut dyn Driver, scope: &str) -> Result<Vec<Table>, Trouble> {
    let mut tables = BTreeMap::new();
    let mut order = Vec::new();
    for row in ask(driver, TABLES, scope).await? {
        let Row { table, mut rest } = row;
        let name = rest.text()?;
        let kind = match rest.text()?.as_str() {
            "r" => TableKind::Table,
            "p" => TableKind::Partitioned,
            "f" => TableKind::Foreign,
            _ => TableKind::View,
        };
        let others = match rest.number()? {
            0 => Vec::new(),
            _ => vec!["row-level security".to_owned()],
        };
        order.push(table);
        let found = Table {
            others,
            ..Table::named(name, kind)
        };
        tables.insert(table, found);
    }
    for Row { table, rest } in ask(driver, COLUMNS, scope).await? {
        let column = column(rest)?;
        if let Some(table) = tables.get_mut(&table) {
            table.columns.push(column);
        }
    }
    for Row { table, rest } in ask(driver, INDEXES, scope).await? {
        if let Some(table) = tables.get_mut(&table) {
            index(rest, table)?;
        }
    }
    for Row { table, mut rest } in ask(driver, CHECKS, scope).await? {
        let check = Check {
            name: rest.text()?,
            condition: rest.text()?,
            again: None,
            valid: rest.number()? != 0,
        };
        if let Some(table) = tables.get_mut(&table) {
            table.checks.push(check);
        }
    }
    for Row { table, rest } in ask(driver, REFERENCES, scope).await? {
        if let Some(table) = tables.get_mut(&table) {
            reference(rest, table)?;
        }
    }
    for Row { table, mut rest } in ask(driver, OTHERS, scope).await? {
        let what = rest.text()?;
        if let Some(table) = tables.get_mut(&table) {
            table.others.push(what);
        }
    }
    Ok(order
        .iter()
        .filter_map(|table| tables.remove(table))
        .collect())
}

/// One row, and the table that it is about.
struct Row {
    table: i64,
    rest: Columns,
}

async fn ask(driver: &mut dyn Driver, sql: &str, scope: &str) -> Result<Vec<Row>, Failure> {
    let rows = driver.query(&sql.replace("{scope}", scope), &[]).await?;
    let of_table = |mut row: Vec<Value>| match row.is_empty() {
        true => None,
        false => match row.remove(0) {
            Value::Int(table) => Some(Row {
                table,
                rest: Columns::of(row),
            }),
            _ => None,
        },
    };
    Ok(rows.into_iter().filter_map(of_table).collect())
}

fn column(mut row: Columns) -> Result<Column, Trouble> {
    let (name, ty) = (row.text()?, row.text()?);
    let nullable = row.number()? != 0;
    let expression = row.optional();
    let identity = row.text()?;
    let generated = row.text()?;
    let collation = row.optional();
    let is_serial = row.number()? != 0;
    let (filled, default) = match (identity.as_str(), generated.as_str(), expression) {
        ("a", _, _) => (Filled::IdentityAlways, None),
        ("d", _, _) => (Filled::Identity, None),
        (_, "s" | "v", Some(expression)) => (Filled::Generated(expression), None),
        (_, _, Some(expression)) if is_serial && expression.starts_with("nextval(") => {
            (Filled::Sequence, None)
        }
        (_, _, expression) => (Filled::ByWriter, expression),
    };
    Ok(Column {
        name,
        ty,
        nullable,
        default,
        filled,
        collation,
    })
}

/// One column of an index; the first of them brings the index.
fn index(mut row: Columns, table: &mut Table) -> Result<(), Trouble> {
    let name = row.text()?;
    let unique = row.number()? != 0;
    let primary = row.number()? != 0;
    let valid = row.number()? != 0;
    let constraint = row.number()? != 0;
    let plain = row.number()? != 0;
    let definition = row.text()?;
    let column = row.text()?;
    if primary {
        table.key.push(column);
        return Ok(());
    }
    match table.indexes.last_mut() {
        Some(last) if last.name == name => last.columns.push(column),
        _ => table.indexes.push(Index {
            name,
            columns: vec![column],
            unique,
            constraint,
            valid,
            plain,
            definition,
        }),
    }
    Ok(())
}

/// One column of a foreign key; the first of them brings the key.
fn reference(mut row: Columns, table: &mut Table) -> Result<(), Trouble> {
    let name = row.text()?;
    let valid = row.number()? != 0;
    let (refers, actions) = (row.text()?, row.text()?);
    let (mine, theirs) = (row.text()?, row.text()?);
    match table.references.last_mut() {
        Some(last) if last.name == name => {
            last.columns.push(mine);
            last.targets.push(theirs);
        }
        _ => table.references.push(Reference {
            name,
            columns: vec![mine],
            table: refers,
            targets: vec![theirs],
            actions,
            valid,
        }),
    }
    Ok(())
}
