//! What tools before colmig got wrong, each line of docs/regressions.md a test on PostgreSQL that
//! is named for it. Where a test of the suite shows the very thing, it is called from here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use colmig::migrate::{Error, Event, Goal, Outcome, Settings, UserTriggers, Watch};
use colmig::{Database, Phase};
use colmig_schema::diff::{Told, diff};
use colmig_schema::model::{Column, ColumnType, Model, Transition};
use colmig_schema::snapshot::{Entry, Snapshot};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, column, model, ruled, sql, text, users, with};
use crate::suite;

const RENAME: &str = "20260101000000_users_mail";

/// The column `email` under another name.
fn renamed() -> Project {
    let mut project = Project::empty();
    project.there(users());
    let mut renamed = users();
    renamed.columns.retain(|column| column.name != "email");
    let transition = Transition {
        renamed_from: Some("email".to_owned()),
        ..Transition::default()
    };
    renamed.columns.push(Column {
        transition,
        ..text("mail")
    });
    project.add(RENAME, &renamed);
    project
}

/// Keeps `updated_at` as people do.
const TOUCH: &str = "ALTER TABLE users ADD COLUMN updated_at timestamptz NOT NULL DEFAULT '2020-01-01'; \
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END'; \
    CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()";

const TOUCHED: &str = "users WHERE updated_at > '2020-01-01'";

async fn run_to_the_end(database: &Fixture, project: &Project, settings: Settings) -> Outcome {
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator_with(settings).await;
    let (goal, watch) = (Goal::default(), Watch::default());
    migrator.run(&migrations, &goal, &watch).await.unwrap()
}

/// reshape: `complete` met its lock time-out, skipped that action when it was run again, reported
/// that all was well, and every later write to the table failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_reshape_complete_skips_what_met_a_lock() {
    let database = Fixture::postgres().with_users(100).await;
    let project = renamed();
    let migrations = project.load(Database::Postgres);
    let impatient = Settings {
        lock_retry: Duration::from_millis(20),
        lock_patience: Duration::from_millis(300),
        dwell: Duration::ZERO,
        ..settings()
    };
    let mut migrator = database.migrator_with(impatient).await;
    let watch = Watch::default();
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    switch_to_target(&mut migrator, &migrations).await;

    let mut reader = database.other().await;
    reader.sql("BEGIN; SELECT 1 FROM users LIMIT 1").await;
    let met = migrator.contract(&migrations, RENAME, &watch).await;
    assert!(matches!(met, Err(Error::LockPatience { .. })), "{met:?}");
    database
        .sql("UPDATE users SET mail = 'still written' WHERE id = 1")
        .await;
    reader.sql("COMMIT").await;

    let outcome = migrator.contract(&migrations, RENAME, &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let legacy = "information_schema.columns WHERE table_name = 'users' AND column_name = 'email'";
    assert_eq!(database.count(legacy).await, 0);
    database
        .sql("UPDATE users SET mail = 'written'; INSERT INTO users (id, first_name, mail) VALUES (0, 'Ada', 'a@b')")
        .await;
    let left = "pg_trigger WHERE NOT tgisinternal AND tgrelid = 'users'::regclass";
    assert_eq!(database.count(left).await, 0);
}

async fn switch_to_target(
    migrator: &mut colmig::migrate::Migrator,
    migrations: &[colmig::migrate::Migration],
) {
    let switched = migrator
        .switch(
            migrations,
            RENAME,
            colmig::migrate::Switching::to(colmig::Reads::Target),
            &Watch::default(),
        )
        .await;
    assert_eq!(switched.unwrap(), Outcome::Done);
}

/// reshape: a restart after kill -9 began at the first row. pgroll: a backfill was not resumed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_reshape_and_pgroll_begin_at_row_0_again() {
    suite::going_on::a_stopped_backfill_goes_on_where_it_stopped(Fixture::postgres()).await;
}

/// reshape: composite keys above one batch failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_reshape_composite_key_above_one_batch() {
    let key = |name, ty| Column {
        primary_key: true,
        ..column(name, ty)
    };
    let parts = vec![
        key("tenant", ColumnType::Integer),
        key("code", ColumnType::Text),
        text("title"),
    ];
    let before = model("parts", parts);
    let mut project = Project::empty();
    project.there(before.clone());
    project.add_on(
        &[Database::Postgres],
        "20260101000000_label",
        &with(before, ruled("label", "tenant || '/' || title")),
    );
    let database = Fixture::postgres();
    database
        .sql(
            "CREATE TABLE parts (tenant integer, code text, title text NOT NULL, PRIMARY KEY (tenant, code)); \
             INSERT INTO parts SELECT i % 3, 'c' || i, 't' || i FROM generate_series(1, 1500) AS i",
        )
        .await;
    let outcome = run_to_the_end(&database, &project, settings()).await;
    assert_eq!(outcome, Outcome::Done);
    let right = "parts WHERE label = tenant || '/' || title";
    assert_eq!(database.count(right).await, 1_500);
}

/// reshape: triggers of others fired during the backfill, so `updated_at` said of every row that
/// it was changed just now.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_reshape_user_triggers_fire_during_the_backfill() {
    let database = Fixture::postgres().with_users(250).await;
    database.sql(TOUCH).await;
    let project = Project::of_users();
    let outcome = run_to_the_end(&database, &project, settings()).await;
    assert_eq!(outcome, Outcome::Done);
    let filled = "users WHERE display_name = first_name || ' last'";
    assert_eq!(database.count(filled).await, 250);
    assert_eq!(database.count(TOUCHED).await, 0);
    database
        .sql("UPDATE users SET email = 'new' WHERE id = 1")
        .await;
    assert_eq!(database.count(TOUCHED).await, 1, "the trigger is there");
}

/// The same, where the role may not skip triggers: nothing is filled before somebody has decided.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_reshape_user_triggers_that_cannot_be_skipped() {
    let database = Fixture::postgres().with_users(250).await;
    database.sql(TOUCH).await;
    let role = format!("owner_of_{}", database.value("current_database()").await);
    database
        .sql(&format!(
            "CREATE ROLE \"{role}\" LOGIN; ALTER TABLE users OWNER TO \"{role}\"; ALTER FUNCTION touch() OWNER TO \"{role}\"; \
             GRANT CREATE ON SCHEMA public TO \"{role}\""
        ))
        .await;
    let url = database.url().replacen("postgres@", &format!("{role}@"), 1);
    let project = Project::of_users();
    let migrations = project.load(Database::Postgres);
    let connect = async |settings: Settings| {
        let migrator = colmig::migrate::Migrator::connect(&url, settings).await;
        migrator.unwrap()
    };
    let watch = Watch::default();
    let mut migrator = connect(settings()).await;
    let held = migrator.run(&migrations, &Goal::default(), &watch).await;
    let Ok(Outcome::Held { phase, gate, .. }) = &held else {
        panic!("{held:?}");
    };
    assert_eq!(*phase, Phase::Backfill);
    for word in ["`touch`", "GRANT SET ON PARAMETER", "user-triggers"] {
        assert!(gate.contains(word), "{gate}");
    }
    assert_eq!(
        database.count("users WHERE display_name IS NOT NULL").await,
        0
    );

    let mut migrator = connect(Settings {
        user_triggers: UserTriggers::Fire,
        ..settings()
    })
    .await;
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(database.count(TOUCHED).await, 250, "as somebody wanted it");
    drop(migrator);
    database
        .sql(&format!(
            "REASSIGN OWNED BY \"{role}\" TO CURRENT_USER; DROP OWNED BY \"{role}\"; DROP ROLE \"{role}\""
        ))
        .await;
}

/// pgroll: a trigger that could not be created was ignored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_ignores_a_trigger_that_cannot_be_created() {
    let database = Fixture::postgres().with_users(10).await;
    let project = renamed();
    let migrations = project.load(Database::Postgres);
    let file = project
        .folder()
        .join(RENAME)
        .join("postgres/2_dual_write.sql");
    let file = std::fs::read_to_string(file).unwrap();
    let name = file
        .split_once("CREATE TRIGGER \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .unwrap()
        .0;
    database
        .sql(&format!(
            "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
             CREATE TRIGGER \"{name}\" BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION theirs()"
        ))
        .await;
    let mut migrator = database.migrator().await;
    let watch = Watch::default();
    let failed = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert!(matches!(failed, Err(Error::Statement { .. })), "{failed:?}");
    let later = "(SELECT phase FROM colmig_migration) AS m WHERE phase = 'backfill'";
    assert_eq!(database.count(later).await, 0, "nobody relies on it");
    database
        .sql(&format!("DROP TRIGGER \"{name}\" ON users"))
        .await;
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    database.sql("UPDATE users SET email = 'old build'").await;
    assert_eq!(database.count("users WHERE mail = 'old build'").await, 10);
}

/// pgroll: writes failed between the steps that added and dropped column and trigger.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_writes_fail_between_steps() {
    let database = Arc::new(Fixture::postgres().with_users(500).await);
    let (over, written) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU32::new(0)),
    );
    let writer = {
        let (database, over, written) = (database.clone(), over.clone(), written.clone());
        tokio::spawn(async move {
            let mut other = database.other().await;
            let mut id = 10_000;
            while !over.load(Ordering::Relaxed) {
                id += 1;
                let sql = format!(
                    "INSERT INTO users (id, first_name, email) VALUES ({id}, 'Ada', 'ada'); \
                     UPDATE users SET email = email || '!' WHERE id = {}",
                    id % 500
                );
                other.sql(&sql).await;
                written.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let project = renamed();
    let migrations = project.load(Database::Postgres);
    for _ in 0..3 {
        let mut migrator = database.migrator().await;
        let watch = Watch::default();
        let goal = Goal {
            again: true,
            ..Goal::default()
        };
        let outcome = migrator.run(&migrations, &goal, &watch).await;
        assert_eq!(outcome.unwrap(), Outcome::Done);
        let aborted = migrator.abort(&migrations, RENAME, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done);
    }
    over.store(true, Ordering::Relaxed);
    // It fails with the first statement that does.
    writer.await.unwrap();
    assert!(written.load(Ordering::Relaxed) > 20);
}

/// pgroll: keys that are GENERATED ALWAYS broke the backfill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_identity_keys_break_the_backfill() {
    let database = Fixture::postgres();
    database
        .sql(
            "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, first_name text NOT NULL, last_name text, \
             email text NOT NULL, shout text GENERATED ALWAYS AS (upper(first_name)) STORED); \
             INSERT INTO users (first_name, last_name, email) SELECT 'f' || i, 'l', 'e' FROM generate_series(1, 700) AS i",
        )
        .await;
    let outcome = run_to_the_end(&database, &Project::of_users(), settings()).await;
    assert_eq!(outcome, Outcome::Done);
    let right = "users WHERE display_name = first_name || ' l' AND shout = upper(first_name)";
    assert_eq!(database.count(right).await, 700);
    database
        .sql("INSERT INTO users (first_name, last_name, email) VALUES ('a', 'b', 'c')")
        .await;
}

/// pgroll: the new type of a primary key was never filled, and nothing said so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_retyped_key_is_not_filled() {
    crate::rekeyed::every_row_has_the_greater_key().await;
    // What cannot be filled is refused.
    let entry = |model: Model| Entry {
        package: String::new(),
        model,
    };
    let mut snapshot = Snapshot::default();
    snapshot.models.insert("users".to_owned(), entry(users()));
    let mut retyped = users();
    retyped.columns[0].ty = ColumnType::Integer;
    let models = [("users".to_owned(), retyped)].into();
    let told = Told {
        triggers: true,
        dropped: [].into(),
        tables: [].into(),
    };
    let found = diff(&snapshot, &models, &told);
    assert!(found.changes.is_empty(), "{:?}", found.changes);
    let refused = format!("{:?}", found.refused);
    assert!(refused.contains("id"), "{refused}");
}

/// pgroll: replacing names as text hit columns whose names contain them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_text_replacement_hits_other_names() {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let before = model(
        "labels",
        vec![id.clone(), text("name"), text("name_old"), text("old_name")],
    );
    let transition = Transition {
        renamed_from: Some("name".to_owned()),
        ..Transition::default()
    };
    let title = Column {
        transition,
        check: sql("title <> 'name' AND length(title) < 100"),
        ..text("title")
    };
    let joined = ruled("joined", "name_old || ' name ' || old_name");
    let after = model(
        "labels",
        vec![id, text("name_old"), text("old_name"), title, joined],
    );
    let mut project = Project::empty();
    project.there(before);
    project.add_on(&[Database::Postgres], "20260101000000_title", &after);
    let database = Fixture::postgres();
    database
        .sql(
            "CREATE TABLE labels (id bigint PRIMARY KEY, name text NOT NULL, name_old text NOT NULL, old_name text NOT NULL); \
             INSERT INTO labels VALUES (1, 'n', 'no', 'on')",
        )
        .await;
    let outcome = run_to_the_end(&database, &project, settings()).await;
    assert_eq!(outcome, Outcome::Done);
    let right = "labels WHERE title = 'n' AND joined = 'no name on' AND name_old = 'no'";
    assert_eq!(database.count(right).await, 1);
}

/// pgroll: names over 63 bytes, of which PostgreSQL keeps the beginning.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_pgroll_names_of_63_bytes() {
    // In bytes as many as PostgreSQL takes, in letters fewer.
    let table = format!("{}_x", "ä".repeat(30));
    let [first, second] = ["a", "b"].map(|end| format!("{}_{end}", "column_".repeat(8)));
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let before = model(&table, vec![id, text("name")]);
    let unique = |name: &str| Column {
        unique: true,
        check: sql(&format!("length({name}) > 0")),
        ..ruled(name, "'x' || name")
    };
    let mut project = Project::empty();
    let only = [Database::Postgres];
    project.add_on(&only, "20260101000000_create", &before);
    let both = with(with(before, unique(&first)), unique(&second));
    project.add_on(&only, "20260102000000_both", &both);
    let database = Fixture::postgres();
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let watch = Watch::default();
    let only = Goal {
        only: Some("20260101000000_create".to_owned()),
        ..Goal::default()
    };
    migrator.run(&migrations, &only, &watch).await.unwrap();
    database
        .sql(&format!(
            "INSERT INTO \"{table}\" SELECT i, 'n' || i FROM generate_series(1, 300) AS i"
        ))
        .await;
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let right =
        format!("\"{table}\" WHERE \"{first}\" = 'x' || name AND \"{second}\" = \"{first}\"");
    assert_eq!(database.count(&right).await, 300);
    let indexes = "pg_index WHERE indisunique AND indisvalid AND NOT indisprimary AND indrelid IN \
        (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'colmig%')";
    assert_eq!(
        database.count(indexes).await,
        2,
        "none took the other's name"
    );
    let aborted = migrator
        .abort(&migrations, "20260102000000_both", &watch)
        .await;
    assert_eq!(aborted.unwrap(), Outcome::Done);
}

/// gh-ost and pt-online-schema-change: tables with foreign keys and triggers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_copying_tools_and_foreign_keys_and_triggers() {
    let database = Fixture::postgres().with_users(300).await;
    database
        .sql(
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE); \
             INSERT INTO orders SELECT i, i FROM generate_series(1, 300) AS i; \
             CREATE TABLE log (id bigint, was text); \
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (NEW.id, OLD.email); RETURN NULL; END'; \
             CREATE TRIGGER note AFTER UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION note()",
        )
        .await;
    let foreign =
        "SELECT string_agg(pg_get_constraintdef(oid), ';') FROM pg_constraint WHERE contype = 'f'";
    let before = database.value(foreign).await;
    let project = Project::of_users();
    let outcome = run_to_the_end(&database, &project, settings()).await;
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.value(foreign).await, before);
    assert_eq!(database.count("log").await, 0);
    database
        .sql("UPDATE users SET email = 'new' WHERE id = 7; DELETE FROM users WHERE id = 8")
        .await;
    assert_eq!(database.count("log").await, 1);
    assert_eq!(database.count("orders").await, 299);
}

/// gh-ost and pt-online-schema-change: nothing but replicas' lag to steer by.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_copying_tools_can_only_be_steered_by_lag() {
    let database = Fixture::postgres().with_users(2_000).await;
    database
        .sql("CREATE TABLE jobs (id bigint); INSERT INTO jobs VALUES (1)")
        .await;
    let mut wanted = settings();
    wanted.brakes.query = Some("SELECT count(*) > 0 FROM jobs".to_owned());
    let project = Project::of_users();
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator_with(wanted).await;
    let (theirs, seen) = (database.url(), Arc::new(AtomicBool::new(false)));
    let noted = seen.clone();
    let watch = Watch::new(move |event| {
        if let Event::BackfillHeld { .. } = event
            && !noted.swap(true, Ordering::Relaxed)
        {
            let url = theirs.clone();
            tokio::spawn(async move {
                use sqlx::{Connection as _, Executor as _};
                let mut other = sqlx::PgConnection::connect(&url).await.unwrap();
                other.execute("DELETE FROM jobs").await.unwrap();
            });
        }
    });
    let outcome = migrator.run(&migrations, &Goal::default(), &watch).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert!(
        seen.load(Ordering::Relaxed),
        "a query of the team's own held it"
    );
}

/// sqlx-cli: its migrator took no lock, so two of them met.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_sqlx_cli_migrators_meet() {
    suite::side_by_side::two_runs_at_once_do_not_meet(Fixture::postgres()).await;
}

/// Generators: a rename was taken for a drop and an add, and the data was gone.
#[test]
fn regression_generators_take_a_rename_for_drop_and_add() {
    let mut snapshot = Snapshot::default();
    let entry = Entry {
        package: String::new(),
        model: users(),
    };
    snapshot.models.insert("users".to_owned(), entry);
    let mut renamed = users();
    renamed.columns.retain(|column| column.name != "email");
    renamed.columns.push(text("mail"));
    let models = [("users".to_owned(), renamed)].into();
    let told = Told {
        triggers: true,
        dropped: [].into(),
        tables: [].into(),
    };
    let found = diff(&snapshot, &models, &told);
    assert!(found.changes.is_empty(), "{:?}", found.changes);
    let refused = format!("{:?}", found.refused);
    assert!(refused.contains("renamed_from"), "{refused}");
}

/// No tool gated a phase on the builds that are live.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn regression_nobody_waits_for_live_builds() {
    suite::rollout::instances_are_waited_for_between_stages(Fixture::postgres()).await;
}

/// The book has a line for each of these tests, and names none that is not there.
#[test]
fn the_book_names_every_regression() {
    let book = include_str!("../../../docs/regressions.md");
    let sources = [
        include_str!("regressions.rs"),
        include_str!("postgres.rs"),
        include_str!("suite/index_kinds.rs"),
        include_str!("../../../tests/tests/cli/refused.rs"),
    ];
    let named = |text: &'static str, before: &'static str| {
        let rest = text.split(before).skip(1);
        rest.filter(|rest| rest.starts_with("regression_"))
            .filter_map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
            })
            .filter(|name| *name != "regression_")
            .collect::<std::collections::BTreeSet<_>>()
    };
    let tested: std::collections::BTreeSet<_> = sources
        .into_iter()
        .flat_map(|source| named(source, "fn "))
        .collect();
    assert!(tested.len() > 10);
    assert_eq!(named(book, "`"), tested);
}
