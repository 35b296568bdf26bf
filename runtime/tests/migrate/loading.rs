//! Folders of migrations that are not as they should be: each is named with its remedy.

use std::fs;

use colmig::Database;
use colmig::migrate::{LoadError, load};

use crate::project::{self, DISPLAY_NAME, DOMAIN, Project};

fn error(project: &Project) -> LoadError {
    load(project.folder(), Database::Postgres).unwrap_err()
}

#[test]
fn migrations_come_in_the_order_of_their_parents() {
    let project = Project::of_users_twice();
    fs::write(project.folder().join("schema.json"), "{}").unwrap();
    fs::write(project.folder().join("1_other_tool.sql"), "SELECT 1").unwrap();
    fs::create_dir(project.folder().join("notes")).unwrap();
    let ids: Vec<String> = project
        .load(Database::Sqlite)
        .iter()
        .map(|migration| migration.id().to_owned())
        .collect();
    assert_eq!(ids, [DISPLAY_NAME, DOMAIN]);
}

#[test]
fn the_digest_is_of_one_database() {
    let one = project::Project::of_users().load(Database::Sqlite);
    let same = project::Project::of_users().load(Database::Sqlite);
    let other = project::Project::of_users().load(Database::Postgres);
    assert_eq!(one[0].digest(), same[0].digest());
    assert_ne!(one[0].digest(), other[0].digest());
}

#[test]
fn an_edited_file_is_named() {
    let project = Project::of_users();
    let path = project
        .folder()
        .join(DISPLAY_NAME)
        .join("postgres/1_expand.sql");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert_eq!(
        project.load(Database::Postgres).len(),
        1,
        "line endings are version control's"
    );
    fs::write(&path, format!("{text}-- more\n")).unwrap();
    let words = error(&project).to_string();
    assert!(
        words.contains("1_expand.sql: the file was edited"),
        "{words}"
    );
    assert!(
        words.contains("take it back from version control"),
        "{words}"
    );
    fs::remove_file(&path).unwrap();
    assert!(matches!(error(&project), LoadError::MissingFile { .. }));
}

#[test]
fn a_file_that_nobody_generated_is_named() {
    let project = Project::of_users();
    fs::write(
        project
            .folder()
            .join(DISPLAY_NAME)
            .join("postgres/7_more.sql"),
        "",
    )
    .unwrap();
    assert!(matches!(error(&project), LoadError::Stray { .. }));
}

#[test]
fn a_file_that_is_no_text_is_named_with_its_line() {
    let project = Project::of_users();
    let path = project
        .folder()
        .join(DISPLAY_NAME)
        .join("postgres/3_backfill.sql");
    fs::write(path, b"-- colmig 1\n\xff").unwrap();
    let words = error(&project).to_string();
    assert!(
        words.contains("3_backfill.sql, line 2: the file is not UTF-8"),
        "{words}"
    );
}

#[test]
fn two_branches_are_both_named() {
    let mut project = Project::of_users();
    let mut other = Project::of_users();
    project.add(
        "20260103000000_mine",
        &project::with(
            project::with(project::users(), project::display_name()),
            project::domain(),
        ),
    );
    other.add(
        "20260104000000_theirs",
        &project::with(
            project::with(project::users(), project::display_name()),
            project::domain(),
        ),
    );
    let (from, to) = (
        other.folder().join("20260104000000_theirs"),
        project.folder().join("20260104000000_theirs"),
    );
    fs::rename(from, to).unwrap();
    let words = error(&project).to_string();
    assert!(
        words.starts_with("20260103000000_mine and 20260104000000_theirs both follow"),
        "{words}"
    );
    let mends = "`cargo colmig generate --keep 20260103000000_mine`";
    assert!(words.contains(mends), "{words}");
}

#[test]
fn a_chain_that_is_broken_is_named() {
    let project = Project::of_users_twice();
    fs::remove_dir_all(project.folder().join(DISPLAY_NAME)).unwrap();
    assert!(
        matches!(error(&project), LoadError::NoParent { parent, .. } if parent == DISPLAY_NAME)
    );

    let project = Project::of_users();
    let path = project.folder().join(DISPLAY_NAME).join("migration.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replacen(
            &format!("id = \"{DISPLAY_NAME}\""),
            &format!("id = \"{DISPLAY_NAME}\"\nparent = \"{DISPLAY_NAME}\""),
            1,
        ),
    )
    .unwrap();
    assert!(matches!(error(&project), LoadError::Circle { .. }));
}

#[test]
fn a_folder_that_was_renamed_is_named() {
    let project = Project::of_users();
    fs::rename(
        project.folder().join(DISPLAY_NAME),
        project.folder().join("other"),
    )
    .unwrap();
    assert!(matches!(error(&project), LoadError::Renamed { id, .. } if id == DISPLAY_NAME));
}

#[test]
fn a_manifest_that_is_none_is_named() {
    let project = Project::of_users();
    let path = project.folder().join(DISPLAY_NAME).join("migration.toml");
    fs::write(&path, "version = 9").unwrap();
    assert!(error(&project).to_string().contains("migration.toml"));
    fs::remove_file(&path).unwrap();
    assert!(matches!(error(&project), LoadError::NoManifest { .. }));
}
