//! The accessors, in every stage and inside transactions.

use std::time::{Duration, Instant};

use colmig::{Db, Document as _, Error, Phase, field};
use colmig_guests::{ADD, Address, Guest, Key, REPLACE, Stay, old_guest};
use mongodb::bson::doc;

use super::place::{BEFORE_CONTRACT, Place, instance};

/// A guest with values of its own in every new field.
fn own(id: i64) -> Guest {
    Guest {
        address: Some(Address {
            street: "St James Square".to_owned(),
            town: "London".to_owned(),
        }),
        tags: vec!["$first".to_owned(), "countess".to_owned()],
        display_name: "Ada L.".to_owned(),
        initial: None,
        handle: format!("ada {id}"),
        note: Some("$$ROOT".to_owned()),
        ..Guest::plain(id)
    }
}

async fn find(db: &Db, id: i64) -> Option<Guest> {
    Guest::find(db, Key::Number(id)).await.unwrap()
}

async fn search(db: &Db, filter: mongodb::bson::Document) -> Vec<Guest> {
    let query = Guest::query(db)
        .filter(filter)
        .sort(doc! { "displayName": 1 });
    query.fetch_all().await.unwrap()
}

/// Every accessor. No field has to come before it is written: documents have no columns.
async fn exercise(place: &Place, db: &Db, base: i64, old_builds: bool) {
    // A document that an old build wrote reads as the rules say, also by filters and sorts.
    let id = base;
    match old_builds {
        true => place.seed("guests", [old_guest(id)]).await,
        false => Guest::plain(id).insert(db).await.unwrap(),
    }
    assert_eq!(find(db, id).await, Some(Guest::plain(id)));
    let named = doc! { "displayName": format!("first{id} Last{id}"), "_id": id };
    assert_eq!(search(db, named).await, [Guest::plain(id)]);
    let initial = doc! { "initial": "F", "_id": { "$gte": id, "$lt": id + 10 } };
    assert_eq!(search(db, initial.clone()).await, [Guest::plain(id)]);

    let id = base + 1;
    Guest::plain(id).insert(db).await.unwrap();
    assert_eq!(find(db, id).await, Some(Guest::plain(id)));
    let update = Guest::update(Key::Number(id)).set(field!(Guest.last), "New");
    assert!(update.execute(db).await.unwrap());
    let again = Guest::plain(id).insert(db).await.unwrap_err();
    assert!(again.is_unique_violation(), "{again}");

    // Values of one's own are accepted and read back: null, and what looks like an expression.
    let id = base + 2;
    own(id).insert(db).await.unwrap();
    assert_eq!(find(db, id).await, Some(own(id)));
    let named = doc! { "displayName": "Ada L.", "_id": id };
    assert_eq!(search(db, named).await, [own(id)]);
    let both = [Guest::plain(base), find(db, base + 1).await.unwrap()];
    assert_eq!(search(db, initial).await, both);
    let update = Guest::update(Key::Number(base)).set(field!(Guest.initial), None::<String>);
    assert!(update.execute(db).await.unwrap());
    assert_eq!(find(db, base).await.unwrap().initial, None);
    let update = Guest::update(Key::Number(base)).set(field!(Guest.initial), "Z".to_owned());
    assert!(update.execute(db).await.unwrap());
    assert_eq!(find(db, base).await.unwrap().initial.as_deref(), Some("Z"));

    // The whole document, over one that is there and where there is none.
    for id in [base + 1, base + 3] {
        own(id).save(db).await.unwrap();
        assert_eq!(find(db, id).await, Some(own(id)));
    }
    assert!(Guest::delete(db, Key::Number(base + 3)).await.unwrap());
    assert!(!Guest::delete(db, Key::Number(base + 3)).await.unwrap());
    let nobody = Guest::update(Key::Number(base + 3)).set(field!(Guest.last), "nobody");
    assert!(!nobody.execute(db).await.unwrap());

    // In a transaction, where there are any.
    let id = base + 4;
    let mut tx = match db.begin().await {
        Err(Error::NoTransactions) if !place.is_set => return,
        begun => begun.unwrap(),
    };
    own(id).insert(&mut tx).await.unwrap();
    let found = Guest::find(&mut tx, Key::Number(id)).await.unwrap();
    assert_eq!(found, Some(own(id)));
    let named = Guest::query(&mut tx).filter(doc! { "handle": format!("ada {id}") });
    assert_eq!(named.count().await.unwrap(), 1);
    assert!(Guest::delete(&mut tx, Key::Number(id)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(find(db, id).await, None);
}

pub(crate) async fn reads_and_writes_are_right_in_every_stage(place: &Place) {
    let db = place.with_guests(10).await;
    exercise(place, &db, 1_000, true).await;
    let mut base = 2_000;
    for phase in BEFORE_CONTRACT {
        place.run(ADD, phase).await;
        // One instance that lived through it all, and one that was deployed just now.
        let fresh = place.instance().await;
        for db in [&db, &fresh] {
            exercise(place, db, base, phase <= Phase::Backfill).await;
            base += 1_000;
        }
        fresh.close().await;
    }
    place.abort(ADD).await;
    exercise(place, &db, base, true).await;
    for phase in [Phase::Constrain, Phase::SwitchReads] {
        // What is left of the same handles is no hindrance.
        place.run(ADD, phase).await;
    }
    place.contract(ADD).await;
    exercise(place, &db, base + 1_000, false).await;
}

pub(crate) async fn a_transaction_that_is_rolled_back_leaves_nothing(place: &Place) {
    let db = place.with_guests(1).await;
    place.run(ADD, Phase::Backfill).await;
    let mut tx = match db.begin().await {
        Err(error) if !place.is_set => {
            let words = error.to_string();
            assert!(words.contains("replica set"), "{words}");
            return;
        }
        begun => begun.unwrap(),
    };
    own(2).insert(&mut tx).await.unwrap();
    let update = Guest::update(Key::Number(1)).set(field!(Guest.handle), "gold");
    assert!(update.execute(&mut tx).await.unwrap());
    tx.rollback().await.unwrap();
    drop(db.begin().await.unwrap());
    assert_eq!(find(&db, 2).await, None);
    assert_eq!(find(&db, 1).await, Some(Guest::plain(1)));
}

/// There are no tails of SQL; what they are on documents are the names in filters and sorts.
pub(crate) async fn a_tail_with_a_bare_name_of_a_column_in_flight_is_refused(place: &Place) {
    let db = place.with_stays(1).await;
    for filter in [
        doc! { "visits": 1 },
        doc! { "$or": [{ "first": "First1" }, { "_id": 7 }] },
        doc! { "$expr": { "$eq": ["$paid", "100"] } },
    ] {
        let error = Stay::query(&db).filter(filter).fetch_all().await;
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Taken { .. }), "{error}");
        assert!(error.to_string().contains("whose place"), "{error}");
    }
    let sorted = Stay::query(&db).sort(doc! { "paid": 1 }).fetch_all().await;
    let error = sorted.unwrap_err();
    assert!(
        matches!(&error, Error::Taken { field, by, .. } if field == "paid" && by == "cents"),
        "{error}"
    );
    let found = Stay::query(&db).filter(doc! { "cents": 100_i64, "note": null });
    assert_eq!(found.fetch_all().await.unwrap(), [Stay::plain(1)]);
    place.run(REPLACE, Phase::Expand).await;
    let value = Stay::query(&db).filter(doc! { "name.first": { "$ne": "visits" } });
    assert_eq!(value.fetch_all().await.unwrap(), [Stay::plain(1)]);
}

pub(crate) async fn a_long_transaction_needs_no_second_connection(place: &Place) {
    place.with_guests(3).await.close().await;
    place.run(ADD, Phase::Expand).await;
    // The lease has to be renewed meanwhile, and what is known of the phases to be looked at.
    // A stream of changes would be one more connection.
    let options = instance()
        .lease(Duration::from_secs(2))
        .notifications(false);
    let db = place.with_one_connection(options).await;
    let mut tx = match db.begin().await {
        // Without transactions there is nothing to wait for either.
        Err(Error::NoTransactions) if !place.is_set => {
            assert_eq!(find(&db, 1).await, Some(Guest::plain(1)));
            return;
        }
        begun => begun.unwrap(),
    };
    let found = Guest::find(&mut tx, Key::Number(1)).await.unwrap();
    assert_eq!(found, Some(Guest::plain(1)));
    tokio::time::sleep(colmig::VIEW_MAX_AGE + Duration::from_millis(300)).await;
    let asked = Instant::now();
    let found = Guest::find(&mut tx, Key::Number(2)).await.unwrap();
    assert_eq!(found, Some(Guest::plain(2)));
    assert!(asked.elapsed() < Duration::from_secs(5));
    tx.commit().await.unwrap();
}

pub(crate) async fn a_database_without_state_is_read_as_before_the_migration(place: &Place) {
    place.with_guests(3).await.close().await;
    let names = place.database.list_collection_names().await.unwrap();
    for name in names.iter().filter(|name| name.starts_with("colmig_")) {
        place.collection(name).drop().await.unwrap();
    }
    let db = place.with_one_connection(instance()).await;
    Guest::plain(4).insert(&db).await.unwrap();
    for id in [3, 4] {
        assert_eq!(find(&db, id).await, Some(Guest::plain(id)));
    }
}
