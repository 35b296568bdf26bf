//! Columns that take the place of others, while builds of before go on with those.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use colmig::migrate::{Event, Goal, Migrator, Outcome, Settings, Switching, Watch};
use colmig::{Database, Db, Error, Model, Phase, field};
use colmig_people::{Person, REPLACE, insert_old};
use colmig_tests::{behind, raw};

use crate::Place;
use crate::fleet::seat;
use crate::place::{quick, stopping};

/// The phases in which a migration stops by itself, or can be told to.
const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// A person with values of their own.
fn own(id: i64) -> Person {
    Person {
        handle: format!("ada{id}"),
        age: 36,
        first_name: "Ada King".to_owned(),
        last_name: Some("Lovelace".to_owned()),
        address: "St James Square".to_owned(),
        note: Some("countess".to_owned()),
        ..Person::plain(id)
    }
}

/// What the build before reads of a person.
async fn old_view(db: &Db, id: i64) -> String {
    let sql = format!(
        "SELECT nick || '|' || age || '|' || name || '|' || street || '|' || town FROM people WHERE id = {id}"
    );
    raw::text(db, &sql).await.unwrap().unwrap()
}

async fn find(db: &Db, id: i64) -> Person {
    Person::find(db, id).await.unwrap().unwrap()
}

/// Every accessor beside the SQL of the build before, each on rows that the other wrote.
async fn exercise(db: &Db, base: i64) {
    // What an old build inserts, a new one reads; what it updates as well.
    let id = base;
    raw::execute(db, &insert_old(id, 1)).await.unwrap();
    assert_eq!(find(db, id).await, Person::plain(id));
    let update = "UPDATE people SET age = '07', name = 'Solo', town = 'Ur' WHERE id = ";
    raw::execute(db, &format!("{update}{id}")).await.unwrap();
    let updated = Person {
        age: 7,
        first_name: String::new(),
        last_name: Some("Solo".to_owned()),
        address: format!("Street{id} Ur"),
        ..Person::plain(id)
    };
    assert_eq!(find(db, id).await, updated);

    // What a new build inserts, an old one reads; what it updates as well.
    let id = base + 1;
    own(id).insert(db).await.unwrap();
    assert_eq!(find(db, id).await, own(id));
    let ada = format!("ada{id}|36|Ada King Lovelace|St James|Square");
    assert_eq!(old_view(db, id).await, ada);
    let update = Person::update(id)
        .set(field!(Person.last_name), "Byron")
        .set(field!(Person.age), 37)
        .set(field!(Person.note), None);
    assert!(update.execute(db).await.unwrap());
    let byron = Person {
        last_name: Some("Byron".to_owned()),
        age: 37,
        note: None,
        ..own(id)
    };
    assert_eq!(find(db, id).await, byron);
    let ada = format!("ada{id}|37|Ada King Byron|St James|Square");
    assert_eq!(old_view(db, id).await, ada);

    // Filters see every row, whichever side holds it.
    let found = Person::query(
        db,
        "WHERE {age_2} IN (7, 37) AND {id} BETWEEN $1 AND $2 ORDER BY {id}",
    )
    .bind(base)
    .bind(base + 9);
    assert_eq!(found.fetch_all().await.unwrap(), [updated, byron]);
    let bare = Person::query(db, "WHERE street = 'x'").fetch_all().await;
    assert!(matches!(bare, Err(Error::Tail { .. })), "{bare:?}");

    // A value that legacy could not hold is refused, and nothing is written.
    let id = base + 2;
    let nowhere = Person {
        address: "nowhere".to_owned(),
        ..own(id)
    };
    let refused = nowhere.insert(db).await.unwrap_err();
    let Error::NotReversible { column, legacy, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (*column, legacy.as_str()),
        ("address", "`street` and `town`")
    );
    assert_eq!(Person::find(db, id).await.unwrap(), None);
    let update = Person::update(base + 1).set(field!(Person.address), "nowhere");
    let refused = update.execute(db).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotReversible { .. }),
        "{refused:?}"
    );
    let missing = Person::update(base + 3).set(field!(Person.address), "a street");
    assert!(!missing.execute(db).await.unwrap());
    assert_eq!(find(db, base + 1).await.address, "St James Square");
}

pub(crate) async fn both_sides_are_right_in_every_phase(place: &Place) {
    let db = place.with_people(300).await;
    place.keep_time_of_change(&db, "people").await;
    exercise(&db, 1_000).await;
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        assert_eq!(place.run_people(REPLACE, phase).await, Outcome::Done);
        exercise(&db, 2_000 + 10 * i64::try_from(position).unwrap()).await;
    }
    assert_eq!(place.touched(&db, "people", "id <= 300").await, 0);
    assert!(
        place.database != Database::MariaDb || place.touched(&db, "people", "id > 300").await > 0
    );
    let held = place.contract_people().await;
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}");
    };
    assert!(gate.contains("switch --reads target"), "{gate}");
    for (base, reads) in [(3_000, "shadow"), (3_010, "25%"), (3_020, "target")] {
        let to = Switching::to(reads.parse().unwrap());
        assert_eq!(place.switch_people(to).await, Outcome::Done, "{reads}");
        exercise(&db, base).await;
    }
    assert_eq!(place.people_reads().await.mismatches, 0);
    assert_eq!(place.contract_people().await, Outcome::Done);
    assert_eq!(find(&db, 7).await, Person::plain(7));
    assert_eq!(find(&db, 1_000).await.age, 7);
    assert_eq!(find(&db, 2_041).await.last_name.as_deref(), Some("Byron"));
    let nowhere = Person {
        address: "nowhere".to_owned(),
        ..own(5_000)
    };
    nowhere.insert(&db).await.unwrap();
    assert_eq!(find(&db, 5_000).await, nowhere);
    for column in ["nick", "age", "name", "street", "town"] {
        let gone = raw::execute(&db, &format!("SELECT {column} FROM people")).await;
        // SQLite takes a name in double quotes for text, but not one without.
        assert!(gone.is_err(), "{column}");
    }
    let leftover = "SELECT count(*) FROM colmig_saved";
    assert_eq!(raw::number(&db, leftover).await.unwrap(), 0);
}

pub(crate) async fn abort_in_each_phase_leaves_the_schema_as_it_was_and_loses_nothing(
    place: &Place,
) {
    let db = place.with_people(100).await;
    let before = place.schema().await;
    for (position, phase) in BEFORE_CONTRACT.into_iter().enumerate() {
        assert_eq!(place.run_people(REPLACE, phase).await, Outcome::Done);
        let base = 1_000 + 10 * i64::try_from(position).unwrap();
        exercise(&db, base).await;
        place.abort_people().await;
        assert_eq!(place.schema().await, before, "after {phase}");
        let ada = format!("ada{}|37|Ada King Byron|St James|Square", base + 1);
        assert_eq!(old_view(&db, base + 1).await, ada);
        assert_eq!(find(&db, base).await.age, 7);
        exercise(&db, 2_000 + base).await;
    }
    let saved = raw::number(&db, "SELECT count(*) FROM colmig_saved").await;
    assert_eq!(saved.unwrap(), 0, "legacy holds everything");
}

pub(crate) async fn text_that_does_not_convert_is_named_and_holds_the_migration(place: &Place) {
    let db = place.with_people(500).await;
    let bad = [
        (17, "abc"),
        (42, ""),
        (99, "12.5"),
        (250, "99999999999"),
        (300, "1e3"),
    ];
    for (id, age) in bad {
        let update = format!("UPDATE people SET age = '{age}' WHERE id = {id}");
        raw::execute(&db, &update).await.unwrap();
    }
    let held = place.run_people(REPLACE, Phase::SwitchReads).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    for (id, age) in bad {
        assert!(gate.contains(&format!("{id} (age = '{age}')")), "{gate}");
    }
    // Nothing of it is lost, whichever way it goes on.
    let schema = place.schema().await;
    place.abort_people().await;
    for (id, age) in bad {
        let found = raw::text(&db, &format!("SELECT age FROM people WHERE id = {id}")).await;
        assert_eq!(found.unwrap().as_deref(), Some(age));
    }
    assert_ne!(place.schema().await, schema);
    let held = place.run_people(REPLACE, Phase::SwitchReads).await;
    assert!(matches!(held, Outcome::Held { .. }), "{held:?}");
    for (id, _) in bad {
        let mend = format!("UPDATE people SET age = ' 5 ' WHERE id = {id}");
        raw::execute(&db, &mend).await.unwrap();
    }
    assert_eq!(
        place.run_people(REPLACE, Phase::SwitchReads).await,
        Outcome::Done
    );
    assert_eq!(find(&db, 17).await.age, 5);
}

/// Case, accents and blanks at the end are part of a value, whatever a collation takes for one.
pub(crate) async fn what_a_collation_takes_for_one_is_two_values(place: &Place) {
    let db = place.with_people(50).await;
    let alike = ["Ren\u{e9}", "ren\u{e9}", "rene", "rene ", "RENE"];
    let outcome = place.run_people(REPLACE, Phase::DualWrite).await;
    assert_eq!(outcome, Outcome::Done);
    for name in alike {
        let update = format!("UPDATE people SET nick = '{name}' WHERE id = 1");
        raw::execute(&db, &update).await.unwrap();
        let target = raw::text(&db, "SELECT handle FROM people WHERE id = 1").await;
        assert_eq!(target.unwrap().as_deref(), Some(name), "by an old build");
        let update = Person::update(2).set(field!(Person.handle), name);
        assert!(update.execute(&db).await.unwrap());
        let legacy = raw::text(&db, "SELECT nick FROM people WHERE id = 2").await;
        assert_eq!(legacy.unwrap().as_deref(), Some(name), "by a new build");
    }
    // What nobody's trigger has seen: the backfill and the comparison see it.
    let tamper = "UPDATE people SET handle = 'NICK7' WHERE id = 7";
    behind::execute(&db, "people", tamper).await.unwrap();
    let outcome = place.run_people(REPLACE, Phase::Backfill).await;
    assert_eq!(outcome, Outcome::Done);
    let target = raw::text(&db, "SELECT handle FROM people WHERE id = 7").await;
    assert_eq!(target.unwrap().as_deref(), Some("nick7"));
    let tamper = "UPDATE people SET handle = 'nick8 ' WHERE id = 8";
    behind::execute(&db, "people", tamper).await.unwrap();
    let held = place.run_people(REPLACE, Phase::SwitchReads).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Constrain);
    assert!(gate.contains("`handle` of `people`"), "{gate}");
}

/// Contract takes one replaced column after the other, and can be interrupted between any two.
pub(crate) async fn rows_go_in_while_legacy_goes_piece_by_piece(place: &Place) {
    let db = place.with_people(20).await;
    let outcome = place.run_people(REPLACE, Phase::SwitchReads).await;
    assert_eq!(outcome, Outcome::Done);
    let to = Switching::to("target".parse().unwrap());
    assert_eq!(place.switch_people(to).await, Outcome::Done);
    let migrations = place.people_migrations();
    for id in 1_000.. {
        // What is looked up is looked up anew by every run.
        let watch = stopping(
            |event| matches!(event, Event::StepDone { step, .. } if !step.starts_with("check_")),
        );
        let mut migrator = place.migrator().await;
        let outcome = migrator.contract(&migrations, REPLACE, &watch).await;
        own(id).insert(&db).await.unwrap();
        assert_eq!(find(&db, id).await, own(id));
        match outcome.unwrap() {
            Outcome::Done => {
                // PostgreSQL does all of it in one step.
                let once = place.database != Database::Postgres;
                assert!(id > 1_000 || !once, "it was not interrupted");
                break;
            }
            Outcome::Stopped { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Writers of both builds on the same rows: each reads what it wrote, through both builds.
pub(crate) async fn old_and_new_builds_write_the_same_rows_through_every_phase(place: &Place) {
    let db = place.with_people(400).await;
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicU64::new(0));
    let writer = |instance: Db, other: Db, first: i64| {
        let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
        tokio::spawn(async move {
            let mut age = 0;
            while !stop.load(Ordering::Relaxed) {
                age = (age + 1) % 90;
                let id = first + i64::from(age) % 5;
                let update = Person::update(id)
                    .set(field!(Person.age), age)
                    .set(field!(Person.first_name), format!("New{age}"));
                assert!(update.execute(&instance).await.unwrap());
                for reader in [&instance, &other] {
                    let read = find(reader, id).await;
                    assert_eq!((read.age, read.first_name), (age, format!("New{age}")));
                }
                let old = old_view(&other, id).await;
                assert!(old.contains(&format!("|{age}|New{age} ")), "{old}");

                let update = format!(
                    "UPDATE people SET age = '{}', nick = 'old{age}' WHERE id = {id}",
                    age + 1
                );
                raw::execute(&other, &update).await.unwrap();
                for reader in [&instance, &other] {
                    let read = find(reader, id).await;
                    assert_eq!((read.age, read.handle), (age + 1, format!("old{age}")));
                }
                rounds.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
    };
    let instances = place.instances(3).await;
    let tasks: Vec<_> = (0..3)
        .map(|at| {
            let other = instances[(at + 1) % 3].clone();
            writer(
                instances[at].clone(),
                other,
                1 + 100 * i64::try_from(at).unwrap(),
            )
        })
        .collect();
    for phase in BEFORE_CONTRACT {
        assert_eq!(place.run_people(REPLACE, phase).await, Outcome::Done);
    }
    place.abort_people().await;
    assert_eq!(
        place.run_people(REPLACE, Phase::SwitchReads).await,
        Outcome::Done
    );
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(rounds.load(Ordering::Relaxed) > 100, "{rounds:?}");
    let stale = "SELECT count(*) FROM people WHERE handle <> nick OR ('' || age_2) <> age";
    assert_eq!(raw::number(&db, stale).await.unwrap(), 0);
}

pub(crate) async fn without_triggers_somebody_has_to_vouch_for_all_other_writers(place: &Place) {
    let db = place.with_people(100).await;
    let quiet = place.people_migrations_without_triggers();
    let run = async |until, assume_drained| {
        let settings = Settings {
            assume_drained,
            lock_patience: Duration::from_secs(8),
            ..quick()
        };
        let goal = Goal {
            until,
            only: Some(REPLACE.to_owned()),
            ..Goal::default()
        };
        let mut migrator = Migrator::connect(&place.url, settings).await.unwrap();
        let outcome = migrator.run(&quiet, &goal, &Watch::default()).await;
        outcome.unwrap()
    };
    let held = run(Phase::SwitchReads, false).await;
    let Outcome::Held { phase, gate, .. } = held else {
        panic!("{held:?}");
    };
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("--assume-drained"), "{gate}");
    // Of a live instance everybody can see that it is not gone.
    let (old, knows) = ("old-1", r#"{"people":{"id":null,"name":null}}"#);
    seat(&db, old, "build-0", 60_000, 1000, knows).await;
    let held = run(Phase::Backfill, true).await;
    let Outcome::Held { gate, .. } = held else {
        panic!("{held:?}");
    };
    assert!(
        gate.contains(old) && !gate.contains("--assume-drained"),
        "{gate}"
    );
    let leave = format!("DELETE FROM colmig_instance WHERE id = '{old}'");
    raw::execute(&db, &leave).await.unwrap();
    own(1_000).insert(&db).await.unwrap();
    for (phase, id) in [
        (Phase::Backfill, 1_001),
        (Phase::Constrain, 1_002),
        (Phase::SwitchReads, 1_003),
    ] {
        assert_eq!(run(phase, true).await, Outcome::Done);
        own(id).insert(&db).await.unwrap();
        assert_eq!(find(&db, id).await, own(id));
        let ada = format!("ada{id}|36|Ada King Lovelace|St James|Square");
        assert_eq!(old_view(&db, id).await, ada);
    }
    let mut migrator = place.migrator().await;
    let audit = migrator.audit(200).await.unwrap();
    assert!(audit.iter().any(|entry| entry.action == "assume-drained"));
    let to = Switching::to(colmig::Reads::Target);
    let switched = migrator
        .switch(&quiet, REPLACE, to, &Watch::default())
        .await;
    assert_eq!(switched.unwrap(), Outcome::Done);

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
    let contracted = migrator.contract(&quiet, REPLACE, &Watch::default()).await;
    assert_eq!(contracted.unwrap(), Outcome::Done);
    stop.store(true, Ordering::Relaxed);
    let next = writer.await.unwrap();
    assert!(next > 2_005, "{next}");
    assert_eq!(find(&db, next - 1).await, own(next - 1));
    assert_eq!(find(&db, 7).await, Person::plain(7));
}

/// MariaDB's foreign keys write rows for which no trigger fires.
pub(crate) async fn a_column_that_a_cascade_writes_is_not_replaced() {
    let place = Place::mariadb().await;
    let db = place.with_people(10).await;
    for sql in [
        "CREATE TABLE towns (name varchar(255) NOT NULL PRIMARY KEY)",
        "INSERT INTO towns SELECT DISTINCT town FROM people",
        "ALTER TABLE people ADD CONSTRAINT lives_in FOREIGN KEY (town) REFERENCES towns (name) ON UPDATE CASCADE",
    ] {
        raw::execute(&db, sql).await.unwrap();
    }
    let before = place.schema().await;
    let outcome = place.run_people(REPLACE, Phase::Expand).await;
    match outcome {
        Outcome::Held { gate, .. } => {
            let words = "ON UPDATE CASCADE of the foreign key `lives_in` writes it";
            assert!(gate.contains(words), "{gate}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(place.schema().await, before, "nothing was done");
    for sql in [
        "ALTER TABLE people DROP FOREIGN KEY lives_in",
        "ALTER TABLE people ADD CONSTRAINT lives_in FOREIGN KEY (town) REFERENCES towns (name)",
    ] {
        raw::execute(&db, sql).await.unwrap();
    }
    assert_eq!(
        place.run_people(REPLACE, Phase::DualWrite).await,
        Outcome::Done
    );
    place.abort_people().await;
}
