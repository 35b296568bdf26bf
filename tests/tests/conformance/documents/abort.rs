//! Back to before the migration.

use std::time::Duration;

use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Document as _, Phase, field};
use colmig_guests::{ADD, Guest, Key};
use colmig_tests::documents;
use mongodb::bson::doc;

use super::place::{BEFORE_CONTRACT, Place};

pub(crate) async fn abort_in_each_phase_leaves_the_schema_as_it_was(place: &Place) {
    let db = place.with_guests(500).await;
    let (schema, documents) = (place.schema(), place.documents("guests").await);
    for phase in BEFORE_CONTRACT {
        place.run(ADD, phase).await;
        assert_ne!(place.schema(), schema, "{phase} does something");
        let update = Guest::update(Key::Number(7))
            .set(field!(Guest.display_name), "Kept")
            .set(field!(Guest.note), "kept as well".to_owned());
        assert!(update.execute(&db).await.unwrap());
        place.abort(ADD).await;
        assert_eq!(place.schema(), schema, "aborted in {phase}");
        let left = place.documents("guests").await;
        assert_eq!(left, documents, "aborted in {phase}");
        // What was accepted for the fields survives beside the collection, and nothing else is kept.
        let kept = doc! { "_id.field": "displayName", "_id.key": 7_i64, "value": "Kept" };
        assert_eq!(place.count("colmig_saved", kept).await, 1, "{phase}");
        let kept = doc! { "_id.field": "note", "value": "kept as well" };
        assert_eq!(place.count("colmig_saved", kept).await, 1, "{phase}");
        let saved = place.documents("colmig_saved").await;
        assert_eq!(saved.len(), 2, "aborted in {phase}: {saved:?}");
        place
            .collection("colmig_saved")
            .delete_many(doc! {})
            .await
            .unwrap();
    }
}

pub(crate) async fn abort_under_live_traffic(place: &Place) {
    let number = 2000;
    place.with_guests(number).await;
    let schema = place.schema();
    let load = documents::start(
        Vec::new(),
        place.strangers(2).await,
        number,
        Duration::from_millis(2),
    );
    place.run(ADD, Phase::Backfill).await;
    place.abort(ADD).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert_eq!(place.schema(), schema);
    for field in ["displayName", "initial", "handle", "note"] {
        let left = doc! { field: { "$exists": true } };
        assert_eq!(place.count("guests", left).await, 0, "{field}");
    }
}

pub(crate) async fn an_aborted_migration_starts_anew_only_when_asked_to(place: &Place) {
    place.with_guests(10).await;
    place.run(ADD, Phase::DualWrite).await;
    place.abort(ADD).await;
    let mut migrator = place.migrator().await;
    let outcome = migrator
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
    place.run(ADD, Phase::SwitchReads).await;
}
