//! A short run of `cargo xtask bench backfill`: every method fills rows as the rule says, and has
//! its place in the figures. Nothing here is timed.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;
use std::process::Command;

use colmig_harness::Postgres;
use colmig_tests::command::colmig_binary;
use serde_json::Value;
use tempfile::TempDir;

/// The figures of one round with few rows.
fn short(folder: &TempDir, database: &str, arguments: &[&str]) -> Value {
    let file = |name: &str| folder.path().join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_backfill"))
        .args(["run", "--database", database, "--rows", "20000"])
        .args(["--rounds", "1", "--seconds", "0.5", "--baseline", "0.2"])
        .args(["--loads", "0,5", "--patience", "0", "--repeats", "0"])
        .arg("--scratch")
        .arg(folder.path())
        .arg("--colmig")
        .arg(colmig_binary())
        .arg("--json")
        .arg(file("figures.json"))
        .arg("--svg")
        .arg(file("charts.svg"))
        .args(arguments)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let chart = std::fs::read_to_string(file("charts.svg")).unwrap();
    assert!(chart.starts_with("<svg"), "{chart}");
    left_alone(folder.path());
    serde_json::from_str(&std::fs::read_to_string(file("figures.json")).unwrap()).unwrap()
}

/// Only the two files are left.
fn left_alone(folder: &Path) {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["charts.svg", "figures.json"]);
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
