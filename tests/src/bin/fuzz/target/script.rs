//! A phase's file of SQL.

use colmig_schema::script::Script;

use super::{Target, USUAL, names_line, text};
use crate::corpus;

pub(super) const TARGET: Target = Target {
    name: "script",
    corpus: || corpus::files(".sql", "-- colmig 1"),
    words: &[
        "-- colmig 1\n",
        "-- colmig 2\n",
        "-- migration: ",
        "-- phase: ",
        "-- database: ",
        "-- step: ",
        "-- lock: ",
        "-- safe: ",
        "-- alone:\n",
        "-- cleanup:\n",
        "-- backfill: ",
        "-- convert: ",
        "-- compare: ",
        "-- key: ",
        "-- statement: ",
        "-- revert:\n",
        "$colmig$",
        ";\n",
        "--   ",
    ],
    deep: &[
        ("", "(", ""),
        ("-- colmig 1\n", "-- step: a\n", ""),
        (
            "-- colmig 1\n-- migration: a\n-- phase: expand\n-- database: sqlite\n",
            "-- statement: a\n",
            "",
        ),
        (
            "-- colmig 1\n-- migration: a\n-- phase: expand\n-- database: sqlite\n-- step: a\n-- lock: a\n-- safe: a\n",
            "a;\n",
            "",
        ),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        if let Err(error) = text.parse::<Script>() {
            assert!(names_line(&error.to_string()), "{error}");
        }
    },
    stack: USUAL,
};
