//! What comes out of two states of the structs.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod keys;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::snapshot::{Entry, LeavingConstraint};
use crate::{Database, Phase, parse, plan};

const EVERY: [Database; 3] = [Database::Postgres, Database::MariaDb, Database::Sqlite];

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
fn after_all(states: &[Model]) -> Snapshot {
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
    let snapshot = after_all(std::slice::from_ref(&first));
    assert_eq!(endings(&snapshot), ["check1", "check2", "check3"]);
    assert!(compared(&snapshot, &first).is_empty());

    // The first goes, and the others move up.
    let fewer = of(&["b > 0", "a < b"]);
    assert_eq!(
        summaries(&compared(&snapshot, &fewer)),
        ["drop check `a > 0` of `members`"]
    );
    let snapshot = after_all(&[first.clone(), fewer.clone()]);
    assert_eq!(endings(&snapshot), ["check2", "check3"]);
    assert!(compared(&snapshot, &fewer).is_empty());

    // What comes then takes no number: `members_check1` may be there still.
    let more = of(&["a <> 7", "a < b", "b > 0"]);
    assert_eq!(
        summaries(&compared(&snapshot, &more)),
        ["add check `a <> 7` to `members`"]
    );
    let snapshot = after_all(&[first, fewer, more.clone()]);
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
    let snapshot = after_all(std::slice::from_ref(&one));
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
    let named = &after_all(&states).models["members"].model;
    assert!(!named.column("a").unwrap().check_naming.is_default());
    let column = |model: &Model| model.column("a").unwrap().fingerprint();
    assert_eq!(column(named), column(&states[1]));
    let states = ["a > 0", "a > 1"].map(|check| model(&format!("check = {check:?}"), "a: i32"));
    let named = &after_all(&states).models["members"].model;
    assert!(!named.checks[0].naming.is_default());
    assert_eq!(named.shape_fingerprint(), states[1].shape_fingerprint());
}

#[test]
fn one_that_changes_comes_under_a_name_that_nothing_has() {
    let of = |check: &str| model("", &format!("#[colmig(check = {check:?})] a: i32"));
    let states = [of("a > 0"), of("a > 1"), of("a > 0"), of("a > 1")];
    assert_eq!(
        summaries(&compared(&after_all(&states[..1]), &states[1])),
        [
            "add check `a > 1` to `members`",
            "drop check `a > 0` of `members`"
        ]
    );
    let second = endings(&after_all(&states[..2]));
    assert!(
        second[0].starts_with("a_") && second[0] != "a_check",
        "{second:?}"
    );
    // The name of the first is free again once it is gone.
    assert_eq!(endings(&after_all(&states[..3])), ["a_check"]);
    assert_eq!(endings(&after_all(&states)), second);
    // As long as others are on their way out, nobody takes theirs.
    let mut snapshot = after_all(&states[..3]);
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
    let come = compared(&after_all(std::slice::from_ref(&without)), &with);
    let go = compared(&after_all(&[without.clone(), with]), &without);
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
    let snapshot = after_all(&[with]);
    let words = refusal(&snapshot, &without, &EVERY);
    assert!(
        words.contains("SQLite drops no check of a table"),
        "{words}"
    );
    let diff = compared(&snapshot, &without);
    let others = [Database::Postgres, Database::MariaDb];
    plan::plan("2_change", None, &diff.changes, &others).unwrap();
}

#[test]
fn a_check_of_what_is_on_its_way_has_to_wait() {
    let fields = "a: i32, #[colmig(renamed_from = \"b\")] c: i32";
    let snapshot = after_all(&[model("", "a: i32, b: i32")]);
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
    let snapshot = after_all(&[before]);
    let diff = compared(&snapshot, &model("check = \"a > 0\"", "a: i32"));
    assert_eq!(
        summaries(&diff),
        ["drop column `b` of `members` (contract loses its values for good)"]
    );
}

fn articles(author: &str) -> Model {
    let text = format!(
        "#[colmig(table = \"articles\")] struct Article {{ #[colmig(primary_key)] id: i64, {author} }}"
    );
    parse::model(&syn::parse_str(&text).unwrap()).unwrap().model
}

/// The changes of articles, beside members with these fields.
fn of_articles(members: &str, before: &str, after: &str) -> Diff {
    let members = model("", members);
    let mut snapshot = after_all(&[articles(before)]);
    let entry = Entry {
        package: String::new(),
        model: members.clone(),
    };
    snapshot.models.insert("members".to_owned(), entry);
    let mut models = BTreeMap::from([("articles".to_owned(), articles(after))]);
    models.insert("members".to_owned(), members);
    diff(&snapshot, &models, &told())
}

fn refers(to: &str) -> String {
    format!("#[colmig(references = {to:?})] author: i64")
}

#[test]
fn foreign_keys_come_go_and_lead_elsewhere_in_contract_alone() {
    let (none, id, number) = (
        "author: i64",
        &*refers("members(id)"),
        &*refers("members(number)"),
    );
    let add = |to: &str| format!("add foreign key from `author` of `articles` to `{to}`");
    let drop = |to: &str| format!("drop foreign key from `author` of `articles` to `{to}`");
    let members = "#[colmig(unique)] number: i32";
    for (before, after, expected) in [
        (none, id, vec![add("members(id)")]),
        (id, none, vec![drop("members(id)")]),
        (
            id,
            number,
            vec![add("members(number)"), drop("members(id)")],
        ),
        (id, id, Vec::new()),
    ] {
        let found = of_articles(members, before, after);
        assert_eq!(summaries(&found), expected);
        let mut names = BTreeSet::new();
        for change in &found.changes {
            let adds = change.kind() == "add_reference";
            let both: &[&str] = &["articles", "members"];
            assert_eq!(change.constrains(), if adds { both } else { &both[..1] });
            let steps = change.steps(Database::Postgres).unwrap();
            assert!(steps.iter().all(|step| step.phase == Phase::Contract));
            names.insert(change.slug().trim_start_matches("drop_").to_owned());
            let refused = change.steps(Database::Sqlite).unwrap_err();
            assert!(refused.why.contains("SQLite"), "{refused}");
        }
        assert_eq!(names.len(), found.changes.len(), "{names:?}");
    }
}

#[test]
fn what_a_foreign_key_cannot_lead_to_is_refused_by_name() {
    let members = "number: i32, #[colmig(unique)] login: String";
    for (to, why) in [
        ("members(number)", "`number` of `members` is not unique"),
        (
            "members(log)",
            "did you mean `references = \"members(login)\"`?",
        ),
        ("members(login)", "of the type Text"),
    ] {
        let found = of_articles(members, "author: i64", &refers(to));
        let refused = plan::plan("2_change", None, &found.changes, &[Database::Postgres]);
        let refused = refused.unwrap_err()[0].to_string();
        assert!(refused.contains(why), "{refused}");
    }
    // What no model stands for, the database knows.
    let found = of_articles(members, "author: i64", &refers("elsewhere(id)"));
    assert_eq!(found.changes[0].constrains(), ["articles"]);
    plan::plan("2_change", None, &found.changes, &[Database::Postgres]).unwrap();
}

#[test]
fn a_new_column_comes_first_and_its_foreign_key_in_contract() {
    let members = "number: i32";
    let new = "author: i64, #[colmig(references = \"members(id)\")] editor: Option<i64>";
    assert_eq!(
        summaries(&of_articles(members, "author: i64", new)),
        [
            "add column `editor` to `articles` (nullable)",
            "add foreign key from `editor` of `articles` to `members(id)`"
        ]
    );
    // It goes with its column.
    let old = "author: i64, #[colmig(references = \"members(id)\")] editor: Option<String>";
    assert_eq!(
        summaries(&of_articles(members, old, "author: i64")),
        ["drop column `editor` of `articles` (contract loses its values for good)"]
    );
}

#[test]
fn constraints_follow_a_table_that_gets_another_name() {
    let fields = "a: i32, #[colmig(references = \"members(id)\")] of: i64";
    let states = [
        model("check = \"a > 0\", check = \"a < 9\"", fields),
        model("check = \"a < 9\"", fields),
    ];
    let snapshot = after_all(&states);
    let renamed = Model {
        table: "people".to_owned(),
        renamed_from: Some("members".to_owned()),
        ..model(
            "check = \"a < 9\"",
            "a: i32, #[colmig(references = \"people(id)\")] of: i64",
        )
    };
    let diff = compared(&snapshot, &renamed);
    assert_eq!(summaries(&diff), ["rename table `members` to `people`"]);
    let plan = plan::plan("2_change", None, &diff.changes, &[Database::Postgres]).unwrap();
    let contract = &plan.files["postgres/6_contract.sql"];
    // It was the second of two, and still is called so.
    for (from, to) in [
        ("members_check2", "people_check2"),
        ("members_of_fkey", "people_of_fkey"),
    ] {
        let renames = format!("RENAME CONSTRAINT \"{from}\" TO \"{to}\"");
        assert!(contract.contains(&renames), "{contract}");
    }
}

#[test]
fn every_search_comes_before_anything_that_contract_does() {
    let snapshot = after_all(&[model("", "a: i32, b: i64, c: Option<i64>")]);
    let after = model(
        "check = \"a > 0\"",
        "#[colmig(check = \"a < 9\")] a: i32, b: i64",
    );
    let diff = compared(&snapshot, &after);
    assert_eq!(diff.changes.len(), 3, "{:?}", summaries(&diff));
    let plan = plan::plan("2_change", None, &diff.changes, &EVERY).unwrap();
    for database in EVERY {
        let script = plan.files[&plan::script_path(database, Phase::Contract)].clone();
        let script: crate::script::Script = script.parse().unwrap();
        let is_search = |step: &crate::script::Step| {
            step.id.starts_with("check_rows_") || step.id.starts_with("check_dependents_")
        };
        let others = script.steps.iter().skip_while(|step| is_search(step));
        let others: Vec<&str> = others.map(|step| step.id.as_str()).collect();
        assert_eq!(script.steps.len() - others.len(), 3, "{others:?}");
        assert!(others.len() >= 5, "{others:?}");
        assert!(
            !others.iter().any(|id| id.starts_with("check_")),
            "{others:?}"
        );
    }
}
