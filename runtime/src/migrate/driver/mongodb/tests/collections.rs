//! Commands that change a collection, beside transactions of others.

use std::time::{Duration, Instant};

use bson::{Document, doc};
use mongodb::ClientSession;

use super::{Database, LOCK};
use crate::migrate::driver::{Driver as _, Failure};

const COLL_MOD: &str = r#"{"collMod": "people", "validator": {"$jsonSchema": {"properties": {"first": {"bsonType": "string"}}}},
    "validationLevel": "moderate", "writeConcern": {"w": "majority", "j": true}};"#;
const INDEX: &str = r#"{"createIndexes": "people", "indexes": [{"key": {"first": 1}, "name": "people_first"}],
    "commitQuorum": "majority", "writeConcern": {"w": "majority", "j": true}};"#;

/// A transaction that has written the collection and goes on.
async fn transaction(database: &Database) -> ClientSession {
    let stranger = database.stranger().await;
    let mut session = stranger.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let people = stranger
        .database(&database.name)
        .collection::<Document>("people");
    people
        .update_one(doc! { "_id": 1 }, doc! { "$set": { "first": "x" } })
        .session(&mut session)
        .await
        .unwrap();
    session
}

#[tokio::test]
async fn a_change_behind_a_transaction_steps_aside_and_changes_nothing() {
    let database = Database::shared("mongodb_behind");
    database.people(5);
    let before = database.endpoint.dump_schema(&database.name).unwrap();
    let mut session = transaction(&database).await;
    let (mut driver, mut side) = (database.connect().await, database.connect().await);
    let of = driver.begin_alone(LOCK).await.unwrap();
    let began = Instant::now();
    let failure = driver.execute(COLL_MOD, &[]).await.unwrap_err();
    let took = began.elapsed();
    assert!(matches!(failure, Failure::LockTimeout(_)), "{failure:?}");
    // The server's 50 ms, and what a busy machine takes around them.
    assert!(took < Duration::from_millis(100), "{took:?}");
    assert_eq!(
        database.endpoint.dump_schema(&database.name).unwrap(),
        before
    );

    // Who is in the way is seen by another connection meanwhile.
    driver
        .begin_alone(Duration::from_millis(500))
        .await
        .unwrap();
    let (tried, seen) = tokio::join!(driver.execute(COLL_MOD, &[]), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        side.obstruction(of).await
    });
    assert!(tried.is_err());
    let blockers = seen.unwrap().blockers;
    assert!(
        blockers.iter().any(
            |blocker| blocker.state.as_deref() == Some("idle in transaction")
                && blocker.since_ms >= Some(200)
                && blocker.who.contains("session UUID('")
        ),
        "{blockers:?}"
    );

    session.abort_transaction().await.unwrap();
    driver.begin_alone(LOCK).await.unwrap();
    driver.execute(COLL_MOD, &[]).await.unwrap();
    driver.execute(COLL_MOD, &[]).await.unwrap();
    assert_ne!(
        database.endpoint.dump_schema(&database.name).unwrap(),
        before
    );
    database.drop();
}

#[tokio::test]
async fn no_index_is_begun_beside_a_transaction_that_is_open_for_long() {
    let database = Database::shared("mongodb_index");
    database.people(5);
    let before = database.endpoint.dump_schema(&database.name).unwrap();
    let mut session = transaction(&database).await;
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    let mut driver = database.connect().await;
    driver.begin_alone(LOCK).await.unwrap();
    let failure = driver.execute(INDEX, &[]).await.unwrap_err();
    assert!(matches!(failure, Failure::LockTimeout(_)), "{failure:?}");
    assert_eq!(
        database.endpoint.dump_schema(&database.name).unwrap(),
        before
    );
    session.abort_transaction().await.unwrap();
    // Other tests have transactions open on the server, but none for as long.
    let mut tries = 0;
    while let Err(failure) = driver.execute(INDEX, &[]).await {
        tries += 1;
        assert!(
            tries < 50 && matches!(failure, Failure::LockTimeout(_)),
            "{failure:?}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    driver.execute(INDEX, &[]).await.unwrap();
    assert!(
        database
            .endpoint
            .dump_schema(&database.name)
            .unwrap()
            .contains("people_first")
    );
    database.drop();
}

#[tokio::test]
async fn what_is_done_already_is_done() {
    let database = Database::shared("mongodb_already");
    let mut driver = database.connect().await;
    driver.begin_alone(LOCK).await.unwrap();
    let create = r#"{"create": "people", "validator": {"first": {"$type": "string"}}, "writeConcern": {"w": "majority", "j": true}};"#;
    for again in [
        create,
        create,
        r#"{"create": "people"}"#,
        r#"{"dropIndexes": "people", "index": "people_first"};"#,
        r#"{"dropIndexes": "nobody", "index": "people_first"};"#,
        r#"{"drop": "nobody"};"#,
    ] {
        driver.execute(again, &[]).await.unwrap();
    }
    let other = r#"{"create": "people", "validator": {"first": {"$type": "int"}}};"#;
    let failure = driver.execute(other, &[]).await.unwrap_err();
    assert!(
        matches!(failure, Failure::Refused { exists: true, .. }),
        "{failure:?}"
    );
    assert!(driver.is_there("people").await.unwrap());
    assert!(!driver.is_there("nobody").await.unwrap());
    database.drop();
}

#[tokio::test]
async fn documents_that_are_refused_are_named() {
    let database = Database::shared("mongodb_refused");
    database.people(3);
    database.command(
        doc! { "update": "people", "updates": [{ "q": { "_id": { "$gt": 1 } },
        "u": { "$set": { "first": "same" } }, "multi": true }] },
    );
    let mut driver = database.connect().await;
    driver.begin_alone(LOCK).await.unwrap();
    let unique = r#"{"createIndexes": "people", "indexes": [{"key": {"first": 1}, "name": "people_first", "unique": true}]}"#;
    match driver.execute(unique, &[]).await.unwrap_err() {
        Failure::Conflict {
            constraint, detail, ..
        } => {
            assert_eq!(constraint.as_deref(), Some("people_first"));
            assert_eq!(detail.as_deref(), Some("{first: 'same'}"));
        }
        other => panic!("{other:?}"),
    }
    for step in [
        r#"{"createIndexes": "people", "indexes": [{"key": {"first": 1}, "name": "people_first"}]}"#,
        r#"{"collMod": "people", "index": {"name": "people_first", "prepareUnique": true}}"#,
    ] {
        driver.execute(step, &[]).await.unwrap();
    }
    let convert = r#"{"collMod": "people", "index": {"name": "people_first", "unique": true}}"#;
    match driver.execute(convert, &[]).await.unwrap_err() {
        Failure::Conflict { detail, .. } => assert_eq!(detail.as_deref(), Some("_id: 2, 3")),
        other => panic!("{other:?}"),
    }
    let strict = r#"{"collMod": "people", "validator": {"first": {"$ne": "refused"}}}"#;
    driver.execute(strict, &[]).await.unwrap();
    let update = r#"{"update": "people", "updates": [{"q": {"_id": 2}, "u": {"$set": {"first": "refused"}}}]}"#;
    match driver.execute(update, &[]).await.unwrap_err() {
        Failure::Conflict { detail, .. } => assert_eq!(detail.as_deref(), Some("_id: 2")),
        other => panic!("{other:?}"),
    }
    database.drop();
}
