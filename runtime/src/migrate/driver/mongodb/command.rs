//! Statements: commands as extended JSON, whose first key names the command.

use bson::{Bson, DateTime, Document};

use super::value;
use crate::migrate::driver::{Failure, Row, Value};

/// Stands in the guard of a batch for the moment until which the batch is its worker's.
const UNTIL: &str = "$until";

/// What the driver adds to a command.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// What `"$until"` stands for.
    pub(super) until: DateTime,
    /// How long it may take by the server's clock, in milliseconds.
    pub(super) at_most: Option<i64>,
    /// By which it is known while it is executed.
    pub(super) comment: String,
}

/// A date that no clock shows.
pub(super) const NEVER: DateTime = DateTime::MAX;

/// Reads a statement, with its parameters in their places.
pub(super) fn read(text: &str, arguments: &[Value], terms: &Terms) -> Result<Document, Failure> {
    let text = text.trim().trim_end_matches(';');
    let command: Document = serde_json::from_str(text)
        .map_err(|error| Failure::refused(format!("the command is no extended JSON: {error}")))?;
    let mut command = place(command, arguments, terms.until)?;
    if let Some(ms) = terms.at_most {
        command.insert("maxTimeMS", ms);
    }
    command.insert("comment", terms.comment.as_str());
    Ok(command)
}

/// The name of a command.
pub(super) fn name(command: &Document) -> &str {
    command.keys().next().map_or("", String::as_str)
}

/// Whether a command cannot write.
pub(super) fn only_reads(command: &Document) -> bool {
    match name(command) {
        "find" | "count" | "distinct" => true,
        "aggregate" => {
            let stages = command.get_array("pipeline").map_or(&[][..], Vec::as_slice);
            let writes = |stage: &Bson| {
                let stage = stage.as_document();
                stage.is_some_and(|stage| ["$out", "$merge"].contains(&name(stage)))
            };
            !stages.iter().any(writes)
        }
        _ => false,
    }
}

/// The collection that a command is about.
pub(super) fn collection(command: &Document) -> Option<&str> {
    command.values().next().and_then(Bson::as_str)
}

fn place(document: Document, arguments: &[Value], until: DateTime) -> Result<Document, Failure> {
    let placed = document
        .into_iter()
        .map(|(name, value)| Ok((name, place_in(value, arguments, until)?)));
    placed.collect()
}

fn place_in(value: Bson, arguments: &[Value], until: DateTime) -> Result<Bson, Failure> {
    Ok(match value {
        Bson::String(text) => {
            if text == UNTIL {
                return Ok(Bson::DateTime(until));
            }
            match parameter(&text) {
                None => Bson::String(text),
                Some(number) => {
                    let argument = number.checked_sub(1).and_then(|at| arguments.get(at));
                    let argument = argument.ok_or_else(|| {
                        Failure::refused(format!("the command has no value for `{text}`"))
                    })?;
                    value::write(argument)?
                }
            }
        }
        Bson::Document(document) => Bson::Document(place(document, arguments, until)?),
        Bson::Array(elements) => Bson::Array(
            elements
                .into_iter()
                .map(|element| place_in(element, arguments, until))
                .collect::<Result<_, _>>()?,
        ),
        other => other,
    })
}

/// The number of a parameter: of `$1`, but not of `$1.00` or `$$1`.
fn parameter(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('$')?;
    let only_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| only_digits)
}

/// What a write was about: documents that were inserted or deleted, or that an update has found, as in
/// SQL. One that is found and stays what it was, since its rule gives null for one, is not done with.
pub(super) fn changed(command: &str, answer: &Document) -> u64 {
    match command {
        "update" | "insert" | "delete" => number(answer, "n").unwrap_or_default(),
        _ => 0,
    }
}

/// A count in an answer.
pub(super) fn number(answer: &Document, name: &str) -> Option<u64> {
    match answer.get(name)? {
        Bson::Int32(number) => u64::try_from(*number).ok(),
        Bson::Int64(number) => u64::try_from(*number).ok(),
        Bson::Double(number) if *number >= 0.0 => Some(*number as u64),
        _ => None,
    }
}

/// The values of documents, each in the order of its fields.
pub(super) fn rows(documents: Vec<Document>) -> Vec<Row> {
    let row = |document: Document| document.into_iter().map(|(_, found)| value::read(found));
    documents
        .into_iter()
        .map(|document| row(document).collect())
        .collect()
}

/// The documents of an answer's cursor, the number of the cursor, and the collection that it reads.
pub(super) fn batch(answer: &mut Document) -> Option<(Vec<Document>, i64, String)> {
    let Some(Bson::Document(mut cursor)) = answer.remove("cursor") else {
        return None;
    };
    let documents = cursor
        .remove("firstBatch")
        .or_else(|| cursor.remove("nextBatch"));
    let Some(Bson::Array(documents)) = documents else {
        return None;
    };
    let documents = documents.into_iter().filter_map(|one| match one {
        Bson::Document(document) => Some(document),
        _ => None,
    });
    let ns = cursor.get_str("ns").unwrap_or_default();
    let (_, collection) = ns.split_once('.').unwrap_or(("", ns));
    Some((
        documents.collect(),
        cursor.get_i64("id").unwrap_or_default(),
        collection.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    fn terms() -> Terms {
        Terms {
            until: DateTime::from_millis(7),
            at_most: Some(50),
            comment: "colmig".to_owned(),
        }
    }

    #[test]
    fn a_command_keeps_its_order_and_takes_its_parameters() {
        let text = r#"{"update": "people", "updates": [{"q": {"zoo": null, "$expr": {"$and": [
            {"$gte": ["$_id", {"$literal": "$1"}]}, {"$lt": ["$$NOW", "$until"]}, {"$eq": ["$a", "$12 a"]}]}},
            "u": [{"$set": {"b": "$2", "a": "$$ROOT"}}]}], "ordered": true};"#;
        let arguments = [
            Value::Json(r#"{"$oid":"65a000000000000000000001"}"#.to_owned()),
            Value::Text("$1".to_owned()),
        ];
        let read = read(text, &arguments, &terms()).unwrap();
        let id = bson::oid::ObjectId::parse_str("65a000000000000000000001").unwrap();
        let expected = doc! {
            "update": "people",
            "updates": [{"q": {"zoo": null, "$expr": {"$and": [
                {"$gte": ["$_id", {"$literal": id}]}, {"$lt": ["$$NOW", DateTime::from_millis(7)]},
                {"$eq": ["$a", "$12 a"]}]}},
                "u": [{"$set": {"b": "$1", "a": "$$ROOT"}}]}],
            "ordered": true,
            "maxTimeMS": 50_i64,
            "comment": "colmig",
        };
        assert_eq!(read.to_string(), expected.to_string());
    }

    #[test]
    fn what_writes_is_told_from_what_looks() {
        let reads = |text: &str| only_reads(&read(text, &[], &terms()).unwrap());
        assert!(reads(r#"{"count": "jobs", "query": {"$out": 1}}"#));
        assert!(reads(
            r#"{"aggregate": "jobs", "pipeline": [{"$match": {"$out": 1}}]}"#
        ));
        assert!(!reads(
            r#"{"aggregate": "jobs", "pipeline": [{"$out": "a"}]}"#
        ));
        assert!(!reads(
            r#"{"aggregate": "jobs", "pipeline": [{"$match": {}}, {"$merge": "a"}]}"#
        ));
        assert!(!reads(r#"{"delete": "jobs", "deletes": []}"#));
    }

    #[test]
    fn what_has_no_value_is_refused() {
        let failure =
            read(r#"{"find": "a", "limit": "$2"}"#, &[1_i64.into()], &terms()).unwrap_err();
        assert!(failure.message().contains("no value for `$2`"));
        let failure = read("SELECT 1", &[], &terms()).unwrap_err();
        assert!(failure.message().contains("no extended JSON"));
    }
}
