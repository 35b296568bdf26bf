//! The docs' table of what each change does in each phase, on each database: written from
//! the code. `UPDATE_DOCS=1 cargo test -p colmig-schema --all-features` writes it anew.

#![cfg(feature = "plan")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use colmig_schema::change::{
    AddCheck, AddColumn, AddIndex, AddReference, AddValues, AdoptModel, Change, ChangeDefault,
    ChangeNull, ChangeType, CommentColumns, CreateModel, DeclareEnum, DropCheck, DropColumn,
    DropIndex, DropModel, DropReference, Led, MoveReference, Refusal, RenameModel, ReplaceColumns,
};
use colmig_schema::model::{
    BackfillFn, Column, ColumnType, Dialected, Index, IndexPart, Indexed, Model, Naming, Reference,
    Replaces, Transition,
};
use colmig_schema::plan::{plan, script_path};
use colmig_schema::precheck::Looks;
use colmig_schema::script::{Run, Script};
use colmig_schema::{Database, Phase, Sql};

fn column(name: &str, ty: ColumnType) -> Column {
    Column::new(name, ty)
}

fn sql(text: &str) -> Option<Dialected> {
    Some(Dialected::Same(text.to_owned()))
}

fn add(column: Column) -> Box<dyn Change> {
    let mut model = model();
    model.columns.push(column.clone());
    Box::new(AddColumn::new(model, column))
}

/// What takes the place of `name`.
fn index() -> Index {
    Index::over(["name"], false)
}

fn rich() -> Index {
    Index {
        using: sql("gist"),
        include: vec!["id".to_owned()],
        only: sql("name <> ''"),
        ..index()
    }
}

fn over_expression() -> Index {
    Index {
        parts: vec![IndexPart {
            on: Indexed::Expression(Dialected::Same("lower(name)".to_owned())),
            descending: true,
            ..IndexPart::column("")
        }],
        ..index()
    }
}

fn drop(column: Column) -> Box<dyn Change> {
    let (mut old, mut new) = (model(), model());
    old.columns.retain(|other| other.name != column.name);
    old.columns.push(column.clone());
    new.columns.retain(|other| other.name != column.name);
    Box::new(DropColumn::new(old, new, column))
}

fn retype(from: &str, to: &str) -> Box<dyn Change> {
    let of = |ty: &str| {
        let ty = ColumnType::Custom(Dialected::Same(ty.to_owned()));
        column("name", ty)
    };
    let mut old = model();
    old.columns[1] = of(from);
    Box::new(ChangeType::new(old, of(from), of(to)))
}

fn replace(target: Column) -> Box<dyn Change> {
    let (old, mut new) = (model(), model());
    let legacy = new.columns.pop();
    new.columns.push(target.clone());
    Box::new(ReplaceColumns::new(
        old,
        new,
        vec![target],
        legacy.into_iter().collect(),
    ))
}

fn model() -> Model {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    Model {
        name: "User".to_owned(),
        table: "users".to_owned(),
        collection: false,
        renamed_from: None,
        columns: vec![id, column("name", ColumnType::Text)],
        indexes: Vec::new(),
        checks: Vec::new(),
    }
}

/// With a check, which came to the table later or with it.
fn checked(later: bool) -> Model {
    let mut model = model();
    for column in model
        .columns
        .iter_mut()
        .filter(|column| column.name == "name")
    {
        column.check = sql("length(name) > 1");
        column.check_naming = Naming {
            ending: None,
            later,
        };
    }
    model
}

/// What takes the place of a column, by what the types say.
fn in_place_of(name: &str) -> Transition {
    Transition {
        replaces: Some(Replaces {
            columns: vec![name.to_owned()],
            up: None,
            down: BTreeMap::new(),
            up_fn: None,
            down_fn: None,
        }),
        ..Transition::default()
    }
}

fn rekeyed() -> Box<dyn Change> {
    let (mut old, mut new) = (model(), model());
    old.columns[0].ty = ColumnType::Integer;
    new.columns[0] = Column {
        primary_key: true,
        transition: in_place_of("id"),
        ..column("id_2", ColumnType::BigInt)
    };
    let (target, legacy) = (new.columns[0].clone(), old.columns[0].clone());
    Box::new(ReplaceColumns::new(old, new, vec![target], vec![legacy]))
}

fn carried() -> Box<dyn Change> {
    let (mut old, mut new) = (referring(), referring());
    old.columns[2].ty = ColumnType::Integer;
    new.columns[2].name = "org_2".to_owned();
    new.columns[2].transition = in_place_of("org");
    let new = leading(new, "org_2");
    let (target, legacy) = (new.columns[2].clone(), old.columns[2].clone());
    let led = Led {
        referred: Some(column("id_2", ColumnType::BigInt)),
    };
    let change = ReplaceColumns::new(old, new, vec![target], vec![legacy]);
    Box::new(change.leading(Some(led)))
}

/// With the foreign key of that column to a key which takes the place of another.
fn leading(mut model: Model, name: &str) -> Model {
    let mut columns = model.columns.iter_mut();
    let reference = columns.find(|column| column.name == name);
    if let Some(reference) = reference.and_then(|column| column.references.as_mut()) {
        reference.column = "id_2".to_owned();
        reference.naming.ending = Some(format!("{name}_2_fkey"));
    }
    model
}

/// With a foreign key.
fn referring() -> Model {
    let mut model = model();
    model.columns.push(Column {
        references: Some(Reference {
            table: "orgs".to_owned(),
            column: "id".to_owned(),
            naming: Naming::default(),
        }),
        ..column("org", ColumnType::BigInt)
    });
    model
}

fn changes() -> Vec<(&'static str, Box<dyn Change>)> {
    let text = |name| column(name, ColumnType::Text);
    let ruled = Transition {
        backfill: sql("upper(name)"),
        ..Transition::default()
    };
    let filled = Transition {
        backfill_fn: Some(BackfillFn {
            function: "slug::of".to_owned(),
            columns: vec!["name".to_owned()],
        }),
        ..Transition::default()
    };
    vec![
        ("a new table", Box::new(CreateModel::new(model()))),
        (
            "a table that was there before colmig",
            Box::new(AdoptModel::new(model())),
        ),
        (
            "a nullable column",
            add(Column {
                nullable: true,
                ..text("nick")
            }),
        ),
        (
            "a required column with a literal default",
            add(Column {
                default: sql("'free'"),
                ..text("plan")
            }),
        ),
        (
            "a required column with a rule",
            add(Column {
                transition: ruled.clone(),
                ..text("shout")
            }),
        ),
        (
            "a required column with a rule, and a default for new rows",
            add(Column {
                default: sql("'?'"),
                transition: ruled,
                ..text("shout")
            }),
        ),
        (
            "a required column that a function in Rust fills",
            add(Column {
                transition: filled.clone(),
                ..text("slug")
            }),
        ),
        (
            "a required column that a function in Rust fills, and a default for new rows",
            add(Column {
                default: sql("'?'"),
                transition: filled,
                ..text("slug")
            }),
        ),
        (
            "a check on a new column",
            add(Column {
                nullable: true,
                check: sql("length(nick) > 1"),
                ..text("nick")
            }),
        ),
        (
            "an index on a new column",
            add(Column {
                nullable: true,
                index: true,
                ..text("nick")
            }),
        ),
        (
            "a unique index on a new column",
            add(Column {
                nullable: true,
                unique: true,
                ..text("nick")
            }),
        ),
        (
            "a renamed column",
            replace(Column {
                transition: Transition {
                    renamed_from: Some("name".to_owned()),
                    ..Transition::default()
                },
                ..text("title")
            }),
        ),
        (
            "a column of another type",
            replace(Column {
                transition: in_place_of("name"),
                ..column("number", ColumnType::BigInt)
            }),
        ),
        ("a primary key of a new type", rekeyed()),
        (
            "a column of another type, with the foreign key that it has",
            carried(),
        ),
        (
            "a foreign key to a primary key of a new type",
            Box::new(
                MoveReference::new(
                    &referring(),
                    &leading(referring(), "org"),
                    "org",
                    column("id_2", ColumnType::BigInt),
                )
                .unwrap(),
            ),
        ),
        (
            "an index on a column that is there",
            Box::new(AddIndex::new(model(), index())),
        ),
        (
            "an index over some rows, by a method, with other columns",
            Box::new(AddIndex::new(model(), rich())),
        ),
        (
            "an index over an expression, descending",
            Box::new(AddIndex::new(model(), over_expression())),
        ),
        (
            "a unique index on a column that is there",
            Box::new(AddIndex::new(
                model(),
                Index {
                    unique: true,
                    ..index()
                },
            )),
        ),
        (
            "an index that goes",
            Box::new(DropIndex::new("users".to_owned(), index())),
        ),
        (
            "a check on a column that is there",
            Box::new(AddCheck::new(checked(true), "name_check")),
        ),
        (
            "a check that goes, and came to a table that was there",
            Box::new(DropCheck::new(checked(true), "name_check")),
        ),
        (
            "a check that goes, and came with its table",
            Box::new(DropCheck::new(checked(false), "name_check")),
        ),
        (
            "a foreign key on a column that is there",
            Box::new(AddReference::new(referring(), "org", None).unwrap()),
        ),
        (
            "a foreign key that goes",
            Box::new(DropReference::new(&referring(), "org").unwrap()),
        ),
        (
            "a comment on a column that is there",
            Box::new(CommentColumns::new(
                "users".to_owned(),
                [(
                    &text("name"),
                    &Column {
                        comment: Some("Shown on the profile page.".to_owned()),
                        ..text("name")
                    },
                )],
            )),
        ),
        (
            "another default of a column that is there",
            Box::new(ChangeDefault::new(
                "users".to_owned(),
                Column {
                    default: sql("gen_random_uuid()::text"),
                    ..text("name")
                },
                sql("'?'"),
            )),
        ),
        (
            "a type whose values are listed",
            Box::new(DeclareEnum::new(
                ["users", "mood"],
                "mood",
                &["sad".to_owned(), "happy".to_owned()],
            )),
        ),
        (
            "another value of such a type",
            Box::new(
                AddValues::between(
                    "users",
                    "mood",
                    &["sad".to_owned(), "happy".to_owned()],
                    &["sad".to_owned(), "ok".to_owned(), "happy".to_owned()],
                )
                .unwrap(),
            ),
        ),
        (
            "a type that is widened",
            retype("varchar(20)", "varchar(100)"),
        ),
        (
            "a type that is narrowed",
            retype("varchar(100)", "varchar(20)"),
        ),
        (
            "a table that gets another name",
            Box::new(RenameModel::new(
                "users".to_owned(),
                Model {
                    table: "people".to_owned(),
                    ..model()
                },
            )),
        ),
        (
            "a nullable column that becomes required, with a rule for NULL",
            Box::new(ChangeNull::new(
                model(),
                Column {
                    transition: Transition {
                        backfill: sql("'?'"),
                        ..Transition::default()
                    },
                    ..text("name")
                },
            )),
        ),
        (
            "a nullable column that becomes required, without one",
            Box::new(ChangeNull::new(model(), text("name"))),
        ),
        (
            "a required column that becomes nullable",
            Box::new(ChangeNull::new(
                model(),
                Column {
                    nullable: true,
                    ..text("name")
                },
            )),
        ),
        ("a table that goes", Box::new(DropModel::new(model()))),
        (
            "a column that goes",
            drop(Column {
                index: true,
                ..text("name")
            }),
        ),
        (
            "a column converted in Rust",
            replace(Column {
                transition: Transition {
                    replaces: Some(Replaces {
                        columns: vec!["name".to_owned()],
                        up: None,
                        down: BTreeMap::new(),
                        up_fn: Some("convert::up".to_owned()),
                        down_fn: Some("convert::down".to_owned()),
                    }),
                    ..Transition::default()
                },
                ..column("number", ColumnType::BigInt)
            }),
        ),
    ]
}

fn document() -> String {
    let mut doc = "\
# What each change does in each phase

Written from the code: `UPDATE_DOCS=1 cargo test -p colmig-schema --all-features` writes it anew. A phase that is not
listed has nothing to do. `plan` shows the same for your own change, with every statement.
"
    .to_owned();
    for (what, change) in changes() {
        writeln!(doc, "\n## {what}").unwrap();
        let change = [change];
        for database in Sql::ALL.map(Database::from) {
            writeln!(doc, "\n### {what}: {}\n", database.title()).unwrap();
            let plan = match plan("1_example", None, &change, &[database]) {
                Ok(plan) => plan,
                Err(refused) => {
                    for Refusal { why, remedy, .. } in refused {
                        writeln!(doc, "Refused: {why}. The way out: {remedy}.").unwrap();
                    }
                    continue;
                }
            };
            let idle = Phase::ALL.into_iter().all(|phase| {
                let script: Script = plan.files[&script_path(database, phase)].parse().unwrap();
                script.steps.is_empty()
            });
            if idle {
                writeln!(
                    doc,
                    "Nothing to do: {} keeps no such thing.",
                    database.title()
                )
                .unwrap();
                continue;
            }
            writeln!(
                doc,
                "| phase | step | how | strongest lock | why it is safe |"
            )
            .unwrap();
            writeln!(doc, "| --- | --- | --- | --- | --- |").unwrap();
            for phase in Phase::ALL {
                let script: Script = plan.files[&script_path(database, phase)].parse().unwrap();
                for step in script.steps {
                    let how = match step.run {
                        Run::Transaction(_) => "a transaction",
                        Run::OneByOne(_) => "statements that each commit by themselves",
                        Run::Alone { .. } => "a statement of its own",
                        Run::Backfill(_) => "batches",
                        Run::Compare(_) => "ranges, read only",
                        Run::CheckRows(check) => match check.looks {
                            Looks::Ranges(_) => "ranges, read only",
                            Looks::Whole { .. } => "one read",
                        },
                        Run::CheckDependents(_) => "one read",
                        Run::Convert(_) => "the application",
                    };
                    writeln!(
                        doc,
                        "| {} {phase} | `{}` | {how} | {} | {} |",
                        phase.number(),
                        step.id,
                        step.lock,
                        step.safe
                    )
                    .unwrap();
                }
            }
        }
    }
    doc
}

#[test]
fn the_table_in_the_docs_is_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/changes.md");
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "docs/changes.md is not what the code does; run this with UPDATE_DOCS=1"
    );
}
