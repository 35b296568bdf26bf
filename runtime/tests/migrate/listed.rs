//! Types of which the values are listed: they come, and get more values, on PostgreSQL; the others
//! have none.

use colmig::migrate::{Error, Goal, Outcome, Watch};
use colmig::{Database, Phase};
use colmig_schema::change::Change;
use colmig_schema::diff::adopt;
use colmig_schema::model::{Column, ColumnType, Dialected, Enumerated, Model};

use crate::fixture::Fixture;
use crate::project::{Project, column, each, model, sql, users, with};

const COMES: &str = "20260101000000_users_mood";
const GROWS: &str = "20260102000000_type_mood";

fn mood(values: &[&str]) -> Column {
    let listed = Enumerated {
        sql_type: each(["mood", "varchar(9)", "TEXT"]),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    Column {
        default: sql("'sad'"),
        ..column("mood", ColumnType::Enum(listed))
    }
}

fn moody(values: &[&str]) -> Model {
    with(users(), mood(values))
}

const FEW: [&str; 2] = ["sad", "happy"];
const MORE: [&str; 5] = ["grim", "sad", "it's so so", "happy", "elated"];

fn project() -> Project {
    let mut project = Project::empty();
    project.there(users());
    project.add(COMES, &moody(&FEW));
    project.add(GROWS, &moody(&MORE));
    project
}

const VALUES: &str = "SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_comes_with_its_column_and_gets_values_in_their_places() {
    for database in [Fixture::postgres(), Fixture::mariadb(), Fixture::sqlite()] {
        let database = database.with_users(50).await;
        let migrations = project().load(database.database());
        let mut migrator = database.migrator().await;
        let first = Goal {
            only: Some(COMES.to_owned()),
            ..Goal::default()
        };
        let run = migrator.run(&migrations, &first, &Watch::default()).await;
        assert_eq!(run.unwrap(), Outcome::Done);
        let is_postgres = database.database() == Database::Postgres;
        if is_postgres {
            assert_eq!(database.value(VALUES).await, "sad, happy");
            // A build from after the second migration is refused its value, as is everybody.
            let early = "UPDATE users SET mood = 'elated' WHERE id = 7";
            assert!(database.other().await.try_sql(early).await.is_err());
        }
        // Nobody who is at work on the table is waited for.
        let mut writer = database.other().await;
        if is_postgres {
            writer
                .sql("BEGIN; UPDATE users SET mood = 'happy' WHERE id = 8")
                .await;
        }
        let run = migrator
            .run(&migrations, &Goal::default(), &Watch::default())
            .await;
        assert_eq!(run.unwrap(), Outcome::Done);
        if is_postgres {
            writer.sql("COMMIT").await;
            assert_eq!(database.value(VALUES).await, MORE.join(", "));
        }
        database
            .sql("UPDATE users SET mood = 'elated' WHERE id = 7")
            .await;
        assert_eq!(
            database.count("users WHERE mood = 'sad'").await,
            49 - u64::from(is_postgres)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_leaves_values_and_takes_a_type_that_nobody_uses() {
    let database = Fixture::postgres().with_users(50).await;
    let migrations = project().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let goal = Goal {
        until: Phase::Expand,
        ..Goal::default()
    };
    let before = database.schema().await;
    let run = migrator
        .run(&migrations[..1], &goal, &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    migrator
        .abort(&migrations, COMES, &Watch::default())
        .await
        .unwrap();
    let without_state = |dump: &str| {
        let lines = dump.lines().filter(|line| line.contains("mood"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        without_state(&database.schema().await),
        without_state(&before)
    );
    assert_eq!(database.value(VALUES).await, "");
    // With a column of somebody else's, the type is not ours to take.
    let again = Goal {
        again: true,
        ..goal.clone()
    };
    let run = migrator
        .run(&migrations[..1], &again, &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    database.sql("CREATE TABLE other (mood mood)").await;
    migrator
        .abort(&migrations, COMES, &Watch::default())
        .await
        .unwrap();
    assert_eq!(database.value(VALUES).await, "sad, happy");
    let run = migrator.run(&migrations, &again, &Watch::default()).await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(database.value(VALUES).await, MORE.join(", "));
    // What a type has got, nothing takes away: it is left, and found there the next time.
    migrator
        .abort(&migrations, GROWS, &Watch::default())
        .await
        .unwrap();
    assert_eq!(database.value(VALUES).await, MORE.join(", "));
    let run = migrator
        .run(
            &migrations,
            &Goal {
                again: true,
                ..Goal::default()
            },
            &Watch::default(),
        )
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(database.value(VALUES).await, MORE.join(", "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_that_is_there_is_taken_over_if_it_is_the_same() {
    let database = Fixture::postgres().with_users(50).await;
    database
        .sql("CREATE TYPE mood AS ENUM ('happy', 'sad'); ALTER TABLE users ADD mood mood NOT NULL DEFAULT 'sad'")
        .await;
    let model = moody(&FEW);
    let baseline: Vec<Box<dyn Change>> = adopt(&[("users".to_owned(), model.clone())].into());
    let mut project = Project::empty();
    project.write(&[Database::Postgres], COMES, &baseline);
    project.there(model);
    project.add(GROWS, &moody(&MORE));
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let error = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::InTheWay { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("mood is there, and its values are happy, sad"),
        "{error}"
    );
    database
        .sql("ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('sad', 'happy'); ALTER TABLE users ALTER mood DROP DEFAULT, \
              ALTER mood TYPE mood USING mood::text::mood")
        .await;
    let run = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    // The same files serve a new database.
    let fresh = Fixture::postgres();
    let mut migrator = fresh.migrator().await;
    let run = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(fresh.value(VALUES).await, MORE.join(", "));
    assert_eq!(fresh.count("users").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_of_another_type_takes_the_place_where_values_go() {
    let database = Fixture::postgres().with_users(50).await;
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let before = mood(&MORE);
    database
        .sql("CREATE TYPE mood AS ENUM ('grim', 'sad', 'it''s so so', 'happy', 'elated'); DROP TABLE users; \
              CREATE TABLE users (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'sad'); \
              INSERT INTO users SELECT i, (enum_range(NULL::mood))[1 + i % 5] FROM generate_series(1, 50) AS i")
        .await;
    let mut project = Project::empty();
    project.there(model("users", vec![id.clone(), before]));
    let mut after = mood(&FEW);
    after.name = "mood_2".to_owned();
    after.default = None;
    if let ColumnType::Enum(listed) = &mut after.ty {
        listed.sql_type = Dialected::Same("mood_2".to_owned());
    }
    after.transition.replaces = Some(colmig_schema::model::Replaces {
        columns: vec!["mood".to_owned()],
        up: sql("CASE WHEN mood <= 'sad' THEN 'sad' ELSE 'happy' END::mood_2"),
        down: [(
            "mood".to_owned(),
            Dialected::Same("mood_2::text::mood".to_owned()),
        )]
        .into(),
        up_fn: None,
        down_fn: None,
    });
    project.add_on(
        &[Database::Postgres],
        COMES,
        &model("users", vec![id, after]),
    );
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let run = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(database.count("users WHERE mood_2 = 'sad'").await, 20);
    assert_eq!(database.count("users WHERE mood_2 = 'happy'").await, 30);
}
