//! Primary keys that become greater, on tables that were there before colmig: what no model knows
//! of the key goes over with it, or is found before anything is done. PostgreSQL alone has it.

use std::collections::BTreeMap;

use colmig::migrate::{Error, Goal, Migrator, Outcome, Switching, Watch};
use colmig::{Database, Phase, Reads};
use colmig_schema::model::{Column, ColumnType, Model, Naming, Reference, Replaces, Transition};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, column, model, text};

const CHANGE: &str = "20260101000000_keys";

/// What takes the place of `name`.
fn greater(name: &str, of: Column) -> Column {
    let replaces = Replaces {
        columns: vec![name.to_owned()],
        up: None,
        down: BTreeMap::new(),
        up_fn: None,
        down_fn: None,
    };
    Column {
        name: format!("{name}_2"),
        ty: ColumnType::BigInt,
        transition: Transition {
            replaces: Some(replaces),
            ..Transition::default()
        },
        ..of
    }
}

fn id() -> Column {
    Column {
        primary_key: true,
        ..column("id", ColumnType::Integer)
    }
}

fn users(id: Column) -> Model {
    model("users", vec![id, text("name")])
}

/// Orders, each of a user.
fn orders(mut user: Column, to: &str) -> Model {
    user.references = Some(Reference {
        table: "users".to_owned(),
        column: to.to_owned(),
        naming: Naming::default(),
    });
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    model("orders", vec![id, user])
}

/// The key of users becomes greater.
fn project() -> Project {
    let mut project = Project::empty();
    project.there(users(id()));
    project.add_on(&[Database::Postgres], CHANGE, &users(greater("id", id())));
    project
}

async fn database(sql: &str) -> Fixture {
    let database = Fixture::postgres();
    database.sql(sql).await;
    let rows = "INSERT INTO users (name) SELECT 'name' || i FROM generate_series(1, 250) AS i";
    database.sql(rows).await;
    database
}

async fn migrator(database: &Fixture) -> Migrator {
    let quick = colmig::migrate::Settings {
        dwell: std::time::Duration::ZERO,
        ..settings()
    };
    database.migrator_with(quick).await
}

async fn run(database: &Fixture, project: &Project) -> Result<Outcome, Error> {
    let migrations = project.load(Database::Postgres);
    let mut migrator = migrator(database).await;
    let (goal, watch) = (Goal::default(), Watch::default());
    migrator.run(&migrations, &goal, &watch).await
}

async fn contract(database: &Fixture, project: &Project) -> Outcome {
    contract_of(CHANGE, database, project).await
}

async fn contract_of(id: &str, database: &Fixture, project: &Project) -> Outcome {
    let migrations = project.load(Database::Postgres);
    let mut migrator = migrator(database).await;
    let (to, watch) = (Switching::to(Reads::Target), Watch::default());
    let switched = migrator.switch(&migrations, id, to, &watch).await;
    assert_eq!(switched.unwrap(), Outcome::Done);
    migrator.contract(&migrations, id, &watch).await.unwrap()
}

/// To the very end.
async fn rolled_out(sql: &str) -> Fixture {
    let (database, project) = (database(sql).await, project());
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    assert_eq!(
        database.count("users WHERE name = 'name' || id_2").await,
        250
    );
    database
}

/// Rows of before, and rows that a build of before writes meanwhile.
pub(crate) async fn every_row_has_the_greater_key() {
    let (database, project) = (
        database("CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL)").await,
        project(),
    );
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    database
        .sql("INSERT INTO users (name) SELECT 'name' || i FROM generate_series(251, 260) AS i")
        .await;
    assert_eq!(database.count("users WHERE id_2 = id").await, 260);
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    let filled = "users WHERE name = 'name' || id_2";
    assert_eq!(database.count(filled).await, 260);
}

const KEY: &str = "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'p'";

/// Of what a row is told by in a replica: how, and by which index.
const IDENTIFIES: &str = "SELECT c.relreplident::text || ' ' || i.indexrelid::regclass FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid \
     AND i.indisreplident WHERE c.oid = 'users'::regclass";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_goes_on_where_it_stood_with_its_rights_and_its_bounds() {
    let database = Fixture::postgres();
    let reader = format!("reader_of_{}", database.value("current_database()").await);
    database
        .sql(&format!(
            "CREATE ROLE {reader}; CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME counted START WITH 1 INCREMENT BY 1 \
             CACHE 5 CYCLE) CONSTRAINT key_of_users PRIMARY KEY, name text NOT NULL); ALTER TABLE users REPLICA IDENTITY USING INDEX key_of_users; \
             GRANT SELECT ON SEQUENCE counted TO {reader}; INSERT INTO users (name) SELECT 'name' || i FROM generate_series(1, 250) AS i"
        ))
        .await;
    let project = project();
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    assert_eq!(database.value(KEY).await, "key_of_users PRIMARY KEY (id_2)");
    assert_eq!(database.value(IDENTIFIES).await, "i key_of_users");
    let identity = "SELECT attidentity FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'id_2'";
    assert_eq!(database.value(identity).await, "a");
    let counted = "SELECT concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle) FROM pg_sequence \
         WHERE seqrelid = 'counted'::regclass";
    assert_eq!(
        database.value(counted).await,
        "bigint 1 1 1 9223372036854775807 5 t"
    );
    let may = format!("has_sequence_privilege('{reader}', 'counted', 'SELECT')");
    assert_eq!(database.value(&may).await, "true");
    database
        .sql("INSERT INTO users (name) VALUES ('next')")
        .await;
    let next = database
        .count("users WHERE name = 'next' AND id_2 BETWEEN 251 AND 256")
        .await;
    assert_eq!(next, 1);
    database
        .sql(&format!("DROP OWNED BY {reader}; DROP ROLE {reader}"))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_that_another_table_counts_by_is_widened_and_stays_where_it_is() {
    let database = rolled_out(
        "CREATE SEQUENCE shared AS integer; CREATE TABLE logs (number integer DEFAULT nextval('shared')); \
         ALTER SEQUENCE shared OWNED BY logs.number; CREATE TABLE users (id integer PRIMARY KEY DEFAULT nextval('shared'), name text NOT NULL)",
    )
    .await;
    database.sql("SELECT setval('shared', 2147483647)").await;
    database
        .sql("INSERT INTO users (name) VALUES ('next')")
        .await;
    assert_eq!(database.count("users WHERE id_2 = 2147483648").await, 1);
    let owner = "SELECT refobjid::regclass FROM pg_depend WHERE objid = 'shared'::regclass AND deptype = 'a'";
    assert_eq!(database.value(owner).await, "logs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unique_index_in_place_of_a_key_stays_one() {
    let database = rolled_out(
        "CREATE TABLE users (id serial UNIQUE, name text NOT NULL); ALTER TABLE users REPLICA IDENTITY USING INDEX users_id_key",
    )
    .await;
    assert_eq!(
        database
            .count("pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'p'")
            .await,
        0
    );
    assert_eq!(database.value(IDENTIFIES).await, "i users_id_2_pkey");
    let same = "INSERT INTO users (id_2, name) VALUES (1, 'again')";
    assert!(database.other().await.try_sql(same).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_cannot_go_over_in_an_instant_are_found_before_anything_is_added() {
    for (key, says) in [
        (
            "id serial PRIMARY KEY DEFERRABLE, name text NOT NULL",
            "the key is deferrable",
        ),
        (
            "id serial, name text NOT NULL, PRIMARY KEY (id) INCLUDE (name)",
            "stores other columns",
        ),
        (
            "id serial, name text NOT NULL, PRIMARY KEY (name, id)",
            "it is PRIMARY KEY (name, id)",
        ),
    ] {
        let (database, project) = (
            database(&format!("CREATE TABLE users ({key})")).await,
            project(),
        );
        let refused = run(&database, &project).await.unwrap_err().to_string();
        assert!(
            refused.contains(says) && refused.contains("has changed nothing"),
            "{refused}"
        );
        let added = "pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'id_2'";
        assert_eq!(database.count(added).await, 0);
    }
    let child = "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL); CREATE TABLE guests () INHERITS (users)";
    let (database, project) = (database(child).await, project());
    let refused = run(&database, &project).await.unwrap_err().to_string();
    assert!(refused.contains("inherits"), "{refused}");
}

/// A foreign key within the table leads to the key as well, and no model says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_key_within_the_table_that_no_model_mentions_holds_contract() {
    let sql = "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, boss integer REFERENCES users)";
    let (database, project) = (database(sql).await, project());
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    let held = contract(&database, &project).await;
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Contract);
    assert!(
        gate.contains("constraint users_boss_fkey on table users"),
        "{gate}"
    );
    database
        .sql("ALTER TABLE users DROP CONSTRAINT users_boss_fkey")
        .await;
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    assert_eq!(database.value(KEY).await, "users_pkey PRIMARY KEY (id_2)");
}

/// The models say that there is a foreign key, and the database has none: rows are looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orphans_hold_a_foreign_key_that_was_never_there() {
    let user = || column("user_id", ColumnType::Integer);
    let database = database(
        "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL); CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer NOT NULL); \
         INSERT INTO orders VALUES (1, 1), (2, 1000)",
    )
    .await;
    let mut project = Project::empty();
    project.there(users(id()));
    project.there(orders(user(), "id"));
    let next = [
        users(greater("id", id())),
        orders(greater("user_id", user()), "id_2"),
    ];
    project.add_all(&[Database::Postgres], CHANGE, &next);
    let held = run(&database, &project).await.unwrap();
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Constrain);
    assert!(
        gate.contains("refers by `user_id_2` to what users (id_2) does not have; by id: 2"),
        "{gate}"
    );
    database
        .sql("UPDATE orders SET user_id = 2 WHERE id = 2")
        .await;
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_in_partitions_that_refers_to_a_key_is_said_before_anything_is_done() {
    let database = database(
        "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL); \
         CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer NOT NULL REFERENCES users) PARTITION BY RANGE (id); \
         CREATE TABLE every PARTITION OF orders DEFAULT",
    )
    .await;
    let version = database
        .value("current_setting('server_version_num')::int / 10000")
        .await;
    if version.parse::<u32>().unwrap() >= 18 {
        return;
    }
    let user = || column("user_id", ColumnType::Integer);
    let mut project = Project::empty();
    project.there(users(id()));
    project.there(orders(user(), "id"));
    let next = [
        users(greater("id", id())),
        orders(greater("user_id", user()), "id_2"),
    ];
    project.add_all(&[Database::Postgres], CHANGE, &next);
    let held = run(&database, &project).await.unwrap();
    let Outcome::Held { phase, gate, .. } = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Expand);
    assert!(gate.contains("the table `orders` has partitions"), "{gate}");
}

/// What refers to a key may become greater in a migration of its own, and follow the key later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_refers_to_a_key_becomes_greater_first_and_follows_it_later() {
    const FIRST: &str = "20251231000000_orders_user_id_2";
    let database = database(
        "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL); CREATE TABLE orders (id bigint PRIMARY KEY, \
         user_id integer NOT NULL CONSTRAINT orders_user_id_fkey REFERENCES users ON DELETE CASCADE)",
    )
    .await;
    database
        .sql("INSERT INTO orders SELECT i, i FROM generate_series(1, 250) AS i")
        .await;
    let user = || column("user_id", ColumnType::Integer);
    let mut project = Project::empty();
    project.there(users(id()));
    project.there(orders(user(), "id"));
    let first = orders(greater("user_id", user()), "id");
    project.add_on(&[Database::Postgres], FIRST, &first);
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    assert_eq!(contract_of(FIRST, &database, &project).await, Outcome::Done);
    let next = [
        users(greater("id", id())),
        orders(greater("user_id", user()), "id_2"),
    ];
    project.add_all(&[Database::Postgres], CHANGE, &next);
    assert_eq!(run(&database, &project).await.unwrap(), Outcome::Done);
    assert_eq!(contract(&database, &project).await, Outcome::Done);
    let foreign = "SELECT string_agg(pg_get_constraintdef(oid), '; ') FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'f'";
    assert_eq!(
        database.value(foreign).await,
        "FOREIGN KEY (user_id_2) REFERENCES users(id_2) ON DELETE CASCADE"
    );
    database.sql("DELETE FROM users WHERE id_2 <= 50").await;
    assert_eq!(database.count("orders WHERE user_id_2 > 50").await, 200);
    assert_eq!(database.count("orders").await, 200);
}
