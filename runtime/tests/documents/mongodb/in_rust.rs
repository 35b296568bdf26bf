//! Fields whose rules are functions in Rust: read and written through them in every stage.

use colmig::{Document, Error, field};
use mongodb::bson::{Bson, doc};

use super::bags::{Bag, bag};
use super::fixture::{At, MIGRATION, Place};

const BEFORE: [At; 3] = [At::Absent, At::Readable, At::Written];

#[tokio::test]
async fn documents_of_any_age_are_read_through_the_functions() {
    for at in BEFORE {
        let place = Place::new("in-rust-read").await;
        let db = place.db_at(at).await;
        let put = async |document| place.put("bags", document).await;
        put(doc! { "_id": 1, "owner": "Ada", "room": 203_i64, "weight": "2 kg" }).await;
        put(doc! { "_id": "2", "owner": "Bea", "weight": "7 g", "label": null, "floor": null })
            .await;
        put(doc! { "_id": 3, "owner": "Cai", "weight": "1 g", "label": "mine", "floor": 9_i64, "grams": "?" })
            .await;
        let expected = [
            bag(1, "Ada", Some(203), 2_000, "of Ada", Some(2)),
            bag("2", "Bea", None, 7, "of Bea", None),
            bag(3, "Cai", None, 1, "mine", Some(9)),
        ];
        for expected in &expected {
            let found = Bag::find(&db, expected.id.clone()).await.unwrap();
            assert_eq!(found.as_ref(), Some(expected), "{at:?}");
        }
        let found = Bag::query(&db)
            .filter(doc! { "owner": { "$in": ["Ada", "Bea", "Cai"] } })
            .sort(doc! { "owner": 1 });
        assert_eq!(found.fetch_all().await.unwrap(), expected, "{at:?}");
        put(doc! { "_id": 4, "owner": "", "weight": "heavy" }).await;
        let unread = Bag::find(&db, Bson::Int32(4)).await.unwrap_err();
        let Error::NotConvertible { column, reason, .. } = &unread else {
            panic!("{unread:?}");
        };
        assert_eq!(
            (*column, &**reason),
            ("grams", "`heavy` is no weight"),
            "{at:?}"
        );
    }
}

#[tokio::test]
async fn a_search_that_only_the_application_could_answer_is_refused_by_name() {
    let root = doc! { "$gt": [{ "$size": { "$objectToArray": "$$ROOT" } }, 3] };
    for at in At::ALL {
        let place = Place::new("in-rust-search").await;
        let db = place.db_at(at).await;
        bag(1, "Ada", Some(203), 2_000, "of Ada", Some(2))
            .insert(&db)
            .await
            .unwrap();
        for (filter, sort, field, stored_from) in [
            (doc! { "label": "of Ada" }, doc! {}, "label", At::Filled),
            (doc! {}, doc! { "label": 1 }, "label", At::Filled),
            (
                doc! { "$or": [{ "floor": 2 }] },
                doc! {},
                "floor",
                At::Filled,
            ),
            (doc! { "grams": 2_000 }, doc! {}, "grams", At::Target),
            (doc! { "$expr": root.clone() }, doc! {}, "grams", At::Target),
        ] {
            let query = || Bag::query(&db).filter(filter.clone()).sort(sort.clone());
            let (found, counted) = (query().fetch_all().await, query().count().await);
            if at >= stored_from {
                assert_eq!((found.unwrap().len(), counted.unwrap()), (1, 1), "{at:?}");
                continue;
            }
            let error = found.unwrap_err();
            let Error::InRust { column, .. } = &error else {
                panic!("{at:?}, {filter}: {error:?}");
            };
            assert_eq!(*column, field, "{at:?}");
            assert!(
                error.to_string().contains("switch --reads target"),
                "{error}"
            );
            // The order says nothing of how many there are.
            assert_eq!(counted.is_ok(), filter.is_empty(), "{at:?}");
        }
    }
}

#[tokio::test]
async fn the_field_of_before_is_written_beside_until_nobody_reads_it() {
    for at in At::ALL {
        let place = Place::new("in-rust-write").await;
        let db = place.db_at(at).await;
        let weight = async |id: i32| {
            let stored = place.get("bags", id).await.unwrap();
            stored.get_str("weight").map(str::to_owned).ok()
        };
        let beside = |text: &str| (at != At::Alone).then(|| text.to_owned());
        let new = |id: i32, grams| bag(id, "Ada", None, grams, "mine", None);
        new(1, 5).insert(&db).await.unwrap();
        assert_eq!(weight(1).await, beside("5 g"), "{at:?}");
        new(2, 6).save(&db).await.unwrap();
        new(2, 7).save(&db).await.unwrap();
        assert_eq!(weight(2).await, beside("7 g"), "{at:?}");
        let update = |grams| {
            let update = Bag::update(Bson::Int32(1)).set(field!(Bag.owner), "Bea");
            update.set(field!(Bag.grams), grams)
        };
        assert!(update(8).execute(&db).await.unwrap());
        assert_eq!(weight(1).await, beside("8 g"), "{at:?}");
        let expected = Bag {
            owner: "Bea".to_owned(),
            ..new(1, 8)
        };
        assert_eq!(
            Bag::find(&db, Bson::Int32(1)).await.unwrap(),
            Some(expected),
            "{at:?}"
        );
        assert_eq!(
            Bag::find(&db, Bson::Int32(2)).await.unwrap(),
            Some(new(2, 7)),
            "{at:?}"
        );
        // Another field leaves it as it is.
        let label = Bag::update(Bson::Int32(1)).set(field!(Bag.label), "hers");
        assert!(label.execute(&db).await.unwrap());
        assert_eq!(weight(1).await, beside("8 g"), "{at:?}");

        let refused = [
            new(3, -5).insert(&db).await.err(),
            new(2, -5).save(&db).await.err(),
            update(-5).execute(&db).await.err(),
        ];
        for refused in refused {
            match refused {
                None => assert_eq!(at, At::Alone),
                Some(Error::NotReversible {
                    column,
                    legacy,
                    migration,
                    ..
                }) => {
                    assert_ne!(at, At::Alone);
                    assert_eq!((column, &*legacy), ("grams", "`weight`"));
                    assert_eq!(migration, MIGRATION);
                }
                Some(other) => panic!("{other:?}"),
            }
        }
        if at != At::Alone {
            assert!(place.get("bags", 3).await.is_none());
            assert_eq!(weight(1).await, beside("8 g"), "{at:?}");
            assert_eq!(weight(2).await, beside("7 g"), "{at:?}");
        }
    }
}

#[tokio::test]
async fn sides_that_differ_are_found_by_comparisons() {
    let place = Place::new("in-rust-shadow").await;
    let put = async |document| place.put("bags", document).await;
    put(doc! { "_id": 1, "owner": "Ada", "label": "", "floor": null, "weight": "2 kg", "grams": 2_000_i64 }).await;
    put(doc! { "_id": 2, "owner": "Ada", "label": "", "floor": null, "weight": "2 kg", "grams": 2_001_i64 }).await;
    place.publish_reads(At::Target, "shadow").await;
    let db = place.db().await;
    for id in [1, 2] {
        let found = Bag::find(&db, Bson::Int32(id)).await.unwrap().unwrap();
        assert_eq!(found.grams, 2_000);
    }
    let told = place.collection("colmig_mismatch");
    let mut found = None;
    for _ in 0..200 {
        found = told.find_one(doc! {}).await.unwrap();
        if found.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let found = found.unwrap();
    let said = ["row_key", "legacy", "target"].map(|name| found.get_str(name).unwrap());
    assert_eq!(said, ["2", "2 kg", "2001"]);
    assert_eq!(told.count_documents(doc! {}).await.unwrap(), 1);
    assert_eq!(found.get("column_name"), Some(&Bson::from("grams")));
}
