//! Every kind of table, with every kind of change that touches its rows: rolled out to the end of
//! contract, and taken back just before it. docs/tables.md is written from the list below:
//! `UPDATE_DOCS=1 cargo test -p colmig --all-features --test migrate tables`.

use std::fmt::Write as _;

use colmig::migrate::{Goal, Migrator, Outcome, Settings, Switching, Watch};
use colmig::{Database, Phase, Reads};
use colmig_schema::model::{Column, ColumnType, Model, Transition};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, column, model, ruled, sql, text, with};

const CHANGE: &str = "20260101000000_change";

/// Rows enough for several batches.
const ROWS: u32 = 350;

/// A kind of table, and how it is made on each database; where one cannot have it, why.
struct Kind {
    name: &'static str,
    /// The parts of the key.
    key: &'static [(&'static str, ColumnType)],
    /// The name of the table.
    table: &'static str,
    postgres: Made,
    sqlite: Made,
    rows: u32,
}

#[derive(Clone, Copy)]
enum Made {
    /// By these statements. `{rows}` stands for the number of rows.
    By(&'static str),
    /// Not at all.
    Not(&'static str),
}

const ID: &[(&str, ColumnType)] = &[("id", ColumnType::BigInt)];

/// What every table has beside its key.
macro_rules! columns {
    () => {
        "first_name text NOT NULL, last_name text, email text NOT NULL"
    };
}

macro_rules! insert {
    ($key:literal) => {
        concat!(
            "; INSERT INTO users WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT ",
            $key,
            ", 'first' || i, 'last', 'mail' || i FROM n"
        )
    };
}

macro_rules! plain {
    () => {
        concat!(
            "CREATE TABLE users (id bigint PRIMARY KEY, ",
            columns!(),
            ")",
            insert!("i")
        )
    };
}

fn kinds() -> Vec<Kind> {
    let kind = |name, postgres, sqlite| Kind {
        name,
        key: ID,
        table: "users",
        postgres: Made::By(postgres),
        sqlite,
        rows: ROWS,
    };
    vec![
        kind("a key that counts", plain!(), Made::By(plain!())),
        Kind {
            key: &[("tenant", ColumnType::Integer), ("code", ColumnType::Text)],
            ..kind(
                "a composite key",
                concat!(
                    "CREATE TABLE users (tenant integer, code text, ",
                    columns!(),
                    ", PRIMARY KEY (tenant, code))",
                    insert!("i % 3, 'c' || i")
                ),
                Made::By(concat!(
                    "CREATE TABLE users (tenant integer, code text, ",
                    columns!(),
                    ", PRIMARY KEY (tenant, code))",
                    insert!("i % 3, 'c' || i")
                )),
            )
        },
        Kind {
            key: &[("code", ColumnType::Text)],
            ..kind(
                "a key of text",
                concat!(
                    "CREATE TABLE users (code text PRIMARY KEY, ",
                    columns!(),
                    ")",
                    insert!("'it''s' || i")
                ),
                Made::By(concat!(
                    "CREATE TABLE users (code text PRIMARY KEY, ",
                    columns!(),
                    ") WITHOUT ROWID",
                    insert!("'it''s' || i")
                )),
            )
        },
        Kind {
            key: &[("code", ColumnType::Uuid)],
            ..kind(
                "a key of uuid",
                concat!(
                    "CREATE TABLE users (code uuid PRIMARY KEY, ",
                    columns!(),
                    ")",
                    insert!("md5(i::text)::uuid")
                ),
                Made::By(concat!(
                    "CREATE TABLE users (code blob PRIMARY KEY, ",
                    columns!(),
                    ")",
                    insert!("CAST(substr('0000000000000000' || i, -16) AS blob)")
                )),
            )
        },
        kind(
            "an identity, GENERATED ALWAYS",
            concat!(
                "CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ",
                columns!(),
                "); INSERT INTO users (first_name, last_name, email) SELECT 'first' || i, 'last', 'mail' || i FROM generate_series(1, {rows}) AS i"
            ),
            Made::By(concat!(
                "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, ",
                columns!(),
                ")",
                insert!("i")
            )),
        ),
        kind(
            "a generated column",
            concat!(
                "CREATE TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                ", shout text GENERATED ALWAYS AS (upper(first_name)) STORED)",
                "; INSERT INTO users (id, first_name, last_name, email) SELECT i, 'first' || i, 'last', 'mail' || i FROM generate_series(1, {rows}) AS i"
            ),
            Made::By(concat!(
                "CREATE TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                ", shout text GENERATED ALWAYS AS (upper(first_name)) VIRTUAL); ",
                "INSERT INTO users (id, first_name, last_name, email) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
                 SELECT i, 'first' || i, 'last', 'mail' || i FROM n"
            )),
        ),
        kind(
            "other tables refer to it",
            concat!(
                plain!(),
                "; CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE); \
                 INSERT INTO orders SELECT id, id FROM users"
            ),
            Made::By(concat!(
                plain!(),
                "; CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE); \
                 INSERT INTO orders SELECT id, id FROM users"
            )),
        ),
        kind(
            "a trigger that keeps a time",
            concat!(
                "CREATE TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                ", updated_at timestamptz)",
                "; INSERT INTO users SELECT i, 'first' || i, 'last', 'mail' || i FROM generate_series(1, {rows}) AS i; \
                 CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END'; \
                 CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()"
            ),
            Made::By(concat!(
                "CREATE TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                ", updated_at text)",
                "; INSERT INTO users (id, first_name, last_name, email) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) \
                 SELECT i, 'first' || i, 'last', 'mail' || i FROM n; \
                 CREATE TRIGGER touch AFTER UPDATE OF first_name ON users BEGIN UPDATE users SET updated_at = 'now' WHERE id = NEW.id; END"
            )),
        ),
        kind(
            "row-level security, for its owner",
            concat!(
                plain!(),
                "; ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON users USING (id = 1)"
            ),
            Made::Not("SQLite has none"),
        ),
        kind(
            "a publication for logical replication",
            concat!(plain!(), "; CREATE PUBLICATION all_of_it FOR TABLE users"),
            Made::Not("SQLite has none"),
        ),
        kind(
            "a view of columns that stay",
            concat!(
                plain!(),
                "; CREATE VIEW names AS SELECT id, first_name FROM users"
            ),
            Made::By(concat!(
                plain!(),
                "; CREATE VIEW names AS SELECT id, first_name FROM users"
            )),
        ),
        kind(
            "a rule",
            concat!(
                plain!(),
                "; CREATE TABLE log (id bigint); CREATE RULE noted AS ON DELETE TO users DO ALSO INSERT INTO log VALUES (OLD.id)"
            ),
            Made::Not("SQLite has none"),
        ),
        kind(
            "inside another schema, by `search_path`",
            concat!(
                "CREATE SCHEMA app; SET search_path = app; ",
                plain!(),
                "; DO 'BEGIN EXECUTE format(''ALTER DATABASE %I SET search_path = app'', current_database()); END'"
            ),
            Made::Not("SQLite has none"),
        ),
        kind(
            "1,596 columns, of 1,600 that there may be",
            concat!(
                "CREATE TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                "); DO 'BEGIN EXECUTE (SELECT ''ALTER TABLE users '' || string_agg(''ADD COLUMN c'' || i || '' boolean'', '', '') \
                 FROM generate_series(1, 1592) AS i); END'; \
                 INSERT INTO users SELECT i, 'first' || i, 'last', 'mail' || i FROM generate_series(1, {rows}) AS i"
            ),
            Made::Not("not tried: it takes 2,000"),
        ),
        kind(
            "unlogged, or strict",
            concat!(
                "CREATE UNLOGGED TABLE users (id bigint PRIMARY KEY, ",
                columns!(),
                ")",
                insert!("i")
            ),
            Made::By(concat!(
                "CREATE TABLE users (id integer PRIMARY KEY, first_name text NOT NULL, last_name text, email text NOT NULL) STRICT",
                insert!("i")
            )),
        ),
        Kind {
            rows: 0,
            ..kind("empty", plain!(), Made::By(plain!()))
        },
        Kind {
            table: "Größe \"order\" of_63_bytes_that_are_as_many_as_fit_into_a_name",
            ..kind(
                "a name of 63 bytes, with quotes, blanks and letters beyond ASCII",
                concat!(
                    plain!(),
                    "; ALTER TABLE users RENAME TO \"Größe \"\"order\"\" of_63_bytes_that_are_as_many_as_fit_into_a_name\""
                ),
                Made::By(concat!(
                    plain!(),
                    "; ALTER TABLE users RENAME TO \"Größe \"\"order\"\" of_63_bytes_that_are_as_many_as_fit_into_a_name\""
                )),
            )
        },
    ]
}

/// A kind of change, and what the table is when it is there.
struct Changing {
    name: &'static str,
    model: fn(Model) -> Model,
    /// Which rows are right in the end; all of them have to be.
    right: &'static str,
}

const CHANGES: [Changing; 2] = [
    Changing {
        name: "add a required column with a rule, a check and a unique index, and rename another",
        model: |before| rename(add(before)),
        right: "display_name = first_name || ' last' AND mail LIKE 'mail%'",
    },
    Changing {
        name: "drop a column",
        model: drop_column,
        right: "email LIKE 'mail%'",
    },
];

fn add(before: Model) -> Model {
    let display_name = Column {
        unique: true,
        check: sql("length(display_name) < 100"),
        ..ruled("display_name", "first_name || ' ' || last_name")
    };
    with(before, display_name)
}

fn rename(mut model: Model) -> Model {
    model.columns.retain(|column| column.name != "email");
    let transition = Transition {
        renamed_from: Some("email".to_owned()),
        ..Transition::default()
    };
    with(
        model,
        Column {
            transition,
            ..text("mail")
        },
    )
}

fn drop_column(mut model: Model) -> Model {
    model.columns.retain(|column| column.name != "last_name");
    model
}

fn before(kind: &Kind) -> Model {
    let key = kind.key.iter().map(|(name, ty)| Column {
        primary_key: true,
        ..column(name, ty.clone())
    });
    let last_name = Column {
        nullable: true,
        ..text("last_name")
    };
    let rest = [text("first_name"), last_name, text("email")];
    model(kind.table, key.chain(rest).collect())
}

/// Everything of one kind on one database.
async fn walk(kind: &Kind, made: &str, fixture: fn() -> Fixture) {
    for change in &CHANGES {
        let database = fixture();
        let there = database.count_free().await;
        assert_eq!(there, 0, "a database of its own");
        database
            .sql(&made.replace("{rows}", &kind.rows.max(1).to_string()))
            .await;
        let table = format!("\"{}\"", kind.table.replace('"', "\"\""));
        if kind.rows == 0 {
            database.sql(&format!("DELETE FROM {table}")).await;
        }
        let what = format!("{}: {}", kind.name, change.name);
        let mut project = Project::empty();
        project.there(before(kind));
        project.add_on(
            &[database.database()],
            CHANGE,
            &(change.model)(before(kind)),
        );
        let quick = Settings {
            dwell: std::time::Duration::ZERO,
            ..settings()
        };
        let mut migrator = database.migrator_with(quick).await;
        let untouched = plain_schema(&database).await;
        run(&mut migrator, &project, &what).await;
        let migrations = project.load(database.database());
        let watch = Watch::default();
        let aborted = migrator.abort(&migrations, CHANGE, &watch).await;
        assert_eq!(aborted.unwrap(), Outcome::Done, "{what}");
        assert_eq!(plain_schema(&database).await, untouched, "{what}");

        run(&mut migrator, &project, &what).await;
        let switching = Switching::to(Reads::Target);
        // Where nothing is replaced there is nothing to switch, and contract knows.
        let _ = migrator
            .switch(&migrations, CHANGE, switching, &watch)
            .await;
        let ended = migrator.contract(&migrations, CHANGE, &watch).await;
        assert!(matches!(ended, Ok(Outcome::Done)), "{what}: {ended:?}");
        let right = format!("{table} WHERE {}", change.right);
        assert_eq!(database.count(&right).await, u64::from(kind.rows), "{what}");
        assert_eq!(
            database.count(&table).await,
            u64::from(kind.rows),
            "{what}: nothing is lost"
        );
    }
}

async fn run(migrator: &mut Migrator, project: &Project, what: &str) {
    let migrations = project.load(migrator.database());
    let goal = Goal {
        again: true,
        until: Phase::SwitchReads,
        ..Goal::default()
    };
    let outcome = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert!(matches!(outcome, Ok(Outcome::Done)), "{what}: {outcome:?}");
}

/// The schema without colmig's own tables.
async fn plain_schema(database: &Fixture) -> String {
    let schema = database.schema().await;
    let apart = match database.database() {
        Database::Postgres => ";\n",
        _ => "\n",
    };
    let others = schema.split(apart).filter(|part| !part.contains("colmig_"));
    others.collect::<Vec<_>>().join(apart)
}

impl Fixture {
    async fn count_free(&self) -> u64 {
        match self.database() {
            Database::Postgres => {
                self.count("pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
                    .await
            }
            _ => self.count("sqlite_schema").await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_table_on_postgres() {
    for kind in kinds() {
        if let Made::By(made) = kind.postgres {
            walk(&kind, made, Fixture::postgres).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_table_on_sqlite() {
    for kind in kinds() {
        if let Made::By(made) = kind.sqlite {
            walk(&kind, made, Fixture::sqlite).await;
        }
    }
}

#[test]
fn the_book_has_every_kind_of_table() {
    let mut text = String::from(
        "# Every kind of table\n\nEach change below is rolled out on each kind of table, to the end of contract, and taken back just before it, by a test on real servers\n\
         (`every_kind_of_table_on_postgres`, `every_kind_of_table_on_sqlite`), from whose list this is written. How each step of a change is done, and under which\n\
         lock, is the same for all of them: [changes.md](changes.md).\n\n",
    );
    for change in &CHANGES {
        writeln!(text, "* {}", change.name).unwrap();
    }
    text.push_str("\n| table | PostgreSQL | SQLite |\n| --- | --- | --- |\n");
    let cell = |made: Made| match made {
        Made::By(_) => "works",
        Made::Not(why) => why,
    };
    for kind in kinds() {
        let (postgres, sqlite) = (cell(kind.postgres), cell(kind.sqlite));
        writeln!(text, "| {} | {postgres} | {sqlite} |", kind.name).unwrap();
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tables.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, text, "UPDATE_DOCS=1 writes it anew");
}
