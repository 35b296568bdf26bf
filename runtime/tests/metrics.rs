//! The names of metrics in the docs and on the dashboard are those of the code.
//!
//! `UPDATE_DOCS=1 cargo test -p colmig --test metrics` writes the table of the docs anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use colmig::metrics::{ALL, Kind, Metric, Side};
use serde_json::Value;

const BEGIN: &str =
    "<!-- Written from the code: `UPDATE_DOCS=1 cargo test -p colmig --test metrics` -->\n";
const END: &str = "<!-- End of what is written from the code -->\n";

fn docs(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(path)
}

fn table() -> String {
    let mut table = String::new();
    for (side, title) in [
        (Side::Run, "Of the process that executes migrations"),
        (Side::Application, "Of each instance of the application"),
    ] {
        table.push_str(&format!(
            "\n{title}:\n\n| metric | kind | labels | says |\n| --- | --- | --- | --- |\n"
        ));
        for metric in ALL.iter().filter(|metric| metric.side == side) {
            let labels: Vec<String> = metric.labels.iter().map(|l| format!("`{l}`")).collect();
            table.push_str(&format!(
                "| `{}` | {} | {} | {} |\n",
                metric.name,
                metric.kind.name(),
                labels.join(", "),
                metric.help
            ));
        }
    }
    table.push('\n');
    table
}

#[test]
fn the_docs_list_every_metric() {
    let path = docs("metrics.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let text = format!("{before}{BEGIN}{}{END}{after}", table());
        std::fs::write(&path, text).unwrap();
        return;
    }
    assert!(
        listed == table(),
        "docs/metrics.md is not what the code does; run this with UPDATE_DOCS=1"
    );
}

#[test]
fn names_say_their_kind_and_unit_as_prometheus_has_it() {
    let names: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), ALL.len(), "a name stands twice");
    for metric in ALL {
        let Metric { name, kind, .. } = metric;
        assert!(name.starts_with("colmig_"), "{name}");
        assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
        let seconds = name.ends_with("_seconds");
        assert_eq!(seconds, *kind == Kind::Histogram, "{name}");
    }
}

/// What a panel asks: every query of the dashboard.
fn queries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("expr" | "query", Value::String(query)) => found.push(query.clone()),
                    _ => queries(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| queries(value, found)),
        _ => {}
    }
}

/// The names of colmig's in a query.
fn names(query: &str) -> Vec<&str> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let words = query.split(word);
    words.filter(|word| word.starts_with("colmig_")).collect()
}

/// The metric that a query has by this name. A histogram is asked for by its parts.
fn metric(name: &str) -> Option<&'static Metric> {
    ALL.iter().find(|metric| match metric.kind {
        Kind::Histogram => ["_bucket", "_sum", "_count"]
            .iter()
            .any(|part| name.strip_suffix(part) == Some(metric.name)),
        _ => metric.name == name,
    })
}

#[test]
fn the_dashboard_asks_for_every_metric_and_for_no_other() {
    let text = std::fs::read_to_string(docs("grafana/colmig.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let mut found = Vec::new();
    queries(&dashboard, &mut found);
    let mut asked = BTreeSet::new();
    for query in &found {
        for name in names(query) {
            let metric = metric(name).unwrap_or_else(|| panic!("no metric is `{name}`: {query}"));
            asked.insert(metric.name);
            // Aggregated by, and filtered by, labels that the metric has.
            let by = query
                .split_once(" by (")
                .and_then(|(_, rest)| rest.split(')').next());
            let by = by.into_iter().flat_map(|by| by.split(", "));
            let filter = query
                .split_once('{')
                .and_then(|(_, rest)| rest.split("=~").next());
            for label in by.chain(filter).filter(|label| *label != "le") {
                assert!(
                    metric.labels.contains(&label),
                    "`{name}` has no `{label}`: {query}"
                );
            }
        }
    }
    let all: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(asked, all);
}
