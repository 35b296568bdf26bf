//! Filters and sorts over fields in flight.

use colmig::{Document, Error};
use mongodb::bson::{Document as Filter, doc};

use super::fixture::{At, Member, Person, Place};

async fn ids(query: colmig::DocumentQuery<'_, Person>) -> Vec<i64> {
    let found = query.fetch_all().await.unwrap();
    found.iter().map(|person| person.id).collect()
}

/// Missing, null and value of both fields.
async fn people(place: &Place) {
    for document in [
        doc! { "_id": 1, "first": "ada" },
        doc! { "_id": 2, "first": "bob", "displayName": null, "nick": null },
        doc! { "_id": 3, "first": "cy", "displayName": "ADA", "nick": "aday" },
        doc! { "_id": 4, "first": "dan", "displayName": "X", "nick": "x" },
    ] {
        place.put("people", document).await;
    }
}

#[tokio::test]
async fn a_search_finds_documents_that_are_not_filled() {
    let cases: Vec<(Filter, &[i64])> = vec![
        (doc! {}, &[1, 2, 3, 4]),
        (doc! { "displayName": "ADA" }, &[1, 3]),
        (doc! { "displayName": { "$gt": "B" } }, &[2, 4]),
        (doc! { "displayName": { "$in": ["BOB", "X"] } }, &[2, 4]),
        (doc! { "displayName": { "$ne": "ADA" } }, &[2, 4]),
        (doc! { "displayName": null }, &[]),
        (doc! { "nick": null }, &[2]),
        (doc! { "nick": "aday" }, &[1, 3]),
        (doc! { "nick": { "$exists": false } }, &[]),
        (doc! { "nick": { "$not": { "$eq": "x" } } }, &[1, 2, 3]),
        (doc! { "displayName": "ADA", "first": "ada" }, &[1]),
        (
            doc! { "$and": [{ "displayName": "ADA" }, { "nick": "aday" }, { "_id": { "$gt": 1 } }] },
            &[3],
        ),
        (
            doc! { "$or": [{ "displayName": "BOB" }, { "first": "dan" }] },
            &[2, 4],
        ),
        (doc! { "$nor": [{ "displayName": "BOB" }] }, &[1, 3, 4]),
        (
            doc! { "$expr": { "$eq": ["$displayName", { "$toUpper": "$first" }] } },
            &[1, 2],
        ),
        (
            doc! { "$expr": { "$eq": [{ "$type": "$$ROOT.nick" }, "string"] } },
            &[1, 3, 4],
        ),
        (
            doc! { "$or": [{ "first": "ada" }, { "first": "bob" }] },
            &[1, 2],
        ),
    ];
    for at in [At::Absent, At::Readable, At::Written] {
        let place = Place::new("searches").await;
        people(&place).await;
        let db = place.db_at(at).await;
        for (filter, expected) in &cases {
            let of = || Person::query(&db).filter(filter.clone());
            let found = ids(of().sort(doc! { "_id": 1 })).await;
            assert_eq!(found, *expected, "{at:?} {filter}");
            let count = of().count().await.unwrap();
            assert_eq!(count, expected.len() as u64, "{at:?} {filter}");
        }
    }
}

#[tokio::test]
async fn a_sort_goes_by_what_is_read() {
    let place = Place::new("sorts").await;
    people(&place).await;
    let db = place.db_at(At::Written).await;
    let by = |sort| Person::query(&db).sort(sort);
    assert_eq!(
        ids(by(doc! { "displayName": 1, "_id": -1 })).await,
        [3, 1, 2, 4]
    );
    let page = by(doc! { "displayName": -1, "_id": 1 }).skip(1).limit(2);
    assert_eq!(ids(page).await, [2, 1]);
    assert_eq!(ids(by(doc! { "first": -1 }).limit(1)).await, [4]);
    assert_eq!(ids(by(doc! { "first": -1 }).limit(0)).await, [0; 0]);
    let first = by(doc! { "displayName": 1, "_id": 1 })
        .fetch_one()
        .await
        .unwrap();
    assert_eq!((first.id, first.display.as_str()), (1, "ADA"));
    let skipped = Person::query(&db).skip(1).limit(5).count().await.unwrap();
    assert_eq!(skipped, 3);
    let none = Person::query(&db).filter(doc! { "first": "x" });
    let error = none.fetch_one().await.unwrap_err();
    assert!(
        matches!(error.as_sqlx(), Some(sqlx::Error::RowNotFound)),
        "{error}"
    );
}

#[tokio::test]
async fn once_filled_a_search_is_what_it_says() {
    for at in [At::Filled, At::Target, At::Alone] {
        let place = Place::new("filled_searches").await;
        place
            .put(
                "people",
                doc! { "_id": 1, "first": "ada", "displayName": "A" },
            )
            .await;
        let db = place.db_at(at).await;
        let found = Person::query(&db).filter(doc! { "displayName": "A", "nick": null });
        assert_eq!(ids(found).await, [1], "{at:?}");
    }
}

#[tokio::test]
async fn a_search_by_a_replaced_field_goes_by_the_side_that_is_read() {
    for at in At::ALL {
        let place = Place::new("sides").await;
        place
            .put(
                "members",
                doc! { "_id": "a", "name": "old", "display": "NEW", "age": 1 },
            )
            .await;
        if at < At::Target {
            place
                .put("members", doc! { "_id": "b", "name": "abc", "age": 2 })
                .await;
        }
        let db = place.db_at(at).await;
        let of = |display: &str| {
            let query = Member::query(&db).filter(doc! { "display": display });
            async {
                query
                    .fetch_all()
                    .await
                    .unwrap()
                    .iter()
                    .map(|m| m.id.clone())
                    .collect::<Vec<_>>()
            }
        };
        let (new, old) = (of("NEW").await, of("OLD").await);
        match at >= At::Target {
            true => assert_eq!((new.len(), old.len()), (1, 0), "{at:?}"),
            false => {
                assert_eq!((new.len(), old.len()), (0, 1), "{at:?}");
                assert_eq!(of("ABC").await, ["b"], "{at:?}");
                let sorted = Member::query(&db).sort(doc! { "display": 1 });
                let sorted = sorted.fetch_all().await.unwrap();
                assert_eq!((sorted[0].id.as_str(), sorted[1].id.as_str()), ("b", "a"));
            }
        }
        let gone = Member::query(&db).filter(doc! { "name": "old" });
        match gone.fetch_all().await.unwrap_err() {
            Error::Taken { field, by, .. } => {
                assert_eq!((field.as_str(), by.as_str()), ("name", "display"))
            }
            error => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn an_index_serves_a_search_by_a_field_in_flight() {
    let place = Place::new("indexed").await;
    let db = place.db_at(At::Written).await;
    let many: Vec<Filter> = (0..500)
        .map(|id| doc! { "_id": id, "first": "x", "displayName": format!("D{id}"), "nick": "n" })
        .collect();
    place.collection("people").insert_many(many).await.unwrap();
    place
        .put("people", doc! { "_id": 1000, "first": "d7" })
        .await;
    let index = mongodb::IndexModel::builder()
        .keys(doc! { "displayName": 1 })
        .build();
    place
        .collection("people")
        .create_index(index)
        .await
        .unwrap();
    place
        .database
        .run_command(doc! { "profile": 2 })
        .await
        .unwrap();
    let found = Person::query(&db).filter(doc! { "displayName": "D7" });
    assert_eq!(ids(found.sort(doc! { "_id": 1 })).await, [7, 1000]);
    place
        .database
        .run_command(doc! { "profile": 0 })
        .await
        .unwrap();
    let seen = doc! { "command.aggregate": "people" };
    let seen = place
        .collection("system.profile")
        .find_one(seen)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.get_i32("docsExamined").unwrap(), 2, "{seen}");
}
