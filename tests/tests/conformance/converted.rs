//! A column that takes the place of another by a rule in Rust.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use colmig::migrate::{Event, Outcome, Stop, Switching, Verifying, Watch};
use colmig::{Converted, Db, Error, Model, Phase, field};
use colmig_parcels::{CONVERT, Parcel, weight};
use colmig_tests::raw;
use tokio::task::JoinHandle;

use crate::Place;

/// The phases in which a migration stops by itself, or can be told to.
const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// Converts beside the test, as an instance of the application does.
fn worker(db: &Db) -> JoinHandle<Converted> {
    let convert = colmig::convert::<Parcel>(db).rows(40).duty(1.0);
    tokio::spawn(async move { convert.await.unwrap() })
}

fn parcel(id: i64, grams: i64) -> Parcel {
    Parcel {
        grams,
        ..Parcel::plain("east", id)
    }
}

async fn find(db: &Db, depot: &str, id: i64) -> Parcel {
    let key = (depot.to_owned(), id);
    Parcel::find(db, key).await.unwrap().unwrap()
}

async fn weight_of(db: &Db, depot: &str, id: i64) -> Option<String> {
    let sql = format!("SELECT weight FROM parcels WHERE depot = '{depot}' AND id = {id}");
    raw::text(db, &sql).await.unwrap()
}

/// Accessors on rows of their own, and what a build of before reads of them.
async fn exercise(db: &Db, base: i64, in_sql: bool) {
    let id = base;
    let inserted = parcel(id, 1_250);
    inserted.insert(db).await.unwrap();
    assert_eq!(find(db, "east", id).await, inserted);
    assert_eq!(weight_of(db, "east", id).await.unwrap(), "1250 g");
    let key = || ("east".to_owned(), id);
    let update = Parcel::update(key())
        .set(field!(Parcel.note), "heavy")
        .set(field!(Parcel.grams), 7_000);
    assert!(update.execute(db).await.unwrap());
    let update = Parcel::update(key()).set(field!(Parcel.grams), 8_000);
    assert!(update.execute(db).await.unwrap());
    let updated = find(db, "east", id).await;
    assert_eq!(
        (updated.grams, updated.note.as_deref()),
        (8_000, Some("heavy"))
    );
    assert_eq!(weight_of(db, "east", id).await.unwrap(), "8000 g");

    // A value that legacy could not hold is refused, and nothing is written.
    let refused = parcel(id + 1, -5).insert(db).await.unwrap_err();
    let Error::NotReversible { column, legacy, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!((*column, legacy.as_str()), ("grams", "`weight`"));
    assert!(weight_of(db, "east", id + 1).await.is_none());
    let update = Parcel::update(key()).set(field!(Parcel.grams), -5);
    let refused = update.execute(db).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotReversible { .. }),
        "{refused:?}"
    );
    assert_eq!(find(db, "east", id).await.grams, 8_000);

    // Rows are found by other columns; by this one, where SQL can say it.
    let by_depot = Parcel::query(db, "WHERE {depot} = 'south' AND {id} < 3 ORDER BY {id}");
    let south = [Parcel::plain("south", 1), Parcel::plain("south", 2)];
    assert_eq!(by_depot.fetch_all().await.unwrap(), south);
    let by_grams = Parcel::query(db, "WHERE {grams} = 8000 AND {id} = $1").bind(id);
    match by_grams.fetch_all().await {
        Ok(found) if in_sql => assert_eq!(found, [updated]),
        Err(Error::Tail { reason, .. }) if !in_sql => {
            assert!(reason.contains("switch --reads target"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    match Parcel::columns(db) {
        Ok(_) if in_sql => {}
        Err(Error::InRust {
            column: "grams", ..
        }) if !in_sql => {}
        other => panic!("{other:?}"),
    }
}

/// The rows whose two sides do not say the same.
async fn stale(db: &Db) -> Vec<String> {
    let row = "weight || '=' || coalesce(grams, -1)";
    let rows = raw::joined(db, row, "parcels").await.unwrap();
    let differs = |row: &&str| {
        let (text, grams) = row.split_once('=').unwrap();
        weight::grams(text.to_owned()).unwrap().to_string() != grams
    };
    rows.split(';').filter(differs).map(str::to_owned).collect()
}

pub(crate) async fn a_rule_in_rust_is_right_in_every_phase(place: &Place) {
    let db = place.with_parcels(600).await;
    place.keep_time_of_change(&db, "parcels").await;
    exercise(&db, 1_000, false).await;
    let workers = [worker(&db), worker(&place.instance().await)];
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        assert_eq!(place.convert_parcels(phase).await, Outcome::Done);
        let base = 2_000 + 10 * i64::try_from(position).unwrap();
        exercise(&db, base, false).await;
    }
    // Those that the build before wrote were written; those of accessors were right already.
    let mut written = 0;
    for worker in workers {
        let converted = worker.await.unwrap();
        assert!(converted.ended);
        written += converted.rows;
    }
    assert_eq!(written, 602, "and two that were written before dual-write");
    assert_eq!(stale(&db).await, [""; 0]);
    assert_eq!(place.touched(&db, "parcels", "id <= 300").await, 0);
    let quarter = Switching::to("25%".parse().unwrap());
    assert_eq!(place.switch_parcels(quarter).await, Outcome::Done);
    for id in 1..40 {
        assert_eq!(find(&db, "south", id).await, Parcel::plain("south", id));
    }
    for (base, reads) in [(3_000, "shadow"), (3_010, "target")] {
        let to = Switching::to(reads.parse().unwrap());
        assert_eq!(place.switch_parcels(to).await, Outcome::Done, "{reads}");
        exercise(&db, base, reads == "target").await;
        assert_eq!(find(&db, "north", 7).await, Parcel::plain("north", 7));
    }
    let mismatches = raw::number(&db, "SELECT count(*) FROM colmig_mismatch").await;
    assert_eq!(mismatches.unwrap(), 0);
    let mut migrator = place.migrator().await;
    let migrations = place.parcels_migrations();
    // While contract runs, accessors write the new column alone, and the old one is still there.
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut id = 10_000;
            while !stop.load(Ordering::Relaxed) {
                parcel(id, id).insert(&db).await.unwrap();
                assert_eq!(find(&db, "east", id).await.grams, id);
                id += 1;
            }
            id
        })
    };
    let contracted = migrator
        .contract(&migrations, CONVERT, &Watch::default())
        .await;
    assert_eq!(contracted.unwrap(), Outcome::Done);
    stop.store(true, Ordering::Relaxed);
    assert!(writer.await.unwrap() > 10_005);
    assert_eq!(find(&db, "north", 7).await, Parcel::plain("north", 7));
    parcel(5_000, 9).insert(&db).await.unwrap();
    assert_eq!(find(&db, "east", 5_000).await.grams, 9);
    assert!(
        raw::execute(&db, "SELECT weight FROM parcels")
            .await
            .is_err()
    );
    let at_once = worker(&db).await.unwrap();
    assert!(at_once.ended && at_once.rows == 0);
}

pub(crate) async fn abort_takes_a_rule_in_rust_back_in_each_phase(place: &Place) {
    let db = place.with_parcels(100).await;
    let before = place.schema().await;
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        let worker = worker(&db);
        assert_eq!(place.convert_parcels(phase).await, Outcome::Done);
        let base = 1_000 + 10 * i64::try_from(position).unwrap();
        exercise(&db, base, false).await;
        place.abort_parcels().await;
        worker.abort();
        assert_eq!(place.schema().await, before, "after {phase}");
        assert_eq!(weight_of(&db, "east", base).await.unwrap(), "8000 g");
        assert_eq!(find(&db, "north", 7).await, Parcel::plain("north", 7));
        for table in ["", "_chunk", "_failure", "_worker"] {
            let sql = format!("SELECT count(*) FROM colmig_conversion{table}");
            assert_eq!(raw::number(&db, &sql).await.unwrap(), 0, "{table}");
        }
    }
}

pub(crate) async fn rows_that_do_not_convert_are_named_and_hold_the_migration(place: &Place) {
    let db = place.with_parcels(400).await;
    let bad = [
        ("north", 17, "heavy", "`heavy` is no weight"),
        ("north", 170, "2 st", "`2 st` is no weight"),
        (
            "south",
            42,
            "5000000000000000 kg",
            "the function panicked: no ship holds",
        ),
    ];
    for (depot, id, text, _) in bad {
        let sql =
            format!("UPDATE parcels SET weight = '{text}' WHERE depot = '{depot}' AND id = {id}");
        raw::execute(&db, &sql).await.unwrap();
    }
    let unread = Parcel::find(&db, ("north".to_owned(), 17))
        .await
        .unwrap_err();
    assert!(matches!(unread, Error::NotConvertible { .. }), "{unread:?}");
    let workers = [worker(&db), worker(&db)];
    let held = place.convert_parcels(Phase::SwitchReads).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("3 rows of `parcels`"), "{gate}");
    for (depot, id, text, reason) in bad {
        let named = format!("{depot}, {id} (weight = '{text}': {reason}");
        assert!(gate.contains(&named), "{gate}");
    }
    // The process goes on, and so does the run once the rows are mended.
    let again = place.convert_parcels(Phase::SwitchReads).await;
    assert!(matches!(again, Outcome::Held { .. }), "{again:?}");
    for (depot, id, ..) in bad {
        let key = (depot.to_owned(), id);
        let mend = Parcel::update(key).set(field!(Parcel.grams), 5);
        assert!(mend.execute(&db).await.unwrap());
    }
    assert_eq!(
        place.convert_parcels(Phase::SwitchReads).await,
        Outcome::Done
    );
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    assert_eq!(stale(&db).await, [""; 0]);
}

pub(crate) async fn a_run_says_what_to_call_where_nobody_converts(place: &Place) {
    let db = place.with_parcels(50).await;
    let (stop, told) = (Stop::default(), Arc::new(AtomicBool::new(false)));
    let watch = Watch {
        events: {
            let told = Arc::clone(&told);
            Box::new(move |event| {
                if let Event::WorkersMissing {
                    call, waited_ms, ..
                } = event
                {
                    assert_eq!(call, "colmig::convert::<Parcel>(&db).await");
                    told.store(*waited_ms < 4_000, Ordering::Relaxed);
                }
            })
        },
        stop,
    };
    let run = place.run_parcels(CONVERT, Phase::SwitchReads, &watch);
    let told_at_once = async {
        while !told.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (held, ()) = tokio::join!(run, told_at_once);
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}");
    };
    assert!(
        gate.contains("call `colmig::convert::<Parcel>(&db).await`"),
        "{gate}"
    );
    // Told to stop, a worker stops behind its range.
    let stopped = colmig::convert::<Parcel>(&db)
        .until(async {})
        .await
        .unwrap();
    assert!(!stopped.ended && stopped.rows > 0, "{stopped:?}");
    let worker = worker(&db);
    assert_eq!(
        place.convert_parcels(Phase::SwitchReads).await,
        Outcome::Done
    );
    assert!(worker.await.unwrap().ended);
}

pub(crate) async fn a_worker_that_dies_costs_its_range_and_no_more(place: &Place) {
    let db = place.with_parcels(800).await;
    assert_eq!(place.convert_parcels(Phase::DualWrite).await, Outcome::Done);
    let run = place.convert_parcels(Phase::SwitchReads);
    let kills = async {
        let opened = "SELECT count(*) FROM colmig_conversion";
        while raw::number(&db, opened).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // As if one had died in the middle of a range.
        let orphan = "INSERT INTO colmig_conversion_chunk (migration, table_name, column_name, id, lower_key, instance, expires_at) \
            SELECT migration, table_name, column_name, -1, '[\"tnorth\",\"t1\"]', 'dead', began_at FROM colmig_conversion";
        let orphan = match place.database {
            colmig::Database::Postgres => orphan.to_owned(),
            _ => orphan.replace("\"t1\"", "1"),
        };
        raw::execute(&db, &orphan).await.unwrap();
        // Dropped at whatever they are at: what they hold is not given back.
        for _ in 0..5 {
            let victim = worker(&db);
            tokio::time::sleep(Duration::from_millis(150)).await;
            victim.abort();
        }
        worker(&db).await.unwrap()
    };
    let (outcome, last) = tokio::join!(run, kills);
    assert_eq!(outcome, Outcome::Done);
    assert!(last.ended);
    assert_eq!(stale(&db).await, [""; 0]);
    let left = raw::number(&db, "SELECT count(*) FROM colmig_conversion_chunk").await;
    assert_eq!(left.unwrap(), 0);
}

pub(crate) async fn rows_that_change_while_they_are_converted_are_done_again(place: &Place) {
    let db = place.with_parcels(600).await;
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = place
        .instances(2)
        .await
        .into_iter()
        .enumerate()
        .map(|(at, instance)| {
            let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
            tokio::spawn(async move {
                let mut grams = 0;
                while !stop.load(Ordering::Relaxed) {
                    grams += 1;
                    let id = 1 + (grams * 7) % 300;
                    let key = || (if at == 0 { "north" } else { "south" }.to_owned(), id);
                    let update = Parcel::update(key()).set(field!(Parcel.grams), grams);
                    assert!(update.execute(&instance).await.unwrap());
                    let read = Parcel::find(&instance, key()).await.unwrap().unwrap();
                    assert_eq!(read.grams, grams);
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let workers = [worker(&db), worker(&place.instance().await)];
    assert_eq!(
        place.convert_parcels(Phase::SwitchReads).await,
        Outcome::Done
    );
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    assert!(rounds.load(Ordering::Relaxed) > 100, "{rounds:?}");
    assert_eq!(stale(&db).await, [""; 0]);
}

pub(crate) async fn a_row_that_is_written_behind_every_accessor_is_found_by_comparisons(
    place: &Place,
) {
    let db = place.with_parcels(100).await;
    let worker = worker(&db);
    assert_eq!(
        place.convert_parcels(Phase::SwitchReads).await,
        Outcome::Done
    );
    assert!(worker.await.unwrap().ended);
    // `verify` cannot look at it, and says so with the way to do it.
    let (migrations, watch) = (place.parcels_migrations(), Watch::default());
    let mut migrator = place.migrator().await;
    let verifying = Verifying::default();
    let found = migrator
        .verify(&migrations, &verifying, &watch)
        .await
        .unwrap();
    let not_compared: Vec<String> = found
        .not_compared()
        .map(|check| check.to_string())
        .collect();
    assert_eq!(not_compared.len(), 1, "{not_compared:?}");
    assert!(
        not_compared[0].contains("NOT COMPARED")
            && not_compared[0].contains("switch --reads shadow"),
        "{not_compared:?}"
    );
    // Somebody has vouched for all writers, and was wrong.
    let wrong = "UPDATE parcels SET weight = '3 kg' WHERE depot = 'north' AND id = 4";
    raw::execute(&db, wrong).await.unwrap();
    let mut to = Switching::to("shadow".parse().unwrap());
    to.show_values = true;
    assert_eq!(place.switch_parcels(to).await, Outcome::Done);
    assert_eq!(find(&db, "north", 4).await.grams, 3_000);
    assert_eq!(find(&db, "north", 5).await.grams, 2_500);
    let told = "SELECT row_key || ': ' || legacy || ' / ' || target FROM colmig_mismatch";
    for _ in 0..100 {
        if raw::text(&db, told).await.unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = raw::text(&db, told).await.unwrap();
    assert_eq!(told.as_deref(), Some("north, 4: 3 kg / 2000"));
}
