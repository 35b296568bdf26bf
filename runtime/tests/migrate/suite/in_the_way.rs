//! Something is in the way: a lock, a row, a file.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use colmig::migrate::{Error, Event, Goal, Outcome, Settings, Verifying, Watch};
use colmig::{Phase, Progress};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::{progress, run, until};
use crate::fixture::{Fixture, Other, settings};
use crate::project::{self, DISPLAY_NAME, Project};
use crate::watching::Heard;

/// A session that the next step cannot pass.
#[derive(Clone)]
struct Obstacle {
    database: Arc<Fixture>,
    session: Arc<Mutex<Option<Other>>>,
}

impl Obstacle {
    fn on(database: Fixture) -> Obstacle {
        Obstacle {
            database: Arc::new(database),
            session: Arc::default(),
        }
    }

    /// Called from inside a run, which waits meanwhile.
    fn put(&self) {
        let open = async {
            let mut session = self.database.other().await;
            match *self.database {
                Fixture::Sqlite { .. } => session.sql("BEGIN IMMEDIATE").await,
                Fixture::Postgres { .. } | Fixture::MariaDb { .. } => {
                    session.sql("BEGIN; SELECT count(*) FROM users").await;
                }
            }
            session
        };
        let session = block_in_place(|| Handle::current().block_on(open));
        *self.session.lock().unwrap() = Some(session);
    }

    fn take(&self) {
        *self.session.lock().unwrap() = None;
    }
}

pub(super) async fn a_lock_that_is_held_is_reported_and_waited_for(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database.migrator().await;
    let obstacle = Obstacle::on(database);
    let theirs = obstacle.clone();
    let watch = heard.watch_and(move |event, _| match event {
        // Once the run has its lock, and is about to begin.
        Event::PhaseEntered { .. } => theirs.put(),
        Event::LockTimedOut { attempt: 3, .. } => theirs.take(),
        _ => {}
    });
    let outcome = run(&mut migrator, &project, &until(Phase::Expand), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done, "{}", heard.lines());
    let mut tries = 0;
    let mut seen = Vec::new();
    for event in heard.all() {
        if let Event::LockTimedOut {
            attempt,
            blockers,
            step,
            retry_in_ms,
            ..
        } = event
        {
            tries += 1;
            assert_eq!(attempt, tries);
            assert_eq!(step, "add_column_users_display_name");
            assert!(retry_in_ms >= 100, "{retry_in_ms}");
            seen.extend(blockers);
        }
    }
    assert!(tries >= 3, "{}", heard.lines());
    if matches!(*obstacle.database, Fixture::Postgres { .. }) {
        let blocker = seen.first().expect("whoever is in the way can be seen");
        assert!(blocker.pid.is_some(), "{blocker}");
        assert_eq!(blocker.state.as_deref(), Some("idle in transaction"));
        let query = blocker.query.as_deref().unwrap();
        assert!(query.contains("SELECT count(*) FROM users"), "{query}");
    }
}

pub(super) async fn patience_ends_and_names_the_command_that_goes_on(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let impatient = Settings {
        lock_patience: Duration::from_millis(400),
        ..settings()
    };
    let mut migrator = database.migrator_with(impatient).await;
    let obstacle = Obstacle::on(database);
    let theirs = obstacle.clone();
    let watch = Watch::new(move |event| {
        if let Event::PhaseEntered { .. } = event {
            theirs.put();
        }
    });
    let goal = until(Phase::Expand);
    let error = run(&mut migrator, &project, &goal, &watch)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::LockPatience { .. }), "{error}");
    let words = error.to_string();
    let command = "`cargo colmig run --until expand` goes on from here";
    assert!(words.contains(command), "{words}");
    assert!(!error.is_database());
    obstacle.take();
    let outcome = run(&mut migrator, &project, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

pub(super) async fn duplicates_are_named_and_mended_by_files_without_searches(database: Fixture) {
    let database = database.with_users(50).await;
    database
        .sql("UPDATE users SET first_name = 'first1' WHERE id = 2")
        .await;
    let project = Project::of_users();
    project.without_searches(DISPLAY_NAME);
    let mut migrator = database.migrator().await;
    let error = run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap_err();
    let Error::Conflict {
        constraint,
        place,
        detail,
        resume,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(
        (place.phase, resume.as_str()),
        (Phase::Constrain, "cargo colmig run")
    );
    match database {
        Fixture::Sqlite { .. } => assert_eq!(constraint.as_deref(), Some("users.display_name")),
        Fixture::MariaDb { .. } => {
            assert_eq!(constraint.as_deref(), Some("users_display_name_key"));
            let schema = database.schema().await;
            assert!(!schema.contains("users_display_name_key"), "{schema}");
        }
        Fixture::Postgres { .. } => {
            assert_eq!(constraint.as_deref(), Some("users_display_name_key"));
            assert_eq!(
                detail.as_deref(),
                Some("Key (display_name)=(first1 last) is duplicated.")
            );
            let left = "pg_class WHERE relname = 'users_display_name_key'";
            assert_eq!(
                database.count(left).await,
                0,
                "half an index would refuse writes"
            );
        }
    }
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Running(Phase::Constrain)]
    );
    database
        .sql("UPDATE users SET display_name = 'mended' WHERE id = 2")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
}

pub(super) async fn a_rule_that_gives_null_is_held_with_the_keys(database: Fixture) {
    let database = database.with_users(250).await;
    database
        .sql("UPDATE users SET last_name = NULL WHERE id IN (3, 140)")
        .await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let held = run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    let Outcome::Held {
        migration,
        phase,
        gate,
    } = &held
    else {
        panic!("{held:?}")
    };
    assert_eq!(
        (migration.as_str(), *phase),
        (DISPLAY_NAME, Phase::Backfill)
    );
    assert!(gate.contains("id = 3; 140"), "{gate}");
    database
        .sql("UPDATE users SET last_name = 'x' WHERE id = 3")
        .await;
    database
        .sql("UPDATE users SET display_name = 'y' WHERE id = 140")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        database
            .value("SELECT display_name FROM users WHERE id = 3")
            .await,
        "first3 x"
    );
    assert_eq!(
        database
            .value("SELECT display_name FROM users WHERE id = 140")
            .await,
        "y"
    );
}

pub(super) async fn files_that_changed_after_they_began_are_refused(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    run(
        &mut migrator,
        &project,
        &until(Phase::Expand),
        &Watch::default(),
    )
    .await
    .unwrap();

    // The same name with another rule, as after another `generate`.
    let mut other = Project::empty();
    other.there(project::users());
    other.add(
        DISPLAY_NAME,
        &project::with(
            project::users(),
            project::ruled("display_name", "first_name"),
        ),
    );
    let error = run(&mut migrator, &other, &Goal::default(), &Watch::default())
        .await
        .unwrap_err();
    let Error::Edited { migration, by, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((migration.as_str(), by.as_str()), (DISPLAY_NAME, "tester"));
    let migrations = other.load(database.database());
    assert!(
        migrator
            .abort(&migrations, DISPLAY_NAME, &Watch::default())
            .await
            .is_err()
    );
    assert!(migrator.status(&migrations).await.unwrap().migrations[0].edited);
    let found = migrator
        .verify(&migrations, &Verifying::default(), &Watch::default())
        .await
        .unwrap();
    assert!(!found.holds());

    let error = migrator
        .run(&[], &Goal::default(), &Watch::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Missing { migration, .. } if migration == DISPLAY_NAME),
        "{error}"
    );
    assert_eq!(
        migrator.status(&[]).await.unwrap().missing[0].id,
        DISPLAY_NAME
    );
    let error = migrator
        .contract(&[], DISPLAY_NAME, &Watch::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error}");

    // Undone, it may come back with other files.
    let migrations = project.load(database.database());
    migrator
        .abort(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap();
    let again = Goal {
        again: true,
        ..Goal::default()
    };
    let outcome = run(&mut migrator, &other, &again, &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        database
            .count("users WHERE display_name = first_name")
            .await,
        10
    );
}
