//! Structs with attributes, as the command and the derive read them.

use std::collections::{BTreeMap, BTreeSet};

use colmig_schema::diff::{Diff, Told, diff};
use colmig_schema::expand::{self, Source};
use colmig_schema::snapshot::Snapshot;
use colmig_schema::{Database, parse, plan};
use proc_macro2::TokenStream;
use quote::ToTokens as _;

use super::{STACK, Target, text};
use crate::corpus;

pub(super) const TARGET: Target = Target {
    name: "attributes",
    corpus: || corpus::files(".rs", "#[colmig(table"),
    words: &[
        "#[derive(colmig::Model)]\n",
        "#[colmig(",
        "table = \"a\"",
        "primary_key",
        "column = ",
        "default = ",
        "backfill = ",
        "backfill_fn = ",
        "index",
        "unique",
        "check = ",
        "references = ",
        "renamed_from = ",
        "replaces = ",
        "replaces(",
        "up = ",
        "down = ",
        "up_fn = ",
        "down_fn = ",
        "skip",
        "sql_type = ",
        "rename_all = ",
        "postgres = ",
        "Option<",
        "Vec<u8>",
        "\"a ||\"",
        "\"now()\"",
        "\"(\"",
        "r#\"a\"#",
        "r#type",
        "'a",
        "pub ",
        "i64",
        "String,",
        "#[cfg(test)]\n",
    ],
    deep: &[
        ("", "(", ""),
        ("", "()", ""),
        ("#[derive(colmig::Model)] #[colmig(", "(", ")] struct A;"),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"",
            "(",
            "\")] struct A { #[colmig(primary_key)] a: i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { #[colmig(primary_key)] a: i64, #[colmig(default = \"",
            "(",
            "\")] b: i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { #[colmig(primary_key)] a: i64, #[colmig(default = \"",
            "1+",
            "1\")] b: i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { #[colmig(primary_key)] a: i64, #[colmig(check = \"",
            "not ",
            "b\")] b: i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { a: ",
            "&",
            "i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { a: ",
            "Option<",
            "i64 }",
        ),
        (
            "#[derive(colmig::Model)] #[colmig(table = \"a\")] struct A { a: [u8; ",
            "!",
            "1] }",
        ),
        ("fn f() { ", "if a {} else ", "{} }"),
        ("fn f() { ", "a.b().", "c }"),
        ("fn f() { ", "1 + ", "1 }"),
        ("fn f() { ", "|a| ", "1 }"),
        ("", "/*", ""),
        ("", "mod a {", ""),
    ],
    run: |bytes| {
        let Some(text) = text(bytes) else { return };
        let Ok(tokens) = text.parse::<TokenStream>() else {
            return;
        };
        if parse::check_depth(&tokens).is_err() {
            return;
        }
        let Ok(file) = syn::parse2::<syn::File>(tokens) else {
            return;
        };
        for item in file.items {
            let syn::Item::Struct(item) = item else {
                continue;
            };
            let tokens = item.to_token_stream();
            if parse::is_model(&item.attrs)
                && let Ok(parsed) = parse::model(&syn::DeriveInput::from(item))
            {
                migrate(&parsed.model);
            }
            let _ = expand::model(tokens, |_| Source::Unchecked(None), expand::lex);
        }
    },
    stack: STACK,
};

/// What `generate` does with a new model.
fn migrate(model: &colmig_schema::Model) {
    let told = Told {
        triggers: true,
        dropped: BTreeSet::new(),
        tables: BTreeSet::new(),
    };
    let models = BTreeMap::from([(model.table.clone(), model.clone())]);
    let Diff { changes, .. } = diff(&Snapshot::default(), &models, &told);
    for database in Database::ALL {
        let name = plan::name("20260101000000", &changes, None);
        let _ = plan::plan(&name, None, &changes, &[database]);
    }
}
