//! Searches for documents that a rule to come would refuse.

use super::{keys, rewrite, validator};
use crate::collection::{DocumentIndex, Shape};
use crate::comparison::Ranged;
use crate::json::Json;
use crate::precheck::{Looks, Precheck, Ranges, Rule};
use crate::script::{Run, Step};

use rewrite::{KEY, compared};

/// Documents that a validator would refuse.
pub(super) fn schema(shape: &Shape, fields: &[String]) -> Step {
    let collection = shape.collection.as_str();
    let resist = Json::one("$nor", Json::List(vec![validator::schema(shape)]));
    let by_key = Json::one(KEY, Json::Number(1));
    let command = |stages: Vec<Json>| {
        super::command([
            ("aggregate", Json::text(collection)),
            ("pipeline", Json::List(stages)),
            ("cursor", Json::Object(Vec::new())),
            ("hint", by_key.clone()),
        ])
    };
    let within = || {
        let both = vec![compared("$gte", 1), compared("$lt", 2)];
        Json::one(
            "$match",
            Json::one("$expr", Json::one("$and", Json::List(both))),
        )
    };
    let last = || Json::one("$match", Json::one("$expr", compared("$gte", 1)));
    let counted = |what: &str| {
        let first = Json::one("$first", Json::Text(format!("${what}.n")));
        let number = Json::one("$ifNull", Json::List(vec![first, Json::Number(0)]));
        (what.to_owned(), number)
    };
    let count = |range: Json| {
        let number = || Json::one("$count", Json::text("n"));
        let both = Json::object([
            ("documents", Json::List(vec![number()])),
            (
                "resisting",
                Json::List(vec![Json::one("$match", resist.clone()), number()]),
            ),
        ]);
        let told = Json::Object(vec![counted("documents"), counted("resisting")]);
        command(vec![
            range,
            Json::one("$facet", both),
            Json::one("$project", told),
        ])
    };
    let find = |range: Json, limit: u8| {
        command(vec![
            range,
            Json::one("$match", resist.clone()),
            Json::one("$sort", by_key.clone()),
            Json::one("$limit", Json::Text(format!("${limit}"))),
            Json::one("$project", by_key.clone()),
        ])
    };
    let find_first = |range: Option<Json>, skip: Option<Json>| {
        let mut stages: Vec<Json> = range.into_iter().collect();
        stages.push(Json::one("$sort", by_key.clone()));
        stages.extend(skip.map(|skip| Json::one("$skip", skip)));
        stages.push(Json::one("$limit", Json::Number(1)));
        stages.push(Json::one("$project", by_key.clone()));
        command(stages)
    };
    let name = format!("{collection}_schema");
    Step {
        id: format!("check_{name}"),
        lock: "that of a reader, for one range at a time".to_owned(),
        safe: "it reads, in ranges of _id, before anything is refused; a document that would be refused holds the migration here, counted and \
               named, while everything keeps working"
            .to_owned(),
        run: Run::CheckRows(Box::new(Precheck {
            table: collection.to_owned(),
            key: vec![KEY.to_owned()],
            constraint: name,
            rule: Rule::Check,
            columns: fields.to_vec(),
            says: Some(validator::in_words(shape)),
            looks: Looks::Ranges(Ranges {
                first: find_first(None, None),
                boundary: find_first(Some(last()), Some(Json::text("$2"))),
                count: Ranged {
                    within: count(within()),
                    last: count(last()),
                },
                resisting: Ranged {
                    within: find(within(), 3),
                    last: find(last(), 2),
                },
            }),
        })),
        revert: Vec::new(),
    }
}

/// Documents that share the values of an index.
pub(super) fn unique(collection: &str, index: &DocumentIndex) -> Step {
    let group = index.over.iter().enumerate();
    // Missing is null to an index.
    let group = group.map(|(at, (field, _))| {
        let value = Json::List(vec![
            Json::Text(format!("${field}")),
            Json::Raw("null".to_owned()),
        ]);
        (at.to_string(), Json::one("$ifNull", value))
    });
    let group = Json::Object(group.collect());
    let only = index.only.iter();
    let only: Vec<Json> = only
        .map(|only| Json::one("$match", Json::Raw(only.clone())))
        .collect();
    let command = |mut stages: Vec<Json>| {
        stages.splice(0..0, only.iter().cloned());
        super::command([
            ("aggregate", Json::text(collection)),
            ("pipeline", Json::List(stages)),
            ("cursor", Json::Object(Vec::new())),
            ("allowDiskUse", Json::Bool(true)),
            ("hint", keys(index)),
        ])
    };
    let grouped = |with: (&str, Json)| {
        let number = Json::one("$sum", Json::Number(1));
        let stage = Json::object([("_id", group.clone()), ("number", number), with]);
        Json::one("$group", stage)
    };
    let several = Json::one(
        "$match",
        Json::one("number", Json::one("$gt", Json::Number(1))),
    );
    let sum = Json::object([
        ("_id", Json::Raw("null".to_owned())),
        ("rows", Json::one("$sum", Json::text("$number"))),
    ]);
    let count = command(vec![
        grouped(("one", Json::one("$first", Json::text("$_id")))),
        several.clone(),
        Json::one("$group", sum),
        Json::one(
            "$project",
            Json::object([("_id", Json::Number(0)), ("rows", Json::Number(1))]),
        ),
    ]);
    let sorted = Json::one("$sort", Json::one("_id", Json::Number(1)));
    let numbered = Json::object([
        ("sortBy", Json::one("_id", Json::Number(1))),
        (
            "output",
            Json::one(
                "group",
                Json::one("$documentNumber", Json::Object(Vec::new())),
            ),
        ),
    ]);
    let resisting = command(vec![
        grouped(("keys", Json::one("$push", Json::text("$_id")))),
        several,
        sorted,
        Json::one("$limit", Json::text("$1")),
        Json::one("$setWindowFields", numbered),
        Json::one("$unwind", Json::text("$keys")),
        Json::one("$limit", Json::text("$1")),
        Json::one(
            "$project",
            Json::object([
                ("_id", Json::text("$keys")),
                ("group", Json::text("$group")),
            ]),
        ),
    ]);
    let name = &index.name;
    Step {
        id: format!("check_rows_{name}"),
        lock: "that of a reader, for one scan of the index".to_owned(),
        safe: "one read of the index that is to become unique; documents that share their values hold the migration here, counted and named, \
               while everything keeps working"
            .to_owned(),
        run: Run::CheckRows(Box::new(Precheck {
            table: collection.to_owned(),
            key: vec![KEY.to_owned()],
            constraint: name.clone(),
            rule: Rule::Unique,
            columns: index.over.iter().map(|(field, _)| field.clone()).collect(),
            says: None,
            looks: Looks::Whole { count, resisting },
        })),
        revert: Vec::new(),
    }
}
