//! The compiler knows whether a migration holds a struct: on a throw-away project, with
//! the compiler itself, and without a `touch` or a `cargo clean` anywhere.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;
use std::process::{Command, Output};

use colmig_tests::project::Project;

/// `cargo check` of the project, with what this workspace has compiled already.
fn check(project: &Project, drift: Option<&str>) -> (bool, String) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["check", "--quiet", "--offline"])
        .arg("--target-dir")
        .arg(workspace.join("target/drift"))
        .current_dir(project.folder())
        .env_remove("COLMIG_DRIFT");
    if let Some(drift) = drift {
        command.env("COLMIG_DRIFT", drift);
    }
    let Output { status, stderr, .. } = command.output().unwrap();
    (status.success(), String::from_utf8(stderr).unwrap())
}

/// Makes the project one that compiles: with a dependency on this colmig. The name has
/// to be its own: in a shared target folder, cargo takes two packages of one name, each
/// in the root of its workspace, for the same one, and the older for fresh.
fn compiled(project: &Project, name: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         colmig = {{ path = {:?}, default-features = false, features = [\"postgres\", \"sqlite\"] }}\n\n[workspace]\n",
        workspace.join("runtime")
    );
    std::fs::write(project.folder().join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(
        workspace.join("Cargo.lock"),
        project.folder().join("Cargo.lock"),
    )
    .unwrap();
}

#[test]
fn a_field_without_a_migration_is_an_error_at_the_field_until_generate_has_run() {
    let project = Project::new(&["postgres", "sqlite"]);
    compiled(&project, "changing_fields");
    let (compiles, words) = check(&project, None);
    assert!(compiles, "{words}");

    let source = project.folder().join("src/lib.rs");
    let before = std::fs::read_to_string(&source).unwrap();
    let with_field = |attribute: &str, field: &str| {
        before.replace(
            "    pub last_name",
            &format!("    {attribute}\n    {field}\n    pub last_name"),
        )
    };
    let write = |text: &str| std::fs::write(&source, text).unwrap();

    // A new field.
    write(&with_field("", "pub nick: Option<String>,"));
    let (compiles, words) = check(&project, None);
    assert!(!compiles);
    assert!(
        words.contains("`nick` of `User` is in no migration: run `cargo colmig generate`"),
        "{words}"
    );
    assert!(
        words.contains("src/lib.rs:8:"),
        "the error stands at the field: {words}"
    );
    assert!(
        words.contains("due to 1 previous error"),
        "one mistake is one error: {words}"
    );

    // One setting turns it off, and on again.
    let (compiles, words) = check(&project, Some("off"));
    assert!(compiles, "{words}");
    assert!(!check(&project, None).0);

    // It is gone the moment the files are there.
    project.colmig(&["generate"]);
    let (compiles, words) = check(&project, None);
    assert!(compiles, "{words}");

    // A type that changed.
    write(&with_field("", "pub nick: Option<i64>,"));
    let (compiles, words) = check(&project, None);
    assert!(!compiles && words.contains("`nick` of `User`"), "{words}");

    // An attribute that changed.
    write(&with_field("#[colmig(index)]", "pub nick: Option<String>,"));
    let (compiles, words) = check(&project, None);
    assert!(!compiles && words.contains("`nick` of `User`"), "{words}");

    // A field that is gone.
    write(&before);
    let (compiles, words) = check(&project, None);
    assert!(
        !compiles && words.contains("`nick`") && words.contains("`User`"),
        "{words}"
    );

    // And back to what the migration holds.
    write(&with_field("", "pub nick: Option<String>,"));
    let (compiles, words) = check(&project, None);
    assert!(compiles, "{words}");
}

#[test]
fn a_model_without_a_migration_is_one_error_at_its_name() {
    let project = Project::new(&["sqlite"]);
    compiled(&project, "new_model");
    let source = project.folder().join("src/lib.rs");
    let mut text = std::fs::read_to_string(&source).unwrap();
    text.push_str("\n#[derive(colmig::Model)]\n#[colmig(table = \"orders\")]\npub struct Order {\n    #[colmig(primary_key)]\n    pub id: i64,\n}\n");
    std::fs::write(&source, text).unwrap();
    let (compiles, words) = check(&project, None);
    assert!(
        !compiles && words.contains("`Order` is in no migration: run `cargo colmig generate`"),
        "{words}"
    );
    project.colmig(&["generate"]);
    let (compiles, words) = check(&project, None);
    assert!(compiles, "{words}");
}

#[test]
fn a_function_that_does_not_fit_is_an_error_at_its_attribute() {
    let project = Project::new(&["postgres", "sqlite"]);
    compiled(&project, "rules_in_rust");
    let source = project.folder().join("src/lib.rs");
    let before = std::fs::read_to_string(&source).unwrap();
    let with = |up: &str, down: &str| {
        let field = "    #[colmig(replaces = \"last_name\", up_fn = \"up\", down_fn = \"down\")]\n    pub length: i64,\n";
        let text = before.replace("    pub last_name: String,\n", field);
        assert_ne!(text, before);
        std::fs::write(&source, format!("{text}{up}\n{down}\n")).unwrap();
    };
    let right = "fn up(name: String) -> Result<i64, std::num::ParseIntError> { name.parse() }";
    let back = "fn down(length: &i64) -> String { length.to_string() }";
    with(right, back);
    project.colmig(&["generate"]);
    let (compiles, words) = check(&project, None);
    assert!(compiles, "{words}");
    for (up, down, said) in [
        (
            "fn up(name: String) -> i32 { name.len() as i32 }",
            back,
            "the function gives `i32`, and the field is of type `i64`",
        ),
        (
            right,
            "fn down(length: &i32) -> String { length.to_string() }",
            "found fn item `for<'a> fn(&'a i32) -> String",
        ),
        (
            "fn up(name: u64) -> i64 { name as i64 }",
            "fn down(length: &i64) -> u64 { *length as u64 }",
            "`u64` cannot be stored in",
        ),
        (right, "", "cannot find"),
    ] {
        with(up, down);
        let (compiles, words) = check(&project, None);
        assert!(!compiles, "{up} {down}");
        assert!(words.contains(said), "{said}: {words}");
        assert!(words.contains("src/lib.rs:7:"), "{words}");
    }
}
