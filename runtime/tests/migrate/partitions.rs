//! Indexes of tables with partitions, on PostgreSQL.

use std::time::Duration;

use colmig::Phase;
use colmig::migrate::{Goal, Outcome, Settings, Watch};
use colmig_schema::model::Model;

use crate::fixture::{Fixture, settings};
use crate::project::{Project, users};

const INDEX: &str = "20260101000000_users_email";

/// Partitions of which one has partitions itself.
const NESTED: &str = "CREATE TABLE users (id bigint, first_name text NOT NULL, last_name text, email text NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id); \
    CREATE TABLE low PARTITION OF users FOR VALUES FROM (MINVALUE) TO (100); \
    CREATE TABLE rest PARTITION OF users FOR VALUES FROM (100) TO (MAXVALUE) PARTITION BY RANGE (id); \
    CREATE TABLE middle PARTITION OF rest FOR VALUES FROM (100) TO (200); \
    CREATE TABLE high PARTITION OF rest FOR VALUES FROM (200) TO (MAXVALUE); \
    INSERT INTO users SELECT i, 'first' || i, 'last', 'mail' || i FROM generate_series(1, 300) AS i";

/// The indexes over the email, whether they are whole, and whether they are attached.
const INDEXES: &str = "SELECT string_agg(c.relname || ' ' || x.indisvalid || ' ' || c.relispartition, ', ' ORDER BY c.relname) \
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE pg_get_indexdef(x.indexrelid) LIKE '%(email)%'";

fn project() -> Project {
    let mut project = Project::empty();
    project.there(users());
    let mut indexed: Model = users();
    for column in &mut indexed.columns {
        column.index = column.name == "email";
    }
    project.add(INDEX, &indexed);
    project
}

async fn database() -> Fixture {
    let database = Fixture::postgres();
    database.sql(NESTED).await;
    database
}

async fn run(database: &Fixture, project: &Project, settings: Settings) -> Outcome {
    let migrations = project.load(database.database());
    let goal = Goal {
        until: Phase::Constrain,
        ..Goal::default()
    };
    let mut migrator = database.migrator_with(settings).await;
    let run = migrator.run(&migrations, &goal, &Watch::default()).await;
    run.unwrap()
}

#[tokio::test]
async fn every_partition_has_its_own_and_all_are_one() {
    let (database, project) = (database().await, project());
    assert_eq!(run(&database, &project, settings()).await, Outcome::Done);
    assert_eq!(
        database.value(INDEXES).await,
        "users_email_idx true false, users_email_idx_high true true, users_email_idx_low true true, \
         users_email_idx_middle true true, users_email_idx_rest true true"
    );
    // What comes later has one from the beginning.
    database
        .sql("CREATE TABLE none PARTITION OF users DEFAULT")
        .await;
    assert!(
        database
            .value(INDEXES)
            .await
            .contains("none_email_idx true true")
    );
}

#[tokio::test]
async fn what_is_built_is_not_built_again_when_a_partition_is_busy() {
    let (database, project) = (database().await, project());
    let mut busy = database.other().await;
    busy.sql("BEGIN; LOCK TABLE high IN SHARE UPDATE EXCLUSIVE MODE")
        .await;
    let quick = Settings {
        alone_timeout: Duration::from_millis(200),
        ..settings()
    };
    let built = async {
        loop {
            let built = "SELECT oid FROM pg_class WHERE relname = 'users_email_idx_low' AND (SELECT indisvalid FROM pg_index WHERE indexrelid = oid)";
            let oid = database.value(built).await;
            if !oid.is_empty() {
                // For several tries on the one that is busy.
                tokio::time::sleep(Duration::from_millis(900)).await;
                busy.sql("COMMIT").await;
                return oid;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (outcome, oid) = tokio::join!(run(&database, &project, quick), built);
    assert_eq!(outcome, Outcome::Done);
    let after = "SELECT oid FROM pg_class WHERE relname = 'users_email_idx_low'";
    assert_eq!(database.value(after).await, oid);
    assert!(!database.value(INDEXES).await.contains("false true"));
}

#[tokio::test]
async fn an_index_that_is_half_there_goes_with_abort() {
    let (database, project) = (database().await, project());
    let before = database.schema().await;
    let mut busy = database.other().await;
    busy.sql("BEGIN; LOCK TABLE high IN SHARE UPDATE EXCLUSIVE MODE")
        .await;
    let impatient = Settings {
        alone_timeout: Duration::from_millis(100),
        lock_patience: Duration::from_millis(600),
        ..settings()
    };
    let migrations = project.load(database.database());
    let goal = Goal {
        until: Phase::Constrain,
        ..Goal::default()
    };
    let mut migrator = database.migrator_with(impatient).await;
    let gave_up = migrator.run(&migrations, &goal, &Watch::default()).await;
    assert!(gave_up.is_err(), "{gave_up:?}");
    assert!(
        database
            .value(INDEXES)
            .await
            .contains("users_email_idx_low")
    );
    busy.sql("COMMIT").await;
    let aborted = migrator.abort(&migrations, INDEX, &Watch::default()).await;
    assert_eq!(aborted.unwrap(), Outcome::Done);
    assert_eq!(database.value(INDEXES).await, "");
    let after = database.schema().await;
    let own = |schema: &str| {
        // Where a setting stands depends on which tables there are.
        let parts = schema.split(";\n");
        let parts = parts.filter(|part| !part.contains("colmig_") && !part.starts_with("SET "));
        parts.collect::<Vec<_>>().join(";\n")
    };
    assert_eq!(own(&after), own(&before));
}
