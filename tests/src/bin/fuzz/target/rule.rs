//! Rules in SQL, and SQL with wildcards in it.

use colmig_schema::{Sql, sql};

use super::{STACK, Target, text};

pub(super) const TARGET: Target = Target {
    name: "rule",
    corpus: || {
        let texts = [
            "first_name || ' ' || last_name",
            "CASE WHEN id > 10 THEN lower(first_name) ELSE NULL END",
            "coalesce(nullif(trim(first_name), ''), last_name)::text",
            "id * 2 + 1 BETWEEN 3 AND (4 - -5)",
            "SELECT u.*, count(*) FROM users AS u JOIN orders o USING (id) WHERE u.id IN (SELECT * FROM chosen)",
            "WITH a AS (SELECT * FROM b), c AS (DELETE FROM d RETURNING *) SELECT a.* FROM a, c; SELECT 1",
            "INSERT INTO users (id) VALUES ($1, ?) ON CONFLICT DO NOTHING RETURNING *",
            "WHERE {first_name} LIKE 'a%' AND EXISTS (SELECT * FROM {} WHERE id = {id})",
        ];
        texts.map(|text| text.as_bytes().to_vec()).to_vec()
    },
    words: &[
        "SELECT ",
        "* ",
        "FROM ",
        "users",
        "first_name",
        "WITH ",
        "AS ",
        "RETURNING *",
        "EXISTS (",
        "CASE WHEN ",
        "END",
        "NOT ",
        "::",
        "$$",
        "$a$",
        "'",
        "E'",
        "--",
        "/*",
        "*/",
        "{",
        "}",
        "(SELECT ",
        "now()",
        "?",
        "$1",
        "BETWEEN ",
        "IN (",
    ],
    deep: &[
        ("", "(", ""),
        ("", "not ", "id"),
        ("", "- ", "id"),
        ("", "id + ", "id"),
        ("", "id AND ", "id"),
        ("", "CASE WHEN ", ""),
        ("SELECT * FROM ", "(SELECT * FROM ", ""),
        ("SELECT *, ", "*, ", "* FROM a"),
        ("", "SELECT * FROM a;", ""),
        ("", "SELECT a.* FROM a b, ", ""),
        ("", "/*", ""),
        ("", "{", ""),
        ("'", "''", ""),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        for database in Sql::ALL {
            let columns = ["id", "first_name", "last_name"];
            match sql::expression(text, &columns, database) {
                Ok(read) => {
                    let template = read.template.to_string();
                    assert_eq!(template.parse(), Ok(read.template), "{template}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
            for wildcard in sql::wildcards(text, database) {
                let found = text.get(wildcard.span.clone());
                assert!(
                    found.is_some_and(|found| found.ends_with('*')),
                    "{:?} is {found:?} in {text:?}",
                    wildcard.span
                );
            }
        }
    },
    stack: STACK,
};
