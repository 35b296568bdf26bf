//! The accessors that the derive gives a collection, on a real server, in every stage of what
//! `cargo colmig generate` has written for it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

/// By this name the tests on this database are chosen.
mod mongodb {
    use ::mongodb::bson::oid::ObjectId;
    use ::mongodb::bson::{Document as Stored, doc};
    use ::mongodb::{Client, Database};
    use colmig::{Db, Document, field};
    use colmig_harness::shared_mongodb;
    use colmig_patrons::{Address, Patron};

    /// What brings the fields that are in flight.
    const MIGRATION: &str = "20261129090938_patrons_displayName_and_3_more";

    /// Where it stands: every stage, and whether reads come from what takes the place of others.
    const PLACES: [(&str, Option<&str>, bool); 6] = [
        ("pending", None, false),
        ("done", Some("expand"), false),
        ("running", Some("backfill"), false),
        ("done", Some("constrain"), false),
        ("done", Some("switch-reads"), true),
        ("running", Some("contract"), true),
    ];

    /// An instance of the application in a database in which the migration stands there.
    async fn instance(place: usize) -> (Db, Database) {
        let endpoint = shared_mongodb().unwrap();
        let name = endpoint.create_database("patrons").unwrap();
        let url = endpoint.url(&name);
        let database = Client::with_uri_str(&url).await.unwrap().database(&name);
        let (state, phase, target) = PLACES[place];
        let mut migration = doc! {
            "state": state,
            "generation": 1_i64,
            "changes": "[]",
            "switch": { "reads": if target { "target" } else { "legacy" }, "switched": 1_i64 },
        };
        if let Some(phase) = phase {
            migration.insert("phase", phase);
        }
        let state = doc! { "_id": "colmig", "rev": 1_i64, "migrations": { MIGRATION: migration } };
        let states = database.collection("colmig_state");
        states.insert_one(state).await.unwrap();
        (Db::connect(&url).await.unwrap(), database)
    }

    fn patron(id: ObjectId, nick: Option<&str>) -> Patron {
        Patron {
            id,
            first_name: "Ada".to_owned(),
            last_name: "Byron".to_owned(),
            balance: 12.5,
            visits: 3,
            display_name: "Ada Byron".to_owned(),
            nick: nick.map(str::to_owned),
            address: Address {
                street: "Row 1".to_owned(),
                town: "London".to_owned(),
            },
        }
    }

    async fn stored(database: &Database, id: ObjectId) -> Stored {
        let patrons = database.collection::<Stored>("patrons");
        patrons.find_one(doc! { "_id": id }).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_document_of_before_is_read_in_every_stage_before_it_is_filled() {
        for place in 0..3 {
            let (db, database) = instance(place).await;
            let id = ObjectId::new();
            let old = doc! {
                "_id": id, "firstName": "Ada", "lastName": "Byron", "balance": 1250_i64, "stays": 3_i64,
                "street": "Row 1", "town": "London",
            };
            database
                .collection("patrons")
                .insert_one(old)
                .await
                .unwrap();
            let found = Patron::find(&db, id).await.unwrap();
            assert_eq!(found, Some(patron(id, Some("ada"))), "{place}");
            let filter = doc! {
                "displayName": "Ada Byron", "nick": "ada", "visits": { "$gt": 2 }, "address.town": "London",
            };
            let found = Patron::query(&db)
                .filter(filter)
                .sort(doc! { "address": 1 });
            let found = found.fetch_all().await.unwrap();
            assert_eq!(found, [patron(id, Some("ada"))], "{place}");
        }
    }

    #[tokio::test]
    async fn what_is_written_is_read_in_every_stage_and_by_those_of_before() {
        for place in 0..PLACES.len() {
            let (db, database) = instance(place).await;
            let [one, other] = [ObjectId::new(), ObjectId::new()];
            patron(one, None).insert(&db).await.unwrap();
            patron(other, Some("a")).save(&db).await.unwrap();
            let address = Address {
                street: "Row 2".to_owned(),
                town: "York".to_owned(),
            };
            let update = Patron::update(one)
                .set(field!(Patron.address), address.clone())
                .set(field!(Patron.balance), 0.25)
                .set(field!(Patron.visits), 4);
            assert!(update.execute(&db).await.unwrap());
            let expected = Patron {
                address,
                balance: 0.25,
                visits: 4,
                ..patron(one, None)
            };
            assert_eq!(
                Patron::find(&db, one).await.unwrap(),
                Some(expected),
                "{place}"
            );
            let mut written = stored(&database, one).await;
            assert_eq!(written.get_i64("balance").unwrap(), 25);
            let before = (
                written.remove("street"),
                written.remove("town"),
                written.remove("stays"),
            );
            let expected = match place {
                5 => (None, None, None),
                _ => (
                    Some("Row 2".into()),
                    Some("York".into()),
                    Some(4_i64.into()),
                ),
            };
            assert_eq!(before, expected, "{place}");
            let found = Patron::query(&db).filter(doc! { "nick": null });
            assert_eq!(found.count().await.unwrap(), 1, "{place}");
            assert!(Patron::delete(&db, other).await.unwrap());
            db.close().await;
        }
    }
}
