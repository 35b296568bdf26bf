//! Indexes that are more than columns: partial, over expressions, sorted, by a method.

use colmig::Phase;
use colmig::migrate::{Goal, Outcome, Settings, Switching, Watch};
use colmig::{Database, Reads};
use colmig_schema::model::{Dialected, Index, IndexPart, Indexed, Model, Nulls, Transition};

use super::{run, until};
use crate::fixture::{Fixture, settings};
use crate::project::{INDEXING, Project, sql, text, users};

const CHANGE: &str = "20260101000000_index_kinds";
const AGAIN: &str = "20260102000000_index_kinds_again";

fn expression(text: &str) -> IndexPart {
    IndexPart {
        on: Indexed::Expression(Dialected::Same(text.to_owned())),
        ..IndexPart::column("")
    }
}

fn on_postgres(text: &str) -> Option<Dialected> {
    Some(Dialected::Each(
        [(Database::Postgres, text.to_owned())].into(),
    ))
}

/// Over a column and an expression, sorted, of some rows.
fn sorted() -> Index {
    let last = IndexPart {
        descending: true,
        nulls: Some(Nulls::Last),
        ..IndexPart::column("last_name")
    };
    let lower = IndexPart {
        ops: on_postgres("text_pattern_ops"),
        ..expression("lower(email)")
    };
    Index {
        parts: vec![last, lower],
        only: sql("last_name IS NOT NULL AND email <> 'last_name'"),
        using: on_postgres("btree"),
        ..Index::over([], false)
    }
}

/// The definitions of the indexes of a table, by their names.
async fn definitions(database: &Fixture) -> Vec<String> {
    let (column, from) = match database.database() {
        Database::Postgres => ("indexdef", "pg_indexes WHERE tablename = 'users'"),
        _ => (
            "sql",
            "sqlite_schema WHERE type = 'index' AND tbl_name = 'users'",
        ),
    };
    let (name, lines) = match database.database() {
        Database::Postgres => (
            "indexname",
            format!("string_agg({column}, chr(10) ORDER BY indexname)"),
        ),
        _ => ("name", format!("group_concat({column}, char(10))")),
    };
    let rows = format!("SELECT {column}, {name} FROM {from} ORDER BY {name}");
    let lines = database
        .value(&format!("SELECT {lines} FROM ({rows}) AS t"))
        .await;
    lines
        .lines()
        .filter(|line| !line.contains("users_pkey"))
        .map(|line| line.replace("public.", "").replace('"', ""))
        .collect()
}

pub(super) async fn an_index_is_what_it_says(database: Fixture) {
    let database = database.with_users(50).await;
    let mut project = Project::empty();
    project.there(users());
    let mut model = users();
    model.indexes.push(sorted());
    project.add_on(&INDEXING, CHANGE, &model);
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let name = sorted().name("users");
    let expected = match database.database() {
        Database::Postgres => format!(
            "CREATE INDEX {name} ON users USING btree (last_name DESC NULLS LAST, lower(email) text_pattern_ops) \
             WHERE ((last_name IS NOT NULL) AND (email <> 'last_name'::text))"
        ),
        _ => format!(
            "CREATE INDEX {name} ON users (last_name DESC, (lower(email))) \
             WHERE (last_name IS NOT NULL AND email <> 'last_name')"
        ),
    };
    assert_eq!(definitions(&database).await, [expected]);
}

pub(super) async fn a_new_table_has_them_at_once(database: Fixture) {
    let mut project = Project::empty();
    let mut model = users();
    model.indexes.push(sorted());
    project.add_on(&INDEXING, CHANGE, &model);
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let found = definitions(&database).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(&sorted().name("users")), "{found:?}");
}

pub(super) async fn one_that_changes_is_built_before_the_other_goes(database: Fixture) {
    let database = database.with_users(50).await;
    let mut project = Project::empty();
    let (mut before, mut after) = (users(), users());
    before.indexes.push(sorted());
    let changed = Index {
        only: sql("last_name IS NULL"),
        ..sorted()
    };
    after.indexes.push(changed.clone());
    project.there(users());
    project.add_on(&INDEXING, CHANGE, &before);
    project.add_on(&INDEXING, AGAIN, &after);
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(definitions(&database).await.len(), 2);
    let migrations = project.load(database.database());
    let ended = migrator
        .contract(&migrations, AGAIN, &Watch::default())
        .await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    let left = definitions(&database).await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains(&changed.name("users")), "{left:?}");
}

/// The users with `surname` in the place of `last_name`.
fn with_surname(indexes: Vec<Index>) -> Model {
    let mut model = users();
    let last_name = model
        .columns
        .iter_mut()
        .find(|column| column.name == "last_name");
    let nullable = last_name.as_ref().is_some_and(|column| column.nullable);
    *last_name.unwrap() = colmig_schema::model::Column {
        nullable,
        transition: Transition {
            renamed_from: Some("last_name".to_owned()),
            ..Transition::default()
        },
        ..text("surname")
    };
    model.indexes = indexes;
    model
}

/// Takes a migration to its very end, and gives what there was before and behind contract.
async fn contracted(database: &Fixture, project: &Project) -> [Vec<String>; 2] {
    let settings = Settings {
        dwell: std::time::Duration::ZERO,
        ..settings()
    };
    let mut migrator = database.migrator_with(settings).await;
    let watch = Watch::default();
    run(&mut migrator, project, &until(Phase::SwitchReads), &watch)
        .await
        .unwrap();
    let before = definitions(database).await;
    let migrations = project.load(database.database());
    let target = Switching::to(Reads::Target);
    // A column that goes has no other side to read from.
    let _ = migrator.switch(&migrations, CHANGE, target, &watch).await;
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    [before, definitions(database).await]
}

/// reshape rebuilds (b, a) as (a, b), and loses those that are partial or over expressions.
pub(super) async fn regression_indexes_of_a_replaced_column_are_built_as_they_were(
    database: Fixture,
) {
    let database = database.with_users(50).await;
    let of = |column: &str| {
        vec![
            Index::over([column, "first_name"], false),
            Index {
                only: sql(&format!("{column} IS NOT NULL")),
                ..Index::over(["email"], true)
            },
            Index {
                parts: vec![expression(&format!("lower({column} || '{column}')"))],
                ..Index::over([], false)
            },
        ]
    };
    let mut before = users();
    before.indexes = of("last_name");
    let name = |index: &Index| index.name("users");
    let (old, new): (Vec<_>, Vec<_>) = (
        of("last_name").iter().map(name).collect(),
        of("surname").iter().map(name).collect(),
    );
    for statement in [
        format!("CREATE INDEX {} ON users (last_name, first_name)", old[0]),
        format!(
            "CREATE UNIQUE INDEX {} ON users (email) WHERE last_name IS NOT NULL",
            old[1]
        ),
        format!(
            "CREATE INDEX {} ON users ((lower(last_name || 'last_name')))",
            old[2]
        ),
    ] {
        database.sql(&statement).await;
    }
    let mut project = Project::empty();
    project.there(before);
    project.add_on(&INDEXING, CHANGE, &with_surname(of("surname")));
    let [both, left] = contracted(&database, &project).await;
    for (found, names) in [(&both, [old.clone(), new.clone()].concat()), (&left, new)] {
        assert_eq!(found.len(), names.len(), "{found:?}");
        for name in names {
            assert!(
                found.iter().any(|line| line.contains(&name)),
                "{name}: {found:?}"
            );
        }
    }
    let text = left.join("\n");
    assert!(text.contains("(surname, first_name)"), "{text}");
    assert!(text.contains("WHERE (surname IS NOT NULL)"), "{text}");
    assert!(text.contains("'surname'"), "{text}");
    assert!(!text.contains("last_name"), "{text}");
}

/// reshape loses an index whose condition reads a column that goes.
pub(super) async fn regression_an_index_is_not_lost_with_a_column_of_its_condition(
    database: Fixture,
) {
    let database = database.with_users(50).await;
    let partial = Index {
        only: sql("last_name IS NOT NULL"),
        ..Index::over(["email"], false)
    };
    let (mut before, mut after) = (users(), users());
    before.indexes.push(partial.clone());
    after.columns.retain(|column| column.name != "last_name");
    after.indexes.push(Index::over(["email"], false));
    let name = partial.name("users");
    database
        .sql(&format!(
            "CREATE INDEX {name} ON users (email) WHERE last_name IS NOT NULL"
        ))
        .await;
    let mut project = Project::empty();
    project.there(before);
    project.add_on(&INDEXING, CHANGE, &after);
    let [both, left] = contracted(&database, &project).await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].contains("users_email_idx"), "{left:?}");
}
