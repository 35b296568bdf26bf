//! Primaries that step down or are killed, and members that do not keep up.

use std::time::{Duration, Instant};

use bson::doc;
use colmig_harness::ReplicaSet;

use super::{BATCH, Database, LOCK, later};
use crate::migrate::backfill::{Baseline, Brakes, Gauge, Look, Seen};
use crate::migrate::driver::mongodb::{MongoDb, brakes};
use crate::migrate::driver::{Connector, Driver as _, Failure, Value};

const PEOPLE: i32 = 60_000;
const ALL: [Value; 2] = [Value::Int(0), Value::Int(PEOPLE as i64 + 1)];

/// Fills everything in one batch while `fault` strikes, and once more as a worker does.
async fn fill_beside(
    database: &Database,
    driver: &mut MongoDb,
    fault: impl FnOnce() + Send + 'static,
) {
    let striking = tokio::task::spawn_blocking(fault);
    let mut lost = 0;
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < Duration::from_secs(90));
        // The server's clock is this one.
        driver.documents().unwrap().until = Some(later(30_000));
        let begun = driver.begin_batch(LOCK, "").await;
        let filled = match begun {
            Ok(_) => driver.execute(BATCH, &ALL).await,
            Err(failure) => Err(failure),
        };
        match filled {
            Ok(_) if striking.is_finished() => break,
            Ok(_) => database.unfill(),
            Err(Failure::LockTimeout(_) | Failure::Again(_)) => {}
            Err(Failure::Lost(_)) => {
                lost += 1;
                while let Err(failure) = driver.reconnect().await {
                    assert!(matches!(failure, Failure::Lost(_)), "{failure:?}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Err(failure) => panic!("{failure:?}"),
        }
    }
    striking.await.unwrap();
    assert!(lost > 0, "the fault went by unnoticed");
    assert_eq!(database.filled(), PEOPLE);
}

impl Database {
    /// Takes back what was filled, so that there is something to do when the fault strikes.
    fn unfill(&self) {
        let unset = doc! { "q": {}, "u": { "$unset": { "display": 1 } }, "multi": true };
        // The primary may be gone.
        let _ = self
            .endpoint
            .command(&self.name, doc! { "update": "people", "updates": [unset] });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_outlives_a_primary_that_steps_down_and_one_that_is_killed() {
    let mut set = ReplicaSet::start().unwrap();
    let database = Database::of(set.endpoint().clone(), "mongodb_elections");
    database.people(PEOPLE);
    let mut driver = database.connect().await;
    let endpoint = set.endpoint().clone();
    let step_down = move || {
        std::thread::sleep(Duration::from_millis(400));
        let down = doc! { "replSetStepDown": 10, "secondaryCatchUpPeriodSecs": 8 };
        // The answer may be lost with the connections that it closes.
        let _ = endpoint.command("admin", down);
        std::thread::sleep(Duration::from_millis(1_500));
    };
    fill_beside(&database, &mut driver, step_down).await;

    database.unfill();
    let primary = set.primary().unwrap();
    let pid = set.node(primary).pid();
    let kill = move || {
        std::thread::sleep(Duration::from_millis(400));
        let killed = std::process::Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status();
        assert!(killed.unwrap().success());
        std::thread::sleep(Duration::from_secs(4));
    };
    fill_beside(&database, &mut driver, kill).await;
    drop(driver);
    let _ = set.kill9(primary);
}

async fn look(gauge: &mut dyn Gauge, driver: &mut MongoDb, connector: &Connector) -> Seen {
    let mut baseline = Baseline::default();
    let mut look = Look {
        driver,
        connector,
        limits: &Brakes::default(),
        table: "people",
        baseline: &mut baseline,
        changed: 0,
        quota: &mut 0,
        slowed: 0.0,
    };
    gauge.look(&mut look).await.unwrap()
}

fn holds(seen: &Seen) -> bool {
    matches!(seen, Seen::Reading(reading) if reading.holds())
}

#[tokio::test(flavor = "multi_thread")]
async fn brakes_hold_while_no_member_keeps_up() {
    let set = ReplicaSet::start().unwrap();
    let database = Database::of(set.endpoint().clone(), "mongodb_brakes");
    database.people(1_000);
    let connector = Connector::new(&set.endpoint().url(&database.name)).unwrap();
    let mut driver = database.connect().await;
    let mut gauges = brakes::all();
    for gauge in &mut gauges {
        let seen = look(&mut **gauge, &mut driver, &connector).await;
        assert!(!holds(&seen), "{}: {seen:?}", gauge.name());
    }
    let primary = set.primary().unwrap();
    let members: Vec<usize> = (0..3).filter(|member| *member != primary).collect();
    for member in &members {
        let node = set.node(*member).endpoint();
        node.command("admin", doc! { "fsync": 1, "lock": true })
            .unwrap();
    }
    let mut held = [None, None];
    let began = Instant::now();
    while held.contains(&None) && began.elapsed() < Duration::from_secs(60) {
        let some = (0..50).map(|at| doc! { "text": format!("{at}") });
        let some: Vec<_> = some.collect();
        database.command(doc! { "insert": "more", "documents": some, "writeConcern": { "w": 1 } });
        for (gauge, held) in gauges.iter_mut().zip(&mut held) {
            let seen = look(&mut **gauge, &mut driver, &connector).await;
            if held.is_none() && holds(&seen) {
                *held = Some(seen);
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What is done but that a majority has it is not given up: it is waited for.
    let mut other = database.connect().await;
    let mut change = std::pin::pin!(async {
        other.begin_alone(LOCK).await.unwrap();
        let change = r#"{"collMod": "people", "validationLevel": "moderate", "validator": {}, "writeConcern": {"w": "majority", "j": true}}"#;
        other.execute(change, &[]).await
    });
    let waited = tokio::time::timeout(Duration::from_secs(2), &mut change).await;
    assert!(waited.is_err(), "{waited:?}");
    for member in &members {
        let node = set.node(*member).endpoint();
        node.command("admin", doc! { "fsyncUnlock": 1 }).unwrap();
    }
    change.await.unwrap();
    let words = format!("{held:?}");
    assert!(words.contains("s behind"), "{words}");
    assert!(words.contains("writes a second begin"), "{words}");
    let began = Instant::now();
    loop {
        let lag = look(&mut *gauges[0], &mut driver, &connector).await;
        let flow = look(&mut *gauges[1], &mut driver, &connector).await;
        if !holds(&lag) && !holds(&flow) {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "{lag:?} {flow:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn a_server_by_itself_has_no_members_and_takes_the_same_commands() {
    let server = colmig_harness::MongoDb::start().unwrap();
    let database = Database::of(server.endpoint().clone(), "mongodb_alone");
    database.people(10);
    let connector = Connector::new(&server.endpoint().url(&database.name)).unwrap();
    let mut driver = database.connect().await;
    for mut gauge in brakes::all() {
        let seen = look(&mut *gauge, &mut driver, &connector).await;
        assert!(!holds(&seen), "{}: {seen:?}", gauge.name());
    }
    driver.documents().unwrap().until = Some(later(5_000));
    assert!(driver.begin_batch(LOCK, "").await.unwrap().1);
    assert_eq!(driver.execute(BATCH, &ALL).await.unwrap(), 10);
    driver.commit().await.unwrap();
    driver.begin_alone(LOCK).await.unwrap();
    let index = r#"{"createIndexes": "people", "indexes": [{"key": {"first": 1}, "name": "people_first"}],
        "commitQuorum": "majority", "writeConcern": {"w": "majority", "j": true}};"#;
    driver.execute(index, &[]).await.unwrap();
    let began = Instant::now();
    let mut server = server;
    server.kill9().unwrap();
    let failure = driver
        .query(r#"{"find": "people"}"#, &[])
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::Lost(_)), "{failure:?}");
    let failure = driver.reconnect().await.unwrap_err();
    assert!(matches!(failure, Failure::Lost(_)), "{failure:?}");
    assert!(began.elapsed() < Duration::from_secs(30));
    server.restart().unwrap();
    driver.reconnect().await.unwrap();
    let found = driver.query(r#"{"find": "people"}"#, &[]).await.unwrap();
    assert_eq!(found.len(), 10);
}
