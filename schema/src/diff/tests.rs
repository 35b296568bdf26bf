//! What comes out of two states of the structs.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::snapshot::{Entry, LeavingConstraint};
use crate::{Database, Phase, parse, plan};

const EVERY: [Database; 2] = Database::ALL;

fn model(attributes: &str, fields: &str) -> Model {
    let text = format!(
        "#[colmig(table = \"members\", {attributes})] struct Member {{ #[colmig(primary_key)] id: i64, {fields} }}"
    );
    parse::model(&syn::parse_str(&text).unwrap()).unwrap().model
}

fn told() -> Told {
    Told {
        triggers: true,
        dropped: BTreeSet::new(),
        tables: BTreeSet::new(),
    }
}

/// The snapshot after all these states, one after the other.
fn after(states: &[Model]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for state in states {
        let mut models = BTreeMap::from([(state.table.clone(), state.clone())]);
        name_constraints(&snapshot, &mut models);
        for (table, model) in models {
            let package = String::new();
            snapshot.models.insert(table, Entry { package, model });
        }
    }
    snapshot
}

fn endings(snapshot: &Snapshot) -> Vec<String> {
    let checks = snapshot.models["members"].model.all_checks();
    checks.into_iter().map(|check| check.ending).collect()
}

fn compared(snapshot: &Snapshot, state: &Model) -> Diff {
    let models = BTreeMap::from([(state.table.clone(), state.clone())]);
    diff(snapshot, &models, &told())
}

fn summaries(diff: &Diff) -> Vec<String> {
    assert_eq!(diff.refused, []);
    diff.changes.iter().map(|change| change.summary()).collect()
}

fn refusal(snapshot: &Snapshot, state: &Model, databases: &[Database]) -> String {
    let diff = compared(snapshot, state);
    if let [refused, ..] = diff.refused.as_slice() {
        return refused.to_string();
    }
    let refused = plan::plan("2_change", None, &diff.changes, databases).unwrap_err();
    refused[0].to_string()
}

#[test]
fn a_check_that_stays_keeps_its_name_wherever_it_stands() {
    let of = |checks: &[&str]| {
        let checks = checks.iter().map(|check| format!("check = {check:?}"));
        model(&checks.collect::<Vec<_>>().join(", "), "a: i32, b: i32")
    };
    let first = of(&["a > 0", "b > 0", "a < b"]);
    let snapshot = after(std::slice::from_ref(&first));
    assert_eq!(endings(&snapshot), ["check1", "check2", "check3"]);
    assert!(compared(&snapshot, &first).is_empty());

    // The first goes, and the others move up.
    let fewer = of(&["b > 0", "a < b"]);
    assert_eq!(
        summaries(&compared(&snapshot, &fewer)),
        ["drop check `a > 0` of `members`"]
    );
    let snapshot = after(&[first.clone(), fewer.clone()]);
    assert_eq!(endings(&snapshot), ["check2", "check3"]);
    assert!(compared(&snapshot, &fewer).is_empty());

    // What comes then takes no number: `members_check1` may be there still.
    let more = of(&["a <> 7", "a < b", "b > 0"]);
    assert_eq!(
        summaries(&compared(&snapshot, &more)),
        ["add check `a <> 7` to `members`"]
    );
    let snapshot = after(&[first, fewer, more.clone()]);
    let names = endings(&snapshot);
    assert!(
        names[0].ends_with("_check") && names[0].len() == 14,
        "{names:?}"
    );
    assert_eq!(names[1..], ["check3", "check2"]);
    assert!(compared(&snapshot, &more).is_empty());
    // In another order nothing comes and nothing goes.
    let turned = of(&["b > 0", "a <> 7", "a < b"]);
    assert!(compared(&snapshot, &turned).is_empty());
}

#[test]
fn a_snapshot_without_names_is_read_as_it_was_written() {
    let one = model("check = \"a > 0\"", "#[colmig(check = \"a < 9\")] a: i32");
    let snapshot = after(std::slice::from_ref(&one));
    let text = snapshot.to_json().unwrap();
    assert!(!text.contains("naming"), "{text}");
    let read = Snapshot::parse(&text).unwrap();
    assert_eq!(endings(&read), ["a_check", "check1"]);
    assert!(compared(&read, &one).is_empty());
}

#[test]
fn builds_compare_no_names() {
    let states =
        ["a > 0", "a > 1"].map(|check| model("", &format!("#[colmig(check = {check:?})] a: i32")));
    let named = &after(&states).models["members"].model;
    assert!(!named.column("a").unwrap().check_naming.is_default());
    let column = |model: &Model| model.column("a").unwrap().fingerprint();
    assert_eq!(column(named), column(&states[1]));
    let states = ["a > 0", "a > 1"].map(|check| model(&format!("check = {check:?}"), "a: i32"));
    let named = &after(&states).models["members"].model;
    assert!(!named.checks[0].naming.is_default());
    assert_eq!(named.shape_fingerprint(), states[1].shape_fingerprint());
}

#[test]
fn one_that_changes_comes_under_a_name_that_nothing_has() {
    let of = |check: &str| model("", &format!("#[colmig(check = {check:?})] a: i32"));
    let states = [of("a > 0"), of("a > 1"), of("a > 0"), of("a > 1")];
    assert_eq!(
        summaries(&compared(&after(&states[..1]), &states[1])),
        [
            "add check `a > 1` to `members`",
            "drop check `a > 0` of `members`"
        ]
    );
    let second = endings(&after(&states[..2]));
    assert!(
        second[0].starts_with("a_") && second[0] != "a_check",
        "{second:?}"
    );
    // The name of the first is free again once it is gone.
    assert_eq!(endings(&after(&states[..3])), ["a_check"]);
    assert_eq!(endings(&after(&states)), second);
    // As long as others are on their way out, nobody takes theirs.
    let mut snapshot = after(&states[..3]);
    for ending in [&second[0], "b_check"] {
        snapshot.leaving_constraints.push(LeavingConstraint {
            migration: "1_change".to_owned(),
            table: "members".to_owned(),
            ending: ending.to_owned(),
        });
    }
    let mut models = BTreeMap::from([("members".to_owned(), states[3].clone())]);
    name_constraints(&snapshot, &mut models);
    let third = &models["members"].all_checks()[0].ending;
    assert!(
        !endings(&snapshot).contains(third) && *third != second[0],
        "{third}"
    );
}

#[test]
fn checks_come_and_go_in_contract_alone() {
    let (without, with) = (
        model("", "a: i32"),
        model("", "#[colmig(check = \"a > 0\")] a: i32"),
    );
    let come = compared(&after(std::slice::from_ref(&without)), &with);
    let go = compared(&after(&[without.clone(), with]), &without);
    for changes in [come.changes, go.changes] {
        let [change] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        assert_eq!(change.constrains(), ["members"]);
        for database in EVERY {
            let steps = change.steps(database).unwrap();
            assert!(!steps.is_empty());
            assert!(steps.iter().all(|step| step.phase == Phase::Contract));
        }
    }
}

#[test]
fn a_check_that_came_with_its_table_stays_in_sqlite() {
    let (with, without) = (
        model("", "#[colmig(check = \"a > 0\")] a: i32"),
        model("", "a: i32"),
    );
    let snapshot = after(&[with]);
    let words = refusal(&snapshot, &without, &EVERY);
    assert!(
        words.contains("SQLite drops no check of a table"),
        "{words}"
    );
    let diff = compared(&snapshot, &without);
    plan::plan("2_change", None, &diff.changes, &[Database::Postgres]).unwrap();
}

#[test]
fn a_check_of_what_is_on_its_way_has_to_wait() {
    let fields = "a: i32, #[colmig(renamed_from = \"b\")] c: i32";
    let snapshot = after(&[model("", "a: i32, b: i32")]);
    let words = refusal(&snapshot, &model("check = \"a < c\"", fields), &EVERY);
    assert!(
        words.contains("it reads `c`, which is on its way itself"),
        "{words}"
    );
    // One of a column that comes beside it does not: all of it is there before contract.
    let beside = model(
        "check = \"a < d\"",
        "a: i32, b: i32, #[colmig(default = \"9\")] d: i32",
    );
    assert_eq!(
        summaries(&compared(&snapshot, &beside)),
        [
            "add column `d` to `members` (required, with a default)",
            "add check `a < d` to `members`"
        ]
    );
    let words = refusal(
        &snapshot,
        &model("check = \"a < x\"", "a: i32, b: i32"),
        &EVERY,
    );
    assert!(
        words.contains("`check`") && words.contains("`x`"),
        "{words}"
    );
}

#[test]
fn checks_go_along_with_a_column_that_they_read() {
    let before = model("check = \"a < b\", check = \"a > 0\"", "a: i32, b: i64");
    let snapshot = after(&[before]);
    let diff = compared(&snapshot, &model("check = \"a > 0\"", "a: i32"));
    assert_eq!(
        summaries(&diff),
        ["drop column `b` of `members` (contract loses its values for good)"]
    );
}
