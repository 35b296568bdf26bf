//! A migration is undone.

use colmig::migrate::{Error, Event, Goal, Outcome, Watch};
use colmig::{Phase, Progress};

use super::{progress, run, until};
use crate::fixture::Fixture;
use crate::project::{DISPLAY_NAME, DOMAIN, Project};
use crate::watching::Heard;

pub(super) async fn abort_leaves_the_schema_as_it_was_in_every_phase(database: Fixture) {
    let database = database.with_users(300).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    for phase in Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
    {
        let goal = Goal {
            again: true,
            ..until(phase)
        };
        let outcome = migrator
            .run(&migrations, &goal, &Watch::default())
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Done, "{phase}");
        assert_ne!(database.schema().await, before, "{phase}");
        let outcome = migrator
            .abort(&migrations, DISPLAY_NAME, &Watch::default())
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Done, "{phase}");
        assert_eq!(database.schema().await, before, "{phase}");
        assert_eq!(database.count("colmig_step").await, 0, "{phase}");
        assert_eq!(database.count("users").await, 300);
    }
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Aborted]);
    let held = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}")
    };
    assert!(gate.contains("--again"), "{gate}");
    // Once more leaves it as it is, and so does a migration that has never begun.
    let again = migrator
        .abort(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap();
    assert_eq!(again, Outcome::Done);
}

pub(super) async fn a_phase_that_is_half_done_is_undone(database: Fixture) {
    let database = database.with_users(500).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    // In each step once.
    let steps: Vec<String> = Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
        .flat_map(|phase| migrations[0].steps(phase))
        .map(|step| step.id.clone())
        .collect();
    assert!(steps.len() >= 5);
    for target in steps {
        let at = target.clone();
        let heard = Heard::default();
        let watch = heard.watch_and(move |event, stop| {
            if matches!(event, Event::StepStarted { step, .. } if *step == at) {
                stop.request();
            }
        });
        let goal = Goal {
            again: true,
            ..Goal::default()
        };
        let outcome = run(&mut migrator, &project, &goal, &watch).await.unwrap();
        // Behind the last step there is nothing that could still be stopped.
        let stopped = matches!(outcome, Outcome::Stopped { .. });
        assert!(stopped || target.contains("key"), "{target}: {outcome}");
        let outcome = migrator
            .abort(&migrations, DISPLAY_NAME, &Watch::default())
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Done, "{target}");
        assert_eq!(database.schema().await, before, "{target}");
    }
}

pub(super) async fn what_was_written_survives_an_abort(database: Fixture) {
    let database = database.with_users(300).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    database
        .sql("UPDATE users SET display_name = 'It''s me' WHERE id = 7")
        .await;
    migrator
        .abort(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap();
    // What only the rule gave is not worth keeping.
    assert_eq!(database.count("colmig_saved").await, 1);
    let saved = database
        .value("SELECT table_name || column_name || row_key || value FROM colmig_saved")
        .await;
    assert!(
        saved.starts_with("usersdisplay_name") && saved.contains('7') && saved.contains("me"),
        "{saved}"
    );
}

pub(super) async fn the_second_waits_for_the_first_and_is_undone_first(database: Fixture) {
    let database = database.with_users(100).await;
    let project = Project::of_users_twice();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    let only = Goal {
        only: Some(DOMAIN.to_owned()),
        ..Goal::default()
    };
    let held = migrator
        .run(&migrations, &only, &Watch::default())
        .await
        .unwrap();
    let Outcome::Held { gate, .. } = &held else {
        panic!("{held:?}")
    };
    assert!(gate.contains(DISPLAY_NAME), "{gate}");

    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(
        database
            .count("users WHERE domain = 'host' || (id % 7) || '.org'")
            .await,
        100
    );
    let error = migrator
        .abort(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Dependent { dependent, .. } if dependent == DOMAIN),
        "{error}"
    );
    for id in [DOMAIN, DISPLAY_NAME] {
        let outcome = migrator
            .abort(&migrations, id, &Watch::default())
            .await
            .unwrap();
        assert_eq!(outcome, Outcome::Done);
    }
    assert_eq!(database.schema().await, before);
}
