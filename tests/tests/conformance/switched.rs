//! The read switch.

use std::time::Duration;

use colmig::migrate::{Outcome, Switching};
use colmig::{Db, Model, Phase};
use colmig_people::{Person, REPLACE};
use colmig_tests::{behind, raw};

use crate::Place;

fn to(reads: &str) -> Switching {
    Switching::to(reads.parse().unwrap())
}

async fn held(place: &Place, reads: &str) -> String {
    match place.switch_people(to(reads)).await {
        Outcome::Held { gate, .. } => gate,
        other => panic!("{reads}: {other:?}"),
    }
}

/// Makes the two sides of people differ, which nothing of colmig's lets happen.
async fn tamper(place: &Place, condition: &str) {
    // Another connection of SQLite's would look at the schema as it was.
    let db = &place.instance_with_one_connection().await;
    let update = format!("UPDATE people SET age_2 = age_2 + 1000 WHERE {condition}");
    behind::execute(db, "people", &update).await.unwrap();
    db.close().await;
}

/// Which of these people are read from the target, whose ages are a thousand more.
async fn on_target(db: &Db, ids: std::ops::Range<i64>) -> Vec<i64> {
    let mut found = Vec::new();
    for id in ids {
        if Person::find(db, id).await.unwrap().unwrap().age >= 1000 {
            found.push(id);
        }
    }
    found
}

pub(crate) async fn reads_move_row_by_row_and_only_in_their_phase(place: &Place) {
    let db = place.with_people(400).await;
    place.run_people(REPLACE, Phase::Constrain).await;
    let gate = held(place, "target").await;
    assert!(gate.contains("cargo colmig run"), "{gate}");
    place.run_people(REPLACE, Phase::SwitchReads).await;
    tamper(place, "id <= 400").await;

    let other = place.instance().await;
    let ids = || 1..401;
    assert_eq!(on_target(&db, ids()).await, Vec::<i64>::new());
    let lenient = |reads| {
        let mut to = to(reads);
        to.mismatch_limit = 1_000_000;
        to
    };
    assert_eq!(place.switch_people(lenient("25%")).await, Outcome::Done);
    let quarter = on_target(&db, ids()).await;
    assert!((60..140).contains(&quarter.len()), "{}", quarter.len());
    assert_eq!(on_target(&other, ids()).await, quarter, "sticky by key");
    assert_eq!(place.switch_people(lenient("60%")).await, Outcome::Done);
    let more = on_target(&other, ids()).await;
    assert!(quarter.iter().all(|id| more.contains(id)));
    assert_eq!(place.switch_people(lenient("target")).await, Outcome::Done);
    assert_eq!(on_target(&db, ids()).await.len(), 400);
    let query = Person::query(&db, "WHERE {age_2} >= 1000")
        .fetch_all()
        .await;
    assert_eq!(query.unwrap().len(), 400);
    assert_eq!(place.switch_people(to("legacy")).await, Outcome::Done);
    assert_eq!(on_target(&db, ids()).await, Vec::<i64>::new());
    let query = Person::query(&db, "WHERE {age_2} >= 1000")
        .fetch_all()
        .await;
    assert_eq!(query.unwrap(), []);

    // After an abort, nothing is left of the switch.
    assert_eq!(place.switch_people(lenient("target")).await, Outcome::Done);
    place.abort_people().await;
    place.run_people(REPLACE, Phase::SwitchReads).await;
    assert_eq!(place.people_reads().await.from, "legacy");
}

pub(crate) async fn mismatches_are_told_and_take_reads_back(place: &Place) {
    let db = place.with_people(50).await;
    place.run_people(REPLACE, Phase::SwitchReads).await;
    tamper(place, "id = 7").await;
    assert_eq!(place.switch_people(to("shadow")).await, Outcome::Done);
    for id in [6, 7, 8] {
        assert_eq!(
            Person::find(&db, id).await.unwrap(),
            Some(Person::plain(id))
        );
    }
    let mut reads = place.people_reads().await;
    for _ in 0..50 {
        // It is counted first, and reads are taken back then.
        if reads.mismatches > 0 && reads.from == "legacy" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        Person::find(&db, 7).await.unwrap();
        reads = place.people_reads().await;
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
    // The row may have been read once more before the first comparison was told.
    assert!(gate.contains("two sides: "), "{gate}");

    // With a limit that lets them be seen, each with its place, and its values when asked for.
    let mut shown = to("shadow");
    shown.mismatch_limit = 3;
    shown.show_values = true;
    assert_eq!(place.switch_people(shown).await, Outcome::Done);
    let mut reads = place.people_reads().await;
    for _ in 0..50 {
        if reads.mismatches > 0 {
            break;
        }
        Person::find(&db, 7).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        reads = place.people_reads().await;
    }
    let told = reads.newest.first().unwrap();
    assert_eq!(
        (told.table.as_str(), told.column.as_str(), told.key.as_str()),
        ("people", "age_2", "7")
    );
    assert_eq!(told.legacy.as_deref(), Some("7"));
    assert_eq!(told.target.as_deref(), Some("1007"));

    // Evidence speaks against more, until it is gone.
    let gate = loop {
        Person::find(&db, 7).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let reads = place.people_reads().await;
        if reads.from == "legacy" {
            break reads.by;
        }
    };
    assert!(gate.contains("mismatches"), "{gate}");
    raw::execute(&db, "UPDATE people SET age = '7', age_2 = 7 WHERE id = 7")
        .await
        .unwrap();
    assert_eq!(place.switch_people(to("shadow")).await, Outcome::Done);
    assert_eq!(place.switch_people(to("target")).await, Outcome::Done);
    assert_eq!(Person::find(&db, 7).await.unwrap(), Some(Person::plain(7)));
}
