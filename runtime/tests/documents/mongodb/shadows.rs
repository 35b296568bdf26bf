//! The read switch: shares of documents, and comparisons of both sides.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use colmig::Document;
use mongodb::bson::{Document as Stored, doc};

use super::fixture::{At, MIGRATION, Member, Place};

/// Documents whose sides differ, as no accessor would leave them.
async fn differing(place: &Place) {
    for id in 0..40 {
        let id = format!("m{id}");
        place
            .put(
                "members",
                doc! { "_id": id, "name": "legacy", "display": "TARGET", "age": 1 },
            )
            .await;
    }
}

#[tokio::test]
async fn a_share_of_the_documents_is_read_from_the_target_and_always_the_same() {
    let place = Place::new("share").await;
    differing(&place).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        place.publish_reads(At::Target, "50%").await;
        let db = place.db().await;
        let mut targets = BTreeSet::new();
        for id in 0..40 {
            let found = Member::find(&db, format!("m{id}")).await.unwrap().unwrap();
            if found.display == "TARGET" {
                targets.insert(id);
            }
        }
        assert!((8..=32).contains(&targets.len()), "{targets:?}");
        // A search is on one side as a whole.
        let all = Member::query(&db)
            .filter(doc! { "age": 1 })
            .fetch_all()
            .await
            .unwrap();
        let sides: BTreeSet<_> = all.into_iter().map(|member| member.display).collect();
        assert_eq!(sides.len(), 1);
        seen.push(targets);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn sides_that_differ_are_told_of_and_too_many_move_the_switch_back() {
    let place = Place::new("mismatches").await;
    differing(&place).await;
    place
        .put(
            "members",
            doc! { "_id": "same", "name": "ada", "display": "ADA", "age": 1 },
        )
        .await;
    place.publish_reads(At::Target, "shadow").await;
    let db = place.db().await;
    let reads = async || {
        let state = place.get("colmig_state", "colmig").await.unwrap();
        let migration = state
            .get_document("migrations")
            .unwrap()
            .get_document(MIGRATION)
            .unwrap();
        migration.get_document("switch").unwrap().clone()
    };
    Member::find(&db, "same").await.unwrap();
    let began = Instant::now();
    for id in (0..40).cycle() {
        let found = Member::find(&db, format!("m{id}")).await.unwrap().unwrap();
        assert_eq!(found.display, "LEGACY");
        if reads().await.get_str("reads").unwrap() == "legacy" {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "never moved back"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let switch = reads().await;
    assert_eq!(switch.get_i64("switched").unwrap(), 1);
    assert!(
        switch.get_str("by").unwrap().contains(db.instance()),
        "{switch}"
    );
    let mismatches = place.collection("colmig_mismatch");
    let found: Stored = mismatches.find_one(doc! {}).await.unwrap().unwrap();
    assert!(
        found.get_str("row_key").unwrap().starts_with('m'),
        "{found}"
    );
    assert_eq!(found.get_str("legacy").unwrap(), "LEGACY");
    assert_eq!(found.get_str("target").unwrap(), "TARGET");
    assert_eq!(found.get_str("table_name").unwrap(), "members");
    assert_eq!(found.get_str("column_name").unwrap(), "display");
    assert_eq!(found.get_str("instance").unwrap(), db.instance());
    assert!(found.get_datetime("at").is_ok());
    let same = mismatches
        .count_documents(doc! { "row_key": "same" })
        .await
        .unwrap();
    assert_eq!(same, 0);
}
