//! Indexes of tables with partitions. PostgreSQL builds none of them concurrently, and a plain
//! `CREATE INDEX` keeps writers out of every partition for as long as all of them take. So the
//! index is created on the parent alone, which takes an instant and makes it one that lacks its
//! parts; then one is built on each partition, beside its writers, and attached to it. With the
//! last it is whole. This is the way that PostgreSQL's manual describes under `CREATE INDEX`.

use colmig_schema::model::bounded_name;
use colmig_schema::render::Ident;

use super::Postgres;
use crate::migrate::driver::{Driver as _, Failure, Instead, Row, Value};

/// The tables of a tree, each with the index that it has of that name: whether there is one,
/// whether it is valid, and whether it is attached. The first is the root. Foreign tables have no indexes.
const TREE: &str = "SELECT t.relid::bigint, t.parentrelid::bigint, t.isleaf::int::bigint, n.nspname::text, c.relname::text \
     FROM pg_partition_tree(to_regclass($1)) t JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace \
     WHERE c.relkind IN ('r', 'p') ORDER BY t.level, t.relid";

const INDEX: &str = "SELECT indisvalid::int::bigint, EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = indexrelid)::int::bigint \
     FROM pg_index WHERE indexrelid = to_regclass($1)";

const IS_PARTITIONED: &str =
    "SELECT 1::bigint FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'p'";

/// The table of an index of a table with partitions.
const PARTITIONED_TABLE: &str = "SELECT n.nspname::text, t.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
     JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE x.indexrelid = to_regclass($1) AND i.relkind = 'I'";

/// PostgreSQL 18 is the first that can.
const REFUSES_NOT_VALID: &str = "SELECT 1::bigint FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'p' \
     AND current_setting('server_version_num')::int < 180000";

/// An expression has no name.
const KEY: &str = "SELECT coalesce(a.attname::text, 'an expression') FROM pg_partitioned_table p \
     CROSS JOIN LATERAL unnest(p.partattrs::int2[]) WITH ORDINALITY AS k(attnum, ord) \
     LEFT JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.attnum AND k.attnum > 0 \
     WHERE p.partrelid = to_regclass($1) ORDER BY k.ord";

/// A statement about an index, taken apart. It is of our own making, so the names are quoted.
enum Statement<'s> {
    Create {
        /// With `UNIQUE`, if it is.
        words: &'s str,
        index: String,
        table: String,
        /// What stands behind the table.
        rest: &'s str,
    },
    Drop {
        index: String,
    },
    /// A foreign key.
    Refer {
        table: String,
    },
}

impl<'s> Statement<'s> {
    fn read(statement: &'s str) -> Option<Self> {
        if let Some(name) = statement.strip_prefix("DROP INDEX CONCURRENTLY IF EXISTS ") {
            let (index, _) = name_first(name)?;
            return Some(Statement::Drop { index });
        }
        if let Some(name) = statement.strip_prefix("ALTER TABLE ") {
            let (table, rest) = name_first(name)?;
            let refers = rest.contains(" FOREIGN KEY (") && rest.ends_with(" NOT VALID");
            return refers.then_some(Statement::Refer { table });
        }
        // One that looks first at what another foreign key does: the same, in a literal.
        if let Some((_, add)) = statement.split_once("EXECUTE 'ALTER TABLE ") {
            let add = add.split_once("' ").map_or(add, |(add, _)| add);
            let add = add.replace("''", "'");
            let (table, rest) = name_first(&add)?;
            let refers = rest.contains(" FOREIGN KEY (");
            return refers.then_some(Statement::Refer { table });
        }
        let (words, rest) = statement.split_once(" CONCURRENTLY ")?;
        if !matches!(words, "CREATE INDEX" | "CREATE UNIQUE INDEX") {
            return None;
        }
        let (index, rest) = name_first(rest)?;
        let (table, rest) = name_first(rest.strip_prefix(" ON ")?)?;
        Some(Statement::Create {
            words,
            index,
            table,
            rest,
        })
    }
}

/// The quoted name with which the text begins, without its quotes, and what follows it.
fn name_first(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (before, behind) = rest.split_once('"')?;
        name.push_str(before);
        match behind.strip_prefix('"') {
            Some(further) => {
                name.push('"');
                rest = further;
            }
            None => return Some((name, behind)),
        }
    }
}

/// A table of a tree.
struct Node {
    table: i64,
    parent: Option<i64>,
    is_leaf: bool,
    /// The table, quoted, with its schema.
    name: String,
    /// The index that it has or is to have, quoted; with its schema where it is no root.
    index: IndexName,
    state: Option<State>,
}

/// The name of an index, as `CREATE` takes it and as everything else does.
struct IndexName {
    bare: String,
    full: String,
}

#[derive(Clone, Copy)]
struct State {
    valid: bool,
    attached: bool,
}

impl Postgres {
    pub(super) async fn statements_by_partitions(
        &mut self,
        statement: &str,
    ) -> Result<Option<Vec<Instead>>, Failure> {
        match Statement::read(statement) {
            Some(Statement::Create {
                words,
                index,
                table,
                rest,
            }) => {
                let table = Ident(&table).to_string();
                let found = self.query(IS_PARTITIONED, &[table.as_str().into()]).await?;
                if found.is_empty() {
                    return Ok(None);
                }
                let tree = self.tree(&table, &index).await?;
                Ok(Some(create(&tree, words, rest)))
            }
            Some(Statement::Drop { index }) => {
                let name = Ident(&index).to_string();
                let found = self
                    .query(PARTITIONED_TABLE, &[name.as_str().into()])
                    .await?;
                let Some((schema, table)) = found.into_iter().find_map(texts) else {
                    return Ok(None);
                };
                let table = format!("{}.{}", Ident(&schema), Ident(&table));
                let tree = self.tree(&table, &index).await?;
                Ok(Some(drop_all(&tree)))
            }
            Some(Statement::Refer { .. }) | None => Ok(None),
        }
    }

    pub(super) async fn is_partitioned(&mut self, table: &str) -> Result<bool, Failure> {
        let table = Ident(table).to_string();
        let found = self.query(IS_PARTITIONED, &[table.as_str().into()]).await?;
        Ok(!found.is_empty())
    }

    pub(super) async fn refused_by_partitions(
        &mut self,
        statement: &str,
    ) -> Result<Option<String>, Failure> {
        match Statement::read(statement) {
            Some(Statement::Create {
                words: "CREATE UNIQUE INDEX",
                index,
                table,
                rest,
            }) => self.not_covered(&index, &table, rest).await,
            Some(Statement::Refer { table }) => self.no_reference(&table).await,
            _ => Ok(None),
        }
    }

    /// Each partition looks after its own rows only.
    async fn not_covered(
        &mut self,
        index: &str,
        table: &str,
        rest: &str,
    ) -> Result<Option<String>, Failure> {
        let name = Ident(table).to_string();
        let found = self.query(KEY, &[name.as_str().into()]).await?;
        let key = found.into_iter().flatten().filter_map(text);
        // What is stored beside the columns, and which rows are in it, covers nothing.
        let over = rest.split(") INCLUDE (").next().unwrap_or(rest);
        let over = over.split(") WHERE (").next().unwrap_or(over);
        let lacking = key.filter(|column| !over.contains(&Ident(column).to_string()));
        let lacking: Vec<String> = lacking.collect();
        if lacking.is_empty() {
            return Ok(None);
        }
        let key = lacking.join("`, `");
        Ok(Some(format!(
            "the table `{table}` has partitions by `{key}`, and `{index}` would hold in each of them alone: no two rows of one partition, but of \
             two; take `unique` off, or have it cover `{key}` as well (`#[colmig(unique(...))]` on the struct)"
        )))
    }

    async fn no_reference(&mut self, table: &str) -> Result<Option<String>, Failure> {
        let name = Ident(table).to_string();
        let found = self
            .query(REFUSES_NOT_VALID, &[name.as_str().into()])
            .await?;
        Ok((!found.is_empty()).then(|| {
            format!(
                "the table `{table}` has partitions, and PostgreSQL before 18 adds a foreign key to such a table only with all of its rows \
                 looked at while nobody writes; take `references` off. By hand it can be done: add it to each partition NOT VALID, validate \
                 it there, then add it to the table, which takes over those that are there"
            )
        }))
    }

    async fn tree(&mut self, table: &str, index: &str) -> Result<Vec<Node>, Failure> {
        let mut nodes = Vec::new();
        for row in self.query(TREE, &[table.into()]).await? {
            let [
                Value::Int(relation),
                parent,
                Value::Int(leaf),
                Value::Text(schema),
                Value::Text(name),
            ] = row.as_slice()
            else {
                continue;
            };
            let bare = match nodes.is_empty() {
                true => index.to_owned(),
                false => bounded_name(&format!("{index}_{name}")),
            };
            let bare = Ident(&bare).to_string();
            let full = format!("{}.{bare}", Ident(schema));
            let found = self.query(INDEX, &[full.as_str().into()]).await?;
            let state = found.first().and_then(|row| match row.as_slice() {
                [Value::Int(valid), Value::Int(attached)] => Some(State {
                    valid: *valid != 0,
                    attached: *attached != 0,
                }),
                _ => None,
            });
            nodes.push(Node {
                table: *relation,
                parent: match parent {
                    Value::Int(parent) => Some(*parent),
                    _ => None,
                },
                is_leaf: *leaf != 0,
                name: format!("{}.{}", Ident(schema), Ident(name)),
                index: IndexName { bare, full },
                state,
            });
        }
        Ok(nodes)
    }
}

/// The parents first, so that a partition which comes meanwhile has its index from the beginning.
fn create(tree: &[Node], words: &str, rest: &str) -> Vec<Instead> {
    let mut statements = Vec::new();
    for node in tree.iter().filter(|node| !node.is_leaf) {
        if node.state.is_none() {
            let (index, name) = (&node.index.bare, &node.name);
            statements.push(Instead::Short(format!(
                "{words} {index} ON ONLY {name}{rest}"
            )));
        }
    }
    for node in tree.iter().filter(|node| node.is_leaf) {
        let IndexName { bare, full } = &node.index;
        match node.state {
            Some(State { valid: true, .. } | State { attached: true, .. }) => continue,
            // Left behind by a build that failed.
            Some(State { .. }) => statements.push(Instead::Alone(format!(
                "DROP INDEX CONCURRENTLY IF EXISTS {full}"
            ))),
            None => {}
        }
        let name = &node.name;
        statements.push(Instead::Alone(format!(
            "{words} CONCURRENTLY {bare} ON {name}{rest}"
        )));
    }
    // The deepest first: an index is whole once its parts are.
    for node in tree.iter().rev() {
        let parent = tree.iter().find(|parent| Some(parent.table) == node.parent);
        if let Some(parent) = parent
            && !node.state.is_some_and(|state| state.attached)
        {
            statements.push(Instead::Short(format!(
                "ALTER INDEX {} ATTACH PARTITION {}",
                parent.index.full, node.index.full
            )));
        }
    }
    statements
}

/// What is attached goes with the index of the root.
fn drop_all(tree: &[Node]) -> Vec<Instead> {
    let left = tree.iter().skip(1).filter(|node| {
        let state = node.state;
        state.is_some_and(|state| !state.attached)
    });
    let left = left.map(|node| match node.is_leaf {
        true => Instead::Alone(format!(
            "DROP INDEX CONCURRENTLY IF EXISTS {}",
            node.index.full
        )),
        false => Instead::Short(format!("DROP INDEX IF EXISTS {}", node.index.full)),
    });
    let root = tree.first();
    let root = root.map(|root| Instead::Short(format!("DROP INDEX IF EXISTS {}", root.index.full)));
    left.chain(root).collect()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn texts(row: Row) -> Option<(String, String)> {
    let mut row = row.into_iter();
    Some((text(row.next()?)?, text(row.next()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_taken_apart() {
        let create = "CREATE UNIQUE INDEX CONCURRENTLY \"a\"\" ON b_key\" ON \"a\"\" ON b\" USING \"btree\" (\"c\") WHERE (\"d\" > 0)";
        let Some(Statement::Create {
            words,
            index,
            table,
            rest,
        }) = Statement::read(create)
        else {
            panic!("{create}");
        };
        assert_eq!(words, "CREATE UNIQUE INDEX");
        assert_eq!(
            (index.as_str(), table.as_str()),
            ("a\" ON b_key", "a\" ON b")
        );
        assert_eq!(rest, " USING \"btree\" (\"c\") WHERE (\"d\" > 0)");
        let drop = "DROP INDEX CONCURRENTLY IF EXISTS \"t_a_idx\"";
        assert!(
            matches!(Statement::read(drop), Some(Statement::Drop { index }) if index == "t_a_idx")
        );
        let refer = "ALTER TABLE \"a\" ADD CONSTRAINT \"a_b_fkey\" FOREIGN KEY (\"b\") REFERENCES \"c\" (\"d\") NOT VALID";
        assert!(matches!(Statement::read(refer), Some(Statement::Refer { table }) if table == "a"));
        assert!(Statement::read("REINDEX INDEX CONCURRENTLY \"t_a_idx\"").is_none());
    }
}
