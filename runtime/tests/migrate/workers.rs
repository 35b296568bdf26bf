//! Worker processes beside a run: they fill what it has under way, and end when they should.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::migrate::{
    Error, Event, Goal, Migration, Migrator, Outcome, Settings, Stop, Tuning, UserTriggers, Watch,
};
use colmig::{Database, Phase, Progress};
use tokio::time::{sleep, timeout};

use crate::fixture::{Fixture, settings};
use crate::project::{self, DISPLAY_NAME, Project};
use crate::watching::Heard;

/// Enough for four ranges.
const ROWS: u32 = 200_000;

/// One worker in each process.
fn alone() -> Settings {
    Settings {
        workers: 1,
        batch_rows: 1_000,
        user_triggers: UserTriggers::Fire,
        ..settings()
    }
}

fn backfill() -> Goal {
    Goal {
        until: Phase::Backfill,
        ..Goal::default()
    }
}

/// Every update of a row is counted, so whatever is done twice shows.
async fn counted(database: &Fixture) {
    database
        .sql(
            "CREATE TABLE touched (id bigint); CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN INSERT INTO touched VALUES (NEW.id); RETURN NULL; END'; \
             CREATE TRIGGER touch AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
        )
        .await;
}

/// Takes the migration to just before its backfill.
async fn prepared(migrator: &mut Migrator, migrations: &[Migration]) {
    let goal = Goal {
        until: Phase::DualWrite,
        ..Goal::default()
    };
    let outcome = migrator.run(migrations, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_came_first_fills_its_part_and_no_row_twice() {
    let database = Fixture::postgres().with_users(ROWS).await;
    counted(&database).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let (mut run, mut worker) = (
        database.migrator_with(alone()).await,
        database.migrator_with(alone()).await,
    );
    let mut onlooker = database.migrator().await;
    let (heard, running) = (Heard::default(), Heard::default());
    let waits = Arc::new(AtomicBool::new(false));
    let waiting = Arc::clone(&waits);
    let watch = heard.watch_and(move |event, _| {
        if let Event::WorkWaiting { .. } = event {
            waiting.store(true, Ordering::SeqCst);
        }
    });
    let goal = backfill();
    let begins = async {
        while !waits.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(10)).await;
        }
        run.run(&migrations, &goal, &running.watch()).await.unwrap()
    };
    // Both are this process, which is where `status` places them.
    let sees = async {
        for _ in 0..3_000 {
            let status = onlooker.status(&migrations).await.unwrap();
            let working = status.migrations[0].steps.iter();
            let working: Vec<_> = working.flat_map(|step| step.workers.clone()).collect();
            if let [process] = working.as_slice()
                && process.workers == 2
            {
                return process.process.clone();
            }
            sleep(Duration::from_millis(5)).await;
        }
        String::new()
    };
    let watched = worker.work(&migrations, None, &watch);
    let (outcome, helped, process) = tokio::join!(begins, watched, sees);
    assert_eq!(outcome, Outcome::Done, "{}", running.lines());
    assert_eq!(helped.unwrap(), Outcome::Done, "{}", heard.lines());
    let pid = format!(" pid {}", std::process::id());
    assert!(
        process.ends_with(&pid) && process.contains('@'),
        "{process}"
    );

    let filled = heard.all().into_iter().filter_map(|event| match event {
        Event::WorkDone { rows, .. } => Some(rows),
        _ => None,
    });
    let filled: u64 = filled.sum();
    let all = u64::from(ROWS);
    assert!(filled > 0 && filled < all, "{filled}: {}", heard.lines());
    assert_eq!(database.count("touched").await, all, "no row twice");
    let right = "users WHERE display_name = first_name || ' ' || last_name";
    assert_eq!(database.count(right).await, all);
    let lock = "colmig_audit WHERE action = 'running'";
    assert_eq!(database.count(lock).await, 3, "a worker enters no phase");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_goes_on_where_the_run_has_died() {
    let database = Fixture::postgres().with_users(ROWS).await;
    counted(&database).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut run = database.migrator_with(alone()).await;
    let stop = Stop::new();
    let dies = stop.clone();
    let watch = Watch::new(move |event| {
        if let Event::BackfillProgress { .. } = event {
            dies.request();
        }
    });
    let goal = backfill();
    tokio::select! {
        // The future is dropped where it stands, and gives nothing back.
        outcome = run.run(&migrations, &goal, &watch) => panic!("{outcome:?}"),
        () = async { while !stop.is_requested() { sleep(Duration::from_millis(1)).await } } => {}
    }
    drop(run);
    let heard = Heard::default();
    let mut worker = database
        .migrator_with(Settings {
            lock_patience: Duration::from_secs(2),
            ..alone()
        })
        .await;
    let outcome = worker.work(&migrations, None, &heard.watch()).await;
    let Outcome::Held {
        migration, gate, ..
    } = outcome.unwrap()
    else {
        panic!("{}", heard.lines())
    };
    // Every range is done, and the step is for a run to end.
    assert_eq!(migration, DISPLAY_NAME);
    assert!(gate.contains("`cargo colmig run` takes it on"), "{gate}");
    assert_eq!(database.count("colmig_range WHERE done = 0").await, 0);
    let filled = "users WHERE display_name IS NOT NULL";
    assert_eq!(database.count(filled).await, u64::from(ROWS));
    assert_eq!(database.count("touched").await, u64::from(ROWS));

    let mut run = database.migrator_with(alone()).await;
    let outcome = run.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.count("touched").await, u64::from(ROWS));
    let watch = Watch::default();
    let outcome = worker.work(&migrations, Some(DISPLAY_NAME), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done, "nothing is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_files_are_others_is_refused_and_stops_when_they_become_so() {
    let database = Fixture::postgres().with_users(ROWS).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut run = database.migrator_with(alone()).await;
    prepared(&mut run, &migrations).await;
    let mut other = Project::empty();
    other.there(project::users());
    let named = project::ruled("display_name", "first_name");
    other.add(DISPLAY_NAME, &project::with(project::users(), named));
    let others = other.load(Database::Postgres);
    let mut worker = database.migrator_with(alone()).await;
    let error = worker.work(&others, None, &Watch::default()).await;
    assert!(matches!(&error, Err(Error::Edited { .. })), "{error:?}");
    let error = worker.work(&[], None, &Watch::default()).await;
    assert!(matches!(&error, Err(Error::Missing { .. })), "{error:?}");

    // Aborted and begun anew while this worker was out: no claim, and no batch.
    let goal = backfill();
    let heard = Heard::default();
    let mut theirs = database.other().await;
    let (stop, began) = (Stop::new(), Stop::new());
    let (ask, tell) = (stop.clone(), began.clone());
    let watch = heard.watch_and(move |event, _| {
        if let Event::BackfillProgress { .. } = event {
            tell.request();
        }
    });
    let quiet = Watch::default().with_stop(stop);
    let changes = async {
        while !began.is_requested() {
            sleep(Duration::from_millis(1)).await;
        }
        ask.request();
        theirs
            .sql(
                "UPDATE colmig_migration SET digest = 'another'; \
                 UPDATE colmig_range SET owner = NULL WHERE done = 0",
            )
            .await;
    };
    let (_, error, ()) = tokio::join!(
        run.run(&migrations, &goal, &quiet),
        timeout(
            Duration::from_secs(20),
            worker.work(&migrations, None, &watch)
        ),
        changes
    );
    let error = error.unwrap();
    assert!(matches!(&error, Err(Error::Edited { .. })), "{error:?}");
    assert!(database.count("colmig_range WHERE done = 0").await > 0);
    let taken = "colmig_range WHERE done = 0 AND owner IS NOT NULL";
    assert_eq!(database.count(taken).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_was_out_claims_nothing_of_a_migration_begun_anew() {
    let database = Fixture::postgres().with_users(ROWS).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut run = database.migrator_with(alone()).await;
    let paused = Tuning::default().pause(true);
    run.tune(&migrations, None, &paused).await.unwrap();
    // The table is divided, and nothing of it is filled.
    let watch = Watch::default();
    let stop = watch.stop.clone();
    let goal = backfill();
    let stops = async {
        let held = "colmig_range WHERE owner IS NOT NULL";
        let tables = "pg_class WHERE relname = 'colmig_range'";
        while database.count(tables).await == 0 || database.count(held).await == 0 {
            sleep(Duration::from_millis(20)).await;
        }
        stop.request();
    };
    let (outcome, ()) = tokio::join!(run.run(&migrations, &goal, &watch), stops);
    assert!(
        matches!(outcome, Ok(Outcome::Stopped { .. })),
        "{outcome:?}"
    );
    let going = Tuning::default().pause(false);
    run.tune(&migrations, None, &going).await.unwrap();
    // Every range is somebody's, so the worker waits for one.
    let taken = "UPDATE colmig_range SET owner = 'somebody', claims = 0, expires_at = now() + interval '1 hour'";
    database.sql(taken).await;
    let heard = Heard::default();
    let listen = heard.watch();
    let mut worker = database.migrator_with(alone()).await;
    let anew = async {
        while heard.count(|event| matches!(event, Event::WorkStarted { .. })) == 0 {
            sleep(Duration::from_millis(10)).await;
        }
        sleep(Duration::from_millis(300)).await;
        let anew = "BEGIN; UPDATE colmig_migration SET digest = 'another'; \
                    UPDATE colmig_range SET owner = NULL; COMMIT";
        database.sql(anew).await;
    };
    let (error, ()) = tokio::join!(worker.work(&migrations, None, &listen), anew);
    assert!(matches!(&error, Err(Error::Edited { .. })), "{error:?}");
    assert_eq!(database.count("colmig_range WHERE claims > 0").await, 0);
    let filled = "users WHERE display_name IS NOT NULL";
    assert_eq!(database.count(filled).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_ends_the_work() {
    let database = Fixture::postgres().with_users(ROWS).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut run = database.migrator_with(alone()).await;
    let heard = Heard::default();
    // The run stops, and the worker goes on until the abort.
    let watch = Watch::default();
    let stop = watch.stop.clone();
    let worked = heard.watch_and(move |event, _| {
        if let Event::BackfillProgress { .. } = event {
            stop.request();
        }
    });
    let goal = backfill();
    let mut worker = database.migrator_with(alone()).await;
    let aborted = async {
        let outcome = run.run(&migrations, &goal, &watch).await.unwrap();
        assert!(matches!(outcome, Outcome::Stopped { .. }), "{outcome}");
        run.abort(&migrations, DISPLAY_NAME, &Watch::default())
            .await
    };
    let named = worker.work(&migrations, Some(DISPLAY_NAME), &worked);
    let (aborted, helped) = tokio::join!(aborted, named);
    assert_eq!(aborted.unwrap(), Outcome::Done);
    let helped = helped.unwrap();
    let Outcome::Held { gate, .. } = &helped else {
        panic!("{helped}: {}", heard.lines())
    };
    assert!(gate.contains("abort"), "{gate}");
    assert_eq!(database.count("colmig_range").await, 0);
    let status = run.status(&migrations).await.unwrap();
    assert_eq!(status.migrations[0].progress, Progress::Aborted);
    // Without a name an aborted one is passed over.
    let outcome = worker.work(&migrations, None, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_nobody_needs_ends() {
    let database = Fixture::postgres().with_users(10).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let impatient = Settings {
        lock_patience: Duration::from_millis(600),
        ..alone()
    };
    let mut worker = database.migrator_with(impatient).await;
    let heard = Heard::default();
    let outcome = worker
        .work(&migrations, None, &heard.watch())
        .await
        .unwrap();
    assert!(matches!(outcome, Outcome::Held { .. }), "{outcome}");
    let waited = |event: &Event| matches!(event, Event::WorkWaiting { run_by: None, .. });
    assert_eq!(heard.count(waited), 1, "{}", heard.lines());

    let stopped = Watch::default();
    stopped.stop.request();
    let outcome = worker.work(&migrations, None, &stopped).await.unwrap();
    let resume = "cargo colmig run --worker".to_owned();
    assert_eq!(outcome, Outcome::Stopped { resume });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_has_no_use_for_a_second_process() {
    let database = Fixture::sqlite().with_users(10).await;
    let migrations = Project::of_users().load(Database::Sqlite);
    let mut worker = database.migrator().await;
    let error = worker.work(&migrations, None, &Watch::default()).await;
    let error = error.unwrap_err();
    assert!(matches!(error, Error::SingleWriter { .. }), "{error}");
    assert!(error.to_string().contains("`cargo colmig run`"), "{error}");
}
