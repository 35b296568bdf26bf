//! Fields that take the place of others, while builds of before go on with those.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use colmig::migrate::{Event, Outcome, Settings, Switching, Watch};
use colmig::{Db, Document as _, Phase, field};
use colmig_guests::{CREATE, Name, REPLACE, Stay, old_stay};
use mongodb::bson::{Document, doc};

use super::place::{BEFORE_CONTRACT, Place, goal, quick, stopping, vouched};

/// What goes.
const LEGACY: [&str; 4] = ["visits", "first", "last", "paid"];

/// A stay with values of its own.
fn own(id: i64) -> Stay {
    Stay {
        nights: 3,
        name: Name {
            first: "$visits".to_owned(),
            last: "Lovelace".to_owned(),
        },
        cents: 12_345,
        note: Some("countess".to_owned()),
        ..Stay::plain(id)
    }
}

/// What the build before reads of a stay.
async fn old_view(place: &Place, id: i64) -> Document {
    let mut stored = place.stored("stays", id).await.unwrap();
    for target in ["nights", "name", "cents"] {
        stored.remove(target);
    }
    stored
}

/// What it reads of one with values of its own.
fn own_of_old(id: i64) -> Document {
    doc! {
        "_id": id, "visits": 3_i64, "first": "$visits", "last": "Lovelace", "paid": "12345",
        "note": "countess",
    }
}

async fn find(db: &Db, id: i64) -> Stay {
    Stay::find(db, id).await.unwrap().unwrap()
}

/// Every accessor beside the commands of the build before, each on documents that the other wrote.
async fn exercise(place: &Place, db: &Db, base: i64, old_builds: bool) {
    // What an old build inserts, a new one reads; what it updates as well, and what it replaces.
    let id = base;
    match old_builds {
        true => place.seed("stays", [old_stay(id)]).await,
        false => Stay::plain(id).insert(db).await.unwrap(),
    }
    assert_eq!(find(db, id).await, Stay::plain(id));
    if old_builds {
        let update = doc! { "$set": { "visits": 9_i64, "last": "Solo", "paid": "77" } };
        place.change("stays", id, update).await;
        let mut updated = Stay::plain(id);
        (updated.nights, updated.cents) = (9, 77);
        updated.name.last = "Solo".to_owned();
        assert_eq!(find(db, id).await, updated);
        let stays = place.stays();
        let replaced = stays.replace_one(doc! { "_id": id }, old_stay(id)).await;
        assert_eq!(replaced.unwrap().matched_count, 1);
        assert_eq!(find(db, id).await, Stay::plain(id));
    }

    // What a new build inserts, an old one reads; what it updates as well.
    let id = base + 1;
    own(id).insert(db).await.unwrap();
    assert_eq!(find(db, id).await, own(id));
    assert_eq!(same(old_view(place, id).await), same(own_of_old(id)));
    let update = Stay::update(id)
        .set(field!(Stay.nights), 4)
        .set(field!(Stay.note), None::<String>);
    assert!(update.execute(db).await.unwrap());
    let changed = Stay {
        nights: 4,
        note: None,
        ..own(id)
    };
    assert_eq!(find(db, id).await, changed);
    let old = old_view(place, id).await;
    assert_eq!(old.get_i64("visits").unwrap(), 4);
    assert_eq!(old.get_str("paid").unwrap(), "12345");

    // Filters and sorts see every document, whichever side holds it.
    let both =
        doc! { "cents": { "$in": [12_345, base * 100] }, "_id": { "$gte": base, "$lt": base + 9 } };
    let found = Stay::query(db).filter(both).sort(doc! { "cents": 1 });
    let mut expected = [Stay::plain(base), changed];
    expected.sort_by_key(|stay| stay.cents);
    assert_eq!(found.fetch_all().await.unwrap(), expected);
    let named = doc! { "name.last": format!("Last{base}") };
    let found = Stay::query(db).filter(named).fetch_all().await.unwrap();
    assert_eq!(found, [Stay::plain(base)]);

    own(base).save(db).await.unwrap();
    assert_eq!(find(db, base).await, own(base));
    assert_eq!(same(old_view(place, base).await), same(own_of_old(base)));
    own(base + 2).save(db).await.unwrap();
    let saved = old_view(place, base + 2).await;
    assert_eq!(same(saved), same(own_of_old(base + 2)));
    assert!(Stay::delete(db, base + 2).await.unwrap());
    assert_eq!(Stay::find(db, base + 2).await.unwrap(), None);
}

/// The same fields in an order of their own: a document's has no meaning here.
fn same(document: Document) -> Document {
    let mut fields: Vec<_> = document.into_iter().collect();
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    fields.into_iter().collect()
}

pub(crate) async fn both_sides_are_right_in_every_phase(place: &Place) {
    let db = place.with_stays(300).await;
    exercise(place, &db, 1_000, true).await;
    for (position, phase) in (0..).zip(BEFORE_CONTRACT) {
        place.run(REPLACE, phase).await;
        exercise(place, &db, 2_000 + 10 * position, phase <= Phase::Backfill).await;
    }
    let held = place.try_contract(REPLACE).await;
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}");
    };
    assert!(gate.contains("switch --reads target"), "{gate}");
    for (base, reads) in [(3_000, "25%"), (3_010, "target")] {
        let to = Switching::to(reads.parse().unwrap());
        assert_eq!(place.switch(to).await, Outcome::Done, "{reads}");
        exercise(place, &db, base, false).await;
    }
    assert_eq!(place.reads().await.mismatches, 0);
    place.contract(REPLACE).await;
    assert_eq!(find(&db, 7).await, Stay::plain(7));
    assert_eq!(find(&db, 2_041).await.nights, 4);
    own(5_000).insert(&db).await.unwrap();
    assert_eq!(find(&db, 5_000).await, own(5_000));
    for field in LEGACY {
        let left = doc! { field: { "$exists": true } };
        assert_eq!(place.count("stays", left).await, 0, "{field}");
    }
    assert_eq!(place.count("colmig_saved", doc! {}).await, 0);
}

pub(crate) async fn abort_in_each_phase_leaves_the_schema_as_it_was_and_loses_nothing(
    place: &Place,
) {
    let db = place.with_stays(100).await;
    let (schema, untouched) = (place.schema(), place.documents("stays").await);
    for (position, phase) in (0..).zip(BEFORE_CONTRACT) {
        place.run(REPLACE, phase).await;
        let base = 1_000 + 10 * position;
        exercise(place, &db, base, phase <= Phase::Backfill).await;
        place.abort(REPLACE).await;
        assert_eq!(place.schema(), schema, "after {phase}");
        let documents = place.documents("stays").await;
        assert_eq!(documents[..100], untouched, "after {phase}");
        assert_eq!(same(old_view(place, base).await), same(own_of_old(base)));
        let stored = place.stored("stays", base + 1).await.unwrap();
        assert_eq!(stored.len(), 6, "after {phase}: {stored}");
        assert_eq!(find(&db, base).await, own(base));
        exercise(place, &db, 2_000 + base, true).await;
    }
    let saved = place.count("colmig_saved", doc! {}).await;
    assert_eq!(saved, 0, "legacy holds everything");
}

pub(crate) async fn text_that_does_not_convert_is_named_and_holds_the_migration(place: &Place) {
    let db = place.with_stays(500).await;
    let bad = [
        (17, "abc"),
        (42, ""),
        (99, "12.5"),
        (250, "99999999999999999999"),
        (300, "1e3"),
    ];
    for (id, paid) in bad {
        let paid = doc! { "$set": { "paid": paid } };
        place.change("stays", id, paid).await;
    }
    let (phase, gate) = place.refused(REPLACE, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("cents") && gate.contains("17"), "{gate}");
    // Nothing of it is lost, whichever way it goes on.
    place.abort(REPLACE).await;
    for (id, paid) in bad {
        let stored = place.stored("stays", id).await.unwrap();
        assert_eq!(stored.get_str("paid").unwrap(), paid);
        assert_eq!(stored.len(), 6, "{stored}");
    }
    // One after the other is named, and mended.
    for (id, _) in bad {
        let (_, gate) = place.refused(REPLACE, Phase::SwitchReads).await;
        assert!(gate.contains(&id.to_string()), "{id}: {gate}");
        let mended = doc! { "$set": { "paid": "5" } };
        place.change("stays", id, mended).await;
    }
    place.run(REPLACE, Phase::SwitchReads).await;
    assert_eq!(find(&db, 17).await.cents, 5);
}

/// Case, accents and blanks at the end are part of a value. A collection may have a collation to
/// which they are not: it is named before anything is done.
pub(crate) async fn what_a_collation_takes_for_one_is_two_values(place: &Place) {
    let blind = doc! {
        "create": "stays",
        "collation": { "locale": "en", "strength": 1 },
    };
    place.database.run_command(blind).await.unwrap();
    place.with_stays(50).await.close().await;
    let schema = place.schema();
    let (phase, gate) = place.refused(REPLACE, Phase::SwitchReads).await;
    assert_eq!(phase, Phase::Expand);
    for part in ["`stays`", "collation", "takes for one"] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    assert_eq!(place.schema(), schema, "nothing was done");

    let place = &place.another().await;
    let db = place.with_stays(50).await;
    place.run(REPLACE, Phase::Backfill).await;
    let alike = ["Ren\u{e9}", "ren\u{e9}", "rene", "rene ", "RENE"];
    for (id, name) in (1_i64..).zip(alike) {
        // By a build of before, behind the backfill: for a moment the target says the same but for
        // the case.
        let set = doc! { "$set": { "first": name, "name.first": "REN\u{e9}" } };
        place.change("stays", id, set).await;
        assert_eq!(find(&db, id).await.name.first, name, "by an old build");
        let update = Stay::update(id + 10).set(
            field!(Stay.name),
            Name {
                first: name.to_owned(),
                last: "x".to_owned(),
            },
        );
        assert!(update.execute(&db).await.unwrap());
        let stored = place.stored("stays", id + 10).await.unwrap();
        assert_eq!(stored.get_str("first").unwrap(), name, "by a new build");
    }
    place.run(REPLACE, Phase::SwitchReads).await;
    let to = Switching::to(colmig::Reads::Target);
    assert_eq!(place.switch(to).await, Outcome::Done);
    for (id, name) in (1_i64..).zip(alike) {
        assert_eq!(find(&db, id).await.name.first, name, "by the sweep");
        assert_eq!(find(&db, id + 10).await.name.first, name);
    }
}

/// Contract takes one replaced field after the other, and can be interrupted between any two.
pub(crate) async fn rows_go_in_while_legacy_goes_piece_by_piece(place: &Place) {
    let db = place.with_stays(20).await;
    place.run(REPLACE, Phase::SwitchReads).await;
    let to = Switching::to(colmig::Reads::Target);
    assert_eq!(place.switch(to).await, Outcome::Done);
    let migrations = place.migrations();
    for id in 1_000.. {
        let watch = stopping(
            |event| matches!(event, Event::StepDone { step, .. } if !step.starts_with("check_")),
        );
        let mut migrator = place.migrator().await;
        let outcome = migrator.contract(&migrations, REPLACE, &watch).await;
        own(id).insert(&db).await.unwrap();
        assert_eq!(find(&db, id).await, own(id));
        match outcome.unwrap() {
            Outcome::Done => {
                assert!(id > 1_000, "it was not interrupted");
                break;
            }
            Outcome::Stopped { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    let left = LEGACY.map(|field| doc! { field: { "$exists": true } });
    assert_eq!(place.count("stays", doc! { "$or": left.to_vec() }).await, 0);
}

/// Whoever goes on with what goes is named, and contract goes on once they are gone.
pub(crate) async fn a_writer_of_legacy_for_ever_is_named(place: &Place) {
    const NUMBER: i64 = 20;
    place.with_stays(NUMBER).await;
    place.run(REPLACE, Phase::SwitchReads).await;
    let to = Switching::to(colmig::Reads::Target);
    assert_eq!(place.switch(to).await, Outcome::Done);
    let write = |stays: mongodb::Collection<Document>, number: i64| async move {
        let stay = doc! { "_id": number % NUMBER + 1 };
        let set = doc! { "$set": { "paid": number.to_string() } };
        stays.update_one(stay, set).await.unwrap();
    };
    let writers = place.writers("stays", write).await;
    let Outcome::Held { phase, gate, .. } = place.try_contract(REPLACE).await else {
        panic!("nobody was named");
    };
    assert_eq!(phase, Phase::Contract, "{gate}");
    for part in [
        "`unset_stays_paid`",
        "documents with a field that goes, such as those with _id = ",
        "writes that field",
        "deploy over them",
    ] {
        assert!(gate.contains(part), "{part}: {gate}");
    }
    writers.stop().await;
    place.contract(REPLACE).await;
    let left = LEGACY.map(|field| doc! { field: { "$exists": true } });
    assert_eq!(place.count("stays", doc! { "$or": left.to_vec() }).await, 0);
}

/// Writers of both builds on the same documents: each reads what it wrote, through both builds. As
/// long as there are old ones, that is until the end of the backfill.
pub(crate) async fn old_and_new_builds_write_the_same_rows_through_every_phase(place: &Place) {
    place.with_stays(400).await;
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let writer = |instance: Db, other: Db, stays: mongodb::Collection<Document>, first: i64| {
        let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
        tokio::spawn(async move {
            let mut cents = 0;
            while !stop.load(Ordering::Relaxed) {
                cents = (cents + 1) % 90;
                let id = first + cents % 5;
                let name = Name {
                    first: format!("New{cents}"),
                    last: "x".to_owned(),
                };
                let update = Stay::update(id)
                    .set(field!(Stay.cents), cents)
                    .set(field!(Stay.name), name.clone());
                assert!(update.execute(&instance).await.unwrap());
                for reader in [&instance, &other] {
                    let read = find(reader, id).await;
                    assert_eq!((read.cents, &read.name), (cents, &name));
                }
                let old = stays.find_one(doc! { "_id": id }).await.unwrap().unwrap();
                assert_eq!(old.get_str("paid").unwrap(), cents.to_string(), "{old}");
                assert_eq!(old.get_str("first").unwrap(), name.first, "{old}");

                let paid = (cents + 1).to_string();
                let set = doc! { "$set": { "paid": paid, "visits": cents } };
                stays.update_one(doc! { "_id": id }, set).await.unwrap();
                for reader in [&instance, &other] {
                    let read = find(reader, id).await;
                    assert_eq!((read.cents, read.nights), (cents + 1, cents));
                }
                let mut whole = old_stay(id + 10);
                whole.insert("visits", cents);
                let filter = doc! { "_id": id + 10 };
                stays.replace_one(filter, whole).await.unwrap();
                assert_eq!(find(&other, id + 10).await.nights, cents);
                rounds.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
    };
    let instances = place.instances(3).await;
    let mut tasks = Vec::new();
    for (at, stranger) in place.strangers(3).await.into_iter().enumerate() {
        let other = instances[(at + 1) % 3].clone();
        let first = 1 + 100 * i64::try_from(at).unwrap();
        let stays = stranger.collection("stays");
        tasks.push(writer(instances[at].clone(), other, stays, first));
    }
    let until_filled = [Phase::Expand, Phase::DualWrite, Phase::Backfill];
    for phase in until_filled {
        place.run(REPLACE, phase).await;
    }
    place.abort(REPLACE).await;
    for phase in until_filled {
        place.run(REPLACE, phase).await;
    }
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(rounds.load(Ordering::Relaxed) > 100, "{rounds:?}");
    let stale = || {
        doc! { "$expr": { "$or": [
            { "$ne": ["$nights", "$visits"] },
            { "$ne": ["$cents", { "$toLong": "$paid" }] },
            { "$ne": ["$name", { "first": "$first", "last": "$last" }] },
        ] } }
    };
    assert!(
        place.count("stays", stale()).await > 0,
        "old builds left none"
    );
    place.run(REPLACE, Phase::SwitchReads).await;
    assert_eq!(
        place.count("stays", stale()).await,
        0,
        "the sweep left some"
    );
}

pub(crate) async fn without_triggers_somebody_has_to_vouch_for_all_other_writers(place: &Place) {
    let db = place.with_stays(100).await;
    let run = async |until, settings: Settings| {
        let mut migrator = place.migrator_with(settings).await;
        let (migrations, watch) = (place.migrations(), Watch::default());
        let outcome = migrator
            .run(&migrations, &goal(REPLACE, until), &watch)
            .await;
        outcome.unwrap()
    };
    let held = run(Phase::SwitchReads, quick()).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("--assume-drained"), "{gate}");
    // No words of a database that speaks SQL.
    for word in ["without triggers", "psql"] {
        assert!(!gate.contains(word), "{word}: {gate}");
    }
    own(1_000).insert(&db).await.unwrap();
    for (phase, id) in [
        (Phase::Backfill, 1_001),
        (Phase::Constrain, 1_002),
        (Phase::SwitchReads, 1_003),
    ] {
        assert_eq!(run(phase, vouched()).await, Outcome::Done);
        own(id).insert(&db).await.unwrap();
        assert_eq!(find(&db, id).await, own(id));
        assert_eq!(same(old_view(place, id).await), same(own_of_old(id)));
    }
    let audit = place.migrator().await.audit(200).await.unwrap();
    assert!(audit.iter().any(|entry| entry.action == "assume-drained"));
    let to = Switching::to(colmig::Reads::Target);
    assert_eq!(place.switch(to).await, Outcome::Done);

    // While contract runs, accessors write the target alone, and legacy is still there.
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut id = 2_000;
            while !stop.load(Ordering::Relaxed) {
                own(id).insert(&db).await.unwrap();
                id += 1;
            }
            id
        })
    };
    place.contract(REPLACE).await;
    stop.store(true, Ordering::Relaxed);
    let next = writer.await.unwrap();
    assert!(next > 2_005, "{next}");
    assert_eq!(find(&db, next - 1).await, own(next - 1));
    assert_eq!(find(&db, 7).await, Stay::plain(7));
    let left = LEGACY.map(|field| doc! { field: { "$exists": true } });
    assert_eq!(place.count("stays", doc! { "$or": left.to_vec() }).await, 0);
    // Nobody runs what is done.
    place.run(CREATE, Phase::SwitchReads).await;
}
