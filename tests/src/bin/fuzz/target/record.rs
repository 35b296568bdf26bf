//! A model's record, which the derive reads.

use colmig_schema::Record;

use super::{Target, USUAL, names_line, text};
use crate::corpus;

pub(super) const TARGET: Target = Target {
    name: "record",
    corpus: || corpus::files(".model", "colmig"),
    words: &[
        "colmig 1\n",
        "colmig 2\n",
        "table ",
        "model ",
        "databases ",
        "shape ",
        "column ",
        "flight ",
        "rust ",
        "fallback ",
        "legacy ",
        "leaving ",
        "altered ",
        "constrained ",
        "filling ",
        "null-is-old",
        "always-filled",
        "postgres ",
        "sqlite ",
        "%",
        "%2",
        "%zz",
        "%c3%",
    ],
    deep: &[
        ("", "(", ""),
        ("colmig 1\ntable ", "%28", "\n"),
        ("colmig 1\n", "column a b\n", ""),
        (
            "colmig 1\ncolumn a b\nflight a b c null-is-old\nfallback a sqlite ",
            "{",
            "\n",
        ),
        (
            "colmig 1\ncolumn a b\nflight a b c null-is-old\n",
            "legacy a b sqlite 1\n",
            "",
        ),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        match text.parse::<Record>() {
            Ok(record) => {
                let again = record.to_string();
                assert_eq!(again.parse::<Record>().map(drop), Ok(()), "{again}");
            }
            Err(error) => assert!(names_line(&error.to_string()), "{error}"),
        }
    },
    stack: USUAL,
};
