//! Checks and foreign keys of columns that are there, from the struct to the database and back.

use crate::adopted::{Live, offline, on};
use crate::project::Project;

/// Members with a check of a field and checks of the struct, and with what they refer to.
fn members(attributes: &str, age: &str, follows: &str) -> String {
    format!(
        "#[derive(colmig::Model)]
#[colmig(table = \"members\"{attributes})]
pub struct Member {{
    #[colmig(primary_key)]
    pub id: i64,
    {age}
    pub age: i32,
    pub joined: i32,
    {follows}
    pub follows: Option<i64>,
}}
"
    )
}

/// Brings the struct into the database; what the migration does, in words.
fn rolled_out(project: &Project, live: &Live, source: &str) -> Vec<String> {
    project.write("src/lib.rs", source);
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    on(project, live, &["run"]).expect(0);
    on(project, live, &["contract", "--yes"]).expect(0);
    on(project, live, &["verify"]).expect(0);
    project.colmig(&["generate", "--check"]).expect(0);
    // The names in the database are those that the snapshot remembers, or stand in the struct.
    let ended = on(
        project,
        live,
        &["init", "--from-database", "--check", "--format", "json"],
    )
    .expect(0);
    let json = ended.json();
    assert_eq!(json["differences"], serde_json::json!([]), "{ended}");
    let notes = json["notes"].as_array().unwrap().iter();
    // Where triggers stand for a check that came later, they are told as what they are.
    let other = notes.filter(|note| !note["what"].as_str().unwrap().contains("colmig_guard_"));
    assert_eq!(other.count(), 0, "{ended}");
    let changes = answer["changes"].as_array().unwrap().iter();
    changes
        .map(|change| change["summary"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn started(live: &Live, database: &str, source: &str) -> Project {
    let project = Project::generated(database, source);
    offline(&project);
    on(&project, live, &["run"]).expect(0);
    project
}

const AGED: &str = "#[colmig(check = \"age > 0\")]";
const CHECKS: &str = ", check = \"joined > 1900\", check = \"joined > age\"";

/// `constraints` counts all of the table but its key.
async fn come_change_and_go(live: &Live, database: &str, constraints: &str) {
    let project = started(live, database, &members(CHECKS, AGED, ""));
    live.execute("INSERT INTO members VALUES (1, 50, 2000, NULL), (2, 50, 2000, 1)")
        .await;
    let refers = "#[colmig(references = \"members(id)\")]";
    // The first goes, so the second is the first by now; another check is in its place.
    let second = ", check = \"joined > age\", check = \"joined < 3000\"";
    let changes = rolled_out(&project, live, &members(second, AGED, refers));
    assert_eq!(
        changes,
        [
            "add check `joined < 3000` to `members`",
            "drop check `joined > 1900` of `members`",
            "add foreign key from `follows` of `members` to `members(id)`",
        ]
    );
    for (name, number) in [
        ("members_check1", 0),
        ("members_check2", 1),
        ("members_age_check", 1),
        ("members_follows_fkey", 1),
    ] {
        let named = match database {
            "mariadb" => "CONSTRAINT_NAME",
            _ => "conname",
        };
        let sql = format!("{constraints} AND {named} = '{name}'");
        assert_eq!(live.number(&sql).await, number, "{name}");
    }
    let older = "#[colmig(check = \"age > 17\")]";
    let changes = rolled_out(&project, live, &members(second, older, ""));
    assert_eq!(
        changes,
        [
            "add check `age > 17` to `members`",
            "drop check `age > 0` of `members`",
            "drop foreign key from `follows` of `members` to `members(id)`",
        ]
    );
    assert_eq!(rolled_out(&project, live, &members("", "", "")).len(), 3);
    assert_eq!(live.number(constraints).await, 0);
}

#[tokio::test]
async fn checks_and_foreign_keys_come_change_and_go_postgres() {
    let constraints = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'members'::regclass AND contype <> 'p'";
    come_change_and_go(&Live::postgres("").await, "postgres", constraints).await;
}

#[tokio::test]
async fn checks_and_foreign_keys_come_change_and_go_mariadb() {
    let constraints = "SELECT count(*) FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() \
                       AND TABLE_NAME = 'members' AND CONSTRAINT_TYPE <> 'PRIMARY KEY'";
    come_change_and_go(&Live::mariadb("").await, "mariadb", constraints).await;
}

#[tokio::test]
async fn checks_come_change_and_go_sqlite() {
    let live = Live::sqlite("").await;
    let project = started(&live, "sqlite", &members(CHECKS, "", ""));
    live.execute("INSERT INTO members VALUES (1, 50, 2000, NULL), (2, 50, 2000, 1)")
        .await;
    let changes = rolled_out(&project, &live, &members(CHECKS, AGED, ""));
    assert_eq!(changes, ["add check `age > 0` to `members`"]);
    let older = "#[colmig(check = \"age > 17\")]";
    let changes = rolled_out(&project, &live, &members(CHECKS, older, ""));
    assert_eq!(
        changes,
        [
            "add check `age > 17` to `members`",
            "drop check `age > 0` of `members`",
        ]
    );
    let triggers = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'";
    assert_eq!(live.number(triggers).await, 2);
    assert_eq!(
        rolled_out(&project, &live, &members(CHECKS, "", "")).len(),
        1
    );
    assert_eq!(live.number(triggers).await, 0);
    // What came with the table stays.
    for (source, why) in [
        (members("", "", ""), "SQLite drops no check of a table"),
        (
            members(CHECKS, "", "#[colmig(references = \"members(id)\")]"),
            "a foreign key comes with a new one only",
        ),
    ] {
        project.write("src/lib.rs", &source);
        let said = project.colmig(&["generate"]).expect(2).to_string();
        assert!(said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn a_constraint_that_goes_by_another_name_is_told_when_it_is_to_go() {
    let live = Live::postgres("").await;
    let project = started(&live, "postgres", &members("", AGED, ""));
    live.execute("ALTER TABLE members RENAME CONSTRAINT members_age_check TO aged")
        .await;
    let look = ["init", "--from-database", "--check"];
    let said = on(&project, &live, &look).expect(0).to_string();
    assert!(
        said.contains("the check `aged` would be `members_age_check` by colmig"),
        "{said}"
    );
    project.write("src/lib.rs", &members("", "", ""));
    project.colmig(&["generate"]).expect(0);
    on(&project, &live, &["run"]).expect(0);
    let said = on(&project, &live, &["contract", "--yes"])
        .expect(3)
        .to_string();
    assert!(said.contains("members_age_check"), "{said}");
    live.execute("ALTER TABLE members RENAME CONSTRAINT aged TO members_age_check")
        .await;
    on(&project, &live, &["contract", "--yes"]).expect(0);
}
