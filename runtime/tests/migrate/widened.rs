//! Types that are widened in place, on PostgreSQL: what is recognised costs no more than a word
//! in the catalogue, and what is not is refused.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use colmig::__private::{Derived, Reader};
use colmig::migrate::{Error, Goal, Outcome, Watch};
use colmig::{Database, Db, Model as _, Phase};
use colmig_schema::access::{Field, Table};
use colmig_schema::change::{Change, ChangeType};
use colmig_schema::model::{Column, ColumnType, Dialected, Model, Replaces, Sized, Transition};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, column, model, text, users};

const CHANGE: &str = "20260101000000_users_email_type";

/// One of each kind and size, with a value that every one of its kind holds.
const TYPES: [(&str, &str); 31] = [
    ("varchar(9)", "'ada'"),
    ("character varying(20)", "'ada'"),
    ("varchar", "'ada'"),
    ("text", "'ada'"),
    ("char(9)", "'ada'"),
    ("numeric(8,2)", "1.25"),
    ("numeric(12,2)", "1.25"),
    ("decimal(12,4)", "1.25"),
    ("numeric", "1.25"),
    ("integer", "1"),
    ("bigint", "1"),
    ("real", "1.25"),
    ("double precision", "1.25"),
    ("timestamp(0)", "'2026-01-01'"),
    ("timestamp(3)", "'2026-01-01'"),
    ("timestamp", "'2026-01-01'"),
    ("timestamptz(0)", "'2026-01-01'"),
    ("timestamp(3) with time zone", "'2026-01-01'"),
    ("timestamptz", "'2026-01-01'"),
    ("time(0)", "'10:00'"),
    ("time(3)", "'10:00'"),
    ("time", "'10:00'"),
    ("timetz(1)", "'10:00+00'"),
    ("timetz", "'10:00+00'"),
    ("interval(0)", "'1 hour'"),
    ("interval(3)", "'1 hour'"),
    ("interval", "'1 hour'"),
    ("bit varying(4)", "'101'"),
    ("varbit(8)", "'101'"),
    ("cidr", "'10.0.0.0/8'"),
    ("inet", "'10.0.0.0/8'"),
];

fn custom(ty: &str) -> ColumnType {
    ColumnType::Custom(Dialected::Same(ty.to_owned()))
}

fn of(table: &str, ty: &str) -> Model {
    let id = Column {
        primary_key: true,
        ..column("id", ColumnType::BigInt)
    };
    let value = Column {
        nullable: true,
        index: true,
        ..column("value", custom(ty))
    };
    model(table, vec![id, value])
}

fn widens(from: &str, to: &str) -> bool {
    match (Sized::parse(from), Sized::parse(to)) {
        (Some(from), Some(to)) => from.widens_to(to),
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_type_that_is_taken_for_wider_is_no_more_than_a_word() {
    let database = Fixture::postgres();
    let mut project = Project::empty();
    let mut changes: Vec<Box<dyn Change>> = Vec::new();
    let mut setup = "CREATE TABLE referred (value varchar(9) PRIMARY KEY); INSERT INTO referred VALUES ('ada');".to_owned();
    let mut tables = BTreeMap::new();
    for (from, value) in TYPES {
        for (to, _) in TYPES {
            let table = format!("t{}", tables.len());
            if !widens(from, to) {
                continue;
            }
            let network = match from {
                "cidr" => format!("; CREATE INDEX ON {table} USING gist (value inet_ops)"),
                from if from.contains("var") && !from.contains("bi") => format!(
                    "; CREATE INDEX ON {table} (value text_pattern_ops); CREATE INDEX ON {table} (value COLLATE \"C\")\
                     ; ALTER TABLE {table} ADD FOREIGN KEY (value) REFERENCES referred"
                ),
                _ => String::new(),
            };
            let hash = match from.contains("bi") {
                true => String::new(),
                false => format!("; CREATE INDEX ON {table} USING hash (value)"),
            };
            setup.push_str(&format!(
                "CREATE TABLE {table} (id bigint PRIMARY KEY, value {from} DEFAULT {value}, UNIQUE (value, id));\
                 CREATE INDEX ON {table} (value DESC NULLS LAST); CREATE INDEX ON {table} (id) INCLUDE (value);\
                 CREATE INDEX ON {table} USING brin (value){hash}{network};\
                 INSERT INTO {table} (id) SELECT generate_series(1, 300);"
            ));
            let (before, after) = (of(&table, from), of(&table, to));
            project.there(before.clone());
            let change = ChangeType::new(
                before.clone(),
                before.columns[1].clone(),
                after.columns[1].clone(),
            );
            let joined = network
                .contains("REFERENCES")
                .then(|| "referred".to_owned());
            changes.push(Box::new(change.joined_to(joined)));
            tables.insert(table, (from, to));
        }
    }
    assert!(tables.len() >= 25, "{tables:?}");
    database.sql(&setup).await;
    let files = "SELECT string_agg(relname || ' ' || relfilenode, ',' ORDER BY relname) FROM pg_class \
                 WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'colmig%' AND relkind IN ('r', 'i')";
    let files_before = database.value(files).await;
    let mut values = Vec::new();
    for table in tables.keys() {
        values.push(
            database
                .value(&format!(
                    "SELECT string_agg(value::text, ',' ORDER BY id) FROM {table}"
                ))
                .await,
        );
    }
    project.write(&[Database::Postgres], CHANGE, &changes);
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(database.value(files).await, files_before);
    let invalid = "pg_constraint WHERE NOT convalidated";
    assert_eq!(database.count(invalid).await, 0);
    for ((table, (from, to)), value) in tables.iter().zip(values) {
        let ty = format!(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attname = 'value'"
        );
        let formatted = Sized::parse(to).unwrap().formatted();
        assert_eq!(database.value(&ty).await, formatted, "{from} to {to}");
        let now = format!("SELECT string_agg(value::text, ',' ORDER BY id) FROM {table}");
        assert_eq!(database.value(&now).await, value, "{from} to {to}");
        // What the planner knew of the column is known again.
        let known = format!("pg_stats WHERE tablename = '{table}' AND attname = 'value'");
        assert_eq!(database.count(&known).await, 1, "{from} to {to}");
    }
}

#[test]
fn every_type_that_is_not_taken_for_wider_is_refused() {
    let mut refused = 0;
    for (from, _) in TYPES {
        for (to, _) in TYPES {
            let (before, after) = (of("t", from), of("t", to));
            let change = ChangeType::new(
                before.clone(),
                before.columns[1].clone(),
                after.columns[1].clone(),
            );
            let steps = change.steps(Database::Postgres);
            if from != to && !widens(from, to) {
                let refusal = steps.unwrap_err();
                let way_out = ["replaces = \"value\"", "leave the type as it is"];
                assert!(
                    way_out.iter().any(|way| refusal.remedy.contains(way)),
                    "{refusal}"
                );
                refused += 1;
            } else {
                assert_eq!(steps.unwrap().is_empty(), from == to, "{from} to {to}");
            }
        }
    }
    assert!(refused > 800, "{refused}");
}

fn email(ty: ColumnType) -> Model {
    let mut model = users();
    model.columns[3].ty = ty;
    model
}

/// Users, each with a mail address of at most 40 characters, of which there are to be more.
async fn short(to: ColumnType) -> (Fixture, Project) {
    let database = Fixture::postgres().with_users(200).await;
    database
        .sql("ALTER TABLE users ALTER email TYPE varchar(40)")
        .await;
    let mut project = Project::empty();
    project.there(email(custom("varchar(40)")));
    project.add_on(&[Database::Postgres], CHANGE, &email(to));
    (database, project)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_colmig_does_not_know_of_is_found_before_anything_is_locked() {
    let (database, project) = short(ColumnType::Text).await;
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    database
        .sql(
            "CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN NEW.last_name := left(NEW.email, 3); RETURN NEW; END $$;\
             CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\
             CREATE TRIGGER harmless BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION other()",
        )
        .await;
    let cases = [
        (
            "CREATE RULE quiet AS ON DELETE TO users WHERE OLD.email = 'x' DO INSTEAD NOTHING",
            "rule quiet on table users",
            "DROP RULE quiet ON users",
        ),
        (
            "CREATE VIEW mails AS SELECT id, email FROM users",
            "view mails",
            "DROP VIEW mails",
        ),
        (
            "CREATE MATERIALIZED VIEW kept AS SELECT email FROM users",
            "materialized view kept",
            "DROP MATERIALIZED VIEW kept",
        ),
        (
            "CREATE TRIGGER mailed BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION other()",
            "trigger mailed on table users",
            "DROP TRIGGER mailed ON users",
        ),
        (
            "CREATE TRIGGER reads BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION touched()",
            "trigger reads",
            "DROP TRIGGER reads ON users",
        ),
        (
            "CREATE POLICY mine ON users USING (email = 'me')",
            "policy mine on table users",
            "DROP POLICY mine ON users",
        ),
        (
            "ALTER TABLE users ADD host text GENERATED ALWAYS AS (split_part(email, '@', 2)) STORED",
            "column host of table users",
            "ALTER TABLE users DROP host",
        ),
        (
            "ALTER TABLE users ADD CONSTRAINT sane CHECK (email LIKE '%@%')",
            "constraint sane on table users",
            "ALTER TABLE users DROP CONSTRAINT sane",
        ),
        (
            "CREATE INDEX partly ON users (email) WHERE id > 7",
            "index partly",
            "DROP INDEX partly",
        ),
        (
            "CREATE INDEX lowered ON users (lower(email))",
            "index lowered",
            "DROP INDEX lowered",
        ),
        (
            "CREATE FUNCTION mail() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT max(email) FROM users; END",
            "function mail()",
            "DROP FUNCTION mail()",
        ),
        (
            "CREATE PUBLICATION partly FOR TABLE users WHERE (email > 'a')",
            "publication partly",
            "DROP PUBLICATION partly",
        ),
        (
            "CREATE TABLE child () INHERITS (users); CREATE INDEX of_child ON child (lower(email))",
            "index of_child",
            "DROP TABLE child",
        ),
        (
            "ALTER TABLE users ALTER email TYPE varchar(30)",
            "`character varying(30)`",
            "ALTER TABLE users ALTER email TYPE varchar(40)",
        ),
    ];
    for (makes, named, takes) in cases {
        database.sql(makes).await;
        let error = migrator
            .run(&migrations, &Goal::default(), &Watch::default())
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::InTheWay { hint: Some(_), .. }),
            "{makes}: {error}"
        );
        assert!(!error.is_database(), "{error}");
        assert!(error.to_string().contains(named), "{makes}: {error}");
        let narrow = "pg_attribute WHERE attname = 'email' AND attrelid = 'users'::regclass AND atttypid = 'varchar'::regtype";
        assert_eq!(database.count(narrow).await, 1, "{makes}");
        database.sql(takes).await;
    }
    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_leaves_the_wider_type_and_what_was_written() {
    let (database, project) = short(custom("varchar(80)")).await;
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let goal = Goal {
        until: Phase::Expand,
        ..Goal::default()
    };
    let run = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(run.unwrap(), Outcome::Done);
    let long = "x".repeat(60);
    database
        .sql(&format!("UPDATE users SET email = '{long}' WHERE id = 7"))
        .await;
    migrator
        .abort(&migrations, CHANGE, &Watch::default())
        .await
        .unwrap();
    let email = "SELECT email FROM users WHERE id = 7";
    assert_eq!(database.value(email).await, long);
    let again = Goal {
        again: true,
        ..Goal::default()
    };
    let run = migrator.run(&migrations, &again, &Watch::default()).await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(database.value(email).await, long);
}

/// The struct as the build before has it, and as the one after.
macro_rules! builds {
    ($($build:ident: $email:literal;)+) => {$(
        #[derive(Debug)]
        struct $build {
            id: i64,
            first_name: String,
            email: String,
        }

        impl Derived for $build {
            type Key = i64;
            const MODEL: &'static str = concat!(
                "model ", stringify!($build), "\ntable users\nfields id, first_name, email\nkey id\n",
                "cast email ", $email, "\n",
                "databases postgres\nfind SELECT id, first_name, email::", $email, " AS email FROM users WHERE id = $1\n",
                "insert INSERT INTO users (id, first_name, email) VALUES ($1, $2, $3)\n",
                "delete DELETE FROM users WHERE id = $1\nrecord\n"
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
    Before: "varchar";
    After: "text";
}

/// What one build does with users, on few connections that keep what they have prepared.
macro_rules! traffic {
    ($build:ident, $url:expr, $ids:expr, $stop:expr, $done:expr) => {{
        let (url, stop, done) = ($url, Arc::clone($stop), Arc::clone($done));
        tokio::spawn(async move {
            let db = Db::connect(&url).await.unwrap();
            for id in $ids {
                let user = $build {
                    id,
                    first_name: "ada".to_owned(),
                    email: "a@b".to_owned(),
                };
                user.insert(&db).await.unwrap();
                let update =
                    $build::update(id).set(colmig::field!($build.email), format!("{id}@b"));
                update.execute(&db).await.unwrap();
                let found = $build::find(&db, id).await.unwrap().unwrap();
                assert_eq!(found.email, format!("{id}@b"));
                let tail = $build::query(&db, "WHERE {email} = $1").bind(format!("{id}@b"));
                assert_eq!(tail.fetch_all().await.unwrap().len(), 1);
                let mut tx = db.begin().await.unwrap();
                assert_eq!(
                    $build::find(&mut tx, id).await.unwrap().unwrap().email,
                    found.email
                );
                tx.commit().await.unwrap();
                done.fetch_add(1, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    break;
                }
            }
        })
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_statement_of_either_build_fails_while_a_type_is_widened() {
    let (database, project) = short(ColumnType::Text).await;
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    let (stop, done) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let url = database.url();
    let before = traffic!(Before, url.clone(), 1_000..1_000_000_i64, &stop, &done);
    let after = traffic!(After, url, 2_000_000..3_000_000_i64, &stop, &done);
    let reach = async |count: u64| {
        let until = done.load(Ordering::SeqCst) + count;
        while done.load(Ordering::SeqCst) < until && !before.is_finished() && !after.is_finished() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    reach(40).await;
    // What the accessors' casts are for: a query without one fails where it was prepared before.
    let mut bare = database.other().await;
    bare.sql("PREPARE bare AS SELECT email FROM users; EXECUTE bare")
        .await;
    bare.sql("PREPARE cast_ AS SELECT email::varchar FROM users; EXECUTE cast_")
        .await;
    let outcome = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(bare.try_sql("EXECUTE bare").await.is_err());
    bare.sql("EXECUTE cast_").await;
    reach(40).await;
    stop.store(true, Ordering::SeqCst);
    before.await.unwrap();
    after.await.unwrap();
    let is_text = "pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email' AND atttypid = 'text'::regtype";
    assert_eq!(database.count(is_text).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_narrower_column_takes_the_place_once_every_row_fits() {
    for database in [Fixture::postgres(), Fixture::mariadb(), Fixture::sqlite()] {
        let database = database.with_users(200).await;
        let long = "x".repeat(60);
        database
            .sql(&format!(
                "UPDATE users SET email = '{long}' WHERE id IN (7, 42)"
            ))
            .await;
        let narrow = Column {
            field: "email".to_owned(),
            ty: custom("varchar(30)"),
            transition: Transition {
                replaces: Some(Replaces {
                    columns: vec!["email".to_owned()],
                    up: None,
                    down: BTreeMap::new(),
                    up_fn: None,
                    down_fn: None,
                }),
                ..Transition::default()
            },
            ..text("email_2")
        };
        let mut narrowed = users();
        narrowed.columns[3] = narrow;
        let mut project = Project::empty();
        project.there(users());
        project.add("20260101000000_users_email_2", &narrowed);
        let migrations = project.load(database.database());
        let mut migrator = database.migrator_with(settings()).await;
        let outcome = migrator
            .run(&migrations, &Goal::default(), &Watch::default())
            .await
            .unwrap();
        if database.database() != Database::Sqlite {
            let Outcome::Held { phase, gate, .. } = outcome else {
                panic!("{outcome}");
            };
            assert_eq!(phase, Phase::Backfill);
            assert!(
                gate.contains("42 (email = '") && gate.contains("7 (email = '"),
                "{gate}"
            );
            database
                .sql("UPDATE users SET email = 'short@b' WHERE length(email) > 30")
                .await;
            let outcome = migrator
                .run(&migrations, &Goal::default(), &Watch::default())
                .await
                .unwrap();
            assert_eq!(outcome, Outcome::Done);
        } else {
            // It keeps no size, so whatever was written fits.
            assert_eq!(outcome, Outcome::Done);
        }
        let same = "users WHERE email_2 = email";
        assert_eq!(database.count(same).await, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_in_partitions_is_widened_where_no_index_of_the_whole_reads_the_column() {
    let database = Fixture::postgres();
    database
        .sql(
            "CREATE TABLE users (id bigint, first_name text NOT NULL, last_name text, email varchar(40) NOT NULL, PRIMARY KEY (id)) \
             PARTITION BY RANGE (id); CREATE TABLE few PARTITION OF users FOR VALUES FROM (0) TO (100); \
             CREATE TABLE many PARTITION OF users DEFAULT; CREATE INDEX of_part ON few USING hash (email); \
             INSERT INTO users SELECT i, 'a', 'b', 'c' FROM generate_series(1, 200) AS i",
        )
        .await;
    let mut project = Project::empty();
    project.there(email(custom("varchar(40)")));
    project.add_on(&[Database::Postgres], CHANGE, &email(custom("varchar(80)")));
    let migrations = project.load(Database::Postgres);
    let mut migrator = database.migrator().await;
    // PostgreSQL builds those of the partitions anew, alone among all indexes.
    database.sql("CREATE INDEX of_all ON users (email)").await;
    let files = "SELECT string_agg(relname || ' ' || relfilenode, ',' ORDER BY relname) FROM pg_class \
                 WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'colmig%' AND relkind IN ('r', 'i') \
                 AND relname <> 'few_email_idx' AND relname <> 'many_email_idx'";
    let before = database.value(files).await;
    let error = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("is used by index of_all"),
        "{error}"
    );
    database.sql("DROP INDEX of_all").await;
    let run = migrator
        .run(&migrations, &Goal::default(), &Watch::default())
        .await;
    assert_eq!(run.unwrap(), Outcome::Done);
    assert_eq!(database.value(files).await, before);
    let wide = "pg_attribute WHERE attname = 'email' AND atttypmod = 84";
    assert_eq!(
        database.count(wide).await,
        3,
        "the table and its partitions"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_name_in_a_tail_is_the_column_that_an_index_serves() {
    let field = |column, read_as| Field {
        column,
        key: column == "id",
        read_as,
        flight: None,
    };
    let table = Table {
        name: "prices",
        stored_as: None,
        fields: vec![field("id", None), field("amount", Some("numeric"))],
        leaving: Vec::new(),
        database: colmig_schema::Sql::Postgres,
    };
    let database = Fixture::postgres();
    database
        .sql(
            "CREATE TABLE prices (id bigint PRIMARY KEY, amount numeric(8,2)); \
             INSERT INTO prices SELECT i, i FROM generate_series(1, 20000) AS i; CREATE INDEX ON prices (amount); ANALYZE prices",
        )
        .await;
    let plan = async |select: &str| {
        let sql = format!("EXPLAIN (FORMAT json, COSTS off) {select} ORDER BY amount LIMIT 5");
        let mut other = database.other().await;
        other
            .sql(&format!(
                "CREATE FUNCTION pg_temp.plan() RETURNS text LANGUAGE plpgsql AS \
                 $$ DECLARE plan text; BEGIN EXECUTE '{sql}' INTO plan; RETURN plan; END $$"
            ))
            .await;
        other.value("SELECT pg_temp.plan()").await
    };
    let by_accessor = plan(&table.select()).await;
    assert!(by_accessor.contains("prices_amount_idx"), "{by_accessor}");
    // What the name aside is for.
    let by_list = plan(&format!("SELECT {} FROM prices", table.select_list())).await;
    assert!(!by_list.contains("prices_amount_idx"), "{by_list}");
}
