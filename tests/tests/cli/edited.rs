//! Files that somebody has edited: `colmig.toml`, the snapshot, the folder of migrations.

use crate::project::{Project, user_with};

/// The words of `generate` with this `colmig.toml`.
fn configured(text: &str) -> String {
    let project = Project::bare("");
    project.write("colmig.toml", text);
    project.colmig(&["generate"]).expect(2).to_string()
}

#[test]
fn a_key_that_means_nothing() {
    insta::assert_snapshot!(configured(
        "databases = [\"sqlite\"]\nmigration = \"db\"\nflavour = 1\n\n[run]\nlock-timout = \"50ms\"\n"
    ));
}

#[test]
fn a_database_that_colmig_does_not_speak() {
    insta::assert_snapshot!(configured("databases = [\"mysql\"]\n"));
}

#[test]
fn no_database() {
    insta::assert_snapshot!("no_database_at_all", configured("migrations = \"db\"\n"));
    insta::assert_snapshot!("no_database_in_the_list", configured("databases = []\n"));
}

#[test]
fn a_file_that_is_no_toml() {
    insta::assert_snapshot!(configured("databases = [\"sqlite\"\nmigrations = \"db\"\n"));
}

#[test]
fn a_setting_that_cannot_be_read() {
    insta::assert_snapshot!(configured(
        "databases = [\"sqlite\"]\n[run]\nlease = \"10\"\n"
    ));
}

#[test]
fn a_window_that_cannot_be_meant() {
    let window = |words: &str| {
        configured(&format!(
            "databases = [\"sqlite\"]\n\n[[run.windows]]\nfrom = \"08:00\"\nto = \"18:00\"\n{words}\n"
        ))
    };
    insta::assert_snapshot!("window_unknown_key", window("paus = true"));
    insta::assert_snapshot!(
        "window_unknown_zone",
        window("zone = \"Mars\"\npause = true")
    );
    insta::assert_snapshot!(
        "window_unknown_day",
        window("days = [\"monday\"]\npause = true")
    );
}

#[test]
fn a_snapshot_that_is_missing_or_broken() {
    let project = Project::generated("sqlite", &user_with(""));
    let text = project.read("migrations/schema.json");
    project.write("migrations/schema.json", &format!("<<<<<<< HEAD\n{text}"));
    insta::assert_snapshot!(
        "snapshot_in_conflict",
        project.colmig(&["generate"]).expect(2)
    );
    project.write(
        "migrations/schema.json",
        &text.replace("\"version\": 1", "\"version\": 9"),
    );
    insta::assert_snapshot!(
        "snapshot_of_another_version",
        project.colmig(&["generate"]).expect(2)
    );
    std::fs::remove_file(project.folder().join("migrations/schema.json")).unwrap();
    insta::assert_snapshot!("snapshot_missing", project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_database_that_came_later() {
    let project = Project::generated("sqlite", &user_with(""));
    let config = project
        .read("colmig.toml")
        .replace("[\"sqlite\"]", "[\"postgres\", \"sqlite\"]");
    project.write("colmig.toml", &config);
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}

/// Two branches, each with a field and its migration, put together.
fn merged() -> Project {
    let project = Project::generated("sqlite", &user_with(""));
    let ours = Project::generated("sqlite", &user_with(""));
    ours.write("src/lib.rs", &user_with("    pub nick: Option<String>,"));
    ours.colmig(&["generate"]).expect(0);
    project.write("src/lib.rs", &user_with("    pub age: Option<i32>,"));
    project.colmig(&["generate"]).expect(0);
    for (path, text) in ours.files() {
        if path.contains("_users_nick/") {
            project.write(&path, &text);
        }
    }
    project
}

#[test]
fn two_migrations_with_one_parent() {
    insta::assert_snapshot!(merged().colmig(&["generate"]).expect(2));
}

const AGE: &str = "20261122064501_users_age";
const NICK: &str = "20261122064501_users_nick";

/// The fields of both branches, as the sources are merged.
fn both() -> String {
    user_with("    pub age: Option<i32>,\n    pub nick: Option<String>,")
}

#[test]
fn the_migration_that_stays_is_followed_by_the_other_written_anew() {
    let project = merged();
    project.write("src/lib.rs", &both());
    insta::assert_snapshot!(
        "keep",
        project.colmig(&["generate", "--keep", AGE]).expect(0)
    );
    let files = project.files();
    assert!(!files.keys().any(|path| path.contains(NICK)), "{files:?}");
    let manifest = &files["migrations/20261122064502_users_nick/migration.toml"];
    assert!(
        manifest.contains(&format!("parent = \"{AGE}\"")),
        "{manifest}"
    );
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn a_snapshot_in_conflict_is_read_from_both_sides() {
    let ours = merged();
    let theirs = Project::generated("sqlite", &user_with(""));
    theirs.write("src/lib.rs", &user_with("    pub nick: Option<String>,"));
    theirs.colmig(&["generate"]).expect(0);
    for keep in [AGE, NICK] {
        let project = merged();
        project.write("src/lib.rs", &both());
        let [one, other] = [&ours, &theirs].map(|branch| branch.read("migrations/schema.json"));
        project.write(
            "migrations/schema.json",
            &format!("<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> theirs\n"),
        );
        project.colmig(&["generate", "--keep", keep]).expect(0);
        project.colmig(&["generate", "--check"]).expect(0);
    }
    let project = merged();
    let one = ours.read("migrations/schema.json");
    let other = theirs.read("migrations/schema.json");
    project.write(
        "migrations/schema.json",
        &format!("<<<<<<< HEAD\n{one}=======\n{other}>>>>>>> theirs\n"),
    );
    insta::assert_snapshot!("keep_which", project.colmig(&["generate"]).expect(2));
}

#[test]
fn a_migration_that_cannot_be_kept() {
    let project = merged();
    let before = project.files();
    let create = "20261122064500_create_users";
    for (name, keep) in [
        ("keep_other_branch", NICK),
        ("keep_unknown", "20261122064501_users_nik"),
    ] {
        insta::assert_snapshot!(
            name,
            project.colmig(&["generate", "--keep", keep]).expect(2)
        );
    }
    assert_eq!(project.files(), before, "nothing is written");
    let project = Project::generated("sqlite", &user_with(""));
    insta::assert_snapshot!(
        "keep_nothing",
        project.colmig(&["generate", "--keep", create]).expect(2)
    );
}

#[test]
fn a_migration_that_the_snapshot_does_not_know() {
    let project = Project::generated("sqlite", &user_with(""));
    let before = project.read("migrations/schema.json");
    project.write("src/lib.rs", &user_with("    pub age: Option<i32>,"));
    project.colmig(&["generate"]).expect(0);
    project.write("migrations/schema.json", &before);
    insta::assert_snapshot!("migration_unknown", project.colmig(&["generate"]).expect(2));
    // What it says helps.
    std::fs::remove_dir_all(project.folder().join("migrations/20261122064501_users_age")).unwrap();
    project.colmig(&["generate"]).expect(0);
}

#[test]
fn a_migration_that_is_missing() {
    let project = Project::generated("sqlite", &user_with(""));
    std::fs::remove_dir_all(
        project
            .folder()
            .join("migrations/20261122064500_create_users"),
    )
    .unwrap();
    insta::assert_snapshot!(project.colmig(&["generate"]).expect(2));
}
