//! Rows that a constraint would refuse: found before it is tried, counted and named.

use colmig::migrate::{
    Event, Goal, Migrator, Outcome, Resisting, Settings, StepProgress, Verifying, Watch,
};
use colmig::{Database, Phase, Progress};
use colmig_schema::change::{Change, Flights, Refusal};
use colmig_schema::model::ColumnType;
use colmig_schema::step::{Action, Demand, Demanded, Key, PlannedStep};

use super::{progress, run, until};
use crate::fixture::{Fixture, settings};
use crate::project::{DISPLAY_NAME, Project};
use crate::watching::Heard;

/// What a run is held by.
async fn held(migrator: &mut Migrator, project: &Project, watch: &Watch) -> (Phase, String) {
    let outcome = run(migrator, project, &Goal::default(), watch).await;
    match outcome.unwrap() {
        Outcome::Held { phase, gate, .. } => (phase, gate),
        other => panic!("{other}"),
    }
}

async fn is_done(migrator: &mut Migrator, project: &Project) {
    let outcome = run(migrator, project, &Goal::default(), &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}

/// What was reported of rows.
fn reported(heard: &Heard) -> Vec<Resisting> {
    let found = heard.all().into_iter().filter_map(|event| match event {
        Event::RowsResist { found, .. } => Some(found),
        _ => None,
    });
    found.collect()
}

/// What `status` says of them.
async fn shown(migrator: &mut Migrator, project: &Project) -> Vec<Resisting> {
    let status = migrator.status(&project.load(migrator.database())).await;
    let migrations = status.unwrap().migrations.into_iter();
    let steps = migrations.flat_map(|migration| migration.steps);
    let steps = steps.filter(|step| step.state == StepProgress::Running);
    steps.filter_map(|step| step.resisting).collect()
}

pub(super) async fn duplicates_are_counted_before_anything_is_tried(database: Fixture) {
    let database = database.with_users(50).await;
    database
        .sql("UPDATE users SET first_name = 'same' WHERE id <= 25; UPDATE users SET first_name = 'first30' WHERE id = 31")
        .await;
    let project = Project::of_users();
    let heard = Heard::default();
    let mut migrator = database.migrator().await;
    let (phase, gate) = held(&mut migrator, &project, &heard.watch()).await;
    assert_eq!(phase, Phase::Backfill);
    let words = "27 rows of `users` resist `users_display_name_key`: they have the same `display_name` as another row; \
                 by id: 30 and 31; 1 and 2 and 3 and ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(gate.contains(" and 18; and 7 more: write values"), "{gate}");
    assert!(gate.ends_with("and `cargo colmig run` goes on"), "{gate}");
    let found = reported(&heard);
    assert_eq!(found.len(), 1, "{}", heard.lines());
    assert_eq!((found[0].rows, found[0].keys.len()), (27, 20));
    assert_eq!(found[0].rule, "unique");
    assert_eq!(shown(&mut migrator, &project).await, found);

    // Nothing of `constrain` is there, and everything keeps working.
    assert_eq!(
        progress(&mut migrator, &project).await,
        [Progress::Running(Phase::Backfill)]
    );
    let schema = database.schema().await;
    assert!(!schema.contains("users_display_name_key"), "{schema}");
    database
        .sql("INSERT INTO users (id, first_name, email) VALUES (60, 'same', 'a@b')")
        .await;
    database
        .sql("UPDATE users SET display_name = 'own ' || id WHERE id <= 24 OR id = 31 OR id = 60")
        .await;
    is_done(&mut migrator, &project).await;
    assert!(shown(&mut migrator, &project).await.is_empty());
    assert!(database.schema().await.contains("users_display_name_key"));
}

pub(super) async fn rows_that_fail_a_check_are_counted_range_by_range(database: Fixture) {
    let database = database.with_users(300).await;
    let long = "UPDATE users SET last_name = '0123456789012345678901234567890123456789012345678901234567890123456789' || \
                '0123456789012345678901234567890123456789' WHERE id % 12 = 0";
    database.sql(long).await;
    let project = Project::of_users();
    let heard = Heard::default();
    // Ranges of 30 rows.
    let small = Settings {
        batch_rows: 3,
        ..settings()
    };
    let mut migrator = database.migrator_with(small).await;
    let (phase, gate) = held(&mut migrator, &project, &heard.watch()).await;
    assert_eq!(phase, Phase::Backfill);
    let words = format!(
        "25 rows of `users` resist `users_display_name_check`: they fail the check `length({}) < 100`; \
         by id: 12; 24; 36; ",
        database.database().sql().unwrap().ident("display_name")
    );
    assert!(gate.starts_with(&words), "{gate}");
    assert!(gate.contains("; 240; and 5 more: write values"), "{gate}");
    assert_eq!(reported(&heard)[0].keys.len(), 20);
    let checked = heard.count(|event| matches!(event, Event::CheckProgress { .. }));
    assert!(checked > 0, "{}", heard.lines());
    database
        .sql("UPDATE users SET display_name = 'brief ' || id WHERE id % 12 = 0")
        .await;
    let again = Heard::default();
    let outcome = run(&mut migrator, &project, &Goal::default(), &again.watch()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let ranges = again.all().into_iter().find_map(|event| match event {
        Event::StepDone {
            step,
            rows,
            statements,
            ..
        } if step == "check_rows_users_display_name_check" => Some((rows, statements)),
        _ => None,
    });
    assert_eq!(ranges, Some((300, 10)));
}

/// A change that brings nothing but demands.
#[derive(Debug)]
struct Demands(Vec<Demand>);

impl Change for Demands {
    fn kind(&self) -> &'static str {
        "demands"
    }

    fn table(&self) -> &str {
        &self.0[0].table
    }

    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    fn summary(&self) -> String {
        "demand something of rows".to_owned()
    }

    fn slug(&self) -> String {
        "demands".to_owned()
    }

    fn steps(&self, _database: Database) -> Result<Vec<PlannedStep>, Refusal> {
        let step = |demand: &Demand| PlannedStep {
            phase: Phase::Backfill,
            action: Action::CheckRows(demand.clone()),
        };
        Ok(self.0.iter().map(step).collect())
    }

    fn flights(&self, _migration: &str, _databases: &[Database]) -> Result<Flights, Refusal> {
        Ok(Vec::new())
    }
}

pub(super) async fn orphans_and_nulls_are_named(database: Fixture) {
    let database = database.with_users(10).await;
    database
        .sql("CREATE TABLE orders (shop varchar(20), no bigint, buyer bigint, follows bigint, PRIMARY KEY (shop, no))")
        .await;
    // Of 60 orders 20 have no buyer, 10 one that is there; one follows another.
    database
        .sql(
            "INSERT INTO orders WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) \
             SELECT 'north', i, CASE WHEN i <= 40 THEN i END, CASE WHEN i < 0 THEN i END FROM n",
        )
        .await;
    database
        .sql("UPDATE orders SET follows = 3 WHERE no = 4; UPDATE orders SET follows = 77 WHERE no = 5")
        .await;
    let key = |name: &str, ty| Key {
        name: name.to_owned(),
        ty,
    };
    let demand = |constraint: &str, demanded| Demand {
        table: "orders".to_owned(),
        key: vec![key("shop", ColumnType::Text), key("no", ColumnType::BigInt)],
        constraint: constraint.to_owned(),
        demanded,
    };
    let refers = |column: &str, table: &str, to: &str| Demanded::Refers {
        columns: vec![column.to_owned()],
        table: table.to_owned(),
        to: vec![to.to_owned()],
    };
    let demands = Demands(vec![
        demand("orders_buyer_fkey", refers("buyer", "users", "id")),
        demand("orders_follows_fkey", refers("follows", "orders", "no")),
        demand(
            "orders_buyer_not_null",
            Demanded::NotNull("buyer".to_owned()),
        ),
    ]);
    let mut project = Project::empty();
    project.write(
        &crate::project::DATABASES,
        "20260101000000_demands",
        &[Box::new(demands)],
    );
    let mut migrator = database.migrator().await;

    let (phase, gate) = held(&mut migrator, &project, &Watch::default()).await;
    assert_eq!(phase, Phase::Backfill);
    let words = "30 rows of `orders` resist `orders_buyer_fkey`: they refer by `buyer` to what users (id) does not have; \
                 by shop, no: north, 11; north, 12; ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(gate.contains("north, 30; and 10 more: "), "{gate}");
    database
        .sql("INSERT INTO users (id, first_name, email) SELECT no, 'new', 'a@b' FROM orders WHERE buyer > 10")
        .await;

    let (_, gate) = held(&mut migrator, &project, &Watch::default()).await;
    let words = "1 row of `orders` resists `orders_follows_fkey`: it refers by `follows` to what orders (no) does not have; \
                 by shop, no: north, 5: ";
    assert!(gate.starts_with(words), "{gate}");
    database
        .sql("UPDATE orders SET follows = NULL WHERE no = 5")
        .await;

    let (_, gate) = held(&mut migrator, &project, &Watch::default()).await;
    let words = "20 rows of `orders` resist `orders_buyer_not_null`: they hold NULL in `buyer`, which is to be required; \
                 by shop, no: north, 41; ";
    assert!(gate.starts_with(words), "{gate}");
    assert!(!gate.contains("more"), "all of them are named: {gate}");
    database
        .sql("UPDATE orders SET buyer = 1 WHERE buyer IS NULL")
        .await;
    is_done(&mut migrator, &project).await;
}

pub(super) async fn rows_that_went_wrong_since_are_reported_alike(database: Fixture) {
    let database = database.with_users(40).await;
    let project = Project::of_users();
    let mut migrator = database.migrator().await;
    let backfilled = until(Phase::Backfill);
    let outcome = run(&mut migrator, &project, &backfilled, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    let break_check = "UPDATE users SET display_name = '0123456789012345678901234567890123456789012345678901234567890123456789' \
                       || '0123456789012345678901234567890123456789' || id WHERE id IN (7, 9)";
    database.sql(break_check).await;
    database
        .sql("UPDATE users SET display_name = 'twice' WHERE id IN (21, 22, 23)")
        .await;

    for round in 0..2 {
        let heard = Heard::default();
        let (phase, gate) = held(&mut migrator, &project, &heard.watch()).await;
        assert_eq!(phase, Phase::Constrain);
        let words = "2 rows of `users` resist `users_display_name_check`: ";
        assert!(gate.starts_with(words), "{gate}");
        assert!(gate.contains("by id: 7; 9: "), "{gate}");
        assert_eq!(shown(&mut migrator, &project).await, reported(&heard));
        let tried = heard.count(|event| {
            matches!(event, Event::StepStarted { phase: Phase::Constrain, step, .. } if !step.starts_with("compare"))
        });
        // Once it is known that rows resist, they are looked for before anything is tried.
        assert_eq!(tried > 0, round == 0, "{}", heard.lines());
    }
    let migrations = project.load(database.database());
    let verified = migrator
        .verify(&migrations, &Verifying::default(), &Watch::default())
        .await
        .unwrap();
    assert!(!verified.holds(), "{verified:?}");
    database
        .sql("UPDATE users SET display_name = 'brief ' || id WHERE id IN (7, 9)")
        .await;
    let (phase, gate) = held(&mut migrator, &project, &Watch::default()).await;
    assert_eq!(phase, Phase::Constrain);
    let words = "3 rows of `users` resist `users_display_name_key`: they have the same `display_name` as another row; \
                 by id: 21 and 22 and 23: ";
    assert!(gate.starts_with(words), "{gate}");
    let schema = database.schema().await;
    assert!(!schema.contains("users_display_name_key"), "{schema}");
    database
        .sql("UPDATE users SET display_name = 'own ' || id WHERE id IN (21, 22)")
        .await;
    is_done(&mut migrator, &project).await;
    assert!(shown(&mut migrator, &project).await.is_empty());
    let verified = migrator
        .verify(&migrations, &Verifying::default(), &Watch::default())
        .await
        .unwrap();
    assert!(verified.holds(), "{verified:?}");
    let outcome = migrator
        .contract(&migrations, DISPLAY_NAME, &Watch::default())
        .await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
}
