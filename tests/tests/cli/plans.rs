//! The files that `generate` writes for each kind of change, as folders: `plans/<case>/`.
//!
//! A new case is a new folder with `before.rs` and `after.rs`. Without `before.rs` the
//! models of `after.rs` are new. The rest of the folder is what has to come out, to the
//! letter: the migration as users get it, and the records. `INSTA_UPDATE=always` writes it.
//! A first line `// databases: ...` in `after.rs` says for which databases, where not for all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::project::Project;

#[test]
fn every_case_gives_the_files_in_its_folder() {
    let cases = cases();
    assert!(cases.len() >= 10, "{cases:?}");
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| differs(case, update))
        .collect();
    assert!(
        wrong.is_empty(),
        "{}\nif this is right: INSTA_UPDATE=always",
        wrong.join("\n")
    );
}

fn cases() -> Vec<PathBuf> {
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&plans)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

/// How the files of a case differ from what comes out.
fn differs(case: &Path, update: bool) -> Option<String> {
    let came = generated(case);
    let expected = read(case);
    if update {
        for path in expected.keys() {
            std::fs::remove_file(case.join(path)).unwrap();
        }
        for (path, text) in &came {
            std::fs::create_dir_all(case.join(path).parent().unwrap()).unwrap();
            std::fs::write(case.join(path), text).unwrap();
        }
        return None;
    }
    let paths: std::collections::BTreeSet<&String> = came.keys().chain(expected.keys()).collect();
    let diffs: Vec<String> = paths
        .into_iter()
        .filter(|path| came.get(*path) != expected.get(*path))
        .map(|path| {
            let of =
                |files: &BTreeMap<String, String>| files.get(path).cloned().unwrap_or_default();
            let (expected, came) = (of(&expected), of(&came));
            let diff = similar::TextDiff::from_lines(&expected, &came);
            let name = case.file_name().unwrap().display();
            diff.unified_diff()
                .header(&format!("{name}/{path}, expected"), "came out")
                .to_string()
        })
        .collect();
    (!diffs.is_empty()).then(|| diffs.join("\n"))
}

/// The project of a case behind `generate`, for these databases or for its own, and the migration
/// that came out.
fn planned(case: &Path, databases: Option<&str>) -> (Project, String) {
    let source = |name: &str| std::fs::read_to_string(case.join(name)).ok();
    let project = Project::bare(&source("before.rs").unwrap_or_default());
    let after = source("after.rs").unwrap();
    let named = after.lines().next();
    let named = named.and_then(|line| line.strip_prefix("// databases: "));
    let executed = databases.is_some();
    let databases = databases.or(named).unwrap_or("postgres,mariadb,sqlite");
    project
        .colmig(&["init", "--baseline", "--database", databases])
        .expect(0);
    // What the tables are made from is executed, and is no part of what is compared.
    if !executed {
        project.forget_baseline();
    }
    project.write("src/lib.rs", &after);
    let answer = project
        .colmig(&["generate", "--format", "json"])
        .expect(0)
        .json();
    let migration = answer["migration"].as_str().unwrap().to_owned();
    (project, migration)
}

/// What comes out of a case: the files of its migration, and the records.
fn generated(case: &Path) -> BTreeMap<String, String> {
    let (project, migration) = planned(case, None);
    let migration = format!("migrations/{migration}/");
    let files = project.files().into_iter();
    files
        .filter_map(|(path, text)| match path.strip_prefix(&migration) {
            // Most phases of most changes have nothing to do, and say so.
            Some(_) if text.ends_with("-- Nothing to do in this phase.\n") => None,
            Some(path) => Some((path.to_owned(), text)),
            None if path.ends_with(".model") => Some((path, text)),
            None => None,
        })
        .collect()
}

/// What a case expects to come out.
fn read(case: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![case.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|ending| ending != "rs") {
                let name = path
                    .strip_prefix(case)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}

/// Executes every case that has files for `database`, each on a database of its own: forth, back and forth
/// again, and to the very end.
fn executed(database: &str, at_least: usize, create: impl Fn() -> String, drop: impl Fn(&str)) {
    let cases = cases().into_iter();
    let cases: Vec<PathBuf> = cases.filter(|case| case.join(database).is_dir()).collect();
    assert!(cases.len() >= at_least, "{cases:?}");
    for case in cases {
        let (project, migration) = planned(&case, Some(database));
        crate::adopted::offline(&project);
        // Nobody is here to convert by a function of the application's.
        let in_rust = ["converted_in_rust", "filled_in_rust", "document_in_rust"];
        let in_rust = in_rust.iter().any(|in_rust| case.ends_with(in_rust));
        let last = if in_rust { "dual-write" } else { "constrain" };
        for until in [last, "switch-reads"] {
            let url = create();
            let colmig = |arguments: &[&str]| {
                let ended = project.colmig(&[arguments, &["--database-url", &url]].concat());
                assert_eq!(ended.code, Some(0), "{}: {ended}", case.display());
            };
            if until == last {
                colmig(&["run", "--assume-drained", "--until", until]);
                colmig(&["abort", &migration, "--yes"]);
                colmig(&["run", "--again", "--assume-drained", "--until", until]);
            } else if !in_rust {
                colmig(&["run", "--assume-drained"]);
                if std::fs::read_to_string(case.join("migration.toml")).is_ok_and(replaces) {
                    colmig(&["switch", &migration, "--reads", "target"]);
                }
                colmig(&["contract", &migration, "--assume-drained", "--yes"]);
            }
            drop(&url);
        }
    }
}

/// Whether a migration puts columns in the place of others, and has reads to move.
fn replaces(manifest: String) -> bool {
    manifest.contains("\nreplaces = ")
}

/// The name of the database in a URL without more behind it than options.
pub(crate) fn named(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

mod mariadb {
    use colmig_harness::shared_mariadb;

    use super::{executed, named};

    /// MariaDB refuses much that looks like SQL, and by another way than the one that a statement names
    /// it does nothing: so each statement is executed, in its order, forth and back.
    #[test]
    fn every_case_is_executed() {
        let server = shared_mariadb().unwrap();
        let create = || server.url(&server.create_database("plan").unwrap());
        let drop = |url: &str| server.drop_database(named(url)).unwrap();
        executed("mariadb", 20, create, drop);
    }
}

mod mongodb {
    use colmig_harness::shared_mongodb;

    use super::{executed, named};

    /// A command that the server does not take is found nowhere but there.
    #[test]
    fn every_case_is_executed() {
        let server = shared_mongodb().unwrap();
        let create = || server.url(&server.create_database("plan").unwrap());
        let drop = |url: &str| server.drop_database(named(url)).unwrap();
        executed("mongodb", 6, create, drop);
    }
}
