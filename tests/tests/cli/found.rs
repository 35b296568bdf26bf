//! Where models are found, and where not.

use crate::project::{Project, user_with};

/// The tables that the first migration creates.
fn tables(project: &Project) -> Vec<String> {
    project.colmig(&["init", "--database", "sqlite"]).expect(0);
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    let changes = answer["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|change| change["table"].as_str().unwrap().to_owned())
        .collect()
}

/// A model of its own.
fn model(table: &str) -> String {
    format!(
        "#[derive(Clone, colmig::Model)]\n#[colmig(table = {table:?})]\npub struct Row {{\n    \
         #[colmig(primary_key)]\n    pub id: i64,\n}}\n"
    )
}

#[test]
fn along_modules_of_every_kind() {
    let project = Project::bare(&format!(
        "mod flat;\nmod nested;\n#[path = \"elsewhere/named.rs\"]\nmod path;\npub mod inline {{\n    mod inner;\n{}}}\n\
         #[cfg(test)]\nmod tests {{\n{}}}\n#[cfg(not(test))]\nmod live;\nfn body() {{\n{}}}\n",
        model("inline"),
        model("tests"),
        model("body"),
    ));
    project.write("src/flat.rs", &format!("mod below;\n{}", model("flat")));
    project.write("src/flat/below.rs", &model("below"));
    project.write("src/nested/mod.rs", "pub mod deep;\n");
    project.write("src/nested/deep.rs", &model("deep"));
    project.write("src/elsewhere/named.rs", "mod beside;\n");
    project.write("src/elsewhere/beside.rs", &model("beside"));
    project.write("src/inline/inner.rs", &model("inner"));
    project.write("src/live.rs", &model("live"));
    project.write("src/unused.rs", &model("unused"));
    assert_eq!(
        tables(&project),
        [
            "below", "beside", "body", "deep", "flat", "inline", "inner", "live"
        ]
    );
}

#[test]
fn in_libraries_and_binaries_and_nowhere_else() {
    let project = Project::bare(&format!("mod shared;\n{}", model("library")));
    // The binary has the module as well; the model is one.
    project.write(
        "src/main.rs",
        &format!(
            "#!/usr/bin/env run\nmod shared;\n{}fn main() {{}}\n",
            model("binary")
        ),
    );
    project.write("src/shared.rs", &model("shared"));
    project.write(
        "examples/example.rs",
        &format!("{}fn main() {{}}\n", model("example")),
    );
    project.write("tests/test.rs", &model("test"));
    project.write("build.rs", &format!("{}fn main() {{}}\n", model("build")));
    assert_eq!(tables(&project), ["binary", "library", "shared"]);

    let config = project.read("colmig.toml");
    project.write(
        "colmig.toml",
        &format!("targets = [\"lib\", \"bin\", \"example\"]\n{config}"),
    );
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["changes"][0]["table"], "example");
}

#[test]
fn under_conditions_that_may_hold() {
    let project = Project::bare(
        "#[cfg(feature = \"db\")]\nmod db;\n#[cfg_attr(feature = \"db\", derive(colmig::Model), colmig(table = \"folded\"))]\n\
         pub struct Folded {\n    #[cfg_attr(feature = \"db\", colmig(primary_key))]\n    pub id: i64,\n}\n",
    );
    project.write("src/db.rs", &model("db"));
    assert_eq!(tables(&project), ["db", "folded"]);
}

#[test]
fn not_where_the_words_are_of_something_else() {
    let project = Project::bare(
        "/// colmig is fine.\n#[derive(diesel::Model)]\npub struct Other { pub id: i64 }\n\
         #[derive(Debug)]\npub struct Plain { pub id: i64 }\npub const TEXT: &str = \"#[derive(colmig::Model)]\";\n",
    );
    assert!(tables(&project).is_empty());
}

/// A workspace of two packages.
fn workspace() -> Project {
    let project = Project::bare("");
    std::fs::remove_dir_all(project.folder().join("src")).unwrap();
    project.write(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    for (package, source) in [("shop", user_with("")), ("billing", model("invoices"))] {
        let manifest =
            format!("[package]\nname = {package:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        project.write(&format!("crates/{package}/Cargo.toml"), &manifest);
        project.write(&format!("crates/{package}/src/lib.rs"), &source);
    }
    project
}

#[test]
fn in_every_package_of_a_workspace_with_the_records_beside_them() {
    let project = workspace();
    assert_eq!(tables(&project), ["invoices", "users"]);
    assert!(
        project
            .read("crates/shop/colmig/users.model")
            .contains("table users")
    );
    assert!(
        project
            .read("crates/billing/colmig/invoices.model")
            .contains("table invoices")
    );
    // From anywhere in it, and by `--manifest-path` from anywhere else.
    for manifest in ["crates/shop", "crates/billing/Cargo.toml", "Cargo.toml"] {
        project
            .colmig(&["generate", "--check", "--manifest-path", manifest])
            .expect(0);
    }
}

#[test]
fn a_model_that_moves_to_another_package_takes_its_record_along() {
    let project = workspace();
    tables(&project);
    project.write("crates/billing/src/lib.rs", "");
    project.write(
        "crates/shop/src/lib.rs",
        &format!("mod invoice;\n{}", user_with("")),
    );
    project.write("crates/shop/src/invoice.rs", &model("invoices"));
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(answer["migration"], serde_json::Value::Null);
    assert_eq!(
        answer["removed"],
        serde_json::json!(["crates/billing/colmig/invoices.model"])
    );
    assert!(
        project
            .folder()
            .join("crates/shop/colmig/invoices.model")
            .exists()
    );
}

#[test]
fn a_package_may_have_a_project_of_its_own() {
    let project = workspace();
    let manifest = ["--manifest-path", "crates/billing"];
    project
        .colmig(&[&["init", "--here", "--database", "sqlite"], &manifest[..]].concat())
        .expect(0);
    let answer = project
        .colmig(&[&["generate", "--format", "json"], &manifest[..]].concat())
        .expect(0)
        .json();
    assert_eq!(answer["changes"].as_array().unwrap().len(), 1);
    assert_eq!(answer["changes"][0]["table"], "invoices");
    assert!(
        project
            .folder()
            .join("crates/billing/colmig/invoices.model")
            .exists()
    );
}
