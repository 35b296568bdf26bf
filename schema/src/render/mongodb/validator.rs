//! What a collection's validator says.

use super::{command, majority};
use crate::collection::{Shape, ShapeField};
use crate::document::VALIDATOR_TITLE;
use crate::json::Json;
use crate::model::ANY;

/// The schema that documents have to satisfy.
pub(super) fn schema(shape: &Shape) -> Json {
    let required = shape.fields.iter().filter(|field| field.required);
    let required = required.map(|field| Json::text(&field.name)).collect();
    let properties = shape.fields.iter();
    let properties = properties.map(|field| (field.name.clone(), property(field)));
    Json::one(
        "$jsonSchema",
        Json::object([
            ("title", Json::text(VALIDATOR_TITLE)),
            ("bsonType", Json::text("object")),
            ("required", Json::List(required)),
            ("properties", Json::Object(properties.collect())),
        ]),
    )
}

/// The same in a line for people.
pub(super) fn in_words(shape: &Shape) -> String {
    let fields = shape.fields.iter().map(|field| {
        let mut may_be = match field.bson.as_str() {
            ANY if field.nullable => vec!["anything"],
            ANY => vec!["anything but null"],
            _ => types(field),
        };
        if !field.required {
            may_be.push("missing");
        }
        format!("{}: {}", field.name, may_be.join(" or "))
    });
    fields.collect::<Vec<_>>().join(", ")
}

fn property(field: &ShapeField) -> Json {
    if field.bson == ANY {
        return match field.nullable {
            true => Json::Object(Vec::new()),
            // Whatever it is, it is not null.
            false => Json::one("not", Json::one("bsonType", Json::text("null"))),
        };
    }
    let types = match types(field).as_slice() {
        [only] => Json::text(only),
        several => Json::List(several.iter().map(|ty| Json::text(ty)).collect()),
    };
    Json::one("bsonType", types)
}

/// The types that a field may be of: what a type of Rust reads is more than what it writes.
fn types(field: &ShapeField) -> Vec<&str> {
    let mut types = match field.bson.as_str() {
        "long" => vec!["long", "int"],
        "double" => vec!["double", "int", "long"],
        other => vec![other],
    };
    if field.nullable {
        types.push("null");
    }
    types
}

/// The command that has it said in the log, and lets everything pass.
pub(super) fn warns(shape: &Shape) -> String {
    set(shape, ["moderate", "warn"])
}

/// The command that has it refused.
pub(super) fn refuses(shape: &Shape) -> String {
    set(shape, ["strict", "error"])
}

/// The command that takes the validator away.
pub(super) fn none(collection: &str) -> String {
    put(collection, Json::Object(Vec::new()), ["strict", "error"])
}

fn set(shape: &Shape, how: [&str; 2]) -> String {
    put(&shape.collection, schema(shape), how)
}

fn put(collection: &str, validator: Json, [level, action]: [&str; 2]) -> String {
    command([
        ("collMod", Json::text(collection)),
        ("validator", validator),
        ("validationLevel", Json::text(level)),
        ("validationAction", Json::text(action)),
        ("writeConcern", majority()),
    ])
}
