//! Documents that an instance converts by functions in Rust. What an executor would open is opened by hand.

use std::time::Duration;

use colmig::{Converted, Db};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use tokio::task::JoinHandle;

use super::bags::{Bag, GATES};
use super::fixture::{At, MIGRATION, Place};

const COLUMNS: [&str; 3] = ["grams", "label", "floor"];

fn key(column: &str) -> Document {
    doc! { "migration": MIGRATION, "table_name": "bags", "column_name": column }
}

async fn open(place: &Place, column: &str) {
    let opened = doc! {
        "_id": key(column), "state": "open", "step": "convert", "pass": 1_i64, "next_key": null,
        "ended": 0_i64, "claims": 0_i64, "covered": 0_i64, "changed": 0_i64, "filled": 0_i64, "failed": 0_i64,
        "ranges": [], "began_at": DateTime::now(),
    };
    place.put("colmig_conversion", opened).await;
}

async fn job(place: &Place, column: &str) -> Document {
    place.get("colmig_conversion", key(column)).await.unwrap()
}

/// Waits until a job is in a state.
async fn state(place: &Place, column: &str, state: &str) -> Document {
    for _ in 0..1_000 {
        let job = job(place, column).await;
        if job.get_str("state").unwrap() == state {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{}", job(place, column).await);
}

async fn set(place: &Place, column: &str, set: Document) {
    let conversions = place.collection("colmig_conversion");
    let set = doc! { "$set": set, "$inc": { "claims": 1_i64 } };
    let done = conversions.update_one(doc! { "_id": key(column) }, set);
    assert_eq!(done.await.unwrap().matched_count, 1);
}

/// Converts beside the test, as an instance of the application does.
fn worker(db: &Db) -> JoinHandle<Converted> {
    let convert = colmig::convert::<Bag>(db).rows(3).duty(1.0);
    tokio::spawn(async move { convert.await.unwrap() })
}

async fn wait(of: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if of() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not come to that");
}

#[tokio::test]
async fn ids_of_every_type_are_converted_and_the_last_pass_finds_nothing() {
    let place = Place::new("convert-ids").await;
    let db = place.db_at(At::Written).await;
    let mut ids: Vec<Bson> = vec![
        Bson::MinKey,
        Bson::Null,
        Bson::Double(0.5),
        Bson::String("$owner".to_owned()),
        Bson::Document(doc! { "a": 1, "b": null }),
        Bson::ObjectId(ObjectId::new()),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::from_millis(7)),
        Bson::MaxKey,
    ];
    ids.extend((0..20).map(Bson::Int64));
    ids.extend((0..20).map(|id| Bson::String(format!("bag {id}"))));
    for (at, id) in ids.iter().enumerate() {
        let mut bag = doc! { "_id": id.clone(), "owner": "Ada", "weight": format!("{at} kg") };
        match at % 4 {
            0 => bag.extend(doc! { "label": null, "room": 100_i64 }),
            1 => bag.extend(doc! { "label": "mine", "floor": null, "grams": 7_i64 }),
            2 => bag.extend(doc! { "grams": at as i64 * 1_000 }),
            _ => {}
        }
        place.put("bags", bag).await;
    }
    for column in COLUMNS {
        open(&place, column).await;
    }
    let workers = [worker(&db), worker(&place.db().await)];
    let all = ids.len() as i64;
    // What held something else than the function gives, what was missing or null, and what was missing.
    for (column, kept) in [("grams", 2), ("label", 1), ("floor", 1)] {
        let clean = state(&place, column, "clean").await;
        let kept = (0..ids.len()).filter(|at| at % 4 == kept).count() as i64;
        assert_eq!(clean.get_i64("filled").unwrap(), all - kept, "{column}");
        assert_eq!(clean.get_i64("covered").unwrap(), all, "{column}");
        assert_eq!(clean.get_i64("pass").unwrap(), 2, "{column}");
        assert!(clean.get_array("ranges").unwrap().is_empty(), "{column}");
        set(&place, column, doc! { "state": "done" }).await;
    }
    let mut rows = 0;
    for worker in workers {
        let converted = worker.await.unwrap();
        assert!(converted.ended);
        rows += converted.rows as usize;
    }
    assert_eq!(
        rows,
        3 * ids.len()
            - (0..ids.len()).filter(|at| matches!(at % 4, 1 | 2)).count()
            - (0..ids.len()).filter(|at| at % 4 == 1).count()
    );
    for (at, id) in ids.iter().enumerate() {
        let stored = place.get("bags", id.clone()).await.unwrap();
        assert_eq!(stored.get_i64("grams").unwrap(), at as i64 * 1_000, "{id}");
        let label = if at % 4 == 1 { "mine" } else { "of Ada" };
        assert_eq!(stored.get_str("label").unwrap(), label, "{id}");
        let floor = if at % 4 == 0 {
            Bson::Int64(1)
        } else {
            Bson::Null
        };
        assert_eq!(stored.get("floor"), Some(&floor), "{id}");
    }
}

#[tokio::test]
async fn documents_that_do_not_convert_are_named_with_the_reason() {
    let place = Place::new("convert-failures").await;
    let db = place.db_at(At::Written).await;
    for (id, weight) in [(1, "1 kg"), (2, "heavy"), (3, "1000000 kg"), (4, "4 g")] {
        place
            .put("bags", doc! { "_id": id, "owner": "Ada", "weight": weight })
            .await;
    }
    place
        .put("bags", doc! { "_id": "five", "owner": "Ada" })
        .await;
    open(&place, "grams").await;
    let worker = worker(&db);
    let held = state(&place, "grams", "held").await;
    assert_eq!(held.get_i64("failed").unwrap(), 3);
    let failures = place.collection("colmig_conversion_failure");
    let said = async |key: &str| {
        let found = failures.find_one(doc! { "row_key": key }).await.unwrap();
        let found = found.unwrap();
        let value = found.get("value").and_then(Bson::as_str).map(str::to_owned);
        (value, found.get_str("reason").unwrap().to_owned())
    };
    let words = |text: &str| Some(text.to_owned());
    assert_eq!(
        said("2").await,
        (words("heavy"), "`heavy` is no weight".to_owned())
    );
    let panicked = "the function panicked: no hand lifts 1000000 kg".to_owned();
    assert_eq!(said("3").await, (words("1000000 kg"), panicked));
    let (value, reason) = said("five").await;
    assert_eq!(value, None);
    assert!(reason.contains("missing"), "{reason}");
    assert_eq!(failures.count_documents(doc! {}).await.unwrap(), 3);
    let stored = place.get("bags", 4).await.unwrap();
    assert_eq!(
        stored.get_i64("grams").unwrap(),
        4,
        "the others are converted"
    );
    worker.abort();
}

#[tokio::test]
async fn what_changes_while_it_is_computed_is_left_alone_and_looked_at_again() {
    let place = Place::new("convert-changed").await;
    let db = place.db_at(At::Written).await;
    for id in 1..=3 {
        place
            .put("bags", doc! { "_id": id, "owner": "slow 0" })
            .await;
    }
    open(&place, "label").await;
    let worker = worker(&db);
    let gate = &GATES[0];
    wait(|| gate.came.load(std::sync::atomic::Ordering::SeqCst)).await;
    let bags = place.collection("bags");
    let change = async |id: i32, set: Document| {
        bags.update_one(doc! { "_id": id }, doc! { "$set": set })
            .await
            .unwrap();
    };
    change(1, doc! { "owner": "Bea" }).await;
    change(2, doc! { "label": "hers" }).await;
    gate.open.store(true, std::sync::atomic::Ordering::SeqCst);
    let clean = state(&place, "label", "clean").await;
    assert_eq!(clean.get_i64("filled").unwrap(), 2);
    for (id, label) in [(1, "of Bea"), (2, "hers"), (3, "of slow 0")] {
        let stored = place.get("bags", id).await.unwrap();
        assert_eq!(stored.get_str("label").unwrap(), label, "{id}");
    }
    worker.abort();
}

#[tokio::test]
async fn a_range_that_another_has_taken_over_is_not_written_to() {
    let place = Place::new("convert-lost").await;
    let db = place.db_at(At::Written).await;
    place
        .put("bags", doc! { "_id": 1, "owner": "slow 1" })
        .await;
    open(&place, "label").await;
    let worker = worker(&db);
    let gate = &GATES[1];
    wait(|| gate.came.load(std::sync::atomic::Ordering::SeqCst)).await;
    let later = DateTime::from_millis(DateTime::now().timestamp_millis() + 60_000);
    let taken = doc! { "ranges.0.worker": "another", "ranges.0.expires_at": later };
    set(&place, "label", taken).await;
    gate.open.store(true, std::sync::atomic::Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stored = place.get("bags", 1).await.unwrap();
    assert!(!stored.contains_key("label"), "{stored}");
    // Once that one is believed to be dead, its range is somebody else's.
    set(
        &place,
        "label",
        doc! { "ranges.0.expires_at": DateTime::from_millis(0) },
    )
    .await;
    state(&place, "label", "clean").await;
    let stored = place.get("bags", 1).await.unwrap();
    assert_eq!(stored.get_str("label").unwrap(), "of slow 1");
    worker.abort();
}

/// What stands behind somebody's transaction is not written when that ends at last.
#[tokio::test]
async fn what_was_sent_in_time_and_waits_beyond_the_lease_writes_nothing() {
    let place = Place::new("convert-late").await;
    place.publish(At::Written).await;
    let lease = Duration::from_secs(2);
    let db = place.instance(lease).await;
    let bags = place.collection("bags");
    place
        .put("bags", doc! { "_id": 1, "owner": "slow 2" })
        .await;
    open(&place, "label").await;
    let worker = worker(&db);
    let gate = &GATES[2];
    wait(|| gate.came.load(std::sync::atomic::Ordering::SeqCst)).await;
    let mut session = bags.client().start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let room = doc! { "$set": { "room": 7_i64 } };
    let changed = bags.update_one(doc! { "_id": 1 }, room);
    changed.session(&mut session).await.unwrap();
    gate.open.store(true, std::sync::atomic::Ordering::SeqCst);
    // The command is at work from here on, and whoever sent it cannot take it back.
    let admin = bags.client().database("admin");
    let at_work = async || {
        let updates = doc! { "op": "update", "ns": bags.namespace().to_string() };
        let looks = vec![doc! { "$currentOp": {} }, doc! { "$match": updates }];
        let mut found = admin.aggregate(looks).await.unwrap();
        found.advance().await.unwrap()
    };
    while !at_work().await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    worker.abort();
    tokio::time::sleep(lease).await;
    assert!(!at_work().await);
    session.abort_transaction().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let stored = place.get("bags", 1).await.unwrap();
    assert_eq!(stored, doc! { "_id": 1, "owner": "slow 2" });
}

#[tokio::test]
async fn nothing_is_claimed_of_what_an_abort_takes_back() {
    let place = Place::new("convert-dropped").await;
    let db = place.db_at(At::Written).await;
    place.put("bags", doc! { "_id": 1, "owner": "Ada" }).await;
    open(&place, "label").await;
    set(&place, "label", doc! { "dropped": true }).await;
    let worker = worker(&db);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!place.get("bags", 1).await.unwrap().contains_key("label"));
    assert!(
        job(&place, "label")
            .await
            .get_array("ranges")
            .unwrap()
            .is_empty()
    );
    worker.abort();
}
