//! A required column that becomes nullable, which SQLite cannot do.

use std::any::Any;

use colmig::__private::{Derived, Flights, Reader};
use colmig::migrate::{Outcome, Watch};
use colmig::{Database, Error, Model, Phase};
use colmig_schema::model;

use crate::fixture::Fixture;
use crate::project::{Project, users};
use crate::suite::nulls::{BEFORE_CONTRACT, build, online};
use crate::suite::{run, until};

const CHANGE: &str = "20260101000000_users_email_nullable";

/// Every build reads the same, and the types differ.
macro_rules! builds {
    ($($build:ident: $email:ty, $flights:expr, $model:literal;)+) => {$(
        #[derive(Debug)]
        struct $build {
            id: i64,
            email: $email,
        }

        impl Derived for $build {
            type Key = i64;
            const MODEL: &'static str = $model;
            const FLIGHTS: Option<&'static Flights> = $flights;

            fn value(&self, field: usize) -> &dyn Any {
                match field {
                    0 => &self.id,
                    _ => &self.email,
                }
            }

            fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                Ok($build {
                    id: reader.take()?,
                    email: reader.take()?,
                })
            }
        }
    )+};
}

builds! {
    Before: String, None, "model Before\ntable users\nfields id, email\nkey id\n\
        databases postgres\nfind SELECT id, email FROM users WHERE id = $1\n\
        insert INSERT INTO users (id, email) VALUES ($1, $2)\n\
        delete DELETE FROM users WHERE id = $1\nrecord\n";
    After: Option<String>, { static FLIGHTS: Flights = Flights::new(); Some(&FLIGHTS) },
        "model After\ntable users\nfields id, email\nkey id\nrecord\n\
        colmig 1\ntable users\nmodel After\ndatabases postgres\nshape 0\ncolumn id 0\ncolumn email 0\n\
        flight email 0 20260101000000_users_email_nullable always-filled\nalters email nullable\n\
        fallback email postgres NULL\n";
    Later: Option<String>, None, "model Later\ntable users\nfields id, email\nkey id\n\
        databases postgres\nfind SELECT id, email FROM users WHERE id = $1\n\
        insert INSERT INTO users (id, email) VALUES ($1, $2)\n\
        delete DELETE FROM users WHERE id = $1\nrecord\n\
        colmig 1\ntable users\nmodel Later\ndatabases postgres\nshape 0\ncolumn id 0\ncolumn email 0\n\
        altered email 20260101000000_users_email_nullable\n";
}

/// The users, of whom some have no address.
fn nullable() -> model::Model {
    let mut model = users();
    let mut columns = model.columns.iter_mut();
    columns
        .find(|column| column.name == "email")
        .unwrap()
        .nullable = true;
    model
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_build_stores_null_while_an_older_one_has_no_place_for_it() {
    let database = Fixture::postgres().with_users(20).await;
    database
        .sql("ALTER TABLE users ALTER first_name SET DEFAULT 'ada'")
        .await;
    let mut project = Project::empty();
    project.there(users());
    project.add_on(&[Database::Postgres], CHANGE, &nullable());
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator_with(online()).await;
    let watch = Watch::default();
    let old = build::<Before>(&database).await.unwrap();
    let new = build::<After>(&database).await.unwrap();
    let mut id = 1_000;
    for phase in [None].into_iter().chain(BEFORE_CONTRACT.map(Some)) {
        if let Some(phase) = phase {
            let outcome = run(&mut migrator, &project, &until(phase), &watch).await;
            assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
        }
        let none = After { id, email: None };
        let refused = none.insert(&new).await.unwrap_err();
        assert!(
            matches!(&refused, Error::NotNullable { migration, .. } if *migration == CHANGE),
            "{phase:?}: {refused:?}"
        );
        let email = Some("new".to_owned());
        After { id, email }.insert(&new).await.unwrap();
        assert_eq!(Before::find(&old, id).await.unwrap().unwrap().email, "new");
        let email = "old".to_owned();
        let row = Before { id: id + 1, email };
        row.insert(&old).await.unwrap();
        let seen = After::find(&new, id + 1).await.unwrap().unwrap();
        assert_eq!(seen.email.as_deref(), Some("old"));
        id += 2;
    }
    let early = build::<Later>(&database).await.unwrap_err();
    assert!(matches!(early, Error::TooNew { .. }), "{early:?}");
    let held = migrator
        .contract(&migrations, CHANGE, &watch)
        .await
        .unwrap();
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    assert!(
        gate.contains("knows `email` of `users` as it was"),
        "{gate}"
    );
    old.close().await;
    let ended = migrator
        .contract(&migrations, CHANGE, &watch)
        .await
        .unwrap();
    assert_eq!(ended, Outcome::Done);
    let later = build::<Later>(&database).await.unwrap();
    let row = Later { id, email: None };
    row.insert(&later).await.unwrap();
    let seen = After::find(&new, id).await.unwrap().unwrap();
    assert_eq!(seen.email, None);
    // The new one may as soon as it has heard of the end.
    let mut tries = 0;
    let id = id + 1;
    while let Err(error) = (After { id, email: None }).insert(&new).await {
        assert!(matches!(error, Error::NotNullable { .. }), "{error:?}");
        tries += 1;
        assert!(tries < 50, "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let refused = build::<Before>(&database).await.unwrap_err();
    assert!(matches!(refused, Error::Outdated { .. }), "{refused:?}");
}
