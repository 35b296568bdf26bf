//! Transactions: where there is a replica set, and only there.

use colmig::{Document, Error, field};
use colmig_harness::MongoDb;
use mongodb::bson::doc;

use super::fixture::{At, Member, Note, Person, Place, member, note, person};

#[tokio::test]
async fn accessors_work_in_a_transaction() {
    let place = Place::new("transaction").await;
    let db = place.db_at(At::Written).await;
    place.put("people", doc! { "_id": 1, "first": "ada" }).await;
    let mut tx = db.begin().await.unwrap();
    let ada = Person::find(&mut tx, 1).await.unwrap().unwrap();
    assert_eq!(ada.display, "ADA");
    person(2, "bob", "B", None).insert(&mut tx).await.unwrap();
    member("m", "ADA", 1).insert(&mut tx).await.unwrap();
    member("m", "BOB", 1).save(&mut tx).await.unwrap();
    let update = Member::update("m").set(field!(Member.display), "CY");
    assert!(update.execute(&mut tx).await.unwrap());
    note(1, "a", None).insert(&mut tx).await.unwrap();
    assert!(Person::delete(&mut tx, 1).await.unwrap());
    let found = Person::query(&mut tx).filter(doc! { "displayName": "B" });
    assert_eq!(found.fetch_all().await.unwrap().len(), 1);
    assert_eq!(Note::query(&mut tx).count().await.unwrap(), 1);
    let plain = Note::query(&mut tx).fetch_all().await.unwrap();
    assert_eq!(plain.len(), 1);
    // Nobody else sees any of it.
    assert_eq!(Member::find(&db, "m").await.unwrap(), None);
    assert_eq!(Person::query(&db).count().await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(
        Member::find(&db, "m").await.unwrap(),
        Some(member("m", "CY", 1))
    );
    assert_eq!(
        place
            .get("members", "m")
            .await
            .unwrap()
            .get_str("name")
            .unwrap(),
        "cy"
    );
    assert_eq!(Person::query(&db).fetch_one().await.unwrap().id, 2);
}

#[tokio::test]
async fn what_is_rolled_back_was_never_there() {
    let place = Place::new("rollback").await;
    let db = place.db_at(At::Written).await;
    let mut tx = db.begin().await.unwrap();
    member("m", "ADA", 1).insert(&mut tx).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    member("m", "ADA", 1).insert(&mut tx).await.unwrap();
    drop(tx);
    assert_eq!(Member::find(&db, "m").await.unwrap(), None);
    member("m", "ADA", 1).insert(&db).await.unwrap();
}

#[tokio::test]
async fn a_server_that_stands_alone_has_no_transactions() {
    let server = MongoDb::start().unwrap();
    let place = Place::at(server.endpoint().clone(), "alone").await;
    let db = place.db_at(At::Written).await;
    let error = db.begin().await.unwrap_err();
    assert!(matches!(error, Error::NoTransactions), "{error}");
    member("m", "ADA", 1).insert(&db).await.unwrap();
    assert_eq!(
        Member::find(&db, "m").await.unwrap(),
        Some(member("m", "ADA", 1))
    );
}
