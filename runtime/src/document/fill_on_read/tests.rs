//! The queue of what is to be filled.

use mongodb::bson::{doc, serialize_to_raw_document_buf};

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

#[test]
fn a_document_is_read_without_what_tells_of_it() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        _id: i64,
        name: String,
    }
    let raw = |unfilled: bool| {
        serialize_to_raw_document_buf(&doc! { "_id": 7_i64, UNFILLED: unfilled, "name": "a" })
            .unwrap()
    };
    let (model, key): (Strict, _) = divide(&raw(true)).unwrap();
    assert_eq!(model.name, "a");
    let key = Document::from_reader(&mut key.unwrap().as_slice()).unwrap();
    assert_eq!(key, doc! { "_id": 7_i64 });
    let (_, key): (Strict, _) = divide(&raw(false)).unwrap();
    assert_eq!(key, None);
}
