//! What `contract` makes of the structs, or tells people to make of them.

use serde_json::{Value, json};

use crate::project::{Project, user_with};
use crate::runs::{project_changed, project_with_rows, timeless};

const MIGRATION: &str = "20261122064501_users_display_name";

/// A field as a team has it: with a comment, other attributes, and a word that stays.
const FIELD: &str = "    /// Shown on the profile page: Größe 5 €.
    #[serde(default)] // for the API
    #[colmig(
        backfill = \"first_name || ' ' || last_name || ' (as of the migration, äöü)'\",
        index
    )]
    pub display_name: String,";

const FIELD_AFTER: &str = "    /// Shown on the profile page: Größe 5 €.
    #[serde(default)] // for the API
    #[colmig(index)]
    pub display_name: String,";

/// A project in which all but the last phase is done, with this source now.
async fn ready(source: &str) -> Project {
    let project = project_with_rows(10).await;
    project.colmig(&["run"]).expect(0);
    project.write("src/lib.rs", source);
    project
}

/// The last line of `contract` in JSON.
fn last_line(project: &Project, arguments: &[&str]) -> Value {
    let arguments = [&["contract", "--yes", "--format", "json"], arguments].concat();
    let ended = project.colmig(&arguments).expect(0);
    serde_json::from_str(ended.stdout.lines().last().unwrap()).unwrap()
}

#[tokio::test]
async fn after_the_edit_the_next_build_has_plain_statements() {
    let project = ready(&user_with(FIELD)).await;
    insta::assert_snapshot!(
        "edit",
        timeless(&project.colmig(&["contract", "--yes", "--edit"]).expect(0))
    );
    assert_eq!(project.read("src/lib.rs"), user_with(FIELD_AFTER));
    project.colmig(&["generate", "--check"]).expect(0);
    let code = project.colmig(&["expand", "User"]).expect(0).stdout;
    assert!(
        !code.contains("FLIGHTS") && !code.contains("cargo colmig"),
        "{code}"
    );
    insta::assert_snapshot!("edit_expanded", code);
}

#[tokio::test]
async fn a_contract_again_makes_the_edit_that_was_told() {
    let project = ready(&user_with(FIELD)).await;
    insta::assert_snapshot!(
        "told",
        timeless(&project.colmig(&["contract", "--yes"]).expect(0))
    );
    assert_eq!(project.read("src/lib.rs"), user_with(FIELD));
    project.colmig(&["generate", "--check"]).expect(0);
    insta::assert_snapshot!(
        "told_then_edit",
        timeless(&project.colmig(&["contract", MIGRATION, "--edit"]).expect(0))
    );
    assert_eq!(project.read("src/lib.rs"), user_with(FIELD_AFTER));
    insta::assert_snapshot!(
        "told_then_edit_again",
        timeless(&project.colmig(&["contract", MIGRATION, "--edit"]).expect(0))
    );
    // Without a name, all that is finished is looked at.
    project.write("src/lib.rs", &user_with(FIELD));
    insta::assert_snapshot!(
        "told_then_edit_all",
        timeless(&project.colmig(&["contract", "--edit"]).expect(0))
    );
    assert_eq!(project.read("src/lib.rs"), user_with(FIELD_AFTER));
    project.colmig(&["generate", "--check"]).expect(0);
}

#[tokio::test]
async fn a_condition_is_left_to_people() {
    let source = user_with(FIELD).replace(
        "#[colmig(\n        backfill",
        "#[cfg_attr(\n        all(),\n        colmig(\n        backfill",
    );
    let source = source.replace("index\n    )]", "index\n    ))]");
    let project = ready(&source).await;
    insta::assert_snapshot!(timeless(
        &project.colmig(&["contract", "--yes", "--edit"]).expect(0)
    ));
    assert_eq!(project.read("src/lib.rs"), source);
}

#[tokio::test]
async fn a_struct_that_a_macro_writes_is_left_to_people() {
    let user = user_with(FIELD);
    let source = format!(
        "macro_rules! as_it_is {{ ($($t:tt)*) => {{ $($t)* }} }}\nas_it_is! {{\n{user}}}\n"
    );
    let project = ready(&source).await;
    insta::assert_snapshot!(timeless(
        &project.colmig(&["contract", "--yes", "--edit"]).expect(0)
    ));
    assert_eq!(project.read("src/lib.rs"), source);
}

#[tokio::test]
async fn a_field_that_has_changed_since_is_left_to_people() {
    let source = user_with(FIELD).replace(
        "pub display_name: String",
        "pub display_name: Option<String>",
    );
    let project = ready(&source).await;
    let ended = last_line(&project, &["--edit"]);
    assert_eq!(ended["edits"], json!([]));
    assert_eq!(
        ended["by_hand"],
        json!([{
            "file": "src/lib.rs",
            "line": 10,
            "model": "User",
            "field": "display_name",
            "words": ["backfill"],
            "why": "the field is not what the snapshot holds",
        }])
    );
    assert_eq!(project.read("src/lib.rs"), source);
    // Without a name nobody says that the words are those of a finished change.
    let again = last_line(&project, &["--edit"]);
    assert_eq!(again["by_hand"], json!([]));
    assert_eq!(project.read("src/lib.rs"), source);
}

#[tokio::test]
async fn sources_that_cannot_be_read_keep_nobody_from_contracting() {
    let project = ready(user_with(FIELD).trim_end_matches("}\n")).await;
    // Who asks for the edit hears of it before anything is done.
    let ended = project.colmig(&["contract", "--yes", "--edit"]).expect(2);
    assert!(ended.stderr.contains("src/lib.rs"), "{ended}");
    std::fs::remove_file(project.folder().join("Cargo.toml")).unwrap();
    insta::assert_snapshot!(timeless(&project.colmig(&["contract", "--yes"]).expect(0)));
}

#[test]
fn files_that_are_kept_are_not_edited() {
    let project = Project::generated("sqlite", &user_with(""));
    let ended = project
        .colmig(&["contract", "--keep-files", "--edit"])
        .expect(2);
    assert!(ended.stderr.contains("cannot be used with"), "{ended}");
}

#[tokio::test]
async fn an_index_goes_when_somebody_says_so() {
    let over = "#[colmig(index(last_name, first_name))]\npub struct User";
    let project = project_changed(10, &user_with("").replace("pub struct User", over)).await;
    project.colmig(&["run"]).expect(0);
    project.write("src/lib.rs", &user_with(""));
    project.colmig(&["generate"]).expect(0);
    project.colmig(&["run"]).expect(0);
    let mut database = crate::runs::connect(&project).await;
    let mut indexes = async || {
        let sql =
            "SELECT count(*) FROM sqlite_schema WHERE name = 'users_last_name_first_name_idx'";
        let indexes = sqlx::query_scalar::<_, i64>(sql);
        indexes.fetch_one(&mut database).await.unwrap()
    };
    assert_eq!(indexes().await, 1);
    let ended = project.colmig(&["contract", "--yes"]).expect(0);
    insta::assert_snapshot!("drop_index", timeless(&ended));
    assert_eq!(indexes().await, 0);
    project.colmig(&["generate", "--check"]).expect(0);
    project.colmig(&["run"]).expect(0);
}

/// A model beside that of the users.
const ORDER: &str = "\n#[derive(colmig::Model)]\n#[colmig(table = \"orders\")]\npub struct Order {\n    \
                     #[colmig(primary_key)]\n    pub number: i64,\n}\n";

#[tokio::test]
async fn a_table_goes_when_somebody_says_so() {
    let both = format!("{}{ORDER}", user_with(""));
    let project = project_changed(10, &both).await;
    project.colmig(&["run"]).expect(0);
    project.write("src/lib.rs", &user_with(""));
    insta::assert_snapshot!("drop_table", project.colmig(&["generate"]).expect(0));
    project.colmig(&["run"]).expect(0);
    let mut database = crate::runs::connect(&project).await;
    let mut orders = async || {
        let orders = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM orders");
        orders.fetch_one(&mut database).await
    };
    assert_eq!(orders().await.unwrap(), 0);
    insta::assert_snapshot!("drop_table_asked", project.colmig(&["contract"]).expect(2));
    project.colmig(&["contract", "--yes"]).expect(0);
    assert!(orders().await.is_err());
    project.colmig(&["generate", "--check"]).expect(0);
    // The table may come back, as another one.
    project.write("src/lib.rs", &both);
    project.colmig(&["generate"]).expect(0);
    project.colmig(&["run"]).expect(0);
}

#[tokio::test]
async fn a_column_that_goes_is_named_before_it_is_lost() {
    let without = user_with("").replace("    pub last_name: String,\n", "");
    let project = project_changed(10, &without).await;
    insta::assert_snapshot!("drop_plan", timeless(&project.colmig(&["plan"]).expect(0)));
    project.colmig(&["run"]).expect(0);
    // Nobody is here to answer, so the question is an error.
    insta::assert_snapshot!("drop_asked", project.colmig(&["contract"]).expect(2));
    project.colmig(&["contract", "--yes"]).expect(0);
    let record = project.read("colmig/users.model");
    assert!(!record.contains("last_name"), "{record}");
    let snapshot: Value = serde_json::from_str(&project.read("migrations/schema.json")).unwrap();
    assert_eq!(snapshot["in_flight"], json!([]));
    project.colmig(&["generate", "--check"]).expect(0);
    // The field may come back, as another column.
    project.write(
        "src/lib.rs",
        &user_with("").replace(
            "    pub last_name: String,",
            "    pub last_name: Option<String>,",
        ),
    );
    project.colmig(&["generate"]).expect(0);
    project.colmig(&["run"]).expect(0);
    let mut database = crate::runs::connect(&project).await;
    let empty = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM users WHERE last_name IS NULL");
    assert_eq!(empty.fetch_one(&mut database).await.unwrap(), 10);
}
