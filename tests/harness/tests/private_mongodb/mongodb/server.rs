//! A server that stands alone.

use std::fs;
use std::path::Path;

use colmig_harness::bson::doc;
use colmig_harness::{HarnessError, MongoDb, MongoDbEndpoint, Storage};

use super::{code, ids, insert};
use crate::owner::{nothing_is_left_of, own};

/// What the log says of a start after a crash.
const CRASHED: &str = "Detected unclean shutdown";

#[test]
fn journaled_writes_survive_kill_and_restart() {
    let mut server = MongoDb::start().unwrap();
    let database = server.create_database("crash").unwrap();
    let (port, pid) = (server.port(), server.pid());
    for id in 0..3 {
        // Each is killed right after its write was told of.
        insert(&server, &database, doc! { "_id": id }).unwrap();
        server.kill9().unwrap();
        let error = server.command(&database, doc! { "ping": 1 }).unwrap_err();
        assert!(matches!(error, HarnessError::NoAnswer { .. }), "{error}");
        server.restart().unwrap();
    }
    assert_eq!(server.port(), port);
    assert_ne!(server.pid(), pid);
    assert_eq!(ids(&server, &database), [0, 1, 2]);
    assert!(fs::read_to_string(server.log()).unwrap().contains(CRASHED));
}

#[test]
fn a_stop_in_good_order_needs_no_recovery() {
    let mut server = MongoDb::builder().storage(Storage::Memory).start().unwrap();
    assert!(server.log().starts_with("/dev/shm"), "{:?}", server.log());
    let database = server.create_database("stop").unwrap();
    let write = doc! { "insert": "t", "documents": [{ "_id": 1 }], "writeConcern": { "w": 1 } };
    server.command(&database, write).unwrap();
    server.stop().unwrap();
    assert!(server.command(&database, doc! { "ping": 1 }).is_err());
    server.restart().unwrap();
    assert_eq!(ids(&server, &database), [1]);
    let log = fs::read_to_string(server.log()).unwrap();
    assert!(!log.contains(CRASHED), "{}", server.log_tail());
}

#[test]
fn settings_reach_the_server() {
    let server = MongoDb::builder()
        .setting("maxConns", "17")
        .parameter("transactionLifetimeLimitSeconds", "7")
        .start()
        .unwrap();
    let options = server
        .command("admin", doc! { "getCmdLineOpts": 1 })
        .unwrap();
    let net = options.get_document("parsed").unwrap();
    let net = net.get_document("net").unwrap();
    assert_eq!(net.get_i32("maxIncomingConnections").unwrap(), 17);
    assert_eq!(net.get_str("bindIp").unwrap(), "127.0.0.1");
    let parameters = doc! {
        "getParameter": 1,
        "transactionLifetimeLimitSeconds": 1,
        "diagnosticDataCollectionEnabled": 1,
    };
    let parameters = server.command("admin", parameters).unwrap();
    assert_eq!(
        parameters
            .get_i32("transactionLifetimeLimitSeconds")
            .unwrap(),
        7
    );
    let collects = parameters.get_bool("diagnosticDataCollectionEnabled");
    assert!(!collects.unwrap());
}

#[test]
fn two_servers_and_their_databases_are_apart() {
    let servers = [MongoDb::start().unwrap(), MongoDb::start().unwrap()];
    let [first, second] = &servers;
    let one = first.create_database("Twin::ä").unwrap();
    let other = first.create_database("Twin::ä").unwrap();
    assert_ne!(one, other);
    insert(first, &one, doc! { "_id": 1 }).unwrap();
    assert_eq!(ids(first, &one), [1]);
    assert!(ids(first, &other).is_empty());
    assert!(ids(second, &one).is_empty());

    first.drop_database(&one).unwrap();
    first.drop_database(&one).unwrap();
    assert!(ids(first, &one).is_empty());
}

#[test]
fn schemas_are_comparable() {
    let server = MongoDb::start().unwrap();
    let databases = [(); 2].map(|()| server.create_database("schema").unwrap());
    for (database, names) in databases.iter().zip([["a", "b"], ["b", "a"]]) {
        for name in names {
            let validator = doc! { "größe": { "$gt": 0 } };
            let create = doc! { "create": name, "validator": validator };
            server.command(database, create).unwrap();
            let index = doc! { "key": { "größe": -1 }, "name": "by_größe", "unique": true };
            let create = doc! { "createIndexes": name, "indexes": [index] };
            server.command(database, create).unwrap();
        }
        let view = doc! { "create": "v", "viewOn": "a", "pipeline": [] };
        server.command(database, view).unwrap();
    }
    let [first, second] = databases.each_ref();
    let dump = server.dump_schema(first).unwrap();
    assert!(
        dump.contains("by_größe") && dump.contains("viewOn"),
        "{dump}"
    );
    assert_eq!(dump, server.dump_schema(second).unwrap());

    let looser = doc! { "collMod": "a", "validationLevel": "moderate" };
    server.command(second, looser).unwrap();
    assert_ne!(dump, server.dump_schema(second).unwrap());
}

#[test]
fn a_command_that_fails_is_told_with_its_code() {
    let server = MongoDb::start().unwrap();
    let database = server.create_database("fails").unwrap();
    let error = server.command(&database, doc! { "noSuchCommand": 1 });
    assert_eq!(code(error), 59);
    insert(&server, &database, doc! { "_id": 1 }).unwrap();
    // The command as a whole is ok to the server.
    let error = insert(&server, &database, doc! { "_id": 1 }).unwrap_err();
    assert!(
        error.to_string().starts_with("insert failed: E11000"),
        "{error}"
    );
}

#[test]
fn another_process_reaches_it_by_its_address() {
    let server = MongoDb::start().unwrap();
    let database = server.create_database("address").unwrap();
    let url = server.url(&database);
    let endpoint = MongoDbEndpoint::from_url(&url).unwrap();
    assert_eq!(endpoint.url(&database), url);
    insert(&endpoint, &database, doc! { "_id": 1 }).unwrap();
    assert_eq!(ids(&server, &database), [1]);
}

#[test]
fn a_setting_that_stops_the_start_is_in_the_error() {
    let error = MongoDb::builder()
        .setting("noSuchSetting", "1")
        .start()
        .unwrap_err();
    assert!(matches!(error, HarnessError::NotReady { .. }));
    assert!(error.to_string().contains("noSuchSetting"), "{error}");
}

#[test]
fn nothing_is_left_when_the_guard_is_dropped() {
    let server = MongoDb::start().unwrap();
    let process = format!("/proc/{}", server.pid());
    let folder = server.log().parent().unwrap().to_owned();
    assert!(Path::new(&process).exists() && folder.exists());
    drop(server);
    assert!(!Path::new(&process).exists());
    assert!(!folder.exists());
}

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    nothing_is_left_of("mongodb::server::owner_that_is_killed");
}

#[test]
#[ignore = "the other side of `nothing_is_left_when_the_owner_is_killed`"]
fn owner_that_is_killed() {
    let server = MongoDb::start().unwrap();
    own(server.pid(), server.log());
}
