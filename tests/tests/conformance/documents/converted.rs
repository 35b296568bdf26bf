//! Fields that functions in Rust convert and fill, in instances of the application.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use colmig::migrate::{Event, Outcome, Settings, Stop, Switching, Verifying, Watch};
use colmig::{Converted, Db, Document as _, Error, Phase, field};
use colmig_guests::{
    ADD, CONVERT, CREATE, CREATE_BADGES, CREATE_LUGGAGE, DROP, Key, Luggage, REPLACE, luggage_key,
    old_luggage, weight,
};
use mongodb::bson::{Bson, Document, doc};
use tokio::task::JoinHandle;

use super::place::{BEFORE_CONTRACT, Place, goal, vouched};
use crate::filling::Filling;

/// What functions bring, and what the build before knows nothing of.
const NEW: [&str; 4] = ["grams", "label", "floor", "fee"];

async fn with_luggage(place: &Place, number: i64) -> Db {
    place.leave_out(&[CREATE, ADD, REPLACE, CREATE_BADGES, DROP]);
    place.run(CREATE_LUGGAGE, Phase::SwitchReads).await;
    place.seed("luggage", (1..=number).map(old_luggage)).await;
    place.instance().await
}

/// Converts beside the test, as an instance of the application does.
fn worker(db: &Db) -> JoinHandle<Converted> {
    let convert = colmig::convert::<Luggage>(db).rows(40).duty(1.0);
    tokio::spawn(async move { convert.await.unwrap() })
}

fn bson(key: Key) -> Bson {
    match key {
        Key::Number(number) => Bson::Int64(number),
        Key::Text(text) => Bson::String(text),
        Key::Object(id) => Bson::ObjectId(id),
    }
}

async fn stored(place: &Place, id: i64) -> Document {
    let stored = place.stored("luggage", bson(luggage_key(id))).await;
    stored.unwrap()
}

async fn find(db: &Db, id: i64) -> Luggage {
    Luggage::find(db, luggage_key(id)).await.unwrap().unwrap()
}

async fn switch(place: &Place, to: Switching) -> Outcome {
    let mut migrator = place.migrator().await;
    let (migrations, watch) = (place.migrations(), Watch::default());
    let switched = migrator.switch(&migrations, CONVERT, to, &watch).await;
    switched.unwrap()
}

/// Accessors on a document of their own, and what a build of before reads of it.
async fn exercise(place: &Place, db: &Db, id: i64) {
    let weight = async || {
        let stored = stored(place, id).await;
        stored.get_str("weight").map(str::to_owned)
    };
    let mut piece = Luggage {
        grams: 1_250,
        label: "fragile".to_owned(),
        fee: 2.25,
        ..Luggage::plain(id)
    };
    piece.insert(db).await.unwrap();
    assert_eq!(find(db, id).await, piece);
    assert_eq!(weight().await.unwrap(), "1250 g");
    let update = Luggage::update(luggage_key(id))
        .set(field!(Luggage.grams), 7_000)
        .set(field!(Luggage.fee), 0.5);
    assert!(update.execute(db).await.unwrap());
    (piece.grams, piece.fee) = (7_000, 0.5);
    assert_eq!(find(db, id).await, piece);
    piece.grams = 8_000;
    piece.save(db).await.unwrap();
    assert_eq!(find(db, id).await, piece);
    assert_eq!(weight().await.unwrap(), "8000 g");
    assert_eq!(stored(place, id).await.get_i64("fee").unwrap(), 50);

    // A value that legacy could not hold is refused, and nothing is written.
    let refused = Luggage {
        grams: -5,
        ..Luggage::plain(id + 1)
    };
    let refused = refused.insert(db).await.unwrap_err();
    let Error::NotReversible { column, legacy, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!((*column, legacy.as_str()), ("grams", "`weight`"));
    let there = place.stored("luggage", bson(luggage_key(id + 1))).await;
    assert!(there.is_none());
    let update = Luggage::update(luggage_key(id)).set(field!(Luggage.grams), -5);
    let refused = update.execute(db).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotReversible { .. }),
        "{refused:?}"
    );
    assert_eq!(find(db, id).await, piece);

    // Others are found by fields that are stored; by these, where the server knows them.
    let south = Luggage::query(db)
        .filter(doc! { "_id": { "$in": [2_i64, 4_i64] } })
        .sort(doc! { "_id": 1 });
    let expected = [Luggage::plain(2), Luggage::plain(4)];
    assert_eq!(south.fetch_all().await.unwrap(), expected);
    let own = bson(luggage_key(id));
    for (filter, name) in [
        (doc! { "_id": own.clone(), "grams": 8_000_i64 }, "grams"),
        (doc! { "_id": own, "label": "fragile" }, "label"),
    ] {
        match Luggage::query(db).filter(filter).fetch_all().await {
            Ok(found) => assert_eq!(found, [piece.clone()]),
            Err(Error::InRust { column, .. }) => assert_eq!(column, name),
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// The documents that do not hold what functions make of them.
async fn stale(place: &Place) -> Vec<Document> {
    let differs = |piece: &Document| {
        let weight = piece.get_str("weight").unwrap().to_owned();
        weight::grams(weight).unwrap() != piece.get_i64("grams").unwrap_or(-1)
            || NEW.iter().any(|name| !piece.contains_key(name))
    };
    let mut all = place.documents("luggage").await;
    all.retain(differs);
    all
}

pub(crate) async fn a_rule_in_rust_is_right_in_every_phase(place: &Place) {
    let db = with_luggage(place, 300).await;
    exercise(place, &db, 1_000).await;
    let workers = [worker(&db), worker(&place.instance().await)];
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        place.run(CONVERT, phase).await;
        let base = 2_000 + 10 * i64::try_from(position).unwrap();
        exercise(place, &db, base).await;
        if phase == Phase::Backfill {
            // A whole document of a build of before, which erases what it does not know.
            let [one, other] = [300, 299].map(|id| (bson(luggage_key(id)), old_luggage(id)));
            for (key, old) in [one, other] {
                let replaced = place.collection("luggage");
                let replaced = replaced.replace_one(doc! { "_id": key }, old).await;
                assert_eq!(replaced.unwrap().modified_count, 1);
            }
        }
    }
    let mut written = 0;
    for worker in workers {
        let converted = worker.await.unwrap();
        assert!(converted.ended);
        written += converted.rows;
    }
    assert_eq!(written, 4 * (300 + 2), "and two once more");
    assert_eq!(stale(place).await, [] as [Document; 0]);
    assert_eq!(find(&db, 299).await, Luggage::plain(299));
    for (base, reads) in [(3_000, "25%"), (3_010, "shadow"), (3_020, "target")] {
        let to = Switching::to(reads.parse().unwrap());
        assert_eq!(switch(place, to).await, Outcome::Done, "{reads}");
        exercise(place, &db, base).await;
        assert_eq!(find(&db, 7).await, Luggage::plain(7));
    }
    assert_eq!(place.count("colmig_mismatch", doc! {}).await, 0);
    let query = Luggage::query(&db).filter(doc! { "grams": 7_000_i64, "label": "owner 2" });
    assert_eq!(query.fetch_all().await.unwrap(), [Luggage::plain(7)]);
    place.contract(CONVERT).await;
    let gone = doc! { "weight": { "$exists": true } };
    assert_eq!(place.count("luggage", gone).await, 0);
    assert_eq!(find(&db, 7).await, Luggage::plain(7));
    let free = Luggage {
        grams: -5,
        ..Luggage::plain(5_000)
    };
    free.insert(&db).await.unwrap();
    assert_eq!(find(&db, 5_000).await, free);
    let at_once = worker(&db).await.unwrap();
    assert!(at_once.ended && at_once.rows == 0);
}

pub(crate) async fn abort_takes_a_rule_in_rust_back_in_each_phase(place: &Place) {
    let db = with_luggage(place, 100).await;
    let before = place.schema();
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        let worker = worker(&db);
        place.run(CONVERT, phase).await;
        let id = 1_000 + 10 * i64::try_from(position).unwrap();
        exercise(place, &db, id).await;
        place.abort(CONVERT).await;
        worker.abort();
        assert_eq!(place.schema(), before, "after {phase}");
        assert_eq!(stored(place, id).await.get_str("weight").unwrap(), "8000 g");
        assert_eq!(find(&db, 7).await, Luggage::plain(7));
        for name in NEW {
            let there = doc! { name: { "$exists": true } };
            assert_eq!(place.count("luggage", there).await, 0, "{name}");
        }
        // What nobody can tell from what somebody wrote is kept; the other side of `grams` says the same.
        let saved = doc! { "_id.field": "label", "value": "fragile" };
        assert!(place.count("colmig_saved", saved).await > 0);
        let saved = doc! { "_id.field": "grams" };
        assert_eq!(place.count("colmig_saved", saved).await, 0);
        for of in ["", "_failure", "_worker"] {
            let of = format!("colmig_conversion{of}");
            assert_eq!(place.count(&of, doc! {}).await, 0, "{of}");
        }
    }
}

pub(crate) async fn rows_that_do_not_convert_are_named_and_hold_the_migration(place: &Place) {
    let db = with_luggage(place, 200).await;
    let bad = [
        (16, "heavy", "`heavy` is no weight"),
        (17, "2 st", "`2 st` is no weight"),
        (
            42,
            "5000000000000 kg",
            "the function panicked: nobody carries",
        ),
    ];
    for (id, text, _) in bad {
        let set = doc! { "$set": { "weight": text } };
        place.change("luggage", bson(luggage_key(id)), set).await;
    }
    let nobody = doc! { "$set": { "owner": "" } };
    place.change("luggage", bson(luggage_key(5)), nobody).await;
    let unread = Luggage::find(&db, luggage_key(16)).await.unwrap_err();
    assert!(matches!(unread, Error::NotConvertible { .. }), "{unread:?}");
    let workers = [worker(&db), worker(&db)];
    let (phase, gate) = place.refused(CONVERT, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Backfill);
    for part in [
        "1 document of `luggage`",
        "piece 5 (owner, tags = ', missing': it is nobody's)",
        "a value to `label` itself",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    let named = Luggage::update(luggage_key(5)).set(field!(Luggage.label), "lost");
    assert!(named.execute(&db).await.unwrap());
    let (phase, gate) = place.refused(CONVERT, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("3 documents of `luggage`"), "{gate}");
    for (id, text, reason) in bad {
        let key = match luggage_key(id) {
            Key::Text(text) => text,
            _ => id.to_string(),
        };
        let named = format!("{key} (weight = '{text}': {reason}");
        assert!(gate.contains(&named), "{gate}");
    }
    // The process goes on, and so does the run once the documents are mended.
    let again = place.try_run(CONVERT, Phase::SwitchReads).await;
    assert!(matches!(again, Outcome::Held { .. }), "{again:?}");
    for (id, ..) in bad {
        let mend = Luggage::update(luggage_key(id)).set(field!(Luggage.grams), 5);
        assert!(mend.execute(&db).await.unwrap());
    }
    place.run(CONVERT, Phase::SwitchReads).await;
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    assert_eq!(stale(place).await, [] as [Document; 0]);
}

pub(crate) async fn a_run_says_what_to_call_where_nobody_converts(place: &Place) {
    let db = with_luggage(place, 20).await;
    let told = Arc::new(AtomicBool::new(false));
    let watch = Watch {
        events: {
            let told = Arc::clone(&told);
            Box::new(move |event| {
                if let Event::WorkersMissing { call, .. } = event {
                    assert_eq!(call, "colmig::convert::<Luggage>(&db).await");
                    told.store(true, Ordering::Relaxed);
                }
            })
        },
        stop: Stop::default(),
    };
    let settings = Settings {
        lock_patience: Duration::from_secs(4),
        ..vouched()
    };
    let mut migrator = place.migrator_with(settings).await;
    let (migrations, goal) = (place.migrations(), goal(CONVERT, Phase::SwitchReads));
    let held = migrator.run(&migrations, &goal, &watch).await.unwrap();
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}");
    };
    assert!(told.load(Ordering::Relaxed));
    assert!(
        gate.contains("call `colmig::convert::<Luggage>(&db).await`"),
        "{gate}"
    );
    // Told to stop, a worker stops behind its ranges.
    let stopped = colmig::convert::<Luggage>(&db).until(async {}).await;
    let stopped = stopped.unwrap();
    assert!(!stopped.ended && stopped.rows > 0, "{stopped:?}");
    let worker = worker(&db);
    place.run(CONVERT, Phase::SwitchReads).await;
    assert!(worker.await.unwrap().ended);
}

pub(crate) async fn a_worker_that_dies_costs_its_range_and_no_more(place: &Place) {
    let db = with_luggage(place, 400).await;
    place.run(CONVERT, Phase::DualWrite).await;
    let run = place.run(CONVERT, Phase::SwitchReads);
    let kills = async {
        while place.count("colmig_conversion", doc! {}).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // As if one had died in the middle of a range.
        let orphan = doc! {
            "id": -1_i64, "lower": { "key": 2_i64 }, "upper": null, "pass": 1_i64, "worker": "dead",
            "expires_at": mongodb::bson::DateTime::from_millis(0),
        };
        let orphaned = doc! { "$push": { "ranges": orphan }, "$inc": { "claims": 1_i64 } };
        let conversions = place.collection("colmig_conversion");
        conversions.update_many(doc! {}, orphaned).await.unwrap();
        // Dropped at whatever they are at: what they hold is not given back.
        for _ in 0..5 {
            let victim = worker(&db);
            tokio::time::sleep(Duration::from_millis(150)).await;
            victim.abort();
        }
        worker(&db).await.unwrap()
    };
    let ((), last) = tokio::join!(run, kills);
    assert!(last.ended);
    assert_eq!(stale(place).await, [] as [Document; 0]);
    let left = doc! { "ranges": { "$ne": [] } };
    assert_eq!(place.count("colmig_conversion", left).await, 0);
}

/// One process after the other, each killed while it is at it; and two that bring all to its end.
pub(crate) async fn a_process_that_is_killed_while_it_converts_costs_its_range(place: &Place) {
    const PIECES: i64 = 2_000;
    let _db = with_luggage(place, PIECES).await;
    place.run(CONVERT, Phase::DualWrite).await;
    let run = place.run(CONVERT, Phase::SwitchReads);
    let converted = || place.count("luggage", doc! { "fee": { "$exists": true } });
    let held = || place.count("colmig_conversion", doc! { "ranges": { "$ne": [] } });
    let kills = async {
        let (mut killed_at_work, mut orphans) = (0, 0);
        for _ in 0..3 {
            let before = converted().await;
            let victims = [Filling::start(&place.url), Filling::start(&place.url)];
            let mut now = before;
            for _ in 0..2_000 {
                now = converted().await;
                if now > before + 100 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            drop(victims);
            killed_at_work += i32::from(now < u64::try_from(PIECES).unwrap());
            orphans += held().await;
        }
        let survivors = [Filling::start(&place.url), Filling::start(&place.url)];
        (killed_at_work, orphans, survivors)
    };
    let ((), (killed_at_work, orphans, survivors)) = tokio::join!(run, kills);
    assert!(
        killed_at_work > 0 && orphans > 0,
        "{killed_at_work}, {orphans}"
    );
    for mut survivor in survivors {
        let ended = survivor.wait();
        assert!(ended.success(), "{ended}");
    }
    assert_eq!(stale(place).await, [] as [Document; 0]);
    assert_eq!(held().await, 0);
}

pub(crate) async fn rows_that_change_while_they_are_converted_are_done_again(place: &Place) {
    let db = with_luggage(place, 300).await;
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let writers = place.instances(2).await.into_iter().enumerate();
    let writers: Vec<_> = writers
        .map(|(at, instance)| {
            let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
            tokio::spawn(async move {
                let mut grams = 0;
                while !stop.load(Ordering::Relaxed) {
                    grams += 1;
                    // Of the one the numbers, of the other the texts.
                    let id = 2 * ((grams * 7) % 150) + 1 + i64::try_from(at).unwrap();
                    let update = Luggage::update(luggage_key(id)).set(field!(Luggage.grams), grams);
                    assert!(update.execute(&instance).await.unwrap());
                    assert_eq!(find(&instance, id).await.grams, grams);
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let workers = [worker(&db), worker(&place.instance().await)];
    place.run(CONVERT, Phase::SwitchReads).await;
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    for worker in workers {
        assert!(worker.await.unwrap().ended);
    }
    assert!(rounds.load(Ordering::Relaxed) > 100, "{rounds:?}");
    assert_eq!(stale(place).await, [] as [Document; 0]);
}

pub(crate) async fn a_row_that_is_written_behind_every_accessor_is_found_by_comparisons(
    place: &Place,
) {
    let db = with_luggage(place, 50).await;
    let worker = worker(&db);
    place.run(CONVERT, Phase::SwitchReads).await;
    assert!(worker.await.unwrap().ended);
    // `verify` cannot look at it, and says so with the way to do it.
    let (migrations, watch) = (place.migrations(), Watch::default());
    let mut migrator = place.migrator().await;
    let verifying = Verifying::default();
    let verified = migrator.verify(&migrations, &verifying, &watch);
    let verified = verified.await.unwrap();
    let not_compared = verified.not_compared().map(ToString::to_string);
    let not_compared: Vec<String> = not_compared.collect();
    assert_eq!(not_compared.len(), 4, "{not_compared:?}");
    let of_grams = not_compared.iter().find(|said| said.contains("`grams`"));
    let of_grams = of_grams.unwrap();
    assert!(of_grams.contains("switch --reads shadow"), "{of_grams}");
    // Somebody has vouched for all writers, and was wrong.
    let wrong = doc! { "$set": { "weight": "3 kg" } };
    place.change("luggage", 4_i64, wrong).await;
    let mut to = Switching::to("shadow".parse().unwrap());
    to.show_values = true;
    assert_eq!(switch(place, to).await, Outcome::Done);
    assert_eq!(find(&db, 4).await.grams, 3_000);
    assert_eq!(find(&db, 5).await.grams, 5_000);
    let mismatches = place.collection("colmig_mismatch");
    let mut told = None;
    for _ in 0..100 {
        told = mismatches.find_one(doc! {}).await.unwrap();
        if told.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = told.unwrap();
    let said = ["row_key", "legacy", "target"].map(|name| told.get_str(name).unwrap());
    assert_eq!(said, ["4", "3 kg", "4000"]);
}

/// The server compares texts by the collation of their collection, and so what was read with what is there.
pub(crate) async fn a_collection_with_a_collation_is_refused_by_name(place: &Place) {
    let loose = doc! { "locale": "en", "strength": 1 };
    let create = doc! { "create": "luggage", "collation": loose };
    place.database.run_command(create).await.unwrap();
    with_luggage(place, 10).await;
    let schema = place.schema();
    let (phase, gate) = place.refused(CONVERT, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Expand);
    for part in ["`luggage`", "has a collation", "without one"] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    assert_eq!(place.schema(), schema, "nothing was done");
}
