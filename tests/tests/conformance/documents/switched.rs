//! The read switch.

use std::time::Duration;

use colmig::migrate::{Outcome, Switching};
use colmig::{Db, Document as _, Phase};
use colmig_guests::{REPLACE, Stay};
use mongodb::bson::doc;

use super::place::Place;

/// By so much the target of a stay that was tampered with is greater.
const MORE: i64 = 1_000_000;

fn to(reads: &str) -> Switching {
    Switching::to(reads.parse().unwrap())
}

/// The same, however many documents differ.
fn lenient(reads: &str) -> Switching {
    let mut to = to(reads);
    to.mismatch_limit = 1_000_000;
    to
}

async fn held(place: &Place, reads: &str) -> String {
    match place.switch(to(reads)).await {
        Outcome::Held { gate, .. } => gate,
        other => panic!("{reads}: {other:?}"),
    }
}

/// Which of these stays are read from the target.
async fn on_target(db: &Db, ids: std::ops::Range<i64>) -> Vec<i64> {
    let mut found = Vec::new();
    for id in ids {
        if Stay::find(db, id).await.unwrap().unwrap().cents >= MORE {
            found.push(id);
        }
    }
    found
}

async fn searched(db: &Db) -> usize {
    let greater = doc! { "cents": { "$gte": MORE } };
    let found = Stay::query(db).filter(greater).fetch_all().await;
    found.unwrap().len()
}

pub(crate) async fn reads_move_row_by_row_and_only_in_their_phase(place: &Place) {
    let db = place.with_stays(400).await;
    place.run(REPLACE, Phase::Constrain).await;
    let gate = held(place, "target").await;
    assert!(gate.contains("cargo colmig run"), "{gate}");
    place.run(REPLACE, Phase::SwitchReads).await;
    // The two sides differ, which nothing of colmig's lets happen.
    let stays = place.stays();
    let tampered = stays.update_many(doc! {}, doc! { "$inc": { "cents": MORE } });
    assert_eq!(tampered.await.unwrap().modified_count, 400);

    let other = place.instance().await;
    let ids = || 1..401;
    assert_eq!(on_target(&db, ids()).await, Vec::<i64>::new());
    assert_eq!(place.switch(lenient("25%")).await, Outcome::Done);
    let quarter = on_target(&db, ids()).await;
    assert!((60..140).contains(&quarter.len()), "{}", quarter.len());
    assert_eq!(on_target(&other, ids()).await, quarter, "sticky by key");
    assert_eq!(place.switch(lenient("60%")).await, Outcome::Done);
    let more = on_target(&other, ids()).await;
    assert!(quarter.iter().all(|id| more.contains(id)));
    assert_eq!(place.switch(lenient("target")).await, Outcome::Done);
    assert_eq!(on_target(&db, ids()).await.len(), 400);
    assert_eq!(searched(&db).await, 400);
    assert_eq!(place.switch(to("legacy")).await, Outcome::Done);
    assert_eq!(on_target(&db, ids()).await, Vec::<i64>::new());
    assert_eq!(searched(&db).await, 0);

    // After an abort, nothing is left of the switch.
    assert_eq!(place.switch(lenient("target")).await, Outcome::Done);
    place.abort(REPLACE).await;
    place.run(REPLACE, Phase::SwitchReads).await;
    assert_eq!(place.reads().await.from, "legacy");
}

/// The sides of stay 7 differ, which nothing of colmig's lets happen.
pub(crate) async fn mismatches_are_told_and_take_reads_back(place: &Place) {
    let db = place.with_stays(50).await;
    place.run(REPLACE, Phase::SwitchReads).await;
    let tampered = doc! { "$inc": { "cents": MORE } };
    place.change("stays", 7_i64, tampered).await;
    assert_eq!(place.switch(to("shadow")).await, Outcome::Done);
    for id in [6, 7, 8] {
        assert_eq!(Stay::find(&db, id).await.unwrap(), Some(Stay::plain(id)));
    }
    let mut reads = place.reads().await;
    for _ in 0..50 {
        // It is counted first, and reads are taken back then.
        if reads.mismatches > 0 && reads.from == "legacy" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        Stay::find(&db, 7).await.unwrap();
        reads = place.reads().await;
    }
    // One more than is put up with: reads are where they were before the shadow.
    assert_eq!(reads.from, "legacy", "{reads:?}");
    assert!(reads.by.contains("mismatches"), "{reads:?}");
    let told = reads.newest.first().unwrap();
    assert_eq!(
        (told.key.as_str(), &told.legacy, &told.target),
        ("7", &None, &None)
    );
    let gate = held(place, "target").await;
    assert!(gate.contains("two sides: "), "{gate}");

    // With a limit that lets them be seen, each with its place, and its values when asked for.
    let mut shown = to("shadow");
    shown.mismatch_limit = 3;
    shown.show_values = true;
    assert_eq!(place.switch(shown).await, Outcome::Done);
    let mut reads = place.reads().await;
    for _ in 0..50 {
        if reads.mismatches > 0 {
            break;
        }
        Stay::find(&db, 7).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        reads = place.reads().await;
    }
    let told = reads.newest.first().unwrap();
    assert_eq!(
        (told.table.as_str(), told.column.as_str(), told.key.as_str()),
        ("stays", "cents", "7")
    );
    assert!(told.legacy.as_deref().unwrap().contains("700"), "{told:?}");
    assert!(
        told.target.as_deref().unwrap().contains("1000700"),
        "{told:?}"
    );

    // Evidence speaks against more, until it is gone.
    loop {
        Stay::find(&db, 7).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let reads = place.reads().await;
        if reads.from == "legacy" {
            assert!(reads.by.contains("mismatches"), "{reads:?}");
            break;
        }
    }
    let mended = doc! { "$set": { "cents": 700_i64 } };
    place.change("stays", 7_i64, mended).await;
    assert_eq!(place.switch(to("shadow")).await, Outcome::Done);
    assert_eq!(place.switch(to("target")).await, Outcome::Done);
    assert_eq!(Stay::find(&db, 7).await.unwrap(), Some(Stay::plain(7)));
}
