//! `verify` where somebody wrote one side of a column while no trigger looked.

use crate::project::user_with;
use crate::runs::{connect, project_changed, timeless};

#[tokio::test]
async fn sides_that_differ_are_named_and_mended() {
    let renamed = user_with("").replace(
        "    pub last_name",
        "    #[colmig(renamed_from = \"last_name\")]\n    pub family_name",
    );
    let project = project_changed(250, &renamed).await;
    project.colmig(&["run", "--until", "backfill"]).expect(0);

    let mut database = connect(&project).await;
    let trigger = "colmig_mirror_users_family_name_update_down";
    let (create,): (String,) = sqlx::query_as("SELECT sql FROM sqlite_schema WHERE name = $1")
        .bind(trigger)
        .fetch_one(&mut database)
        .await
        .unwrap();
    for sql in [
        format!("DROP TRIGGER {trigger}"),
        "UPDATE users SET family_name = 'Byron' WHERE id IN (7, 42, 150)".to_owned(),
        create,
    ] {
        let sql = sqlx::AssertSqlSafe(sql);
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    let say = |name: &str, arguments: &[&str], code: i32| {
        insta::assert_snapshot!(
            format!("verify_{name}"),
            timeless(&project.colmig(arguments).expect(code))
        );
    };
    say("1_gate", &["run"], 1);
    say("2_named", &["verify", "--limit", "2"], 1);
    say("3_values", &["verify", "--show-values"], 1);
    let json = project.colmig(&["verify", "--format", "json"]).expect(1);
    let last = json.stdout.lines().last().unwrap();
    let found: serde_json::Value = serde_json::from_str(last).unwrap();
    let checks = found["checks"].as_array().unwrap();
    let compared = checks.iter().find(|check| check["compared"].is_object());
    let compared = compared.unwrap();
    assert_eq!(compared["keys"], serde_json::json!(["7", "42", "150"]));
    assert_eq!(compared["compared"]["differing"], 3);
    say("4_which", &["verify", "--from", "target"], 2);
    say("5_mended", &["verify", "--repair"], 0);
    say("6_goes_on", &["run"], 0);
}
