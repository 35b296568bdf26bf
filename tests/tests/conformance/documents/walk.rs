//! All six phases.

use std::sync::atomic::Ordering;
use std::time::Duration;

use colmig::migrate::{Goal, Outcome, Verifying, Watch};
use colmig::{Document as _, Phase};
use colmig_guests::{ADD, CONVERT, CREATE_BADGES, CREATE_LUGGAGE, DROP, Guest, Key, REPLACE};
use colmig_tests::documents;
use mongodb::bson::{Document, doc};

use super::place::{BEFORE_CONTRACT, Place};

const PAUSE: Duration = Duration::from_millis(5);

/// Builds of before go on until the end of the backfill: nothing in the database serves them, so
/// from `constrain` on what they write is refused.
pub(crate) async fn every_phase_under_live_traffic(place: &Place) {
    let number = 3000;
    place.with_guests(number).await;
    let new = place.instances(2).await;
    let old = place.strangers(2).await;
    let load = documents::start(new.clone(), Vec::new(), number, PAUSE);
    let before = documents::start(Vec::new(), old, number, PAUSE);
    for phase in [Phase::Expand, Phase::DualWrite, Phase::Backfill] {
        place.run(ADD, phase).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(load.seen().wrong(), Vec::<String>::new(), "after {phase}");
        assert_eq!(before.seen().wrong(), Vec::<String>::new(), "after {phase}");
    }
    let seen = before.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert!(seen.requests.load(Ordering::Relaxed) > 100);
    // Whole documents were put in the place of filled ones.
    let erased = doc! { "displayName": null };
    assert!(place.count("guests", erased.clone()).await > 0);

    for phase in [Phase::Constrain, Phase::SwitchReads] {
        place.run(ADD, phase).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(load.seen().wrong(), Vec::<String>::new(), "after {phase}");
    }
    place.contract(ADD).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert_eq!(seen.early.load(Ordering::Relaxed), 0);
    assert!(seen.requests.load(Ordering::Relaxed) > 200);

    assert_eq!(place.count("guests", erased).await, 0);
    for field in ["initial", "handle"] {
        let missing = doc! { field: { "$exists": false } };
        assert_eq!(place.count("guests", missing).await, 0, "{field}");
    }
    let mut migrator = place.migrator().await;
    let (migrations, watch) = (place.migrations(), Watch::default());
    let verified = migrator
        .verify(&migrations, &Verifying::default(), &watch)
        .await;
    let verified = verified.unwrap();
    assert!(verified.holds(), "{verified:?}");

    // What the plan promises holds from now on, also for writers that are no accessors.
    let refused = async |update: Document, why: &str| {
        let updated = place
            .guests()
            .update_one(doc! { "_id": 1_i64 }, update)
            .await;
        assert!(updated.is_err(), "{why}");
    };
    let inserted = place.guests().insert_one(colmig_guests::old_guest(0)).await;
    assert!(inserted.is_err(), "a required field is missing");
    refused(
        doc! { "$set": { "displayName": null } },
        "null in a required field",
    )
    .await;
    refused(
        doc! { "$unset": { "handle": "" } },
        "without a required field",
    )
    .await;
    refused(
        doc! { "$set": { "displayName": 7 } },
        "a value of another type",
    )
    .await;
    refused(doc! { "$set": { "handle": "guest 2" } }, "the unique index").await;

    let db = place.instance().await;
    let late = Guest {
        display_name: "Late".to_owned(),
        ..Guest::plain(-1)
    };
    late.insert(&db).await.unwrap();
    let found = Guest::find(&db, Key::Number(-1)).await.unwrap();
    assert_eq!(found, Some(late));
    assert_eq!(place.count("colmig_saved", doc! {}).await, 0);
}

pub(crate) async fn a_finished_migration_is_not_run_again(place: &Place) {
    // It would wait for an application that has the functions.
    place.leave_out(&[CONVERT]);
    place.with_guests(10).await;
    for phase in BEFORE_CONTRACT {
        place.run(ADD, phase).await;
    }
    place.contract(ADD).await;
    for id in [REPLACE, CREATE_BADGES, DROP, CREATE_LUGGAGE] {
        place.run(id, Phase::SwitchReads).await;
    }
    let (schema, documents) = (place.schema(), place.documents("guests").await);
    for _ in 0..2 {
        let (goal, watch) = (Goal::default(), Watch::default());
        let mut migrator = place.migrator().await;
        let outcome = migrator.run(&place.migrations(), &goal, &watch).await;
        assert!(matches!(outcome, Ok(Outcome::Done)), "{outcome:?}");
    }
    assert_eq!(place.schema(), schema);
    assert_eq!(place.documents("guests").await, documents);
}
