//! Instances in `colmig_instance`: leases, acknowledgements, and what is published meanwhile.

use std::time::{Duration, Instant};

use colmig::{Database, Db, Document, Error, field};
use colmig_harness::MongoDb;
use mongodb::bson::{Bson, Document as Stored, doc};

use super::fixture::{At, MIGRATION, Member, Person, Place, member, person};

async fn seat(place: &Place, db: &Db) -> Option<Stored> {
    place.get("colmig_instance", db.instance()).await
}

async fn rev(place: &Place) -> i64 {
    let state = place.get("colmig_state", "colmig").await.unwrap();
    state.get_i64("rev").unwrap()
}

async fn acknowledged(place: &Place, db: &Db) -> i64 {
    let seat = seat(place, db).await.unwrap();
    seat.get_i64("acknowledged").unwrap()
}

async fn until(what: &str, condition: impl AsyncFn() -> bool) -> Duration {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

#[tokio::test]
async fn without_a_state_there_is_nobody_to_register_with() {
    let place = Place::new("absent").await;
    let db = place.db().await;
    assert_eq!(db.database(), Database::MongoDb);
    person(1, "ada", "A", None).insert(&db).await.unwrap();
    assert_eq!(
        Person::find(&db, 1).await.unwrap(),
        Some(person(1, "ada", "A", None))
    );
    assert_eq!(seat(&place, &db).await, None);
    // It is found soon after it has come.
    place.publish(At::Written).await;
    until("no lease", async || seat(&place, &db).await.is_some()).await;
}

#[tokio::test]
async fn an_instance_registers_acknowledges_and_leaves() {
    let place = Place::new("seat").await;
    place.publish(At::Absent).await;
    let before = rev(&place).await;
    let db = Db::options()
        .name("pod-1")
        .build("b$1")
        .lease(Duration::from_secs(10))
        .document::<Person>()
        .connect(&place.url())
        .await
        .unwrap();
    let row = seat(&place, &db).await.unwrap();
    assert_eq!(rev(&place).await, before + 1);
    assert!(db.instance().starts_with("pod-1-"));
    assert_eq!(row.get_str("build").unwrap(), "b$1");
    assert_eq!(row.get_i64("pid").unwrap(), i64::from(std::process::id()));
    assert_eq!(row.get_i64("acknowledged").unwrap(), 1);
    let models = row.get_str("models").unwrap();
    assert!(
        models.contains("people") && models.contains(MIGRATION),
        "{models}"
    );
    let time = |name: &str| row.get_datetime(name).unwrap().timestamp_millis();
    assert_eq!(time("expires_at") - time("seen_at"), 10_000);
    assert_eq!(time("began_at"), time("seen_at"));
    db.close().await;
    assert_eq!(
        place
            .collection("colmig_instance")
            .count_documents(doc! {})
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn two_that_join_and_what_is_published_between_them() {
    let place = Place::new("joins").await;
    let one = place.db_at(At::Readable).await;
    // As an executor does it: it read `rev`, and publishes only if nobody has joined since.
    let read = rev(&place).await;
    let other = place.db().await;
    let publish = doc! { "$set": { "lock": "mine" }, "$inc": { "rev": 1_i64 } };
    let state = place.collection("colmig_state");
    let done = state
        .update_one(doc! { "_id": "colmig", "rev": read }, publish)
        .await
        .unwrap();
    assert_eq!(done.matched_count, 0, "the executor did not see who joined");

    place.publish(At::Written).await;
    for db in [&one, &other] {
        person(7, "ada", "A", None).save(db).await.unwrap();
        until("not acknowledged", async || {
            acknowledged(&place, db).await == At::Written as i64 + 1
        })
        .await;
    }
    // One that comes later acknowledges from the start, and is in the newest stage.
    let late = place.db().await;
    assert_eq!(acknowledged(&place, &late).await, At::Written as i64 + 1);
    place.publish(At::Filled).await;
    for db in [&one, &other, &late] {
        until("not acknowledged", async || {
            acknowledged(&place, db).await == At::Filled as i64 + 1
        })
        .await;
    }
}

/// As long as an access of the older view is under way, the newer one is not acknowledged.
#[tokio::test]
async fn a_transaction_of_the_older_view_is_waited_for() {
    let place = Place::new("older_view").await;
    let db = place.db_at(At::Readable).await;
    let mut tx = db.begin().await.unwrap();
    member("a", "ADA", 1).insert(&mut tx).await.unwrap();
    place.publish(At::Written).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(acknowledged(&place, &db).await, At::Readable as i64 + 1);
    tx.commit().await.unwrap();
    until("not acknowledged", async || {
        acknowledged(&place, &db).await == At::Written as i64 + 1
    })
    .await;
}

/// Polled on a server that stands alone, and told of on a set, where nobody polls as often.
#[tokio::test]
async fn what_is_published_is_heard_of_at_once() {
    let server = MongoDb::start().unwrap();
    let alone = Place::at(server.endpoint().clone(), "heard").await;
    let set = Place::new("heard").await;
    for (place, poll) in [(alone, 20), (set, 10_000)] {
        place.publish(At::Readable).await;
        let options = Db::options().poll(Duration::from_millis(poll));
        let db = options.connect(&place.url()).await.unwrap();
        assert_eq!(acknowledged(&place, &db).await, 2);
        // The stream is begun behind the first beat.
        tokio::time::sleep(Duration::from_millis(700)).await;
        for at in [At::Written, At::Filled, At::Target, At::Alone] {
            place.publish(at).await;
            let took = until("not heard of", async || {
                acknowledged(&place, &db).await == at as i64 + 1
            })
            .await;
            assert!(took < Duration::from_secs(3), "{at:?}: {took:?}");
        }
    }
}

/// A server that stands still is one that cannot be reached, and leases run out meanwhile.
#[tokio::test]
async fn a_lease_that_ran_out_refuses_writes_until_it_is_renewed() {
    let server = MongoDb::start().unwrap();
    let place = Place::at(server.endpoint().clone(), "lease").await;
    place.publish(At::Written).await;
    let db = place.instance(Duration::from_secs(1)).await;
    let ada = member("a", "ADA", 1);
    ada.insert(&db).await.unwrap();
    signal(&server, "STOP");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    // It waits for the lease and not for the server, and nothing is sent.
    let error = member("b", "BOB", 1).insert(&db).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::LeaseExpired {
                model: "Member",
                ..
            }
        ),
        "{error}"
    );
    let error = Member::find(&db, "a").await.unwrap_err();
    assert!(
        matches!(error, Error::ViewStale { model: "Member" }),
        "{error}"
    );
    signal(&server, "CONT");
    until("no lease again", async || {
        Member::find(&db, "a").await.is_ok()
    })
    .await;
    assert_eq!(Member::find(&db, "b").await.unwrap(), None);
    member("b", "BOB", 1).insert(&db).await.unwrap();
}

#[tokio::test]
async fn a_write_across_the_end_of_the_lease_is_not_accepted() {
    let server = MongoDb::start().unwrap();
    let place = Place::at(server.endpoint().clone(), "across").await;
    place.publish(At::Written).await;
    let db = place.instance(Duration::from_secs(1)).await;
    member("a", "ADA", 1).insert(&db).await.unwrap();
    signal(&server, "STOP");
    let write = tokio::spawn({
        let db = db.clone();
        async move {
            Member::update("a")
                .set(field!(Member.age), 2)
                .execute(&db)
                .await
        }
    });
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    signal(&server, "CONT");
    let error = write.await.unwrap().unwrap_err();
    assert!(
        matches!(error, Error::OutcomeUnknown { model: "Member" }),
        "{error}"
    );
}

/// An instance whose lease has run out on the server is registered anew, which an executor notices.
#[tokio::test]
async fn a_seat_that_was_passed_over_is_taken_anew() {
    let place = Place::new("anew").await;
    place.publish(At::Written).await;
    let db = place.instance(Duration::from_secs(2)).await;
    let before = rev(&place).await;
    let past = doc! { "$set": { "expires_at": Bson::DateTime(mongodb::bson::DateTime::MIN) } };
    let seats = place.collection("colmig_instance");
    seats
        .update_one(doc! { "_id": db.instance() }, past)
        .await
        .unwrap();
    until("not taken anew", async || rev(&place).await > before).await;
    let now = mongodb::bson::DateTime::now();
    assert!(
        seat(&place, &db)
            .await
            .unwrap()
            .get_datetime("expires_at")
            .unwrap()
            > &now
    );
}

#[tokio::test]
async fn accessors_of_tables_are_refused_by_name() {
    #[derive(Debug)]
    struct Row;

    impl colmig::__private::Derived for Row {
        type Key = i64;
        const MODEL: &'static str = "model Row\ntable rows\nfields id\nkey id\nrecord\n";

        fn value(&self, _: usize) -> &dyn std::any::Any {
            &0_i64
        }

        fn read(_: &mut colmig::__private::Reader<'_>) -> colmig::Result<Row> {
            Ok(Row)
        }
    }

    let place = Place::new("tables").await;
    let db = place.db().await;
    let refused = |error: Error| match error {
        Error::NotGenerated {
            model: "Row",
            database,
        } => assert_eq!(database, Database::MongoDb),
        error => panic!("{error}"),
    };
    refused(<Row as colmig::Model>::find(&db, 1).await.unwrap_err());
    refused(<Row as colmig::Model>::insert(&Row, &db).await.unwrap_err());
    refused(<Row as colmig::Model>::columns(&db).unwrap_err());
    refused(colmig::convert::<Row>(&db).await.unwrap_err());
    assert!(db.as_mongodb().is_some());
}

/// Sends the server a signal: `STOP`, `CONT`.
fn signal(server: &MongoDb, name: &str) {
    let pid = server.pid().to_string();
    let sent = std::process::Command::new("kill")
        .args([format!("-{name}"), pid])
        .status();
    assert!(sent.unwrap().success());
    // It is sent, and comes when the system finds the time.
    let began = Instant::now();
    let stopped = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
        status
            .lines()
            .any(|line| line.starts_with("State:") && line.contains('T'))
    };
    while stopped() != (name == "STOP") {
        assert!(began.elapsed() < Duration::from_secs(20), "no {name}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
