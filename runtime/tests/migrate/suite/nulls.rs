//! A column that is there becomes required.

use std::any::Any;
use std::time::Duration;

use colmig::__private::{Derived, Flights, Reader};
use colmig::migrate::{Goal, Outcome, Settings, Watch};
use colmig::{Db, Error, Model, Phase};
use colmig_schema::model::{self, Transition};

use super::{run, until};
use crate::fixture::{Fixture, settings};
use crate::project::{Project, sql, users};

const CHANGE: &str = "20260101000000_users_last_name_required";

/// The phases in which a migration stops by itself, or can be told to.
pub(crate) const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// The users, each of whom has a last name.
fn required(rule: Option<&str>) -> model::Model {
    let mut model = users();
    let mut columns = model.columns.iter_mut();
    let name = columns.find(|column| column.name == "last_name").unwrap();
    name.nullable = false;
    name.transition = Transition {
        backfill: rule.and_then(sql),
        ..Transition::default()
    };
    model
}

fn project(rule: Option<&str>) -> Project {
    let mut project = Project::empty();
    project.there(users());
    project.add(CHANGE, &required(rule));
    project
}

/// The struct as the build before has it.
#[derive(Debug)]
struct Before {
    id: i64,
    last_name: Option<String>,
}

impl Derived for Before {
    type Key = i64;
    const MODEL: &'static str = "model Before\ntable users\nfields id, last_name\nkey id\n\
        databases postgres, sqlite\nfind SELECT id, last_name FROM users WHERE id = $1\n\
        insert INSERT INTO users (id, first_name, last_name, email) VALUES ($1, 'ada', $2, 'x')\n\
        delete DELETE FROM users WHERE id = $1\n\
        databases mariadb\nfind SELECT id, last_name FROM users WHERE id = ?\n\
        insert INSERT INTO users (id, first_name, last_name, email) VALUES (?, 'ada', ?, 'x')\n\
        delete DELETE FROM users WHERE id = ?\nrecord\n";

    fn value(&self, field: usize) -> &dyn Any {
        match field {
            0 => &self.id,
            _ => &self.last_name,
        }
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(Before {
            id: reader.take()?,
            last_name: reader.take()?,
        })
    }
}

/// The struct as the new build has it.
#[derive(Debug)]
struct After {
    id: i64,
    first_name: String,
    last_name: String,
    email: String,
}

impl Derived for After {
    type Key = i64;
    const MODEL: &'static str = "model After\ntable users\nfields id, first_name, last_name, email\nkey id\nrecord\n\
        colmig 1\ntable users\nmodel After\ndatabases postgres mariadb sqlite\nshape 0\ncolumn id 0\n\
        column first_name 0\ncolumn last_name 0\ncolumn email 0\n\
        flight last_name 0 20260101000000_users_last_name_required null-is-old\nalters last_name required\n\
        fallback last_name postgres upper({first_name})\nfallback last_name mariadb upper({first_name})\n\
        fallback last_name sqlite upper({first_name})\n";
    const FLIGHTS: Option<&'static Flights> = {
        static FLIGHTS: Flights = Flights::new();
        Some(&FLIGHTS)
    };

    fn value(&self, field: usize) -> &dyn Any {
        [
            &self.id as &dyn Any,
            &self.first_name,
            &self.last_name,
            &self.email,
        ][field]
    }

    fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
        Ok(After {
            id: reader.take()?,
            first_name: reader.take()?,
            last_name: reader.take()?,
            email: reader.take()?,
        })
    }
}

pub(crate) async fn build<M: Model>(database: &Fixture) -> colmig::Result<Db> {
    let options = Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(100))
        .build("a build");
    options.model::<M>().connect(&database.url()).await
}

pub(crate) fn online() -> Settings {
    Settings {
        offline: false,
        lock_patience: Duration::from_secs(3),
        ..settings()
    }
}

async fn last_name(db: &Db, id: i64) -> String {
    After::find(db, id).await.unwrap().unwrap().last_name
}

pub(super) async fn null_that_an_old_build_stores_is_filled_until_contract(database: Fixture) {
    let database = database.with_users(250).await;
    database
        .sql("UPDATE users SET last_name = NULL WHERE id IN (3, 140)")
        .await;
    let project = project(Some("upper(first_name)"));
    let mut migrator = database.migrator_with(online()).await;
    let old = build::<Before>(&database).await.unwrap();
    let new = build::<After>(&database).await.unwrap();
    let mut id = 1_000;
    for phase in [None].into_iter().chain(BEFORE_CONTRACT.map(Some)) {
        if let Some(phase) = phase {
            let outcome = run(&mut migrator, &project, &until(phase), &Watch::default()).await;
            assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
        }
        // The new build finds a value in every row, and the old one may store none.
        assert_eq!(last_name(&new, 3).await, "FIRST3", "{phase:?}");
        assert_eq!(last_name(&new, 4).await, "last", "{phase:?}");
        let row = Before {
            id,
            last_name: None,
        };
        row.insert(&old).await.unwrap();
        assert_eq!(last_name(&new, id).await, "ADA", "{phase:?}");
        let seen = Before::find(&old, id).await.unwrap().unwrap().last_name;
        let filled = phase.is_some_and(|phase| phase >= Phase::DualWrite);
        assert_eq!(seen.as_deref(), filled.then_some("ADA"), "{phase:?}");
        let row = After {
            id: id + 1,
            first_name: "Eva".to_owned(),
            last_name: "Last".to_owned(),
            email: "e".to_owned(),
        };
        row.insert(&new).await.unwrap();
        let seen = Before::find(&old, id + 1).await.unwrap().unwrap().last_name;
        assert_eq!(seen.as_deref(), Some("Last"), "{phase:?}");
        database
            .sql(&format!(
                "UPDATE users SET last_name = NULL WHERE id = {}",
                id + 1
            ))
            .await;
        assert_eq!(last_name(&new, id + 1).await, "EVA", "{phase:?}");
        id += 2;
    }
    assert_eq!(database.count("users WHERE last_name IS NULL").await, 0);
    let migrations = project.load(database.database());
    let watch = Watch::default();
    let held = migrator
        .contract(&migrations, CHANGE, &watch)
        .await
        .unwrap();
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    assert!(
        gate.contains("knows `last_name` of `users` as it was"),
        "{gate}"
    );
    old.close().await;
    let ended = migrator
        .contract(&migrations, CHANGE, &watch)
        .await
        .unwrap();
    assert_eq!(ended, Outcome::Done);
    let mut other = database.other().await;
    for null in [
        "INSERT INTO users (id, first_name, last_name, email) VALUES (9999, 'x', NULL, 'x')",
        "UPDATE users SET last_name = NULL WHERE id = 5",
    ] {
        assert!(other.try_sql(null).await.is_err(), "{null}");
    }
    assert!(!database.schema().await.contains("colmig_fill"));
    assert_eq!(last_name(&new, 140).await, "FIRST140");
    let refused = build::<Before>(&database).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Outdated { migration, .. } if migration == CHANGE),
        "{refused:?}"
    );
}

pub(super) async fn null_without_a_rule_holds_the_migration_with_its_keys(database: Fixture) {
    let database = database.with_users(250).await;
    let project = project(None);
    let mut migrator = database.migrator().await;
    let migrations = project.load(database.database());
    let watch = Watch::default();
    let held = |outcome: Outcome| match outcome {
        Outcome::Held { phase, gate, .. } => (phase, gate),
        other => panic!("{other:?}"),
    };
    database
        .sql("UPDATE users SET last_name = NULL WHERE id IN (3, 140)")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Backfill);
    assert!(gate.contains("id = 3; 140"), "{gate}");
    database
        .sql("UPDATE users SET last_name = 'x' WHERE last_name IS NULL")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);

    // Builds of before go on storing it until contract, which looks again.
    let null = |id: u32| {
        format!(
            "INSERT INTO users (id, first_name, last_name, email) VALUES ({id}, 'x', NULL, 'x')"
        )
    };
    database.sql(&null(1_000)).await;
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Contract);
    assert!(gate.contains("id = 1000"), "{gate}");
    database
        .sql("UPDATE users SET last_name = 'x' WHERE id = 1000")
        .await;
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    assert!(database.other().await.try_sql(&null(1_001)).await.is_err());
}

pub(super) async fn abort_leaves_the_schema_as_it_was(database: Fixture) {
    let database = database.with_users(50).await;
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    for rule in [Some("upper(first_name)"), None] {
        let project = project(rule);
        let migrations = project.load(database.database());
        for phase in BEFORE_CONTRACT {
            let goal = Goal {
                again: true,
                ..until(phase)
            };
            let watch = Watch::default();
            let outcome = run(&mut migrator, &project, &goal, &watch).await;
            assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
            let aborted = migrator.abort(&migrations, CHANGE, &watch).await;
            assert_eq!(aborted.unwrap(), Outcome::Done);
            assert_eq!(database.schema().await, before, "{phase}");
        }
    }
}
