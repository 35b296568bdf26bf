//! A migration goes all the way.

use colmig::migrate::{Error, Event, Goal, Outcome, Settings, Verifying, Watch};
use colmig::{Database, Phase, Progress};
use tokio::time::Instant;

use super::{progress, run, until};
use crate::fixture::{Fixture, settings};
use crate::project::{self, DISPLAY_NAME, Project};
use crate::watching::Heard;

pub(super) async fn a_column_goes_through_all_six_phases(database: Fixture) {
    let database = database.with_users(1_000).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let heard = Heard::default();
    let mut migrator = database.migrator().await;

    let outcome = migrator
        .run(&migrations, &Goal::default(), &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Done(Phase::SwitchReads)]
    );
    assert_eq!(
        database
            .count("users WHERE display_name = 'first' || id || ' last'")
            .await,
        1_000
    );

    // A build that has never heard of the column inserts without it, until contract.
    database.sql("INSERT INTO users (id, first_name, last_name, email) VALUES (5000, 'Ada', 'L.', 'a@b')").await;
    assert_eq!(
        database
            .value("SELECT display_name FROM users WHERE id = 5000")
            .await,
        "Ada L."
    );
    let mut other = database.other().await;
    let taken = "INSERT INTO users VALUES (5001, 'A', 'B', 'c@d', 'Ada L.')";
    assert!(other.try_sql(taken).await.is_err(), "the column is unique");
    let long = "UPDATE users SET display_name = '0123456789' || '0123456789' || '0123456789' || '0123456789' || \
                '0123456789' || '0123456789' || '0123456789' || '0123456789' || '0123456789' || '0123456789' WHERE id = 5000";
    assert!(other.try_sql(long).await.is_err(), "the check holds");
    // There NOT NULL writes the table anew, and comes in contract.
    let is_mariadb = database.database() == Database::MariaDb;
    let null = "UPDATE users SET display_name = NULL WHERE id = 5000";
    assert_eq!(other.try_sql(null).await.is_err(), !is_mariadb);
    database
        .sql("UPDATE users SET display_name = 'Ada L.' WHERE id = 5000")
        .await;

    let outcome = migrator
        .contract(&migrations, DISPLAY_NAME, &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Finished]
    );
    let without =
        "INSERT INTO users (id, first_name, last_name, email) VALUES (5002, 'A', 'B', 'c@d')";
    assert!(
        other.try_sql(without).await.is_err(),
        "contract leaves a plain required column"
    );
    assert!(other.try_sql(null).await.is_err());
    let error = migrator
        .abort(&migrations, DISPLAY_NAME, &heard.watch())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Illegal { .. }), "{error}");

    let entered = heard.count(|event| matches!(event, Event::PhaseEntered { .. }));
    assert_eq!(entered, 6, "{}", heard.lines());
    let filled = heard.all().into_iter().find_map(|event| match event {
        Event::StepDone {
            phase: Phase::Backfill,
            rows,
            ..
        } => Some(rows),
        _ => None,
    });
    assert_eq!(filled, Some(1_000));
    let audit = migrator.audit(100).await.unwrap();
    assert!(audit.iter().all(|entry| entry.actor == "tester"));
    assert_eq!(audit.first().unwrap().action, "finished");
    assert_eq!(audit.last().unwrap().action, "running");

    // Again, with nothing to do.
    let quiet = Heard::default();
    let again = migrator
        .run(&migrations, &Goal::default(), &quiet.watch())
        .await
        .unwrap();
    assert_eq!((again, quiet.all().len()), (Outcome::Done, 0));
    assert_eq!(database.count("colmig_lock").await, 0);
}

pub(super) async fn a_new_table_is_finished_at_once(database: Fixture) {
    let mut project = Project::empty();
    project.add("20260101000000_create_users", &project::users());
    project.add(
        DISPLAY_NAME,
        &project::with(project::users(), project::display_name()),
    );
    let heard = Heard::default();
    let mut migrator = database
        .migrator_with(Settings {
            offline: false,
            ..settings()
        })
        .await;
    // As on a new database of a project whose snapshot has nothing in flight any more.
    let goal = Goal {
        only: Some("20260101000000_create_users".to_owned()),
        ..Goal::default()
    };
    let outcome = run(&mut migrator, &project, &goal, &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        heard.count(|event| matches!(event, Event::Settling { .. })),
        0,
        "{}",
        heard.lines()
    );
    let mut migrator = database.migrator().await;
    let finished = Goal {
        finished: [DISPLAY_NAME.to_owned()].into(),
        ..Goal::default()
    };
    let outcome = run(&mut migrator, &project, &finished, &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Finished, Progress::Finished]
    );
}

pub(crate) async fn instances_are_waited_for_between_stages(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let heard = Heard::default();
    let connected = Instant::now();
    let mut migrator = database
        .migrator_with(Settings {
            offline: false,
            ..settings()
        })
        .await;
    let settled = |heard: &Heard| heard.count(|event| matches!(event, Event::Settling { .. }));
    run(
        &mut migrator,
        &project,
        &until(Phase::Expand),
        &heard.watch(),
    )
    .await
    .unwrap();
    // Whoever comes next waits, even if this process is gone by then.
    assert_eq!(settled(&heard), 0, "{}", heard.lines());
    run(
        &mut migrator,
        &project,
        &until(Phase::Backfill),
        &heard.watch(),
    )
    .await
    .unwrap();
    assert_eq!(settled(&heard), 2, "{}", heard.lines());
    // An instance may believe for so long that there are no tables.
    assert!(connected.elapsed() >= colmig::VIEW_MAX_AGE);
    let order: Vec<String> = heard
        .all()
        .iter()
        .filter_map(|event| match event {
            Event::Settling { .. } => Some("settling".to_owned()),
            Event::PhaseEntered { phase, .. } => Some(phase.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(
        order,
        ["expand", "settling", "settling", "dual-write", "backfill"]
    );
}

pub(super) async fn contract_comes_last(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let error = migrator
        .run(&migrations, &until(Phase::Contract), &Watch::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::UntilContract), "{error}");
    run(
        &mut migrator,
        &project,
        &until(Phase::Backfill),
        &Watch::default(),
    )
    .await
    .unwrap();
    let held = migrator
        .contract(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap();
    assert!(
        matches!(
            held,
            Outcome::Held {
                phase: Phase::Contract,
                ..
            }
        ),
        "{held:?}"
    );
}

pub(super) async fn any_key_and_any_name(database: Fixture) {
    use colmig_schema::model::{Column, ColumnType, Transition};
    let key = |name, ty| Column {
        primary_key: true,
        ..project::column(name, ty)
    };
    let table = project::model(
        "Select \"order\"",
        vec![
            key("Größe", ColumnType::Double),
            key("group", ColumnType::Text),
            project::text("where"),
        ],
    );
    let mut project = Project::empty();
    project.add("20260101000000_create", &table);
    let upper = "upper(\"where\")";
    let column = Column {
        unique: true,
        transition: Transition {
            backfill: Some(project::each([upper, "upper(`where`)", upper])),
            ..Transition::default()
        },
        ..project::text("from")
    };
    project.add("20260102000000_add", &project::with(table, column));
    let mut migrator = database.migrator().await;
    let only = Goal {
        only: Some("20260101000000_create".to_owned()),
        ..Goal::default()
    };
    run(&mut migrator, &project, &only, &Watch::default())
        .await
        .unwrap();
    database
        .sql(
            "INSERT INTO \"Select \"\"order\"\"\" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) \
             SELECT (i / 7) / 3.0, 'it''s' || (i % 7), 'w' || i FROM n",
        )
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    let filled = database
        .count("\"Select \"\"order\"\"\" WHERE \"from\" = upper(\"where\")")
        .await;
    assert_eq!(filled, 700);
    let migrations = project.load(database.database());
    let outcome = migrator
        .abort(&migrations, "20260102000000_add", &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
}

pub(super) async fn status_and_verify_tell_what_is_there(database: Fixture) {
    let database = database.with_users(100).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let status = migrator.status(&migrations).await.unwrap();
    assert_eq!(status.migrations[0].progress, Progress::Pending);
    assert!(status.migrations[0].began.is_none() && status.run_lock.is_none());
    run(
        &mut migrator,
        &project,
        &until(Phase::Backfill),
        &Watch::default(),
    )
    .await
    .unwrap();
    let status = migrator.status(&migrations).await.unwrap();
    let migration = &status.migrations[0];
    assert_eq!(migration.by.as_deref(), Some("tester"));
    assert!(
        migration.began.as_ref().unwrap().ends_with('Z'),
        "{:?}",
        migration.began
    );
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["migrations"][0]["state"], "done");
    assert_eq!(json["migrations"][0]["phase"], "backfill");
    assert!(
        migrator
            .verify(&migrations, &Verifying::default(), &Watch::default())
            .await
            .unwrap()
            .holds()
    );

    database
        .sql("UPDATE users SET display_name = NULL WHERE id IN (8, 9)")
        .await;
    let found = migrator
        .verify(&migrations, &Verifying::default(), &Watch::default())
        .await
        .unwrap();
    let wrong: Vec<_> = found
        .checks
        .iter()
        .filter(|check| check.finding.is_some())
        .collect();
    assert_eq!(wrong.len(), 1, "{found:?}");
    assert_eq!(
        (wrong[0].phase, wrong[0].keys.as_slice()),
        (
            Some(Phase::Constrain),
            ["8".to_owned(), "9".to_owned()].as_slice()
        )
    );
}
