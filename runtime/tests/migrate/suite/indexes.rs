//! Indexes over columns that are there.

use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Phase, Progress};
use colmig_schema::model::{Index, Model};

use super::{progress, run, until};
use crate::fixture::Fixture;
use crate::project::{Project, users};

const CHANGE: &str = "20260101000000_indexes";

fn over(columns: &[&str], unique: bool) -> Index {
    Index::over(columns.iter().copied(), unique)
}

/// The users with one index of a field, and one of the struct.
fn indexed() -> Model {
    let mut model = users();
    let email = model
        .columns
        .iter_mut()
        .find(|column| column.name == "email");
    email.unwrap().unique = true;
    model
        .indexes
        .push(over(&["last_name", "first_name"], false));
    model
}

const NAMES: [&str; 2] = ["users_email_key", "users_last_name_first_name_idx"];

async fn indexes(database: &Fixture) -> Vec<&'static str> {
    let schema = database.schema().await;
    let mut names = NAMES.to_vec();
    names.retain(|name| schema.contains(name));
    names
}

pub(super) async fn indexes_come_and_the_migration_ends_by_itself(database: Fixture) {
    let database = database.with_users(300).await;
    let mut project = Project::empty();
    project.there(users());
    project.add(CHANGE, &indexed());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    run(
        &mut migrator,
        &project,
        &until(Phase::Constrain),
        &Watch::default(),
    )
    .await
    .unwrap();
    assert_eq!(indexes(&database).await, NAMES);
    let migrations = project.load(database.database());
    let aborted = migrator.abort(&migrations, CHANGE, &Watch::default()).await;
    assert_eq!(aborted.unwrap(), Outcome::Done);
    assert_eq!(database.schema().await, before);
    let again = Goal {
        again: true,
        ..Goal::default()
    };
    let outcome = run(&mut migrator, &project, &again, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(indexes(&database).await, NAMES);
    // No build has to know of it, so nobody has to say that they all do.
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Finished]
    );
}

pub(super) async fn duplicates_hold_an_index_until_they_are_mended(database: Fixture) {
    let database = database.with_users(300).await;
    let mut project = Project::empty();
    project.there(users());
    project.add(CHANGE, &indexed());
    database
        .sql("UPDATE users SET email = 'twice@example.org' WHERE id IN (7, 8)")
        .await;
    let mut migrator = database.migrator().await;
    let held = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    let held = held.unwrap();
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held}");
    };
    assert_eq!(*phase, Phase::Backfill);
    let words = "2 rows of `users` resist `users_email_key`: they have the same `email` as another row; by id: 7 and 8";
    assert!(gate.starts_with(words), "{gate}");
    assert_eq!(indexes(&database).await, [""; 0], "nothing was tried");
    database
        .sql("UPDATE users SET email = 'once@example.org' WHERE id = 8")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(indexes(&database).await, NAMES);
}

pub(super) async fn indexes_go_in_contract(database: Fixture) {
    let database = database.with_users(300).await;
    database
        .sql("CREATE UNIQUE INDEX users_email_key ON users (email)")
        .await;
    database
        .sql("CREATE INDEX users_last_name_first_name_idx ON users (last_name, first_name)")
        .await;
    let mut project = Project::empty();
    project.there(indexed());
    // The order of columns makes another index.
    let mut other = users();
    other
        .indexes
        .push(over(&["first_name", "last_name"], false));
    project.add(CHANGE, &other);
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(indexes(&database).await, NAMES);
    let migrations = project.load(database.database());
    let ended = migrator
        .contract(&migrations, CHANGE, &Watch::default())
        .await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    assert!(indexes(&database).await.is_empty());
    let schema = database.schema().await;
    assert!(
        schema.contains("users_first_name_last_name_idx"),
        "{schema}"
    );
}
