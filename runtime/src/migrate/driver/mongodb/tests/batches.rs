//! Batches, and the moment until which they may be written.

use std::time::{Duration, Instant};

use bson::{Document, doc};

use super::{BATCH, Database, LOCK, later};
use crate::migrate::driver::{Batches, Driver as _, Failure, Value, Waits, WholeBatch};

const ALL: [Value; 2] = [Value::Int(0), Value::Int(1_000)];

fn whole(arguments: &[Value]) -> WholeBatch<'_> {
    WholeBatch {
        lock: LOCK,
        fence: "",
        sql: BATCH,
        arguments,
        looks: true,
    }
}

#[tokio::test]
async fn a_batch_is_one_command_and_nothing_without_a_range() {
    let database = Database::shared("mongodb_whole");
    database.people(20);
    let mut driver = database.connect().await;
    driver.documents().unwrap().until = Some(later(5_000));
    let some = [Value::Int(1), Value::Int(6)];
    assert!(driver.whole_batch(&whole(&some)).await.unwrap().is_none());
    driver
        .prepare_for_batches(&Batches::default())
        .await
        .unwrap();
    let done = driver.whole_batch(&whole(&some)).await.unwrap().unwrap();
    assert_eq!(done.changed, 5);
    assert!(done.traffic.is_some(), "others can be seen here");
    driver.documents().unwrap().until = None;
    assert!(driver.whole_batch(&whole(&ALL)).await.unwrap().is_none());
    assert!(!driver.begin_batch(LOCK, "").await.unwrap().1);
    assert_eq!(database.filled(), 5);
    database.drop();
}

#[tokio::test]
async fn a_batch_after_its_time_writes_nothing() {
    let database = Database::shared("mongodb_late");
    database.people(20);
    let mut driver = database.connect().await;
    driver
        .prepare_for_batches(&Batches::default())
        .await
        .unwrap();
    driver.documents().unwrap().until = Some(later(-1));
    assert!(!driver.begin_batch(LOCK, "").await.unwrap().1);
    assert!(driver.execute(BATCH, &ALL).await.is_err());
    assert!(driver.whole_batch(&whole(&ALL)).await.unwrap().is_none());
    // One that was on its way for so long that its time is over when it comes.
    driver.documents().unwrap().until = Some(later(600));
    let mut terms = driver.batch_terms().unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(driver.send_batch(BATCH, &ALL, terms).await.unwrap(), 0);
    assert_eq!(database.filled(), 0);
    // And the same in time.
    driver.documents().unwrap().until = Some(later(5_000));
    terms = driver.batch_terms().unwrap();
    assert_eq!(driver.send_batch(BATCH, &ALL, terms).await.unwrap(), 20);
    database.drop();
}

#[tokio::test]
async fn a_batch_that_begins_in_time_has_ended_in_time() {
    let database = Database::shared("mongodb_ended");
    database.people(5);
    let stranger = database.stranger().await;
    let mut session = stranger.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let people = stranger
        .database(&database.name)
        .collection::<Document>("people");
    people
        .update_one(doc! { "_id": 3 }, doc! { "$set": { "first": "x" } })
        .session(&mut session)
        .await
        .unwrap();
    let mut driver = database.connect().await;
    let until = later(1_000);
    driver.documents().unwrap().until = Some(until);
    assert!(driver.begin_batch(LOCK, "").await.unwrap().1);
    // It would wait for that document for as long as the transaction is open.
    let failure = driver.execute(BATCH, &ALL).await.unwrap_err();
    assert!(matches!(failure, Failure::LockTimeout(_)), "{failure:?}");
    assert!(!driver.is_in_doubt());
    assert!(bson::DateTime::now() < until);
    let blockers = driver.begun_before(i64::MAX).await.unwrap();
    assert_eq!(blockers.len(), 1, "{blockers:?}");
    session.abort_transaction().await.unwrap();
    driver.documents().unwrap().until = Some(later(5_000));
    driver.execute(BATCH, &ALL).await.unwrap();
    assert_eq!(database.filled(), 5);
    database.drop();
}

#[tokio::test]
async fn a_new_connection_comes_after_what_the_old_one_may_still_write() {
    let database = Database::shared("mongodb_doubt");
    database.people(5);
    let mut driver = database.connect().await;
    driver.in_doubt = Some(later(700));
    assert!(driver.is_in_doubt());
    assert!(driver.begin_batch(LOCK, "").await.is_err());
    let began = Instant::now();
    driver.reconnect().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(600));
    assert!(!driver.is_in_doubt());
    // A batch that nobody waits for any more is in doubt as well.
    driver.documents().unwrap().until = Some(later(300));
    let terms = driver.batch_terms().unwrap();
    drop(tokio::time::timeout(Duration::ZERO, driver.send_batch(BATCH, &ALL, terms)).await);
    assert!(driver.is_in_doubt());
    driver.reconnect().await.unwrap();
    // Another process has none of what was sent to the one before.
    driver.in_doubt = Some(later(60_000));
    driver.server.process = Some(bson::oid::ObjectId::new());
    let began = Instant::now();
    driver.reconnect().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(30));
    database.drop();
}

#[tokio::test]
async fn who_works_for_colmig_is_no_traffic() {
    let database = Database::shared("mongodb_traffic");
    database.people(5);
    let mut worker = database.connect().await;
    worker
        .prepare_for_batches(&Batches::default())
        .await
        .unwrap();
    let mut other = database.connect().await;
    let stranger = database.stranger().await.database(&database.name);
    // Other tests are at work on the server as well, so these are looked for among all.
    let slow = |ms: u32| {
        format!(
            r#"{{"find": "people", "filter": {{"$where": "sleep({ms}) || true"}}, "limit": 5}}"#
        )
    };
    let theirs =
        doc! { "find": "people", "filter": { "$where": "sleep(150) || true" }, "limit": 5 };
    let slow = slow(150);
    let (ours, _, seen) = tokio::join!(
        worker.query(&slow, &[]),
        stranger.run_command(theirs),
        async {
            tokio::time::sleep(Duration::from_millis(250)).await;
            other.traffic().await
        }
    );
    ours.unwrap();
    let seen = seen.unwrap().unwrap();
    assert!(seen.others >= 1 && seen.workers >= 1, "{seen:?}");
    let (ours, seen) = tokio::join!(worker.query(&slow, &[]), async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        other.look_around().await
    });
    ours.unwrap();
    assert!(seen.unwrap().workers >= 1);
    database.drop();
}

#[tokio::test]
async fn what_is_cancelled_from_another_connection_is_told_so() {
    let database = Database::shared("mongodb_cancel");
    database.people(5);
    let (mut one, mut other) = (database.connect().await, database.connect().await);
    let session = one.begin(&Waits::of(LOCK)).await.unwrap();
    let began = Instant::now();
    let slow = r#"{"find": "people", "filter": {"$where": "sleep(1000) || true"}}"#;
    let (cancelled, done) = tokio::join!(one.query(slow, &[]), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other.cancel(session).await
    });
    done.unwrap();
    let failure = cancelled.unwrap_err();
    assert!(matches!(failure, Failure::Cancelled(_)), "{failure:?}");
    assert!(began.elapsed() < Duration::from_secs(4));
    database.drop();
}

#[tokio::test]
async fn a_document_that_the_rule_fails_on_is_named() {
    let database = Database::shared("mongodb_rule");
    database.people(20);
    database.command(doc! { "update": "people", "updates": [{ "q": { "_id": 7 }, "u": { "$set": { "first": { "a": 1 } } } }] });
    let mut driver = database.connect().await;
    driver.documents().unwrap().until = Some(later(5_000));
    assert!(driver.begin_batch(LOCK, "").await.unwrap().1);
    // One that looks for what is missing, and one that holds both sides against each other.
    let stale = BATCH.replace(r#""display": null, "#, "").replace(
        r#""$until"]}"#,
        r#""$until"]}, {"$ne": ["$display", {"$concat": ["$first", "!"]}]}"#,
    );
    for batch in [BATCH, &stale] {
        match driver.execute(batch, &ALL).await.unwrap_err() {
            Failure::InTheWay { message, .. } => assert!(
                message
                    .starts_with("the rule fails on a document of `people`, that with _id = 7: "),
                "{message}"
            ),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(database.filled(), 6);
    database.drop();
}
