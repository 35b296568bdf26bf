//! A run that ended too soon is gone on with.

use std::time::Duration;

use colmig::migrate::{
    Event, Goal, Outcome, Settings, StepProgress, UserTriggers, Verifying, Watch,
};
use colmig::{Phase, Progress};
use tokio::time::timeout;

use super::{progress, run, until};
use crate::fixture::{Fixture, settings};
use crate::project::{DISPLAY_NAME, Project};
use crate::watching::Heard;

pub(crate) async fn a_stopped_backfill_goes_on_where_it_stopped(database: Fixture) {
    let database = database.with_users(2_000).await;
    // Every update of a row is written down.
    database.sql("CREATE TABLE touched (id bigint)").await;
    match database {
        Fixture::MariaDb { .. } => {
            database
                .sql("CREATE TRIGGER touch AFTER UPDATE ON users FOR EACH ROW INSERT INTO touched VALUES (NEW.id)")
                .await;
        }
        Fixture::Sqlite { .. } => {
            database
                .sql("CREATE TRIGGER touch AFTER UPDATE ON users BEGIN INSERT INTO touched VALUES (NEW.id); END")
                .await;
        }
        Fixture::Postgres { .. } => {
            database
                .sql(
                    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \
                     'BEGIN INSERT INTO touched VALUES (NEW.id); RETURN NULL; END'; \
                     CREATE TRIGGER touch AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
                )
                .await;
        }
    }
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database
        .migrator_with(Settings {
            user_triggers: UserTriggers::Fire,
            ..settings()
        })
        .await;
    let watch = heard.watch_and(|event, stop| {
        if matches!(event, Event::BackfillProgress { .. }) {
            stop.request();
        }
    });
    let outcome = run(&mut migrator, &project, &until(Phase::Backfill), &watch)
        .await
        .unwrap();
    let resume = "cargo colmig run --until backfill".to_owned();
    assert_eq!(outcome, Outcome::Stopped { resume }, "{}", heard.lines());
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Running(Phase::Backfill)]
    );
    assert_eq!(
        database.count("users WHERE display_name IS NOT NULL").await,
        100
    );
    assert_eq!(
        database.count("colmig_lock").await,
        0,
        "the lock is given back"
    );

    let migrations = project.load(database.database());
    let status = migrator.status(&migrations).await.unwrap();
    let step = status.migrations[0]
        .steps
        .iter()
        .find(|step| step.phase == Phase::Backfill)
        .unwrap();
    assert_eq!((step.state, step.rows), (StepProgress::Running, 100));
    match database {
        // It knows no more than about how many there are.
        Fixture::MariaDb { .. } => assert!(step.estimated_rows.is_some()),
        _ => assert_eq!(step.estimated_rows, Some(2_000)),
    }

    let heard = Heard::default();
    let outcome = run(&mut migrator, &project, &Goal::default(), &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    assert_eq!(
        database.count("touched").await,
        2_000,
        "no row is filled twice"
    );
    let passes = heard.all().into_iter().filter_map(|event| match event {
        Event::BackfillProgress { pass, .. } => Some(pass),
        _ => None,
    });
    assert_eq!(
        passes.max(),
        Some(1),
        "one pass, and a search that finds nothing, are all"
    );
}

/// Lets a command live for a little longer each time, until it comes to its end. What a
/// dropped future was sending is lost, as in a crash. How often it died.
async fn dying(database: &Fixture, project: &Project, back: bool) -> u64 {
    let migrations = project.load(database.database());
    let (goal, watch) = (Goal::default(), Watch::default());
    let mut migrator = database.migrator().await;
    let mut deaths = 0;
    loop {
        let life = Duration::from_millis(3 + deaths);
        let outcome = match back {
            false => timeout(life, migrator.run(&migrations, &goal, &watch)).await,
            true => timeout(life, migrator.abort(&migrations, DISPLAY_NAME, &watch)).await,
        };
        if let Ok(outcome) = outcome {
            assert_eq!(outcome.unwrap(), Outcome::Done);
            return deaths;
        }
        deaths += 1;
        // Every other time it is another process.
        if deaths % 2 == 0 {
            migrator = database.migrator().await;
        }
        migrator.audit(1).await.unwrap();
        // The lease of the dead would run out.
        database.sql("DELETE FROM colmig_lock").await;
    }
}

pub(super) async fn a_run_that_dies_anywhere_is_gone_on_with(database: Fixture) {
    let database = database.with_users(1_000).await;
    let project = Project::of_users();
    let deaths = dying(&database, &project, false).await;
    assert!(deaths > 5, "it lived too long to die: {deaths}");
    assert_eq!(
        database
            .count("users WHERE display_name = 'first' || id || ' last'")
            .await,
        1_000
    );
    let mut migrator = database.migrator().await;
    let migrations = project.load(database.database());
    let found = migrator
        .verify(&migrations, &Verifying::default(), &Watch::default())
        .await
        .unwrap();
    assert!(found.holds(), "{found:?}");
}

pub(super) async fn an_abort_that_dies_anywhere_is_gone_on_with(database: Fixture) {
    let database = database.with_users(1_000).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    database
        .sql("UPDATE users SET display_name = 'kept' WHERE id = 1")
        .await;
    drop(migrator);
    let deaths = dying(&database, &project, true).await;
    assert!(deaths > 3, "it lived too long to die: {deaths}");
    assert_eq!(database.schema().await, before);
    assert_eq!(
        database.count("colmig_saved").await,
        1,
        "what was written is kept, and once"
    );
}
