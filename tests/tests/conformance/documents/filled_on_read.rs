//! Documents that are filled behind the reads that find them, while a backfill has stopped.

use std::time::{Duration, Instant};

use colmig::migrate::{Event, Outcome};
use colmig::{Db, Document as _, Phase};
use colmig_guests::{ADD, Guest, Key};
use mongodb::bson::{Bson, doc};

use super::place::{Place, add, instance, stopping};

fn unfilled() -> mongodb::bson::Document {
    doc! { "displayName": null }
}

async fn filling(place: &Place) -> Db {
    instance()
        .fill_on_read(true)
        .connect(&place.url)
        .await
        .unwrap()
}

/// Goes into the backfill, and stops before the first batch.
async fn begin_backfill(place: &Place) {
    let is_backfill = |event: &Event| {
        matches!(
            event,
            Event::PhaseEntered {
                phase: Phase::Backfill,
                ..
            }
        )
    };
    let mut migrator = place.migrator().await;
    let watch = stopping(is_backfill);
    let outcome = migrator.run(&place.migrations(), &add(), &watch).await;
    assert!(
        matches!(outcome, Ok(Outcome::Stopped { .. })),
        "{outcome:?}"
    );
}

/// Reads some guests until they are filled, and no others are.
async fn read(place: &Place, db: &Db, ids: std::ops::Range<i64>) {
    let began = Instant::now();
    let of = || {
        let ids: Vec<Bson> = ids.clone().map(Bson::from).collect();
        doc! { "displayName": null, "_id": { "$in": ids } }
    };
    loop {
        for id in ids.clone() {
            let found = Guest::find(db, Key::Number(id)).await.unwrap();
            assert_eq!(found, Some(Guest::plain(id)));
        }
        if place.count("guests", of()).await == 0 {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) async fn what_is_read_is_filled_first_and_the_backfill_ends_it(place: &Place) {
    place.with_guests(500).await;
    place.run(ADD, Phase::DualWrite).await;
    let db = filling(place).await;
    for id in 1..10 {
        let found = Guest::find(&db, Key::Number(id)).await.unwrap();
        assert_eq!(found, Some(Guest::plain(id)));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(
        place.count("guests", unfilled()).await,
        500,
        "builds of before may be live"
    );

    begin_backfill(place).await;
    let left = place.count("guests", unfilled()).await;
    assert_eq!(left, 500, "the backfill has begun");
    read(place, &db, 300..320).await;
    assert_eq!(place.count("guests", unfilled()).await, left - 20);
    // Filled is filled: it does not follow what it was made of.
    place
        .change("guests", 300_i64, doc! { "$set": { "first": "Changed" } })
        .await;
    place.run(ADD, Phase::SwitchReads).await;
    assert_eq!(place.count("guests", unfilled()).await, 0);
    let stored = place.stored("guests", 300_i64).await.unwrap();
    assert_eq!(stored.get_str("displayName").unwrap(), "first300 Last300");
    place.contract(ADD).await;
    let found = Guest::find(&db, Key::Number(301)).await.unwrap();
    assert_eq!(found, Some(Guest::plain(301)));
}

/// Nothing that a read has filled is left, though reads go on meanwhile.
pub(crate) async fn an_abort_takes_out_what_reads_have_filled(place: &Place) {
    place.with_guests(200).await;
    begin_backfill(place).await;
    let db = filling(place).await;
    read(place, &db, 1..50).await;
    let reads = tokio::spawn(async move {
        loop {
            for id in 1..200 {
                let found = Guest::find(&db, Key::Number(id)).await.unwrap();
                assert_eq!(found, Some(Guest::plain(id)));
            }
        }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    place.abort(ADD).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!reads.is_finished());
    reads.abort();
    for field in ["displayName", "initial", "handle"] {
        let filled = doc! { field: { "$exists": true } };
        assert_eq!(place.count("guests", filled).await, 0, "{field}");
    }
    let saved = place.documents("colmig_saved").await;
    assert!(
        saved.is_empty(),
        "all of it was what the rule gives: {saved:?}"
    );
}
