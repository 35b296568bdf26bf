//! What holds a backfill: each brake is seen to hold, to show, and to let go.

#![expect(
    clippy::print_stdout,
    reason = "how long it took is what these tests are about"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{
    Brake, Brakes, Bytes, Event, Goal, Hold, Looking, Migrator, Outcome, Reading, Settings, Stop,
    UserTriggers, VacuumBrake, Watch,
};
use colmig_harness::{Postgres, PostgresBuilder, Storage};
use tokio::time::{Instant, sleep};

use crate::fixture::{Fixture, settings};
use crate::project::Project;
use crate::watching::Heard;

/// For how long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(40);

/// A batch that is under way when a brake begins to hold has ended by then.
const ONE_BATCH: Duration = Duration::from_millis(300);

/// Slow enough for something to be left when a brake lets go.
fn slowly(brakes: Brakes) -> Settings {
    Settings {
        batch_rows: 20,
        duty: 0.05,
        give_way: false,
        workers: 1,
        brakes,
        ..settings()
    }
}

/// No brake but those that a test switches on.
fn none() -> Brakes {
    Brakes {
        replica_lag: None,
        replica_lag_bytes: None,
        archive_backlog: None,
        checkpoint: None,
        vacuum: VacuumBrake::Off,
        growth: None,
        strain: None,
        ..Brakes::default()
    }
}

/// A backfill that goes on beside the test.
struct Scene<'a> {
    database: &'a Fixture,
    project: &'a Project,
    heard: Heard,
    stop: Stop,
    began: Instant,
}

/// Fills the users while `course` looks on; then the run is asked to stop, if it goes on still.
async fn beside(
    database: &Fixture,
    settings: Settings,
    brakes: Vec<Arc<dyn Brake>>,
    course: impl AsyncFnOnce(&Scene<'_>),
) {
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator_with(settings).await;
    for brake in brakes {
        migrator = migrator.with_brake(brake);
    }
    let heard = Heard::default();
    let watch: Watch = heard.watch();
    let scene = Scene {
        database,
        project: &project,
        heard,
        stop: watch.stop.clone(),
        began: Instant::now(),
    };
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    let looked_on = async {
        course(&scene).await;
        scene.stop.request();
    };
    let (outcome, ()) = tokio::join!(migrator.run(&migrations, &goal, &watch), looked_on);
    let outcome = outcome.unwrap();
    assert!(
        matches!(outcome, Outcome::Stopped { .. } | Outcome::Done),
        "{outcome}"
    );
}

impl Scene<'_> {
    /// Waits for an event, the `nth` of its kind.
    async fn hears(&self, what: &str, nth: usize, is: impl Fn(&Event) -> bool) -> Event {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(event) = self.heard.all().into_iter().filter(&is).nth(nth) {
                return event;
            }
            assert!(
                Instant::now() < deadline,
                "{what} after {:?}:\n{}",
                self.began.elapsed(),
                self.heard.lines()
            );
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn filled(&self) -> u64 {
        self.database
            .count("users WHERE display_name IS NOT NULL")
            .await
    }

    /// Waits until rows are being filled.
    async fn goes_on(&self) {
        let before = self.begun().await;
        let deadline = Instant::now() + PATIENCE;
        while self.filled().await <= before {
            assert!(Instant::now() < deadline, "{}", self.heard.lines());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until there is a column to fill. The rows that are filled.
    async fn begun(&self) -> u64 {
        self.hears("no backfill", 0, |event| {
            matches!(
                event,
                Event::StepStarted {
                    phase: Phase::Backfill,
                    ..
                }
            )
        })
        .await;
        self.filled().await
    }

    /// Waits until the brake holds for the `nth` time: nothing is filled any more, and the status
    /// says why.
    async fn held(&self, name: &str, nth: usize) -> Hold {
        let is =
            |event: &Event| matches!(event, Event::BackfillHeld { brake, .. } if brake == name);
        self.hears(name, nth, is).await;
        println!(
            "{name} holds {:.1?} after the beginning",
            self.began.elapsed()
        );
        sleep(ONE_BATCH).await;
        let before = self.filled().await;
        let hold = self.shown(name).await;
        sleep(Duration::from_secs(1)).await;
        assert_eq!(self.filled().await, before, "{}", self.heard.lines());
        hold
    }

    /// What the status of another process says of the brake.
    async fn shown(&self, name: &str) -> Hold {
        let mut other = Migrator::connect(&self.database.url(), settings())
            .await
            .unwrap();
        let migrations = self.project.load(self.database.database());
        let deadline = Instant::now() + PATIENCE;
        loop {
            let status = other.status(&migrations).await.unwrap();
            let mut steps = status.migrations.into_iter().flat_map(|one| one.steps);
            let shown =
                steps.find_map(|step| step.held.into_iter().find(|hold| hold.brake == name));
            if let Some(hold) = shown {
                return hold;
            }
            assert!(Instant::now() < deadline, "no status shows {name}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the brake has let go for the `nth` time, and rows are being filled.
    async fn released(&self, name: &str, nth: usize) {
        let is =
            |event: &Event| matches!(event, Event::BackfillReleased { brake, .. } if brake == name);
        self.hears(name, nth, is).await;
        println!(
            "{name} lets go {:.1?} after the beginning",
            self.began.elapsed()
        );
        self.goes_on().await;
    }
}

fn server(settings: &[(&str, &str)]) -> Postgres {
    let builder = Postgres::builder().storage(Storage::Memory);
    let set =
        |builder: PostgresBuilder, (name, value): &(&str, &str)| builder.setting(*name, *value);
    settings.iter().fold(builder, set).start().unwrap()
}

async fn of(server: &Postgres, rows: u32) -> Fixture {
    Fixture::postgres_on(server.endpoint().clone())
        .with_users(rows)
        .await
}

async fn a_query_holds(database: Fixture) {
    let database = database.with_users(4_000).await;
    database.sql("CREATE TABLE jobs (waiting int)").await;
    database.sql("INSERT INTO jobs VALUES (7)").await;
    let brakes = Brakes {
        query: Some("SELECT waiting FROM jobs;".to_owned()),
        query_limit: 5.0,
        ..none()
    };
    beside(&database, slowly(brakes), Vec::new(), async |scene| {
        let hold = scene.held("query", 0).await;
        assert_eq!(scene.filled().await, 0, "it held before the first batch");
        assert_eq!(hold.reading, "the query gives 7");
        database.sql("UPDATE jobs SET waiting = 5").await;
        scene.released("query", 0).await;
        // One that cannot be executed holds as well.
        database.sql("ALTER TABLE jobs RENAME TO work").await;
        let hold = scene.held("query", 1).await;
        assert!(hold.reading.contains("jobs"), "{hold}");
        database.sql("ALTER TABLE work RENAME TO jobs").await;
        scene.released("query", 1).await;
    })
    .await;
}

/// Holds while it is pressed.
#[derive(Debug)]
struct Button(AtomicBool);

impl Brake for Button {
    fn name(&self) -> &str {
        "button"
    }

    fn look<'a>(&'a self, _: &'a Brakes) -> Looking<'a> {
        let pressed = self.0.load(Ordering::SeqCst);
        Box::pin(async move {
            let level = if pressed { 1.0 } else { 0.0 };
            Some(Reading::new(level, "pressed", "not pressed"))
        })
    }
}

async fn a_brake_of_the_application_holds(database: Fixture) {
    let database = database.with_users(4_000).await;
    let button = Arc::new(Button(AtomicBool::new(false)));
    let brakes: Vec<Arc<dyn Brake>> = vec![Arc::clone(&button) as _];
    beside(&database, slowly(none()), brakes, async |scene| {
        scene.goes_on().await;
        button.0.store(true, Ordering::SeqCst);
        let pressed = Instant::now();
        scene.held("button", 0).await;
        button.0.store(false, Ordering::SeqCst);
        scene.released("button", 0).await;
        assert!(pressed.elapsed() < Duration::from_secs(20));
    })
    .await;
    // What holds belongs to the backfill, and is forgotten with it.
    let mut migrator = database.migrator().await;
    let migrations = Project::of_users().load(database.database());
    let goal = Goal {
        until: Phase::Backfill,
        ..Goal::default()
    };
    let outcome = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    for table in ["colmig_brake", "colmig_baseline"] {
        assert_eq!(database.count(table).await, 0, "{table}");
    }
}

mod mariadb {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_query_holds() {
        super::a_query_holds(Fixture::mariadb()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_brake_of_the_application_holds() {
        super::a_brake_of_the_application_holds(Fixture::mariadb()).await;
    }
}

mod sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_query_holds() {
        super::a_query_holds(Fixture::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_brake_of_the_application_holds() {
        super::a_brake_of_the_application_holds(Fixture::sqlite()).await;
    }
}

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_query_holds() {
        super::a_query_holds(Fixture::postgres()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_brake_of_the_application_holds() {
        super::a_brake_of_the_application_holds(Fixture::postgres()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_replica_that_falls_behind_or_is_gone_holds() {
        let primary = server(&[]);
        let mut replica = primary.replica("reporting").unwrap();
        let database = of(&primary, 20_000).await;
        let brakes = Brakes {
            replica_lag: Some(Duration::from_secs(1)),
            replica_lag_bytes: Some(Bytes(16 << 20)),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            replica.pause().unwrap();
            let paused = Instant::now();
            let hold = scene.held("replica-lag", 0).await;
            println!(
                "paused {:.1?} after the beginning: {hold}",
                paused - scene.began
            );
            assert!(hold.reading.contains("`reporting` is"), "{hold}");
            replica.resume().unwrap();
            let resumed = Instant::now();
            scene.released("replica-lag", 0).await;
            println!("resumed {:.1?} after the beginning", resumed - scene.began);
            replica.kill().unwrap();
            let killed = Instant::now();
            let hold = scene.held("replica-lag", 1).await;
            println!(
                "killed {:.1?} after the beginning: {hold}",
                killed - scene.began
            );
            assert!(
                hold.reading.contains("`reporting` is not visible"),
                "{hold}"
            );
            replica.restart().unwrap();
            let back = Instant::now();
            scene.released("replica-lag", 1).await;
            println!("restarted {:.1?} after the beginning", back - scene.began);
        })
        .await;
        // A run that goes on knows of it still, though it never saw it.
        replica.kill().unwrap();
        let brakes = Brakes {
            replica_lag: Some(Duration::from_secs(1)),
            ..none()
        };
        let mut ignoring = brakes.clone();
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.held("replica-lag", 0).await;
        })
        .await;
        ignoring.ignored_replicas = vec!["reporting".to_owned()];
        beside(&database, slowly(ignoring), Vec::new(), async |scene| {
            scene.goes_on().await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_archive_that_does_not_keep_up_holds() {
        let server = server(&[("archive_mode", "on")]);
        let database = of(&server, 20_000).await;
        database
            .sql("ALTER SYSTEM SET archive_command = 'false'")
            .await;
        database.sql("SELECT pg_reload_conf()").await;
        let brakes = Brakes {
            archive_backlog: Some(2),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            for _ in 0..4 {
                database
                    .sql("SELECT pg_logical_emit_message(false, 'test', 'x')")
                    .await;
                database.sql("SELECT pg_switch_wal()").await;
            }
            let hold = scene.held("archive-backlog", 0).await;
            assert!(hold.reading.contains("wait for the archive"), "{hold}");
            database
                .sql("ALTER SYSTEM SET archive_command = 'true'")
                .await;
            database.sql("SELECT pg_reload_conf()").await;
            scene.released("archive-backlog", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn too_much_wal_holds() {
        // What others write to the log of a server counts as well.
        let server = server(&[]);
        let database = of(&server, 20_000).await;
        let brakes = Brakes {
            wal_rate: Some(Bytes(1 << 20)),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            database
                .sql("CREATE TABLE bulk AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)")
                .await;
            let hold = scene.held("wal-rate", 0).await;
            assert!(hold.reading.contains("of WAL a second"), "{hold}");
            scene.released("wal-rate", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_checkpointer_that_does_not_keep_up_holds() {
        let server = server(&[("max_wal_size", "128MB"), ("checkpoint_timeout", "1h")]);
        let database = of(&server, 20_000).await;
        database.sql("CHECKPOINT").await;
        let brakes = Brakes {
            checkpoint: Some(0.2),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            database
                .sql("CREATE TABLE bulk AS SELECT repeat('x', 1000) FROM generate_series(1, 35000)")
                .await;
            let hold = scene.held("checkpoint", 0).await;
            assert!(hold.reading.contains("since the last checkpoint"), "{hold}");
            database.sql("CHECKPOINT").await;
            scene.released("checkpoint", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_vacuum_of_the_table_holds() {
        let database = Fixture::postgres().with_users(20_000).await;
        database.sql("UPDATE users SET last_name = 'dead'").await;
        let brakes = Brakes {
            vacuum: VacuumBrake::Any,
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            let mut other = database.other().await;
            other
                .sql("SET vacuum_cost_delay = '100ms'; SET vacuum_cost_limit = 1")
                .await;
            let vacuum = tokio::spawn(async move { other.try_sql("VACUUM users").await });
            let hold = scene.held("vacuum", 0).await;
            assert!(hold.reading.contains("vacuums `users`"), "{hold}");
            let sql = "SELECT pg_cancel_backend(pid) FROM pg_stat_progress_vacuum WHERE datname = current_database()";
            database.sql(sql).await;
            assert!(vacuum.await.unwrap().is_err(), "it was cancelled");
            scene.released("vacuum", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_vacuum_against_wraparound_holds_by_default() {
        let server = server(&[
            ("autovacuum_freeze_max_age", "100000"),
            ("autovacuum_naptime", "1s"),
        ]);
        let database = of(&server, 20_000).await;
        // A vacuum that takes minutes, until it is told not to; and none for the sake of the rows
        // that were just inserted, which would take as long and keep this one out.
        let slow = "ALTER TABLE users SET (autovacuum_enabled = false, autovacuum_vacuum_cost_delay = 100, \
             autovacuum_vacuum_cost_limit = 1)";
        database.sql(slow).await;
        let brakes = Brakes {
            vacuum: Brakes::default().vacuum,
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            database
                .sql("DO $$ BEGIN FOR i IN 1..110000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
                .await;
            let hold = scene.held("vacuum", 0).await;
            assert!(hold.reading.contains("to prevent a wraparound"), "{hold}");
            // It waits for the vacuum, which keeps its pace; the next has the new one.
            let mut other = database.other().await;
            let quick = "ALTER TABLE users SET (autovacuum_vacuum_cost_delay = 0)";
            let quick = tokio::spawn(async move { other.sql(quick).await });
            sleep(Duration::from_millis(500)).await;
            database
                .sql("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_vacuum WHERE datname = current_database()")
                .await;
            quick.await.unwrap();
            scene.released("vacuum", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn dead_rows_hold() {
        let database = Fixture::postgres().with_users(20_000).await;
        database
            .sql("ALTER TABLE users SET (autovacuum_enabled = false)")
            .await;
        let brakes = Brakes {
            dead_rows: Some(0.4),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            database
                .sql("UPDATE users SET last_name = 'dead' WHERE id % 2 = 0")
                .await;
            let hold = scene.held("dead-rows", 0).await;
            assert!(hold.reading.contains("dead rows"), "{hold}");
            database.sql("VACUUM users").await;
            scene.released("dead-rows", 0).await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn too_many_sessions_at_work_hold() {
        let server = server(&[]);
        let database = of(&server, 20_000).await;
        let brakes = Brakes {
            active_sessions: Some(3),
            ..none()
        };
        beside(&database, slowly(brakes), Vec::new(), async |scene| {
            scene.goes_on().await;
            let mut sessions = Vec::new();
            for _ in 0..5 {
                let mut other = database.other().await;
                sessions.push(tokio::spawn(async move {
                    other.sql("SELECT pg_sleep(5)").await
                }));
            }
            let hold = scene.held("active-sessions", 0).await;
            assert!(hold.reading.contains("5 sessions"), "{hold}");
            for session in sessions {
                session.await.unwrap();
            }
            scene.released("active-sessions", 0).await;
        })
        .await;
    }

    /// Fills a table of about 90 MB. How many times its size the table has then, at its largest.
    async fn grown(limit: Option<f64>) -> f64 {
        let server = server(&[("autovacuum", "off")]);
        let database = of(&server, 400_000).await;
        database
            .sql("ALTER TABLE users ADD COLUMN filler text; UPDATE users SET filler = repeat('x', 150)")
            .await;
        database.sql("VACUUM FULL ANALYZE users").await;
        let size = async || -> f64 {
            let size = database.value("SELECT pg_relation_size('users')").await;
            size.parse().unwrap()
        };
        let before = size().await;
        let migrations = Project::of_users().load(database.database());
        let brakes = Brakes {
            growth: limit,
            ..none()
        };
        let settings = Settings {
            batch_rows: 20_000,
            brakes,
            ..settings()
        };
        let mut migrator = database.migrator_with(settings).await;
        let heard = Heard::default();
        let goal = Goal {
            until: Phase::Backfill,
            ..Goal::default()
        };
        let began = Instant::now();
        let outcome = migrator.run(&migrations, &goal, &heard.watch()).await;
        let took = began.elapsed();
        assert_eq!(outcome.unwrap(), Outcome::Done);
        let empty = "users WHERE display_name IS NULL";
        assert_eq!(database.count(empty).await, 0);
        let vacuums = "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'users'";
        let times = size().await / before;
        let held = heard.count(|event| matches!(event, Event::BackfillHeld { .. }));
        println!(
            "growth limit {limit:?}: {times:.2} times {:.0} MB in {took:.1?}, held {held} times, {} vacuums in all",
            before / 1e6,
            database.value(vacuums).await
        );
        for event in heard.all() {
            if let Event::BackfillHeld { .. } = event {
                println!("{event}");
            }
        }
        assert_eq!(held > 0, limit.is_some(), "{}", heard.lines());
        times
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_table_grows_no_further_than_its_limit() {
        let free = grown(None).await;
        let held = grown(Some(1.3)).await;
        assert!(free > 1.8, "one pass leaves a dead row for each: {free}");
        assert!(held <= 1.3, "{held}");
    }

    /// So many sessions at once bring a machine of a few processors to its knees.
    const KNEES: usize = 24;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_database_on_its_knees_is_left_alone() {
        let server = server(&[("max_wal_size", "4GB")]);
        let database = of(&server, 300_000).await;
        // Takes down when each batch began, unlike any record of colmig's.
        database
            .sql(
                "CREATE TABLE batches (at timestamptz); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO batches VALUES (now()); RETURN NULL; END $$; \
                 CREATE TRIGGER note AFTER UPDATE ON users FOR EACH STATEMENT EXECUTE FUNCTION note()",
            )
            .await;
        let settings = Settings {
            duty: 0.05,
            batch_rows: 1_000,
            user_triggers: UserTriggers::Fire,
            ..settings()
        };
        beside(&database, settings, Vec::new(), async |scene| {
            scene.goes_on().await;
            sleep(Duration::from_secs(4)).await;
            let mut looker = database.other().await;
            let from = looker.value("SELECT clock_timestamp()").await;
            let mut sessions = Vec::new();
            for _ in 0..KNEES {
                let mut other = database.other().await;
                sessions.push(tokio::spawn(async move {
                    let heavy = "SET statement_timeout = '8s'; SELECT count(DISTINCT md5(n::text)) FROM generate_series(1, 100000000) n";
                    assert!(other.try_sql(heavy).await.is_err(), "it was to run into its time-out");
                }));
            }
            for session in sessions {
                session.await.unwrap();
            }
            let to = looker.value("SELECT clock_timestamp()").await;
            let ended = Instant::now();
            let again = format!("SELECT count(*) FROM batches WHERE at > '{to}'");
            while looker.value(&again).await == "0" {
                assert!(ended.elapsed() < PATIENCE, "{}", scene.heard.lines());
                sleep(Duration::from_millis(20)).await;
            }
            let seconds = |end: &str| {
                format!("SELECT round(extract(epoch FROM {end} - '{from}')::numeric, 2) FROM batches WHERE at BETWEEN '{from}' AND '{to}'")
            };
            let last: f64 = looker.value(&seconds("max(at)")).await.parse().unwrap_or_default();
            let batches = looker.value(&format!("SELECT count(*) FROM batches WHERE at BETWEEN '{from}' AND '{to}'")).await;
            let late = format!("SELECT count(*) FROM batches WHERE at > timestamptz '{from}' + interval '2 s' AND at <= '{to}'");
            let late: u32 = looker.value(&late).await.parse().unwrap();
            let on = looker.value(&format!("SELECT round(extract(epoch FROM min(at) - '{to}')::numeric, 2) FROM batches WHERE at > '{to}'")).await;
            println!("knees: {KNEES} sessions; the last batch began after {last} s, {batches} in all, {late} behind 2 s; the next {on} s after the end");
            for event in scene.heard.all() {
                if let Event::BackfillHeld { .. } | Event::BackfillReleased { .. } = event {
                    println!("{event}");
                }
            }
            // Where a small statement does not tell that it goes on, a single batch asks, after a
            // pause of 2 s and after one of 4 s.
            assert!(late <= 2, "{late} batches: {}", scene.heard.lines());
            assert!(on.parse::<f64>().unwrap() < 10.0, "{on}");
        })
        .await;
    }
}
