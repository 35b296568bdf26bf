//! What every database passes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::migrate::{Error, Event, Goal, Migrator, Outcome, Settings, StepProgress, Watch};
use colmig::{Phase, Progress};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep, timeout};

use crate::fixture::{Fixture, settings};
use crate::project::{self, DISPLAY_NAME, DOMAIN, Project};
use crate::watching::Heard;

macro_rules! on_every_database {
    ($($test:ident)+) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::fixture::Fixture::sqlite()).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::fixture::Fixture::postgres()).await;
                }
            )+
        }
    };
}

on_every_database! {
    a_column_goes_through_all_six_phases
    abort_leaves_the_schema_as_it_was_in_every_phase
    what_was_written_survives_an_abort
    a_stopped_backfill_goes_on_where_it_stopped
    a_run_that_dies_anywhere_is_gone_on_with
    a_lock_that_is_held_is_reported_and_waited_for
    patience_ends_and_names_the_command_that_goes_on
    duplicates_are_named_and_mended
    a_rule_that_gives_null_is_held_with_the_keys
    two_runs_at_once_do_not_meet
    a_lease_that_ran_out_is_taken_over
    a_run_that_was_cut_off_is_fenced
    two_connect_at_once
    files_that_changed_after_they_began_are_refused
    the_second_waits_for_the_first_and_is_undone_first
    a_new_table_is_finished_at_once
    instances_are_waited_for_between_stages
    status_and_verify_tell_what_is_there
    any_key_and_any_name
    contract_comes_last
}

async fn progress(migrator: &mut Migrator, project: &Project) -> Vec<Progress> {
    let migrations = project.load(migrator.database());
    let status = migrator.status(&migrations).await.unwrap();
    status.migrations.iter().map(|migration| migration.progress).collect()
}

fn until(phase: Phase) -> Goal {
    Goal { until: phase, ..Goal::default() }
}

async fn run(migrator: &mut Migrator, project: &Project, goal: &Goal, watch: &Watch) -> Result<Outcome, Error> {
    let migrations = project.load(migrator.database());
    migrator.run(&migrations, goal, watch).await
}

async fn a_column_goes_through_all_six_phases(database: Fixture) {
    let database = database.with_users(1_000).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let heard = Heard::default();
    let mut migrator = database.migrator().await;

    let outcome = migrator.run(&migrations, &Goal::default(), &heard.watch()).await.unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Done(Phase::SwitchReads)]);
    assert_eq!(database.count("users WHERE display_name = 'first' || id || ' last'").await, 1_000);

    // A build that has never heard of the column inserts without it, until contract.
    database.sql("INSERT INTO users (id, first_name, last_name, email) VALUES (5000, 'Ada', 'L.', 'a@b')").await;
    assert_eq!(database.value("SELECT display_name FROM users WHERE id = 5000").await, "Ada L.");
    let mut other = database.other().await;
    let taken = "INSERT INTO users VALUES (5001, 'A', 'B', 'c@d', 'Ada L.')";
    assert!(other.try_sql(taken).await.is_err(), "the column is unique");
    let long = "UPDATE users SET display_name = '0123456789' || '0123456789' || '0123456789' || '0123456789' || \
                '0123456789' || '0123456789' || '0123456789' || '0123456789' || '0123456789' || '0123456789' WHERE id = 5000";
    assert!(other.try_sql(long).await.is_err(), "the check holds");
    assert!(other.try_sql("UPDATE users SET display_name = NULL WHERE id = 5000").await.is_err());

    let outcome = migrator.contract(&migrations, DISPLAY_NAME, &heard.watch()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Finished]);
    let without = "INSERT INTO users (id, first_name, last_name, email) VALUES (5002, 'A', 'B', 'c@d')";
    assert!(other.try_sql(without).await.is_err(), "contract leaves a plain required column");
    let error = migrator.abort(&migrations, DISPLAY_NAME, &heard.watch()).await.unwrap_err();
    assert!(matches!(error, Error::Illegal { .. }), "{error}");

    let entered = heard.count(|event| matches!(event, Event::PhaseEntered { .. }));
    assert_eq!(entered, 6, "{}", heard.lines());
    let filled = heard.all().into_iter().find_map(|event| match event {
        Event::StepDone { phase: Phase::Backfill, rows, .. } => Some(rows),
        _ => None,
    });
    assert_eq!(filled, Some(1_000));
    let audit = migrator.audit(100).await.unwrap();
    assert!(audit.iter().all(|entry| entry.actor == "tester"));
    assert_eq!(audit.first().unwrap().action, "finished");
    assert_eq!(audit.last().unwrap().action, "running");

    // Again, with nothing to do.
    let quiet = Heard::default();
    let again = migrator.run(&migrations, &Goal::default(), &quiet.watch()).await.unwrap();
    assert_eq!((again, quiet.all().len()), (Outcome::Done, 0));
    assert_eq!(database.count("colmig_lock").await, 0);
}

async fn abort_leaves_the_schema_as_it_was_in_every_phase(database: Fixture) {
    let database = database.with_users(300).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    for phase in Phase::ALL.into_iter().filter(|phase| *phase < Phase::Contract) {
        let goal = Goal { again: true, ..until(phase) };
        let outcome = migrator.run(&migrations, &goal, &Watch::default()).await.unwrap();
        assert_eq!(outcome, Outcome::Done, "{phase}");
        assert_ne!(database.schema().await, before, "{phase}");
        let outcome = migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap();
        assert_eq!(outcome, Outcome::Done, "{phase}");
        assert_eq!(database.schema().await, before, "{phase}");
        assert_eq!(database.count("colmig_step").await, 0, "{phase}");
        assert_eq!(database.count("users").await, 300);
    }
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Aborted]);
    let held = migrator.run(&migrations, &Goal::default(), &Watch::default()).await.unwrap();
    let Outcome::Held { gate, .. } = held else { panic!("{held:?}") };
    assert!(gate.contains("--again"), "{gate}");
    // Once more leaves it as it is, and so does a migration that has never begun.
    let again = migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap();
    assert_eq!(again, Outcome::Done);
}

async fn what_was_written_survives_an_abort(database: Fixture) {
    let database = database.with_users(300).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    migrator.run(&migrations, &Goal::default(), &Watch::default()).await.unwrap();
    database.sql("UPDATE users SET display_name = 'It''s me' WHERE id = 7").await;
    migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap();
    // What only the rule gave is not worth keeping.
    assert_eq!(database.count("colmig_saved").await, 1);
    let saved = database.value("SELECT table_name || column_name || row_key || value FROM colmig_saved").await;
    assert!(saved.starts_with("usersdisplay_name") && saved.contains('7') && saved.contains("me"), "{saved}");
}

async fn a_stopped_backfill_goes_on_where_it_stopped(database: Fixture) {
    let database = database.with_users(2_000).await;
    // Every update of a row is written down.
    database.sql("CREATE TABLE touched (id bigint)").await;
    match database {
        Fixture::Sqlite { .. } => {
            database
                .sql("CREATE TRIGGER touch AFTER UPDATE ON users BEGIN INSERT INTO touched VALUES (NEW.id); END")
                .await;
        }
        Fixture::Postgres { .. } => {
            database
                .sql(
                    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \
                     'BEGIN INSERT INTO touched VALUES (NEW.id); RETURN NULL; END'; \
                     CREATE TRIGGER touch AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
                )
                .await;
        }
    }
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database.migrator().await;
    let watch = heard.watch_and(|event, stop| {
        if matches!(event, Event::BackfillProgress { .. }) {
            stop.request();
        }
    });
    let outcome = run(&mut migrator, &project, &until(Phase::Backfill), &watch).await.unwrap();
    let resume = "cargo colmig run --until backfill".to_owned();
    assert_eq!(outcome, Outcome::Stopped { resume }, "{}", heard.lines());
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Running(Phase::Backfill)]);
    assert_eq!(database.count("users WHERE display_name IS NOT NULL").await, 100);
    assert_eq!(database.count("colmig_lock").await, 0, "the lock is given back");

    let migrations = project.load(database.database());
    let status = migrator.status(&migrations).await.unwrap();
    let step = status.migrations[0].steps.iter().find(|step| step.phase == Phase::Backfill).unwrap();
    assert_eq!((step.state, step.rows), (StepProgress::Running, 100));
    assert_eq!(step.estimated_rows, Some(2_000));

    let heard = Heard::default();
    let outcome = run(&mut migrator, &project, &Goal::default(), &heard.watch()).await.unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    assert_eq!(database.count("touched").await, 2_000, "no row is filled twice");
    let passes = heard.all().into_iter().filter_map(|event| match event {
        Event::BackfillProgress { pass, .. } => Some(pass),
        _ => None,
    });
    assert_eq!(passes.max(), Some(2), "the last pass finds nothing to do");
}

async fn a_run_that_dies_anywhere_is_gone_on_with(database: Fixture) {
    let database = database.with_users(1_000).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let settings = Settings { lease: Duration::from_millis(300), ..settings() };
    let mut deaths = 0;
    // Each life is a little longer than the one before, so that the deaths are spread
    // over the whole way. What a dropped future was sending is lost, as in a crash.
    for life in (5..).step_by(3) {
        let mut migrator = database.migrator_with(settings.clone()).await;
        let watch = Watch::default();
        let goal = Goal::default();
        let mut attempt = std::pin::pin!(migrator.run(&migrations, &goal, &watch));
        let mut lived = Duration::from_millis(life);
        loop {
            match timeout(lived, &mut attempt).await {
                Ok(outcome) => {
                    assert_eq!(outcome.unwrap(), Outcome::Done);
                    assert!(deaths > 5, "it lived too long to die: {deaths}");
                    assert_eq!(database.count("users WHERE display_name = 'first' || id || ' last'").await, 1_000);
                    let found = database.migrator().await.verify(&migrations, &watch).await.unwrap();
                    assert!(found.holds(), "{found:?}");
                    return;
                }
                // Waiting for the lease of the dead is no life.
                Err(_) if database.value("SELECT count(*) FROM colmig_lock").await == "0" => {
                    lived = Duration::from_millis(1);
                }
                Err(_) => break,
            }
        }
        deaths += 1;
    }
}

/// Something that the next step cannot pass.
async fn obstruct(database: &Fixture) -> crate::fixture::Other {
    let mut other = database.other().await;
    match database {
        Fixture::Sqlite { .. } => other.sql("BEGIN IMMEDIATE").await,
        Fixture::Postgres { .. } => other.sql("BEGIN; SELECT count(*) FROM users").await,
    }
    other
}

async fn a_lock_that_is_held_is_reported_and_waited_for(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database.migrator().await;
    let held: Arc<std::sync::Mutex<Option<crate::fixture::Other>>> = Arc::default();
    let theirs = Arc::clone(&held);
    let url_of = Arc::new(database);
    let database = Arc::clone(&url_of);
    let watch = heard.watch_and(move |event, _| {
        let mut held = held.lock().unwrap();
        match event {
            // Once the run has its lock and is about to begin.
            Event::PhaseEntered { phase: Phase::Expand, .. } => {
                *held = Some(block_in_place(|| Handle::current().block_on(obstruct(&database))));
            }
            Event::LockTimedOut { attempt: 3, .. } => *held = None,
            _ => {}
        }
    });
    let outcome = run(&mut migrator, &project, &until(Phase::Expand), &watch).await.unwrap();
    assert_eq!(outcome, Outcome::Done, "{}", heard.lines());
    drop(theirs);
    let mut tries = 0;
    let mut seen = Vec::new();
    for event in heard.all() {
        if let Event::LockTimedOut { attempt, blockers, step, retry_in_ms, .. } = event {
            tries += 1;
            assert_eq!((attempt, step.as_str()), (tries, "add_column_users_display_name"));
            assert!(retry_in_ms >= 100, "{retry_in_ms}");
            seen.extend(blockers);
        }
    }
    assert!(tries >= 3, "{}", heard.lines());
    if matches!(*url_of, Fixture::Postgres { .. }) {
        let blocker = seen.first().expect("somebody is in the way, and can be seen");
        assert!(blocker.pid.is_some(), "{blocker}");
        assert_eq!(blocker.state.as_deref(), Some("idle in transaction"));
        assert!(blocker.query.as_ref().unwrap().contains("SELECT count(*) FROM users"), "{blocker}");
    }
}

async fn patience_ends_and_names_the_command_that_goes_on(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let impatient = Settings { lock_patience: Duration::from_millis(400), ..settings() };
    let mut migrator = database.migrator_with(impatient).await;
    let database = Arc::new(database);
    let theirs = Arc::clone(&database);
    let held: Arc<std::sync::Mutex<Option<crate::fixture::Other>>> = Arc::default();
    let keep = Arc::clone(&held);
    let watch = Watch::new(move |event| {
        if let Event::PhaseEntered { .. } = event {
            *keep.lock().unwrap() = Some(block_in_place(|| Handle::current().block_on(obstruct(&theirs))));
        }
        // The lock is given back in the same breath.
        if let Event::LockTimedOut { .. } = event
            && theirs.database() == colmig::Database::Sqlite
        {
            *keep.lock().unwrap() = None;
            *keep.lock().unwrap() = Some(block_in_place(|| Handle::current().block_on(obstruct(&theirs))));
        }
    });
    let error = migrator.run(&migrations, &until(Phase::Expand), &watch).await.unwrap_err();
    assert!(matches!(error, Error::LockPatience { .. }), "{error}");
    let words = error.to_string();
    assert!(words.contains("`cargo colmig run --until expand` goes on from here"), "{words}");
    assert!(!error.is_database());
    *held.lock().unwrap() = None;
    let outcome = migrator.run(&migrations, &until(Phase::Expand), &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
}

async fn duplicates_are_named_and_mended(database: Fixture) {
    let database = database.with_users(50).await;
    database.sql("UPDATE users SET first_name = 'first1' WHERE id = 2").await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let error = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await.unwrap_err();
    let Error::Conflict { constraint, place, detail, resume, .. } = &error else { panic!("{error}") };
    assert_eq!((place.phase, resume.as_str()), (Phase::Constrain, "cargo colmig run"));
    match database {
        Fixture::Sqlite { .. } => assert_eq!(constraint.as_deref(), Some("users.display_name")),
        Fixture::Postgres { .. } => {
            assert_eq!(constraint.as_deref(), Some("users_display_name_key"));
            assert_eq!(detail.as_deref(), Some("Key (display_name)=(first1 last) is duplicated."));
            let left = "pg_class WHERE relname = 'users_display_name_key'";
            assert_eq!(database.count(left).await, 0, "half an index would refuse writes");
        }
    }
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Running(Phase::Constrain)]);
    database.sql("UPDATE users SET display_name = 'mended' WHERE id = 2").await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
}

async fn a_rule_that_gives_null_is_held_with_the_keys(database: Fixture) {
    let database = database.with_users(250).await;
    database.sql("UPDATE users SET last_name = NULL WHERE id IN (3, 140)").await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let held = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await.unwrap();
    let Outcome::Held { migration, phase, gate } = &held else { panic!("{held:?}") };
    assert_eq!((migration.as_str(), *phase), (DISPLAY_NAME, Phase::Backfill));
    assert!(gate.contains("id = 3; 140"), "{gate}");
    database.sql("UPDATE users SET last_name = 'x' WHERE id = 3").await;
    database.sql("UPDATE users SET display_name = 'y' WHERE id = 140").await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.value("SELECT display_name FROM users WHERE id = 3").await, "first3 x");
    assert_eq!(database.value("SELECT display_name FROM users WHERE id = 140").await, "y");
}

async fn two_runs_at_once_do_not_meet(database: Fixture) {
    let database = database.with_users(500).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    // The first waits for instances that are not there, for longer than the second waits.
    let mut first = database.migrator_with(Settings { offline: false, ..settings() }).await;
    let quick = Settings { lease: Duration::from_millis(300), ..settings() };
    let mut second = database.migrator_with(quick).await;
    let heard = Heard::default();
    let started = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&started);
    let watch = Watch::new(move |_| tell.store(true, Ordering::SeqCst));
    let goal = until(Phase::DualWrite);
    let both = async {
        while !started.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5)).await;
        }
        let error = second.run(&migrations, &Goal::default(), &heard.watch()).await.unwrap_err();
        let Error::Locked { by, .. } = &error else { panic!("{error}") };
        assert_eq!(by, "tester");
        let status = second.status(&migrations).await.unwrap();
        assert_eq!(status.run_lock.unwrap().by, "tester");
    };
    let (outcome, ()) = tokio::join!(first.run(&migrations, &goal, &watch), both);
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(heard.count(|event| matches!(event, Event::RunLockHeld { .. })), 1, "{}", heard.lines());
    assert_eq!(second.run(&migrations, &Goal::default(), &Watch::default()).await.unwrap(), Outcome::Done);
}

/// A lease of somebody else's that lasts for so many seconds.
async fn foreign_lease(database: &Fixture, seconds: i32) {
    let until = match database {
        Fixture::Sqlite { .. } => format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{seconds} seconds')"),
        Fixture::Postgres { .. } => format!("now() + interval '{seconds} seconds'"),
    };
    database.sql("DELETE FROM colmig_lock").await;
    let row = format!("(1, 'them', 'somebody else', {until})");
    database.sql(&format!("INSERT INTO colmig_lock (id, owner, actor, expires_at) VALUES {row}")).await;
}

async fn a_lease_that_ran_out_is_taken_over(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    foreign_lease(&database, 1).await;
    let heard = Heard::default();
    let began = Instant::now();
    let outcome = run(&mut migrator, &project, &until(Phase::Expand), &heard.watch()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(began.elapsed() > Duration::from_millis(700));
    let held = heard.all().into_iter().next().unwrap();
    assert!(matches!(&held, Event::RunLockHeld { by, .. } if by == "somebody else"), "{held}");
}

async fn a_run_that_was_cut_off_is_fenced(database: Fixture) {
    let database = Arc::new(database.with_users(10).await);
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let theirs = Arc::clone(&database);
    let watch = Watch::new(move |event| {
        if let Event::StepStarted { .. } = event {
            block_in_place(|| Handle::current().block_on(foreign_lease(&theirs, 60)));
        }
    });
    let error = run(&mut migrator, &project, &Goal::default(), &watch).await.unwrap_err();
    let Error::Fenced { by } = &error else { panic!("{error}") };
    assert_eq!(by, "somebody else");
    assert_eq!(database.count("colmig_step").await, 0);
    let mut other = database.other().await;
    assert!(other.try_sql("SELECT display_name FROM users").await.is_err(), "nothing was done");
    assert_eq!(database.count("colmig_lock").await, 1, "their lease is theirs");
}

async fn two_connect_at_once(database: Fixture) {
    for _ in 0..5 {
        let settings = settings();
        let url = database.url();
        let connect = || Migrator::connect(&url, settings.clone());
        let (a, b, c, d) = tokio::join!(connect(), connect(), connect(), connect());
        for migrator in [a, b, c, d] {
            migrator.unwrap();
        }
        for table in ["meta", "migration", "step", "audit", "lock", "saved"] {
            database.sql(&format!("DROP TABLE colmig_{table}")).await;
        }
    }
    database.migrator().await;
    database.sql("UPDATE colmig_meta SET version = 99").await;
    let error = Migrator::connect(&database.url(), settings()).await.unwrap_err();
    assert!(matches!(error, Error::Layout { found: 99, .. }), "{error}");
}

async fn files_that_changed_after_they_began_are_refused(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    run(&mut migrator, &project, &until(Phase::Expand), &Watch::default()).await.unwrap();

    // The same name with another rule, as after another `generate`.
    let mut other = Project::empty();
    other.there(project::users());
    other.add(DISPLAY_NAME, &project::with(project::users(), project::ruled("display_name", "first_name")));
    let error = run(&mut migrator, &other, &Goal::default(), &Watch::default()).await.unwrap_err();
    let Error::Edited { migration, by, .. } = &error else { panic!("{error}") };
    assert_eq!((migration.as_str(), by.as_str()), (DISPLAY_NAME, "tester"));
    let migrations = other.load(database.database());
    assert!(migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.is_err());
    assert!(migrator.status(&migrations).await.unwrap().migrations[0].edited);
    let found = migrator.verify(&migrations, &Watch::default()).await.unwrap();
    assert!(!found.holds());

    let error = migrator.run(&[], &Goal::default(), &Watch::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Missing { migration, .. } if migration == DISPLAY_NAME), "{error}");
    assert_eq!(migrator.status(&[]).await.unwrap().missing[0].id, DISPLAY_NAME);
    let error = migrator.contract(&[], DISPLAY_NAME, &Watch::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error}");

    // Undone, it may come back with other files.
    let migrations = project.load(database.database());
    migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap();
    let again = Goal { again: true, ..Goal::default() };
    let outcome = run(&mut migrator, &other, &again, &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.count("users WHERE display_name = first_name").await, 10);
}

async fn the_second_waits_for_the_first_and_is_undone_first(database: Fixture) {
    let database = database.with_users(100).await;
    let project = Project::of_users_twice();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    let only = Goal { only: Some(DOMAIN.to_owned()), ..Goal::default() };
    let held = migrator.run(&migrations, &only, &Watch::default()).await.unwrap();
    let Outcome::Held { gate, .. } = &held else { panic!("{held:?}") };
    assert!(gate.contains(DISPLAY_NAME), "{gate}");

    let outcome = migrator.run(&migrations, &Goal::default(), &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.count("users WHERE domain = 'host' || (id % 7) || '.org'").await, 100);
    let error = migrator.abort(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Dependent { dependent, .. } if dependent == DOMAIN), "{error}");
    for id in [DOMAIN, DISPLAY_NAME] {
        let outcome = migrator.abort(&migrations, id, &Watch::default()).await.unwrap();
        assert_eq!(outcome, Outcome::Done);
    }
    assert_eq!(database.schema().await, before);
}

async fn a_new_table_is_finished_at_once(database: Fixture) {
    let mut project = Project::empty();
    project.add("20260101000000_create_users", &project::users());
    project.add(DISPLAY_NAME, &project::with(project::users(), project::display_name()));
    let heard = Heard::default();
    let mut migrator = database.migrator_with(Settings { offline: false, ..settings() }).await;
    // As on a new database of a project whose snapshot has nothing in flight any more.
    let goal = Goal { only: Some("20260101000000_create_users".to_owned()), ..Goal::default() };
    let outcome = run(&mut migrator, &project, &goal, &heard.watch()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(heard.count(|event| matches!(event, Event::Settling { .. })), 0, "{}", heard.lines());
    let mut migrator = database.migrator().await;
    let finished = Goal { finished: [DISPLAY_NAME.to_owned()].into(), ..Goal::default() };
    let outcome = run(&mut migrator, &project, &finished, &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(progress(&mut migrator, &project).await, [Progress::Finished, Progress::Finished]);
}

async fn instances_are_waited_for_between_stages(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database.migrator_with(Settings { offline: false, ..settings() }).await;
    let settled = |heard: &Heard| heard.count(|event| matches!(event, Event::Settling { .. }));
    run(&mut migrator, &project, &until(Phase::Expand), &heard.watch()).await.unwrap();
    // Whoever comes next waits, even if this process is gone by then.
    assert_eq!(settled(&heard), 0, "{}", heard.lines());
    let began = Instant::now();
    run(&mut migrator, &project, &until(Phase::Backfill), &heard.watch()).await.unwrap();
    assert_eq!(settled(&heard), 2, "{}", heard.lines());
    assert!(began.elapsed() >= 2 * colmig::VIEW_MAX_AGE);
    let order: Vec<String> = heard
        .all()
        .iter()
        .filter_map(|event| match event {
            Event::Settling { .. } => Some("settling".to_owned()),
            Event::PhaseEntered { phase, .. } => Some(phase.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["expand", "settling", "settling", "dual-write", "backfill"]);
}

async fn status_and_verify_tell_what_is_there(database: Fixture) {
    let database = database.with_users(100).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let status = migrator.status(&migrations).await.unwrap();
    assert_eq!(status.migrations[0].progress, Progress::Pending);
    assert!(status.migrations[0].began.is_none() && status.run_lock.is_none());
    run(&mut migrator, &project, &until(Phase::Backfill), &Watch::default()).await.unwrap();
    let status = migrator.status(&migrations).await.unwrap();
    let migration = &status.migrations[0];
    assert_eq!(migration.by.as_deref(), Some("tester"));
    assert!(migration.began.as_ref().unwrap().ends_with('Z'), "{:?}", migration.began);
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["migrations"][0]["state"], "done");
    assert_eq!(json["migrations"][0]["phase"], "backfill");
    assert!(migrator.verify(&migrations, &Watch::default()).await.unwrap().holds());

    database.sql("UPDATE users SET display_name = NULL WHERE id IN (8, 9)").await;
    let found = migrator.verify(&migrations, &Watch::default()).await.unwrap();
    let wrong: Vec<_> = found.checks.iter().filter(|check| check.finding.is_some()).collect();
    assert_eq!(wrong.len(), 1, "{found:?}");
    assert_eq!((wrong[0].phase, wrong[0].keys.as_slice()), (Some(Phase::Backfill), ["8".to_owned(), "9".to_owned()].as_slice()));
}

async fn any_key_and_any_name(database: Fixture) {
    use colmig_schema::model::{Column, ColumnType};
    let key = |name, ty| Column { primary_key: true, ..project::column(name, ty) };
    let table = project::model(
        "Select \"order\"",
        vec![key("Größe", ColumnType::Double), key("group", ColumnType::Text), project::text("where")],
    );
    let mut project = Project::empty();
    project.add("20260101000000_create", &table);
    let column = Column { unique: true, ..project::ruled("from", "upper(\"where\")") };
    project.add("20260102000000_add", &project::with(table, column));
    let mut migrator = database.migrator().await;
    let only = Goal { only: Some("20260101000000_create".to_owned()), ..Goal::default() };
    run(&mut migrator, &project, &only, &Watch::default()).await.unwrap();
    database
        .sql(
            "INSERT INTO \"Select \"\"order\"\"\" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) \
             SELECT (i / 7) / 3.0, 'it''s' || (i % 7), 'w' || i FROM n",
        )
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    let filled = database.count("\"Select \"\"order\"\"\" WHERE \"from\" = upper(\"where\")").await;
    assert_eq!(filled, 700);
    let migrations = project.load(database.database());
    let outcome = migrator.abort(&migrations, "20260102000000_add", &Watch::default()).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
}

async fn contract_comes_last(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    let mut migrator = database.migrator().await;
    let error = migrator.run(&migrations, &until(Phase::Contract), &Watch::default()).await.unwrap_err();
    assert!(matches!(error, Error::UntilContract), "{error}");
    run(&mut migrator, &project, &until(Phase::Backfill), &Watch::default()).await.unwrap();
    let held = migrator.contract(&migrations, DISPLAY_NAME, &Watch::default()).await.unwrap();
    assert!(matches!(held, Outcome::Held { phase: Phase::Contract, .. }), "{held:?}");
}
