//! Short runs of `cargo xtask bench backfill` and `peers`: every method fills rows as the rule says,
//! and has its place in the figures. Nothing here is timed.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;
use std::process::Command;

use colmig::Phase;
use colmig_harness::install::{Server, is_installed};
use colmig_harness::{MariaDb, Postgres, ReplicaSet};
use colmig_tests::command::colmig_binary;
use serde_json::Value;
use tempfile::TempDir;

/// The figures of one round of a bench with few rows, and what it has printed.
fn figures(folder: &TempDir, bench: &str, database: &str, arguments: &[&str]) -> (Value, String) {
    let figures = folder.path().join("figures.json");
    let output = Command::new(env!("CARGO_BIN_EXE_backfill"))
        .args([bench, "--database", database, "--rows", "20000"])
        .args(["--rounds", "1", "--seconds", "0.5", "--baseline", "0.2"])
        .args(["--patience", "0", "--repeats", "0"])
        .arg("--scratch")
        .arg(folder.path())
        .arg("--colmig")
        .arg(colmig_binary())
        .arg("--json")
        .arg(&figures)
        .args(arguments)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let figures = serde_json::from_str(&std::fs::read_to_string(figures).unwrap()).unwrap();
    (figures, String::from_utf8(output.stdout).unwrap())
}

/// Those of backfills.
fn short(folder: &TempDir, database: &str, arguments: &[&str]) -> Value {
    let charts = folder.path().join("charts.svg");
    let more = ["--loads", "0,5", "--svg", charts.to_str().unwrap()];
    let (figures, _) = figures(folder, "run", database, &[&more, arguments].concat());
    let chart = std::fs::read_to_string(charts).unwrap();
    assert!(chart.starts_with("<svg"), "{chart}");
    left_alone(folder.path(), &["charts.svg", "figures.json"]);
    figures
}

/// Only these files are left.
fn left_alone(folder: &Path, files: &[&str]) {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, files);
}

/// Every method has figures under every load, and has filled rows. Whether its baselines were
/// steady is up to the machine, and so whether it counts.
fn check(figures: &Value, methods: &[&str]) {
    let runs = figures["runs"].as_array().unwrap();
    for method in methods {
        for load in [0, 5] {
            let mut found = runs
                .iter()
                .filter(|run| run["method"] == *method && run["load"] == load);
            if (*method, load) == ("control", 0) {
                assert!(found.next().is_none());
                continue;
            }
            let run = found
                .next()
                .unwrap_or_else(|| panic!("{method} at {load} %"));
            let rows = run["rows"].as_i64().unwrap();
            assert_eq!(rows > 0, *method != "control", "{run}");
            assert_eq!(run["during"].is_object(), load > 0, "{run}");
            if load > 0 {
                assert_eq!(run["during"]["failed"], 0, "{run}");
            }
            let results = figures["results"].as_array().unwrap();
            assert!(
                results
                    .iter()
                    .any(|result| result["method"] == *method && result["load"] == load)
            );
        }
    }
    // A method may have ended before the next transaction was due, but not all of them.
    let transactions = runs
        .iter()
        .filter_map(|run| run["during"]["transactions"].as_u64());
    assert!(transactions.sum::<u64>() > 0, "{figures}");
    let whole = runs
        .iter()
        .find(|run| run["method"] == "one-update" && run["load"] == 0);
    assert_eq!(whole.unwrap()["rows"], 20_000);
}

#[test]
fn every_method_fills_rows_on_postgres() {
    let server = Postgres::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("postgres");
    let figures = short(&folder, "postgres", &["--url", &url]);
    let methods = [
        "control",
        "one-update",
        "colmig-1",
        "colmig-2",
        "colmig-4",
        "joined",
        "duty-25",
        "duty-50",
    ];
    check(&figures, &methods);
    let left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'backfill%'";
    assert_eq!(server.psql("postgres", left).unwrap(), "0");
}

#[test]
fn every_method_fills_rows_on_mariadb() {
    let server = MariaDb::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("mysql");
    let figures = short(&folder, "mariadb", &["--url", &url]);
    let methods = [
        "control",
        "one-update",
        "colmig-1",
        "colmig-2",
        "colmig-4",
        "duty-25",
        "duty-50",
    ];
    check(&figures, &methods);
    nothing_is_left(&server);
}

#[test]
fn every_method_fills_documents_on_mongodb() {
    let set = ReplicaSet::builder().nodes(1).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = set.url("admin");
    let figures = short(&folder, "mongodb", &["--url", &url]);
    let methods = [
        "control",
        "one-update",
        "two-updates",
        "colmig-1",
        "colmig-2",
        "colmig-4",
        "duty-25",
        "duty-50",
    ];
    check(&figures, &methods);
    for run in figures["runs"].as_array().unwrap() {
        if run["method"] == "two-updates" {
            assert_eq!(run["rows"], 20_000, "{run}");
        }
    }
    let list = mongodb::bson::doc! { "listDatabases": 1, "nameOnly": true };
    let answer = set.endpoint().command("admin", list).unwrap();
    assert!(!answer.to_string().contains("backfill"), "{answer}");
}

fn nothing_is_left(server: &MariaDb) {
    let left =
        "SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'backfill%'";
    assert_eq!(server.mariadb("", left).unwrap(), "0");
}

#[test]
fn every_way_ends_with_the_same_table() {
    let server = MariaDb::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = server.url("mysql");
    let mut ways = vec!["control", "colmig", "plain"];
    // A machine on which tests are run may do without Percona's tools.
    if is_installed(Server::PerconaToolkit) {
        ways.extend(["pt-osc", "pt-osc-twice"]);
    }
    let names = ways.join(",");
    let arguments = ["--loads", "5", "--url", &url, "--methods", &names];
    let (figures, printed) = figures(&folder, "peers", "mariadb", &arguments);
    left_alone(folder.path(), &["figures.json"]);
    nothing_is_left(&server);
    let runs = figures["runs"].as_array().unwrap();
    for way in &ways[1..] {
        let mut found = runs.iter().filter(|run| run["method"] == *way);
        let run = found.next().unwrap_or_else(|| panic!("{way}"));
        // A table that is not as the others fails the bench itself.
        assert_eq!(run["rows"], 20_000, "{run}");
        assert!(run["wall"].as_f64().unwrap() > 0.0, "{run}");
        assert!(run["during"]["transactions"].as_u64() > Some(0), "{run}");
        let parts = run["parts"].as_array().unwrap();
        let names: Vec<&str> = parts
            .iter()
            .map(|part| part["name"].as_str().unwrap())
            .collect();
        match *way {
            "colmig" => assert_eq!(names, Phase::ALL.map(Phase::name)),
            _ => assert_eq!(names, ["add", "update", "require"]),
        }
        assert!(printed.contains(&format!("\n{way} ")), "{printed}");
    }
    assert!(printed.contains("times colmig"), "{printed}");
}

#[test]
fn what_is_no_way_to_the_whole_change_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (database, way, words) in [
        ("mariadb", "duty-50", "no way to the whole change"),
        ("mariadb", "pigeons", "there is no method `pigeons`"),
        ("sqlite", "colmig", "no peers of SQLite's"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_backfill"))
            .args(["peers", "--database", database, "--methods", way])
            .args(["--colmig", "none", "--json", "none", "--scratch"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{way}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn every_method_fills_rows_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let figures = short(&folder, "sqlite", &[]);
    let methods = ["control", "one-update", "colmig-1", "duty-25", "duty-50"];
    check(&figures, &methods);
}

#[test]
fn what_is_no_method_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in ["pigeons", "duty-0", "colmig:colour=red", "colmig:duty"] {
        let output = Command::new(env!("CARGO_BIN_EXE_backfill"))
            .args([
                "run",
                "--database",
                "sqlite",
                "--colmig",
                "none",
                "--json",
                "none",
            ])
            .args(["--svg", "none", "--methods", wrong, "--scratch"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{wrong}");
    }
}
