//! What only PostgreSQL can show.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::migrate::{Error, Event, Goal, Outcome, Watch};
use colmig::{Database, Phase};
use colmig_harness::{Postgres, Storage};
use tokio::time::{Instant, sleep, timeout};

use crate::fixture::{Fixture, settings};
use crate::project::{DISPLAY_NAME, Project, sql, users};
use crate::watching::Heard;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_invalid_index_meets_its_retry() {
    let database = Fixture::postgres().with_users(100).await;
    let project = Project::of_users();
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let until = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    migrator
        .run(&migrations, &until, &Watch::default())
        .await
        .unwrap();
    // What a failed build leaves behind, under the very name.
    let mut other = database.other().await;
    let failing = "CREATE UNIQUE INDEX CONCURRENTLY users_display_name_key ON users (last_name)";
    assert!(other.try_sql(failing).await.is_err());
    let invalid = "pg_index WHERE NOT indisvalid";
    assert_eq!(database.count(invalid).await, 1);
    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.count(invalid).await, 0);
    let columns = "SELECT pg_get_indexdef('users_display_name_key'::regclass)";
    assert!(database.value(columns).await.ends_with("(display_name)"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_of_somebody_else_is_left_alone() {
    let database = Fixture::postgres().with_users(100).await;
    let migrations = Project::of_users().load(Database::Postgres);
    database
        .sql("CREATE INDEX users_display_name_key ON users (email)")
        .await;
    let mut migrator = database.migrator().await;
    for _ in 0..2 {
        let error = migrator
            .run(&migrations, &Goal::default(), &Watch::default())
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::Statement { hint: Some(_), .. }),
            "{error}"
        );
    }
    assert_eq!(
        database
            .count("pg_class WHERE relname = 'users_display_name_key'")
            .await,
        1
    );
    migrator
        .abort(&migrations, DISPLAY_NAME, &Watch::default())
        .await
        .unwrap();
    assert_eq!(
        database
            .count("pg_class WHERE relname = 'users_display_name_key'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concurrent_build_tells_whom_it_waits_for() {
    let database = Fixture::postgres().with_users(100).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let until = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    migrator
        .run(&migrations, &until, &Watch::default())
        .await
        .unwrap();
    // An old snapshot, with no lock on the table at all once the statement is done.
    let mut other = database.other().await;
    other.sql("CREATE TABLE elsewhere ()").await;
    other
        .sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM elsewhere")
        .await;
    let heard = Heard::default();
    let waiting = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&waiting);
    let watch = heard.watch_and(move |event, _| {
        tell.fetch_or(matches!(event, Event::LockWaiting { .. }), Ordering::SeqCst);
    });
    let goal = Goal::default();
    let release = async {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !waiting.load(Ordering::SeqCst) && Instant::now() < deadline {
            sleep(Duration::from_millis(20)).await;
        }
        other.sql("COMMIT").await;
    };
    let (outcome, ()) = tokio::join!(migrator.run(&migrations, &goal, &watch), release);
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let blockers = heard.all().into_iter().find_map(|event| match event {
        Event::LockWaiting { blockers, step, .. } => Some((blockers, step)),
        _ => None,
    });
    let (blockers, step) = blockers.unwrap_or_else(|| panic!("{}", heard.lines()));
    assert_eq!(step, "create_index_users_display_name_key");
    assert!(
        blockers[0].query.as_ref().unwrap().contains("elsewhere"),
        "{}",
        blockers[0]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_cancels_a_build_that_waits() {
    let database = Fixture::postgres().with_users(100).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let until = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    migrator
        .run(&migrations, &until, &Watch::default())
        .await
        .unwrap();
    let mut other = database.other().await;
    other.sql("CREATE TABLE elsewhere ()").await;
    other
        .sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM elsewhere")
        .await;
    let heard = Heard::default();
    let watch = heard.watch_and(|event, stop| {
        if let Event::LockWaiting { .. } = event {
            stop.request();
        }
    });
    let goal = Goal::default();
    let run = migrator.run(&migrations, &goal, &watch);
    let outcome = timeout(Duration::from_secs(10), run).await.unwrap();
    let resume = "cargo colmig run".to_owned();
    assert_eq!(outcome.unwrap(), Outcome::Stopped { resume });
    assert_eq!(database.count("pg_index WHERE NOT indisvalid").await, 0);
    other.sql("COMMIT").await;
    let outcome = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_do_not_queue_up_behind_a_statement_that_waits() {
    let database = Fixture::postgres().with_users(100).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let mut holder = database.other().await;
    holder
        .sql("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE")
        .await;
    let mut reader = database.other().await;
    let heard = Heard::default();
    let (goal, watch) = (Goal::default(), heard.watch());
    let mut longest = Duration::ZERO;
    let read = async {
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            let began = Instant::now();
            reader
                .sql("SELECT first_name FROM users WHERE id = 7")
                .await;
            longest = longest.max(began.elapsed());
            sleep(Duration::from_millis(2)).await;
        }
        holder.sql("COMMIT").await;
    };
    let (outcome, ()) = tokio::join!(migrator.run(&migrations, &goal, &watch), read);
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let tries = heard.count(|event| matches!(event, Event::LockTimedOut { .. }));
    assert!(tries > 1, "{}", heard.lines());
    // The time-out is 50 ms; the rest is for a machine that has other things to do.
    assert!(longest < Duration::from_millis(300), "{longest:?}");
}

#[tokio::test]
async fn every_role_may_read_how_far_migrations_are() {
    let database = Fixture::postgres();
    database.migrator().await;
    let may = |table: &str, right: &str| {
        format!("SELECT has_table_privilege('public', '{table}', '{right}')")
    };
    assert_eq!(
        database.value(&may("colmig_migration", "SELECT")).await,
        "true"
    );
    assert_eq!(
        database.value(&may("colmig_migration", "UPDATE")).await,
        "false"
    );
    for right in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
        assert_eq!(
            database.value(&may("colmig_instance", right)).await,
            "true",
            "{right}"
        );
    }
    assert_eq!(
        database.value(&may("colmig_saved", "SELECT")).await,
        "false"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backfill_waits_for_writers_that_began_before() {
    let database = Fixture::postgres().with_users(10).await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let until = Goal {
        until: Phase::DualWrite,
        ..Goal::default()
    };
    migrator
        .run(&migrations, &until, &Watch::default())
        .await
        .unwrap();
    let mut other = database.other().await;
    other.sql("BEGIN; CREATE TABLE elsewhere ()").await;
    let heard = Heard::default();
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };

    // A reader, and a writer of another database, are in nobody's way.
    let mut reader = database.other().await;
    reader.sql("BEGIN; SELECT count(*) FROM colmig_meta").await;
    let elsewhere = Fixture::postgres();
    let mut writer = elsewhere.other().await;
    writer.sql("BEGIN; CREATE TABLE t ()").await;

    let mut impatient = settings();
    impatient.lock_patience = Duration::from_millis(300);
    let mut first = database.migrator_with(impatient).await;
    let held = first.run(&migrations, &goal, &heard.watch()).await.unwrap();
    let Outcome::Held {
        phase: Phase::Backfill,
        gate,
        ..
    } = &held
    else {
        panic!("{held:?}")
    };
    assert!(gate.contains("CREATE TABLE elsewhere"), "{gate}");
    assert!(
        heard.count(|event| matches!(event, Event::GateWaiting { .. })) > 0,
        "{}",
        heard.lines()
    );

    // One that began after the gate was first asked does not hold it.
    let mut later = database.other().await;
    later.sql("BEGIN; CREATE TABLE later ()").await;
    other.sql("COMMIT").await;
    let outcome = migrator
        .run(&migrations, &goal, &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_comes_back_in_the_middle_of_a_backfill() {
    let mut server = Postgres::builder()
        .storage(Storage::Memory)
        .start()
        .unwrap();
    let database = Fixture::postgres_on(server.endpoint().clone())
        .with_users(3_000)
        .await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut slow = settings();
    slow.duty = 0.1;
    let mut migrator = database.migrator_with(slow).await;
    let heard = Heard::default();
    let filling = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&filling);
    let watch = heard.watch_and(move |event, _| {
        tell.fetch_or(
            matches!(event, Event::BackfillProgress { .. }),
            Ordering::SeqCst,
        );
    });
    let seen = Arc::clone(&filling);
    let killer = tokio::task::spawn_blocking(move || {
        while !seen.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(2));
        }
        server.kill9_all().unwrap();
        server.restart().unwrap();
        server
    });
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done, "{}", heard.lines());
    let lost = heard.count(|event| matches!(event, Event::ConnectionLost { .. }));
    assert!(lost > 0, "{}", heard.lines());
    assert_eq!(
        database
            .count("users WHERE display_name = 'first' || id || ' last'")
            .await,
        3_000
    );
    drop(killer.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_autovacuum_makes_way() {
    let server = Postgres::builder()
        .storage(Storage::Memory)
        .setting("autovacuum_naptime", "1s")
        .setting("autovacuum_vacuum_cost_delay", "100ms")
        .setting("autovacuum_vacuum_cost_limit", "1")
        .start()
        .unwrap();
    let database = Fixture::postgres_on(server.endpoint().clone())
        .with_users(20_000)
        .await;
    let migrations = Project::of_users().load(Database::Postgres);
    let mut migrator = database.migrator().await;
    database.sql("UPDATE users SET last_name = 'other'").await;
    let working =
        "pg_stat_activity WHERE backend_type = 'autovacuum worker' AND query LIKE '%VACUUM%users%'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while database.count(working).await == 0 {
        assert!(Instant::now() < deadline, "autovacuum did not come");
        sleep(Duration::from_millis(50)).await;
    }
    let heard = Heard::default();
    let goal = Goal {
        until: Phase::Expand,
        ..Goal::default()
    };
    let began = Instant::now();
    let outcome = migrator
        .run(&migrations, &goal, &heard.watch())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}\n{}",
        began.elapsed(),
        heard.lines()
    );
    let seen = heard.count(|event| match event {
        Event::LockTimedOut { blockers, .. } => blockers
            .iter()
            .any(|blocker| blocker.who.contains("autovacuum")),
        _ => false,
    });
    assert!(seen > 0, "{}", heard.lines());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_default_comes_changes_and_goes() {
    let database = Fixture::postgres().with_users(3).await;
    let with_default = |default: Option<&str>| {
        let mut model = users();
        let mut columns = model.columns.iter_mut();
        let name = columns.find(|column| column.name == "first_name").unwrap();
        name.default = default.and_then(sql);
        model
    };
    let insert = async |id: u32| {
        let insert = format!("INSERT INTO users (id, email) VALUES ({id}, 'x')");
        database.other().await.try_sql(&insert).await.is_ok()
    };
    let named = async |name: &str| {
        let rows = format!("users WHERE first_name = '{name}'");
        database.count(&rows).await
    };
    let mut project = Project::empty();
    project.there(users());
    let only = [Database::Postgres];
    let ids = [
        "20260101000000_set",
        "20260102000000_change",
        "20260103000000_drop",
    ];
    project.add_on(&only, ids[0], &with_default(Some("'Ada'")));
    let mut migrator = database.migrator().await;
    let watch = Watch::default();
    assert!(!insert(11).await, "it is required");
    let goal = Goal::default();
    let migrations = project.load(Database::Postgres);
    let outcome = migrator.run(&migrations, &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(insert(12).await && named("Ada").await == 1);

    let before = database.schema().await;
    project.add_on(
        &only,
        ids[1],
        &with_default(Some("'B' || to_char(now(), 'YYYY')")),
    );
    let migrations = project.load(Database::Postgres);
    let until = Goal {
        until: Phase::Expand,
        ..Goal::default()
    };
    let outcome = migrator.run(&migrations, &until, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(insert(13).await && named("Ada").await == 1);
    let aborted = migrator.abort(&migrations, ids[1], &watch).await;
    assert_eq!(aborted.unwrap(), Outcome::Done);
    assert_eq!(database.schema().await, before, "it is what it was");
    let again = Goal {
        again: true,
        ..Goal::default()
    };
    let outcome = migrator.run(&migrations, &again, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);

    project.add_on(&only, ids[2], &with_default(None));
    let migrations = project.load(Database::Postgres);
    let outcome = migrator.run(&migrations, &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(insert(14).await, "it is there until contract");
    let ended = migrator.contract(&migrations, ids[2], &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    assert!(!insert(15).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_a_policy_hides_hold_the_backfill() {
    let database = Fixture::postgres().with_users(20).await;
    let role = format!("hidden_{}", database.value("current_database()").await);
    database
        .sql(&format!(
            "CREATE ROLE \"{role}\" LOGIN; ALTER TABLE users OWNER TO \"{role}\"; GRANT CREATE ON SCHEMA public TO \"{role}\"; \
             ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY a_few ON users USING (id < 5)"
        ))
        .await;
    let url = database.url().replacen("postgres@", &format!("{role}@"), 1);
    let migrations = Project::of_users().load(Database::Postgres);
    let (goal, watch) = (Goal::default(), Watch::default());
    let mut migrator = colmig::migrate::Migrator::connect(&url, settings())
        .await
        .unwrap();
    let held = migrator.run(&migrations, &goal, &watch).await;
    let Ok(Outcome::Held { phase, gate, .. }) = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Backfill);
    assert!(gate.contains("NO FORCE ROW LEVEL SECURITY"), "{gate}");
    database
        .sql("ALTER TABLE users NO FORCE ROW LEVEL SECURITY")
        .await;
    let outcome = migrator.run(&migrations, &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.count("users WHERE display_name IS NULL").await, 0);
    drop(migrator);
    database
        .sql(&format!(
            "REASSIGN OWNED BY \"{role}\" TO CURRENT_USER; DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""
        ))
        .await;
}

/// A nullable column becomes required: it is there, so triggers and foreign keys may be about it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filling_a_column_that_is_there_skips_its_triggers_and_no_foreign_key() {
    let database = Fixture::postgres().with_users(50).await;
    database
        .sql(
            "UPDATE users SET last_name = NULL; CREATE TABLE touched (id bigint); \
             CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO touched VALUES (NEW.id); RETURN NEW; END'; \
             CREATE TRIGGER touch BEFORE UPDATE OF last_name ON users FOR EACH ROW EXECUTE FUNCTION touch(); \
             CREATE TABLE names (name text PRIMARY KEY); \
             ALTER TABLE users ADD CONSTRAINT named FOREIGN KEY (last_name) REFERENCES names",
        )
        .await;
    let mut required = users();
    for column in required.columns.iter_mut().filter(|column| column.nullable) {
        column.nullable = false;
        column.transition.backfill = sql("'nobody'");
    }
    let mut project = Project::empty();
    project.there(users());
    project.add_on(&[Database::Postgres], "20260101000000_required", &required);
    let migrations = project.load(Database::Postgres);
    let (goal, watch) = (Goal::default(), Watch::default());
    let mut migrator = database.migrator().await;
    let held = migrator.run(&migrations, &goal, &watch).await;
    let Ok(Outcome::Held { phase, gate, .. }) = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Backfill);
    assert!(
        gate.contains("`touch`") && gate.contains("foreign key"),
        "{gate}"
    );
    database
        .sql("ALTER TABLE users DROP CONSTRAINT named")
        .await;
    let outcome = migrator.run(&migrations, &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.count("users WHERE last_name = 'nobody'").await, 50);
    assert_eq!(database.count("touched").await, 0);
}
