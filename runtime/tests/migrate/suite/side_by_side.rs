//! Several runs at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Error, Event, Goal, Migrator, Outcome, Settings, Watch};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};

use super::{run, until};
use crate::fixture::{Fixture, settings};
use crate::project::Project;
use crate::watching::Heard;

pub(crate) async fn two_runs_at_once_do_not_meet(database: Fixture) {
    let database = database.with_users(500).await;
    let project = Project::of_users();
    let migrations = project.load(database.database());
    // The first waits for instances that are not there, for longer than the second waits.
    let mut first = database
        .migrator_with(Settings {
            offline: false,
            ..settings()
        })
        .await;
    let quick = Settings {
        lease: Duration::from_millis(300),
        ..settings()
    };
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
        let error = second
            .run(&migrations, &Goal::default(), &heard.watch())
            .await
            .unwrap_err();
        let Error::Locked { by, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(by, "tester");
        let status = second.status(&migrations).await.unwrap();
        assert_eq!(status.run_lock.unwrap().by, "tester");
    };
    let (outcome, ()) = tokio::join!(first.run(&migrations, &goal, &watch), both);
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(
        heard.count(|event| matches!(event, Event::RunLockHeld { .. })),
        1,
        "{}",
        heard.lines()
    );
    assert_eq!(
        second
            .run(&migrations, &Goal::default(), &Watch::default())
            .await
            .unwrap(),
        Outcome::Done
    );
}

/// A lease of somebody else's that lasts for so many seconds.
async fn foreign_lease(database: &Fixture, seconds: i32) {
    let until = match database {
        Fixture::Sqlite { .. } => {
            format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{seconds} seconds')")
        }
        Fixture::Postgres { .. } => format!("now() + interval '{seconds} seconds'"),
        Fixture::MariaDb { .. } => format!("UTC_TIMESTAMP(6) + INTERVAL {seconds} SECOND"),
    };
    database.sql("DELETE FROM colmig_lock").await;
    let row = format!("(1, 'them', 'somebody else', {until})");
    database
        .sql(&format!(
            "INSERT INTO colmig_lock (id, owner, actor, expires_at) VALUES {row}"
        ))
        .await;
}

pub(super) async fn a_lease_that_ran_out_is_taken_over(database: Fixture) {
    let database = database.with_users(10).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    foreign_lease(&database, 1).await;
    let heard = Heard::default();
    let began = Instant::now();
    let outcome = run(
        &mut migrator,
        &project,
        &until(Phase::Expand),
        &heard.watch(),
    )
    .await
    .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(began.elapsed() > Duration::from_millis(700));
    let held = heard.all().into_iter().next().unwrap();
    assert!(
        matches!(&held, Event::RunLockHeld { by, .. } if by == "somebody else"),
        "{held}"
    );
}

pub(super) async fn a_run_that_was_cut_off_is_fenced(database: Fixture) {
    let database = Arc::new(database.with_users(10).await);
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let theirs = Arc::clone(&database);
    let watch = Watch::new(move |event| {
        if let Event::StepStarted { .. } = event {
            block_in_place(|| Handle::current().block_on(foreign_lease(&theirs, 60)));
        }
    });
    let error = run(&mut migrator, &project, &Goal::default(), &watch)
        .await
        .unwrap_err();
    let Error::Fenced { by } = &error else {
        panic!("{error}")
    };
    assert_eq!(by, "somebody else");
    assert_eq!(database.count("colmig_step").await, 0);
    let mut other = database.other().await;
    assert!(
        other
            .try_sql("SELECT display_name FROM users")
            .await
            .is_err(),
        "nothing was done"
    );
    assert_eq!(
        database.count("colmig_lock").await,
        1,
        "their lease is theirs"
    );
}

pub(super) async fn two_connect_at_once(database: Fixture) {
    for _ in 0..5 {
        let settings = settings();
        let url = database.url();
        let connect = || Migrator::connect(&url, settings.clone());
        let (a, b, c, d) = tokio::join!(connect(), connect(), connect(), connect());
        for migrator in [a, b, c, d] {
            migrator.unwrap();
        }
        for table in [
            "meta",
            "migration",
            "step",
            "range",
            "tuning",
            "brake",
            "baseline",
            "conversion",
            "conversion_chunk",
            "conversion_failure",
            "conversion_worker",
            "audit",
            "lock",
            "saved",
            "instance",
            "switch",
            "mismatch",
        ] {
            database.sql(&format!("DROP TABLE colmig_{table}")).await;
        }
    }
    database.migrator().await;
    database.sql("UPDATE colmig_meta SET version = 99").await;
    let error = Migrator::connect(&database.url(), settings())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Layout { found: 99, .. }), "{error}");
}
