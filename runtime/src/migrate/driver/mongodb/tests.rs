//! Against real servers: a shared set of one, and sets of three whose members are killed.

mod batches;
mod collections;
mod elections;

use std::time::Duration;

use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, Timestamp, doc};
use colmig_harness::{MongoDbEndpoint, shared_mongodb};
use mongodb::Client;

use super::MongoDb;
use crate::migrate::backfill::Key;
use crate::migrate::driver::{Driver as _, Row, Value};

/// Keys of every type that there may be, in the order of the server.
pub(super) fn every_type() -> Vec<Bson> {
    vec![
        Bson::MinKey,
        Bson::Null,
        Bson::Double(f64::NEG_INFINITY),
        Bson::Int64(i64::MIN),
        Bson::Double(-0.5),
        Bson::Int32(7),
        Bson::Double(0.1 + 0.2 + 7.0),
        Bson::Decimal128("7.5000000000000000000000001".parse::<Decimal128>().unwrap()),
        Bson::Int64(i64::MAX),
        Bson::Symbol("$1".to_owned()),
        Bson::String("$2 it's \"quoted\" \u{0} ü".to_owned()),
        Bson::Document(
            doc! { "shop": 7, "no": { "b": DateTime::from_millis(-1), "a": [1_i64, "x"] } },
        ),
        Bson::Binary(Binary {
            subtype: BinarySubtype::Generic,
            bytes: vec![0, 255],
        }),
        Bson::Binary(Binary {
            subtype: BinarySubtype::Uuid,
            bytes: vec![7; 16],
        }),
        Bson::ObjectId(ObjectId::parse_str("65a000000000000000000001").unwrap()),
        Bson::Boolean(false),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::MIN),
        Bson::DateTime(DateTime::from_millis(1_500)),
        Bson::Timestamp(Timestamp {
            time: 5,
            increment: 1,
        }),
        Bson::JavaScriptCode("return 1".to_owned()),
        Bson::JavaScriptCodeWithScope(bson::JavaScriptCodeWithScope {
            code: "return b".to_owned(),
            scope: doc! { "b": 1, "a": 2 },
        }),
        Bson::MaxKey,
    ]
}

/// A database of one test's, and connections to it.
pub(super) struct Database {
    endpoint: MongoDbEndpoint,
    pub(super) name: String,
}

impl Database {
    pub(super) fn shared(prefix: &str) -> Self {
        Self::of(shared_mongodb().unwrap(), prefix)
    }

    pub(super) fn of(endpoint: MongoDbEndpoint, prefix: &str) -> Self {
        let name = endpoint.create_database(prefix).unwrap();
        Database { endpoint, name }
    }

    pub(super) async fn connect(&self) -> MongoDb {
        let options = super::options(&self.endpoint.url(&self.name)).unwrap();
        MongoDb::open(options).await.unwrap()
    }

    /// Somebody else's client.
    pub(super) async fn stranger(&self) -> Client {
        let url = self.endpoint.url(&self.name);
        Client::with_uri_str(&url).await.unwrap()
    }

    pub(super) fn command(&self, command: Document) -> Document {
        self.endpoint.command(&self.name, command).unwrap()
    }

    /// Documents with the whole numbers from 1 on as their keys.
    pub(super) fn people(&self, documents: i32) {
        let people: Vec<Document> = (1..=documents)
            .map(|id| doc! { "_id": id, "first": format!("f{id}") })
            .collect();
        for some in people.chunks(10_000) {
            let some = some.to_vec();
            self.command(doc! { "insert": "people", "documents": some });
        }
    }

    pub(super) fn filled(&self) -> i32 {
        let counted = doc! { "count": "people", "query": { "display": { "$exists": true } } };
        self.command(counted).get_i32("n").unwrap()
    }

    pub(super) fn drop(self) {
        self.endpoint.drop_database(&self.name).unwrap();
    }
}

/// A batch as a script has it.
pub(super) const BATCH: &str = r#"{"update": "people", "updates": [{"q": {"display": null, "$expr": {"$and": [
    {"$gte": ["$_id", {"$literal": "$1"}]}, {"$lt": ["$_id", {"$literal": "$2"}]}, {"$lt": ["$$NOW", "$until"]}]}},
    "u": [{"$set": {"display": {"$concat": ["$first", "!"]}}}], "multi": true, "hint": {"_id": 1}}], "ordered": true,
    "writeConcern": {"w": "majority", "j": true}};"#;

/// So long from now.
pub(super) fn later(ms: i64) -> DateTime {
    DateTime::from_millis(DateTime::now().timestamp_millis() + ms)
}

pub(super) const LOCK: Duration = Duration::from_millis(50);

/// A key as it comes out of the records.
fn through_the_records(row: Row) -> Row {
    let written = serde_json::to_string(&Key::from(row)).unwrap();
    let read: Key = serde_json::from_str(&written).unwrap();
    read.0.into_iter().map(Value::from).collect()
}

#[tokio::test]
async fn commands_keep_their_order() {
    let database = Database::shared("mongodb_order");
    let documents = vec![
        doc! { "_id": 1, "b": 1, "a": 2 },
        doc! { "_id": 2, "b": 2, "a": 1 },
        doc! { "_id": 3, "b": 1, "a": 1 },
    ];
    database.command(doc! { "insert": "order", "documents": documents });
    let mut driver = database.connect().await;
    let keys = async |driver: &mut MongoDb, sort: &str| {
        let find = format!(r#"{{"find": "order", "sort": {sort}, "projection": {{"_id": 1}}}}"#);
        let rows = driver.query(&find, &[]).await.unwrap();
        rows.concat()
    };
    let of = |keys: [i64; 3]| keys.map(Value::Int).to_vec();
    assert_eq!(
        keys(&mut driver, r#"{"b": 1, "a": 1}"#).await,
        of([3, 1, 2])
    );
    assert_eq!(
        keys(&mut driver, r#"{"a": 1, "b": 1}"#).await,
        of([3, 2, 1])
    );
    database.drop();
}

#[tokio::test]
async fn a_walk_meets_keys_of_every_type_once() {
    let database = Database::shared("mongodb_types");
    let documents = every_type().into_iter().enumerate();
    let documents: Vec<Document> = documents
        .map(|(at, id)| doc! { "_id": id, "first": format!("f{at}") })
        .collect();
    let count = documents.len();
    // The order in which they come is the server's own.
    let inserted: Vec<Document> = documents.iter().rev().cloned().collect();
    database.command(doc! { "insert": "people", "documents": inserted });
    let mut driver = database.connect().await;

    let first = r#"{"find": "people", "filter": {}, "sort": {"_id": 1}, "projection": {"_id": 1}, "limit": 1}"#;
    let boundary = r#"{"find": "people", "filter": {"$expr": {"$gte": ["$_id", {"$literal": "$1"}]}}, "sort": {"_id": 1},
        "skip": "$2", "limit": 1, "projection": {"_id": 1}, "hint": {"_id": 1}}"#;
    let mut at = through_the_records(driver.query(first, &[]).await.unwrap().remove(0));
    let mut met = vec![at.clone()];
    loop {
        let arguments = [at.clone(), vec![Value::Int(1)]].concat();
        let Some(next) = driver.query(boundary, &arguments).await.unwrap().pop() else {
            break;
        };
        let next = through_the_records(next);
        let range = [at, next.clone()].concat();
        assert_eq!(driver.execute(BATCH, &range).await.unwrap(), 1, "{range:?}");
        assert_eq!(driver.execute(BATCH, &range).await.unwrap(), 0, "{range:?}");
        met.push(next.clone());
        at = next;
    }
    assert_eq!(met.len(), count);
    assert_eq!(usize::try_from(database.filled()).unwrap(), count - 1);
    database.drop();
}

#[tokio::test]
async fn more_documents_than_one_answer_holds_are_read() {
    let database = Database::shared("mongodb_cursor");
    database.people(1_000);
    let mut driver = database.connect().await;
    let find =
        r#"{"find": "people", "sort": {"_id": 1}, "projection": {"_id": 1}, "batchSize": 7}"#;
    let rows = driver.query(find, &[]).await.unwrap();
    assert_eq!(
        rows.concat(),
        (1..=1_000).map(Value::Int).collect::<Vec<_>>()
    );
    let count = driver.query(r#"{"count": "people"}"#, &[]).await.unwrap();
    assert_eq!(count, [[Value::Int(1_000)]]);
    database.drop();
}
