//! Ranges of a key, in the words of one database. Its columns are quoted.

use crate::Sql;

/// That a row's key is this one or a later one. `value` writes the part at a position.
pub(crate) fn at_least(key: &[String], database: Sql, value: impl Fn(usize) -> String) -> String {
    compared(key, database, [">", ">="], value)
}

/// That a row's key is an earlier one.
pub(crate) fn below(key: &[String], database: Sql, value: impl Fn(usize) -> String) -> String {
    compared(key, database, ["<", "<"], value)
}

fn compared(
    key: &[String],
    database: Sql,
    [strictly, operator]: [&str; 2],
    value: impl Fn(usize) -> String,
) -> String {
    match (database, key) {
        // An inequality of rows is no range to MariaDB's planner, which would read the whole
        // table for each batch. Said part by part it is one.
        (Sql::MariaDb, [first, _, ..]) => {
            let loosely = operator.trim_end_matches('=');
            let (column, bound) = (first, value(0));
            format!(
                "{column} {loosely}= {bound} AND {}",
                by_parts(key, [strictly, operator], &value, 0)
            )
        }
        (Sql::MariaDb, _) => by_parts(key, [strictly, operator], &value, 0),
        (Sql::Postgres | Sql::Sqlite, _) => {
            let columns = key.join(", ");
            let values: Vec<String> = (0..key.len()).map(value).collect();
            format!("({columns}) {operator} ({})", values.join(", "))
        }
    }
}

fn by_parts(
    key: &[String],
    [strictly, operator]: [&str; 2],
    value: &dyn Fn(usize) -> String,
    at: usize,
) -> String {
    let Some(part) = key.get(at) else {
        return "1 = 0".to_owned();
    };
    let (column, bound) = (part, value(at));
    if at + 1 == key.len() {
        return format!("{column} {operator} {bound}");
    }
    let rest = by_parts(key, [strictly, operator], value, at + 1);
    format!("({column} {strictly} {bound} OR {column} = {bound} AND {rest})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_a_key_of_several_parts_is_said_part_by_part_where_rows_are_no_range() {
        let value = |at: usize| format!("${}", at + 1);
        for (database, key, from, to) in [
            (
                Sql::Sqlite,
                &["a"][..],
                r#"("a") >= ($1)"#,
                r#"("a") < ($1)"#,
            ),
            (
                Sql::Postgres,
                &["a", "b"],
                r#"("a", "b") >= ($1, $2)"#,
                r#"("a", "b") < ($1, $2)"#,
            ),
            (Sql::MariaDb, &["a"], "`a` >= $1", "`a` < $1"),
            (
                Sql::MariaDb,
                &["a", "b"],
                "`a` >= $1 AND (`a` > $1 OR `a` = $1 AND `b` >= $2)",
                "`a` <= $1 AND (`a` < $1 OR `a` = $1 AND `b` < $2)",
            ),
        ] {
            let key: Vec<String> = key
                .iter()
                .map(|name| database.ident(name).to_string())
                .collect();
            assert_eq!(at_least(&key, database, value), from);
            assert_eq!(below(&key, database, value), to);
        }
    }
}
