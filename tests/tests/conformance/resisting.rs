//! Data that does not fit: found, named, and nothing lost.

use std::sync::atomic::Ordering;
use std::time::Duration;

use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Phase, Progress};
use colmig_tests::load::Load;
use colmig_tests::model::ADD;
use colmig_tests::raw;

use crate::Place;

/// Runs, and gives the words in which it says no.
async fn refused(place: &Place) -> String {
    let goal = Goal {
        only: Some(ADD.to_owned()),
        ..Goal::default()
    };
    match place
        .migrator()
        .await
        .run(&place.migrations(), &goal, &Watch::default())
        .await
    {
        Ok(Outcome::Held { gate, .. }) => gate,
        Ok(other) => panic!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

pub(crate) async fn duplicates_hold_the_migration_until_they_are_mended(place: &Place) {
    let db = place.with_users(200).await;
    place.run_until(Phase::DualWrite).await;
    raw::execute(
        &db,
        "UPDATE users SET handle = 'twice' WHERE id BETWEEN 101 AND 130",
    )
    .await
    .unwrap();
    let load = Load::start(
        place.instances(2).await,
        place.instances(1).await,
        100,
        Duration::from_millis(5),
    );
    for _ in 0..2 {
        let words = refused(place).await;
        let expected = "30 rows of `users` resist `users_handle_key`: they have the same `handle` as another row; by id: 101 and 102";
        assert!(words.starts_with(expected), "{words}");
        assert!(words.contains(" and 120; and 10 more"), "{words}");
    }
    // It is held before anything was tried.
    let status = place.migrator().await.status(&place.migrations()).await;
    let mut migrations = status.unwrap().migrations.into_iter();
    let add = migrations.find(|migration| migration.id == ADD).unwrap();
    assert_eq!(add.progress, Progress::Running(Phase::Backfill));
    let found = add.steps.iter().find_map(|step| step.resisting.as_ref());
    let found = found.unwrap();
    assert_eq!((found.rows, found.keys.len()), (30, 20));
    assert!(!place.schema().await.contains("users_handle_key"));
    // Everything keeps working meanwhile, for builds of both kinds.
    raw::seed(&db, 1000, 1).await.unwrap();
    // It may be held before anybody has asked for much.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert!(seen.requests.load(Ordering::Relaxed) > 50);
    raw::execute(
        &db,
        "UPDATE users SET handle = 'once ' || id WHERE id BETWEEN 101 AND 129",
    )
    .await
    .unwrap();
    place.run_until(Phase::SwitchReads).await;
    assert!(place.schema().await.contains("users_handle_key"));
}

pub(crate) async fn a_duplicate_from_behind_is_reported_alike_and_before_the_next_try(
    place: &Place,
) {
    let db = place.with_users(100).await;
    place.run_until(Phase::Backfill).await;
    raw::execute(&db, "UPDATE users SET handle = 'twice' WHERE id IN (3, 5)")
        .await
        .unwrap();
    for _ in 0..2 {
        let words = refused(place).await;
        let expected = "2 rows of `users` resist `users_handle_key`: they have the same `handle` as another row; by id: 3 and 5: ";
        assert!(words.starts_with(expected), "{words}");
    }
    raw::execute(&db, "UPDATE users SET handle = 'once' WHERE id = 3")
        .await
        .unwrap();
    place.run_until(Phase::SwitchReads).await;
    assert!(place.schema().await.contains("users_handle_key"));
}

pub(crate) async fn a_rule_that_gives_null_holds_the_migration_until_the_row_is_mended(
    place: &Place,
) {
    let db = place.with_users(100).await;
    let changes: &[&str] = match place.database {
        colmig::Database::Postgres => &["ALTER TABLE users ALTER COLUMN last_name DROP NOT NULL"],
        colmig::Database::MariaDb => &["ALTER TABLE users MODIFY last_name varchar(255)"],
        // SQLite's columns cannot be altered, so another one takes the name.
        _ => &[
            "ALTER TABLE users RENAME COLUMN last_name TO old_name",
            "ALTER TABLE users ADD COLUMN last_name TEXT",
            "UPDATE users SET last_name = old_name",
        ],
    };
    db.close().await;
    for change in changes {
        // A connection of SQLite's that has not seen the last change would refuse the next.
        let db = place.instance().await;
        raw::execute(&db, change).await.unwrap();
        db.close().await;
    }
    let db = place.instance().await;
    raw::execute(&db, "UPDATE users SET last_name = NULL WHERE id = 42")
        .await
        .unwrap();
    let words = refused(place).await;
    assert!(words.contains("42") && words.contains("NULL"), "{words}");
    raw::execute(&db, "UPDATE users SET last_name = 'Found' WHERE id = 42")
        .await
        .unwrap();
    place.run_until(Phase::SwitchReads).await;
    let name = raw::text(&db, "SELECT display_name FROM users WHERE id = 42")
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some("First42 Found"));
}

/// Where NULL is refused from `constrain` on, there is none; where contract alone can refuse it, the
/// row is named before anything of contract is done.
pub(crate) async fn a_null_is_refused_or_holds_contract(place: &Place) {
    let db = place.with_users(50).await;
    place.run_until(Phase::SwitchReads).await;
    let empty = "UPDATE users SET display_name = NULL WHERE id = 3";
    if raw::execute(&db, empty).await.is_ok() {
        let schema = place.schema().await;
        let migrations = place.migrations();
        for _ in 0..2 {
            let mut migrator = place.migrator().await;
            let held = migrator.contract(&migrations, ADD, &Watch::default()).await;
            let Ok(Outcome::Held { phase, gate, .. }) = held else {
                panic!("{held:?}");
            };
            assert_eq!(phase, Phase::Contract);
            let words = "1 row of `users` resists `users_display_name_not_null`: it holds NULL in `display_name`";
            assert!(gate.starts_with(words), "{gate}");
            assert!(gate.contains("by id: 3"), "{gate}");
        }
        assert_eq!(place.schema().await, schema);
        let mend = "UPDATE users SET display_name = 'Mended' WHERE id = 3";
        raw::execute(&db, mend).await.unwrap();
    }
    place.contract().await;
    assert!(raw::execute(&db, empty).await.is_err());
}

pub(crate) async fn rows_that_fail_the_check_hold_the_migration_until_they_are_mended(
    place: &Place,
) {
    let db = place.with_users(1000).await;
    place.run_until(Phase::DualWrite).await;
    let broken = "UPDATE users SET display_name = '' WHERE id % 40 = 0";
    raw::execute(&db, broken).await.unwrap();
    let words = refused(place).await;
    let expected = "25 rows of `users` resist `users_display_name_check`: they fail the check `";
    assert!(words.starts_with(expected), "{words}");
    assert!(words.contains("; by id: 40; 80; "), "{words}");
    assert!(words.contains("; 800; and 5 more: "), "{words}");
    let mended = "UPDATE users SET display_name = 'Mended' WHERE id % 40 = 0";
    raw::execute(&db, mended).await.unwrap();
    place.run_until(Phase::Backfill).await;

    // The same rows from behind, between the search and the constraint.
    raw::execute(&db, "UPDATE users SET display_name = '' WHERE id = 777")
        .await
        .unwrap();
    let words = refused(place).await;
    let expected = "1 row of `users` resists `users_display_name_check`: it fails the check `";
    assert!(words.starts_with(expected), "{words}");
    assert!(words.contains("; by id: 777: "), "{words}");
    raw::execute(
        &db,
        "UPDATE users SET display_name = 'Mended' WHERE id = 777",
    )
    .await
    .unwrap();
    place.run_until(Phase::SwitchReads).await;
    let broken = raw::execute(&db, "UPDATE users SET display_name = '' WHERE id = 1").await;
    assert!(broken.is_err());
}
