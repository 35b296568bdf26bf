//! What writes do to documents beside the phases.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use colmig::__private::DerivedDocument;
use colmig::{Db, Document as _, Error, field};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;
use serde::{Deserialize, Serialize};

use super::fixture::{At, Member, Note, Place, member, note, person};

#[tokio::test]
async fn of_eight_that_insert_one_id_one_wins() {
    let place = Place::new("one_id").await;
    let db = place.db_at(At::Written).await;
    for round in 0..5 {
        let tasks = (0..8).map(|age| {
            let db = db.clone();
            tokio::spawn(async move {
                // One with both sides, one with new fields, one with nothing in flight.
                let id = format!("m{round}");
                let both = member(&id, "ADA", age).insert(&db).await;
                let new = person(round, "ada", &age.to_string(), None)
                    .insert(&db)
                    .await;
                let plain = note(round, &age.to_string(), None).insert(&db).await;
                [both, new, plain]
            })
        });
        let mut won = [0; 3];
        for task in tasks.collect::<Vec<_>>() {
            for (kind, inserted) in task.await.unwrap().into_iter().enumerate() {
                match inserted {
                    Ok(()) => won[kind] += 1,
                    Err(error) => assert!(error.is_unique_violation(), "{error}"),
                }
            }
        }
        assert_eq!(won, [1, 1, 1]);
    }
}

#[tokio::test]
async fn a_save_keeps_fields_that_the_struct_does_not_know() {
    let place = Place::new("unknown").await;
    for at in At::ALL {
        let db = place.db_at(at).await;
        let id = format!("{at:?}");
        place
            .put(
                "members",
                doc! { "_id": &id, "name": "old", "display": "OLD", "age": 1, "more": [1] },
            )
            .await;
        place
            .put(
                "notes",
                doc! { "_id": &id, "text": "a", "tag": "b", "more": 2 },
            )
            .await;
        member(&id, "NEW", 2).save(&db).await.unwrap();
        let stored = place.get("members", id.as_str()).await.unwrap();
        assert_eq!(
            stored.get_array("more").unwrap(),
            &[Bson::from(1)],
            "{at:?}"
        );
        assert_eq!(stored.get_str("display").unwrap(), "NEW", "{at:?}");
        // What serde leaves out does not stay.
        note(id.as_str(), "c", None).save(&db).await.unwrap();
        let stored = place.get("notes", id.as_str()).await.unwrap();
        assert_eq!(
            stored,
            doc! { "_id": &id, "text": "c", "more": 2 },
            "{at:?}"
        );
    }
}

#[tokio::test]
async fn a_save_inserts_where_there_is_nothing() {
    let place = Place::new("upsert").await;
    for at in At::ALL {
        let db = place.db_at(at).await;
        let id = format!("{at:?}");
        let (new, plain) = (member(&id, "ADA", 1), note(id.as_str(), "a", Some("b")));
        new.save(&db).await.unwrap();
        plain.save(&db).await.unwrap();
        assert_eq!(
            Member::find(&db, id.clone()).await.unwrap(),
            Some(new),
            "{at:?}"
        );
        assert_eq!(
            Note::find(&db, Bson::from(&id)).await.unwrap(),
            Some(plain),
            "{at:?}"
        );
    }
}

#[tokio::test]
async fn a_key_is_of_any_type() {
    let place = Place::new("keys").await;
    let db = place.db().await;
    let keys = [
        Bson::from(1_i64),
        Bson::from("$text"),
        Bson::from(ObjectId::new()),
        Bson::from(doc! { "$gt": 1 }),
        Bson::from(doc! { "a": 1, "b": "$c" }),
        Bson::Null,
        Bson::from(mongodb::bson::DateTime::from_millis(5)),
    ];
    for key in keys {
        let written = note(key.clone(), "$text", None);
        // The server does not take a key for a document that looks like an operator.
        if matches!(&key, Bson::Document(key) if key.contains_key("$gt")) {
            written.insert(&db).await.unwrap_err();
            assert_eq!(Note::find(&db, key).await.unwrap(), None);
            continue;
        }
        written.insert(&db).await.unwrap();
        assert_eq!(
            Note::find(&db, key.clone()).await.unwrap(),
            Some(written),
            "{key}"
        );
        let update = Note::update(key.clone()).set(field!(Note.text), "new");
        assert!(update.execute(&db).await.unwrap(), "{key}");
        note(key.clone(), "newer", None).save(&db).await.unwrap();
        let found = Note::find(&db, key.clone()).await.unwrap().unwrap();
        assert_eq!(found.text, "newer");
        assert!(Note::delete(&db, key).await.unwrap());
    }
}

/// A host, with an address as people write it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Host {
    #[serde(rename = "_id")]
    id: i64,
    own: Ipv4Addr,
    #[serde(with = "readable")]
    gate: Ipv4Addr,
}

/// An address as text.
mod readable {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &std::net::Ipv4Addr,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<std::net::Ipv4Addr, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl DerivedDocument for Host {
    type Key = i64;
    const MODEL: &'static str = "model Host\ntable hosts\nfields id, own, gate\nkey id\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
    const ENCODED: &'static [(usize, colmig::__private::Encode)] = &[(2, |value| {
        struct With<'a>(&'a Ipv4Addr);
        impl Serialize for With<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                readable::serialize(self.0, serializer)
            }
        }
        colmig::__private::encoded::<Ipv4Addr>(value, |value| {
            colmig::__private::encode(&With(value))
        })
    })];
}

#[tokio::test]
async fn a_field_is_stored_alike_by_every_accessor_and_by_the_driver() {
    let place = Place::new("alike").await;
    let db = place.db().await;
    let host = |id| Host {
        id,
        own: Ipv4Addr::new(10, 0, 0, 1),
        gate: Ipv4Addr::LOCALHOST,
    };
    let by_driver = place.database.collection::<Host>("hosts");
    by_driver.insert_one(host(1)).await.unwrap();
    host(2).insert(&db).await.unwrap();
    host(3).save(&db).await.unwrap();
    host(4).insert(&db).await.unwrap();
    let update = Host::update(4).set(field!(Host.gate), Ipv4Addr::LOCALHOST);
    let update = update.set(field!(Host.own), host(4).own);
    assert!(update.execute(&db).await.unwrap());
    let mut first = place.get("hosts", 1_i64).await.unwrap();
    for id in 2..=4_i64 {
        first.insert("_id", id);
        assert_eq!(place.get("hosts", id).await.as_ref(), Some(&first));
        assert_eq!(Host::find(&db, id).await.unwrap(), Some(host(id)));
    }
}

#[tokio::test]
async fn writes_wait_for_most_servers_and_their_disks() {
    let place = Place::new("concern").await;
    place.publish(At::Written).await;
    let sent: Arc<Mutex<Vec<(String, Document)>>> = Arc::default();
    let mut options = ClientOptions::parse(place.url()).await.unwrap();
    let seen = Arc::clone(&sent);
    options.command_event_handler = Some(EventHandler::callback(move |event| {
        if let CommandEvent::Started(started) = event {
            seen.lock()
                .unwrap()
                .push((started.command_name, started.command));
        }
    }));
    let client = mongodb::Client::with_options(options).unwrap();
    let db = Db::from_mongodb(client.default_database().unwrap());
    note(1, "a", None).insert(&db).await.unwrap();
    note(1, "b", None).save(&db).await.unwrap();
    Note::update(Bson::from(1))
        .set(field!(Note.text), "c")
        .execute(&db)
        .await
        .unwrap();
    Note::delete(&db, Bson::from(1)).await.unwrap();
    member("a", "ADA", 1).insert(&db).await.unwrap();
    member("a", "BOB", 1).save(&db).await.unwrap();
    Member::update("a")
        .set(field!(Member.age), 2)
        .execute(&db)
        .await
        .unwrap();
    Member::find(&db, "a").await.unwrap();
    db.close().await;
    let sent = sent.lock().unwrap();
    let writes = sent
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "insert" | "update" | "delete"));
    let writes: Vec<_> = writes.collect();
    // Seven of these, and what the instance says of itself.
    assert!(writes.len() >= 10, "{writes:?}");
    for (_, write) in writes {
        let concern = write.get_document("writeConcern").unwrap();
        assert_eq!(concern, &doc! { "w": "majority", "j": true }, "{write}");
    }
}

#[tokio::test]
async fn an_update_without_a_field_is_refused() {
    let place = Place::new("nothing").await;
    let db = place.db().await;
    let error = Note::update(Bson::Null).execute(&db).await.unwrap_err();
    assert!(
        matches!(error, Error::NothingSet { model: "Note" }),
        "{error}"
    );
}

#[tokio::test]
async fn a_url_without_a_database_is_refused() {
    let place = Place::new("no_database").await;
    let error = Db::connect(&place.endpoint.url("")).await.unwrap_err();
    assert!(matches!(&error, Error::Url(_)), "{error}");
    assert!(error.to_string().contains("mongodb://host/app"), "{error}");
}
