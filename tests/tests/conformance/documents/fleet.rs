//! Leases, acknowledgements and gates: what keeps a fleet together.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use colmig::__private::DerivedDocument;
use colmig::migrate::{Event, Outcome, Settings, Watch};
use colmig::{Db, Document as _, Error, Phase, field};
use colmig_guests::{ADD, Guest, Key};
use mongodb::bson::doc;
use serde::{Deserialize, Serialize};

use super::place::{Place, goal, heard, instance, quick, vouched};

/// The shortest lease that there is.
const SHORT: Duration = Duration::from_millis(500);

/// A server that stands still is one that does not answer.
pub(crate) async fn a_lease_that_ran_out_refuses_writes_until_it_is_renewed(place: &Place) {
    let place = &place.on_a_server_of_its_own().await;
    place.with_guests(3).await.close().await;
    place.run(ADD, Phase::DualWrite).await;
    let db = instance().lease(SHORT).connect(&place.url).await.unwrap();
    Guest::plain(4).insert(&db).await.unwrap();
    place.signal("STOP");
    tokio::time::sleep(2 * SHORT).await;
    let refused = Guest::plain(5).insert(&db).await;
    place.signal("CONT");
    assert!(
        matches!(refused, Err(Error::LeaseExpired { .. })),
        "{refused:?}"
    );
    until(async || Guest::plain(6).insert(&db).await.is_ok()).await;
    let found = Guest::find(&db, Key::Number(5)).await.unwrap();
    assert_eq!(found, None, "it was refused");
}

pub(crate) async fn a_write_across_the_end_of_the_lease_is_not_accepted(place: &Place) {
    let place = &place.on_a_server_of_its_own().await;
    place.with_guests(3).await.close().await;
    place.run(ADD, Phase::DualWrite).await;
    let db = instance().lease(SHORT).connect(&place.url).await.unwrap();
    Guest::plain(4).insert(&db).await.unwrap();
    place.signal("STOP");
    // The lease holds now, and cannot be renewed before the write is answered.
    let update = Guest::update(Key::Number(1)).set(field!(Guest.note), "late".to_owned());
    let update = tokio::spawn({
        let db = db.clone();
        async move { update.execute(&db).await }
    });
    tokio::time::sleep(3 * SHORT).await;
    place.signal("CONT");
    let answer = update.await.unwrap();
    assert!(
        matches!(answer, Err(Error::OutcomeUnknown { .. })),
        "{answer:?}"
    );
    until(async || Guest::plain(6).insert(&db).await.is_ok()).await;
}

pub(crate) async fn an_instance_that_is_behind_is_waited_for_and_named(place: &Place) {
    place.with_guests(3).await;
    place.run(ADD, Phase::Expand).await;
    seat(place, "laggard", "build-1", 60_000, 0, KNOWING).await;
    let (outcome, events) = run(place, impatient(), Phase::DualWrite).await;
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
    let arrived = doc! { "$set": { "acknowledged": 1000_i64 } };
    place.change("colmig_instance", "laggard", arrived).await;
    let (outcome, _) = run(place, quick(), Phase::DualWrite).await;
    assert_eq!(outcome, Outcome::Done);
}

pub(crate) async fn a_dead_instance_is_waited_for_until_its_lease_ends(place: &Place) {
    place.with_guests(3).await;
    place.run(ADD, Phase::Expand).await;
    seat(place, "dead", "build-1", 3_000, 0, KNOWING).await;
    let began = Instant::now();
    let (outcome, _) = run(place, quick(), Phase::DualWrite).await;
    assert_eq!(outcome, Outcome::Done);
    let took = began.elapsed();
    assert!(took > Duration::from_millis(2500), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

pub(crate) async fn a_transaction_of_the_older_view_delays_the_next_stage(place: &Place) {
    place.with_guests(3).await.close().await;
    place.run(ADD, Phase::Expand).await;
    let db = place.instance().await;
    let mut tx = match db.begin().await {
        // Every access is one command then, and none is longer than that.
        Err(Error::NoTransactions) if !place.is_set => return,
        begun => begun.unwrap(),
    };
    Guest::find(&mut tx, Key::Number(1)).await.unwrap();
    let running = async {
        let (outcome, _) = run(place, vouched(), Phase::Backfill).await;
        (outcome, Instant::now())
    };
    let ending = async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        // Still right, whatever was published meanwhile.
        Guest::find(&mut tx, Key::Number(2)).await.unwrap();
        let ended = Instant::now();
        tx.commit().await.unwrap();
        ended
    };
    let ((outcome, ran), ended) = tokio::join!(running, ending);
    assert_eq!(outcome, Outcome::Done);
    assert!(ran > ended, "the stage after next came while it was open");
}

/// Nothing serves an old build on MongoDB, so it holds the backfill already.
pub(crate) async fn an_old_build_holds_contract_until_it_is_gone(place: &Place) {
    place.with_guests(3).await;
    place.run(ADD, Phase::DualWrite).await;
    seat(place, "old-1", "build-0", 60_000, 1000, OLD).await;
    seat(place, "worker", "build-0", 60_000, 1000, "{}").await;
    let check = |gate: &str| {
        for part in [
            "2 live instances",
            "old-1 (build build-0, host host-1, pid 4711) does not know `displayName` of `guests`",
            "worker (build build-0, host host-1, pid 4711) has not told what it knows of `guests`",
            "its lease ends in",
        ] {
            assert!(gate.contains(part), "{part}: {gate}");
        }
    };
    let (outcome, _) = run(place, impatient(), Phase::Backfill).await;
    let Outcome::Held { phase, gate, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    check(&gate);
    // Whoever vouches does so for those that hold no lease.
    let impatient_vouched = Settings {
        assume_drained: true,
        ..impatient()
    };
    let (outcome, _) = run(place, impatient_vouched, Phase::Backfill).await;
    assert!(matches!(outcome, Outcome::Held { .. }), "{outcome:?}");
    let expired = doc! { "$set": { "expires_at": later(-1) } };
    for seat in ["old-1", "worker"] {
        place.change("colmig_instance", seat, expired.clone()).await;
    }
    place.run(ADD, Phase::SwitchReads).await;
    let back = doc! { "$set": { "expires_at": later(60_000) } };
    for seat in ["old-1", "worker"] {
        place.change("colmig_instance", seat, back.clone()).await;
    }
    let outcome = contract(place, impatient()).await;
    let Outcome::Held { phase, gate, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(phase, Phase::Contract);
    check(&gate);
    assert!(gate.contains("--assume-drained"), "{gate}");
    let status = place.migrator().await.status(&place.migrations()).await;
    assert_eq!(status.unwrap().fleet.unaware[0].instances.len(), 2);
    // One gives its lease back, and the other is gone without a word.
    let seats = place.collection("colmig_instance");
    seats.delete_one(doc! { "_id": "worker" }).await.unwrap();
    let expired = doc! { "$set": { "expires_at": later(-1) } };
    place.change("colmig_instance", "old-1", expired).await;
    assert_eq!(contract(place, impatient()).await, Outcome::Done);
}

pub(crate) async fn contract_goes_on_over_an_old_build_when_somebody_vouches_for_it(place: &Place) {
    place.with_guests(3).await;
    place.run(ADD, Phase::SwitchReads).await;
    seat(place, "old-1", "build-0", 60_000, 1000, OLD).await;
    let vouched = Settings {
        actor: Some("Ada".to_owned()),
        ..vouched()
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
    place.with_guests(3).await;
    place.run(ADD, Phase::DualWrite).await;
    // Reads have not moved: a build that relies on the field comes too early.
    let refused = Db::options().document::<Late>().connect(&place.url).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, Error::TooNew { .. }), "{error}");
    assert!(error.to_string().contains("cargo colmig run"), "{error}");
    // On a client of the application's own, by its first access, also if that is a read.
    let own = place.with_one_connection(Db::options()).await;
    let refused = Late::find(&own, 1).await;
    assert!(matches!(refused, Err(Error::TooNew { .. })), "{refused:?}");
    own.close().await;
    let early = instance_of_old(place).await.unwrap();
    assert!(Early::find(&early, 1).await.unwrap().is_some());
    early.close().await;
    place.run(ADD, Phase::Backfill).await;
    // It would write documents that nobody fills any more.
    let error = instance_of_old(place).await.unwrap_err();
    assert!(error.to_string().contains("too old"), "{error}");
    place.run(ADD, Phase::SwitchReads).await;
    let late = Db::options().document::<Late>().connect(&place.url).await;
    late.unwrap().close().await;
    assert_eq!(contract(place, vouched()).await, Outcome::Done);
    let error = instance_of_old(place).await.unwrap_err();
    assert!(error.to_string().contains("too old"), "{error}");
    // By a client, with the first write, and not before.
    let late = place.with_one_connection(instance()).await;
    let early = Early {
        id: 9,
        first: "a".to_owned(),
    };
    let error = early.insert(&late).await.unwrap_err();
    assert!(matches!(error, Error::TooOld { .. }), "{error}");
    assert_eq!(place.count("guests", doc! {}).await, 3);
}

/// By a stream of changes where there is a set, and within the poll interval elsewhere.
pub(crate) async fn every_instance_soon_hears_of_a_stage(place: &Place) {
    place.with_guests(3).await.close().await;
    place.run(ADD, Phase::Expand).await;
    let poll = if place.is_set { 20_000 } else { 1_000 };
    let mut fleet = Vec::new();
    for _ in 0..20 {
        let options = instance()
            .lease(Duration::from_secs(60))
            .poll(Duration::from_millis(poll));
        fleet.push(options.connect(&place.url).await.unwrap());
    }
    for db in &fleet {
        Guest::find(db, Key::Number(1)).await.unwrap();
    }
    // Long enough for every one to listen, and to have heard itself.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let heard = Mutex::new((None, None));
    let heard: &'static Mutex<_> = Box::leak(Box::new(heard));
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
    let mut migrator = place.migrator().await;
    let goal = goal(ADD, Phase::DualWrite);
    let outcome = migrator.run(&place.migrations(), &goal, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let (settling, entered) = *heard.lock().unwrap();
    let took = entered.unwrap().duration_since(settling.unwrap());
    let limit = Duration::from_millis(if place.is_set { 3_000 } else { poll + 1_000 });
    assert!(took < limit, "{took:?}");
}

pub(crate) async fn instances_come_and_go(place: &Place) {
    let _keeper = place.with_guests(3).await;
    let number = async || place.count("colmig_instance", doc! {}).await;
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
    // A document that was taken away is written again.
    let seats = place.collection("colmig_instance");
    seats.delete_many(doc! {}).await.unwrap();
    until(async || number().await == 1).await;
}

/// What the builds say that they know, of which there is no process here.
const KNOWING: &str = r#"{"guests":{"_id":null,"first":null,"last":null,"displayName":null,"initial":null,"handle":null,"note":null}}"#;
const OLD: &str = r#"{"guests":{"_id":null,"first":null,"last":null}}"#;

/// An instance of which there is no process here.
async fn seat(
    place: &Place,
    id: &str,
    build: &str,
    lease_ms: i64,
    acknowledged: i64,
    models: &str,
) {
    let now = later(0);
    let seat = doc! {
        "_id": id, "build": build, "models": models, "host": "host-1", "pid": 4711_i64,
        "began_at": now, "seen_at": now, "expires_at": later(lease_ms), "acknowledged": acknowledged,
    };
    place.seed("colmig_instance", [seat]).await;
}

/// The clock of the server is that of this machine.
fn later(ms: i64) -> mongodb::bson::DateTime {
    let now = mongodb::bson::DateTime::now().timestamp_millis();
    mongodb::bson::DateTime::from_millis(now + ms)
}

fn impatient() -> Settings {
    Settings {
        lock_patience: Duration::from_millis(1500),
        ..quick()
    }
}

/// The outcome, and the events in words.
async fn run(place: &Place, settings: Settings, until: Phase) -> (Outcome, String) {
    let (watch, lines) = heard();
    let mut migrator = place.migrator_with(settings).await;
    let outcome = migrator
        .run(&place.migrations(), &goal(ADD, until), &watch)
        .await;
    let outcome = outcome.unwrap();
    let lines = lines.lock().unwrap().clone();
    (outcome, lines)
}

async fn contract(place: &Place, settings: Settings) -> Outcome {
    let mut migrator = place.migrator_with(settings).await;
    let contracted = migrator
        .contract(&place.migrations(), ADD, &Watch::default())
        .await;
    contracted.unwrap()
}

async fn until(condition: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < Duration::from_secs(15), "it never came");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn instance_of_old(place: &Place) -> colmig::Result<Db> {
    let options = Db::options()
        .poll(Duration::from_millis(100))
        .lease(Duration::from_secs(2))
        .build("build-0");
    options.document::<Early>().connect(&place.url).await
}

/// The struct as it was before the fields, as its build has it.
#[derive(Debug, Serialize, Deserialize)]
struct Early {
    #[serde(rename = "_id")]
    id: i64,
    first: String,
}

impl DerivedDocument for Early {
    type Key = i64;
    const MODEL: &'static str = "model Early\ntable guests\nfields id, first\nkey id\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
}

/// The struct with a field that has arrived, as the build after contract has it.
#[derive(Debug, Serialize, Deserialize)]
struct Late {
    #[serde(rename = "_id")]
    id: i64,
    #[serde(rename = "displayName")]
    display_name: String,
    initial: Option<String>,
    handle: String,
}

impl DerivedDocument for Late {
    type Key = i64;
    const MODEL: &'static str =
        "model Late\ntable guests\nfields id, display_name, initial, handle\nkey id\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id"), (1, "displayName")];
}
