//! Files that were cut short, are of another version or hold something else altogether: what is
//! wrong is said, with the file, the line and the way out, and nothing panics.

use crate::project::{Ended, Project, user_with};

/// A project with everything that colmig reads.
fn project() -> Project {
    let project = Project::generated("postgres,sqlite", &user_with(""));
    project.write(
        "src/lib.rs",
        &user_with("    #[colmig(backfill = \"first_name || '!'\", index)]\n    pub nick: String,"),
    );
    project.colmig(&["generate"]).expect(0);
    project
}

/// The files, and the command that reads each.
const FILES: [(&str, &str); 4] = [
    ("colmig.toml", "plan"),
    (
        "migrations/20261122064501_users_nick/migration.toml",
        "plan",
    ),
    ("migrations/schema.json", "plan"),
    ("src/lib.rs", "generate"),
];

/// Insists on an error that helps, unless there is none.
fn helps(ended: &Ended, file: &str) {
    let name = file.rsplit('/').next().unwrap();
    match ended.code {
        Some(0) => {}
        Some(2) => {
            // Sources that say nothing of a model are sources without one.
            let is_gone =
                file.ends_with(".rs") && ended.stderr.contains("the model of `users` is gone");
            let is_named = ended.stderr.contains(name) || is_gone;
            assert!(is_named, "{file} is not named: {ended}");
            let remedies = [
                "help:",
                "take ",
                "install ",
                "remove ",
                "note: the file does not parse",
            ];
            let helps = remedies.iter().any(|words| ended.stderr.contains(words));
            assert!(helps, "{file}: no way out: {ended}");
        }
        _ => panic!("{file}: {ended}"),
    }
    assert!(!ended.stderr.contains("panicked"), "{ended}");
    // A line may be as long as the file, and nobody reads that.
    assert!(
        ended.stderr.len() < 20_000,
        "{file}: {} bytes",
        ended.stderr.len()
    );
}

#[test]
fn a_file_that_was_cut_short() {
    let project = project();
    for (file, verb) in FILES {
        let text = project.read(file);
        let cuts = text.len().div_ceil(25);
        for cut in (0..text.len()).step_by(cuts) {
            project.write(file, &text[..text.floor_char_boundary(cut)]);
            helps(&project.colmig(&[verb]), file);
        }
        project.write(file, &text);
    }
    project.colmig(&["plan"]).expect(0);
}

#[test]
fn a_file_of_another_kind_of_text() {
    let project = project();
    let before: Vec<String> = FILES.iter().map(|(file, _)| project.read(file)).collect();
    let texts = [
        "",
        "{}",
        "[]",
        "null",
        "\0",
        "\u{feff}",
        "<<<<<<< HEAD\n",
        "version = []\n",
        "# colmig\n",
    ];
    for ((file, verb), before) in FILES.iter().zip(&before) {
        for text in texts {
            project.write(file, text);
            helps(&project.colmig(&[verb]), file);
        }
        std::fs::write(project.folder().join(file), b"colmig\n\xff\n").unwrap();
        helps(&project.colmig(&[verb]), file);
        project.write(file, before);
    }
}

#[test]
fn a_file_with_wrong_types() {
    let project = project();
    for (file, name, from, to) in [
        (
            "colmig.toml",
            "types_config",
            "databases = [",
            "databases = 7 # [",
        ),
        (
            "migrations/20261122064501_users_nick/migration.toml",
            "types_manifest",
            "parent = ",
            "parent = 7 # ",
        ),
        (
            "migrations/schema.json",
            "types_snapshot",
            "\"primary_key\": true",
            "\"primary_key\": 7",
        ),
    ] {
        let text = project.read(file);
        project.write(file, &text.replacen(from, to, 1));
        insta::assert_snapshot!(name, project.colmig(&["plan"]).expect(2));
        project.write(file, &text);
    }
}

#[test]
fn a_migration_of_a_newer_colmig() {
    let project = project();
    let file = "migrations/20261122064501_users_nick/migration.toml";
    // What it says may be unknown here, and is not what is to be told.
    let text = project
        .read(file)
        .replace("version = 1\n", "version = 2\nflavour = \"new\"\n");
    project.write(file, &text);
    insta::assert_snapshot!("newer_manifest", project.colmig(&["plan"]).expect(2));
}

#[test]
fn a_megabyte_of_brackets() {
    let project = project();
    let brackets = "(".repeat(1 << 20);
    for (file, verb) in FILES {
        let text = project.read(file);
        project.write(file, &brackets);
        helps(&project.colmig(&[verb]), file);
        project.write(file, &text);
    }
    // Where text stands in an attribute, and where tokens do.
    for field in [
        format!("#[colmig(backfill = \"{brackets}\")]"),
        format!("#[colmig{}{}]", "(".repeat(1 << 19), ")".repeat(1 << 19)),
        format!("#[colmig(default = \"{}1\")]", "1+".repeat(1 << 19)),
    ] {
        project.write(
            "src/lib.rs",
            &user_with(&format!("    {field}\n    pub nick: String,")),
        );
        let ended = project.colmig(&["generate"]).expect(2);
        helps(&ended, "src/lib.rs");
    }
}
