//! What libraries read, cut short at every byte: read or refused with its line, and no panic.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;

use colmig_schema::migration::Manifest;
use colmig_schema::script::Script;
use colmig_schema::snapshot::Snapshot;
use colmig_schema::{Record, parse};
use proc_macro2::TokenStream;

/// Every beginning of a file of this repository's tests.
fn beginnings(path: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).unwrap();
    let ends = (0..text.len()).filter(|end| text.is_char_boundary(*end));
    ends.map(|end| text[..end].to_owned()).collect()
}

/// How many were refused. Each message names a line.
fn refused<E: std::fmt::Display>(path: &str, read: impl Fn(&str) -> Result<(), E>) -> usize {
    let mut refused = 0;
    for text in beginnings(path) {
        if let Err(error) = read(&text) {
            let message = error.to_string();
            assert!(message.contains("line "), "{path}: {message}");
            refused += 1;
        }
    }
    assert!(refused > 0, "{path}: what is cut short is taken for whole");
    refused
}

#[test]
fn a_manifest() {
    refused("migrations/20260102000000_profile/migration.toml", |text| {
        Manifest::parse(text).map(drop)
    });
}

#[test]
fn a_snapshot() {
    let path = "migrations/schema.json";
    let refused = refused(path, |text| Snapshot::parse(text).map(drop));
    // All but the one without the last line feed.
    assert_eq!(refused, beginnings(path).len() - 1);
}

#[test]
fn a_record() {
    refused("colmig/users.model", |text| {
        text.parse::<Record>().map(drop)
    });
}

#[test]
fn a_script() {
    for phase in ["1_expand", "3_backfill", "4_constrain"] {
        let path = format!("migrations/20260102000000_profile/sqlite/{phase}.sql");
        refused(&path, |text| text.parse::<Script>().map(drop));
    }
}

#[test]
fn a_struct() {
    for text in beginnings("src/model.rs") {
        let tokens = text.parse::<TokenStream>();
        let Some(file) = tokens
            .ok()
            .and_then(|tokens| syn::parse2::<syn::File>(tokens).ok())
        else {
            continue;
        };
        for item in file.items {
            if let syn::Item::Struct(item) = item
                && parse::is_model(&item.attrs)
            {
                let _ = parse::model(&syn::DeriveInput::from(item));
            }
        }
    }
}
