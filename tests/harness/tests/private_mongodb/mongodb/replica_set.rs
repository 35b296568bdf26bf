//! A replica set.

use std::path::Path;

use colmig_harness::bson::spec::BinarySubtype;
use colmig_harness::bson::{Binary, Document, doc};
use colmig_harness::{HarnessError, MongoDb, MongoDbEndpoint, ReplicaSet, Storage};

use super::{code, ids, insert};

/// Where the tests of a run store things, if anywhere: the same as theirs.
fn of_one_node() -> ReplicaSet {
    let builder = ReplicaSet::builder().nodes(1).durable(false);
    builder
        .storage(Storage::with_room(1 << 30))
        .start()
        .unwrap()
}

/// A write in a transaction, up to its commit.
fn transaction(server: &MongoDbEndpoint, database: &str) -> Result<Document, HarnessError> {
    let id = Binary {
        subtype: BinarySubtype::Uuid,
        bytes: (0..16).collect(),
    };
    let session = doc! { "lsid": { "id": id }, "txnNumber": 1_i64, "autocommit": false };
    let mut write = doc! { "insert": "t", "documents": [{ "_id": 7 }], "startTransaction": true };
    write.extend(session.clone());
    server.command(database, write)?;
    assert!(ids(server, database).is_empty());
    let mut commit = doc! { "commitTransaction": 1 };
    commit.extend(session);
    server.command("admin", commit)
}

/// A change stream over a database.
fn watch(server: &MongoDbEndpoint, database: &str) -> Result<i64, HarnessError> {
    let watch = doc! { "aggregate": 1, "pipeline": [{ "$changeStream": {} }], "cursor": {} };
    let answer = server.command(database, watch)?;
    Ok(answer
        .get_document("cursor")
        .unwrap()
        .get_i64("id")
        .unwrap())
}

#[test]
fn one_node_has_transactions_and_change_streams() {
    let set = of_one_node();
    let endpoint = MongoDbEndpoint::from_url(&set.url("")).unwrap();
    let database = endpoint.create_database("one").unwrap();
    let stream = watch(&endpoint, &database).unwrap();
    transaction(&endpoint, &database).unwrap();
    assert_eq!(ids(&endpoint, &database), [7]);

    let more = doc! { "getMore": stream, "collection": "$cmd.aggregate" };
    let answer = endpoint.command(&database, more).unwrap();
    let cursor = answer.get_document("cursor").unwrap();
    let seen = cursor.get_array("nextBatch").unwrap();
    let seen: Vec<_> = seen
        .iter()
        .filter_map(|event| event.as_document())
        .collect();
    assert_eq!(seen.len(), 1, "{seen:?}");
    let key = seen[0].get_document("documentKey").unwrap();
    assert_eq!(key, &doc! { "_id": 7 });
    endpoint.drop_database(&database).unwrap();
}

#[test]
fn a_server_that_stands_alone_has_neither() {
    let server = MongoDb::start().unwrap();
    let database = server.create_database("alone").unwrap();
    assert_eq!(code(transaction(&server, &database)), 20);
    assert!(matches!(
        watch(&server, &database).unwrap_err(),
        HarnessError::Refused { code: 40573, .. }
    ));
}

#[test]
fn one_node_keeps_what_a_majority_has() {
    let mut set = ReplicaSet::builder().nodes(1).start().unwrap();
    let database = set.create_database("one").unwrap();
    for id in 0..3 {
        let write = doc! { "insert": "t", "documents": [{ "_id": id }] };
        set.command(&database, write).unwrap();
        set.kill9(0).unwrap();
        set.restart(0).unwrap();
    }
    assert_eq!(ids(&set, &database), [0, 1, 2]);
}

#[test]
fn another_primary_is_elected_and_killed_nodes_come_back() {
    let mut set = ReplicaSet::start().unwrap();
    let database = set.create_database("set").unwrap();
    insert(&set, &database, doc! { "_id": 0 }).unwrap();

    for id in [1, 2] {
        let killed = set.primary().unwrap();
        set.kill9(killed).unwrap();
        assert_ne!(set.primary().unwrap(), killed);
        // Two of three go on by themselves.
        insert(&set, &database, doc! { "_id": id }).unwrap();
        set.restart(killed).unwrap();
    }
    let before = set.primary().unwrap();
    let after = set.step_down().unwrap();
    assert_ne!(before, after);
    insert(&set, &database, doc! { "_id": 3 }).unwrap();
    set.wait_until_whole().unwrap();

    // A secondary that is stopped in good order misses something, and gets it.
    set.stop(before).unwrap();
    insert(&set, &database, doc! { "_id": 4 }).unwrap();
    set.restart(before).unwrap();
    for node in 0..3 {
        let find = doc! {
            "count": "t",
            "query": {},
            "readConcern": { "level": "majority" },
            "$readPreference": { "mode": "secondaryPreferred" },
        };
        crate::support::until(|| {
            let count = set.node(node).command(&database, find.clone()).unwrap();
            count.get_i32("n").unwrap() == 5
        });
    }
    assert_eq!(ids(&set, &database), [0, 1, 2, 3, 4]);

    let processes = [0, 1, 2].map(|node| format!("/proc/{}", set.node(node).pid()));
    drop(set);
    for process in processes {
        assert!(!Path::new(&process).exists());
    }
}

#[test]
fn one_of_three_takes_no_writes() {
    let mut set = ReplicaSet::start().unwrap();
    let primary = set.primary().unwrap();
    let [one, other] = [(primary + 1) % 3, (primary + 2) % 3];
    set.kill9(one).unwrap();
    set.kill9(other).unwrap();
    let find = doc! { "hello": 1 };
    crate::support::until(|| {
        let hello = set.node(primary).command("admin", find.clone()).unwrap();
        !hello.get_bool("isWritablePrimary").unwrap()
    });
    set.start_again(one).unwrap();
    set.restart(other).unwrap();
    let database = set.create_database("again").unwrap();
    insert(&set, &database, doc! { "_id": 1 }).unwrap();
}
