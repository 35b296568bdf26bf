//! What `expand` prints.

use crate::project::{Project, user_with};

const NICK: &str = "    #[colmig(backfill = \"first_name\")]\n    pub nick: String,";

#[test]
fn a_model_with_a_column_in_flight() {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write("src/lib.rs", &user_with(NICK));
    project.colmig(&["generate"]).expect(0);
    let code = project.colmig(&["expand", "User"]).expect(0).stdout;
    // What it holds is settled by the snapshots beside the expansion itself.
    assert!(
        code.contains("impl ::colmig::__private::Derived for User"),
        "{code}"
    );
    assert!(code.contains("static FLIGHTS"), "{code}");
}

#[test]
fn a_model_by_its_table_in_json() {
    let project = Project::generated("sqlite", &user_with(""));
    let answer = project
        .colmig(&["expand", "users", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["model"], "User");
    assert_eq!(answer["place"], "src/lib.rs:3:12");
    assert!(
        answer["code"]
            .as_str()
            .unwrap()
            .contains("impl ::colmig::__private::Derived for User")
    );
}

#[test]
fn a_struct_that_no_migration_holds_as_it_is() {
    let project = Project::generated("sqlite", &user_with(""));
    project.write("src/lib.rs", &user_with(NICK));
    let drifted = project.colmig(&["expand", "User"]).expect(0).stdout;
    assert!(
        drifted.contains("`nick` of `User` is in no migration"),
        "{drifted}"
    );
}

#[test]
fn a_model_that_is_not_there_or_there_twice() {
    let project = Project::generated("sqlite", &user_with(""));
    insta::assert_snapshot!(
        "expand_unknown",
        project.colmig(&["expand", "Usr"]).expect(2)
    );
    let other = user_with("").replace("\"users\"", "\"old_users\"");
    project.write(
        "src/lib.rs",
        &format!("{}pub mod old {{\n{other}}}\n", user_with("")),
    );
    insta::assert_snapshot!(
        "expand_twice",
        project.colmig(&["expand", "User"]).expect(2)
    );
    insta::assert_snapshot!(
        "expand_new",
        project.colmig(&["expand", "old_users"]).expect(2)
    );
}
