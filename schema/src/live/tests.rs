//! Structs that are printed and read again are as their tables are; and each difference, with
//! what settles it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use super::*;
use crate::Model;

fn column(name: &str, ty: &str) -> Column {
    Column {
        name: name.to_owned(),
        ty: ty.to_owned(),
        nullable: false,
        default: None,
        filled: Filled::ByWriter,
        collation: None,
    }
}

fn index(name: &str, columns: &[&str], unique: bool) -> Index {
    Index {
        name: name.to_owned(),
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
        unique,
        constraint: false,
        valid: true,
        plain: true,
        definition: format!("CREATE INDEX {name}"),
    }
}

/// `users` as somebody has made it by hand.
fn users() -> Table {
    let nullable = |column: Column| Column {
        nullable: true,
        ..column
    };
    let defaulted = |column: Column, default: &str| Column {
        default: Some(default.to_owned()),
        ..column
    };
    Table {
        name: "users".to_owned(),
        kind: TableKind::Table,
        collation: None,
        columns: vec![
            Column {
                filled: Filled::Sequence,
                ..column("id", "bigint")
            },
            column("tenant", "uuid"),
            nullable(column("E-Mail", "citext")),
            defaulted(
                column("plan", "character varying(20)"),
                "'free'::character varying",
            ),
            defaulted(column("visits", "integer"), "0"),
            column("type", "mood"),
            defaulted(column("seen", "timestamp with time zone"), "now()"),
            nullable(column("price", "numeric(10,2)")),
            nullable(column("größe", "double precision")),
            Column {
                filled: Filled::Generated("lower(plan)".to_owned()),
                ..column("low", "text")
            },
        ],
        key: vec!["id".to_owned()],
        indexes: vec![
            index("users_email", &["E-Mail"], true),
            index("users_plan_visits", &["plan", "visits"], false),
            Index {
                plain: false,
                ..index("users_partial", &["plan"], false)
            },
        ],
        checks: vec![Check {
            name: "users_visits_check".to_owned(),
            condition: "(visits >= 0)".to_owned(),
            again: None,
            valid: true,
        }],
        references: vec![Reference {
            name: "users_tenant_fkey".to_owned(),
            columns: vec!["tenant".to_owned()],
            table: "tenants".to_owned(),
            targets: vec!["id".to_owned()],
            actions: String::new(),
            valid: true,
        }],
        others: Vec::new(),
    }
}

fn schema(table: Table) -> Schema {
    Schema {
        database: Sql::Postgres,
        name: "public".to_owned(),
        tables: vec![table],
        elsewhere: vec![("billing".to_owned(), "invoices".to_owned())],
        enums: vec![Enum {
            name: "mood".to_owned(),
            values: vec!["happy".to_owned(), "so so".to_owned()],
        }],
        remembered: Vec::new(),
    }
}

/// The models of a source.
fn models(source: &str) -> Vec<Model> {
    let file: syn::File = syn::parse_str(source).unwrap();
    let structs = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(item.into()),
        _ => None,
    });
    structs
        .map(|item| crate::parse::model(&item).unwrap().model)
        .collect()
}

/// What a model that says the same as the table gets back from the database: the words that
/// are compared, and nothing else.
fn same_words(table: &Table) -> Result<Table, String> {
    Ok(table.clone())
}

fn lines(found: &[Difference]) -> String {
    let line = |difference: &Difference| {
        format!(
            "{:?} [{}] {}\n    {}\n",
            difference.weight,
            difference.id,
            difference.what,
            difference.remedy()
        )
    };
    found.iter().map(line).collect()
}

fn differences(source: &str, table: Table, said: Table) -> String {
    let model = &models(source)[0];
    let databases = [Sql::Postgres];
    lines(&compare(
        model,
        &schema(table),
        &Ok(said),
        &databases,
        Crates::default(),
    ))
}

#[test]
fn a_printed_struct_is_as_its_table_is() {
    let schema = schema(users());
    let tables: Vec<&Table> = schema.own_tables().collect();
    let text = structs(&schema, &tables, &[Sql::Postgres], Crates::default());
    insta::assert_snapshot!("printed", text);
    let model = &models(&text)[0];
    let said = same_words(&schema.tables[0]);
    let found = compare(model, &schema, &said, &[Sql::Postgres], Crates::default());
    let in_the_way: Vec<Difference> = found
        .into_iter()
        .filter(|difference| difference.weight != Weight::Note)
        .collect();
    assert_eq!(lines(&in_the_way), "");
}

#[test]
fn a_printed_struct_says_its_types_to_each_database_of_the_project() {
    let schema = schema(users());
    let tables: Vec<&Table> = schema.own_tables().collect();
    let crates = Crates {
        time: true,
        bigdecimal: true,
    };
    let text = structs(&schema, &tables, &Sql::ALL, crates);
    insta::assert_snapshot!("printed_for_both", text);
}

#[test]
fn each_difference_names_what_settles_it() {
    let source = "
        #[colmig(table = \"users\", index(plan, seen), check = \"visits < 10\")]
        struct User {
            #[colmig(primary_key)]
            id: i64,
            tenant: uuid::Uuid,
            #[colmig(column = \"E-Mail\")]
            email: Option<String>,
            #[colmig(default = \"'paid'\")]
            plan: String,
            #[colmig(index)]
            visits: Option<i64>,
            #[colmig(sql_type = \"mood\")]
            r#type: Mood,
            #[colmig(references = \"days(id)\")]
            seen: chrono::DateTime<chrono::Utc>,
            low: String,
            nick: Option<String>,
            grosse: f64,
        }";
    let table = users();
    let mut said = table.clone();
    let mut set = |name: &str, change: &dyn Fn(&mut Column)| {
        said.columns
            .iter_mut()
            .filter(|column| column.name == name)
            .for_each(change);
    };
    set("id", &|column| column.filled = Filled::ByWriter);
    set("E-Mail", &|column| column.ty = "text".to_owned());
    set("plan", &|column| {
        column.ty = "text".to_owned();
        column.default = Some("'paid'::text".to_owned());
    });
    set("visits", &|column| {
        column.ty = "bigint".to_owned();
        column.default = None;
    });
    set("seen", &|column| column.default = None);
    said.checks[0].condition = "(visits < 10)".to_owned();
    insta::assert_snapshot!("differences", differences(source, table, said));
}

#[test]
fn a_key_is_over_the_same_columns() {
    let source = "#[colmig(table = \"users\", primary_key(tenant, plan))] struct User { tenant: uuid::Uuid, plan: String }";
    let key = |columns: &[&str]| Table {
        columns: vec![column("tenant", "uuid"), column("plan", "text")],
        key: columns.iter().map(|&column| column.to_owned()).collect(),
        indexes: vec![index("one", &["plan", "tenant"], true)],
        checks: Vec::new(),
        references: Vec::new(),
        ..users()
    };
    let mut told = String::new();
    for columns in [
        &["tenant", "plan"][..],
        &["plan", "tenant"],
        &["plan"],
        &["id"],
        &[],
    ] {
        told.push_str(&format!("{columns:?}\n"));
        told.push_str(&differences(source, key(columns), key(columns)));
    }
    insta::assert_snapshot!("keys", told);
}

#[test]
fn a_table_that_is_not_reached_is_looked_for() {
    let told = |table: &str| {
        let source = format!(
            "#[colmig(table = \"{table}\")] struct Found {{ #[colmig(primary_key)] id: i64 }}"
        );
        differences(&source, users(), users())
    };
    insta::assert_snapshot!(
        "tables",
        [
            "user",
            "invoices",
            "billing.invoices",
            "public.users",
            "strange"
        ]
        .map(told)
        .concat()
    );
    let view = Table {
        kind: TableKind::View,
        ..users()
    };
    let source = "#[colmig(table = \"users\")] struct User { #[colmig(primary_key)] id: i64 }";
    insta::assert_snapshot!("view", differences(source, view.clone(), view));
}

#[test]
fn words_that_the_database_does_not_take_are_told_once() {
    let model =
        &models("#[colmig(table = \"users\")] struct User { #[colmig(primary_key)] id: i64 }")[0];
    let table = Table {
        columns: vec![column("id", "bigint")],
        indexes: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
        ..users()
    };
    let said = Err("type \"citext\" does not exist".to_owned());
    let found = compare(
        model,
        &schema(table),
        &said,
        &[Sql::Postgres],
        Crates::default(),
    );
    insta::assert_snapshot!("not_taken", lines(&found));
}

#[test]
fn a_difference_is_accepted_by_its_id_its_table_or_its_kind() {
    let of = |id: &str| {
        let difference = Difference {
            id: "default:users.plan".to_owned(),
            kind: Kind::Default,
            weight: Weight::Differs,
            table: "users".to_owned(),
            column: None,
            what: String::new(),
            settles: Vec::new(),
        };
        difference.is_among(id)
    };
    for accepted in ["default", "default:users", "default:users.plan"] {
        assert!(of(accepted), "{accepted}");
    }
    for other in [
        "",
        "def",
        "type",
        "default:",
        "default:user",
        "default:users.",
        "default:users.pla",
    ] {
        assert!(!of(other), "{other}");
    }
}

#[test]
fn tools_and_migrations_of_others_are_known_by_their_tables() {
    let mut schema = schema(users());
    for name in [
        "_sqlx_migrations",
        "refinery_schema_history",
        "__diesel_schema_migrations",
    ] {
        schema.tables.push(Table {
            name: name.to_owned(),
            ..users()
        });
    }
    let tools: Vec<&str> = schema.tools().iter().map(|tool| tool.name).collect();
    assert_eq!(tools, ["sqlx", "refinery", "diesel"]);
    let own: Vec<&str> = schema
        .own_tables()
        .map(|table| table.name.as_str())
        .collect();
    assert_eq!(own, ["users"]);
    assert_eq!(remembered(&schema), None);
    schema.remembered = vec!["1_first".to_owned(), "2_second".to_owned()];
    insta::assert_snapshot!("remembered", lines(&[remembered(&schema).unwrap()]));
}

#[test]
fn values_are_held_against_those_of_the_type_where_the_model_lists_them() {
    let table = Table {
        columns: vec![column("id", "bigint"), column("type", "mood")],
        indexes: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
        ..users()
    };
    let schema = schema(table.clone());
    let said = same_words(&table);
    let found = |values: &str| {
        let source = format!(
            "#[colmig(table = \"users\")] struct User {{ #[colmig(primary_key)] id: i64, \
             #[colmig(sql_type = \"mood\"{values})] r#type: Mood }}"
        );
        let model = models(&source).remove(0);
        lines(&compare(
            &model,
            &schema,
            &said,
            &[Sql::Postgres],
            Crates::default(),
        ))
    };
    assert_eq!(found(""), "");
    assert_eq!(found(", values(\"happy\", \"so so\")"), "");
    let other = found(", values(\"so so\", \"happy\")");
    assert!(other.contains("Blocks"), "{other}");
    assert!(other.contains("values(\"happy\", \"so so\")"), "{other}");
}
