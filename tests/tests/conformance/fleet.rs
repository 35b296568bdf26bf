//! Leases, acknowledgements and gates: what keeps a fleet together.

use std::time::{Duration, Instant};

use colmig::__private::{Any, Derived, Reader};
use colmig::migrate::{Event, Goal, Migrator, Outcome, Settings, Stop, Watch};
use colmig::{Database, Db, Error, Model, Phase, field};
use colmig_tests::model::{ADD, User};
use colmig_tests::raw;

use crate::Place;
use crate::place::{instance, quick};

/// The shortest lease that there is.
const SHORT: Duration = Duration::from_millis(500);

pub(crate) async fn a_lease_that_ran_out_refuses_writes_until_it_is_renewed(place: &Place) {
    let keeper = place.with_users(3).await;
    place.run_until(Phase::DualWrite).await;
    let db = instance().lease(SHORT).connect(&place.url).await.unwrap();
    User::plain(4).insert(&db).await.unwrap();
    let blocker = Blocker::of(&keeper).await;
    tokio::time::sleep(2 * SHORT).await;
    let refused = User::plain(5).insert(&db).await;
    assert!(
        matches!(refused, Err(Error::LeaseExpired { .. })),
        "{refused:?}"
    );
    blocker.end().await;
    until(async || User::plain(6).insert(&db).await.is_ok()).await;
    assert_eq!(User::find(&db, 5).await.unwrap(), None, "it was refused");
}

pub(crate) async fn a_write_across_the_end_of_the_lease_is_not_accepted(place: &Place) {
    let keeper = place.with_users(3).await;
    place.run_until(Phase::DualWrite).await;
    let db = instance().lease(SHORT).connect(&place.url).await.unwrap();
    User::plain(4).insert(&db).await.unwrap();
    let blocker = Blocker::of(&keeper).await;
    // The lease holds now, and cannot be renewed before the write is answered.
    let update = User::update(1).set(field!(User.nick), "late".to_owned());
    let update = tokio::spawn({
        let db = db.clone();
        async move { update.execute(&db).await }
    });
    tokio::time::sleep(3 * SHORT).await;
    blocker.end().await;
    let answer = update.await.unwrap();
    assert!(
        matches!(answer, Err(Error::OutcomeUnknown { .. })),
        "{answer:?}"
    );
    until(async || User::plain(6).insert(&db).await.is_ok()).await;
}

pub(crate) async fn an_instance_that_is_behind_is_waited_for_and_named(place: &Place) {
    let db = place.with_users(3).await;
    place.run_until(Phase::Expand).await;
    seat(&db, "laggard", "build-1", 60_000, 0, KNOWING).await;
    let impatient = Settings {
        lock_patience: Duration::from_millis(1500),
        ..quick()
    };
    let (outcome, events) = run(place, impatient, Phase::DualWrite).await;
    let Outcome::Held { gate, .. } = outcome else {
        panic!("{outcome:?}");
    };
    for part in [
        "laggard",
        "build-1",
        "host-1",
        "pid 4711",
        "has acknowledged 0",
        "its lease ends in",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    assert!(events.contains("1 instance: laggard"), "{events}");
    let status = place.migrator().await.status(&place.migrations()).await;
    assert_eq!(status.unwrap().fleet.behind[0].instance, "laggard");
    // It arrives at last.
    let sql = "UPDATE colmig_instance SET acknowledged = 1000 WHERE id = 'laggard'";
    raw::execute(&db, sql).await.unwrap();
    let (outcome, _) = run(place, quick(), Phase::DualWrite).await;
    assert_eq!(outcome, Outcome::Done);
}

pub(crate) async fn a_dead_instance_is_waited_for_until_its_lease_ends(place: &Place) {
    let db = place.with_users(3).await;
    place.run_until(Phase::Expand).await;
    seat(&db, "dead", "build-1", 3_000, 0, KNOWING).await;
    let began = Instant::now();
    let (outcome, _) = run(place, quick(), Phase::DualWrite).await;
    assert_eq!(outcome, Outcome::Done);
    let took = began.elapsed();
    assert!(took > Duration::from_millis(2500), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

pub(crate) async fn a_transaction_of_the_older_view_delays_the_next_stage(place: &Place) {
    place.with_users(3).await.close().await;
    place.run_until(Phase::Expand).await;
    let db = place.instance().await;
    let mut tx = db.begin().await.unwrap();
    User::find(&mut tx, 1).await.unwrap();
    let running = async {
        let (outcome, _) = run(place, quick(), Phase::Backfill).await;
        (outcome, Instant::now())
    };
    let ending = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        // Still right, whatever was published meanwhile.
        User::find(&mut tx, 2).await.unwrap();
        let ended = Instant::now();
        tx.commit().await.unwrap();
        ended
    };
    let ((outcome, ran), ended) = tokio::join!(running, ending);
    assert_eq!(outcome, Outcome::Done);
    assert!(ran > ended, "the stage after next came while it was open");
}

pub(crate) async fn an_old_build_holds_contract_until_it_is_gone(place: &Place) {
    let db = place.with_users(3).await;
    place.run_until(Phase::SwitchReads).await;
    seat(&db, "old-1", "build-0", 60_000, 1000, OLD).await;
    seat(&db, "worker", "build-0", 60_000, 1000, "{}").await;
    let impatient = Settings {
        lock_patience: Duration::from_millis(1500),
        ..quick()
    };
    let outcome = contract(place, impatient.clone()).await;
    let Outcome::Held { gate, .. } = outcome else {
        panic!("{outcome:?}");
    };
    for part in [
        "2 live instances",
        "old-1 (build build-0, host host-1, pid 4711) does not know `display_name` of `users`",
        "worker (build build-0, host host-1, pid 4711) has not told what it knows of `users`",
        "its lease ends in",
        "--assume-drained",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    let status = place.migrator().await.status(&place.migrations()).await;
    assert_eq!(status.unwrap().fleet.unaware[0].instances.len(), 2);
    // One gives its lease back, and the other is gone without a word.
    raw::execute(&db, "DELETE FROM colmig_instance WHERE id = 'worker'")
        .await
        .unwrap();
    let expired = later(place.database, -1);
    let sql = format!("UPDATE colmig_instance SET expires_at = {expired} WHERE id = 'old-1'");
    raw::execute(&db, &sql).await.unwrap();
    assert_eq!(contract(place, impatient).await, Outcome::Done);
}

pub(crate) async fn contract_goes_on_over_an_old_build_when_somebody_vouches_for_it(place: &Place) {
    let db = place.with_users(3).await;
    place.run_until(Phase::SwitchReads).await;
    seat(&db, "old-1", "build-0", 60_000, 1000, OLD).await;
    let vouched = Settings {
        assume_drained: true,
        actor: Some("Ada".to_owned()),
        ..quick()
    };
    assert_eq!(contract(place, vouched).await, Outcome::Done);
    let audit = place.migrator().await.audit(20).await.unwrap();
    let entry = audit
        .iter()
        .find(|entry| entry.action == "assume-drained")
        .unwrap();
    assert_eq!(entry.actor, "Ada");
    assert_eq!(entry.migration.as_deref(), Some(ADD));
    assert!(entry.detail.as_ref().unwrap().contains("old-1"));
}

pub(crate) async fn a_build_that_does_not_fit_is_refused(place: &Place) {
    let keeper = place.with_users(3).await;
    place.run_until(Phase::Constrain).await;
    // Reads have not moved: a build that relies on the column comes too early.
    let refused = Db::options().model::<Late>().connect(&place.url).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, Error::TooNew { .. }), "{error}");
    assert!(error.to_string().contains("cargo colmig run"), "{error}");
    // On a pool of the application's own, by its first access, also if that is a read.
    let own = place.with_one_connection(Db::options()).await;
    let refused = Late::find(&own, 1).await;
    assert!(matches!(refused, Err(Error::TooNew { .. })), "{refused:?}");
    own.close().await;
    let early = instance_of_old(place).await;
    assert!(Early::find(&early, 1).await.unwrap().is_some());
    place.run_until(Phase::SwitchReads).await;
    Db::options()
        .model::<Late>()
        .connect(&place.url)
        .await
        .unwrap()
        .close()
        .await;
    let vouched = Settings {
        assume_drained: true,
        ..quick()
    };
    assert_eq!(contract(place, vouched).await, Outcome::Done);
    // What is left of the old build, and what would come of it.
    let error = Early::find(&early, 1).await.unwrap_err();
    assert!(matches!(error, Error::TooOld { .. }), "{error}");
    let refused = Db::options().model::<Early>().connect(&place.url).await;
    let error = refused.unwrap_err();
    assert!(error.to_string().contains("too old"), "{error}");
    // By a pool, with the first write, and not before.
    let late = place.instance_with_one_connection().await;
    let error = Early { id: 9 }.insert(&late).await.unwrap_err();
    assert!(matches!(error, Error::TooOld { .. }), "{error}");
    assert_eq!(
        raw::number(&keeper, "SELECT count(*) FROM users")
            .await
            .unwrap(),
        3
    );
}

/// By notification where there is one, and within the poll interval elsewhere.
pub(crate) async fn every_instance_soon_hears_of_a_stage(place: &Place) {
    place.with_users(3).await.close().await;
    place.run_until(Phase::Expand).await;
    let notified = place.database == Database::Postgres;
    let poll = if notified { 20_000 } else { 1_000 };
    let mut fleet = Vec::new();
    for _ in 0..50 {
        let options = instance()
            .lease(Duration::from_secs(60))
            .poll(Duration::from_millis(poll));
        fleet.push(place.with_one_connection(options).await);
    }
    for db in &fleet {
        User::find(db, 1).await.unwrap();
    }
    // Long enough for every one to listen, and to have heard itself.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let heard = std::sync::Mutex::new((None, None));
    let heard: &'static std::sync::Mutex<_> = Box::leak(Box::new(heard));
    let watch = Watch::new(move |event| {
        let mut heard = heard.lock().unwrap();
        match event {
            Event::Settling { .. } => heard.0 = Some(Instant::now()),
            Event::PhaseEntered {
                phase: Phase::DualWrite,
                ..
            } => heard.1 = Some(Instant::now()),
            _ => {}
        }
    });
    let goal = Goal {
        until: Phase::DualWrite,
        only: Some(ADD.to_owned()),
        ..Goal::default()
    };
    let mut migrator = place.migrator().await;
    let outcome = migrator.run(&place.migrations(), &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let (settling, entered) = *heard.lock().unwrap();
    let took = entered.unwrap().duration_since(settling.unwrap());
    let limit = Duration::from_millis(if notified { 1_000 } else { poll + 1_000 });
    assert!(took < limit, "{took:?}");
}

pub(crate) async fn instances_come_and_go(place: &Place) {
    let db = place.with_users(3).await;
    let number = async || {
        raw::number(&db, "SELECT count(*) FROM colmig_instance")
            .await
            .unwrap()
    };
    let before = number().await;
    let closed = place.instance().await;
    let dropped = instance().build("1.2.3").connect(&place.url).await.unwrap();
    assert_eq!(number().await, before + 2);
    let status = place.migrator().await.status(&place.migrations()).await;
    let builds = status.unwrap().fleet.builds;
    assert!(
        builds.iter().any(|build| build.build == "1.2.3"),
        "{builds:?}"
    );
    closed.close().await;
    assert_eq!(number().await, before + 1);
    drop(dropped);
    until(async || number().await == before).await;
    // A row that was taken away is written again.
    raw::execute(&db, "DELETE FROM colmig_instance")
        .await
        .unwrap();
    until(async || number().await == 1).await;
}

/// What the builds say that they know, of which there is no process here.
const KNOWING: &str =
    r#"{"users":{"id":null,"display_name":null,"handle":null,"plan":null,"nick":null}}"#;
const OLD: &str = r#"{"users":{"id":null,"first_name":null,"last_name":null}}"#;

/// An instance of which there is no process here.
pub(crate) async fn seat(
    db: &Db,
    id: &str,
    build: &str,
    lease_ms: i64,
    acknowledged: i64,
    models: &str,
) {
    let expires = later(db.database(), lease_ms);
    let sql = format!(
        "INSERT INTO colmig_instance (id, build, models, host, pid, expires_at, acknowledged) \
         VALUES ('{id}', '{build}', '{models}', 'host-1', 4711, {expires}, {acknowledged})"
    );
    raw::execute(db, &sql).await.unwrap();
}

fn later(database: Database, ms: i64) -> String {
    match database {
        Database::Postgres => format!("clock_timestamp() + {ms} * interval '1 millisecond'"),
        Database::MariaDb => format!("UTC_TIMESTAMP(6) + INTERVAL ({ms} * 1000) MICROSECOND"),
        _ => format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ({ms} / 1000.0) || ' seconds')"),
    }
}

/// The outcome, and the events in words.
async fn run(place: &Place, settings: Settings, until: Phase) -> (Outcome, String) {
    let lines = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let events = std::sync::Arc::clone(&lines);
    let watch = Watch {
        events: Box::new(move |event| {
            let mut lines = events.lock().unwrap();
            lines.push_str(&format!("{event}\n"));
        }),
        stop: Stop::default(),
    };
    let goal = Goal {
        until,
        only: Some(ADD.to_owned()),
        ..Goal::default()
    };
    let mut migrator = Migrator::connect(&place.url, settings).await.unwrap();
    let outcome = migrator.run(&place.migrations(), &goal, &watch).await;
    let lines = lines.lock().unwrap().clone();
    (outcome.unwrap(), lines)
}

async fn contract(place: &Place, settings: Settings) -> Outcome {
    let mut migrator = Migrator::connect(&place.url, settings).await.unwrap();
    let watch = Watch::default();
    let contracted = migrator.contract(&place.migrations(), ADD, &watch).await;
    contracted.unwrap()
}

async fn until(condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < Duration::from_secs(15), "it never came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Keeps leases from being renewed and users from being written, as a database would that
/// does not answer.
struct Blocker(Held);

enum Held {
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    MariaDb(sqlx::Transaction<'static, sqlx::MySql>),
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

impl Blocker {
    async fn of(db: &Db) -> Blocker {
        Blocker(match (db.as_postgres(), db.as_mariadb(), db.as_sqlite()) {
            (Some(pool), ..) => {
                let mut held = pool.begin().await.unwrap();
                sqlx::raw_sql("LOCK TABLE colmig_instance, users IN EXCLUSIVE MODE")
                    .execute(&mut *held)
                    .await
                    .unwrap();
                Held::Postgres(held)
            }
            (_, Some(pool), _) => {
                let mut held = pool.begin().await.unwrap();
                // Every row, and every place for one.
                for table in ["colmig_instance", "users"] {
                    let sql = format!("SELECT id FROM {table} FOR UPDATE");
                    let rows = sqlx::query(sqlx::AssertSqlSafe(sql));
                    rows.fetch_all(&mut *held).await.unwrap();
                }
                Held::MariaDb(held)
            }
            (.., pool) => Held::Sqlite(pool.unwrap().begin_with("BEGIN IMMEDIATE").await.unwrap()),
        })
    }

    async fn end(self) {
        match self.0 {
            Held::Postgres(held) => held.rollback().await.unwrap(),
            Held::MariaDb(held) => held.rollback().await.unwrap(),
            Held::Sqlite(held) => held.rollback().await.unwrap(),
        }
    }
}

async fn instance_of_old(place: &Place) -> Db {
    let options = Db::options()
        .poll(Duration::from_millis(100))
        .lease(Duration::from_secs(2))
        .build("build-0");
    options.model::<Early>().connect(&place.url).await.unwrap()
}

/// The struct as it was before the columns, as its build has it.
#[derive(Debug)]
struct Early {
    id: i64,
}

impl Derived for Early {
    type Key = i64;
    const MODEL: &'static str = "model Early\ntable users\nfields id\nkey id\n\
        databases postgres, sqlite\nfind SELECT id FROM users WHERE id = $1\n\
        insert INSERT INTO users (id, first_name, last_name) VALUES ($1, 'a', 'b')\n\
        delete DELETE FROM users WHERE id = $1\n\
        databases mariadb\nfind SELECT id FROM users WHERE id = ?\n\
        insert INSERT INTO users (id, first_name, last_name) VALUES (?, 'a', 'b')\n\
        delete DELETE FROM users WHERE id = ?\nrecord\n";

    fn value(&self, _: usize) -> &dyn Any {
        &self.id
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(Early { id: reader.take()? })
    }
}

/// The struct with a column that has arrived, as the build after contract has it.
#[derive(Debug)]
struct Late {
    id: i64,
}

impl Derived for Late {
    type Key = i64;
    const MODEL: &'static str = "model Late\ntable users\n\
        fields id, display_name, handle, plan, nick\nkey id\nrecord\n";

    fn value(&self, _: usize) -> &dyn Any {
        &self.id
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(Late { id: reader.take()? })
    }
}
