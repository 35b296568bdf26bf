//! A private server from its first start to its end, on the real thing.

#[path = "support/owner.rs"]
mod owner;
mod support;

use std::path::Path;
use std::thread;

use colmig_harness::{HarnessError, Postgres, Storage};

use crate::owner::{nothing_is_left_of, own};
use crate::support::until;

#[test]
fn committed_data_survives_kill_and_restart() {
    let mut server = Postgres::builder().durable(true).start().unwrap();
    let database = server.create_database("crash").unwrap();
    server
        .psql(
            &database,
            "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)",
        )
        .unwrap();
    let (port, pid) = (server.port(), server.pid());

    server.kill9_all().unwrap();
    let error = server.psql(&database, "SELECT 1").unwrap_err();
    assert!(matches!(error, HarnessError::Program { .. }), "{error}");

    server.restart().unwrap();
    assert_eq!(server.port(), port);
    assert_ne!(server.pid(), pid);
    let rows = server.psql(&database, "SELECT id, 'x' FROM t ORDER BY id");
    assert_eq!(rows.unwrap(), "1|x\n2|x", "{}", server.log_tail());
    assert!(server.log_tail().contains("not properly shut down"));
}

#[test]
fn kill_reaches_a_worker_in_the_middle_of_a_statement() {
    let mut server = Postgres::start().unwrap();
    let endpoint = server.endpoint().clone();
    let client = thread::spawn(move || endpoint.psql("postgres", "SELECT pg_sleep(600)"));
    let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
    until(|| server.psql("postgres", sleeping).unwrap() == "1");

    server.kill9_all().unwrap();
    assert!(client.join().unwrap().is_err());
    server.restart().unwrap();
    assert_eq!(server.psql("postgres", sleeping).unwrap(), "0");
}

#[test]
fn immediate_stop_is_followed_by_recovery() {
    let mut server = Postgres::builder()
        .storage(Storage::Memory)
        .start()
        .unwrap();
    server.psql("postgres", "CREATE TABLE t (id int)").unwrap();
    server.stop_immediate().unwrap();
    server.restart().unwrap();
    server.psql("postgres", "TABLE t").unwrap();
    assert!(server.log_tail().contains("not properly shut down"));
}

#[test]
fn settings_reach_the_server() {
    let server = Postgres::builder()
        .setting("max_connections", "7")
        .setting("lock_timeout", "1234ms")
        .start()
        .unwrap();
    let settings = "SHOW max_connections; SHOW lock_timeout; SHOW server_encoding; SHOW fsync";
    let values = server.psql("postgres", settings).unwrap();
    assert_eq!(values, "7\n1234ms\nUTF8\noff");
}

#[test]
fn databases_are_apart_and_their_schemas_comparable() {
    let server = Postgres::start().unwrap();
    let schema = "CREATE TABLE t (id int PRIMARY KEY, \"Größe\" text)";
    let first = server.create_database("twin").unwrap();
    let second = server.create_database("twin").unwrap();
    for database in [&first, &second] {
        server.psql(database, schema).unwrap();
    }
    let dump = server.pg_dump_schema(&first).unwrap();
    assert!(dump.contains("\"Größe\" text"), "{dump}");
    assert_eq!(dump, server.pg_dump_schema(&second).unwrap());

    server
        .psql(&second, "ALTER TABLE t ADD COLUMN more int")
        .unwrap();
    assert_ne!(dump, server.pg_dump_schema(&second).unwrap());

    server.drop_database(&first).unwrap();
    server.drop_database(&first).unwrap();
    assert!(server.psql(&first, "SELECT 1").is_err());
}

#[test]
fn sql_that_fails_is_quoted_with_the_server_words() {
    let server = Postgres::start().unwrap();
    let error = server
        .psql("postgres", "SELECT 1; SELEKT 2; CREATE TABLE never ()")
        .unwrap_err();
    assert!(
        error.to_string().contains("syntax error at or near"),
        "{error}"
    );
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'never'";
    assert_eq!(server.psql("postgres", tables).unwrap(), "0");
}

#[test]
fn a_setting_that_stops_the_start_is_in_the_error() {
    let error = Postgres::builder()
        .setting("shared_buffers", "none")
        .start()
        .unwrap_err();
    assert!(matches!(error, HarnessError::NotReady { .. }));
    assert!(error.to_string().contains("shared_buffers"), "{error}");
}

#[test]
fn nothing_is_left_when_the_guard_is_dropped() {
    let server = Postgres::start().unwrap();
    let process = format!("/proc/{}", server.pid());
    let folder = server.log().parent().unwrap().to_owned();
    assert!(Path::new(&process).exists() && folder.exists());
    drop(server);
    assert!(!Path::new(&process).exists());
    assert!(!folder.exists());
}

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    nothing_is_left_of("owner_that_is_killed");
}

#[test]
#[ignore = "the other side of `nothing_is_left_when_the_owner_is_killed`"]
fn owner_that_is_killed() {
    let server = Postgres::start().unwrap();
    own(server.pid(), server.log());
}
