//! MongoDB: commands as extended JSON. No transaction holds any of them, so each can be repeated, and
//! batches write nothing once they are not their worker's any more.

mod convert;
mod rewrite;
mod search;
mod validator;

use crate::Template;
use crate::collection::{Before, CollectionAction, Coming, DocumentIndex, Kept, Raised};
use crate::json::Json;
use crate::script::{Run, Step};
use crate::step::Action;

/// The collection that keeps what an abort takes out of documents.
use super::SAVED_TABLE;

pub(super) fn render(action: &Action, migration: &str) -> Option<Step> {
    let Action::Collection(action) = action else {
        return None;
    };
    Some(match action {
        CollectionAction::Create { collection } => Step {
            id: format!("create_collection_{collection}"),
            lock: "none that anybody waits for".to_owned(),
            safe: "a collection that is there stays what it is".to_owned(),
            run: Run::OneByOne(vec![command([
                ("create", Json::text(collection)),
                ("writeConcern", majority()),
            ])]),
            // What builds have stored in it by then is not ours to drop.
            revert: Vec::new(),
        },
        CollectionAction::Expect {
            shape,
            before,
            coming,
            raised,
        } => Step {
            id: format!("expect_{}_schema", shape.collection),
            lock: INSTANT.to_owned(),
            safe: "no document is looked at, and one that does not fit is stored all the same, with a line in the server's log".to_owned(),
            run: Run::OneByOne(vec![validator::warns(shape)]),
            revert: coming
                .iter()
                .flat_map(|coming| taken_out(&shape.collection, coming, raised.as_ref(), migration))
                .chain(raised.as_ref().map(|raised| rewrite::lower(&shape.collection, raised)))
                .chain([match before {
                    Some(before) => validator::refuses(before),
                    None => validator::none(&shape.collection),
                }])
                .collect(),
        },
        CollectionAction::Rewrite(rewrite) => rewrite::step(rewrite),
        CollectionAction::Convert { conversion, step } => convert::step(conversion, step, migration),
        CollectionAction::Prove { shape, fields } => search::schema(shape, fields),
        CollectionAction::Enforce {
            shape,
            step,
            before,
        } => Step {
            id: format!("{step}_{}_schema", shape.collection),
            lock: INSTANT.to_owned(),
            safe: "every document was seen to satisfy it; a write that would not is refused from now on, whoever makes it".to_owned(),
            run: Run::OneByOne(vec![validator::refuses(shape)]),
            revert: match before {
                Before::Nothing => vec![validator::none(&shape.collection)],
                Before::Warned(expected) => vec![validator::warns(expected)],
                Before::Past => Vec::new(),
            },
        },
        CollectionAction::CreateIndex { collection, index } => create_index(collection, index),
        CollectionAction::ProveUnique { collection, index } => search::unique(collection, index),
        CollectionAction::MakeUnique { collection, name } => Step {
            id: format!("make_unique_{name}"),
            lock: INSTANT.to_owned(),
            safe: "from the first command on no new document shares its values with another; the second reads the index, and \
                   refuses if two that were there do"
                .to_owned(),
            run: Run::OneByOne(
                ["prepareUnique", "unique"]
                    .map(|word| {
                        let index = Json::object([("name", Json::text(name)), (word, Json::Bool(true))]);
                        command([("collMod", Json::text(collection)), ("index", index), ("writeConcern", majority())])
                    })
                    .to_vec(),
            ),
            // There is no way back but to drop the index, which the step that built it does.
            revert: Vec::new(),
        },
        CollectionAction::DropIndex { collection, name } => Step {
            id: format!("drop_index_{name}"),
            lock: INSTANT.to_owned(),
            safe: "nobody is left whose queries were written for it".to_owned(),
            run: Run::OneByOne(vec![drop_index(collection, name)]),
            revert: Vec::new(),
        },
        CollectionAction::Drop { collection } => Step {
            id: format!("drop_collection_{collection}"),
            lock: INSTANT.to_owned(),
            safe: "nobody reads or writes the collection any more".to_owned(),
            run: Run::OneByOne(vec![command([
                ("drop", Json::text(collection)),
                ("writeConcern", majority()),
            ])]),
            revert: Vec::new(),
        },
    })
}

const INSTANT: &str = "the collection's exclusive lock, for an instant: behind an open transaction the command is broken off after 50 ms and tried again";

/// A command, whose first pair names it.
fn command<const N: usize>(pairs: [(&str, Json); N]) -> String {
    Json::object(pairs).to_string()
}

/// What every write waits for: that no election takes it back, and no crash.
fn majority() -> Json {
    Json::object([("w", Json::text("majority")), ("j", Json::Bool(true))])
}

/// An expression over the fields of a document.
fn expression(template: &Template) -> Json {
    Json::Raw(template.expression().to_string())
}

/// `"$field"`.
fn path(field: &str) -> Json {
    Json::Text(format!("${field}"))
}

fn create_index(collection: &str, index: &DocumentIndex) -> Step {
    let name = &index.name;
    let mut spec = vec![
        ("key".to_owned(), keys(index)),
        ("name".to_owned(), Json::text(name)),
    ];
    if let Some(only) = &index.only {
        spec.push((
            "partialFilterExpression".to_owned(),
            Json::Raw(only.clone()),
        ));
    }
    Step {
        id: format!("create_index_{name}"),
        lock: "none while it is built; the collection's exclusive lock at its beginning and at its end, for an instant".to_owned(),
        safe: "writers go on; it ends once a majority of the nodes has built it, so one that is down does not hold it up. A standalone \
               server has no quorum, and is told of none"
            .to_owned(),
        run: Run::OneByOne(vec![command([
            ("createIndexes", Json::text(collection)),
            ("indexes", Json::List(vec![Json::Object(spec)])),
            ("commitQuorum", Json::text("majority")),
            ("writeConcern", majority()),
        ])]),
        revert: vec![drop_index(collection, name)],
    }
}

/// What an index is over.
fn keys(index: &DocumentIndex) -> Json {
    let over = index.over.iter().map(|(field, descending)| {
        let direction = match (&index.method, descending) {
            (Some(method), _) => Json::text(method),
            (None, true) => Json::Number(-1),
            (None, false) => Json::Number(1),
        };
        (field.clone(), direction)
    });
    Json::Object(over.collect())
}

fn drop_index(collection: &str, name: &str) -> String {
    command([
        ("dropIndexes", Json::text(collection)),
        ("index", Json::text(name)),
        ("writeConcern", majority()),
    ])
}

/// Takes a field out of every document that has it, and keeps what somebody wrote to it.
/// A document that satisfied a version with the field says in the same moment that it does no more.
fn taken_out(
    collection: &str,
    coming: &Coming,
    raised: Option<&Raised>,
    migration: &str,
) -> Vec<String> {
    let Coming { field, kept } = coming;
    let there = Json::one("$exists", Json::Bool(true));
    let mut taken = vec![("$unset".to_owned(), Json::one(field, Json::text("")))];
    taken.extend(raised.map(|raised| ("$min".to_owned(), rewrite::before(raised))));
    let unset = Json::object([
        ("q", Json::one(field, there.clone())),
        ("u", Json::Object(taken)),
        ("multi", Json::Bool(true)),
    ]);
    let unset = command([
        ("update", Json::text(collection)),
        ("updates", Json::List(vec![unset])),
        ("writeConcern", majority()),
    ]);
    let mut written = vec![(field.clone(), there)];
    match kept {
        Kept::All => {}
        Kept::AllBut(rule) => {
            let differs = Json::List(vec![path(field), expression(rule)]);
            written.push(("$expr".to_owned(), Json::one("$ne", differs)));
        }
        Kept::Nothing => return vec![unset],
    }
    let kept = Json::object([
        (
            "_id",
            Json::object([
                ("migration", Json::literal(Json::text(migration))),
                ("collection", Json::literal(Json::text(collection))),
                ("key", Json::text("$_id")),
                ("field", Json::literal(Json::text(field))),
            ]),
        ),
        ("value", path(field)),
        ("saved_at", Json::text("$$NOW")),
    ]);
    let merge = Json::object([
        ("into", Json::text(SAVED_TABLE)),
        ("whenMatched", Json::text("keepExisting")),
    ]);
    let save = command([
        ("aggregate", Json::text(collection)),
        (
            "pipeline",
            Json::List(vec![
                Json::one("$match", Json::Object(written)),
                Json::one("$project", kept),
                Json::one("$merge", merge),
            ]),
        ),
        ("cursor", Json::Object(Vec::new())),
        ("writeConcern", majority()),
    ]);
    vec![save, unset]
}
