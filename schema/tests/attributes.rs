//! The docs' page on attributes: its table of types is written from the code, and it has
//! a line for each attribute. `UPDATE_DOCS=1 cargo test -p colmig-schema --all-features`
//! writes the table anew.

#![cfg(feature = "parse")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use colmig_schema::Sql;
use colmig_schema::model::ColumnType;
use colmig_schema::parse::{IN_INDEX, IN_INDEX_PART, ON_FIELD, ON_STRUCT};

const BEGIN: &str =
    "<!-- Written from the code: `UPDATE_DOCS=1 cargo test -p colmig-schema --all-features` -->\n";
const END: &str = "<!-- end -->\n";

fn page() -> (PathBuf, String) {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/attributes.md"
    ));
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

fn table() -> String {
    let mut table = String::from("| Rust |");
    for database in Sql::ALL {
        let _ = write!(table, " {} |", database.title());
    }
    table.push_str("\n| --- |");
    table.push_str(&" --- |".repeat(Sql::ALL.len()));
    for ty in ColumnType::NAMED {
        let rust = ty.rust().replace(", ", "`, `");
        let _ = write!(table, "\n| `{rust}` |");
        for database in Sql::ALL {
            let _ = match ty.sql(database) {
                Some(sql) => write!(table, " `{sql}` |"),
                None => write!(table, " none |"),
            };
        }
    }
    table.push('\n');
    table
}

#[test]
fn the_table_of_types_is_what_the_code_does() {
    let (path, text) = page();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let written = format!("{before}{BEGIN}{}{END}{after}", table());
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, written).unwrap();
        return;
    }
    assert_eq!(
        text, written,
        "docs/attributes.md is not what the code does; run this with UPDATE_DOCS=1"
    );
}

#[test]
fn every_attribute_has_a_line() {
    let (_, text) = page();
    let section = |heading: &str| {
        let (_, rest) = text.split_once(heading).unwrap();
        rest.split("\n## ").next().unwrap().to_owned()
    };
    for (heading, words) in [
        ("## On the struct", &ON_STRUCT[..]),
        ("## On a field", &ON_FIELD[..]),
        ("## In an index", &IN_INDEX[..]),
        ("## In an index", &IN_INDEX_PART[..]),
    ] {
        let section = section(heading);
        for word in words {
            assert!(
                section.lines().any(|line| line
                    .strip_prefix("| `")
                    .and_then(|line| line.strip_prefix(word))
                    .is_some_and(|rest| rest.starts_with([' ', '(', '`']))),
                "no line for `{word}` in `{heading}`"
            );
        }
    }
}
