//! What `init` and `generate` write and say.

use crate::project::{Project, user_with};

const NICK: &str = "    pub nick: Option<String>,";

#[test]
fn init_writes_the_configuration_and_an_empty_snapshot() {
    let project = Project::bare(&user_with(""));
    insta::assert_snapshot!("init", project.colmig(&["init"]).expect(0));
    insta::assert_snapshot!("init_colmig_toml", project.read("colmig.toml"));
    insta::assert_snapshot!("init_schema_json", project.read("migrations/schema.json"));
    insta::assert_snapshot!("init_again", project.colmig(&["init"]).expect(2));
}

#[test]
fn init_takes_the_databases_that_sqlx_is_switched_on_for() {
    let project = Project::bare("");
    project.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[workspace]\n[features]\ntest = [\"sqlx/sqlite\"]\n\
         [dependencies]\nsqlx = { version = \"0.9\", features = [\"runtime-tokio\", \"postgres\"] }\n",
    );
    let answer = project
        .colmig(&["init", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(
        answer["databases"],
        serde_json::json!(["postgres", "sqlite"])
    );
}

#[test]
fn init_takes_the_database_of_the_url_or_of_the_env_file() {
    let project = Project::bare("");
    let url = [("DATABASE_URL", "postgres://localhost/app")];
    let answer = project
        .colmig_with(&["init", "--format", "json"], &url)
        .expect(0)
        .json();
    assert_eq!(answer["databases"], serde_json::json!(["postgres"]));

    let project = Project::bare("");
    project.write(".env", "DATABASE_URL=postgres://localhost/app\n");
    let answer = project
        .colmig(&["init", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["databases"], serde_json::json!(["postgres"]));
}

#[test]
fn a_baseline_takes_models_as_they_are() {
    let project = Project::bare(&user_with(""));
    insta::assert_snapshot!(project.colmig(&["init", "--baseline"]).expect(0));
    assert!(
        project
            .read("colmig/users.model")
            .contains("column last_name")
    );
    // Nothing is created, and only what comes from here on is a change.
    assert!(
        project
            .colmig(&["generate"])
            .expect(0)
            .stderr
            .contains("nothing to do")
    );
    project.write("src/lib.rs", &user_with(NICK));
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["changes"][0]["kind"], "add_column");
}

#[test]
fn generate_writes_a_migration_and_a_second_run_nothing() {
    let project = Project::bare(&user_with(""));
    project.colmig(&["init"]).expect(0);
    insta::assert_snapshot!("generate_first", project.colmig(&["generate"]).expect(0));
    let first = project.files();
    insta::assert_snapshot!("generate_second", project.colmig(&["generate"]).expect(0));
    assert_eq!(project.files(), first);

    project.write("src/lib.rs", &user_with(NICK));
    insta::assert_snapshot!("generate_field", project.colmig(&["generate"]).expect(0));
    insta::assert_snapshot!("generate_field_record", project.read("colmig/users.model"));
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn check_writes_nothing_and_ends_with_1() {
    let project = Project::generated("sqlite", &user_with(""));
    let before = project.files();
    project.write("src/lib.rs", &user_with(NICK));
    insta::assert_snapshot!("check", project.colmig(&["generate", "--check"]).expect(1));
    insta::assert_snapshot!(
        "check_json",
        project
            .colmig(&["generate", "--check", "--format", "json"])
            .expect(1)
            .stdout
    );
    assert_eq!(project.files(), before);
}

#[test]
fn a_record_that_is_missing_or_left_over_is_drift_and_mended() {
    let project = Project::generated("sqlite", &user_with(""));
    let record = project.read("colmig/users.model");
    std::fs::rename(
        project.folder().join("colmig/users.model"),
        project.folder().join("colmig/old.model"),
    )
    .unwrap();
    project.write("colmig/notes.model", "nothing of colmig's\n");
    insta::assert_snapshot!(
        "records_check",
        project.colmig(&["generate", "--check"]).expect(1)
    );
    insta::assert_snapshot!("records", project.colmig(&["generate"]).expect(0));
    assert_eq!(project.read("colmig/users.model"), record);
    assert!(!project.folder().join("colmig/old.model").exists());
    assert!(project.folder().join("colmig/notes.model").exists());
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let make = || {
        let project = Project::generated("postgres,sqlite", &user_with(""));
        project.write(
            "src/lib.rs",
            &user_with("    #[colmig(backfill = \"first_name\", index)]\n    pub nick: String,"),
        );
        project.colmig(&["generate"]).expect(0);
        project.files()
    };
    assert_eq!(make(), make());
}

#[test]
fn migrations_of_one_second_keep_their_order() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write("src/lib.rs", &user_with(NICK));
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["migration"], "20261122064501_users_nick");
}

#[test]
fn words_for_the_name_are_taken() {
    let project = Project::bare(&user_with(""));
    project.colmig(&["init"]).expect(0);
    let answer = project
        .colmig(&["generate", "--name", "the first/one", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["migration"], "20261122064500_the_first_one");
}

#[test]
fn a_struct_that_is_renamed_or_moved_changes_files_and_no_database() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write("src/lib.rs", "mod person;\n");
    project.write(
        "src/person.rs",
        &user_with("").replace("struct User", "struct Person"),
    );
    let ended = project.colmig(&["generate"]).expect(0);
    insta::assert_snapshot!(ended);
    assert!(project.read("colmig/users.model").contains("model Person"));
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn a_table_gets_another_name() {
    let orders = |user: &str| {
        format!(
            "#[derive(colmig::Model)]\n#[colmig(table = \"orders\")]\npub struct Order {{\n    #[colmig(primary_key)]\n    \
             pub id: i64,\n    #[colmig(references = \"{user}(id)\")]\n    pub buyer: i64,\n}}\n"
        )
    };
    let indexed = user_with("").replace(
        "#[colmig(table = \"users\")]",
        "#[colmig(table = \"users\", index(last_name, first_name))]",
    );
    let project = Project::generated("postgres", &(indexed.clone() + &orders("users")));
    let renamed = indexed
        .replace(
            "table = \"users\"",
            "table = \"people\", renamed_from = \"users\"",
        )
        .replace("struct User", "struct Person");
    project.write("src/lib.rs", &(renamed.clone() + &orders("users")));
    insta::assert_snapshot!("rename_refers", project.colmig(&["generate"]).expect(2));
    project.write("src/lib.rs", &(renamed.clone() + &orders("people")));
    insta::assert_snapshot!("rename", project.colmig(&["generate"]).expect(0));
    let files = project.files();
    let of = |ending: &str| {
        let found = files.iter().find(|(path, _)| path.ends_with(ending));
        found.map(|(_, text)| text.clone()).unwrap()
    };
    insta::assert_snapshot!(
        "rename_expand",
        of("_users_to_people/postgres/1_expand.sql")
    );
    insta::assert_snapshot!(
        "rename_contract",
        of("_users_to_people/postgres/6_contract.sql")
    );
    insta::assert_snapshot!("rename_record", of("colmig/people.model"));
    assert!(!files.contains_key("colmig/users.model"));
    project.colmig(&["generate", "--check"]).expect(0);
    // Until it has its name, nothing else happens to it.
    let more = renamed.replace(
        "    pub last_name",
        "    pub nick: Option<String>,\n    pub last_name",
    );
    project.write("src/lib.rs", &(more + &orders("people")));
    insta::assert_snapshot!("rename_and_more", project.colmig(&["generate"]).expect(2));
}

#[test]
fn doc_comments_are_comments_of_columns_where_that_is_asked_for() {
    let documented = |words: &str| {
        let shown =
            format!("    /// {words}\n    ///\n    /// For programmers.\n    pub first_name");
        user_with("").replace("    pub first_name", &shown)
    };
    let migration = |project: &Project| {
        let generated = project.colmig(&["generate", "--format", "json"]).expect(0);
        generated.json()["migration"].as_str().map(str::to_owned)
    };
    // Nobody who has doc comments already finds all of them changed.
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write("src/lib.rs", &documented("It's what friends say."));
    assert_eq!(migration(&project), None);
    let file = project.read("colmig.toml");
    let on = file.replace("# comments = false", "comments = true");
    assert_ne!(on, file);
    project.write("colmig.toml", &on);
    insta::assert_snapshot!("comment_comes", project.colmig(&["generate"]).expect(0));
    project.colmig(&["generate", "--check"]).expect(0);
    project.write("src/lib.rs", &documented("What friends say."));
    let changed = migration(&project).unwrap();
    insta::assert_snapshot!(
        "comment_changes",
        project.read(&format!("migrations/{changed}/postgres/1_expand.sql"))
    );
    let nothing = project.read(&format!("migrations/{changed}/sqlite/1_expand.sql"));
    assert!(nothing.contains("Nothing to do"), "{nothing}");
    project.write("src/lib.rs", &user_with(""));
    let gone = migration(&project).unwrap();
    let expand = project.read(&format!("migrations/{gone}/postgres/1_expand.sql"));
    assert!(expand.contains("\"first_name\" IS NULL;"), "{expand}");
    // Switched off, those that are there are left alone.
    project.write("src/lib.rs", &documented("What friends say."));
    migration(&project).unwrap();
    project.write("colmig.toml", &file);
    assert_eq!(migration(&project), None);
}

#[test]
fn a_project_of_a_database_without_comments_has_none_to_change() {
    let project = Project::generated("sqlite", &user_with(""));
    let file = project.read("colmig.toml");
    let on = file.replace("# comments = false", "comments = true");
    project.write("colmig.toml", &on);
    let documented =
        user_with("").replace("    pub first_name", "    /// A name.\n    pub first_name");
    project.write("src/lib.rs", &documented);
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn indexes_that_come_and_go_are_changes() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    let over = "#[colmig(index(last_name, first_name))]\npub struct User";
    let indexed = user_with("").replace("pub struct User", over);
    project.write("src/lib.rs", &indexed);
    insta::assert_snapshot!("index_comes", project.colmig(&["generate"]).expect(0));
    project.colmig(&["generate", "--check"]).expect(0);
    let turned = indexed
        .replace("last_name, first_name", "first_name, last_name")
        .replace(
            "    pub first_name",
            "    #[colmig(unique)]\n    pub first_name",
        );
    project.write("src/lib.rs", &turned);
    insta::assert_snapshot!("index_turned", project.colmig(&["generate"]).expect(0));
    project.write("src/lib.rs", &user_with(""));
    insta::assert_snapshot!("indexes_go", project.colmig(&["generate"]).expect(0));
    project.colmig(&["generate", "--check"]).expect(0);
}
