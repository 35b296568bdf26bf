//! What has no meaning on MongoDB is refused by name, with a way out, before anything is written.

use std::path::Path;
use std::process::Command;

use colmig_tests::command::colmig_binary;
use libtest_mimic::Trial;

/// A struct with one field, before anything is said of it.
const PERSON: &str = "\
#[derive(serde::Serialize, serde::Deserialize, colmig::Model)]
#[colmig(collection = \"people\")]
pub struct Person {
    #[serde(rename = \"_id\")]
    pub id: i64,
    pub name: String,
}
";

/// One test for each case.
macro_rules! refused {
    ($($case:ident),+ $(,)?) => {
        /// The names of the cases.
        pub(super) const CASES: &[&str] = &[$(stringify!($case)),+];

        /// All of them.
        pub(super) fn trials() -> Vec<Trial> {
            vec![$(Trial::test(
                concat!("mongodb::refused::", stringify!($case)),
                || { $case(); Ok(()) },
            )),+]
        }
    };
}

refused! {
    a_check,
    a_foreign_key,
    a_rule_in_rust_that_splits,
    a_rule_in_rust_over_a_field_on_its_way,
    a_type_that_becomes_another_in_place,
    a_type_whose_values_are_listed,
    a_type_of_sql,
    a_default,
    a_key_of_another_type,
    a_collection_by_another_name,
    a_rule_in_sql,
    a_required_field_of_which_nothing_says_what_old_documents_hold,
    null_in_a_field_that_was_required,
}

fn colmig(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut colmig = Command::new(colmig_binary());
    let colmig = colmig.arg("colmig").args(arguments).current_dir(folder);
    let output = colmig.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), words)
}

/// What `generate` says to the struct with another text in the place of one of its own, of which it
/// has to make nothing.
#[track_caller]
fn refused(text: &str, by: &str, says: &[&str]) {
    let project = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n",
    );
    write("src/lib.rs", PERSON);
    for arguments in [&["init", "--database", "mongodb"][..], &["generate"]] {
        let (done, words) = colmig(project.path(), arguments);
        assert!(done, "{arguments:?}: {words}");
    }
    let files = || {
        std::fs::read_dir(project.path().join("migrations"))
            .unwrap()
            .count()
    };
    let before = files();
    let changed = PERSON.replace(text, by);
    assert_ne!(changed, PERSON, "there is no `{text}`");
    write("src/lib.rs", &changed);
    let (done, words) = colmig(project.path(), &["generate"]);
    assert!(!done, "it was taken: {words}");
    assert_eq!(files(), before, "{words}");
    for part in says {
        assert!(words.contains(part), "{part}: {words}");
    }
}

const NAME: &str = "    pub name: String,\n";

/// With an attribute on the field.
#[track_caller]
fn with_attribute(attribute: &str, says: &[&str]) {
    refused(NAME, &format!("    #[colmig({attribute})]\n{NAME}"), says);
}

/// With a second field.
#[track_caller]
fn with_field(field: &str, says: &[&str]) {
    refused(NAME, &format!("{NAME}    {field}\n"), says);
}

fn a_check() {
    with_attribute(
        "check = \"length(name) > 0\"",
        &["no other check", "the type of each field"],
    );
}

fn a_foreign_key() {
    with_attribute(
        "references = \"towns(id)\"",
        &["MongoDB has no foreign keys", "take `references` away"],
    );
}

fn a_rule_in_rust_that_splits() {
    refused(
        NAME,
        "    #[colmig(replaces = \"name\", up_fn = \"f\", down_fn = \"g\")]\n    pub first: String,\n    \
         #[colmig(replaces = \"name\", up_fn = \"h\", down_fn = \"i\")]\n    pub last: String,\n",
        &[
            "functions in Rust convert one field to one",
            "`up` and `down`",
        ],
    );
}

fn a_rule_in_rust_over_a_field_on_its_way() {
    with_field(
        "#[colmig(backfill = \"\\\"$name\\\"\")] pub display: String, #[colmig(backfill_fn = \"f(display)\")] pub short: String,",
        &["`backfill_fn` reads `display`", "cargo colmig contract"],
    );
}

fn a_type_that_becomes_another_in_place() {
    refused(
        "name: String",
        "name: i64",
        &[
            "`name` of `people`: the type changed",
            "replaces = \"name\"",
        ],
    );
}

fn null_in_a_field_that_was_required() {
    refused(
        "name: String",
        "name: Option<String>",
        &[
            "`name` of `people`: it may be null now",
            "replaces = \"name\"",
        ],
    );
}

fn a_type_whose_values_are_listed() {
    with_attribute(
        "values(\"a\", \"b\")",
        &["no types whose values are listed", "take `values` away"],
    );
}

fn a_type_of_sql() {
    with_attribute(
        "sql_type = \"text\"",
        &["no types of SQL", "`bson_type = \"...\"`"],
    );
}

fn a_default() {
    with_attribute(
        "default = \"'x'\"",
        &["MongoDB fills in nothing by itself", "`backfill`"],
    );
}

fn a_key_of_another_type() {
    refused(
        "id: i64",
        "id: String",
        &["`_id` of `people`: the type changed", "another collection"],
    );
}

fn a_collection_by_another_name() {
    refused(
        "collection = \"people\"",
        "collection = \"persons\", renamed_from = \"people\"",
        &["gone to whoever calls it by its old name", "keep the name"],
    );
    refused(
        "collection = \"people\"",
        "collection = \"persons\"",
        &[
            "`people` is gone",
            "collection = \"people\"",
            "--drop people",
        ],
    );
}

fn a_rule_in_sql() {
    with_field(
        "#[colmig(backfill = \"upper(name)\")] pub display: String,",
        &["`backfill` is no JSON", "\"$name\""],
    );
}

fn a_required_field_of_which_nothing_says_what_old_documents_hold() {
    with_field(
        "pub display: String,",
        &["cannot add `display`", "`backfill = \"...\"`", "Option"],
    );
}
