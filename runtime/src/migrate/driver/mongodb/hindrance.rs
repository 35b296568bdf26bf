//! What of a collection keeps a command from doing what it does to it, and what is gone of what one did.

use bson::{Bson, Document};
use colmig_schema::document::VALIDATOR_TITLE;

use crate::migrate::driver::Hindrance;

/// A validator that somebody else has given the collection, which would be gone.
pub(super) fn by_validator(collection: &str, options: &Document) -> Option<Hindrance> {
    let validator = options.get_document("validator").ok()?;
    let schema = validator.get_document("$jsonSchema");
    let is_own = schema.is_ok_and(|schema| {
        schema
            .get_str("title")
            .is_ok_and(|title| title == VALIDATOR_TITLE)
    });
    if validator.is_empty() || is_own {
        return None;
    }
    let validator = Bson::Document(validator.clone()).into_relaxed_extjson();
    Some(Hindrance::OfTable(format!(
        "the collection `{collection}` has a validator that is not colmig's, and colmig's would take its place: `{validator}`; have \
         the types of the struct say what it says, or the application, and take it away: \
         `db.runCommand({{collMod: \"{collection}\", validator: {{}}}})`"
    )))
}

/// A collation by which the two sides of a field would be held against each other.
pub(super) fn by_collation(collection: &str, options: &Document) -> Option<Hindrance> {
    let collation = options.get_document("collation").ok()?;
    let is_simple = collation
        .get_str("locale")
        .is_ok_and(|locale| locale == "simple");
    if is_simple {
        return None;
    }
    let collation = Bson::Document(collation.clone()).into_relaxed_extjson();
    Some(Hindrance::OfTable(format!(
        "the collection `{collection}` has a collation, `{collation}`, so the server would leave a field as it is where old and new differ \
         in what that takes for one; copy the documents to a collection without one, and give the collation to the indexes and \
         searches that need it"
    )))
}

/// The indexes that a command brings, and whether each is to be unique.
pub(super) fn indexes(command: &Document) -> Vec<(&str, bool)> {
    let of = |index: &Document| index.get_bool("unique").unwrap_or(false);
    if let Ok(indexes) = command.get_array("indexes") {
        let indexes = indexes.iter().filter_map(Bson::as_document);
        return indexes
            .filter_map(|index| Some((index.get_str("name").ok()?, of(index))))
            .collect();
    }
    let index = command.get_document("index").ok();
    let index = index.and_then(|index| Some((index.get_str("name").ok()?, of(index))));
    index.into_iter().collect()
}
