//! Data that does not fit: found, named, and nothing lost.

use colmig::Phase;
use colmig::migrate::{Goal, Outcome, Watch};
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
    let db = place.with_users(100).await;
    place.run_until(Phase::DualWrite).await;
    raw::execute(&db, "UPDATE users SET handle = 'twice' WHERE id IN (3, 5)")
        .await
        .unwrap();
    for _ in 0..2 {
        let words = refused(place).await;
        assert!(words.contains("users_handle_key"), "{words}");
    }
    // Everything keeps working meanwhile, for builds of both kinds.
    raw::seed(&db, 1000, 1).await.unwrap();
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

pub(crate) async fn a_row_that_fails_the_check_holds_the_migration_until_it_is_mended(
    place: &Place,
) {
    let db = place.with_users(1000).await;
    place.run_until(Phase::Backfill).await;
    raw::execute(&db, "UPDATE users SET display_name = '' WHERE id = 777")
        .await
        .unwrap();
    let words = refused(place).await;
    assert!(words.contains("users_display_name_check"), "{words}");
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
