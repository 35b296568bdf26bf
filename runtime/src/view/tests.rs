//! What is learned of the phases, and who is counted.

use super::*;

fn at(stage: Stage) -> Stand {
    Stand {
        stage,
        ..Stand::default()
    }
}

const LONG: Option<u64> = Some(u64::MAX);

fn published(phase: &str, generation: i64) -> Option<Vec<Published>> {
    Some(vec![Published {
        id: "m".to_owned(),
        state: "done".to_owned(),
        phase: Some(phase.to_owned()),
        generation,
        changes: "[]".to_owned(),
        reads: "legacy".to_owned(),
        show_values: false,
        documents: false,
    }])
}

#[test]
fn a_view_has_a_number_of_its_own_until_the_stages_change() {
    let views = Views::default();
    assert_eq!(views.fresh(), None);
    let now = clock::now();
    views.learn(now, published("expand", 1), LONG);
    let first = views.fresh().unwrap();
    views.learn(now + 1, published("expand", 2), LONG);
    assert_eq!(views.fresh(), Some(first));
    assert_eq!(views.epoch(), Some(2), "acknowledged all the same");
    views.learn(now + 2, published("dual-write", 3), LONG);
    assert_ne!(views.fresh(), Some(first));
    assert_eq!(views.stages().0, views.fresh());
    let elsewhere = Views::default();
    elsewhere.learn(now, published("expand", 1), LONG);
    assert!(elsewhere.fresh() != Some(first) && elsewhere.fresh() != views.fresh());
}

#[test]
fn an_answer_that_was_overtaken_changes_nothing() {
    let views = Views::default();
    let now = clock::now();
    views.learn(now, published("dual-write", 2), LONG);
    let newer = views.fresh();
    views.learn(now, published("expand", 1), LONG);
    assert_eq!(views.fresh(), newer);
    assert_eq!(views.stages().1.get("m"), Some(&at(Stage::Written)));
}

#[test]
fn nothing_is_relied_on_without_a_lease_or_after_it() {
    let views = Views::default();
    let now = clock::now();
    views.learn(now, published("expand", 1), None);
    assert_eq!(views.fresh(), None);
    views.learn(now, None, Some(now));
    assert_eq!(views.fresh(), None);
    views.learn(now, None, LONG);
    assert!(views.fresh().is_some());
    views.give_up();
    assert_eq!(views.fresh(), None);
}

#[test]
fn an_access_under_way_delays_the_acknowledgement_of_a_newer_view() {
    let views = Views::default();
    let now = clock::now();
    views.learn(now, published("expand", 1), LONG);
    let older = views.enter().unwrap();
    assert_eq!(views.may_acknowledge(), Some(1));
    views.learn(now, published("dual-write", 2), LONG);
    assert_eq!(views.may_acknowledge(), None);
    let newer = views.enter().unwrap();
    assert_ne!(newer.view, older.view);
    views.leave(older.view);
    assert_eq!(views.may_acknowledge(), Some(2), "newer ones do not count");
    assert!(views.has_held(newer.term));
}

#[test]
fn what_was_begun_before_a_gap_has_not_held() {
    let views = Views::default();
    let now = clock::now();
    views.learn(now, published("expand", 1), LONG);
    let entered = views.enter().unwrap();
    views.give_up();
    assert!(!views.has_held(entered.term));
    views.learn(now, None, LONG);
    assert!(!views.has_held(entered.term));
    assert!(views.has_held(views.enter().unwrap().term));
}

#[test]
fn with_accesses_of_many_views_under_way_nothing_is_relied_on() {
    let views = Views::default();
    let now = clock::now();
    let mut entered = Vec::new();
    for generation in 1..=PLACES as i64 {
        let phase = ["expand", "dual-write"][generation as usize % 2];
        views.learn(now, published(phase, generation), LONG);
        entered.push(views.enter().unwrap());
    }
    assert!(!views.learn(now, published("dual-write", 99), LONG));
    assert!(views.enter().is_none());
    views.leave(entered[0].view);
    assert!(views.learn(now, published("dual-write", 99), LONG));
    assert!(views.enter().is_some());
}

#[test]
fn what_is_published_reads_back() {
    let read_of = |documents: bool, state: &str, phase: Option<&str>| {
        stand(&Published {
            id: "m".to_owned(),
            state: state.to_owned(),
            phase: phase.map(str::to_owned),
            generation: 1,
            changes: String::new(),
            reads: "target".to_owned(),
            show_values: false,
            documents,
        })
    };
    let read = |state: &str, phase: Option<&str>| read_of(false, state, phase);
    assert_eq!(read("running", Some("constrain")), at(Stage::Filled));
    // What an old build erased behind the backfill is found while this phase runs.
    let of_documents = read_of(true, "running", Some("constrain"));
    assert_eq!(of_documents, at(Stage::Written));
    let done = read_of(true, "done", Some("constrain"));
    assert_eq!(done, at(Stage::Filled));
    assert_eq!(read("pending", None), at(Stage::Absent));
    assert_eq!(read("done", Some("expand")), at(Stage::Readable));
    assert_eq!(read("running", Some("backfill")), at(Stage::Written));
    let switched = Stand {
        reads: Reads::Target,
        ..at(Stage::Filled)
    };
    assert_eq!(read("done", Some("switch-reads")), switched);
    assert_eq!(read("finished", None), at(Stage::Alone));
    assert_eq!(
        read("of a later version", Some("expand")),
        at(Stage::Absent)
    );
}
