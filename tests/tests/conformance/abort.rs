//! Back to before the migration.

use std::time::Duration;

use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Model, Phase, field};
use colmig_tests::load::Load;
use colmig_tests::model::{ADD, User};
use colmig_tests::raw;

use crate::Place;

pub(crate) async fn abort_in_each_phase_leaves_the_schema_as_it_was(place: &Place) {
    let rows = 500;
    let db = place.with_users(rows).await;
    let before = place.schema().await;
    for phase in Phase::ALL
        .into_iter()
        .filter(|phase| *phase < Phase::Contract)
    {
        place.run_until_again(phase).await;
        assert_ne!(place.schema().await, before, "{phase} does something");
        let written = phase >= Phase::DualWrite;
        if written {
            User::update(7)
                .set(field!(User.display_name), "Kept")
                .execute(&db)
                .await
                .unwrap();
        }
        place.abort().await;
        assert_eq!(place.schema().await, before, "aborted in {phase}");
        let left = raw::number(&db, "SELECT count(*) FROM users")
            .await
            .unwrap();
        assert_eq!(left, rows, "aborted in {phase}");
        // What was accepted for the column survives beside the table.
        let kept = raw::number(
            &db,
            "SELECT count(*) FROM colmig_saved WHERE column_name = 'display_name' AND value LIKE '%Kept%'",
        );
        assert_eq!(
            kept.await.unwrap(),
            i64::from(written),
            "aborted in {phase}"
        );
        raw::execute(&db, "DELETE FROM colmig_saved").await.unwrap();
    }
}

pub(crate) async fn abort_under_live_traffic(place: &Place) {
    let rows = 2000;
    place.with_users(rows).await;
    let before = place.schema().await;
    let load = Load::start(
        Vec::new(),
        place.instances(2).await,
        rows,
        Duration::from_millis(2),
    );
    place.run_until(Phase::Constrain).await;
    place.abort().await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert_eq!(place.schema().await, before);
}

pub(crate) async fn an_aborted_migration_starts_anew_only_when_asked_to(place: &Place) {
    place.with_users(10).await;
    place.run_until(Phase::DualWrite).await;
    place.abort().await;
    let outcome = place
        .migrator()
        .await
        .run(&place.migrations(), &Goal::default(), &Watch::default())
        .await;
    match outcome {
        Ok(Outcome::Held {
            migration, gate, ..
        }) => {
            assert_eq!(migration, ADD);
            assert!(gate.contains("--again"), "{gate}");
        }
        other => panic!("{other:?}"),
    }
    place.run_until_again(Phase::SwitchReads).await;
}
