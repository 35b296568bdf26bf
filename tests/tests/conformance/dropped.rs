//! Columns that go.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::__private::{Derived, Reader};
use colmig::migrate::{Goal, Migration, Migrator, Outcome, Settings, Watch, load};
use colmig::{Db, Error, Model, Phase};
use colmig_members::{CREATE, DROP, Member, insert_old};
use colmig_tests::raw;

use crate::Place;
use crate::place::quick;

/// The phases in which a migration stops by itself, or can be told to.
const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// The struct as the build before has it, which reads and writes what goes.
#[derive(Debug)]
struct Before {
    id: i64,
    points: i64,
    badge: String,
}

impl Derived for Before {
    type Key = i64;
    const MODEL: &'static str = "model Before\ntable members\nfields id, points, badge\nkey id\n\
        databases postgres, sqlite\nfind SELECT id, points, badge FROM members WHERE id = $1\n\
        insert INSERT INTO members (id, name, joined, points, badge) VALUES ($1, 'old', 0, $2, $3)\n\
        delete DELETE FROM members WHERE id = $1\n\
        databases mariadb\nfind SELECT id, points, badge FROM members WHERE id = ?\n\
        insert INSERT INTO members (id, name, joined, points, badge) VALUES (?, 'old', 0, ?, ?)\n\
        delete DELETE FROM members WHERE id = ?\nrecord\n";

    fn value(&self, field: usize) -> &dyn Any {
        match field {
            0 => &self.id,
            1 => &self.points,
            _ => &self.badge,
        }
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(Before {
            id: reader.take()?,
            points: reader.take()?,
            badge: reader.take()?,
        })
    }
}

fn migrations(place: &Place) -> Vec<Migration> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    load(&tests.join("members/migrations"), place.database).unwrap()
}

async fn run(place: &Place, id: &str, until: Phase) -> Outcome {
    let goal = Goal {
        until,
        only: Some(id.to_owned()),
        again: true,
        ..Goal::default()
    };
    let mut migrator = place.migrator().await;
    let (migrations, watch) = (migrations(place), Watch::default());
    migrator.run(&migrations, &goal, &watch).await.unwrap()
}

async fn contract(place: &Place) -> Outcome {
    let settings = Settings {
        lock_patience: Duration::from_secs(3),
        ..quick()
    };
    let mut migrator = Migrator::connect(&place.url, settings).await.unwrap();
    let (migrations, watch) = (migrations(place), Watch::default());
    migrator.contract(&migrations, DROP, &watch).await.unwrap()
}

/// Creates the table and fills it as the build before would have.
async fn with_members(place: &Place, rows: i64) -> Db {
    let created = run(place, CREATE, Phase::SwitchReads).await;
    assert_eq!(created, Outcome::Done);
    let db = place.instance().await;
    raw::execute(&db, &insert_old(1, rows)).await.unwrap();
    db
}

async fn old_build(place: &Place) -> colmig::Result<Db> {
    let options = Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(200))
        .build("build-0");
    let options = options.model::<Before>();
    options.connect(&place.url).await
}

/// What the new build does, on rows of its own.
async fn exercise(db: &Db, id: i64) {
    let member = Member {
        id,
        name: "new".to_owned(),
        joined: 1,
    };
    member.insert(db).await.unwrap();
    assert_eq!(Member::find(db, id).await.unwrap(), Some(member));
    let old = Member::find(db, 3).await.unwrap();
    assert_eq!(old.map(|old| old.name).as_deref(), Some("Member 3"));
    let update = Member::update(3).set(colmig::field!(Member.joined), id);
    assert!(update.execute(db).await.unwrap());
}

pub(crate) async fn builds_that_know_columns_and_builds_that_do_not_share_the_table(place: &Place) {
    let new = with_members(place, 20).await;
    let old = old_build(place).await.unwrap();
    let mut id = 1_000;
    for phase in [None].into_iter().chain(BEFORE_CONTRACT.map(Some)) {
        if let Some(phase) = phase {
            assert_eq!(run(place, DROP, phase).await, Outcome::Done, "{phase}");
        }
        exercise(&new, id).await;
        // What the new build wrote, the old one can read, though its type has no place for NULL.
        let seen = Before::find(&old, id).await.unwrap().unwrap();
        assert_eq!((seen.points, seen.badge.as_str()), (0, ""));
        let row = Before {
            id: id + 1,
            points: 5,
            badge: "gold".to_owned(),
        };
        row.insert(&old).await.unwrap();
        let seen = Before::find(&old, id + 1).await.unwrap().unwrap();
        assert_eq!((seen.points, seen.badge.as_str()), (5, "gold"));
        id += 2;
    }
    let held = contract(place).await;
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    let why = ["badge", "points"].map(|column| format!("still uses `{column}` of `members`"));
    assert!(why.iter().any(|why| gate.contains(why)), "{gate}");
    old.close().await;

    // Inserts go on while the columns go.
    let stop = Arc::new(AtomicBool::new(false));
    let (writer, stopped) = (place.instance().await, Arc::clone(&stop));
    let writing = tokio::spawn(async move {
        let mut id = 10_000;
        while !stopped.load(Ordering::Relaxed) {
            exercise(&writer, id).await;
            id += 1;
        }
        id - 10_000
    });
    assert_eq!(contract(place).await, Outcome::Done);
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    assert!(writing.await.unwrap() > 10);

    for gone in ["points", "badge", "note", "rank"] {
        let sql = format!("SELECT count(members.{gone}) FROM members");
        assert!(raw::number(&new, &sql).await.is_err(), "{gone}");
    }
    exercise(&new, id).await;
    let refused = old_build(place).await.unwrap_err();
    assert!(
        matches!(&refused, Error::ColumnGone { migration, .. } if migration == DROP),
        "{refused:?}"
    );
}

pub(crate) async fn abort_keeps_columns_that_were_to_go(place: &Place) {
    let db = with_members(place, 20).await;
    let before = place.schema().await;
    for (number, phase) in (0..).zip(BEFORE_CONTRACT) {
        assert_eq!(run(place, DROP, phase).await, Outcome::Done, "{phase}");
        exercise(&db, 100 + number).await;
        let mut migrator = place.migrator().await;
        let (migrations, watch) = (migrations(place), Watch::default());
        let aborted = migrator.abort(&migrations, DROP, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
        assert_eq!(place.schema().await, before, "after {phase}");
        exercise(&db, 200 + number).await;
    }
    let sum = raw::number(&db, "SELECT sum(points) FROM members WHERE id <= 20").await;
    assert_eq!(sum.unwrap(), (1..=20).sum::<i64>(), "nothing is lost");
}
