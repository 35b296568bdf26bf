//! What is refused of an index, by name and with the way out; and what it reads.

use super::*;
use crate::Database;
use crate::model::{Column, ColumnType, IndexPart};

fn model() -> Model {
    let column = |name: &str| Column {
        primary_key: name == "id",
        ..Column::new(name, ColumnType::Text)
    };
    Model {
        name: "User".to_owned(),
        table: "users".to_owned(),
        collection: false,
        renamed_from: None,
        columns: ["id", "name", "last_name"].map(column).into(),
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

fn text(text: &str) -> Option<Dialected> {
    Some(Dialected::Same(text.to_owned()))
}

fn over_name() -> Index {
    Index::over(["name"], false)
}

fn part(part: IndexPart) -> Index {
    Index {
        parts: vec![part],
        ..over_name()
    }
}

fn expression(said: &str) -> IndexPart {
    IndexPart {
        on: Indexed::Expression(Dialected::Same(said.to_owned())),
        ..IndexPart::column("")
    }
}

#[test]
fn what_a_database_cannot_do_is_refused_by_name() {
    let (sqlite, postgres) = (Sql::Sqlite, Sql::Postgres);
    let using = |method: &str| Index {
        using: text(method),
        ..over_name()
    };
    let ops = IndexPart {
        ops: text("text_pattern_ops"),
        ..IndexPart::column("name")
    };
    let last = IndexPart {
        nulls: Some(Nulls::Last),
        ..IndexPart::column("name")
    };
    let include = Index {
        include: vec!["id".to_owned()],
        ..over_name()
    };
    let only = |condition: &str| Index {
        only: text(condition),
        ..over_name()
    };
    let unique = Index {
        unique: true,
        ..using("gin")
    };
    let sorted = Index {
        parts: vec![IndexPart {
            descending: true,
            ..IndexPart::column("name")
        }],
        ..using("brin")
    };
    let stores = Index {
        include: vec!["id".to_owned()],
        ..using("hash")
    };
    let several = Index {
        using: text("hash"),
        ..Index::over(["name", "id"], false)
    };
    let elsewhere = Index {
        only: Some(Dialected::Each(
            [(postgres.into(), "id <> ''".to_owned())].into(),
        )),
        ..over_name()
    };
    for (index, database, why, remedy) in [
        (
            using("gin"),
            sqlite,
            "SQLite has no methods of indexes, and so no `gin`",
            "`using(postgres = \"gin\")`",
        ),
        (
            part(ops),
            sqlite,
            "no operator classes, and so no `text_pattern_ops`",
            "`ops(postgres = ",
        ),
        (
            include,
            sqlite,
            "SQLite stores no other columns",
            "at the end of the index",
        ),
        (
            part(last),
            sqlite,
            "sorts NULL before all values",
            "take `nulls` away",
        ),
        (unique, postgres, "`gin` is never unique", "a second index"),
        (sorted, postgres, "`brin` has no order", "a second index"),
        (
            stores,
            postgres,
            "`hash` stores no other columns",
            "a second index",
        ),
        (
            several,
            postgres,
            "`hash` is over one thing only",
            "a second index",
        ),
        (
            elsewhere,
            sqlite,
            "`where` says nothing for SQLite",
            "add `sqlite = ",
        ),
        (
            only("nam = ''"),
            postgres,
            "did you mean `name`?",
            "as the database knows them",
        ),
        (
            only("name > now()"),
            postgres,
            "`now`, which gives another value each time",
            "leave the rest to the query",
        ),
        (
            part(expression("lower(name")),
            sqlite,
            "`expr` in `lower(name`",
            "as the database knows them",
        ),
        (
            part(expression("(SELECT 1)")),
            postgres,
            "sub-query",
            "as the database knows them",
        ),
    ] {
        let refusal = resolve(&index, &model(), database).unwrap_err();
        assert!(refusal.why.contains(why), "{refusal}");
        assert!(refusal.remedy.contains(remedy), "{refusal}");
        assert!(refusal.what.contains("index of `users` over"), "{refusal}");
    }
}

#[test]
fn what_one_database_alone_is_told_is_left_out_on_the_other() {
    let said = |text: &str| {
        let each = [(Database::Postgres, text.to_owned())];
        Some(Dialected::Each(each.into()))
    };
    let index = Index {
        parts: vec![IndexPart {
            ops: said("public.gin_trgm_ops"),
            ..IndexPart::column("name")
        }],
        using: said("gin"),
        ..over_name()
    };
    let sqlite = resolve(&index, &model(), Sql::Sqlite).unwrap();
    assert_eq!((sqlite.method, &sqlite.parts[0].ops), (None, &None));
    let postgres = resolve(&index, &model(), Sql::Postgres).unwrap();
    assert_eq!(postgres.method.as_deref(), Some("gin"));
    assert_eq!(
        postgres.parts[0].ops.as_deref(),
        Some("public.gin_trgm_ops")
    );
    // That of an extension is the extension's to judge.
    let index = Index {
        unique: true,
        using: text("hnsw"),
        ..over_name()
    };
    assert!(resolve(&index, &model(), Sql::Postgres).is_ok());
}

#[test]
fn where_null_stands_anyhow_need_not_be_said() {
    for (descending, nulls) in [(false, Nulls::First), (true, Nulls::Last)] {
        let index = part(IndexPart {
            descending,
            nulls: Some(nulls),
            ..IndexPart::column("name")
        });
        let sqlite = resolve(&index, &model(), Sql::Sqlite).unwrap();
        assert_eq!(sqlite.parts[0].nulls, None);
    }
}

#[test]
fn columns_are_told_from_text_and_from_longer_names() {
    let index = Index {
        parts: vec![expression("lower(last_name) || 'name'")],
        only: text("id <> 'name'"),
        include: vec!["id".to_owned()],
        ..over_name()
    };
    assert_eq!(columns(&index, &model()), ["id", "last_name"]);
    let mut model = model();
    model.indexes = vec![index.clone(), over_name()];
    assert_eq!(reading(&model, "name"), ["users_name_idx"]);
    assert_eq!(reading(&model, "last_name"), [index.name("users")]);
}
