//! Documents that do not fit: found, named, and nothing lost.

use std::sync::atomic::Ordering;
use std::time::Duration;

use colmig::{Phase, Progress};
use colmig_guests::{ADD, old_guest};
use colmig_tests::documents;
use mongodb::bson::{Document, doc};

use super::place::Place;

/// Runs, and gives the words in which it says no.
async fn refused(place: &Place) -> String {
    place.refused(ADD, Phase::SwitchReads).await.1
}

/// Changes what a filter finds, past the validator, as only somebody with too many rights can.
async fn force(place: &Place, filter: Document, update: Document) {
    let update = doc! {
        "update": "guests",
        "updates": [{ "q": filter, "u": update, "multi": true }],
        "bypassDocumentValidation": true,
    };
    place.database.run_command(update).await.unwrap();
}

async fn set(place: &Place, filter: Document, set: Document) {
    let guests = place.guests();
    let updated = guests.update_many(filter, doc! { "$set": set });
    assert!(updated.await.unwrap().matched_count > 0);
}

fn has_index(place: &Place) -> bool {
    let schema = place.schema();
    schema.contains("guests_handle_key") && schema.contains("\"unique\": true")
}

pub(crate) async fn duplicates_hold_the_migration_until_they_are_mended(place: &Place) {
    place.with_guests(200).await;
    place.run(ADD, Phase::DualWrite).await;
    let alike = doc! { "_id": { "$gte": 101, "$lte": 130 } };
    set(place, alike, doc! { "handle": "twice" }).await;
    let pause = Duration::from_millis(5);
    let load = documents::start(place.instances(2).await, Vec::new(), 100, pause);
    for _ in 0..2 {
        let words = refused(place).await;
        let expected = "30 documents of `guests` resist `guests_handle_key`: they have the same `handle` as another document; by _id: 101 and 102";
        assert!(words.starts_with(expected), "{words}");
        assert!(words.contains(" and 120; and 10 more"), "{words}");
    }
    let status = place.migrator().await.status(&place.migrations()).await;
    let mut migrations = status.unwrap().migrations.into_iter();
    let add = migrations.find(|migration| migration.id == ADD).unwrap();
    assert_eq!(add.progress, Progress::Running(Phase::Constrain));
    let found = add.steps.iter().find_map(|step| step.resisting.as_ref());
    let found = found.unwrap();
    assert_eq!((found.rows, found.keys.len()), (30, 20));
    assert!(!has_index(place));
    // Everything keeps working meanwhile. It may be held before anybody has asked for much.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let seen = load.stop().await;
    assert_eq!(seen.wrong(), Vec::<String>::new());
    assert!(seen.requests.load(Ordering::Relaxed) > 50);
    for id in 101..=129_i64 {
        let mended = doc! { "$set": { "handle": format!("once {id}") } };
        place.change("guests", id, mended).await;
    }
    place.run(ADD, Phase::SwitchReads).await;
    assert!(has_index(place));
}

pub(crate) async fn a_duplicate_from_behind_is_reported_alike_and_before_the_next_try(
    place: &Place,
) {
    place.with_guests(100).await;
    place.run(ADD, Phase::Backfill).await;
    let alike = doc! { "_id": { "$in": [3, 5] } };
    set(place, alike, doc! { "handle": "twice" }).await;
    for _ in 0..2 {
        let words = refused(place).await;
        let expected = "2 documents of `guests` resist `guests_handle_key`: they have the same `handle` as another document; by _id: 3 and 5: ";
        assert!(words.starts_with(expected), "{words}");
    }
    set(place, doc! { "_id": 3 }, doc! { "handle": "once" }).await;
    place.run(ADD, Phase::SwitchReads).await;
    assert!(has_index(place));
}

pub(crate) async fn a_rule_that_gives_null_holds_the_migration_until_the_row_is_mended(
    place: &Place,
) {
    place.with_guests(100).await;
    let lacks = doc! { "$unset": { "last": "" } };
    force(place, doc! { "_id": 42 }, lacks).await;
    let (phase, words) = place.refused(ADD, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Backfill, "{words}");
    assert!(words.contains("42") && words.contains("null"), "{words}");
    assert!(words.contains("displayName"), "{words}");
    set(place, doc! { "_id": 42 }, doc! { "last": "Found" }).await;
    place.run(ADD, Phase::SwitchReads).await;
    let stored = place.stored("guests", 42_i64).await.unwrap();
    assert_eq!(stored.get_str("displayName").unwrap(), "first42 Found");
}

/// From `constrain` on the validator refuses null, and a document without the field.
pub(crate) async fn a_null_is_refused_or_holds_contract(place: &Place) {
    place.with_guests(50).await;
    place.run(ADD, Phase::SwitchReads).await;
    let check = async || {
        let guests = place.guests();
        for update in [
            doc! { "$set": { "displayName": null } },
            doc! { "$unset": { "displayName": "" } },
        ] {
            let updated = guests.update_one(doc! { "_id": 3 }, update).await;
            let error = updated.unwrap_err().to_string();
            assert!(error.contains("validation"), "{error}");
        }
        let replaced = guests.replace_one(doc! { "_id": 3 }, old_guest(3)).await;
        assert!(replaced.is_err());
        // One that may be null may be so.
        let null = doc! { "$set": { "initial": null } };
        guests.update_one(doc! { "_id": 4 }, null).await.unwrap();
    };
    check().await;
    place.contract(ADD).await;
    check().await;
}

/// The check of a collection is its validator.
pub(crate) async fn rows_that_fail_the_check_hold_the_migration_until_they_are_mended(
    place: &Place,
) {
    place.with_guests(1000).await;
    place.run(ADD, Phase::DualWrite).await;
    let some = || doc! { "_id": { "$mod": [40, 0] } };
    // Somebody gives the field a meaning of their own.
    set(place, some(), doc! { "displayName": 7 }).await;
    let words = refused(place).await;
    let expected = "25 documents of `guests` resist `guests_schema`: ";
    assert!(words.starts_with(expected), "{words}");
    assert!(words.contains("displayName: string"), "{words}");
    assert!(words.contains("; by _id: 40; 80; "), "{words}");
    assert!(words.contains("; 800; and 5 more: "), "{words}");
    set(place, some(), doc! { "displayName": "Mended" }).await;

    // The same documents from behind, between the search and the validator.
    set(place, doc! { "_id": 777 }, doc! { "displayName": 7 }).await;
    let words = refused(place).await;
    let expected = "1 document of `guests` resists `guests_schema`: ";
    assert!(words.starts_with(expected), "{words}");
    assert!(words.contains("; by _id: 777: "), "{words}");
    set(place, doc! { "_id": 777 }, doc! { "displayName": "Mended" }).await;
    place.run(ADD, Phase::SwitchReads).await;
    let broken = doc! { "$set": { "displayName": 7 } };
    let broken = place.guests().update_one(doc! { "_id": 1 }, broken).await;
    assert!(broken.is_err());
}
