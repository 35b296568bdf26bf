//! `lint`: SQL that people wrote, and queries with wildcards in the sources.

use std::path::Path;

use crate::project::{Ended, Project, user_with};

/// The SQL of the cases, each with what is found in it as a snapshot.
fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/lint");
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    cases.sort();
    cases
}

fn lint(name: &str, text: &str, more: &[&str]) -> Ended {
    let project = Project::bare("");
    project.write(name, text);
    project.colmig(&[&["lint", name], more].concat())
}

#[test]
fn every_case_is_judged() {
    let cases = cases();
    assert!(cases.len() >= 14, "{cases:?}");
    for (name, text) in cases {
        let ended = lint(&name, &text, &[]);
        let clean = ["no_transaction.sql", "ignored.sql", "drops.down.sql"];
        let code = i32::from(!clean.contains(&name.as_str()));
        insta::assert_snapshot!(
            format!("lint_{}", name.replace('.', "_")),
            ended.expect(code)
        );
    }
}

/// A fix that does not silence its rule is no fix.
#[test]
fn every_fix_silences_its_rule() {
    let mut tried = 0;
    for (name, text) in cases() {
        let found = lint(&name, &text, &["--format", "json"]).json();
        let findings = found["findings"].as_array().unwrap();
        let of_rule = |findings: &[serde_json::Value], rule: &str| {
            let same = findings.iter().filter(|finding| finding["rule"] == rule);
            same.count()
        };
        for finding in findings {
            let rule = finding["rule"].as_str().unwrap();
            let Some(edits) = finding["fix"]["edits"].as_array() else {
                continue;
            };
            let mut edits: Vec<_> = edits
                .iter()
                .map(|edit| {
                    let byte = |name: &str| usize::try_from(edit[name].as_u64().unwrap()).unwrap();
                    (byte("start")..byte("end"), edit["text"].as_str().unwrap())
                })
                .collect();
            // From the end, so that the bytes before stay where they are.
            edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
            let mut fixed = text.clone();
            for (span, text) in edits {
                fixed.replace_range(span, text);
            }
            let after = lint(&name, &fixed, &["--format", "json"]).json();
            let after = after["findings"].as_array().unwrap();
            assert_eq!(
                of_rule(after, "syntax-error"),
                of_rule(findings, "syntax-error"),
                "{fixed}"
            );
            assert!(
                of_rule(after, rule) < of_rule(findings, rule),
                "{name}: the fix of `{rule}` does not silence it:\n{fixed}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 5, "only {tried} fixes were tried");
}

/// A library that asks for whatever columns there are, in every way that is found.
const QUERIES: &str = r##"
use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite};

const ALL: &str = "SELECT * FROM users";

pub async fn queries(pool: &sqlx::SqlitePool, db: &colmig::Db, table: &str) -> sqlx::Result<()> {
    sqlx::query("SELECT * FROM users WHERE id = ?").bind(1).fetch_one(pool).await?;
    sqlx::query_as::<_, (i64,)>(ALL).fetch_one(pool).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(pool).await?;
    sqlx::query!("INSERT INTO users (first_name) VALUES (?) " + "RETURNING *", "Ada");
    sqlx::query(AssertSqlSafe(format!("SELECT t.* FROM {table} AS t"))).execute(pool).await?;
    let mut builder = QueryBuilder::<Sqlite>::new("SELECT u.* FROM users u WHERE ");
    builder.push(r#"id IN (SELECT * FROM "chosen")"#);
    User::query(db, "WHERE {id} IN (SELECT * FROM chosen) AND EXISTS (SELECT * FROM users)");
    sqlx::query_file!("queries/orders.sql");
    sqlx::query_as!(User, "SELECT id, first_name, last_name FROM users");
    // colmig-ignore: wildcard-query -- a tool that shows whatever there is
    sqlx::query(
        "SELECT * FROM users",
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    fn of_tests() {
        sqlx::query("SELECT * FROM users");
    }
}
"##;

#[test]
fn wildcards_in_sources_are_found() {
    let source = format!("{}{QUERIES}", user_with(""));
    let project = Project::bare(&source);
    project.write("queries/orders.sql", "SELECT *\nFROM orders\n");
    project.colmig(&["init", "--database", "sqlite"]).expect(0);
    project.colmig(&["generate"]).expect(0);
    insta::assert_snapshot!("lint_sources", project.colmig(&["lint"]).expect(1));
    let found = project
        .colmig(&["lint", "--format", "json"])
        .expect(1)
        .json();
    insta::assert_snapshot!(
        "lint_sources_json",
        serde_json::to_string_pretty(&found).unwrap()
    );
    let allowed = project.colmig(&["lint", "--allow", "wildcard-query"]);
    insta::assert_snapshot!("lint_sources_allowed", allowed.expect(0));
}

#[test]
fn a_project_is_judged_as_a_whole() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write("src/lib.rs", &user_with("    pub nick: Option<String>,"));
    project.colmig(&["generate"]).expect(0);
    // colmig's own are judged too, and nothing is found.
    insta::assert_snapshot!("lint_clean", project.colmig(&["lint"]).expect(0));
    project.write(
        "migrations/1_users.up.sql",
        "ALTER TABLE users DROP COLUMN nick;\n",
    );
    project.write(
        "migrations/sqlite/1_users.sql",
        "ALTER TABLE users DROP COLUMN nick;\nCREATE VIEW u AS SELECT * FROM users;\n",
    );
    insta::assert_snapshot!("lint_project", project.colmig(&["lint"]).expect(1));
}

#[test]
fn a_command_line_that_cannot_be_meant() {
    let project = Project::bare("");
    project.write("notes.txt", "");
    project.write("broken.rs", "fn f( {");
    for (name, arguments) in [
        ("lint_no_file", vec!["lint", "nothing.sql"]),
        ("lint_no_sql", vec!["lint", "notes.txt"]),
        ("lint_no_rust", vec!["lint", "broken.rs"]),
        ("lint_no_project", vec!["lint"]),
        (
            "lint_no_rule",
            vec!["lint", "--allow", "ban-drop-colum", "notes.sql"],
        ),
    ] {
        insta::assert_snapshot!(name, project.colmig(&arguments).expect(2));
    }
}

#[test]
fn a_megabyte_of_brackets_is_refused_at_once() {
    for text in ["(", "not ", "- ", "case when ", "/*", "'", "$$"] {
        let ended = lint("deep.sql", &text.repeat((1 << 20) / text.len()), &[]);
        let ended = ended.expect(1);
        assert!(ended.stderr.contains("syntax-error"), "{text}");
    }
}
