//! Behind PgBouncer in transaction mode: leases, acknowledgements and gates.
//!
//! Accessors are prepared statements of sqlx, which PgBouncer keeps apart from 1.21 on;
//! what is shown here holds for every version.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::PathBuf;
use std::time::Duration;

use colmig::migrate::{Goal, Migration, Migrator, Outcome, Settings, Watch, load};
use colmig::{Database, Db, Phase};
use colmig_harness::{PgBouncer, shared_postgres};
use colmig_tests::model::{ADD, CREATE, User};
use colmig_tests::raw;

/// More instances than the pooler has sessions.
const INSTANCES: i64 = 8;
const SESSIONS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fleet_keeps_pace_behind_a_pooler_in_transaction_mode() {
    let server = shared_postgres().unwrap();
    let name = server.create_database("pooler").unwrap();
    let pooler = PgBouncer::start(&server, SESSIONS).unwrap();
    let url = pooler.url(&name);
    run(&url, CREATE, Phase::LAST_OF_RUN).await;
    let mut fleet = Vec::new();
    for _ in 0..INSTANCES {
        // Shorter than the test, so that leases have to be renewed.
        let options = Db::options()
            .lease(Duration::from_secs(2))
            .poll(Duration::from_millis(200))
            .model::<User>();
        fleet.push(options.connect(&url).await.unwrap());
    }
    // The server itself knows what came through the pooler.
    let direct = Db::connect(&server.url(&name)).await.unwrap();
    raw::seed(&direct, 1, 10).await.unwrap();
    for phase in [
        Phase::Expand,
        Phase::DualWrite,
        Phase::Backfill,
        Phase::SwitchReads,
    ] {
        run(&url, ADD, phase).await;
        let live = "SELECT count(*) FROM colmig_instance WHERE expires_at > clock_timestamp()";
        let live = raw::number(&direct, live).await.unwrap();
        assert_eq!(live, INSTANCES + 1, "after {phase}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let behind = "SELECT count(*) FROM colmig_instance \
                  WHERE acknowledged < (SELECT sum(generation) FROM colmig_migration) AND models LIKE '%users%'";
    assert_eq!(raw::number(&direct, behind).await.unwrap(), 0);
    // What they told of their models came through as well.
    direct.close().await;
    let migrations = migrations();
    let mut migrator = Migrator::connect(&url, Settings::default()).await.unwrap();
    let contracted = migrator
        .contract(&migrations, ADD, &Watch::default())
        .await
        .unwrap();
    assert_eq!(contracted, Outcome::Done);
    for db in fleet {
        db.close().await;
    }
    drop(migrator);
    drop(pooler);
    server.drop_database(&name).unwrap();
}

async fn run(url: &str, only: &str, until: Phase) {
    let goal = Goal {
        until,
        only: Some(only.to_owned()),
        ..Goal::default()
    };
    let settings = Settings {
        lock_patience: Duration::from_secs(20),
        ..Settings::default()
    };
    let mut migrator = Migrator::connect(url, settings).await.unwrap();
    let outcome = migrator.run(&migrations(), &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done, "until {until}");
}

fn migrations() -> Vec<Migration> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("migrations");
    load(&folder, Database::Postgres).unwrap()
}
