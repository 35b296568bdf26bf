//! The search for rows that a constraint or unique index would refuse.

use super::compare::search;
use super::placeholder;
use super::words::Words;
use crate::Sql;
use crate::precheck::{Looks, Precheck, Ranges, Rule};
use crate::script::{Run, Step};
use crate::step::{Demand, Demanded, Key};
use crate::template::Template;

/// What one database says of the read in which rows are held against each other.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    pub(super) lock: &'static str,
    pub(super) safe: &'static str,
}

/// The step, at the end of `backfill`.
pub(super) fn step(demand: &Demand, words: Words, grouping: Grouping) -> Step {
    let database = words.database;
    let table = database.ident(&demand.table);
    let in_ranges = |bad: &str| {
        let found = search(&demand.table, &demand.key, bad, &[], words);
        Looks::Ranges(Ranges {
            first: found.first,
            boundary: found.boundary,
            count: found.count,
            resisting: found.found,
        })
    };
    let (rule, columns, says, looks) = match &demand.demanded {
        Demanded::Holds(condition) => (
            Rule::Check,
            once(condition.columns()),
            Some(one_line(&condition.bare(database).to_string())),
            in_ranges(&format!("NOT ({})", condition.bare(database))),
        ),
        Demanded::NotNull(column) => (
            Rule::NotNull,
            vec![column.clone()],
            None,
            in_ranges(&format!("{} IS NULL", database.ident(column))),
        ),
        Demanded::Refers {
            columns,
            table: referred,
            to,
        } => (
            Rule::ForeignKey,
            columns.clone(),
            Some(format!("{referred} ({})", to.join(", "))),
            in_ranges(&orphans(&demand.table, columns, referred, to, database)),
        ),
        Demanded::Unique { over, among } => {
            let columns = over.iter().map(|over| match over.as_column() {
                Some(column) => column.to_owned(),
                None => one_line(&over.bare(database).to_string()),
            });
            let looks = doubled(demand, over, among.as_ref(), words);
            (Rule::Unique, columns.collect(), None, looks)
        }
    };
    let (lock, safe) = match &looks {
        Looks::Ranges(_) => (
            "for one range at a time",
            "it reads, in ranges of the primary key, before the constraint is tried; a row that would fail it holds the migration here, \
             counted and named, while everything keeps working",
        ),
        Looks::Whole { .. } => (grouping.lock, grouping.safe),
    };
    Step {
        id: format!("check_rows_{}", demand.constraint),
        lock: format!("that of a reader on {table}, {lock}"),
        safe: safe.to_owned(),
        run: Run::CheckRows(Box::new(Precheck {
            table: demand.table.clone(),
            key: demand.key.iter().map(|key| key.name.clone()).collect(),
            constraint: demand.constraint.clone(),
            rule,
            columns,
            says,
            looks,
        })),
        revert: Vec::new(),
    }
}

/// That a row refers to one that is not there. What it refers to is unique, and so has an index.
fn orphans(
    table: &str,
    columns: &[String],
    referred: &str,
    to: &[String],
    database: Sql,
) -> String {
    let (outer, inner) = (database.ident(table), database.ident("colmig referred"));
    let mut refers: Vec<String> = columns
        .iter()
        .map(|column| format!("{outer}.{} IS NOT NULL", database.ident(column)))
        .collect();
    let same = columns.iter().zip(to);
    let same = same.map(|(column, to)| {
        format!(
            "{inner}.{} = {outer}.{}",
            database.ident(to),
            database.ident(column)
        )
    });
    let same = same.collect::<Vec<_>>().join(" AND ");
    refers.push(format!(
        "NOT EXISTS (SELECT 1 FROM {} AS {inner} WHERE {same})",
        database.ident(referred)
    ));
    format!("({})", refers.join(" AND "))
}

/// Rows that share their values with others. No two rows of a range need be near each other, so
/// the whole table is grouped, in one read.
fn doubled(demand: &Demand, over: &[Template], among: Option<&Template>, words: Words) -> Looks {
    let database = words.database;
    let table = database.ident(&demand.table);
    let terms = over.iter().map(|term| match term.as_column() {
        Some(column) => database.ident(column).to_string(),
        None => format!("({})", term.bare(database)),
    });
    let terms: Vec<String> = terms.collect();
    // Two NULLs are not the same to an index.
    let mut indexed: Vec<String> = terms
        .iter()
        .map(|term| format!("{term} IS NOT NULL"))
        .collect();
    indexed.extend(among.map(|among| format!("({})", among.bare(database))));
    let (terms, indexed) = (terms.join(", "), indexed.join(" AND "));
    let same = format!("{table} WHERE {indexed}\nGROUP BY {terms} HAVING count(*) > 1");
    let key = demand
        .key
        .iter()
        .map(|key| database.ident(&key.name).to_string());
    let key = key.collect::<Vec<_>>().join(", ");
    let of_rows = database.ident("colmig rows");
    let order = |key: &Key| format!("{of_rows}.{}", database.ident(&key.name));
    let order: Vec<String> = demand.key.iter().map(order).collect();
    let read = demand.key.iter().map(words.key);
    let read = read.collect::<Vec<_>>().join(", ");
    let (number, group) = (
        database.ident("colmig number"),
        database.ident("colmig group"),
    );
    let limit = placeholder(1);
    let grouped = same.replace('\n', "\n    ");
    let first = match database {
        Sql::Postgres | Sql::Sqlite => {
            format!("SELECT {terms} FROM {grouped} ORDER BY {terms} LIMIT {limit}")
        }
        // Its `IN` takes no query that has a limit, but one over such a query.
        Sql::MariaDb => format!(
            "SELECT * FROM (SELECT {terms} FROM {grouped} ORDER BY {terms} LIMIT {limit}) AS {}",
            database.ident("colmig first")
        ),
    };
    let bigint = database.as_integer();
    Looks::Whole {
        count: format!(
            "SELECT CAST(coalesce(sum({number}), 0) AS {bigint})\n\
             FROM (SELECT count(*) AS {number} FROM {same}) AS {}",
            database.ident("colmig groups")
        ),
        resisting: format!(
            "SELECT {read}, {group} FROM (\n  \
             SELECT {key}, dense_rank() OVER (ORDER BY {terms}) AS {group} FROM {table}\n  \
             WHERE {indexed} AND ({terms}) IN (\n    \
             {first})\n\
             ) AS {of_rows}\nORDER BY {group}, {} LIMIT {limit}",
            order.join(", "),
        ),
    }
}

/// Each name once, in their order.
fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.iter().any(|known| known == name) {
            once.push(name.to_owned());
        }
    }
    once
}

/// For people, who read it in a comment and in a message.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
