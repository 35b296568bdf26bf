//! Checks that come to columns which are there, become others, and go.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use colmig::__private::{Derived, Reader};
use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Database, Db, Error, Model, Phase};
use colmig_schema::model::{self, Check, Dialected, Naming};
use tokio::task::JoinHandle;

use super::nulls::{BEFORE_CONTRACT, build, online};
use super::{run, until};
use crate::fixture::Fixture;
use crate::project::{Project, sql, users};

const CHANGE: &str = "20260101000000_users_checks";
const LATER: &str = "20260201000000_users_other_checks";

/// Two builds of one struct, which differ in what they know of the constraints.
macro_rules! builds {
    ($($build:ident: $constrained:literal;)+) => {$(
        #[derive(Debug)]
        struct $build {
            id: i64,
            first_name: String,
            email: String,
        }

        impl Derived for $build {
            type Key = i64;
            const MODEL: &'static str = concat!(
                "model ", stringify!($build), "\ntable users\nfields id, first_name, email\nkey id\n\
                 databases postgres, sqlite\nfind SELECT id, first_name, email FROM users WHERE id = $1\n\
                 insert INSERT INTO users (id, first_name, email) VALUES ($1, $2, $3)\n\
                 delete DELETE FROM users WHERE id = $1\n\
                 databases mariadb\nfind SELECT id, first_name, email FROM users WHERE id = ?\n\
                 insert INSERT INTO users (id, first_name, email) VALUES (?, ?, ?)\n\
                 delete DELETE FROM users WHERE id = ?\nrecord\ncolmig 1\ntable users\nmodel User\n\
                 databases postgres mariadb sqlite\nshape 0\ncolumn id 0\ncolumn first_name 0\ncolumn email 0\n",
                $constrained
            );

            fn value(&self, field: usize) -> &dyn Any {
                [&self.id as &dyn Any, &self.first_name, &self.email][field]
            }

            fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                Ok($build {
                    id: reader.take()?,
                    first_name: reader.take()?,
                    email: reader.take()?,
                })
            }
        }
    )+};
}

builds! {
    Before: "";
    After: "constrained 20260101000000_users_checks\n";
}

/// The users with a check of a field, and checks of the struct.
fn checked(field: Option<&str>, of_struct: &[&str]) -> model::Model {
    let mut model = users();
    let mut columns = model.columns.iter_mut();
    let email = columns.find(|column| column.name == "email").unwrap();
    email.check = field.and_then(sql);
    model.checks = of_struct
        .iter()
        .map(|condition| Check {
            condition: Dialected::Same((*condition).to_owned()),
            naming: Naming::default(),
        })
        .collect();
    model
}

const AT: &str = "email LIKE '%@%'";
const NAMED: &str = "first_name <> last_name";

fn project() -> Project {
    let mut project = Project::empty();
    project.there(users());
    project.add(CHANGE, &checked(Some(AT), &[NAMED]));
    project
}

/// Writes rows and reads them back, without a pause, until it is told to stop; how many, and
/// what failed.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicI64>,
    task: JoinHandle<Vec<String>>,
}

impl Load {
    pub(crate) fn start<M: Model<Key = i64> + Send + Sync + 'static>(
        db: Db,
        from: i64,
        row: fn(i64) -> M,
    ) -> Load {
        let (stop, done) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicI64::new(0)),
        );
        let task = tokio::spawn({
            let (stop, done) = (stop.clone(), done.clone());
            async move {
                let mut failed = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let id = from + done.fetch_add(1, Ordering::Relaxed);
                    if let Err(error) = row(id).insert(&db).await {
                        failed.push(error.to_string());
                    }
                    match M::find(&db, id).await {
                        Ok(Some(_)) => {}
                        other => failed.push(format!("{id}: {:?}", other.map(|row| row.is_some()))),
                    }
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                db.close().await;
                failed
            }
        });
        Load { stop, done, task }
    }

    pub(crate) async fn more(&self) {
        let until = self.done.load(Ordering::Relaxed) + 5;
        while self.done.load(Ordering::Relaxed) < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Gives the number of requests.
    pub(crate) async fn stop(self) -> i64 {
        self.stop.store(true, Ordering::Relaxed);
        assert_eq!(self.task.await.unwrap(), Vec::<String>::new());
        self.done.load(Ordering::Relaxed)
    }
}

pub(crate) fn held(outcome: Outcome) -> (Phase, String) {
    match outcome {
        Outcome::Held { phase, gate, .. } => (phase, gate),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn rows_that_fail_a_check_hold_the_migration_and_no_statement_fails(
    database: Fixture,
) {
    let database = database.with_users(300).await;
    database
        .sql("UPDATE users SET email = 'none' WHERE id % 12 = 0")
        .await;
    let project = project();
    let migrations = project.load(database.database());
    let watch = Watch::default();
    let mut migrator = database.migrator_with(online()).await;
    let old = build::<Before>(&database).await.unwrap();
    let new = build::<After>(&database).await.unwrap();
    let old = Load::start(old, 10_000, |id| Before {
        id,
        first_name: "old".to_owned(),
        email: "old@host".to_owned(),
    });
    let new = Load::start(new, 100_000, |id| After {
        id,
        first_name: "new".to_owned(),
        email: "new@host".to_owned(),
    });

    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Backfill);
    let words = format!(
        "25 rows of `users` resist `users_email_check`: they fail the check `{} LIKE '%@%'`; by id: 12; 24; ",
        database.database().sql().unwrap().ident("email")
    );
    assert!(gate.starts_with(&words), "{gate}");
    assert!(gate.contains("; 240; and 5 more: "), "{gate}");
    assert!(!database.schema().await.contains("users_email_check"));
    database
        .sql("UPDATE users SET email = 'a@b' WHERE email = 'none'")
        .await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);

    // A build that does not know the check may write what fails it, until nobody does.
    let other = build::<Before>(&database).await.unwrap();
    let wrong = |id| Before {
        id,
        first_name: "old".to_owned(),
        email: "nowhere".to_owned(),
    };
    wrong(5_000).insert(&other).await.unwrap();
    old.more().await;
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Contract);
    assert!(
        gate.contains("does not know which checks or foreign keys of `users` come or go"),
        "{gate}"
    );
    assert!(old.stop().await > 20);
    other.close().await;

    // Nothing was tried as long as a row fails it.
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Contract);
    let words = "1 row of `users` resists `users_email_check`: it fails the check ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(gate.contains("by id: 5000: "), "{gate}");
    assert!(!database.schema().await.contains("users_email_check"));
    database
        .sql("UPDATE users SET email = 'a@b' WHERE id = 5000")
        .await;
    new.more().await;
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    new.more().await;
    assert!(new.stop().await > 20);
    let mut other = database.other().await;
    for broken in [
        "INSERT INTO users (id, first_name, email) VALUES (1, 'x', 'x')",
        "UPDATE users SET email = 'x' WHERE id = 5",
        "UPDATE users SET last_name = first_name WHERE id = 5",
    ] {
        assert!(other.try_sql(broken).await.is_err(), "{broken}");
    }
    assert!(!database.schema().await.contains("NOT VALID"));
    let refused = build::<Before>(&database).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Unconstrained { migration, .. } if migration == CHANGE),
        "{refused:?}"
    );
    build::<After>(&database).await.unwrap();
}

pub(super) async fn a_row_that_fails_a_check_since_it_was_searched_is_named(database: Fixture) {
    let database = database.with_users(60).await;
    let project = project();
    let migrations = project.load(database.database());
    let watch = Watch::default();
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    // What keeps the constraint from coming, once its rows have been searched. MariaDB would put its
    // own trigger in the place of another.
    let in_the_way = match database.database() {
        Database::Postgres => Some([
            "ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (true) NOT VALID",
            "ALTER TABLE users DROP CONSTRAINT users_email_check",
        ]),
        Database::Sqlite => Some([
            "CREATE TRIGGER colmig_guard_users_email_check_insert BEFORE INSERT ON users BEGIN SELECT 1; END",
            "DROP TRIGGER colmig_guard_users_email_check_insert",
        ]),
        _ => None,
    };
    if let Some([put, away]) = in_the_way {
        database.sql(put).await;
        let failed = migrator.contract(&migrations, CHANGE, &watch).await;
        assert!(failed.is_err(), "{failed:?}");
        database.sql(away).await;
    }
    database
        .sql("UPDATE users SET email = 'late' WHERE id IN (7, 9)")
        .await;
    for _ in 0..2 {
        let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
        let (phase, gate) = held(outcome.unwrap());
        assert_eq!(phase, Phase::Contract);
        let words = "2 rows of `users` resist `users_email_check`: ";
        assert!(gate.starts_with(words), "{gate}");
        assert!(gate.contains("by id: 7; 9: "), "{gate}");
    }
    database
        .sql("UPDATE users SET email = 'a@b' WHERE id IN (7, 9)")
        .await;
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    let broken = "UPDATE users SET email = 'x' WHERE id = 7";
    assert!(database.other().await.try_sql(broken).await.is_err());
}

pub(super) async fn a_check_that_changes_is_there_before_the_other_goes(database: Fixture) {
    let database = database.with_users(40).await;
    let mut project = project();
    let dot = "email LIKE '%.%'";
    // Moved to another place among the others, one that stays keeps its name.
    let other = checked(Some(dot), &["id > 0", NAMED]);
    project.add(LATER, &other);
    let migrations = project.load(database.database());
    let watch = Watch::default();
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    let before = database.schema().await;
    let named = project.model("users").all_checks();
    let endings: Vec<&str> = named.iter().map(|check| check.ending.as_str()).collect();
    let [changed, fresh, kept] = endings.as_slice() else {
        panic!("{endings:?}");
    };
    assert!(before.contains("users_email_check"), "{before}");
    assert!(before.contains(&format!("users_{kept}")), "{before}");
    assert!(!before.contains(fresh) && !before.contains(changed));
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.schema().await, before, "contract brings it");
    // The old one refuses until the end.
    let mut other = database.other().await;
    let not_at = "UPDATE users SET email = 'host.org' WHERE id = 5";
    assert!(other.try_sql(not_at).await.is_err());
    let ended = migrator.contract(&migrations, LATER, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    let after = database.schema().await;
    assert!(!after.contains("users_email_check"), "{after}");
    for name in [changed, fresh, kept] {
        assert!(after.contains(&format!("users_{name}")), "{name}: {after}");
    }
    let mut other = database.other().await;
    other.sql(not_at).await;
    let no_dot = "UPDATE users SET email = 'a@host' WHERE id = 5";
    assert!(other.try_sql(no_dot).await.is_err());
}

pub(super) async fn abort_leaves_checks_as_they_were(database: Fixture) {
    let database = database.with_users(20).await;
    let mut migrator = database.migrator().await;
    let mut project = project();
    let watch = Watch::default();
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let migrations = project.load(database.database());
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    project.add(LATER, &checked(Some("length(email) > 1"), &[]));
    let migrations = project.load(database.database());
    let before = database.schema().await;
    for phase in BEFORE_CONTRACT {
        let goal = Goal {
            again: true,
            ..until(phase)
        };
        let outcome = run(&mut migrator, &project, &goal, &watch).await;
        assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
        let aborted = migrator.abort(&migrations, LATER, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
        assert_eq!(database.schema().await, before, "{phase}");
    }
}
