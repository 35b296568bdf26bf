//! What documents have and rows have not: `_id`s of several types, and fields that are missing.

use colmig::migrate::Settings;
use colmig::{Db, Document as _, Phase};
use colmig_guests::{ADD, Guest, Key, old_guest};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};

use super::place::{Place, add, vouched};

async fn find(db: &Db, key: Key) -> Guest {
    Guest::find(db, key).await.unwrap().unwrap()
}

/// One after the other, whatever their types, in ranges that begin in one type and end in another.
pub(crate) async fn ids_of_several_types_are_filled_in_one_collection(place: &Place) {
    let db = place.with_guests(10).await;
    let object = ObjectId::new();
    let mut ids: Vec<Bson> = vec![
        Bson::Int32(-5),
        Bson::Double(2.5),
        Bson::Double(1e300),
        Bson::from("$first"),
        Bson::from(""),
        Bson::from("\u{e4}"),
        Bson::ObjectId(object),
        Bson::Boolean(false),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::from_millis(0)),
    ];
    ids.extend((0..40).map(|number| Bson::from(format!("text {number}"))));
    ids.extend((0..40).map(|_| Bson::ObjectId(ObjectId::new())));
    let of = |id: &Bson| doc! { "_id": id, "first": "first", "last": "Last" };
    place.seed("guests", ids.iter().map(of)).await;

    place.run(ADD, Phase::Expand).await;
    assert_eq!(
        find(&db, Key::Object(object)).await.display_name,
        "first Last"
    );
    let settings = Settings {
        batch_rows: 3,
        ..vouched()
    };
    let (migrations, watch) = (place.migrations(), colmig::migrate::Watch::default());
    let mut migrator = place.migrator_with(settings).await;
    let outcome = migrator.run(&migrations, &add(), &watch).await;
    assert_eq!(outcome.unwrap(), colmig::migrate::Outcome::Done);
    for id in ids {
        let stored = place.stored("guests", id.clone()).await.unwrap();
        assert_eq!(stored.get_str("displayName").unwrap(), "first Last", "{id}");
        assert_eq!(stored.get_str("initial").unwrap(), "F", "{id}");
        assert!(
            stored.get_str("handle").unwrap().starts_with("guest "),
            "{id}"
        );
        assert_eq!(stored.get("_id"), Some(&id), "of the same type");
    }
    let text = find(&db, Key::Text("$first".to_owned())).await;
    assert_eq!(text.handle, "guest $first");
    let found = find(&db, Key::Object(object)).await;
    assert_eq!(found.handle, format!("guest {object}"));
    assert_eq!(find(&db, Key::Number(7)).await, Guest::plain(7));
    // A number is the same, whichever type it is of.
    assert_eq!(find(&db, Key::Number(-5)).await.handle, "guest -5");
}

fn with(id: i64, fields: Document) -> Document {
    let mut guest = old_guest(id);
    guest.extend(fields);
    guest
}

/// Which of them counts as to be filled is a rule that the plan prints.
pub(crate) async fn missing_null_and_a_value_are_three_things(place: &Place) {
    let db = place.with_guests(1).await;
    place
        .seed(
            "guests",
            [
                with(
                    2,
                    doc! { "displayName": null, "initial": null, "handle": null, "note": null },
                ),
                with(
                    3,
                    doc! { "displayName": "", "initial": "", "handle": "", "note": "" },
                ),
            ],
        )
        .await;
    let null = Guest {
        initial: None,
        ..Guest::plain(2)
    };
    let empty = Guest {
        display_name: String::new(),
        initial: Some(String::new()),
        handle: String::new(),
        note: Some(String::new()),
        ..Guest::plain(3)
    };
    let expected = [Guest::plain(1), null, empty];
    let check = async |when: &str| {
        for (id, expected) in (1..).zip(&expected) {
            assert_eq!(find(&db, Key::Number(id)).await, *expected, "{when}");
        }
        for (filter, ids) in [
            (doc! { "initial": null }, vec![2]),
            (doc! { "initial": { "$ne": null } }, vec![1, 3]),
            (doc! { "displayName": "first2 Last2" }, vec![2]),
            (doc! { "displayName": "" }, vec![3]),
            (doc! { "handle": { "$in": ["", "guest 2"] } }, vec![2, 3]),
            (doc! { "note": null }, vec![1, 2]),
        ] {
            let query = Guest::query(&db)
                .filter(filter.clone())
                .sort(doc! { "_id": 1 });
            let found = query.fetch_all().await.unwrap();
            let found: Vec<Key> = found.into_iter().map(|guest| guest.id).collect();
            let ids: Vec<Key> = ids.into_iter().map(Key::Number).collect();
            assert_eq!(found, ids, "{when}: {filter}");
        }
    };
    check("before").await;
    for phase in super::place::BEFORE_CONTRACT {
        place.run(ADD, phase).await;
        check(phase.name()).await;
    }
    place.contract(ADD).await;
    check("after").await;
    let stored = place.stored("guests", 2_i64).await.unwrap();
    assert_eq!(stored.get("initial"), Some(&Bson::Null), "null is a value");
    let stored = place.stored("guests", 1_i64).await.unwrap();
    assert!(!stored.contains_key("note"), "there was nothing to fill");
}

/// A whole document in the place of a filled one erases what the build that does it does not know.
pub(crate) async fn whole_documents_of_old_builds_are_found_again(place: &Place) {
    place.with_guests(2000).await;
    let stranger = place.strangers(1).await.remove(0);
    let guests: mongodb::Collection<Document> = stranger.collection("guests");
    let replaces = |from: i64, to: i64| {
        let guests = guests.clone();
        async move {
            for id in from..to {
                let filter = doc! { "_id": id };
                guests.replace_one(filter, old_guest(id)).await.unwrap();
            }
        }
    };
    let mut migrator = place.slow_migrator().await;
    let (migrations, watch) = (place.migrations(), colmig::migrate::Watch::default());
    let goal = super::place::goal(ADD, Phase::Backfill);
    let run = migrator.run(&migrations, &goal, &watch);
    let erasing = async {
        while place
            .count("guests", doc! { "handle": { "$exists": true } })
            .await
            < 200
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        replaces(1, 150).await;
    };
    let (outcome, ()) = tokio::join!(run, erasing);
    assert_eq!(outcome.unwrap(), colmig::migrate::Outcome::Done);
    // Nor behind it.
    replaces(1_000, 1_050).await;
    let missing = || doc! { "handle": { "$exists": false } };
    assert!(place.count("guests", missing()).await >= 50);
    place.run(ADD, Phase::Constrain).await;
    assert_eq!(place.count("guests", missing()).await, 0);
    assert_eq!(place.count("guests", doc! { "displayName": null }).await, 0);
}

/// Whoever never ends keeps nobody waiting for ever, and is told what to look for.
pub(crate) async fn a_writer_that_erases_for_ever_is_named(place: &Place) {
    const NUMBER: i64 = 20;
    place.with_guests(NUMBER).await;
    let write = |guests: mongodb::Collection<Document>, number: i64| async move {
        let id = number % NUMBER + 1;
        let mut whole = old_guest(id);
        whole.insert("last", format!("Last{number}"));
        guests.replace_one(doc! { "_id": id }, whole).await.unwrap();
    };
    let writers = place.writers("guests", write).await;
    // What it leaves behind is left to the next phase, which has to find every document filled.
    place.run(ADD, Phase::Backfill).await;
    let (phase, gate) = place.refused(ADD, Phase::Constrain).await;
    assert_eq!(phase, Phase::Constrain, "{gate}");
    for part in [
        "`sweep_guests_displayName`",
        "_id = ",
        "erases it or leaves it stale",
        "deploy over them",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    writers.stop().await;
    place.run(ADD, Phase::SwitchReads).await;
    let erased = doc! { "displayName": null };
    assert_eq!(place.count("guests", erased).await, 0);
}
