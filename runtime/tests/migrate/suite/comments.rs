//! What the database says of columns to people. SQLite keeps nothing of the kind, and MariaDB what
//! comes with a column.

use colmig::migrate::{Goal, Outcome, Watch};
use colmig::{Database, Phase};
use colmig_schema::model::{Column, Model};

use super::{run, until};
use crate::fixture::Fixture;
use crate::project::{Project, text, users, with};

const CHANGE: &str = "20260101000000_comments";

const SAID: &str = "It's \"shown\" on the profile; \\ page.";

/// The users, of whose e-mail address something is said.
fn commented(said: &str) -> Model {
    let mut model = users();
    let mut columns = model.columns.iter_mut();
    let email = columns.find(|column| column.name == "email").unwrap();
    email.comment = Some(said.to_owned());
    model
}

/// What is said of a column of the users.
async fn said(database: &Fixture, column: &str) -> String {
    match database.database() {
        Database::Postgres => {
            let query = format!(
                "SELECT col_description('users'::regclass, attnum) FROM pg_attribute \
                 WHERE attrelid = 'users'::regclass AND attname = '{column}'"
            );
            database.value(&query).await
        }
        Database::MariaDb => {
            let query = format!(
                "SELECT COLUMN_COMMENT FROM information_schema.COLUMNS \
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = '{column}'"
            );
            database.value(&query).await
        }
        _ => String::new(),
    }
}

/// What is said, if that came with the column.
fn expected<'a>(database: &Fixture, said: &'a str, came: bool) -> &'a str {
    match database.database() {
        Database::Postgres => said,
        Database::MariaDb if came => said,
        _ => "",
    }
}

pub(super) async fn comments_come_with_columns_and_with_tables(database: Fixture) {
    let mut project = Project::empty();
    project.add(CHANGE, &commented(SAID));
    let nick = Column {
        nullable: true,
        comment: Some("What friends say.".to_owned()),
        ..text("nick")
    };
    project.add("20260102000000_nick", &with(commented(SAID), nick));
    let mut migrator = database.migrator().await;
    run(
        &mut migrator,
        &project,
        &until(Phase::SwitchReads),
        &Watch::default(),
    )
    .await
    .unwrap();
    assert_eq!(
        said(&database, "email").await,
        expected(&database, SAID, true)
    );
    assert_eq!(
        said(&database, "nick").await,
        expected(&database, "What friends say.", true)
    );
}

pub(super) async fn abort_says_again_what_was_said(database: Fixture) {
    let database = database.with_users(10).await;
    if database.database() == Database::Postgres {
        database
            .sql("COMMENT ON COLUMN users.email IS 'before'")
            .await;
    }
    let mut project = Project::empty();
    project.there(commented("before"));
    project.add(CHANGE, &commented(SAID));
    let mut migrator = database.migrator().await;
    let expand = until(Phase::Expand);
    run(&mut migrator, &project, &expand, &Watch::default())
        .await
        .unwrap();
    let later = expected(&database, SAID, false);
    assert_eq!(said(&database, "email").await, later);
    let migrations = project.load(database.database());
    let aborted = migrator.abort(&migrations, CHANGE, &Watch::default()).await;
    assert_eq!(aborted.unwrap(), Outcome::Done);
    assert_eq!(
        said(&database, "email").await,
        expected(&database, "before", false)
    );
    // Nobody has to know of it, so nobody is waited for.
    let again = Goal {
        again: true,
        ..Goal::default()
    };
    let outcome = run(&mut migrator, &project, &again, &Watch::default()).await;
    assert_eq!(outcome.unwrap(), Outcome::Done);
    assert_eq!(said(&database, "email").await, later);
}
