//! What is sent in each stage, as text.

use super::*;

fn template(text: &str, columns: &[&str]) -> Template {
    let mut template = Template::new();
    let mut columns = columns.iter();
    let mut pieces = text.split('@');
    template.push_text(pieces.next().unwrap());
    for piece in pieces {
        template.push_column(columns.next().unwrap());
        template.push_text(piece);
    }
    template
}

fn flight<'a>(stage: Stage, fallback: &'a Template) -> InFlight<'a> {
    InFlight {
        stage,
        fallback,
        null_is_old: true,
        legacy: Vec::new(),
        reads: Side::Legacy,
        ending: false,
        in_rust: false,
        alike: false,
        refuses_null: false,
    }
}

fn collection<'a>(
    fields: impl IntoIterator<Item = (&'a str, Option<InFlight<'a>>)>,
) -> Collection<'a> {
    let fields = fields.into_iter();
    Collection {
        fields: fields
            .map(|(name, flight)| Field { name, flight })
            .collect(),
        leaving: Vec::new(),
    }
}

fn when(key: &str, value: u8) -> Condition<u8> {
    Condition {
        key: key.to_owned(),
        names: Names::These(Vec::new()),
        value,
    }
}

#[test]
fn what_is_not_filled_is_told_and_filled_as_a_batch_would() {
    let (upper, lower) = (
        template(r#"{"$toUpper": "$@"}"#, &["name"]),
        template(r#"{"$toLower": "$@"}"#, &["display"]),
    );
    let replaced = InFlight {
        legacy: vec![("name", &lower)],
        ..flight(Stage::Written, &upper)
    };
    let nick = InFlight {
        null_is_old: false,
        ..flight(Stage::Written, &upper)
    };
    let in_rust = InFlight {
        in_rust: true,
        ..replaced.clone()
    };
    let all = collection([
        ("_id", None),
        ("shown", Some(flight(Stage::Written, &upper))),
        ("nick", Some(nick)),
        ("display", Some(replaced)),
        ("there", Some(flight(Stage::Filled, &upper))),
        ("made", Some(in_rust)),
    ]);
    let fill = |fields: &[usize]| all.fill(fields);
    assert_eq!(
        fill(&[1]).unwrap().unfilled,
        r#"{"$lte": ["$shown", null]}"#
    );
    assert_eq!(
        fill(&[1]).unwrap().set,
        r#"{"$set": {"shown": {"$ifNull": ["$shown", {"$toUpper": "$name"}]}}}"#
    );
    let several = fill(&[2, 3]).unwrap();
    assert_eq!(
        several.unfilled,
        r#"{"$or": [{"$eq": [{"$type": "$nick"}, "missing"]}, {"$ne": ["$display", {"$toUpper": "$name"}]}]}"#
    );
    assert!(several.set.contains(r#""display": {"$toUpper": "$name"}"#));
    // What is read is what is read without: all fields, and whether one of these is to be filled.
    assert!(several.read.contains(r#""shown": {"$ifNull""#));
    assert!(
        several
            .read
            .ends_with(&format!(r#""{UNFILLED}": {}}}}}"#, several.unfilled))
    );
    // Fields that are filled, and those that a function fills.
    assert_eq!(fill(&[0, 4, 5]), None);
}

#[test]
fn a_new_field_is_read_by_the_rule_until_every_document_is_filled() {
    let upper = template(r#"{"$toUpper": "$@"}"#, &["first"]);
    for stage in Stage::ALL {
        let of = |null_is_old| {
            let flight = InFlight {
                null_is_old,
                ..flight(stage, &upper)
            };
            collection([("_id", None), ("name", Some(flight))]).read()
        };
        if stage >= Stage::Filled {
            assert_eq!((of(true), of(false)), (None, None), "{stage:?}");
            continue;
        }
        assert_eq!(
            of(true).unwrap(),
            r#"{"$set": {"name": {"$ifNull": ["$name", {"$toUpper": "$first"}]}}}"#,
        );
        assert_eq!(
            of(false).unwrap(),
            r#"{"$set": {"name": {"$cond": [{"$eq": [{"$type": "$name"}, "missing"]}, {"$toUpper": "$first"}, "$name"]}}}"#,
        );
    }
}

#[test]
fn a_new_field_is_written_from_the_start_and_needs_nothing_around_its_value() {
    let upper = template(r#"{"$toUpper": "$@"}"#, &["first"]);
    for stage in Stage::ALL {
        let collection = collection([("_id", None), ("name", Some(flight(stage, &upper)))]);
        assert_eq!(collection.insert(), Around::default());
        assert_eq!(collection.update(&[1]), Around::default());
    }
}

/// `display` takes the place of `name`, in capitals.
fn replaced<'a>(stage: Stage, reads: Side, up: &'a Template, down: &'a Template) -> Collection<'a> {
    let flight = InFlight {
        legacy: vec![("name", down)],
        reads,
        ..flight(stage, up)
    };
    collection([("_id", None), ("display", Some(flight))])
}

#[test]
fn a_field_that_replaces_another_is_read_from_the_side_that_is_said() {
    let up = template(r#"{"$toUpper": "$@"}"#, &["name"]);
    let down = template(r#"{"$toLower": "$@"}"#, &["display"]);
    for stage in Stage::ALL {
        for reads in [Side::Legacy, Side::Target] {
            let read = replaced(stage, reads, &up, &down).read();
            let target = stage == Stage::Alone || (stage == Stage::Filled && reads == Side::Target);
            let rule = r#"{"$set": {"display": {"$toUpper": "$name"}}}"#;
            assert_eq!(
                read.as_deref(),
                (!target).then_some(rule),
                "{stage:?} {reads:?}"
            );
        }
    }
}

#[test]
fn both_sides_are_written_until_the_target_stands_alone() {
    let up = template(r#"{"$toUpper": "$@"}"#, &["name"]);
    let down = template(r#"{"$toLower": "$@"}"#, &["display"]);
    for stage in Stage::ALL {
        let collection = replaced(stage, Side::Legacy, &up, &down);
        let (insert, update) = (collection.insert(), collection.update(&[1]));
        assert_eq!(insert, update, "{stage:?}");
        if stage == Stage::Alone {
            assert_eq!(insert, Around::default());
            continue;
        }
        assert_eq!(insert.before, [""; 0]);
        let [legacy, guard] = insert.behind.as_slice() else {
            panic!("{stage:?}: {insert:?}");
        };
        assert_eq!(legacy, r#"{"$set": {"name": {"$toLower": "$display"}}}"#);
        assert_eq!(
            guard,
            r#"{"$set": {"display": {"$cond": [{"$eq": [{"$ifNull": [{"$toUpper": "$name"}, null]}, {"$ifNull": ["$display", null]}]}, "$display", {"$toInt": {"$concat": ["colmig refuses 1 ", {"$type": "$display"}]}}]}}}"#
        );
        // Of a field that takes no other's place nothing is made.
        assert_eq!(collection.update(&[]), Around::default());
    }
}

#[test]
fn a_rename_refuses_no_value() {
    let up = template(r#""$@""#, &["name"]);
    let down = template(r#""$@""#, &["display"]);
    let insert = replaced(Stage::Written, Side::Legacy, &up, &down).insert();
    assert_eq!(insert.behind, [r#"{"$set": {"name": "$display"}}"#]);
}

#[test]
fn legacy_is_made_of_what_a_read_gives_of_the_fields_that_are_not_set() {
    let (first, last) = (
        template(r#"{"$first": {"$split": ["$@", " "]}}"#, &["name"]),
        template(r#"{"$last": {"$split": ["$@", " "]}}"#, &["name"]),
    );
    let down = template(r#"{"$concat": ["$@", " ", "$@"]}"#, &["first", "last"]);
    for (stage, reads) in [
        (Stage::Written, Side::Legacy),
        (Stage::Filled, Side::Target),
    ] {
        let of = |up| InFlight {
            legacy: vec![("name", &down)],
            reads,
            ..flight(stage, up)
        };
        let collection = collection([
            ("_id", None),
            ("first", Some(of(&first))),
            ("last", Some(of(&last))),
        ]);
        let update = collection.update(&[1]);
        let before = r#"{"$set": {"last": {"$last": {"$split": ["$name", " "]}}}}"#;
        match reads {
            Side::Legacy => assert_eq!(update.before, [before]),
            Side::Target => assert_eq!(update.before, [""; 0]),
        }
        assert_eq!(
            update.behind[0],
            r#"{"$set": {"name": {"$concat": ["$first", " ", "$last"]}}}"#
        );
        // Both are looked at: what was not set may read back as another, too.
        assert!(update.behind[1].contains(r#""first": {"$cond""#));
        assert!(update.behind[1].contains(r#""last": {"$cond""#));
        assert_eq!(collection.insert().before, [""; 0]);
    }
}

#[test]
fn a_field_that_goes_is_given_a_value_while_others_may_read_it() {
    let filling = template("0", &[]);
    for stage in Stage::ALL {
        let mut collection = collection([("_id", None)]);
        collection.leaving.push(Leaving {
            column: "old",
            filling: &filling,
            stage,
            ending: false,
        });
        let filled =
            r#"{"$set": {"old": {"$cond": [{"$eq": [{"$type": "$old"}, "missing"]}, 0, "$old"]}}}"#;
        let behind = collection.insert().behind;
        let expected: &[&str] = if stage == Stage::Alone {
            &[]
        } else {
            &[filled]
        };
        assert_eq!(behind, expected, "{stage:?}");
        assert_eq!(collection.update(&[]), Around::default());
    }
}

#[test]
fn a_field_that_will_be_nullable_refuses_null_until_then() {
    let nothing = Template::new();
    let altered = InFlight {
        refuses_null: true,
        null_is_old: false,
        ..flight(Stage::Written, &nothing)
    };
    let collection = collection([("_id", None), ("name", Some(altered))]);
    assert_eq!(collection.read(), None);
    assert_eq!(collection.update(&[1]).refuse_null, [1]);
    assert_eq!(collection.update(&[0]).refuse_null, [0; 0]);
}

#[test]
fn a_search_by_what_is_stored_stays_as_it_is() {
    let rule = template("1", &[]);
    for stage in [Stage::Filled, Stage::Alone] {
        let collection = collection([("_id", None), ("age", Some(flight(stage, &rule)))]);
        let searched = collection.search(vec![when("age", 1)], &["age".to_owned()]);
        let searched = searched.unwrap();
        assert_eq!(searched.before, [Until::As(when("age", 1))]);
        assert_eq!((searched.behind.len(), searched.computes), (0, false));
    }
}

#[test]
fn a_search_by_a_new_field_finds_documents_that_are_not_filled() {
    let rule = template("1", &[]);
    for stage in [Stage::Absent, Stage::Readable, Stage::Written] {
        for null_is_old in [true, false] {
            let new = InFlight {
                null_is_old,
                ..flight(stage, &rule)
            };
            let collection = collection([("_id", None), ("at", Some(new))]);
            let searched = collection.search(vec![when("_id", 1), when("at.x", 2)], &[]);
            let searched = searched.unwrap();
            assert!(searched.computes);
            assert_eq!(searched.behind, [when("at.x", 2)]);
            let unfilled = Until::OrUnfilled {
                condition: when("at.x", 2),
                field: "at".to_owned(),
                null: null_is_old,
            };
            assert_eq!(searched.before, [Until::As(when("_id", 1)), unfilled]);
        }
    }
}

#[test]
fn a_search_by_what_is_read_from_legacy_computes_first() {
    let up = template(r#"{"$toUpper": "$@"}"#, &["name"]);
    let down = template(r#"{"$toLower": "$@"}"#, &["display"]);
    let collection = replaced(Stage::Written, Side::Legacy, &up, &down);
    let searched = collection.search(vec![when("display", 1)], &[]).unwrap();
    assert_eq!((searched.before.len(), searched.computes), (0, true));
    assert_eq!(searched.behind, [when("display", 1)]);
    let sorted = collection.search::<u8>(Vec::new(), &["display.x".to_owned()]);
    assert!(sorted.unwrap().computes);
    let taken = BadSearch::Taken {
        field: "name".to_owned(),
        by: "display".to_owned(),
    };
    assert_eq!(collection.search(vec![when("name.x", 1)], &[]), Err(taken));
}

#[test]
fn a_search_by_a_field_that_is_only_renamed_goes_by_its_old_name() {
    let up = template(r#""$@""#, &["name"]);
    let down = template(r#""$@""#, &["display"]);
    let mut collection = replaced(Stage::Written, Side::Legacy, &up, &down);
    for field in &mut collection.fields {
        if let Some(flight) = &mut field.flight {
            flight.alike = true;
        }
    }
    let searched = collection.search(vec![when("display.x", 1)], &[]).unwrap();
    assert_eq!(searched.before, [Until::As(when("name.x", 1))]);
    assert_eq!((searched.behind.len(), searched.computes), (0, false));
}

#[test]
fn an_operator_is_looked_at_by_the_fields_that_it_names() {
    let rule = template("1", &[]);
    let collection = collection([("a", None), ("b", Some(flight(Stage::Written, &rule)))]);
    let or = |names: &[&str]| Condition {
        key: "$or".to_owned(),
        names: Names::These(names.iter().map(|&name| name.to_owned()).collect()),
        value: 1,
    };
    let of = |condition: Condition<u8>| collection.search(vec![condition], &[]).unwrap();
    assert!(!of(or(&["a"])).computes);
    let both = of(or(&["a", "b.x"]));
    assert_eq!((both.before.len(), both.behind.len()), (0, 1));
    let any = Condition {
        names: Names::Any,
        ..or(&[])
    };
    assert_eq!(of(any).behind.len(), 1);
}

#[test]
fn both_sides_are_given_beside_each_other() {
    let up = template(r#"{"$toUpper": "$@"}"#, &["name"]);
    let down = template(r#"{"$toLower": "$@"}"#, &["display"]);
    let collection = replaced(Stage::Filled, Side::Legacy, &up, &down);
    assert_eq!(
        collection.compare(1).unwrap(),
        r#"{"$project": {"same": {"$eq": [{"$ifNull": [{"$toUpper": "$name"}, null]}, {"$ifNull": ["$display", null]}]}, "legacy": {"$toUpper": "$name"}, "target": "$display"}}"#
    );
    assert_eq!(collection.compare(0), None);
}
