//! The verbs that talk to a database, on SQLite files.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};

use crate::project::{Ended, Project, user_with};
use colmig_tests::command::colmig_binary;

const DISPLAY_NAME: &str = "    #[colmig(backfill = \"first_name || ' ' || last_name\", index)]\n    pub display_name: String,";

/// A project with a database in which the first migration is done, some rows, and a
/// second migration that adds a column.
pub(crate) async fn project_with_rows(rows: u32) -> Project {
    project_changed(rows, &user_with(DISPLAY_NAME)).await
}

/// The same with a second migration that makes this of the models.
pub(crate) async fn project_changed(rows: u32, source: &str) -> Project {
    let project = Project::bare(&user_with(""));
    project.colmig(&["init"]).expect(0);
    let config = project.read("colmig.toml");
    // Nobody is live, so nobody is waited for.
    let run = "[run]\nactor = \"the test\"\noffline = true\nbatch-rows = 100\n";
    project.write("colmig.toml", &config.replace("[run]\n", run));
    project.colmig(&["generate"]).expect(0);
    project.write("app.db", "");
    project.write(".env", "DATABASE_URL=sqlite:app.db\n");
    project.colmig(&["run"]).expect(0);
    let mut database = connect(&project).await;
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
         INSERT INTO users (id, first_name, last_name) SELECT i, 'Ada', 'Lovelace ' || i FROM n",
    )
    .bind(rows)
    .execute(&mut database)
    .await
    .unwrap();
    project.write("src/lib.rs", source);
    project.colmig(&["generate"]).expect(0);
    project
}

pub(crate) async fn connect(project: &Project) -> SqliteConnection {
    let url = format!("sqlite:{}", project.folder().join("app.db").display());
    SqliteConnection::connect(&url).await.unwrap()
}

/// The words with every time replaced, and the audit's clock as well.
pub(crate) fn timeless(ended: &Ended) -> String {
    let words = ended.to_string();
    let lines = words.lines().map(|line| {
        let parts: Vec<&str> = line.split(' ').collect();
        let mut out: Vec<String> = Vec::new();
        for (position, part) in parts.iter().enumerate() {
            let unit = parts
                .get(position + 1)
                .map(|next| next.trim_end_matches([')', ',']));
            let number = part.trim_start_matches('(');
            if matches!(unit, Some("ms" | "s")) && number.parse::<f64>().is_ok() {
                out.push(part.replace(number, "[time]"));
            } else if part.len() == 20 && part.ends_with('Z') {
                out.push("[at]".to_owned());
            } else {
                out.push((*part).to_owned());
            }
        }
        let line = out.join(" ");
        line.replace("[time] ms", "[time]")
            .replace("[time] s", "[time]")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_whole_road_in_words() {
    let project = project_with_rows(250).await;
    let say = |name: &str, arguments: &[&str], code: i32| {
        insta::assert_snapshot!(
            format!("road_{name}"),
            timeless(&project.colmig(arguments).expect(code))
        );
    };
    say("1_plan", &["plan", "--database", "sqlite"], 0);
    say("2_markdown", &["plan", "--format", "markdown"], 0);
    say("3_until", &["run", "--until", "dual-write"], 0);
    say("4_status", &["status"], 0);
    say("5_too_early", &["contract", "--yes"], 1);
    say("6_run", &["run"], 0);
    say("7_verify", &["verify"], 0);
    say("8_unasked", &["contract"], 2);
    say("9_contract", &["contract", "--yes"], 0);
    say("a_contract_again", &["contract", "--yes"], 0);
    say("b_run_again", &["run"], 0);
    project.colmig(&["generate", "--check"]).expect(0);
    let record = project.read("colmig/users.model");
    assert!(
        record.contains("column display_name") && !record.contains("flight"),
        "{record}"
    );
    // The rule has done its work: nobody minds if it goes.
    project.write(
        "src/lib.rs",
        &user_with("    #[colmig(index)]\n    pub display_name: String,"),
    );
    project.colmig(&["generate", "--check"]).expect(0);

    let mut database = connect(&project).await;
    let (filled,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM users WHERE display_name = first_name || ' ' || last_name",
    )
    .fetch_one(&mut database)
    .await
    .unwrap();
    assert_eq!(filled, 250);
}

#[tokio::test]
async fn the_whole_road_in_json() {
    let project = project_with_rows(250).await;
    let lines = |arguments: &[&str]| -> Vec<Value> {
        let ended = project
            .colmig(&[arguments, &["--format", "json"]].concat())
            .expect(0);
        ended
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let plan = lines(&["plan"]).remove(0);
    let phases = plan["migrations"][0]["databases"][0]["phases"]
        .as_array()
        .unwrap();
    assert_eq!(phases.len(), 6);
    assert_eq!(phases[2]["steps"][0]["run"], "backfill");

    let run = lines(&["run"]);
    assert_eq!(run.last(), Some(&json!({"outcome": "done"})));
    let done: Vec<&Value> = run
        .iter()
        .filter(|line| line["event"] == "step-done")
        .collect();
    assert!(
        done.iter()
            .any(|event| event["step"] == "backfill_users_display_name" && event["rows"] == 250)
    );

    let status = lines(&["status"]).remove(0);
    assert_eq!(status["database"], "sqlite");
    assert_eq!(status["migrations"][0]["state"], "finished");
    assert_eq!(status["migrations"][1]["state"], "done");
    assert_eq!(status["migrations"][1]["phase"], "switch-reads");

    let verify = lines(&["verify"]).pop().unwrap();
    assert!(
        verify["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["finding"].is_null())
    );

    let contract = lines(&["contract", "--yes"]);
    assert_eq!(
        contract.last(),
        Some(&json!({
            "files": ["colmig/users.model", "migrations/schema.json"],
            "removed": [],
            "edits": [{
                "file": "src/lib.rs",
                "line": 8,
                "model": "User",
                "field": "display_name",
                "words": ["backfill"],
                "before": "#[colmig(backfill = \"first_name || ' ' || last_name\", index)]",
                "after": "#[colmig(index)]",
                "made": false,
            }],
            "by_hand": [],
        }))
    );
}

#[tokio::test]
async fn an_abort_leads_back_and_a_run_again_forth() {
    let project = project_with_rows(50).await;
    let columns = async || -> Vec<String> {
        let mut database = connect(&project).await;
        sqlx::query_scalar("SELECT name FROM pragma_table_info('users')")
            .fetch_all(&mut database)
            .await
            .unwrap()
    };
    let before = columns().await;
    project.colmig(&["run"]).expect(0);
    assert_ne!(columns().await, before);
    insta::assert_snapshot!(
        "abort_unasked",
        timeless(&project.colmig(&["abort"]).expect(2))
    );
    insta::assert_snapshot!(
        "abort",
        timeless(&project.colmig(&["abort", "--yes"]).expect(0))
    );
    assert_eq!(columns().await, before);
    insta::assert_snapshot!(
        "abort_again",
        timeless(&project.colmig(&["abort", "--yes"]).expect(0))
    );
    insta::assert_snapshot!("abort_run", timeless(&project.colmig(&["run"]).expect(1)));
    project.colmig(&["run", "--again"]).expect(0);
    assert_ne!(columns().await, before);
}

#[tokio::test]
async fn other_databases_end_a_change_before_the_files_do() {
    let project = project_with_rows(10).await;
    project.colmig(&["run"]).expect(0);
    let before = project.files();
    insta::assert_snapshot!(timeless(
        &project
            .colmig(&["contract", "--yes", "--keep-files"])
            .expect(0)
    ));
    assert_eq!(project.files(), before);
    // What the database has done already needs no question.
    let ended = project.colmig(&["contract", "--format", "json"]).expect(0);
    assert!(ended.stdout.contains("migrations/schema.json"), "{ended}");
}

#[tokio::test]
async fn a_file_that_was_edited_is_refused() {
    let project = project_with_rows(10).await;
    let path = "migrations/20261122064501_users_display_name/sqlite/1_expand.sql";
    project.write(path, &project.read(path).replace("TEXT", "text"));
    insta::assert_snapshot!(project.colmig(&["run"]).expect(2));
}

/// Somebody edits a migration that runs already, and seals it again so that the files agree.
#[tokio::test]
async fn a_migration_that_was_written_anew_after_it_began_is_refused() {
    let project = project_with_rows(10).await;
    let before = project.files();
    project.colmig(&["run", "--until", "expand"]).expect(0);
    let folder = "migrations/20261122064501_users_display_name";
    std::fs::remove_dir_all(project.folder().join(folder)).unwrap();
    // The same name for another change, as when somebody goes back and generates once more.
    let first: Value = serde_json::from_str(&before["migrations/schema.json"]).unwrap();
    let mut models = first.clone();
    models["migration"] = json!("20261122064500_create_users");
    models["in_flight"] = json!([]);
    let columns = models["models"]["users"]["model"]["column"].as_array_mut();
    columns
        .unwrap()
        .retain(|column| column["name"] != "display_name");
    project.write("migrations/schema.json", &models.to_string());
    project.write(
        "src/lib.rs",
        &user_with(&DISPLAY_NAME.replace("' '", "', '")),
    );
    project.colmig(&["generate"]).expect(0);
    let refused = project.colmig(&["run"]).expect(2).stderr;
    for words in [
        "are not those that the test began it with",
        "take them back from version control",
        "`cargo colmig abort 20261122064501_users_display_name`",
    ] {
        assert!(refused.contains(words), "{refused}");
    }
    // What it says helps.
    for (path, text) in &before {
        project.write(path, text);
    }
    project.colmig(&["run"]).expect(0);
}

#[tokio::test]
async fn a_migration_that_has_begun_and_is_gone_is_named() {
    let project = project_with_rows(10).await;
    project.colmig(&["run", "--until", "expand"]).expect(0);
    let folder = project
        .folder()
        .join("migrations/20261122064501_users_display_name");
    std::fs::rename(&folder, project.folder().join("gone")).unwrap();
    insta::assert_snapshot!("began_gone", project.colmig(&["run"]).expect(2));
    // On another branch the snapshot does not know it either.
    let known = project.read("migrations/schema.json");
    let mut snapshot: Value = serde_json::from_str(&known).unwrap();
    snapshot["migration"] = json!("20261122064500_create_users");
    snapshot["in_flight"] = json!([]);
    project.write("migrations/schema.json", &snapshot.to_string());
    insta::assert_snapshot!("began_elsewhere", project.colmig(&["run"]).expect(2));
    std::fs::rename(project.folder().join("gone"), &folder).unwrap();
    project.write("migrations/schema.json", &known);
    project.colmig(&["run"]).expect(0);
}

#[tokio::test]
async fn rows_that_resist_are_named() {
    let project = project_with_rows(10).await;
    project.write("src/lib.rs", &user_with(DISPLAY_NAME));
    let mut database = connect(&project).await;
    sqlx::query("UPDATE users SET last_name = 'x'")
        .execute(&mut database)
        .await
        .unwrap();
    project.colmig(&["run"]).expect(0);
    project.write("src/lib.rs", &user_with(&format!("{DISPLAY_NAME}\n    #[colmig(backfill = \"last_name\", unique)]\n    pub handle: String,")));
    project.colmig(&["generate"]).expect(0);
    insta::assert_snapshot!(timeless(&project.colmig(&["run"]).expect(1)));
    insta::assert_snapshot!(
        "rows_that_resist_in_the_status",
        timeless(&project.colmig(&["status"]).expect(0))
    );
    // Programs read the same as data.
    let told = project.colmig(&["run", "--format", "json"]).expect(1);
    let event = told
        .stdout
        .lines()
        .find(|line| line.contains("rows-resist"));
    let event: Value = serde_json::from_str(event.unwrap()).unwrap();
    assert_eq!(event["rows"], 10);
    assert_eq!(event["constraint"], "users_handle_key");
    assert_eq!(event["keys"].as_array().unwrap().len(), 10);
    let plan = project.colmig(&["plan"]).expect(0).stdout;
    assert!(plan.contains("check_rows_users_handle_key"), "{plan}");
}

#[test]
fn a_database_that_is_not_named_or_not_there() {
    let project = Project::generated("sqlite", &user_with(""));
    let run = |name: &str, url: Option<&str>, code: i32| {
        let mut arguments = vec!["run"];
        arguments.extend(url.iter().flat_map(|url| ["--database-url", url]));
        insta::assert_snapshot!(
            format!("url_{name}"),
            project.colmig(&arguments).expect(code)
        );
    };
    run("missing", None, 2);
    run("unknown", Some("redis://cache"), 2);
    run("other", Some("postgres://user:secret@localhost/app"), 2);
    run("unreachable", Some("sqlite:nowhere/app.db"), 3);
}

/// Ctrl-C during a backfill: the run stops after its batch, and the same command goes on.
#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_run_stops_after_its_batch_and_goes_on() {
    let project = project_with_rows(20_000).await;
    let mut child = Command::new(colmig_binary())
        .args(["colmig", "run", "--format", "json"])
        .current_dir(project.folder())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut last = String::new();
    let mut interrupted = false;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        last = line.unwrap();
        if !interrupted && last.contains("backfill-progress") {
            let signalled = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status()
                .unwrap();
            assert!(signalled.success());
            interrupted = true;
        }
    }
    let ended = child.wait_with_output().unwrap();
    let words = String::from_utf8(ended.stderr).unwrap();
    assert!(interrupted, "{words}");
    assert_eq!(ended.status.code(), Some(1), "{words}");
    assert_eq!(last, r#"{"outcome":"stopped","resume":"cargo colmig run"}"#);
    assert!(words.contains("Stopping after this batch"), "{words}");

    let mut database = connect(&project).await;
    let left = "SELECT count(*) FROM users WHERE display_name IS NULL";
    let (between,): (i64,) = sqlx::query_as(left).fetch_one(&mut database).await.unwrap();
    assert!((1..20_000).contains(&between), "{between} rows are left");
    project.colmig(&["run"]).expect(0);
    let (after,): (i64,) = sqlx::query_as(left).fetch_one(&mut database).await.unwrap();
    assert_eq!(after, 0);
}
