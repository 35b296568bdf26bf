//! All six phases.

use std::time::Duration;

use colmig::migrate::{Goal, Outcome, Verifying, Watch};
use colmig::{Model, Phase};
use colmig_tests::load::Load;
use colmig_tests::model::User;
use colmig_tests::raw;

use crate::Place;

pub(crate) async fn every_phase_under_live_traffic(place: &Place) {
    let rows = 3000;
    let db = place.with_users(rows).await;
    let new = place.instances(2).await;
    let old = place.instances(2).await;
    let load = Load::start(new.clone(), old, rows, Duration::from_millis(5));
    for phase in Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
    {
        place.run_until(phase).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(load.seen().wrong(), Vec::<String>::new(), "after {phase}");
    }
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert!(seen.requests.load(std::sync::atomic::Ordering::Relaxed) > 200);

    // Contract ends what the old build relies on, so only the new one runs on.
    let load = Load::start(new, Vec::new(), rows, Duration::from_millis(5));
    place.contract().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());

    for column in ["display_name", "handle", "plan"] {
        let empty = raw::number(
            &db,
            &format!("SELECT count(*) FROM users WHERE {column} IS NULL"),
        )
        .await;
        assert_eq!(empty.unwrap(), 0, "{column}");
    }
    let verification = place
        .migrator()
        .await
        .verify(
            &place.migrations(),
            &Verifying::default(),
            &Watch::default(),
        )
        .await
        .unwrap();
    assert!(verification.holds(), "{verification:?}");

    // What the plan promises holds from now on, also for writers that are no accessors.
    for (sql, why) in [
        (
            "INSERT INTO users (id, first_name, last_name) VALUES (0, 'a', 'b')",
            "NULL in a required column",
        ),
        (
            "UPDATE users SET display_name = NULL WHERE id = 1",
            "NULL in a required column",
        ),
        (
            "UPDATE users SET display_name = '' WHERE id = 1",
            "the check",
        ),
        (
            "UPDATE users SET handle = 'user 2' WHERE id = 1",
            "the unique index",
        ),
    ] {
        assert!(raw::execute(&db, sql).await.is_err(), "{why}: {sql}");
    }
    let late = User {
        display_name: "Late".to_owned(),
        ..User::plain(-1)
    };
    late.insert(&db).await.unwrap();
    assert_eq!(User::find(&db, -1).await.unwrap(), Some(late));
    let leftover = raw::number(&db, "SELECT count(*) FROM colmig_saved")
        .await
        .unwrap();
    assert_eq!(leftover, 0);
}

pub(crate) async fn a_finished_migration_is_not_run_again(place: &Place) {
    place.with_users(10).await;
    place.run_until(Phase::SwitchReads).await;
    place.contract().await;
    let schema = place.schema().await;
    for _ in 0..2 {
        let outcome = place
            .migrator()
            .await
            .run(&place.migrations(), &Goal::default(), &Watch::default())
            .await;
        assert!(matches!(outcome, Ok(Outcome::Done)), "{outcome:?}");
    }
    assert_eq!(place.schema().await, schema);
}
