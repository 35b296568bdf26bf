//! Values as BSON, as the driver's own collections make it of them: they are not readable by
//! people, so that a date is no text.

use std::any::Any;

use colmig_schema::document::Names;
use mongodb::bson::{
    Bson, Document, deserialize_from_slice, doc, error, serialize_to_raw_document_buf,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::DerivedDocument;
use crate::error::{Error, Result};
use crate::private::Descriptor;

/// A value by itself.
#[derive(Serialize)]
struct Alone<'a, T: ?Sized> {
    value: &'a T,
}

/// What a value is stored as.
///
/// # Errors
/// It has no place in BSON.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Bson, error::Error> {
    let mut alone = document(&Alone { value })?;
    Ok(alone.remove("value").unwrap_or(Bson::Null))
}

/// The same, as it is read.
#[derive(Deserialize)]
struct Found<T> {
    value: T,
}

/// The value that is stored as this, or that stands for a field which is missing: an `Option` is none.
///
/// # Errors
/// It is none of the type.
pub fn decode<T: DeserializeOwned>(stored: Option<&Bson>) -> Result<T, error::Error> {
    let mut alone = Document::new();
    if let Some(stored) = stored {
        alone.insert("value", stored.clone());
    }
    let found: Found<T> = deserialize_from_slice(&alone.to_vec()?)?;
    Ok(found.value)
}

/// What a value of this type is stored as; none if it is of another.
pub fn encoded<T: Any>(
    value: &dyn Any,
    encode: impl FnOnce(&T) -> Result<Bson, error::Error>,
) -> Option<Result<Bson, error::Error>> {
    value.downcast_ref::<T>().map(encode)
}

fn document<T: Serialize>(value: &T) -> Result<Document, error::Error> {
    Document::try_from(serialize_to_raw_document_buf(value)?)
}

/// The document of a struct.
pub(super) fn whole<M: DerivedDocument>(model: &'static str, value: &M) -> Result<Document> {
    document(value).map_err(|error| Error::mongodb(model, error))
}

/// The value of a field.
pub(super) fn of_field<M: DerivedDocument, T: Serialize + Any>(
    model: &'static str,
    field: usize,
    value: &T,
) -> Result<Bson> {
    let own = M::ENCODED.iter().find(|(of, _)| *of == field);
    let encoded = match own {
        Some((_, own)) => own(value).ok_or(Error::Mismatch {
            model,
            reason: "a field is stored by a function of another type",
        })?,
        None => encode(value),
    };
    encoded.map_err(|error| Error::mongodb(model, error))
}

/// The value of `_id`.
pub(super) fn of_key<M: DerivedDocument>(
    descriptor: &'static Descriptor,
    key: &M::Key,
) -> Result<Bson> {
    let field = descriptor.key().next().unwrap_or_default();
    of_field::<M, M::Key>(descriptor.model, field, key)
}

/// A filter for one document. Said like this, a key that looks like an operator is none.
pub(super) fn by_id(id: Bson) -> Document {
    doc! { "_id": { "$eq": id } }
}

/// A value as it is, in an expression.
pub(super) fn literal(value: Bson) -> Bson {
    Bson::Document(doc! { "$literal": value })
}

/// A stage, or another document, of its text.
pub(super) fn parsed(model: &'static str, text: &str) -> Result<Document> {
    serde_json::from_str(text).map_err(|_| Error::Mismatch {
        model,
        reason: "a rule of its record is no expression of MongoDB",
    })
}

/// The fields that an operator of a filter says something of.
pub(super) fn names(operator: &str, value: &Bson) -> Names {
    let mut names = Vec::new();
    match operator {
        "$and" | "$or" | "$nor" => {
            let parts = value.as_array().into_iter().flatten();
            for (key, value) in parts.filter_map(Bson::as_document).flatten() {
                if !key.starts_with('$') {
                    names.push(key.clone());
                    continue;
                }
                match self::names(key, value) {
                    Names::These(more) => names.extend(more),
                    Names::Any => return Names::Any,
                }
            }
        }
        "$expr" => match paths(value, &mut names) {
            true => {}
            false => return Names::Any,
        },
        // What neither of them says anything of fields.
        "$comment" | "$text" => {}
        _ => return Names::Any,
    }
    Names::These(names)
}

/// The fields whose values an expression takes; false if it may be those of all.
fn paths(expression: &Bson, names: &mut Vec<String>) -> bool {
    match expression {
        Bson::String(text) if text.starts_with("$$ROOT") || text.starts_with("$$CURRENT") => false,
        Bson::String(text) => {
            if let Some(path) = text.strip_prefix('$')
                && !path.starts_with('$')
            {
                names.push(path.to_owned());
            }
            true
        }
        Bson::Array(parts) => parts.iter().all(|part| paths(part, names)),
        Bson::Document(parts) if parts.contains_key("$literal") => true,
        Bson::Document(parts) => {
            !parts.contains_key("$getField") && parts.values().all(|part| paths(part, names))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn these(names: &[&str]) -> Names {
        Names::These(names.iter().map(|&name| name.to_owned()).collect())
    }

    #[test]
    fn operators_name_the_fields_within_them() {
        let or = doc! { "v": [{ "a.b": 1 }, { "$and": [{ "c": 1, "d": { "$gt": 2 } }] }] };
        assert_eq!(names("$or", &or["v"]), these(&["a.b", "c", "d"]));
        let nor = doc! { "v": [{ "a": 1 }, { "$where": "this.b" }] };
        assert_eq!(names("$nor", &nor["v"]), Names::Any);
        let expr =
            doc! { "v": { "$gt": ["$a.b", { "$literal": "$c" }, { "$add": ["$d", "$$NOW"] }] } };
        assert_eq!(names("$expr", &expr["v"]), these(&["a.b", "d"]));
        let root = doc! { "v": { "$eq": [{ "$size": { "$objectToArray": "$$ROOT" } }, 3] } };
        assert_eq!(names("$expr", &root["v"]), Names::Any);
        assert_eq!(names("$jsonSchema", &Bson::Null), Names::Any);
    }

    #[test]
    fn dates_and_bytes_are_no_text() {
        let date = mongodb::bson::DateTime::from_millis(5);
        assert_eq!(encode(&date).unwrap(), Bson::DateTime(date));
        let address = std::net::Ipv4Addr::LOCALHOST;
        assert!(!matches!(encode(&address).unwrap(), Bson::String(_)));
    }
}
