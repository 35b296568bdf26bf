//! A table that gets another name, beside builds that know it by the old one. SQLite cannot.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use colmig::__private::{Derived, Flights, Reader};
use colmig::migrate::{Goal, Migrator, Outcome, Settings, Watch};
use colmig::{Database, Db, Error, Model, Phase};
use colmig_schema::model::{Dialected, Index, IndexPart, Indexed};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, users};

const RENAME: &str = "20260101000000_users_to_people";

const BEFORE_CONTRACT: [Phase; 5] = [
    Phase::Expand,
    Phase::DualWrite,
    Phase::Backfill,
    Phase::Constrain,
    Phase::SwitchReads,
];

/// Writes the struct of one build.
macro_rules! build {
    ($name:ident, $model:expr, $flights:expr) => {
        #[derive(Clone, Debug, PartialEq)]
        struct $name {
            id: i64,
            first_name: String,
            email: String,
        }

        impl Derived for $name {
            type Key = i64;
            const MODEL: &'static str = $model;
            const FLIGHTS: Option<&'static Flights> = $flights;

            fn value(&self, field: usize) -> &dyn Any {
                match field {
                    0 => &self.id,
                    1 => &self.first_name,
                    _ => &self.email,
                }
            }

            fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                Ok($name {
                    id: reader.take()?,
                    first_name: reader.take()?,
                    email: reader.take()?,
                })
            }
        }

        impl $name {
            /// What a build does, on a row of its own.
            async fn exercise(db: &Db, id: i64) {
                let email = format!("{id}@example.org");
                let mut row = $name {
                    id,
                    first_name: "Ada".to_owned(),
                    email: email.clone(),
                };
                row.insert(db).await.unwrap();
                assert_eq!($name::find(db, id).await.unwrap().as_ref(), Some(&row));
                let update = $name::update(id).set(colmig::field!($name.first_name), "Bea");
                assert!(update.execute(db).await.unwrap());
                row.first_name = "Bea".to_owned();
                let found = $name::query(db, "WHERE {email} = $1 ORDER BY {id}")
                    .bind(email)
                    .fetch_all()
                    .await;
                assert_eq!(found.unwrap(), [row]);
                assert!($name::delete(db, id).await.unwrap());
                assert_eq!($name::find(db, id).await.unwrap(), None);
            }
        }
    };
}

static FLIGHTS: Flights = Flights::new();

build!(
    Old,
    "model Old\ntable users\nfields id, first_name, email\nkey id\ndatabases postgres\n\
     find SELECT users.id, users.first_name, users.email FROM users WHERE id = $1\n\
     insert INSERT INTO users (id, first_name, email) VALUES ($1, $2, $3)\n\
     delete DELETE FROM users WHERE id = $1\nrecord\n",
    None
);
build!(
    New,
    "model New\ntable people\nfields id, first_name, email\nkey id\nrecord\n\
     colmig 1\ntable people\nmodel New\ndatabases postgres\nshape 0\n\
     renamed users 20260101000000_users_to_people\n\
     column id 1\ncolumn first_name 2\ncolumn email 3\n",
    Some(&FLIGHTS)
);
build!(
    Later,
    "model Later\ntable people\nfields id, first_name, email\nkey id\ndatabases postgres\n\
     find SELECT people.id, people.first_name, people.email FROM people WHERE id = $1\n\
     insert INSERT INTO people (id, first_name, email) VALUES ($1, $2, $3)\n\
     delete DELETE FROM people WHERE id = $1\nrecord\n",
    None
);

fn project() -> Project {
    let lower = IndexPart {
        on: Indexed::Expression(Dialected::Same("lower(email)".to_owned())),
        ..IndexPart::column("")
    };
    let mut before = users();
    before.indexes = vec![Index {
        parts: vec![lower],
        ..Index::over([], false)
    }];
    let mut after = before.clone();
    after.table = "people".to_owned();
    after.renamed_from = Some("users".to_owned());
    let mut project = Project::empty();
    project.there(before);
    project.rename(RENAME, &after);
    project
}

fn index(table: &str) -> String {
    let expr = project().model("people").indexes[0].clone();
    expr.name(table)
}

/// A table of users, in use.
async fn database() -> Fixture {
    let database = Fixture::postgres().with_users(20).await;
    let index = index("users");
    database
        .sql(&format!("CREATE INDEX {index} ON users (lower(email))"))
        .await;
    database
}

fn online() -> Settings {
    Settings {
        offline: false,
        lock_patience: Duration::from_secs(4),
        ..settings()
    }
}

async fn run(database: &Fixture, project: &Project, until: Phase) {
    let goal = Goal {
        until,
        again: true,
        ..Goal::default()
    };
    let mut migrator = database.migrator_with(online()).await;
    let migrations = project.load(Database::Postgres);
    let outcome = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done, "{until}");
}

async fn contract(database: &Fixture, project: &Project) -> Outcome {
    let mut migrator: Migrator = database.migrator_with(online()).await;
    let migrations = project.load(Database::Postgres);
    let watch = Watch::default();
    migrator
        .contract(&migrations, RENAME, &watch)
        .await
        .unwrap()
}

async fn instance<M: Model>(database: &Fixture) -> colmig::Result<Db> {
    let options = Db::options()
        .lease(Duration::from_secs(5))
        .poll(Duration::from_millis(100));
    options.model::<M>().connect(&database.url()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn builds_that_know_the_old_name_and_builds_that_know_the_new_one_share_the_table() {
    let (database, project) = (database().await, project());
    let new = instance::<New>(&database).await.unwrap();
    let old = instance::<Old>(&database).await.unwrap();
    for (number, phase) in (0..).zip([None].into_iter().chain(BEFORE_CONTRACT.map(Some))) {
        if let Some(phase) = phase {
            run(&database, &project, phase).await;
            let early = instance::<Later>(&database).await.unwrap_err();
            assert!(matches!(early, Error::TableTooNew { .. }), "{early:?}");
            // What people write by hand finds the table by either name.
            database
                .sql(
                    "INSERT INTO people (id, first_name, email) VALUES (7, 'Ada', 'a@b.c') ON CONFLICT (id) \
                     DO UPDATE SET first_name = EXCLUDED.first_name RETURNING id",
                )
                .await;
            assert_eq!(database.count("users WHERE first_name = 'Ada'").await, 1);
        }
        New::exercise(&new, 100 + number).await;
        Old::exercise(&old, 200 + number).await;
        let row = Old {
            id: 300 + number,
            first_name: "Old".to_owned(),
            email: "old@example.org".to_owned(),
        };
        row.insert(&old).await.unwrap();
        let seen = New::find(&new, row.id).await.unwrap().unwrap();
        assert_eq!(seen.first_name, "Old");
    }
    let held = contract(&database, &project).await;
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    assert!(gate.contains("still uses `users`"), "{gate}");
    old.close().await;

    // Nobody notices view and table change places.
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let writer = instance::<New>(&database).await.unwrap();
    let writing = tokio::spawn(async move {
        let mut id = 10_000;
        while !stopped.load(Ordering::Relaxed) {
            New::exercise(&writer, id).await;
            id += 1;
        }
        id - 10_000
    });
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    assert!(writing.await.unwrap() > 10);

    New::exercise(&new, 1_000).await;
    let later = instance::<Later>(&database).await.unwrap();
    Later::exercise(&later, 1_001).await;
    let kind = "SELECT relkind::text FROM pg_class WHERE relname = 'people'";
    assert_eq!(database.value(kind).await, "r");
    assert_eq!(database.value("SELECT to_regclass('users')").await, "");
    let names = "SELECT string_agg(indexname, ' ' ORDER BY indexname DESC) FROM pg_indexes WHERE tablename = 'people'";
    let expected = format!("people_pkey {}", index("people"));
    assert_eq!(database.value(names).await, expected);
    let refused = instance::<Old>(&database).await.unwrap_err();
    assert!(
        matches!(&refused, Error::TableGone { migration, .. } if migration == RENAME),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abort_leaves_the_table_as_it_was_called() {
    let (database, project) = (database().await, project());
    let new = instance::<New>(&database).await.unwrap();
    // With colmig's own tables.
    let mut migrator = database.migrator_with(online()).await;
    let migrations = project.load(Database::Postgres);
    migrator.status(&migrations).await.unwrap();
    for (number, phase) in (0..).zip(BEFORE_CONTRACT) {
        run(&database, &project, phase).await;
        New::exercise(&new, 100 + number).await;
        let aborted = migrator.abort(&migrations, RENAME, &Watch::default()).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
        New::exercise(&new, 200 + number).await;
        assert_eq!(database.value("SELECT to_regclass('people')").await, "");
        assert_eq!(database.count("users").await, 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_use_the_table_may_use_the_view() {
    let (database, project) = (database().await, project());
    // Roles are the server's, which other tests share.
    let role = format!("\"App {}\"", std::process::id());
    database.sql(&format!("CREATE ROLE {role}")).await;
    database
        .sql(&format!(
            "GRANT SELECT, DELETE ON users TO {role}; GRANT UPDATE (email) ON users TO {role}; \
             ALTER TABLE users ENABLE ROW LEVEL SECURITY; \
             CREATE POLICY own ON users TO {role} USING (id <= 5)"
        ))
        .await;
    run(&database, &project, Phase::Expand).await;
    let mut other = database.other().await;
    other.sql(&format!("SET ROLE {role}")).await;
    assert_eq!(other.value("SELECT count(*) FROM people").await, "5");
    other
        .sql("UPDATE people SET email = 'x' WHERE id = 1")
        .await;
    other.sql("DELETE FROM people WHERE id = 2").await;
    for refused in [
        "UPDATE people SET first_name = 'x'",
        "INSERT INTO people (id, first_name, email) VALUES (6, 'a', 'b')",
    ] {
        let error = other.try_sql(refused).await.unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{error}");
    }
    other.sql("RESET ROLE").await;
    other
        .sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
}
