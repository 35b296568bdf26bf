//! The queue of what is to be filled.

use super::*;
use crate::private::Described;

static DESCRIPTORS: [Descriptor; 2] = [
    Descriptor {
        described: Described::read("model A\ntable a\nfields id\nkey id\nrecord\n"),
        flights: None,
        columns: &[],
        custom: &[],
        rules: &[],
        version: None,
        document_rules: &[],
    },
    Descriptor {
        described: Described::read("model B\ntable b\nfields id\nkey id\nrecord\n"),
        flights: None,
        columns: &[],
        custom: &[],
        rules: &[],
        version: None,
        document_rules: &[],
    },
];

fn keys(range: std::ops::Range<usize>) -> Vec<Key> {
    range.map(|key| key.to_be_bytes().to_vec()).collect()
}

#[test]
fn a_document_waits_once_and_no_more_than_there_is_room_for() {
    let fills = Fills::default();
    let of = &DESCRIPTORS[0];
    assert_eq!(fills.queue(of, keys(0..10)), 0);
    assert_eq!(fills.queue(of, keys(0..10)), 0, "they wait already");
    assert_eq!(fills.queue(of, keys(0..WAITING + 5)), 5);
    assert_eq!(fills.queue(of, vec![vec![0; LONGEST_KEY + 1]]), 1);
    let (_, batch) = fills.next(100).unwrap();
    assert_eq!(batch, keys(0..100), "in their order");
    assert_eq!(fills.queue(of, batch.clone()), 0);
    assert_eq!(
        fills.models()[0].queue.len(),
        WAITING - 100,
        "they had their turn"
    );
    fills.forget(of, &batch);
    fills.queue(of, batch);
    assert_eq!(fills.models()[0].queue.len(), WAITING);
    fills.clear(of);
    assert!(fills.next(100).is_none());
}

#[test]
fn what_is_remembered_is_bounded() {
    let fills = Fills::default();
    let of = &DESCRIPTORS[0];
    for first in (0..20 * WAITING).step_by(WAITING) {
        fills.queue(of, keys(first..first + WAITING));
        assert!(fills.models()[0].known.len() <= KNOWN);
        while fills.next(WAITING).is_some() {}
    }
}

#[test]
fn models_take_turns() {
    let fills = Fills::default();
    for of in &DESCRIPTORS {
        fills.queue(of, keys(0..4));
    }
    let mut tables = Vec::new();
    while let Some((of, batch)) = fills.next(2) {
        assert_eq!(batch.len(), 2);
        tables.push(of.table);
    }
    assert_eq!(tables, ["a", "b", "a", "b"]);
}
