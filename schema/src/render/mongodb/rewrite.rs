//! Documents that are written in batches by ranges of `_id`, which may be of several types.

use super::{command, expression, majority, path};
use crate::collection::{Raised, Rewrite, Rewritten};
use crate::json::Json;
use crate::script::{Backfill, Run, Step};

/// The key of every collection.
pub(super) const KEY: &str = "_id";

pub(super) fn step(rewrite: &Rewrite) -> Step {
    let safe = match &rewrite.how {
        Rewritten::Fill {
            null_is_old: true, ..
        } => {
            "only documents in which the field is missing or null are written, each in one step of the server's"
        }
        Rewritten::Fill {
            null_is_old: false, ..
        } => {
            "only documents in which the field is missing are written, each in one step of the server's; null is a value"
        }
        Rewritten::Converge { .. } => {
            "only documents that hold something else than the rule gives are written, each in one step of the server's; both sides are read alike"
        }
        Rewritten::Raise(_) => {
            "only documents of a lower version are written, when all that the new one says has been filled in them"
        }
        Rewritten::Unset { .. } => {
            "nobody is left who reads the fields, and only documents that have them are written"
        }
    };
    Step {
        id: rewrite.step.clone(),
        lock: "that of a document at a time".to_owned(),
        safe: format!(
            "batches by ranges of _id, of whichever types, each with a pause behind it; {safe}. A batch that comes late writes nothing"
        ),
        run: Run::Backfill(backfill(rewrite)),
        revert: Vec::new(),
    }
}

fn backfill(rewrite: &Rewrite) -> Backfill {
    let (collection, left) = (rewrite.collection.as_str(), left(&rewrite.how));
    let by_key = Json::one(KEY, Json::Number(1));
    let from = || compared("$gte", 1);
    let to = || compared("$lt", 2);
    let find = |filter: Json, more: &[(&str, Json)]| {
        let mut pairs = vec![
            ("find".to_owned(), Json::text(collection)),
            ("filter".to_owned(), filter),
            ("projection".to_owned(), by_key.clone()),
        ];
        pairs.extend(
            more.iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone())),
        );
        Json::Object(pairs).to_string()
    };
    let sorted = ("sort", by_key.clone());
    let hint = ("hint", by_key.clone());
    let batch = |ranges: Vec<Json>| {
        let mut conditions = ranges;
        conditions.push(Json::one(
            "$lt",
            Json::List(vec![Json::text("$$NOW"), Json::text("$until")]),
        ));
        conditions.extend(left.expression.clone());
        let mut filter = left.filter.clone();
        filter.push((
            "$expr".to_owned(),
            Json::one("$and", Json::List(conditions)),
        ));
        let update = Json::object([
            ("q", Json::Object(filter)),
            ("u", update(&rewrite.how)),
            ("multi", Json::Bool(true)),
            ("hint", by_key.clone()),
        ]);
        command([
            ("update", Json::text(collection)),
            ("updates", Json::List(vec![update])),
            ("writeConcern", majority()),
        ])
    };
    Backfill {
        table: collection.to_owned(),
        key: vec![KEY.to_owned()],
        shown: Vec::new(),
        first: find(
            Json::Object(Vec::new()),
            &[sorted.clone(), ("limit", Json::Number(1))],
        ),
        // A lower bound of the index itself, of whichever type: no document has to be fetched to be
        // skipped, as an expression would have it.
        boundary: find(
            Json::Object(Vec::new()),
            &[
                ("min", Json::one(KEY, Json::text("$1"))),
                sorted,
                ("skip", Json::text("$2")),
                ("limit", Json::Number(1)),
                hint.clone(),
            ],
        ),
        bounds: Some(bounds(collection, from(), to())),
        batch: batch(vec![from(), to()]),
        last: batch(vec![from()]),
        pending: find(left.whole(), &[("limit", Json::text("$1"))]),
    }
}

/// The keys at which the next batches end: each document is numbered, from 1.
fn bounds(collection: &str, from: Json, to: Json) -> String {
    let by_key = Json::one(KEY, Json::Number(1));
    let number = Json::one(
        "colmig number",
        Json::one("$documentNumber", Json::Object(Vec::new())),
    );
    let every = Json::object([
        ("colmig number", Json::one("$gt", Json::Number(1))),
        (
            "$expr",
            Json::one(
                "$eq",
                Json::List(vec![
                    Json::one(
                        "$mod",
                        Json::List(vec![Json::text("$colmig number"), Json::text("$4")]),
                    ),
                    Json::Number(1),
                ]),
            ),
        ),
    ]);
    let within = Json::one("$expr", Json::one("$and", Json::List(vec![from, to])));
    let stages = vec![
        Json::one("$match", within),
        Json::one("$sort", by_key.clone()),
        Json::one("$limit", Json::text("$3")),
        Json::one("$project", by_key.clone()),
        Json::one(
            "$setWindowFields",
            Json::object([("sortBy", by_key.clone()), ("output", number)]),
        ),
        Json::one("$match", every),
        Json::one("$project", by_key.clone()),
    ];
    command([
        ("aggregate", Json::text(collection)),
        ("pipeline", Json::List(stages)),
        ("cursor", Json::Object(Vec::new())),
        ("hint", by_key),
    ])
}

/// The key against a parameter. As an expression, for the operators of filters compare within a type.
pub(super) fn compared(operator: &str, parameter: u8) -> Json {
    let value = Json::literal(Json::Text(format!("${parameter}")));
    Json::one(operator, Json::List(vec![Json::text("$_id"), value]))
}

/// Which documents are left: a filter, and an expression beside it.
struct Left {
    filter: Vec<(String, Json)>,
    expression: Option<Json>,
}

impl Left {
    fn whole(&self) -> Json {
        let mut filter = self.filter.clone();
        let expression = self.expression.clone();
        filter.extend(expression.map(|expression| ("$expr".to_owned(), expression)));
        Json::Object(filter)
    }
}

fn left(how: &Rewritten) -> Left {
    let exists = |exists| Json::one("$exists", Json::Bool(exists));
    match how {
        Rewritten::Fill {
            field, null_is_old, ..
        } => Left {
            filter: match null_is_old {
                false => vec![(field.clone(), exists(false))],
                true => Vec::new(),
            },
            // A filter takes an array with null in it for null as well.
            expression: null_is_old.then(|| {
                Json::one(
                    "$lte",
                    Json::List(vec![path(field), Json::Raw("null".to_owned())]),
                )
            }),
        },
        Rewritten::Converge { targets } => {
            let differ = targets.iter().map(|(field, rule)| {
                Json::one("$ne", Json::List(vec![path(field), expression(rule)]))
            });
            Left {
                filter: Vec::new(),
                expression: Some(any(differ.collect())),
            }
        }
        // What is missing is lower than any number.
        Rewritten::Raise(Raised { field, to }) => Left {
            filter: Vec::new(),
            expression: Some(Json::one(
                "$lt",
                Json::List(vec![path(field), Json::Number(i64::from(*to))]),
            )),
        },
        Rewritten::Unset { fields } => {
            let there = fields.iter().map(|field| Json::one(field, exists(true)));
            let filter = match any(there.collect()) {
                Json::Object(pairs) => pairs,
                _ => Vec::new(),
            };
            Left {
                filter,
                expression: None,
            }
        }
    }
}

/// That one of these holds, without more words than that takes.
fn any(mut conditions: Vec<Json>) -> Json {
    match conditions.len() {
        1 => conditions.remove(0),
        _ => Json::one("$or", Json::List(conditions)),
    }
}

fn update(how: &Rewritten) -> Json {
    let set =
        |fields: Vec<(String, Json)>| Json::List(vec![Json::one("$set", Json::Object(fields))]);
    match how {
        Rewritten::Fill { field, rule, .. } => set(vec![(field.clone(), expression(rule))]),
        Rewritten::Converge { targets } => {
            let fields = targets.iter();
            set(fields
                .map(|(field, rule)| (field.clone(), expression(rule)))
                .collect())
        }
        Rewritten::Raise(Raised { field, to }) => {
            set(vec![(field.clone(), Json::Number(i64::from(*to)))])
        }
        Rewritten::Unset { fields } => {
            let fields = fields.iter().map(|field| (field.clone(), Json::text("")));
            Json::one("$unset", Json::Object(fields.collect()))
        }
    }
}

/// The version before, as a field with its value.
pub(super) fn before(raised: &Raised) -> Json {
    Json::one(&raised.field, Json::Number(i64::from(raised.to) - 1))
}

/// Takes back that documents satisfy a version that is given up.
pub(super) fn lower(collection: &str, raised: &Raised) -> String {
    let higher = Json::one("$gt", Json::Number(i64::from(raised.to) - 1));
    let update = Json::object([
        ("q", Json::one(&raised.field, higher)),
        ("u", Json::one("$set", before(raised))),
        ("multi", Json::Bool(true)),
    ]);
    command([
        ("update", Json::text(collection)),
        ("updates", Json::List(vec![update])),
        ("writeConcern", majority()),
    ])
}
