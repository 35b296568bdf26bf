//! Which types become others in place, and what is said of those that do not.

use super::*;
use crate::model::{Check, Index, Naming};

fn same(text: &str) -> Dialected {
    Dialected::Same(text.to_owned())
}

fn column(name: &str, ty: ColumnType) -> Column {
    Column::new(name, ty)
}

fn custom(text: &str) -> ColumnType {
    ColumnType::Custom(same(text))
}

fn model(nick: Column) -> Model {
    Model {
        name: "User".to_owned(),
        table: "users".to_owned(),
        collection: false,
        renamed_from: None,
        columns: vec![column("id", ColumnType::BigInt), nick],
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

fn change(from: ColumnType, to: ColumnType) -> ChangeType {
    let before = column("nick", from);
    ChangeType::new(model(before.clone()), before, column("nick", to))
}

#[test]
fn the_same_type_by_another_name_is_nothing_to_do() {
    for (from, to) in [
        (custom("varchar(20)"), custom("CHARACTER  VARYING(20)")),
        (custom("bigint"), ColumnType::BigInt),
        (custom("numeric(8)"), custom("decimal(8, 0)")),
    ] {
        let steps = change(from, to).steps(Database::Postgres).unwrap();
        assert!(steps.is_empty(), "{steps:?}");
    }
}

#[test]
fn what_is_no_wider_is_refused_with_what_to_write() {
    for (from, to, why, remedy) in [
        (
            custom("varchar(100)"),
            custom("varchar(20)"),
            "written anew",
            "check = \"length(nick) <= 20\"",
        ),
        (
            ColumnType::Text,
            custom("varchar(20)"),
            "written anew",
            "#[colmig(column = \"nick_2\", replaces = \"nick\", sql_type = \"varchar(20)\")]",
        ),
        (
            ColumnType::Text,
            custom("varchar"),
            "the same values",
            "leave the type",
        ),
        (
            custom("numeric(10,2)"),
            custom("numeric(8,2)"),
            "written anew",
            "sql_type = \"numeric(8,2)\")]",
        ),
        (
            custom("numeric(10,2)"),
            custom("numeric(12,4)"),
            "row by row",
            "`up` and `down`",
        ),
        (
            custom("mood"),
            ColumnType::Text,
            "row by row",
            "#[colmig(column = \"nick_2\", replaces = \"nick\")], with",
        ),
    ] {
        let refusal = change(from, to).steps(Database::Postgres).unwrap_err();
        assert!(refusal.why.contains(why), "{refusal}");
        assert!(refusal.remedy.contains(remedy), "{refusal}");
    }
}

#[test]
fn sqlite_keeps_no_size_and_so_has_nothing_to_do() {
    let steps = |from, to| change(from, to).steps(Database::Sqlite);
    for (from, to) in [
        (custom("varchar(20)"), custom("varchar(100)")),
        (custom("varchar(100)"), custom("varchar(20)")),
        (custom("varchar(20)"), ColumnType::Text),
        (custom("NUMERIC(8,2)"), custom("numeric(10,2)")),
    ] {
        assert!(steps(from, to).unwrap().is_empty());
    }
    for (from, to) in [
        (custom("TEXT COLLATE NOCASE"), ColumnType::Text),
        (custom("varchar(20)"), custom("blob")),
        (custom("DATETIME"), ColumnType::Text),
    ] {
        let refusal = steps(from, to).unwrap_err();
        assert!(refusal.why.contains("SQLite cannot alter"), "{refusal}");
    }
}

#[test]
fn what_would_be_gone_through_under_the_lock_is_refused() {
    let widened = |spoil: &dyn Fn(&mut Model)| {
        let mut change = change(custom("varchar(20)"), custom("varchar(40)"));
        spoil(&mut change.model);
        change.steps(Database::Postgres)
    };
    assert_eq!(widened(&|_| {}).unwrap().len(), 2);
    assert_eq!(
        widened(&|model| model.columns[1].index = true)
            .unwrap()
            .len(),
        2
    );
    let refused = |spoil: &dyn Fn(&mut Model)| widened(spoil).unwrap_err().why;
    let checked = refused(&|model| model.columns[1].check = Some(same("length(nick) > 1")));
    assert!(
        checked.contains("the check `length(nick) > 1`"),
        "{checked}"
    );
    let of_table = refused(&|model| {
        model.checks.push(Check {
            condition: same("id > 0 OR nick <> ''"),
            naming: Naming::default(),
        });
    });
    assert!(of_table.contains("the check"), "{of_table}");
    let partial = refused(&|model| {
        model.indexes.push(Index {
            only: Some(same("nick <> ''")),
            ..Index::over(["id"], false)
        });
    });
    assert!(partial.contains("index over `id` where"), "{partial}");
    let expression = refused(&|model| {
        model.indexes.push(Index {
            parts: vec![IndexPart {
                on: Indexed::Expression(same("lower(nick)")),
                ..IndexPart::column("")
            }],
            ..Index::over([], true)
        });
    });
    assert!(expression.contains("unique index over"), "{expression}");
    let of_others = widened(&|model| {
        model.indexes.push(Index {
            only: Some(same("id > 7")),
            ..Index::over(["id"], false)
        });
    });
    assert_eq!(of_others.unwrap().len(), 2);
}

#[test]
fn mariadb_defines_a_column_anew_whose_values_stay_as_they_are() {
    for (from, to) in [
        (custom("varchar(20)"), custom("varchar(60)")),
        (ColumnType::Text, custom("varchar(400)")),
        (custom("enum('a','b')"), custom("enum('a','b','c')")),
    ] {
        let mut change = change(from, to.clone());
        change.before.default = Some(same("'a'"));
        change.column.default = Some(same("'c'"));
        let steps = change.steps(Database::MariaDb).unwrap();
        let [step] = steps.as_slice() else {
            panic!("{steps:?}");
        };
        let Action::RedefineColumn { definition, .. } = &step.action else {
            panic!("{step:?}");
        };
        assert_eq!(definition.ty, to);
        // The other one may be a value that the type does not have yet.
        assert_eq!(definition.default, Some(same("'a'")));
    }
    let same = change(custom("ENUM('a', 'b')"), custom("enum('a','b')"));
    assert!(same.steps(Database::MariaDb).unwrap().is_empty());
}

#[test]
fn what_mariadb_would_copy_the_table_for_is_refused_with_the_reason() {
    for (from, to, why) in [
        (custom("varchar(20)"), custom("varchar(100)"), "255 bytes"),
        (
            custom("enum('a','b')"),
            custom("enum('b','a','c')"),
            "behind those that are there",
        ),
        (custom("enum('a','b')"), custom("enum('a')"), "most types"),
        (custom("enum('a')"), custom("enum('A')"), "most types"),
        (custom("varchar(60)"), custom("varchar(20)"), "most types"),
        (ColumnType::Integer, ColumnType::BigInt, "most types"),
        (custom("decimal(8,2)"), custom("decimal(9,2)"), "most types"),
    ] {
        let refusal = change(from, to).steps(Database::MariaDb).unwrap_err();
        assert!(refusal.why.contains(why), "{refusal}");
        assert!(refusal.remedy.contains("replaces = \"nick\""), "{refusal}");
    }
    let joined = change(custom("varchar(20)"), custom("varchar(60)"));
    let refusal = joined.joined_to(["orders".to_owned()]);
    let refusal = refusal.steps(Database::MariaDb).unwrap_err();
    assert!(refusal.why.contains("a foreign key"), "{refusal}");
    let mut long = change(custom("varchar(300)"), custom("varchar(800)"));
    assert_eq!(long.steps(Database::MariaDb).unwrap().len(), 1);
    long.model.columns[1].index = true;
    let refusal = long.steps(Database::MariaDb).unwrap_err();
    assert!(refusal.why.contains("holds 3072"), "{refusal}");
}
