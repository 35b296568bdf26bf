//! Settings that are changed while a backfill runs.

use std::time::Duration;

use colmig::migrate::{Error, Event, Goal, Outcome, Settings, Tuning, Watch};
use colmig::{Database, Phase};
use tokio::time::{sleep, timeout};

use crate::fixture::{Fixture, settings};
use crate::project::{DISPLAY_NAME, Project};
use crate::watching::Heard;

const ROWS: u32 = 200_000;

fn backfill() -> Goal {
    Goal {
        until: Phase::Backfill,
        ..Goal::default()
    }
}

/// How many rows are filled: after a while, and after another.
async fn filled_twice(database: &Fixture) -> (u64, u64) {
    sleep(Duration::from_millis(1_000)).await;
    let filled = "users WHERE display_name IS NOT NULL";
    let before = database.count(filled).await;
    sleep(Duration::from_millis(700)).await;
    (before, database.count(filled).await)
}

/// On every database, for it is no matter of the database: a window that is always open.
async fn pauses_in_a_window(database: Fixture, kind: Database) {
    let migrations = Project::of_users().load(kind);
    let window: Settings =
        toml::from_str("[[windows]]\nfrom = \"00:00\"\nto = \"00:00\"\npause = true\n").unwrap();
    let paused = Settings {
        windows: window.windows,
        ..settings()
    };
    let mut run = database.migrator_with(paused.clone()).await;
    let mut other = database.migrator_with(paused).await;
    let (heard, goal) = (Heard::default(), backfill());
    let watch = heard.watch();
    let opened = |event: &Event| matches!(event, Event::WindowsChanged { windows, .. } if windows == &["00:00 - 00:00 UTC"]);
    let hands = async {
        while heard.count(opened) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(filled_twice(&database).await, (0, 0), "nobody begins");
        // What is said now counts more than what the file says.
        let going = Tuning::default().pause(false);
        let now = other.tune(&migrations, None, &going).await.unwrap();
        assert_eq!(now.tuned[0].to_string(), "pause = false");
    };
    let running = timeout(Duration::from_secs(60), run.run(&migrations, &goal, &watch));
    let (outcome, ()) = tokio::join!(running, hands);
    assert_eq!(
        outcome.unwrap().unwrap(),
        Outcome::Done,
        "{}",
        heard.lines()
    );
    assert_eq!(database.count("users WHERE display_name IS NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_pauses_in_a_window_on_postgres() {
    let database = Fixture::postgres().with_users(2_000).await;
    pauses_in_a_window(database, Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_pauses_in_a_window_on_mariadb() {
    let database = Fixture::mariadb().with_users(2_000).await;
    pauses_in_a_window(database, Database::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_pauses_in_a_window_on_sqlite() {
    let database = Fixture::sqlite().with_users(2_000).await;
    pauses_in_a_window(database, Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backfill_pauses_and_follows_what_is_tuned() {
    let database = Fixture::postgres().with_users(ROWS).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let slow = Settings {
        workers: 1,
        duty: 0.05,
        give_way: false,
        ..settings()
    };
    let mut run = database.migrator_with(slow.clone()).await;
    let mut other = database.migrator_with(slow).await;
    // Before anything has begun.
    let paused = Tuning::default().pause(true);
    let now = other.tune(&migrations, None, &paused).await.unwrap();
    assert_eq!(now.migration, DISPLAY_NAME);
    let heard = Heard::default();
    let goal = backfill();
    let watch = heard.watch();
    let hands = async {
        while heard.count(|event| matches!(event, Event::Tuned { .. })) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(filled_twice(&database).await, (0, 0), "nobody begins");
        let status = other.status(&migrations).await.unwrap();
        let tuned = &status.migrations[0].tuned;
        assert_eq!(tuned[0].to_string(), "pause = true");
        assert_eq!(tuned[0].by, "tester");

        let going = Tuning::default().pause(false);
        other.tune(&migrations, None, &going).await.unwrap();
        let (before, after) = filled_twice(&database).await;
        assert!(before > 0 && after > before, "{before}, {after}");
        // At this pace it would take minutes.
        assert!(after < u64::from(ROWS) / 4, "{after}");

        other.tune(&migrations, None, &paused).await.unwrap();
        let (before, after) = filled_twice(&database).await;
        assert_eq!(before, after, "in the middle of a range");

        let wrong = Tuning::default().set("duty", "0.5").set("workers", "0");
        let error = other.tune(&migrations, None, &wrong).await.unwrap_err();
        assert!(matches!(error, Error::Settings(_)), "{error}");
        assert_eq!(database.count("colmig_tuning").await, 1, "all or nothing");

        let faster = Tuning::default()
            .reset()
            .set("duty", "1.0")
            .set("batch-rows", "5000")
            .set("workers", "3");
        let now = other.tune(&migrations, Some(DISPLAY_NAME), &faster);
        let keys: Vec<String> = now
            .await
            .unwrap()
            .tuned
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(keys, ["batch-rows = 5000", "duty = 1.0", "workers = 3"]);
        let mut most = 0;
        for _ in 0..400 {
            let status = other.status(&migrations).await.unwrap();
            let steps = status.migrations[0].steps.iter();
            let working = steps.flat_map(|step| step.workers.iter());
            most = most.max(working.map(|process| process.workers).sum());
            if most == 3 {
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(most, 3, "two have joined: {}", heard.lines());
    };
    let running = timeout(Duration::from_secs(60), run.run(&migrations, &goal, &watch));
    let (outcome, ()) = tokio::join!(running, hands);
    assert_eq!(
        outcome.unwrap().unwrap(),
        Outcome::Done,
        "{}",
        heard.lines()
    );
    let right = "users WHERE display_name = first_name || ' ' || last_name";
    assert_eq!(database.count(right).await, u64::from(ROWS));
    assert_eq!(
        database.count("colmig_tuning").await,
        0,
        "it ends with the backfill"
    );
    assert_eq!(
        database.count("colmig_audit WHERE action = 'tuned'").await,
        4
    );
    let error = other.tune(&migrations, None, &paused).await.unwrap_err();
    assert!(matches!(error, Error::NothingToTune { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_goes_home_gives_its_range_back() {
    let database = Fixture::postgres().with_users(ROWS).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let slow = Settings {
        workers: 3,
        duty: 0.05,
        give_way: false,
        ..settings()
    };
    let mut run = database.migrator_with(slow.clone()).await;
    let mut other = database.migrator_with(slow).await;
    let goal = backfill();
    let watch = Watch::default();
    let held = "colmig_range WHERE done = 0 AND owner IS NOT NULL";
    let hands = async {
        let mut most = 0;
        while most < 3 {
            sleep(Duration::from_millis(20)).await;
            let tables = "pg_class WHERE relname = 'colmig_range'";
            most = match database.count(tables).await {
                0 => 0,
                _ => database.count(held).await,
            };
        }
        let one = Tuning::default().set("workers", "1");
        other.tune(&migrations, None, &one).await.unwrap();
        sleep(Duration::from_millis(1_200)).await;
        assert_eq!(database.count(held).await, 1);
        // Nobody is left behind when it goes on with all of them.
        let all = Tuning::default()
            .reset()
            .set("duty", "1.0")
            .set("batch-rows", "5000");
        other.tune(&migrations, None, &all).await.unwrap();
    };
    let running = timeout(Duration::from_secs(60), run.run(&migrations, &goal, &watch));
    let (outcome, ()) = tokio::join!(running, hands);
    assert_eq!(outcome.unwrap().unwrap(), Outcome::Done);
    let right = "users WHERE display_name = first_name || ' ' || last_name";
    assert_eq!(database.count(right).await, u64::from(ROWS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_tuned_as_well() {
    let database = Fixture::sqlite().with_users(3_000).await;
    let migrations = Project::of_users().load(Database::Sqlite);
    let (mut run, mut other) = (database.migrator().await, database.migrator().await);
    let paused = Tuning::default().pause(true);
    other.tune(&migrations, None, &paused).await.unwrap();
    let goal = backfill();
    let heard = Heard::default();
    let watch = heard.watch();
    let hands = async {
        while heard.count(|event| matches!(event, Event::Tuned { .. })) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(filled_twice(&database).await, (0, 0));
        let going = Tuning::default().pause(false);
        other.tune(&migrations, None, &going).await.unwrap();
    };
    let running = timeout(Duration::from_secs(60), run.run(&migrations, &goal, &watch));
    let (outcome, ()) = tokio::join!(running, hands);
    assert_eq!(outcome.unwrap().unwrap(), Outcome::Done);
    assert_eq!(database.count("users WHERE display_name IS NULL").await, 0);
}
