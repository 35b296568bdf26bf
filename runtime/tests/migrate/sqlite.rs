//! What only SQLite can show.

use colmig::migrate::{Error, Goal, Migrator, Outcome, Watch};

use crate::fixture::{Fixture, settings};
use crate::project::Project;

#[tokio::test]
async fn a_file_that_is_not_there_is_no_database() {
    let error = Migrator::connect("sqlite:/nowhere/app.db", settings())
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Connect { .. }) && error.is_database(),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_without_a_write_ahead_log_is_waited_for() {
    let database = Fixture::sqlite().with_users(10).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let mut reader = database.other().await;
    reader.sql("BEGIN; SELECT count(*) FROM users").await;
    let migrations = project.load(database.database());
    let (goal, watch) = (Goal::default(), Watch::default());
    let read = async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        reader.sql("COMMIT").await;
    };
    let (outcome, ()) = tokio::join!(migrator.run(&migrations, &goal, &watch), read);
    assert_eq!(outcome.unwrap(), Outcome::Done);
}
