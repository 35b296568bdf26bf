//! What a database is without its documents.

use std::fmt::Write as _;

use bson::{Document, doc};

use super::MongoDbEndpoint;
use crate::HarnessError;

/// More than a test's database has of anything.
const ALL: i32 = 10_000;

/// A line for each collection, by name, and below it one for each index.
pub(super) fn dump(endpoint: &MongoDbEndpoint, database: &str) -> Result<String, HarnessError> {
    let of = |command: &str, of: &str| {
        let cursor = doc! { "batchSize": ALL };
        let answer = match of {
            "" => endpoint.command(database, doc! { command: 1, "cursor": cursor }),
            of => endpoint.command(database, doc! { command: of, "cursor": cursor }),
        };
        answer.map(|answer| listed(&answer))
    };
    let mut schema = String::new();
    for (name, collection) in of("listCollections", "")? {
        schema.push_str(&line("", &collection));
        let is_view = matches!(collection.get_str("type"), Ok("view"));
        if !is_view {
            for (_, index) in of("listIndexes", &name)? {
                schema.push_str(&line("  ", &index));
            }
        }
    }
    Ok(schema)
}

/// The documents of a list, by name.
fn listed(answer: &Document) -> Vec<(String, Document)> {
    let batch = answer
        .get_document("cursor")
        .and_then(|cursor| cursor.get_array("firstBatch"));
    let documents = batch.into_iter().flatten();
    let mut listed: Vec<_> = documents
        .filter_map(|document| document.as_document())
        .map(|document| {
            let name = document.get_str("name").unwrap_or_default();
            (name.to_owned(), document.clone())
        })
        .collect();
    listed.sort_by(|(one, _), (other, _)| one.cmp(other));
    listed
}

/// Without what differs between equal schemas: a collection's number, and the
/// index of its keys, which stands among its indexes again.
fn line(indent: &str, of: &Document) -> String {
    let mut of = of.clone();
    of.remove("info");
    of.remove("idIndex");
    let mut line = String::new();
    // A text takes whatever is written to it.
    let _ = writeln!(line, "{indent}{of}");
    line
}
