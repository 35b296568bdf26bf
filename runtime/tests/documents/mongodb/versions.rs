//! Documents that say which version of the model they satisfy, while builds of two versions write.

use colmig::__private::{DerivedDocument, Flights};
use colmig::{Db, Document as _, field};
use mongodb::bson::{Document, doc};
use serde::{Deserialize, Serialize};

use super::fixture::{At, Place};

/// A paper as the build before knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Old {
    #[serde(rename = "_id")]
    id: i64,
    name: String,
    place: String,
}

impl DerivedDocument for Old {
    type Key = i64;
    const MODEL: &'static str = concat!(
        "model Old\ntable papers\nfields id, name, place\nkey id\nrecord\n",
        "colmig 1\ntable papers\nmodel Old\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn name 0\ncolumn place 0\ncolumn version 0\nversion version 1\n",
    );
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
    const VERSION: Option<(&'static str, i32)> = Some(("version", 1));
}

/// The same as the next build does: `title` is new, and `at` takes the place of `place`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct New {
    #[serde(rename = "_id")]
    id: i64,
    name: String,
    title: String,
    at: String,
}

impl DerivedDocument for New {
    type Key = i64;
    const MODEL: &'static str = concat!(
        "model New\ntable papers\nfields id, name, title, at\nkey id\nrecord\n",
        "colmig 1\ntable papers\nmodel New\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn name 0\ncolumn title 0\ncolumn at 0\ncolumn version 0\n",
        "flight title 0 20260101000000_names null-is-old\n",
        "fallback title mongodb {{\"$toUpper\": \"${name}\"}}\n",
        "flight at 0 20260101000000_names null-is-old\n",
        "fallback at mongodb {{\"$toUpper\": \"${place}\"}}\n",
        "legacy at place mongodb {{\"$toLower\": \"${at}\"}}\n",
        "version version 2\nraised 2 20260101000000_names\n",
    );
    const FLIGHTS: Option<&'static Flights> = {
        static FLIGHTS: Flights = Flights::new();
        Some(&FLIGHTS)
    };
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
    const VERSION: Option<(&'static str, i32)> = Some(("version", 2));
}

fn old(id: i64) -> Old {
    Old {
        id,
        name: "ada".to_owned(),
        place: "london".to_owned(),
    }
}

fn new(id: i64) -> New {
    New {
        id,
        name: "ada".to_owned(),
        title: "Title".to_owned(),
        at: "LONDON".to_owned(),
    }
}

async fn version(place: &Place, id: i64) -> Option<i32> {
    let stored = place.get("papers", id).await.unwrap();
    stored.get_i32("version").ok()
}

/// Stores a document that says this.
async fn put(place: &Place, mut document: Document, version: Option<i32>) {
    if let Some(version) = version {
        document.insert("version", version);
    }
    let id = doc! { "_id": document.get("_id").unwrap() };
    let papers = place.collection("papers");
    let replaced = papers.replace_one(id, document);
    replaced.upsert(true).await.unwrap();
}

/// What becomes of what a document says by an update of the one build and of the other.
async fn updated(place: &Place, db: &Db, builds: [bool; 2]) {
    let half = || doc! { "_id": 7_i64, "name": "ada", "place": "london" };
    for (said, by_old, by_new) in [
        // What is missing counts as the first, which every document satisfies.
        (None, 1, None),
        (Some(1), 1, Some(1)),
        (Some(2), 1, Some(2)),
    ] {
        if builds[0] {
            put(place, half(), said).await;
            let update = Old::update(7).set(field!(Old.name), "bob");
            assert!(update.execute(db).await.unwrap());
            assert_eq!(version(place, 7).await, Some(by_old), "{said:?}");
        }
        let Some(by_new) = by_new.filter(|_| builds[1]) else {
            continue;
        };
        put(place, half(), said).await;
        let update = New::update(7).set(field!(New.title), "T");
        assert!(update.execute(db).await.unwrap());
        assert_eq!(version(place, 7).await, Some(by_new), "{said:?}");
        // One that sets the side in whose place another comes, too.
        put(place, half(), said).await;
        let update = New::update(7).set(field!(New.at), "PARIS");
        assert!(update.execute(db).await.unwrap());
        let stored = place.get("papers", 7_i64).await.unwrap();
        assert_eq!(stored.get_str("at").unwrap(), "PARIS");
        assert_eq!(stored.get_i32("version").unwrap(), by_new, "{said:?}");
    }
}

#[tokio::test]
async fn whole_documents_say_the_version_of_their_build_and_updates_never_raise_it() {
    let place = Place::new("versions").await;
    for at in At::ALL {
        place.publish(at).await;
        // Two builds have an instance each.
        let (of_old, of_new) = (place.db().await, place.db().await);
        if at < At::Alone {
            old(1).save(&of_old).await.unwrap();
            assert_eq!(version(&place, 1).await, Some(1), "{at:?}");
            Old::delete(&of_old, 2).await.unwrap();
            old(2).insert(&of_old).await.unwrap();
            assert_eq!(version(&place, 2).await, Some(1), "{at:?}");
            updated(&place, &of_old, [true, false]).await;
        }
        new(1).save(&of_new).await.unwrap();
        assert_eq!(version(&place, 1).await, Some(2), "{at:?}");
        New::delete(&of_new, 2).await.unwrap();
        new(2).insert(&of_new).await.unwrap();
        let stored = place.get("papers", 2_i64).await.unwrap();
        assert_eq!(stored.get_i32("version").unwrap(), 2, "{at:?}");
        assert_eq!(New::find(&of_new, 2).await.unwrap(), Some(new(2)), "{at:?}");
        updated(&place, &of_new, [false, true]).await;
        if at < At::Alone {
            // It keeps what it does not know, and no longer vouches for it.
            old(2).save(&of_old).await.unwrap();
            let stored = place.get("papers", 2_i64).await.unwrap();
            assert_eq!(stored.get_str("title").unwrap(), "Title", "{at:?}");
            assert_eq!(stored.get_i32("version").unwrap(), 1, "{at:?}");
        }
    }
}

#[tokio::test]
async fn a_transaction_says_it_too() {
    let place = Place::new("versions_tx").await;
    let db = place.db_at(At::Written).await;
    let mut tx = db.begin().await.unwrap();
    new(1).insert(&mut tx).await.unwrap();
    let update = New::update(1).set(field!(New.name), "bob");
    assert!(update.execute(&mut tx).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(version(&place, 1).await, Some(2));
}

/// An instance tells which versions its build knows, and by which migration one that is on its way.
#[tokio::test]
async fn instances_tell_which_versions_they_know() {
    let place = Place::new("versions_told").await;
    place.publish(At::Written).await;
    let options = Db::options().document::<New>();
    let db = options.connect(&place.url()).await.unwrap();
    let instances = place.collection("colmig_instance");
    let told = instances.find_one(doc! {}).await.unwrap().unwrap();
    let told = told.get_str("models").unwrap();
    assert!(told.contains(r#""version":null"#), "{told}");
    assert!(
        told.contains(r#""version 2":"20260101000000_names""#),
        "{told}"
    );
    db.close().await;
}
