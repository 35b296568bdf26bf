//! What is an expression, and what is told of one that is none.

use super::*;

const COLUMNS: [&str; 3] = ["first_name", "last_name", "Größe"];

fn read(text: &str) -> Result<Expression, BadExpression> {
    expression(text, &COLUMNS, Sql::Postgres)
}

#[test]
fn columns_are_marked_and_nothing_else_is_touched() {
    let read = read("first_name || ' first_name ' || upper(Last_Name) || \"Größe\"::text").unwrap();
    assert_eq!(
        read.template.to_string(),
        "{first_name} || ' first_name ' || upper({last_name}) || {Größe}::text"
    );
    assert!(!read.literal);
}

#[test]
fn literals_are_told_from_expressions() {
    for text in ["'a'", "-1.5", "true", "NULL", "'{}'::jsonb"] {
        assert!(read(text).unwrap().literal, "{text}");
    }
    assert_eq!(read("now()").unwrap().volatile.as_deref(), Some("now"));
    assert_eq!(
        read("current_timestamp").unwrap().volatile.as_deref(),
        Some("current_timestamp")
    );
    assert_eq!(
        expression("datetime('now')", &COLUMNS, Sql::Sqlite)
            .unwrap()
            .volatile
            .as_deref(),
        Some("datetime")
    );
}

#[test]
fn what_may_fail_for_a_value_is_told_from_what_never_does() {
    for text in [
        "first_name || ' ' || upper(last_name)",
        "CASE WHEN first_name = '' THEN NULL ELSE trim(first_name) END",
        "coalesce(first_name, 'a')",
    ] {
        assert!(!read(text).unwrap().may_fail, "{text}");
    }
    for text in [
        "CAST(first_name AS integer)",
        "first_name::date",
        "1 / length(first_name)",
        "to_date(first_name, 'YYYY')",
        "length(first_name) + 1",
    ] {
        assert!(read(text).unwrap().may_fail, "{text}");
    }
    assert!(read("CAST(first_name AS integer)").unwrap().bare_cast);
    let guarded = "CASE WHEN first_name ~ '^[0-9]$' THEN CAST(first_name AS integer) END";
    assert!(!read(guarded).unwrap().bare_cast);
}

#[test]
fn a_mistake_is_named_with_its_position() {
    for (text, position, reason) in [
        (
            "first_nam || ''",
            Some((1, 1)),
            "did you mean `first_name`?",
        ),
        ("first_name ||", Some((1, 14)), "no SQL expression"),
        ("first_name || '' last_name", Some((1, 18)), "ends before"),
        ("(SELECT 1)", Some((1, 2)), "sub-query"),
        ("users.first_name", Some((1, 1)), "without a table"),
        ("$1", Some((1, 1)), "parameter"),
        ("first_name -- it", Some((1, 12)), "comment"),
        ("größe", Some((1, 1)), "in quotes"),
        ("'open", Some((1, 1)), "nterminated"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.reason.contains(reason), "{text}: {error}");
        assert_eq!(error.position, position, "{text}: {error}");
    }
}

#[test]
fn texts_are_joined_by_a_function_where_the_operator_depends_on_a_setting() {
    let read = |text: &str| expression(text, &COLUMNS, Sql::MariaDb);
    for (text, template) in [
        (
            "first_name || ' ' || last_name",
            "CONCAT({first_name}, ' ', {last_name})",
        ),
        (
            "upper(first_name || 'it\\'s \\\\') || (last_name || '!')",
            "CONCAT(upper(CONCAT({first_name}, 'it\\'s \\\\')), (CONCAT({last_name}, '!')))",
        ),
        ("`Größe` + 1", "{Größe} + 1"),
        (
            "first_name = 'a' OR last_name = 'b'",
            "{first_name} = 'a' OR {last_name} = 'b'",
        ),
    ] {
        assert_eq!(read(text).unwrap().template.to_string(), template);
    }
    assert!(!read("first_name || 'x'").unwrap().may_fail);
    let refused = read("first_name || \" \"").unwrap_err();
    assert!(refused.reason.contains("backticks"), "{refused}");
    assert_eq!(refused.position, Some((1, 15)));
    let unknown = read("first_name || middle").unwrap_err();
    assert_eq!(unknown.position, Some((1, 15)));
}
