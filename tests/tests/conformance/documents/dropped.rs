//! Fields that go.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::__private::DerivedDocument;
use colmig::migrate::{Outcome, Settings, Watch};
use colmig::{Db, Document as _, Error, Phase, field};
use colmig_guests::{ADD, Badge, CREATE, CREATE_BADGES, DROP, REPLACE, old_badge};
use mongodb::bson::doc;
use serde::{Deserialize, Serialize};

use super::place::{BEFORE_CONTRACT, Place, quick};

/// The struct as the build before has it, which reads and writes what goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Before {
    #[serde(rename = "_id")]
    id: i64,
    name: String,
    year: i64,
    points: i64,
    color: String,
    remark: Option<String>,
}

impl DerivedDocument for Before {
    type Key = i64;
    const MODEL: &'static str = "model Before\ntable badges\nfields id, name, year, points, color, remark\nkey id\nrecord\n";
    const COLUMNS: &'static [(usize, &'static str)] = &[(0, "_id")];
}

async fn contract(place: &Place) -> Outcome {
    let settings = Settings {
        lock_patience: Duration::from_secs(3),
        ..quick()
    };
    let mut migrator = place.migrator_with(settings).await;
    let contracted = migrator
        .contract(&place.migrations(), DROP, &Watch::default())
        .await;
    contracted.unwrap()
}

async fn with_badges(place: &Place, number: i64) -> Db {
    place.leave_out(&[CREATE, ADD, REPLACE]);
    place.run(CREATE_BADGES, Phase::SwitchReads).await;
    place.seed("badges", (1..=number).map(old_badge)).await;
    place.instance().await
}

async fn old_build(place: &Place) -> colmig::Result<Db> {
    let options = Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(200))
        .build("build-0");
    options.document::<Before>().connect(&place.url).await
}

/// What the new build does, on documents of its own.
async fn exercise(db: &Db, id: i64) {
    let badge = Badge {
        id,
        name: "new".to_owned(),
        year: 2026,
    };
    badge.insert(db).await.unwrap();
    assert_eq!(Badge::find(db, id).await.unwrap(), Some(badge));
    let old = Badge::find(db, 3).await.unwrap();
    assert_eq!(old.map(|old| old.name).as_deref(), Some("Badge 3"));
    let update = Badge::update(3).set(field!(Badge.year), id);
    assert!(update.execute(db).await.unwrap());
    let saved = Badge {
        id: 4,
        name: "Badge 4".to_owned(),
        year: id,
    };
    saved.save(db).await.unwrap();
    let found = Badge::query(db).filter(doc! { "year": id }).count().await;
    assert_eq!(found.unwrap(), 2);
}

pub(crate) async fn builds_that_know_columns_and_builds_that_do_not_share_the_table(place: &Place) {
    let new = with_badges(place, 20).await;
    let old = old_build(place).await.unwrap();
    let mut id = 1_000;
    for phase in [None].into_iter().chain(BEFORE_CONTRACT.map(Some)) {
        if let Some(phase) = phase {
            // Builds that do not write what goes are served, so nobody has to vouch for any.
            let mut migrator = place.migrator_with(quick()).await;
            let goal = super::place::goal(DROP, phase);
            let outcome = migrator
                .run(&place.migrations(), &goal, &Watch::default())
                .await;
            assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
        }
        exercise(&new, id).await;
        // What the new build wrote, the old one can read, though its type needs what goes.
        let seen = Before::find(&old, id).await.unwrap().unwrap();
        assert_eq!((seen.points, seen.color.as_str()), (0, ""));
        // What the old one wrote, stays.
        let seen = Before::find(&old, 4).await.unwrap().unwrap();
        assert_eq!((seen.points, seen.color.as_str()), (4, "silver"));
        let own = Before {
            id: id + 1,
            name: "old".to_owned(),
            year: 1999,
            points: 5,
            color: "gold".to_owned(),
            remark: None,
        };
        own.insert(&old).await.unwrap();
        assert_eq!(Before::find(&old, id + 1).await.unwrap(), Some(own));
        id += 2;
    }
    let held = contract(place).await;
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    let why =
        ["color", "points", "remark"].map(|field| format!("still uses `{field}` of `badges`"));
    assert!(why.iter().any(|why| gate.contains(why)), "{gate}");
    old.close().await;

    // Inserts go on while the fields go.
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

    for gone in ["points", "color", "remark"] {
        let left = doc! { gone: { "$exists": true } };
        assert_eq!(place.count("badges", left).await, 0, "{gone}");
        assert!(!place.schema().contains(gone), "{gone}");
    }
    exercise(&new, id).await;
    let refused = old_build(place).await.unwrap_err();
    assert!(
        matches!(&refused, Error::ColumnGone { migration, .. } if migration == DROP),
        "{refused:?}"
    );
}

pub(crate) async fn abort_keeps_columns_that_were_to_go(place: &Place) {
    let db = with_badges(place, 20).await;
    let schema = place.schema();
    let untouched = || doc! { "_id": { "$lte": 20, "$nin": [3, 4] } };
    for (number, phase) in (0..).zip(BEFORE_CONTRACT) {
        place.run(DROP, phase).await;
        exercise(&db, 100 + number).await;
        place.abort(DROP).await;
        assert_eq!(place.schema(), schema, "after {phase}");
        exercise(&db, 200 + number).await;
    }
    let kept = place.documents("badges").await;
    let kept: Vec<_> = kept
        .iter()
        .filter(|badge| badge.get_i64("_id").unwrap() <= 20)
        .collect();
    for badge in &kept {
        let id = badge.get_i64("_id").unwrap();
        assert_eq!(badge.get_i64("points").unwrap(), id, "nothing is lost");
        assert_eq!(badge.get_str("color").unwrap(), "silver");
    }
    assert_eq!(kept.len(), 20);
    assert_eq!(place.count("badges", untouched()).await, 18);
}
