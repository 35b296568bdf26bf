//! Every accessor in every stage.

use colmig::{Document, Error, field};
use mongodb::bson::doc;

use super::fixture::{At, Author, Member, Person, Place, Visitor, member, person};

#[tokio::test]
async fn a_document_that_does_not_fit_the_struct_is_named_with_its_field() {
    for at in At::ALL {
        let place = Place::new("does_not_fit").await;
        let db = place.db_at(at).await;
        let stray =
            doc! { "_id": 7_i64, "first": "ada", "displayName": "A.", "nick": { "short": "a" } };
        place.put("people", stray).await;
        let found = Person::find(&db, 7).await.unwrap_err();
        let searched = Person::query(&db).fetch_all().await.unwrap_err();
        for error in [found, searched] {
            assert!(
                matches!(error, Error::Unreadable { .. }),
                "{at:?}: {error:?}"
            );
            let said = error.to_string();
            for part in ["`Person` with _id = 7 ", "Path: nick"] {
                assert!(said.contains(part), "{at:?}: {said}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_field_reads_by_the_rule_where_a_document_is_not_filled() {
    for at in [At::Absent, At::Readable, At::Written] {
        let place = Place::new("new_field_reads").await;
        let db = place.db_at(at).await;
        place.put("people", doc! { "_id": 1, "first": "ada" }).await;
        place
            .put(
                "people",
                doc! { "_id": 2, "first": "bob", "displayName": null, "nick": null },
            )
            .await;
        place
            .put(
                "people",
                doc! { "_id": 3, "first": "cy", "displayName": "C.", "nick": "c" },
            )
            .await;
        for expected in [
            person(1, "ada", "ADA", Some("aday")),
            // Null is older than a field that is required, and a value of one that is not.
            person(2, "bob", "BOB", None),
            person(3, "cy", "C.", Some("c")),
        ] {
            let found = Person::find(&db, expected.id).await.unwrap();
            assert_eq!(found, Some(expected), "{at:?}");
        }
        assert_eq!(Person::find(&db, 4).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_new_field_reads_as_it_is_stored_once_every_document_is_filled() {
    for at in [At::Filled, At::Target, At::Alone] {
        let place = Place::new("filled_field_reads").await;
        let db = place.db_at(at).await;
        place
            .put(
                "people",
                doc! { "_id": 1, "first": "ada", "displayName": "A." },
            )
            .await;
        let found = Person::find(&db, 1).await.unwrap();
        assert_eq!(found, Some(person(1, "ada", "A.", None)), "{at:?}");
        place.put("people", doc! { "_id": 2, "first": "bob" }).await;
        let error = Person::find(&db, 2).await.unwrap_err();
        assert!(error.to_string().contains("displayName"), "{error}");
    }
}

#[tokio::test]
async fn a_new_field_is_written_in_every_stage() {
    for at in At::ALL {
        let place = Place::new("new_field_writes").await;
        let db = place.db_at(at).await;
        // What is left out would count as older than the field, so null is stored.
        let ada = person(1, "ada", "$first", None);
        ada.insert(&db).await.unwrap();
        assert_eq!(Person::find(&db, 1).await.unwrap(), Some(ada), "{at:?}");
        let stored = place.get("people", 1_i64).await.unwrap();
        let expected = doc! { "_id": 1_i64, "first": "ada", "displayName": "$first", "nick": null };
        assert_eq!(stored, expected, "{at:?}");

        let bob = person(1, "bob", "B.", Some("b"));
        bob.save(&db).await.unwrap();
        assert_eq!(Person::find(&db, 1).await.unwrap(), Some(bob), "{at:?}");
        let update = Person::update(1).set(field!(Person.nick), None::<String>);
        assert!(update.execute(&db).await.unwrap());
        let found = Person::find(&db, 1).await.unwrap();
        assert_eq!(found, Some(person(1, "bob", "B.", None)), "{at:?}");

        let update = Person::update(1).set(field!(Person.display), "{$x}");
        assert!(
            update
                .set(field!(Person.nick), "n")
                .execute(&db)
                .await
                .unwrap()
        );
        let found = Person::find(&db, 1).await.unwrap();
        assert_eq!(found, Some(person(1, "bob", "{$x}", Some("n"))), "{at:?}");
        let nobody = Person::update(2).set(field!(Person.display), "x");
        assert!(!nobody.execute(&db).await.unwrap());
        assert!(Person::delete(&db, 1).await.unwrap());
        assert!(!Person::delete(&db, 1).await.unwrap());
        assert_eq!(Person::find(&db, 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_field_that_replaces_another_is_read_from_the_side_that_is_said() {
    for at in At::ALL {
        let place = Place::new("replaced_reads").await;
        let db = place.db_at(at).await;
        // As no accessor would leave it, so that it can be seen which side is read.
        place
            .put(
                "members",
                doc! { "_id": "a", "name": "legacy", "display": "TARGET", "age": 1 },
            )
            .await;
        let found = Member::find(&db, "a").await.unwrap().unwrap();
        let side = if at >= At::Target { "TARGET" } else { "LEGACY" };
        assert_eq!(found, member("a", side, 1), "{at:?}");
        if at < At::Target {
            place
                .put("members", doc! { "_id": "b", "name": "old", "age": 2 })
                .await;
            let found = Member::find(&db, "b").await.unwrap();
            assert_eq!(found, Some(member("b", "OLD", 2)), "{at:?}");
        }
    }
}

#[tokio::test]
async fn both_sides_are_written_until_the_target_stands_alone() {
    for at in At::ALL {
        let place = Place::new("replaced_writes").await;
        let db = place.db_at(at).await;
        let name = |name: &str| {
            if at == At::Alone {
                None
            } else {
                Some(name.to_owned())
            }
        };
        let stored = async || {
            let stored = place.get("members", "a").await.unwrap();
            let name = stored.get_str("name").ok().map(str::to_owned);
            (
                name,
                stored.get_str("display").unwrap().to_owned(),
                stored.get_i32("age").unwrap(),
            )
        };
        member("a", "ADA", 1).insert(&db).await.unwrap();
        assert_eq!(stored().await, (name("ada"), "ADA".to_owned(), 1), "{at:?}");
        member("a", "BOB", 2).save(&db).await.unwrap();
        assert_eq!(stored().await, (name("bob"), "BOB".to_owned(), 2), "{at:?}");
        let update = Member::update("a").set(field!(Member.display), "CY");
        assert!(update.execute(&db).await.unwrap());
        assert_eq!(stored().await, (name("cy"), "CY".to_owned(), 2), "{at:?}");
        let update = Member::update("a").set(field!(Member.age), 3);
        assert!(update.execute(&db).await.unwrap());
        assert_eq!(stored().await, (name("cy"), "CY".to_owned(), 3), "{at:?}");
        let nobody = Member::update("b").set(field!(Member.display), "x");
        assert!(!nobody.execute(&db).await.unwrap());
        let found = Member::find(&db, "a").await.unwrap();
        assert_eq!(found, Some(member("a", "CY", 3)), "{at:?}");
    }
}

#[tokio::test]
async fn a_value_that_legacy_cannot_hold_is_refused_and_nothing_is_written() {
    fn refused(result: Result<(), Error>, at: At) {
        match result.unwrap_err() {
            Error::NotReversible { column, legacy, .. } => {
                assert_eq!((column, legacy.as_str()), ("display", "`name`"), "{at:?}");
            }
            error => panic!("{at:?}: {error}"),
        }
    }
    for at in At::ALL {
        let place = Place::new("irreversible").await;
        let db = place.db_at(at).await;
        let ada = member("a", "Ada", 1);
        if at == At::Alone {
            ada.insert(&db).await.unwrap();
            assert_eq!(Member::find(&db, "a").await.unwrap(), Some(ada));
            continue;
        }
        refused(ada.insert(&db).await, at);
        refused(ada.save(&db).await, at);
        assert_eq!(place.get("members", "a").await, None, "{at:?}");
        member("a", "ADA", 1).insert(&db).await.unwrap();
        let before = place.get("members", "a").await;
        refused(ada.save(&db).await, at);
        let update = Member::update("a").set(field!(Member.display), "Ada");
        refused(update.execute(&db).await.map(drop), at);
        assert_eq!(place.get("members", "a").await, before, "{at:?}");
    }
}

#[tokio::test]
async fn a_field_that_is_renamed_is_found_by_its_old_name_and_one_that_goes_is_given_a_value() {
    for at in At::ALL {
        let place = Place::new("renamed").await;
        let db = place.db_at(at).await;
        Visitor { id: 1, calls: 5 }.insert(&db).await.unwrap();
        Visitor { id: 2, calls: 6 }.save(&db).await.unwrap();
        let update = Visitor::update(2).set(field!(Visitor.calls), 7);
        assert!(update.execute(&db).await.unwrap());
        let stored = place.get("visitors", 2_i64).await.unwrap();
        let expected = match at {
            At::Alone => doc! { "_id": 2_i64, "calls": 7_i64 },
            _ => doc! { "_id": 2_i64, "calls": 7_i64, "visits": 7_i64, "old": 7_i64 },
        };
        assert_eq!(stored, expected, "{at:?}");
        if at < At::Target {
            place
                .put("visitors", doc! { "_id": 3, "visits": 8, "old": 1 })
                .await;
            Visitor { id: 3, calls: 9 }.save(&db).await.unwrap();
            let stored = place.get("visitors", 3).await.unwrap();
            assert_eq!(stored.get_i32("old").unwrap(), 1, "{at:?}");
        }
        let found = Visitor::query(&db).filter(doc! { "calls": { "$gte": 6, "$lt": 8 } });
        let found = found.fetch_all().await.unwrap();
        assert_eq!(found, [Visitor { id: 2, calls: 7 }], "{at:?}");
    }
}

#[tokio::test]
async fn a_part_of_what_replaces_a_field_is_updated_alone() {
    for at in At::ALL {
        let place = Place::new("parts").await;
        let db = place.db_at(at).await;
        let old = match at >= At::Filled {
            true => doc! { "_id": 1_i64, "name": "Ada Byron", "first": "Ada", "last": "Byron" },
            false => doc! { "_id": 1_i64, "name": "Ada Byron" },
        };
        place.put("authors", old).await;
        let update = Author::update(1).set(field!(Author.last), "Lovelace");
        assert!(update.execute(&db).await.unwrap());
        let found = Author::find(&db, 1).await.unwrap().unwrap();
        assert_eq!(
            (found.first.as_str(), found.last.as_str()),
            ("Ada", "Lovelace"),
            "{at:?}"
        );
        let stored = place.get("authors", 1_i64).await.unwrap();
        let name = if at == At::Alone {
            "Ada Byron"
        } else {
            "Ada Lovelace"
        };
        assert_eq!(stored.get_str("name").unwrap(), name, "{at:?}");
        assert_eq!(stored.get_str("first").unwrap(), "Ada", "{at:?}");
        if at < At::Alone {
            let update = Author::update(1).set(field!(Author.last), "King Noel");
            let error = update.execute(&db).await.unwrap_err();
            assert!(
                matches!(error, Error::NotReversible { column: "last", .. }),
                "{error}"
            );
        }
    }
}
