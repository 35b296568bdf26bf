use super::wildcards;
use crate::Sql;

/// What is found, as the text of each and its tables.
fn found(text: &str) -> Vec<String> {
    let found = wildcards(text, Sql::Postgres);
    let shown = found.iter().map(|wildcard| {
        let what = &text[wildcard.span.clone()];
        format!("{} {what}: {}", wildcard.clause, wildcard.tables.join(" "))
    });
    shown.collect()
}

#[test]
fn a_wildcard_over_a_table_is_found() {
    for (text, expected) in [
        ("SELECT * FROM users", vec!["SELECT *: users"]),
        (
            "select u.*, 1 from app.users as u",
            vec!["SELECT u.*: users"],
        ),
        (
            "SELECT a.*, o.id FROM users a JOIN orders o USING (id)",
            vec!["SELECT a.*: users"],
        ),
        (
            "SELECT * FROM users, orders",
            vec!["SELECT *: users orders"],
        ),
        (
            "SELECT DISTINCT ON (id) * FROM users",
            vec!["SELECT *: users"],
        ),
        (
            "INSERT INTO users (id) VALUES ($1) RETURNING *",
            vec!["RETURNING *: users"],
        ),
        (
            "UPDATE users SET id = 1 RETURNING users.*",
            vec!["RETURNING users.*: users"],
        ),
        ("DELETE FROM users RETURNING *", vec!["RETURNING *: users"]),
        (
            "WITH old AS (SELECT * FROM users) SELECT * FROM old",
            vec!["SELECT *: users"],
        ),
        (
            "SELECT id FROM a WHERE id IN (SELECT * FROM b)",
            vec!["SELECT *: b"],
        ),
        (
            "SELECT 1; SELECT * FROM ö; SELECT * FROM b",
            vec!["SELECT *: ö", "SELECT *: b"],
        ),
        (
            "SELECT id FROM a UNION SELECT * FROM b",
            vec!["SELECT *: b"],
        ),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn what_lists_its_columns_or_has_none_is_not() {
    for text in [
        "SELECT count(*) FROM users",
        "SELECT count( * ), a * b, 2 * c FROM users",
        "SELECT * FROM (SELECT id FROM users) found",
        "WITH found AS (SELECT id FROM users) SELECT * FROM found",
        "WITH found AS (SELECT id FROM users) SELECT f.* FROM found f",
        "SELECT * FROM unnest($1::int[])",
        "SELECT * FROM generate_series(1, 3) AS n",
        "SELECT EXISTS (SELECT * FROM users WHERE id = $1)",
        "SELECT '*', \"*\" FROM users -- SELECT * FROM users",
        "WHERE {price} * 2 > 10 ORDER BY {id}",
        "price * (SELECT count(*) FROM users)",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn pieces_and_templates_are_judged_by_their_tokens() {
    for (text, expected) in [
        ("SELECT * FROM {} WHERE {} = ?", vec!["SELECT *: __"]),
        ("SELECT * FROM users WHERE", vec!["SELECT *: users"]),
        (
            "SELECT u.* FROM users AS u WHERE u.id = ",
            vec!["SELECT u.*: users"],
        ),
        (
            "SELECT id, * FROM users WHERE name = '",
            vec!["SELECT *: users"],
        ),
        (
            "WHERE {id} IN (SELECT * FROM chosen)",
            vec!["SELECT *: chosen"],
        ),
        (" RETURNING *", vec!["RETURNING *: "]),
        ("WHERE EXISTS (SELECT * FROM users WHERE {id} = 1", vec![]),
        ("WHERE x = (SELECT count(*) FROM users", vec![]),
        ("SELECT * FROM (SELECT a FROM b WHERE ) x AND", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn text_of_any_length_and_depth_ends() {
    for text in [
        "(".repeat(1 << 16),
        "*,".repeat(1 << 15),
        "SELECT *,".repeat(1 << 13),
        format!("SELECT * FROM a WHERE {}", "1+".repeat(1 << 15)),
        format!("SELECT {} * FROM a", "(".repeat(1 << 15)),
        "{".repeat(1 << 16),
    ] {
        let found = wildcards(&text, Sql::Sqlite);
        assert!(found.len() <= text.len());
    }
}
