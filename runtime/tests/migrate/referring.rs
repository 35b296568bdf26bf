//! Foreign keys on columns that are there, which SQLite cannot have.

use std::any::Any;

use colmig::__private::{Derived, Reader};
use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Database, Error, Model, Phase};
use colmig_schema::model::{self, ColumnType, Naming, Reference};

use crate::fixture::Fixture;
use crate::project::{Project, column, model, users};
use crate::suite::checks::{Load, held};
use crate::suite::nulls::{BEFORE_CONTRACT, build, online};
use crate::suite::{run, until};

const CHANGE: &str = "20260101000000_orders_buyer_fkey";
const LATER: &str = "20260201000000_orders_other";

/// Builds of a table that know its constraints, and builds that do not.
macro_rules! builds {
    ($($build:ident: $table:literal, $insert:literal, $constrained:literal;)+) => {$(
        #[derive(Debug)]
        struct $build {
            id: i64,
            of: i64,
        }

        impl Derived for $build {
            type Key = i64;
            const MODEL: &'static str = concat!(
                "model ", stringify!($build), "\ntable ", $table, "\nfields id, of\nkey id\ndatabases postgres\n\
                 find SELECT id, of FROM ", $table, " WHERE id = $1\ninsert ", $insert, "\n\
                 delete DELETE FROM ", $table, " WHERE id = $1\nrecord\ncolmig 1\ntable ", $table, "\nmodel Any\n\
                 databases postgres\nshape 0\ncolumn id 0\ncolumn of 0\n", $constrained
            );

            fn value(&self, field: usize) -> &dyn Any {
                [&self.id as &dyn Any, &self.of][field]
            }

            fn read(reader: &mut Reader<'_>) -> colmig::Result<Self> {
                Ok($build {
                    id: reader.take()?,
                    of: reader.take()?,
                })
            }
        }
    )+};
}

builds! {
    OldOrder: "orders", "INSERT INTO orders (id, of) VALUES ($1, $2)", "";
    NewOrder: "orders", "INSERT INTO orders (id, of) VALUES ($1, $2)", "constrained 20260101000000_orders_buyer_fkey\n";
    OldUser: "users", "INSERT INTO users (id, of, first_name, email) VALUES ($1, $2, 'a', 'b')", "";
    NewUser: "users", "INSERT INTO users (id, of, first_name, email) VALUES ($1, $2, 'a', 'b')",
        "constrained 20260101000000_orders_buyer_fkey\n";
}

/// Orders, each of a user, or of another order.
fn orders(to: Option<&str>) -> model::Model {
    let id = model::Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let of = model::Column {
        references: to.map(|table| Reference {
            table: table.to_owned(),
            column: "id".to_owned(),
            naming: Naming::default(),
        }),
        ..column("of", ColumnType::BigInt)
    };
    model("orders", vec![id, of])
}

fn project(to: Option<&str>) -> Project {
    let mut project = Project::empty();
    project.there(users());
    project.there(orders(to));
    project
}

async fn database() -> Fixture {
    let database = Fixture::postgres().with_users(50).await;
    database
        .sql("ALTER TABLE users ADD COLUMN of bigint NOT NULL DEFAULT 0")
        .await;
    database
        .sql(
            "CREATE TABLE orders (id bigint PRIMARY KEY, of bigint NOT NULL); \
             INSERT INTO orders SELECT i, i FROM generate_series(1, 75) AS i",
        )
        .await;
    database
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orphans_hold_the_migration_and_no_statement_fails() {
    let database = database().await;
    let mut project = project(None);
    project.add_on(&[Database::Postgres], CHANGE, &orders(Some("users")));
    let migrations = project.load(Database::Postgres);
    let watch = Watch::default();
    let mut migrator = database.migrator_with(online()).await;
    let old = Load::start(build::<OldOrder>(&database).await.unwrap(), 10_000, |id| {
        OldOrder { id, of: 7 }
    });
    let new = Load::start(build::<NewOrder>(&database).await.unwrap(), 100_000, |id| {
        NewOrder { id, of: 8 }
    });
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Backfill);
    let words = "25 rows of `orders` resist `orders_of_fkey`: they refer by `of` to what users (id) does not have; by id: 51; 52; ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(gate.contains("; 70; and 5 more: "), "{gate}");
    database.sql("UPDATE orders SET of = 1 WHERE of > 50").await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(!database.schema().await.contains("orders_of_fkey"));

    // Builds of before may write orphans, and make some of what others wrote.
    let orders = build::<OldOrder>(&database).await.unwrap();
    let lonely = OldOrder { id: 900, of: 999 };
    lonely.insert(&orders).await.unwrap();
    let people = colmig::Db::options()
        .model::<NewOrder>()
        .model::<OldUser>()
        .connect(&database.url())
        .await
        .unwrap();
    OldUser::delete(&people, 30).await.unwrap();
    old.more().await;
    let of =
        |table: &str| format!("does not know which checks or foreign keys of `{table}` come or go");
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Contract);
    assert!(gate.contains(&of("orders")), "{gate}");
    assert!(old.stop().await > 20);
    orders.close().await;
    assert!(new.stop().await > 20);
    // Whoever takes users away has to know of it as well.
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (_, gate) = held(outcome.unwrap());
    assert!(gate.contains(&of("users")), "{gate}");
    people.close().await;
    let both = colmig::Db::options()
        .model::<NewOrder>()
        .model::<NewUser>()
        .connect(&database.url())
        .await
        .unwrap();
    let new = Load::start(both.clone(), 200_000, |id| NewOrder { id, of: 8 });
    let outcome = migrator.contract(&migrations, CHANGE, &watch).await;
    let (phase, gate) = held(outcome.unwrap());
    assert_eq!(phase, Phase::Contract);
    let words = "2 rows of `orders` resist `orders_of_fkey`: ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(gate.contains("by id: 30; 900: "), "{gate}");
    assert!(!database.schema().await.contains("orders_of_fkey"));
    database
        .sql("DELETE FROM orders WHERE id IN (30, 900)")
        .await;
    new.more().await;
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    new.more().await;
    assert!(new.stop().await > 10);
    let mut other = database.other().await;
    for broken in [
        "INSERT INTO orders (id, of) VALUES (901, 999)",
        "DELETE FROM users WHERE id = 7",
    ] {
        assert!(other.try_sql(broken).await.is_err(), "{broken}");
    }
    let valid = "SELECT convalidated FROM pg_constraint WHERE conname = 'orders_of_fkey'";
    assert_eq!(database.value(valid).await, "true");
    for refused in [
        build::<OldOrder>(&database).await.unwrap_err(),
        build::<OldUser>(&database).await.unwrap_err(),
    ] {
        assert!(
            matches!(refused, Error::Unconstrained { .. }),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_leads_elsewhere_is_there_before_the_other_goes() {
    let database = database().await;
    database
        .sql(
            "UPDATE orders SET of = 1; \
             ALTER TABLE orders ADD CONSTRAINT orders_of_fkey FOREIGN KEY (of) REFERENCES users (id)",
        )
        .await;
    let mut project = project(Some("users"));
    project.add_on(&[Database::Postgres], CHANGE, &orders(Some("orders")));
    project.add_on(&[Database::Postgres], LATER, &orders(None));
    let migrations = project.load(Database::Postgres);
    let watch = Watch::default();
    let mut migrator = database.migrator().await;
    let keys = "SELECT string_agg(conname || ' ' || confrelid::regclass, ', ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'";
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.value(keys).await, "orders_of_fkey users");
    let ended = migrator.contract(&migrations, CHANGE, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    let one = database.value(keys).await;
    assert!(
        one.starts_with("orders_of_") && one.ends_with("_fkey orders"),
        "{one}"
    );
    assert!(!one.starts_with("orders_of_fkey"), "{one}");
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.value(keys).await, one, "until contract");
    let ended = migrator.contract(&migrations, LATER, &watch).await;
    assert_eq!(ended.unwrap(), Outcome::Done);
    assert_eq!(database.value(keys).await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_on_what_it_refers_to_is_waited_for_without_a_queue() {
    let database = database().await;
    database.sql("UPDATE orders SET of = 1").await;
    let mut project = project(None);
    project.add_on(&[Database::Postgres], CHANGE, &orders(Some("users")));
    let migrations = project.load(Database::Postgres);
    let watch = Watch::default();
    let mut migrator = database.migrator().await;
    let outcome = run(&mut migrator, &project, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let mut writer = database.other().await;
    writer
        .sql("BEGIN; UPDATE users SET email = 'open' WHERE id = 1")
        .await;
    let traffic = async {
        let mut slowest = std::time::Duration::ZERO;
        let mut other = database.other().await;
        for number in 0..40 {
            let began = std::time::Instant::now();
            other
                .sql(&format!(
                    "UPDATE users SET email = 'x' WHERE id = {}",
                    2 + number
                ))
                .await;
            slowest = slowest.max(began.elapsed());
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        writer.sql("COMMIT").await;
        slowest
    };
    let (ended, slowest) = tokio::join!(migrator.contract(&migrations, CHANGE, &watch), traffic);
    assert_eq!(ended.unwrap(), Outcome::Done);
    // Behind a lock that is waited for they would have waited until the end of the first.
    assert!(slowest < std::time::Duration::from_secs(3), "{slowest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abort_leaves_foreign_keys_as_they_were() {
    let database = database().await;
    database
        .sql(
            "UPDATE orders SET of = 1; \
             ALTER TABLE orders ADD CONSTRAINT orders_of_fkey FOREIGN KEY (of) REFERENCES users (id)",
        )
        .await;
    let watch = Watch::default();
    let mut migrator = database.migrator().await;
    let before = database.schema().await;
    let mut project = project(Some("users"));
    project.add_on(&[Database::Postgres], CHANGE, &orders(Some("orders")));
    let migrations = project.load(Database::Postgres);
    for phase in BEFORE_CONTRACT {
        let goal = Goal {
            again: true,
            ..until(phase)
        };
        let outcome = run(&mut migrator, &project, &goal, &watch).await;
        assert_eq!(outcome.unwrap(), Outcome::Done, "{phase}");
        let aborted = migrator.abort(&migrations, CHANGE, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
        assert_eq!(database.schema().await, before, "{phase}");
    }
}
