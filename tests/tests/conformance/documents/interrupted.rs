//! Runs that end before their work does.

use std::time::Duration;

use colmig::migrate::{Event, Goal, Outcome, Settings, Watch, load};
use colmig::{Database, Phase};
use colmig_guests::{ADD, old_guest};
use mongodb::bson::doc;

use super::place::{Place, add, folder, stopping, vouched};

fn unfilled() -> mongodb::bson::Document {
    doc! { "displayName": null }
}

pub(crate) async fn a_backfill_that_is_stopped_goes_on_where_it_was(place: &Place) {
    place.with_guests(5000).await;
    // A batch that comes late writes nothing, and what it left is found at the end of the pass.
    let watch = stopping(
        |event| matches!(event, Event::BackfillProgress { filled, .. } if *filled >= 1000),
    );
    let mut migrator = place.slow_migrator().await;
    let outcome = migrator.run(&place.migrations(), &add(), &watch).await;
    assert!(
        matches!(outcome, Ok(Outcome::Stopped { .. })),
        "{outcome:?}"
    );
    let filled = 5000 - place.count("guests", unfilled()).await;
    assert!((1000..5000).contains(&filled), "{filled} are filled");

    // Nothing that was filled is filled again: a document changed meanwhile stays as it is.
    let changed = doc! { "$set": { "first": "Changed" } };
    place.change("guests", 1_i64, changed).await;
    place.run(ADD, Phase::SwitchReads).await;
    let stored = place.stored("guests", 1_i64).await.unwrap();
    assert_eq!(stored.get_str("displayName").unwrap(), "first1 Last1");
    assert_eq!(place.count("guests", unfilled()).await, 0);
}

/// Whoever comes next waits for the lock of one that is gone without a word, and no longer.
pub(crate) async fn a_run_that_is_gone_without_a_word_is_gone_on_with(place: &Place) {
    place.with_guests(3000).await;
    for patience in [900, 1500, 2100] {
        let settings = Settings {
            lease: Duration::from_millis(600),
            duty: 0.05,
            batch_rows: 100,
            ..vouched()
        };
        let mut migrator = place.migrator_with(settings).await;
        let (migrations, goal, watch) = (place.migrations(), add(), Watch::default());
        let run = migrator.run(&migrations, &goal, &watch);
        let gone = tokio::time::timeout(Duration::from_millis(patience), run).await;
        assert!(gone.is_err(), "it came to an end: {gone:?}");
        let changed = doc! { "$set": { "last": format!("Last{patience}") } };
        place.change("guests", 2_999_i64, changed).await;
    }
    place.run(ADD, Phase::SwitchReads).await;
    assert_eq!(place.count("guests", unfilled()).await, 0);
    let stored = place.documents("guests").await;
    assert_eq!(stored.len(), 3000);
    for (stored, id) in stored.iter().zip(1_i64..).filter(|(_, id)| *id != 2_999) {
        let mut expected = old_guest(id);
        expected.insert("displayName", format!("first{id} Last{id}"));
        expected.insert("initial", "F");
        expected.insert("handle", format!("guest {id}"));
        assert_eq!(*stored, expected);
    }
}

pub(crate) async fn an_edited_file_is_refused_once_the_migration_has_begun(place: &Place) {
    place.with_guests(10).await;
    place.run(ADD, Phase::Expand).await;
    let copy = tempfile::tempdir().unwrap();
    crate::interrupted::copy_folder(&folder(), copy.path());
    let path = "mongodb/4_constrain.mongodb";
    let file = copy.path().join(ADD).join(path);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("guests_displayName_idx", "guests_display_idx"),
    )
    .unwrap();
    let error = load(copy.path(), Database::MongoDb)
        .unwrap_err()
        .to_string();
    assert!(error.contains("4_constrain.mongodb"), "{error}");

    // Sealed anew, it is still not the file that the migration began with.
    let manifest = copy.path().join(ADD).join("migration.toml");
    let mut sealed =
        colmig_schema::migration::Manifest::parse(&std::fs::read_to_string(&manifest).unwrap())
            .unwrap();
    sealed.seal(path, &std::fs::read_to_string(&file).unwrap());
    std::fs::write(&manifest, sealed.to_toml().unwrap()).unwrap();
    let migrations = load(copy.path(), Database::MongoDb).unwrap();
    let mut migrator = place.migrator().await;
    let refused = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains(ADD), "{error}");
}
