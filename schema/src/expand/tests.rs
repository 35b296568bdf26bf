//! Snapshots of what the derive writes, as people would read it.

use crate::record::Flight;
use crate::{Database, Record, Sql, Template, parse};
use proc_macro2::TokenStream;
use syn::DeriveInput;

use super::{Refused, Source};

const USER: &str = r#"
    #[colmig(table = "users")]
    pub struct User {
        #[colmig(primary_key)]
        pub id: i64,
        pub first_name: String,
        #[colmig(backfill = "first_name", index)]
        pub display_name: String,
        pub bio: Option<String>,
    }
"#;

/// The record that `generate` writes for a struct.
fn record(source: &str, flight: impl FnMut(&str) -> Option<Flight>) -> Record {
    let input: DeriveInput = syn::parse_str(source).unwrap();
    let parsed = parse::model(&input).unwrap();
    Record::new(&parsed.model, &Sql::ALL.map(Database::from), flight)
}

fn expand(source: &str, found: Source) -> String {
    let tokens: TokenStream = source.parse().unwrap();
    let expanded = super::model(tokens, |_| found, super::lex);
    prettyplease::unparse(&syn::parse2(expanded).unwrap())
}

/// What a struct expands to when the newest migration holds it and it is finished.
fn finished(source: &str) -> String {
    expand(source, Source::Compared(record(source, |_| None)))
}

#[test]
fn plain() {
    insta::assert_snapshot!(finished(USER));
}

#[test]
fn in_flight() {
    let fallback: Template = "{first_name}".parse().unwrap();
    let record = record(USER, |column| {
        (column == "display_name").then(|| Flight {
            migration: "20261122064500_users_display_name".to_owned(),
            fingerprint: "ce3b3ad5a9b2d7b8".to_owned(),
            fallback: Sql::ALL
                .map(|database| (database.into(), fallback.clone()))
                .to_vec(),
            null_is_old: true,
            legacy: Vec::new(),
            in_rust: false,
            alike: false,
            leaves: false,
            alters: None,
        })
    });
    insta::assert_snapshot!(expand(USER, Source::Unchecked(Some(record))));
}

#[test]
fn sizes_that_were_and_may_be_widened() {
    let source = r#"
        #[colmig(table = "orders")]
        struct Order {
            #[colmig(primary_key)]
            id: i64,
            #[colmig(sql_type(postgres = "varchar(40)", sqlite = "TEXT"))]
            code: String,
            /// It was a `varchar(200)` once.
            note: String,
        }
    "#;
    let mut record = record(source, |_| None);
    record.widened.push("note".to_owned());
    insta::assert_snapshot!(expand(source, Source::Compared(record)));
}

#[test]
fn the_version_is_that_of_the_record() {
    let source = r#"
        #[colmig(collection = "people", schema_version = "version")]
        struct Person {
            #[serde(rename = "_id")]
            id: i64,
            name: String,
        }
    "#;
    let mut record = record(source, |_| None);
    record.version = Some(crate::record::RecordedVersion {
        field: "version".to_owned(),
        number: 3,
        raised: Vec::new(),
    });
    let expanded = expand(source, Source::Compared(record.clone()));
    let words: Vec<&str> = expanded.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("Some(( \"version\", 3, ))"), "{expanded}");
    // No field stands for it, and no migration holds it before one does.
    assert!(words.contains("fields id, name key id"), "{expanded}");
    record.columns.retain(|column| column.name != "version");
    record.version = None;
    let drifted = expand(source, Source::Compared(record));
    assert!(
        drifted.contains("the version `version` of `Person` is in no migration"),
        "{drifted}"
    );
    assert!(!drifted.contains("VERSION"), "{drifted}");
}

#[test]
fn composite_key() {
    insta::assert_snapshot!(finished(
        r#"
        #[colmig(table = "members", primary_key(team, person))]
        struct Member {
            team: String,
            person: i64,
            pub(crate) role: String,
        }
        "#
    ));
}

#[test]
fn raw_identifiers_and_reserved_words() {
    insta::assert_snapshot!(finished(
        r##"
        #[colmig(table = "order", rename_all = "SCREAMING_SNAKE_CASE")]
        pub struct r#Result {
            #[colmig(primary_key)]
            pub r#type: String,
            #[colmig(column = "say \"when\"")]
            pub r#match: Option<bool>,
        }
        "##
    ));
}

#[test]
fn types_that_the_runtime_does_not_know() {
    insta::assert_snapshot!(finished(
        r#"
        #[colmig(table = "orders")]
        struct Order {
            #[colmig(primary_key)]
            id: Uuid,
            note: Option<String>,
            #[colmig(sql_type = "text")]
            state: State,
        }
        "#
    ));
}

#[test]
fn more_fields_than_one_tuple_has() {
    let fields: String = (1..20).map(|number| format!("f{number}: i64,")).collect();
    let expanded = finished(&format!(
        "#[colmig(table = \"wide\")] struct Wide {{ #[colmig(primary_key)] id: i64, {fields} }}"
    ));
    let read = expanded.split("fn read").nth(1).unwrap();
    insta::assert_snapshot!(read);
}

#[test]
fn skipped_field() {
    insta::assert_snapshot!(finished(
        r#"
        #[colmig(table = "files", crate = "crate::db::colmig")]
        pub(crate) struct File {
            #[colmig(primary_key)]
            id: i64,
            #[colmig(skip)]
            handle: Option<std::fs::File>,
            name: String,
        }
        "#
    ));
}

#[test]
fn drifted() {
    let old = r#"
        #[colmig(table = "users", check = "id > 0")]
        struct User {
            #[colmig(primary_key)]
            id: i64,
            first_name: Option<String>,
            display_name: String,
            nickname: String,
        }
    "#;
    let flight = |column: &str| {
        (column == "display_name").then(|| Flight {
            migration: "20261122064500_users_display_name".to_owned(),
            fingerprint: "0000000000000000".to_owned(),
            fallback: Vec::new(),
            null_is_old: true,
            legacy: Vec::new(),
            in_rust: false,
            alike: false,
            leaves: false,
            alters: None,
        })
    };
    let new = r#"
        #[colmig(table = "users")]
        struct User {
            #[colmig(primary_key)]
            id: i64,
            first_name: String,
            #[colmig(backfill = "upper(first_name)")]
            display_name: String,
            age: i32,
        }
    "#;
    let expanded = expand(new, Source::Compared(record(old, flight)));
    // What follows the checks is as in the other snapshots.
    let checks = expanded
        .split("#[automatically_derived]")
        .next()
        .unwrap_or_default();
    insta::assert_snapshot!(checks);
}

#[test]
fn without_a_record_every_database_that_has_the_types() {
    let expanded = expand(
        r#"
        #[colmig(table = "prices")]
        struct Price {
            #[colmig(primary_key)]
            id: i64,
            amount: Decimal,
        }
        "#,
        Source::Unchecked(None),
    );
    assert!(expanded.contains("postgres_codec!(Decimal)"), "{expanded}");
    assert!(
        !expanded.to_lowercase().contains("sqlite"),
        "SQLite has no decimals: {expanded}"
    );
}

#[test]
fn no_record() {
    insta::assert_snapshot!(expand(USER, Source::Refused(Refused::Missing)));
}

#[test]
fn every_mistake_at_once_and_a_stand_in() {
    let expanded = expand(
        r#"
        #[colmig(tabel = "users")]
        pub struct User {
            pub id: u32,
            #[colmig(indx)]
            pub name: String,
        }
        "#,
        Source::Refused(Refused::Missing),
    );
    assert_eq!(expanded.matches("compile_error!").count(), 4, "{expanded}");
    assert!(
        expanded.contains("impl ::colmig::__private::Derived for User"),
        "{expanded}"
    );
    assert!(
        expanded.contains("type Key = ::colmig::__private::Unknown"),
        "{expanded}"
    );
}

#[test]
fn what_cannot_be_a_model_is_one_mistake() {
    for source in [
        "enum User { A }",
        "struct User;",
        "struct User(i64);",
        "union User { a: i64, b: f64 }",
    ] {
        let expanded = expand(source, Source::Refused(Refused::Missing));
        assert_eq!(expanded.matches("compile_error!").count(), 1, "{expanded}");
    }
}

#[test]
fn the_message_of_a_broken_record_names_the_file_and_the_line() {
    let broken = "colmig 1\ntable users\ncolum id 12\n"
        .parse::<Record>()
        .unwrap_err();
    let refused = Refused::Unreadable(format!("`colmig/users.model`, {broken}"));
    insta::assert_snapshot!(
        refused.of("User"),
        @"the record of `User` cannot be read: `colmig/users.model`, line 3: `colum` is not known; write the file anew with `cargo colmig generate`"
    );
}

const PERSON: &str = r##"
    #[colmig(collection = "people")]
    #[serde(rename_all = "camelCase")]
    pub struct Person {
        #[serde(rename = "_id")]
        pub id: ObjectId,
        pub first_name: String,
        #[serde(with = "dates::readable")]
        pub born: Date,
        #[colmig(backfill = r#"{"$toUpper": "$firstName"}"#)]
        pub display_name: String,
        #[serde(skip)]
        pub cached: u32,
    }
"##;

/// The record that `generate` writes for [`PERSON`].
fn person(flight: impl FnMut(&str) -> Option<Flight>) -> Record {
    let input: DeriveInput = syn::parse_str(PERSON).unwrap();
    let parsed = parse::model(&input).unwrap();
    Record::new(&parsed.model, &[Database::MongoDb], flight)
}

#[test]
fn collection() {
    let compared = Source::Compared(person(|_| None));
    insta::assert_snapshot!(expand(PERSON, compared));
}

#[test]
fn collection_in_flight() {
    let fallback: Template = r#"{{"$toUpper": "${firstName}"}}"#.parse().unwrap();
    let record = person(|column| {
        (column == "displayName").then(|| Flight {
            fallback: vec![(Database::MongoDb, fallback.clone())],
            ..Flight::out(column, "20261122064500_people_display_name", Vec::new())
        })
    });
    insta::assert_snapshot!(expand(PERSON, Source::Unchecked(Some(record))));
}

#[test]
fn collection_with_rules_in_rust() {
    const LUGGAGE: &str = r##"
        #[colmig(collection = "luggage")]
        #[serde(default = "Luggage::none")]
        pub struct Luggage {
            #[serde(rename = "_id")]
            pub id: i64,
            #[serde(default)]
            pub tags: Vec<String>,
            #[serde(default = "one", deserialize_with = "lenient")]
            pub rooms: i64,
            pub owner: Option<String>,
            #[serde(with = "cents")]
            #[colmig(replaces = "fee", up_fn = "fee::up", down_fn = "fee::down")]
            pub euros: f64,
            #[colmig(backfill_fn = "label(tags, rooms, owner)")]
            pub label: String,
        }
    "##;
    let input: DeriveInput = syn::parse_str(LUGGAGE).unwrap();
    let parsed = parse::model(&input).unwrap();
    let record = Record::new(&parsed.model, &[Database::MongoDb], |column| {
        matches!(column, "euros" | "label").then(|| Flight {
            in_rust: true,
            ..Flight::out(column, "20261122064500_luggage", Vec::new())
        })
    });
    insta::assert_snapshot!(expand(LUGGAGE, Source::Unchecked(Some(record))));
}

#[test]
fn collection_that_has_drifted() {
    let mut record = person(|_| None);
    record.columns.pop();
    insta::assert_snapshot!(expand(PERSON, Source::Compared(record)));
}

#[test]
fn stand_in_for_a_mistaken_collection() {
    let mistaken = PERSON.replace("backfill", "backfil");
    insta::assert_snapshot!(expand(&mistaken, Source::Refused(Refused::Missing)));
}
