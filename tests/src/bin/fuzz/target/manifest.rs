//! `migration.toml`.

use colmig_schema::migration::{BadManifest, Manifest};

use super::{Target, USUAL, names_line, text};
use crate::corpus;

pub(super) const TARGET: Target = Target {
    name: "manifest",
    corpus: || corpus::files("/migration.toml", "version"),
    words: &[
        "version = 1\n",
        "version = 2\n",
        "id = ",
        "parent = ",
        "[[change]]\n",
        "[sha256]\n",
        "kind = ",
        "table = ",
        "columns = ",
        "replaces = ",
        "drops = ",
        "constrains = ",
        "uncovered = true\n",
        "summary = ",
        "\"\"\"",
        "'''",
        "[[",
        "]]",
    ],
    deep: &[
        ("version = ", "[", ""),
        ("version = 1\nid = ", "{a=", ""),
        ("", "[", ""),
        ("", "(", ""),
        ("", "a.", "b = 1"),
        ("[", "a.", "b]"),
        ("version = 1\nid = \"", "\\u0041", "\""),
        ("", "[[change]]\n", ""),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        match Manifest::parse(text) {
            Ok(manifest) => {
                let again = manifest.to_toml().unwrap_or_default();
                assert_eq!(Manifest::parse(&again), Ok(manifest), "{again}");
            }
            Err(BadManifest::Version(_)) => {}
            Err(error) => {
                let message = error.to_string();
                assert!(names_line(&message), "no line is named: {message}");
            }
        }
    },
    stack: USUAL,
};
