//! A private MariaDB server from its first start to its end, on the real thing.

#[path = "support/owner.rs"]
mod owner;
mod support;

use std::path::Path;
use std::thread;

use colmig_harness::{HarnessError, MariaDb, MariaDbEndpoint, Storage};

use crate::owner::{nothing_is_left_of, own};
use crate::support::until;

#[test]
fn committed_data_survives_kill_and_restart() {
    let mut server = MariaDb::start().unwrap();
    let database = server.create_database("crash").unwrap();
    server
        .mariadb(&database, "CREATE TABLE t (id int PRIMARY KEY, word text)")
        .unwrap();
    let (port, pid) = (server.port(), server.pid());
    for id in 0..3 {
        // Each is killed right after its commit was told of.
        let insert = format!("INSERT INTO t VALUES ({id}, 'tab\\tNULL')");
        server.mariadb(&database, &insert).unwrap();
        server.kill9().unwrap();
        let error = server.mariadb(&database, "SELECT 1").unwrap_err();
        assert!(matches!(error, HarnessError::Program { .. }), "{error}");
        server.restart().unwrap();
    }
    assert_eq!(server.port(), port);
    assert_ne!(server.pid(), pid);
    let rows = server.mariadb(&database, "SELECT id, word, NULL FROM t ORDER BY id");
    assert_eq!(
        rows.unwrap(),
        "0\ttab\\tNULL\tNULL\n1\ttab\\tNULL\tNULL\n2\ttab\\tNULL\tNULL",
        "{}",
        server.log_tail()
    );
    assert!(server.log_tail().contains("crash recovery"));
}

#[test]
fn a_stop_in_good_order_needs_no_recovery() {
    let mut server = MariaDb::builder()
        .storage(Storage::Memory)
        .durable(true)
        .binlog(true)
        .start()
        .unwrap();
    let database = server.create_database("stop").unwrap();
    server
        .mariadb(&database, "CREATE TABLE t SELECT 1 AS id")
        .unwrap();
    server.stop().unwrap();
    assert!(server.mariadb(&database, "SELECT 1").is_err());
    server.restart().unwrap();
    assert_eq!(server.mariadb(&database, "SELECT * FROM t").unwrap(), "1");
    assert!(!server.log_tail().contains("crash recovery"));
    let durable = "SELECT @@innodb_flush_log_at_trx_commit, @@sync_binlog, @@binlog_format";
    assert_eq!(server.mariadb("", durable).unwrap(), "1\t1\tROW");
}

#[test]
fn settings_reach_the_server_and_files_of_the_machine_do_not() {
    let server = MariaDb::builder()
        .setting("max-connections", "17")
        .setting("lock-wait-timeout", "12")
        .start()
        .unwrap();
    let of = |names: &str| server.mariadb("", &format!("SELECT {names}")).unwrap();
    assert_eq!(
        of("@@max_connections, @@lock_wait_timeout, @@character_set_server, @@time_zone"),
        "17\t12\tutf8mb4\t+00:00"
    );
    assert_eq!(of("@@log_bin, @@innodb_flush_log_at_trx_commit"), "0\t2");
    assert_eq!(
        of("@@socket, current_user()"),
        "server.sock\troot@127.0.0.1"
    );
    let folder = server.log().parent().unwrap().to_str().unwrap();
    assert_eq!(of("@@tmpdir"), folder);
}

#[test]
fn data_lies_in_memory_where_that_has_room() {
    assert_eq!(Storage::with_room(u64::MAX), Storage::Disk);
    let server = MariaDb::builder()
        .storage(Storage::with_room(1))
        .start()
        .unwrap();
    assert!(server.log().starts_with("/dev/shm"), "{:?}", server.log());
}

#[test]
fn holder_of_a_metadata_lock_is_seen() {
    let server = MariaDb::start().unwrap();
    let database = server.create_database("lock").unwrap();
    server
        .mariadb(&database, "CREATE TABLE t (id int)")
        .unwrap();
    let endpoint = server.endpoint().clone();
    let name = database.clone();
    let holder =
        thread::spawn(move || endpoint.mariadb(&name, "BEGIN; SELECT * FROM t; SELECT sleep(600)"));
    let held = format!(
        "SELECT lock_mode FROM information_schema.metadata_lock_info \
         WHERE table_schema = '{database}' AND table_name = 't'"
    );
    until(|| server.mariadb("", &held).unwrap() == "MDL_SHARED_READ");

    let alter = "SET lock_wait_timeout = 1; ALTER TABLE t ADD COLUMN more int";
    let error = server.mariadb(&database, alter).unwrap_err();
    assert!(error.to_string().contains("ERROR 1205"), "{error}");

    // The connection goes with the database, or this would wait for it.
    server.drop_database(&database).unwrap();
    assert!(holder.join().unwrap().is_err());
    assert_eq!(server.mariadb("", &held).unwrap(), "");
}

#[test]
fn databases_are_apart_and_their_schemas_comparable() {
    let server = MariaDb::start().unwrap();
    let schema = "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, `Größe` text COMMENT '☃')";
    let first = server.create_database("twin").unwrap();
    let second = server.create_database("twin").unwrap();
    for database in [&first, &second] {
        server.mariadb(database, schema).unwrap();
    }
    server
        .mariadb(&second, "INSERT INTO t VALUES (41, 'x')")
        .unwrap();
    let dump = server.dump_schema(&first).unwrap();
    assert!(dump.contains("`Größe` text"), "{dump}");
    assert!(dump.contains("'☃'"), "{dump}");
    assert_eq!(dump, server.dump_schema(&second).unwrap());

    server
        .mariadb(&second, "ALTER TABLE t ADD COLUMN more int")
        .unwrap();
    assert_ne!(dump, server.dump_schema(&second).unwrap());

    server.drop_database(&first).unwrap();
    server.drop_database(&first).unwrap();
    assert!(server.mariadb(&first, "SELECT 1").is_err());
}

#[test]
fn sql_that_fails_is_quoted_with_the_server_words() {
    let server = MariaDb::start().unwrap();
    let database = server.create_database("fails").unwrap();
    let error = server
        .mariadb(&database, "SELECT 1; SELEKT 2; CREATE TABLE never (id int)")
        .unwrap_err();
    assert!(error.to_string().contains("ERROR 1064"), "{error}");
    assert_eq!(server.mariadb(&database, "SHOW TABLES").unwrap(), "");
}

#[test]
fn another_process_reaches_it_by_its_address() {
    let server = MariaDb::start().unwrap();
    server
        .mariadb(
            "",
            "CREATE USER me IDENTIFIED BY 'a:b@c'; GRANT ALL ON *.* TO me",
        )
        .unwrap();
    let url = format!("mysql://me:a:b@c@127.0.0.1:{}/mysql?x=1", server.port());
    let endpoint = MariaDbEndpoint::from_url(&url).unwrap();
    assert_eq!(endpoint.url("mysql"), url);
    assert_eq!(
        endpoint.mariadb("mysql", "SELECT user()").unwrap(),
        "me@127.0.0.1"
    );
    assert_eq!(
        server.url("a"),
        format!("mysql://root@127.0.0.1:{}/a", server.port())
    );
}

#[test]
fn a_setting_that_stops_the_start_is_in_the_error() {
    let error = MariaDb::builder()
        .setting("no-such-setting", "1")
        .start()
        .unwrap_err();
    assert!(matches!(error, HarnessError::NotReady { .. }));
    assert!(error.to_string().contains("no-such-setting"), "{error}");
}

#[test]
fn nothing_is_left_when_the_guard_is_dropped() {
    let server = MariaDb::start().unwrap();
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
    let server = MariaDb::start().unwrap();
    own(server.pid(), server.log());
}
