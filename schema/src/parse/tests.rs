//! What is read. What is refused stands, with its messages, in `tests/ui/fail`.

use syn::{DeriveInput, ItemStruct, parse_quote};

use super::*;
use crate::Sql;
use crate::model::{ColumnType, Dialected};

fn read(input: &DeriveInput) -> Model {
    model(input).unwrap().model
}

#[test]
fn every_type_of_the_docs_table() {
    for ty in ColumnType::NAMED {
        // `DateTime<Tz>` and `Json<T>` stand in the table for all of their kind.
        for rust in ty.rust().split(", ") {
            let rust: Type = syn::parse_str(rust).unwrap();
            for field in [
                rust.clone(),
                parse_quote!(Option<#rust>),
                parse_quote!(::core::option::Option<(#rust)>),
            ] {
                let model = read(&parse_quote! {
                    #[colmig(table = "t")]
                    struct T {
                        #[colmig(primary_key)]
                        id: i64,
                        field: #field,
                    }
                });
                assert_eq!(model.columns[1].ty, ty, "{}", quote::quote!(#field));
                assert_eq!(model.columns[1].nullable, types::optional(&field).is_some());
            }
        }
    }
}

#[test]
fn sql_type_has_the_last_word() {
    let model = read(&parse_quote! {
        #[colmig(table = "t")]
        struct T {
            #[colmig(primary_key, sql_type = "smallint")]
            id: u8,
            #[colmig(sql_type(postgres = "citext", sqlite = "TEXT"))]
            name: Option<String>,
        }
    });
    let [id, name] = &model.columns[..] else {
        panic!("{model:?}")
    };
    assert_eq!(
        id.ty,
        ColumnType::Custom(Dialected::Same("smallint".to_owned()))
    );
    assert_eq!(name.ty.sql(Sql::Postgres), Some("citext"));
    assert_eq!(name.ty.sql(Sql::Sqlite), Some("TEXT"));
    assert!(name.nullable);
}

#[test]
fn every_attribute() {
    let model = read(&parse_quote! {
        #[colmig(table = "users", rename_all = "camelCase", index(first_name, r#type), unique(email, org))]
        #[colmig(check = "age < 200")]
        #[colmig(check(postgres = "true", sqlite = "1"))]
        pub struct User {
            #[colmig(primary_key, column = "ID")]
            id: i64,
            first_name: String,
            r#type: i16,
            #[colmig(sql_type = "citext", unique)]
            email: String,
            #[colmig(default = "0", check = "age >= 0")]
            age: i32,
            #[colmig(references = " orgs ( id ) ")]
            org: Option<i64>,
            #[colmig(backfill = "first_name", index)]
            display_name: String,
            #[colmig(renamed_from = "mail")]
            post: String,
            #[colmig(replaces("a", "b"), up = "a + b", down(a = "c", b = "0"))]
            sum: f64,
            #[colmig(skip)]
            online: bool,
        }
    });
    insta::assert_debug_snapshot!(model);
}

#[test]
fn the_way_back_to_each_of_several_columns_may_differ_by_database() {
    let model = read(&parse_quote! {
        #[colmig(table = "t")]
        struct T {
            #[colmig(primary_key)]
            id: i64,
            #[colmig(
                replaces("a", "b"),
                up = "a + b",
                down(a(postgres = "sum / 2", sqlite = "sum >> 1"), b = "0")
            )]
            sum: i64,
        }
    });
    let said = format!("{:?}", model.columns[1].transition);
    for part in ["sum / 2", "sum >> 1", "Same(\"0\")"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn columns_follow_from_fields_as_with_serde_and_sqlx() {
    for (style, column) in [
        ("lowercase", "given_name"),
        ("UPPERCASE", "GIVEN_NAME"),
        ("PascalCase", "GivenName"),
        ("camelCase", "givenName"),
        ("snake_case", "given_name"),
        ("SCREAMING_SNAKE_CASE", "GIVEN_NAME"),
        ("kebab-case", "given-name"),
    ] {
        let model = read(&parse_quote! {
            #[colmig(table = "t", rename_all = #style)]
            struct T {
                #[colmig(primary_key)]
                given_name: String,
            }
        });
        assert_eq!(model.columns[0].name, column, "{style}");
        assert_eq!(model.columns[0].field, "given_name");
    }
}

#[test]
fn a_composite_key_stands_on_the_struct() {
    let model = read(&parse_quote! {
        #[colmig(table = "members", primary_key(team, r#person))]
        struct Member {
            team: i64,
            since: i32,
            person: i64,
        }
    });
    let key: Vec<&str> = model.key().map(|column| column.name.as_str()).collect();
    assert_eq!(key, ["team", "person"]);
}

#[test]
fn fields_know_their_columns_and_whether_the_runtime_knows_their_types() {
    let parsed = model(&parse_quote! {
        #[colmig(table = "t")]
        pub struct T {
            #[colmig(skip)]
            cache: String,
            #[colmig(primary_key)]
            id: i64,
            r#type: String,
            #[colmig(sql_type = "inet")]
            address: Option<IpAddr>,
        }
    })
    .unwrap();
    let fields: Vec<_> = parsed
        .fields
        .iter()
        .map(|field| (field.ident.to_string(), field.column, field.known))
        .collect();
    assert_eq!(
        fields,
        [
            ("cache".to_owned(), None, false),
            ("id".to_owned(), Some(0), true),
            ("r#type".to_owned(), Some(1), true),
            ("address".to_owned(), Some(2), false),
        ]
    );
    assert_eq!(parsed.stored().count(), 3);
}

#[test]
fn attributes_inside_of_cfg_attr_count() {
    let item: ItemStruct = parse_quote! {
        #[cfg_attr(all(feature = "db", not(test)), derive(Clone, colmig::Model), colmig(table = "t"))]
        struct T {
            #[cfg_attr(feature = "db", colmig(primary_key))]
            id: i64,
        }
    };
    assert!(is_model(&item.attrs));
    assert_eq!(read(&item.into()).table, "t");
}

#[test]
fn other_structs_are_not_models() {
    let is = |item: ItemStruct| is_model(&item.attrs);
    assert!(is(
        parse_quote! { #[derive(Debug, Model)] #[colmig(table = "t")] struct T; }
    ));
    assert!(is(
        parse_quote! { #[colmig(table = "t")] #[derive(::colmig::Model)] struct T; }
    ));
    // Without a table it is a model all the same, and a mistaken one.
    assert!(is(parse_quote! { #[derive(colmig::Model)] struct T; }));
    assert!(!is(parse_quote! { #[derive(other::Model)] struct T; }));
    assert!(!is(parse_quote! { #[colmig(table = "t")] struct T; }));
    assert!(!is(
        parse_quote! { #[derive(Debug)] #[doc = "colmig"] struct T; }
    ));
}

#[test]
fn what_can_be_known_comes_back_beside_the_mistakes() {
    let (parsed, mistakes) = partial_model(&parse_quote! {
        #[colmig(tabel = "people")]
        struct User {
            #[colmig(primary_key)]
            id: i64,
            name: Strang,
        }
    });
    let messages: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "unknown attribute `tabel`: did you mean `table`?",
            "cannot tell the column type of `Strang`: name it with #[colmig(sql_type = \"...\")]",
        ]
    );
    let parsed = parsed.unwrap();
    assert_eq!(parsed.model.table, "users");
    assert_eq!(parsed.fields.len(), 2);
}
