//! What else depends on a column that goes: `contract` names all of it, and waits.

use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Goal, Migrator, Outcome, Settings, Watch};

use crate::fixture::{Fixture, settings};
use crate::project::{Project, users};

const DROP: &str = "20260101000000_drop_last_name";

/// Everything that PostgreSQL lets depend on a column, and what only says something of it.
const DEPENDENTS: &str = "CREATE VIEW names AS SELECT id, last_name FROM users; \
    CREATE VIEW shorter AS SELECT left(last_name, 3) AS last_name FROM names; \
    CREATE MATERIALIZED VIEW counted AS SELECT last_name, count(*) FROM users GROUP BY last_name; \
    CREATE INDEX by_both ON users (first_name, last_name); \
    CREATE INDEX by_lower ON users (lower(last_name)); \
    CREATE STATISTICS together ON first_name, last_name FROM users; \
    ALTER TABLE users ADD CONSTRAINT both_once UNIQUE (first_name, last_name); \
    ALTER TABLE users ADD COLUMN shout text GENERATED ALWAYS AS (upper(last_name)) STORED; \
    ALTER TABLE users ADD CONSTRAINT not_empty CHECK (last_name <> ''); \
    ALTER TABLE users ALTER COLUMN last_name SET DEFAULT 'last'; \
    CREATE POLICY own ON users USING (last_name = current_user); \
    CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
    CREATE TRIGGER seen BEFORE UPDATE OF last_name ON users FOR EACH ROW EXECUTE FUNCTION seen(); \
    CREATE TABLE aliases (first_name text, last_name text, CONSTRAINT real FOREIGN KEY (first_name, last_name) REFERENCES users (first_name, last_name)); \
    CREATE FUNCTION longest() RETURNS text BEGIN ATOMIC SELECT max(last_name) FROM users; END";

/// As the gate names them.
const NAMED: [&str; 11] = [
    "view names",
    "materialized view counted",
    "index by_both",
    "index by_lower",
    "statistics object together",
    "constraint both_once on table users",
    "column shout of table users",
    "policy own on table users",
    "trigger seen on table users",
    "constraint real on table aliases",
    "function longest()",
];

const GONE: &str = "DROP VIEW shorter, names; DROP MATERIALIZED VIEW counted; DROP INDEX by_both, by_lower; DROP STATISTICS together; \
    DROP TABLE aliases; ALTER TABLE users DROP CONSTRAINT both_once, DROP COLUMN shout; DROP POLICY own ON users; \
    DROP TRIGGER seen ON users; DROP FUNCTION longest()";

fn project() -> Project {
    let mut project = Project::empty();
    project.there(users());
    let mut without = users();
    without.columns.retain(|column| column.name != "last_name");
    project.add(DROP, &without);
    project
}

async fn rolled_out(database: &Fixture, project: &Project) -> Migrator {
    let settings = Settings {
        dwell: Duration::ZERO,
        ..settings()
    };
    let mut migrator = database.migrator_with(settings).await;
    let migrations = project.load(database.database());
    let goal = Goal {
        until: Phase::SwitchReads,
        ..Goal::default()
    };
    let run = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert_eq!(run.unwrap(), Outcome::Done);
    migrator
}

async fn contract(migrator: &mut Migrator, project: &Project) -> Outcome {
    let migrations = project.load(migrator.database());
    let contract = migrator
        .contract(&migrations, DROP, &Watch::default())
        .await;
    contract.unwrap()
}

#[tokio::test]
async fn contract_names_all_of_it_on_postgres() {
    let (database, project) = (Fixture::postgres().with_users(3).await, project());
    database.sql(DEPENDENTS).await;
    let mut migrator = rolled_out(&database, &project).await;
    let schema = database.schema().await;
    let Outcome::Held { phase, gate, .. } = contract(&mut migrator, &project).await else {
        panic!("it goes without a word");
    };
    assert_eq!(phase, Phase::Contract);
    for named in NAMED {
        assert!(gate.contains(named), "{named}: {gate}");
    }
    for not_named in ["shorter", "not_empty", "colmig_"] {
        assert!(!gate.contains(not_named), "{not_named}: {gate}");
    }
    assert_eq!(database.schema().await, schema, "nothing is undone yet");
    database.sql(GONE).await;
    assert_eq!(contract(&mut migrator, &project).await, Outcome::Done);
    assert_eq!(database.count("users").await, 3);
}

#[tokio::test]
async fn contract_names_all_of_it_on_sqlite() {
    let (database, project) = (Fixture::sqlite().with_users(3).await, project());
    database
        .sql(
            "CREATE VIEW names AS SELECT id, last_name FROM users; \
             CREATE INDEX by_both ON users (first_name, last_name); \
             CREATE TRIGGER seen AFTER UPDATE OF last_name ON users BEGIN SELECT 1; END; \
             ALTER TABLE users ADD COLUMN shout text GENERATED ALWAYS AS (upper(last_name)) VIRTUAL; \
             CREATE TABLE aliases (last_name text)",
        )
        .await;
    let mut migrator = rolled_out(&database, &project).await;
    let schema = database.schema().await;
    let Outcome::Held { gate, .. } = contract(&mut migrator, &project).await else {
        panic!("it goes without a word");
    };
    for named in ["view names", "index by_both", "trigger seen", "table users"] {
        assert!(gate.contains(named), "{named}: {gate}");
    }
    assert!(!gate.contains("aliases"), "{gate}");
    assert_eq!(database.schema().await, schema, "nothing is undone yet");
    database
        .sql("DROP VIEW names; DROP INDEX by_both; DROP TRIGGER seen; ALTER TABLE users DROP COLUMN shout")
        .await;
    assert_eq!(contract(&mut migrator, &project).await, Outcome::Done);
    assert_eq!(database.count("users").await, 3);
}
