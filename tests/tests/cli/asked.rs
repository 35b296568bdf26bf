//! What is asked on a terminal: the command in a real one, as a person sits before it.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::process::{Command, Stdio};

use colmig_tests::command::colmig_binary;
use nix::pty::openpty;

use crate::project::{Ended, NOW, Project, user_with};

/// `cargo colmig generate` on a terminal, with what a person types at each question.
fn answered(project: &Project, answers: &[&str]) -> Ended {
    let pty = openpty(None, None).unwrap();
    let (mut screen, keyboard) = (File::from(pty.master), File::from(pty.slave));
    let mut command = Command::new(colmig_binary());
    command
        .args(["colmig", "generate"])
        .current_dir(project.folder())
        .env("SOURCE_DATE_EPOCH", NOW)
        .env("NO_COLOR", "1")
        .env_remove("DATABASE_URL")
        .stdin(keyboard.try_clone().unwrap())
        .stdout(Stdio::null())
        .stderr(keyboard);
    let mut child = command.spawn().unwrap();
    // The terminal ends when nobody has its other side any more.
    drop(command);
    let (mut seen, mut asked) = (Vec::new(), 0);
    let mut answers = answers.iter();
    let mut piece = [0; 4096];
    loop {
        match screen.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => seen.extend_from_slice(&piece[..read]),
            // This is how Linux says that the other side is closed.
            Err(error) if error.raw_os_error() == Some(nix::libc::EIO) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}"),
        }
        let questions = String::from_utf8_lossy(&seen)
            .matches("which is it?")
            .count();
        // Not before all of the question stands there: the terminal shows what is typed where
        // its cursor is.
        if asked < questions && seen.ends_with(b"] ") {
            asked += 1;
            let answer = answers.next().expect("no more questions than answers");
            screen.write_all(format!("{answer}\n").as_bytes()).unwrap();
        }
    }
    assert_eq!(answers.next(), None, "every answer was asked for");
    Ended {
        code: child.wait().unwrap().code(),
        stdout: String::new(),
        stderr: String::from_utf8(seen).unwrap().replace("\r\n", "\n"),
    }
}

/// Users of whom `last_name` is `family_name` now.
fn renamed() -> Project {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    let source = user_with("").replace("last_name", "family_name");
    project.write("src/lib.rs", &source);
    project
}

#[test]
fn a_rename_that_is_one_is_written_into_the_source() {
    let project = renamed();
    insta::assert_snapshot!(answered(&project, &["1"]).expect(0));
    let field = "    #[colmig(renamed_from = \"last_name\")]\n    pub family_name: String,\n";
    let source = user_with("").replace("    pub last_name: String,\n", field);
    assert_eq!(project.read("src/lib.rs"), source);
    // What stands in the files is what the source says: nothing is left to do.
    project.colmig(&["generate", "--check"]).expect(0);
    let manifest = project.read("migrations/20261122064501_users_family_name/migration.toml");
    assert!(manifest.contains("replace"), "{manifest}");
}

#[test]
fn two_fields_that_may_be_two_others() {
    let project = Project::generated("sqlite", &user_with(""));
    let source = user_with("").replace("first_name", "given_name").replace(
        "    pub last_name",
        "    #[colmig(index)]\n    pub family_name",
    );
    project.write("src/lib.rs", &source);
    // What is no answer is asked again, and what is taken is not offered twice.
    let ended = answered(&project, &["yes", "1", "1"]).expect(0);
    insta::assert_snapshot!(ended);
    let source = project.read("src/lib.rs");
    for line in [
        "#[colmig(renamed_from = \"first_name\")]\n    pub given_name",
        "#[colmig(renamed_from = \"last_name\", index)]\n    pub family_name",
    ] {
        assert!(source.contains(line), "{source}");
    }
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn what_one_field_was_not_another_may_have_been() {
    let project = renamed();
    let nick = "    #[colmig(default = \"''\")]\n    pub nick: String,\n    pub family_name";
    let source = project
        .read("src/lib.rs")
        .replace("    pub family_name", nick);
    project.write("src/lib.rs", &source);
    answered(&project, &["2", "1"]).expect(0);
    let source = project.read("src/lib.rs");
    assert!(source.contains("#[colmig(renamed_from = \"last_name\")]\n    pub family_name"));
    assert_eq!(source.matches("renamed_from").count(), 1);
}

#[test]
fn a_rename_that_is_none_is_a_column_that_goes_and_one_that_comes() {
    let project = renamed();
    let nullable =
        |source: &str| source.replace("family_name: String", "family_name: Option<String>");
    let source = nullable(&project.read("src/lib.rs"));
    project.write("src/lib.rs", &source);
    insta::assert_snapshot!(answered(&project, &["2"]).expect(0));
    assert_eq!(project.read("src/lib.rs"), source);
    project.colmig(&["generate", "--check"]).expect(0);
    // The same without a terminal.
    let project = renamed();
    project.write("src/lib.rs", &source);
    insta::assert_snapshot!(
        project
            .colmig(&["generate", "--drop", "users.last"])
            .expect(2)
    );
    project
        .colmig(&["generate", "--drop", "users.first_name"])
        .expect(2);
    project
        .colmig(&["generate", "--drop", "last_name"])
        .expect(2);
    project
        .colmig(&["generate", "--drop", "users.last_name"])
        .expect(0);
    project.colmig(&["generate", "--check"]).expect(0);
}

#[test]
fn whoever_quits_or_closes_the_terminal_changes_nothing() {
    let project = renamed();
    let before = (project.files(), project.read("src/lib.rs"));
    insta::assert_snapshot!(answered(&project, &["3"]).expect(1));
    // Control-D.
    answered(&project, &["\u{4}"]).expect(1);
    assert_eq!((project.files(), project.read("src/lib.rs")), before);
}

#[test]
fn nothing_of_the_source_is_written_if_another_thing_is_wrong() {
    let project = renamed();
    let source = project.read("src/lib.rs").replace(
        "    pub family_name",
        "    pub age: i32,\n    pub family_name",
    );
    project.write("src/lib.rs", &source);
    let before = project.files();
    answered(&project, &["1"]).expect(2);
    assert_eq!(
        (project.files(), project.read("src/lib.rs")),
        (before, source)
    );
}
