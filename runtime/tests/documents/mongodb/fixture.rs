//! A database with what an executor publishes, and structs whose fields are in flight in it.

use std::time::Duration;

use colmig::__private::{DerivedDocument, Flights};
use colmig::Db;
use colmig_harness::{MongoDbEndpoint, shared_mongodb};
use mongodb::bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

/// The migration that brings what is in flight.
pub(super) const MIGRATION: &str = "20260101000000_names";

/// A database of its own.
pub(super) struct Place {
    pub(super) endpoint: MongoDbEndpoint,
    pub(super) database: mongodb::Database,
}

impl Place {
    pub(super) async fn new(test: &str) -> Place {
        Place::at(shared_mongodb().unwrap(), test).await
    }

    pub(super) async fn at(endpoint: MongoDbEndpoint, test: &str) -> Place {
        let name = endpoint.create_database(test).unwrap();
        let url = endpoint.url(&name);
        let client = mongodb::Client::with_uri_str(&url).await.unwrap();
        let database = client.default_database().unwrap();
        Place { endpoint, database }
    }

    pub(super) fn url(&self) -> String {
        self.endpoint.url(self.database.name())
    }

    /// An instance of the application.
    pub(super) async fn db(&self) -> Db {
        self.instance(Duration::from_secs(10)).await
    }

    pub(super) async fn instance(&self, lease: Duration) -> Db {
        let options = Db::options().lease(lease).poll(Duration::from_millis(20));
        options.connect(&self.url()).await.unwrap()
    }

    /// Publishes where the migration stands.
    pub(super) async fn publish(&self, at: At) {
        let reads = if at == At::Target { "target" } else { "legacy" };
        self.publish_reads(at, reads).await;
    }

    /// The same, with the side that is read of a field that replaces another.
    pub(super) async fn publish_reads(&self, at: At, reads: &str) {
        let generation = at as i64 + 1;
        let (state, phase) = at.words();
        let mut set = doc! {
            "version": 1,
            format!("migrations.{MIGRATION}"): {
                "state": state,
                "phase": phase,
                "generation": generation,
                "changes": "[]",
                "switch": {
                    "reads": reads, "switched": 0_i64, "limit": if reads == "shadow" { 2_i64 } else { 1_000 }, "show_values": true, "by": "me",
                    "at": mongodb::bson::DateTime::from_millis(0),
                },
            },
        };
        if phase.is_empty() {
            let migration = format!("migrations.{MIGRATION}");
            set.get_document_mut(&migration).unwrap().remove("phase");
        }
        let update = doc! { "$set": set, "$inc": { "rev": 1_i64 } };
        let state = self.collection("colmig_state");
        let done = state
            .update_one(doc! { "_id": "colmig" }, update)
            .upsert(true);
        done.await.unwrap();
    }

    /// An instance that knows where the migration stands.
    pub(super) async fn db_at(&self, at: At) -> Db {
        self.publish(at).await;
        self.db().await
    }

    pub(super) fn collection(&self, name: &str) -> mongodb::Collection<Document> {
        self.database.collection(name)
    }

    /// Stores a document as somebody does who knows nothing of colmig.
    pub(super) async fn put(&self, name: &str, document: Document) {
        self.collection(name).insert_one(document).await.unwrap();
    }

    /// A document as it is stored.
    pub(super) async fn get(&self, name: &str, id: impl Into<Bson>) -> Option<Document> {
        let collection = self.collection(name);
        let found = collection.find_one(doc! { "_id": id.into() });
        found.await.unwrap()
    }
}

/// Where a migration stands: every stage, and the side that is read of a field that replaces another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    Absent,
    Readable,
    Written,
    Filled,
    Target,
    Alone,
}

impl At {
    pub(super) const ALL: [At; 6] = [
        At::Absent,
        At::Readable,
        At::Written,
        At::Filled,
        At::Target,
        At::Alone,
    ];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            At::Absent => ("pending", ""),
            At::Readable => ("done", "expand"),
            At::Written => ("running", "backfill"),
            At::Filled => ("done", "constrain"),
            At::Target => ("done", "switch-reads"),
            At::Alone => ("running", "contract"),
        }
    }
}

macro_rules! derived {
    ($model:ident, $key:ty, $text:expr, $columns:expr) => {
        impl DerivedDocument for $model {
            type Key = $key;
            const MODEL: &'static str = $text;
            const FLIGHTS: Option<&'static Flights> = {
                static FLIGHTS: Flights = Flights::new();
                Some(&FLIGHTS)
            };
            const COLUMNS: &'static [(usize, &'static str)] = $columns;
        }
    };
}

/// `display` and `nick` are new; null is a nick like any other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Person {
    #[serde(rename = "_id")]
    pub(super) id: i64,
    pub(super) first: String,
    #[serde(rename = "displayName")]
    pub(super) display: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nick: Option<String>,
}

derived!(
    Person,
    i64,
    concat!(
        "model Person\ntable people\nfields id, first, display, nick\nkey id\nrecord\n",
        "colmig 1\ntable people\nmodel Person\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn first 0\ncolumn displayName 0\ncolumn nick 0\n",
        "flight displayName 0 20260101000000_names null-is-old\n",
        "fallback displayName mongodb {{\"$toUpper\": \"${first}\"}}\n",
        "flight nick 0 20260101000000_names always-filled\n",
        "fallback nick mongodb {{\"$concat\": [\"${first}\", \"y\"]}}\n",
    ),
    &[(0, "_id"), (2, "displayName")]
);

pub(super) fn person(id: i64, first: &str, display: &str, nick: Option<&str>) -> Person {
    Person {
        id,
        first: first.to_owned(),
        display: display.to_owned(),
        nick: nick.map(str::to_owned),
    }
}

/// `display`, in capitals, takes the place of `name`, in small letters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    #[serde(rename = "_id")]
    pub(super) id: String,
    pub(super) display: String,
    pub(super) age: i32,
}

derived!(
    Member,
    String,
    concat!(
        "model Member\ntable members\nfields id, display, age\nkey id\nrecord\n",
        "colmig 1\ntable members\nmodel Member\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn display 0\ncolumn age 0\n",
        "flight display 0 20260101000000_names null-is-old\n",
        "fallback display mongodb {{\"$toUpper\": \"${name}\"}}\n",
        "legacy display name mongodb {{\"$toLower\": \"${display}\"}}\n",
    ),
    &[(0, "_id")]
);

pub(super) fn member(id: &str, display: &str, age: i32) -> Member {
    Member {
        id: id.to_owned(),
        display: display.to_owned(),
        age,
    }
}

/// `first` and `last` take the place of `name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Author {
    #[serde(rename = "_id")]
    pub(super) id: i64,
    pub(super) first: String,
    pub(super) last: String,
}

derived!(
    Author,
    i64,
    concat!(
        "model Author\ntable authors\nfields id, first, last\nkey id\nrecord\n",
        "colmig 1\ntable authors\nmodel Author\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn first 0\ncolumn last 0\n",
        "flight first 0 20260101000000_names null-is-old\n",
        "fallback first mongodb {{\"$first\": {{\"$split\": [\"${name}\", \" \"]}}}}\n",
        "legacy first name mongodb {{\"$concat\": [\"${first}\", \" \", \"${last}\"]}}\n",
        "flight last 0 20260101000000_names null-is-old\n",
        "fallback last mongodb {{\"$last\": {{\"$split\": [\"${name}\", \" \"]}}}}\n",
        "legacy last name mongodb {{\"$concat\": [\"${first}\", \" \", \"${last}\"]}}\n",
    ),
    &[(0, "_id")]
);

/// `calls` is what was `visits`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Visitor {
    #[serde(rename = "_id")]
    pub(super) id: i64,
    pub(super) calls: i64,
}

derived!(
    Visitor,
    i64,
    concat!(
        "model Visitor\ntable visitors\nfields id, calls\nkey id\nrecord\n",
        "colmig 1\ntable visitors\nmodel Visitor\ndatabases mongodb\nshape 0\n",
        "column _id 0\ncolumn calls 0\n",
        "flight calls 0 20260101000000_names always-filled\nalike calls\n",
        "fallback calls mongodb \"${visits}\"\nlegacy calls visits mongodb \"${calls}\"\n",
        "leaving old 20260101000000_names\nfilling old mongodb {{\"$numberLong\": \"7\"}}\n",
    ),
    &[(0, "_id")]
);

/// Nothing is in flight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Note {
    #[serde(rename = "_id")]
    pub(super) id: Bson,
    pub(super) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<String>,
}

impl DerivedDocument for Note {
    type Key = Bson;
    const MODEL: &'static str = "model Note\ntable notes\nfields id, text, tag\nkey id\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
}

pub(super) fn note(id: impl Into<Bson>, text: &str, tag: Option<&str>) -> Note {
    Note {
        id: id.into(),
        text: text.to_owned(),
        tag: tag.map(str::to_owned),
    }
}
