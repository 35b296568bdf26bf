//! Documents that are filled behind the reads that find them.

use std::time::{Duration, Instant};

use colmig::{Db, Document as _, Error};
use mongodb::bson::{Bson, DateTime, Document, doc};

use super::fixture::{At, MIGRATION, Member, Person, Place, member, person};

/// Longer than a fill takes.
const LONG: Duration = Duration::from_millis(600);

/// An instance that fills.
async fn filling(place: &Place) -> Db {
    let options = Db::options().fill_on_read(true);
    let options = options.poll(Duration::from_millis(20));
    options.connect(&place.url()).await.unwrap()
}

/// Publishes where the migration stands, in the words of the executor.
async fn publish(place: &Place, state: &str, phase: &str, generation: i64) {
    let migration =
        doc! { "state": state, "phase": phase, "generation": generation, "changes": "[]" };
    let update = doc! {
        "$set": { "version": 1, format!("migrations.{MIGRATION}"): migration },
        "$inc": { "rev": 1_i64 },
    };
    let state = place.collection("colmig_state");
    let published = state.update_one(doc! { "_id": "colmig" }, update);
    published.upsert(true).await.unwrap();
}

/// Waits until a document holds what it is to hold.
async fn becomes(place: &Place, collection: &str, id: impl Into<Bson>, expected: Document) {
    let (id, began) = (id.into(), Instant::now());
    loop {
        let stored = place.get(collection, id.clone()).await.unwrap();
        if stored == expected {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{stored}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_is_read_is_filled_and_nothing_else() {
    let place = Place::new("filled").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    for id in 1..=4 {
        place
            .put("people", doc! { "_id": id, "first": "ada" })
            .await;
    }
    let own = doc! { "_id": 5, "first": "ada", "displayName": "Own", "nick": null, "of_others": 7 };
    place.put("people", own.clone()).await;
    let half = doc! { "_id": 6, "first": "ada", "displayName": null, "nick": "Own" };
    place.put("people", half).await;

    let found = Person::find(&db, 1).await.unwrap();
    assert_eq!(found, Some(person(1, "ada", "ADA", Some("aday"))));
    let filled = |id: i32| doc! { "_id": id, "first": "ada", "displayName": "ADA", "nick": "aday" };
    becomes(&place, "people", 1, filled(1)).await;

    // A search fills what it gives: by a field in flight, and by others.
    let searched =
        Person::query(&db).filter(doc! { "displayName": "ADA", "_id": { "$in": [2, 3] } });
    let searched = searched.sort(doc! { "displayName": 1, "_id": -1 }).limit(1);
    let found = searched.fetch_all().await.unwrap();
    assert_eq!(found, [person(3, "ada", "ADA", Some("aday"))]);
    becomes(&place, "people", 3, filled(3)).await;
    let found = Person::query(&db).filter(doc! { "_id": { "$gte": 5 } });
    let found = found.sort(doc! { "_id": 1 }).fetch_all().await.unwrap();
    let half = person(6, "ada", "ADA", Some("Own"));
    assert_eq!(found, [person(5, "ada", "Own", None), half]);
    let half = doc! { "_id": 6, "first": "ada", "displayName": "ADA", "nick": "Own" };
    becomes(&place, "people", 6, half).await;
    assert_eq!(place.get("people", 5).await, Some(own));

    // Who only counts has read nothing.
    assert_eq!(Person::query(&db).count().await.unwrap(), 6);
    tokio::time::sleep(LONG).await;
    for id in [2, 4] {
        let unfilled = doc! { "_id": id, "first": "ada" };
        assert_eq!(place.get("people", id).await, Some(unfilled));
    }
}

#[tokio::test]
async fn a_field_in_the_place_of_another_is_filled_where_it_is_not_what_the_rule_gives() {
    let place = Place::new("converged").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    place
        .put("members", doc! { "_id": "a", "name": "ada", "age": 1 })
        .await;
    let stale = doc! { "_id": "b", "name": "bob", "age": 1, "display": "OLD" };
    place.put("members", stale).await;
    for (id, display) in [("a", "ADA"), ("b", "BOB")] {
        let found = Member::find(&db, id).await.unwrap();
        assert_eq!(found, Some(member(id, display, 1)));
        let filled =
            doc! { "_id": id, "name": display.to_lowercase(), "age": 1, "display": display };
        becomes(&place, "members", id, filled).await;
    }
}

/// Neither before the gate of the backfill, for builds that do not know the field are let in, nor behind
/// it, nor on the way back.
#[tokio::test]
async fn nothing_is_filled_in_other_phases() {
    let place = Place::new("other_phases").await;
    publish(&place, "done", "expand", 1).await;
    let db = filling(&place).await;
    let off = place.db().await;
    let unfilled = doc! { "_id": 1, "first": "ada", "nick": "a" };
    place.put("people", unfilled.clone()).await;
    let mut generation = 1;
    for (state, phase) in [
        ("running", "expand"),
        ("done", "expand"),
        ("running", "dual-write"),
        ("done", "dual-write"),
        ("reverting", "constrain"),
        ("reverting", "backfill"),
        ("reverting", "dual-write"),
    ] {
        generation += 1;
        publish(&place, state, phase, generation).await;
        tokio::time::sleep(LONG / 3).await;
        let found = Person::find(&db, 1).await.unwrap();
        assert_eq!(
            found,
            Some(person(1, "ada", "ADA", Some("a"))),
            "{state} {phase}"
        );
        tokio::time::sleep(LONG / 3).await;
        let stored = place.get("people", 1).await;
        assert_eq!(stored.as_ref(), Some(&unfilled), "{state} {phase}");
    }
    // It is a matter of the phase.
    publish(&place, "running", "backfill", generation + 1).await;
    tokio::time::sleep(LONG / 3).await;
    Person::find(&off, 1).await.unwrap();
    tokio::time::sleep(LONG).await;
    assert_eq!(place.get("people", 1).await, Some(unfilled), "it is off");
    Person::find(&db, 1).await.unwrap();
    let filled = doc! { "_id": 1, "first": "ada", "nick": "a", "displayName": "ADA" };
    becomes(&place, "people", 1, filled).await;
}

#[tokio::test]
async fn nothing_is_filled_of_what_a_transaction_reads() {
    let place = Place::new("in_transaction").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    let unfilled = doc! { "_id": 1, "first": "ada" };
    place.put("people", unfilled.clone()).await;
    let mut tx = db.begin().await.unwrap();
    let found = Person::find(&mut tx, 1).await.unwrap();
    assert_eq!(found, Some(person(1, "ada", "ADA", Some("aday"))));
    assert_eq!(Person::query(&mut tx).fetch_all().await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    tokio::time::sleep(LONG).await;
    assert_eq!(place.get("people", 1).await, Some(unfilled));
}

/// What counts is the server's word: here the instance believes that it has one, and has none.
#[tokio::test]
async fn nothing_is_filled_without_a_lease_by_the_clock_of_the_server() {
    let place = Place::new("leased").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    for id in 1..=2 {
        place
            .put("people", doc! { "_id": id, "first": "ada" })
            .await;
    }
    let instances = place.collection("colmig_instance");
    let expires = |at: DateTime| doc! { "$set": { "expires_at": at } };
    let past = DateTime::from_millis(DateTime::now().timestamp_millis() - 1);
    instances.update_many(doc! {}, expires(past)).await.unwrap();
    Person::find(&db, 1).await.unwrap();
    tokio::time::sleep(LONG).await;
    let unfilled = doc! { "_id": 1, "first": "ada" };
    assert_eq!(place.get("people", 1).await, Some(unfilled));
    let future = DateTime::from_millis(DateTime::now().timestamp_millis() + 30_000);
    instances
        .update_many(doc! {}, expires(future))
        .await
        .unwrap();
    Person::find(&db, 2).await.unwrap();
    let filled = doc! { "_id": 2, "first": "ada", "displayName": "ADA", "nick": "aday" };
    becomes(&place, "people", 2, filled).await;
    db.close().await;
}

/// A server that refuses is left alone for a while, and nobody who reads sees any of it.
#[tokio::test]
async fn a_server_that_refuses_is_asked_again_later_and_readers_do_not_see_it() {
    let place = Place::new("refused").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    let unfilled = doc! { "_id": 1, "first": "ada" };
    place.put("people", unfilled.clone()).await;
    let validator = |validator: Document| doc! { "collMod": "people", "validator": validator };
    let refuses = validator(doc! { "displayName": { "$exists": false } });
    place.database.run_command(refuses).await.unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1500) {
        let found = Person::find(&db, 1).await.unwrap();
        assert_eq!(found, Some(person(1, "ada", "ADA", Some("aday"))));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(place.get("people", 1).await, Some(unfilled));
    place
        .database
        .run_command(validator(doc! {}))
        .await
        .unwrap();
    let began = Instant::now();
    loop {
        Person::find(&db, 1).await.unwrap();
        let stored = place.get("people", 1).await.unwrap();
        if stored.get_str("displayName").is_ok() {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{stored}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Many more than there is room for, at once: nothing is wrong, and what is read again is filled.
#[tokio::test]
async fn more_than_there_is_room_for_is_filled_when_it_is_read_again() {
    let place = Place::new("full").await;
    place.publish(At::Written).await;
    let db = filling(&place).await;
    let people = (0..3000).map(|id| doc! { "_id": id, "first": "ada" });
    place
        .collection("people")
        .insert_many(people)
        .await
        .unwrap();
    let unfilled = || doc! { "displayName": null };
    let began = Instant::now();
    loop {
        let read = Person::query(&db).fetch_all().await.unwrap();
        assert!(read.iter().all(|person| person.display == "ADA"));
        let left = place
            .collection("people")
            .count_documents(unfilled())
            .await
            .unwrap();
        if left == 0 {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{left} are left");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_database_of_tables_refuses_it_by_name() {
    let options = Db::options().fill_on_read(true);
    let error = options.connect("sqlite::memory:").await.unwrap_err();
    assert!(matches!(error, Error::NoFillOnRead), "{error:?}");
    let words = error.to_string();
    assert!(
        words.contains("`fill_on_read` is for MongoDB, and this is a database of tables"),
        "{words}"
    );
}
