//! Transactions without a session: one that somebody has prepared has none, and still holds what it
//! has written.

use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Goal, Outcome, Settings, Watch};
use colmig_harness::{MariaDb, Storage};

use crate::fixture::{Fixture, settings};
use crate::project::Project;

async fn run(database: &Fixture, project: &Project, until: Phase) -> Outcome {
    let impatient = Settings {
        lock_patience: Duration::from_secs(1),
        ..settings()
    };
    let mut migrator = database.migrator_with(impatient).await;
    let goal = Goal {
        until,
        ..Goal::default()
    };
    let migrations = project.load(database.database());
    let ran = migrator.run(&migrations, &goal, &Watch::default()).await;
    ran.unwrap()
}

/// On a server of its own, for it holds up everybody on one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_prepared_is_waited_for_and_named_on_mariadb() {
    let server = MariaDb::builder().storage(Storage::Memory).start().unwrap();
    let endpoint = server.endpoint().clone();
    let name = endpoint.create_database("prepared").unwrap();
    let database = Fixture::MariaDb { endpoint, name }.with_users(10).await;
    let project = Project::of_users();
    assert_eq!(
        run(&database, &project, Phase::DualWrite).await,
        Outcome::Done
    );
    let mut session = database.other().await;
    session
        .sql(
            "XA START 'held'; INSERT INTO users (id, first_name, last_name, email) VALUES (11, 'a', 'b', 'c'); \
             XA END 'held'; XA PREPARE 'held'",
        )
        .await;
    drop(session);
    let held = run(&database, &project, Phase::Backfill).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("a prepared transaction"), "{gate}");
    database.other().await.sql("XA ROLLBACK 'held'").await;
    let ran = run(&database, &project, Phase::Backfill).await;
    assert_eq!(ran, Outcome::Done);
}
