//! What reads find: documents as the server gives them, of which structs are made here.

use std::sync::Arc;

use colmig_schema::document::UNFILLED;
use mongodb::bson::{Bson, Document, RawDocument, RawDocumentBuf, deserialize_from_slice, error};

use super::computed::{self, Computed};
use super::fill_on_read::{Filling, Key};
use super::open::Opened;
use super::read::aggregate;
use crate::db::Inner;
use crate::error::{Error, Result};
use crate::private::Descriptor;

/// What was found, and the keys of what is to be filled of it.
pub(super) struct Found<M> {
    models: Vec<M>,
    unfilled: Vec<Key>,
}

/// What a pipeline gives, in which the stage of `filling` stands, if there is one, with what functions
/// make of it.
pub(super) async fn found<M: super::Document>(
    opened: &mut Opened<'_>,
    pipeline: Vec<Document>,
    filling: Option<&'static Filling>,
    computed: &[Computed],
) -> Result<Found<M>> {
    let (descriptor, failed) = (opened.descriptor(), opened.failed());
    let collection = opened.collection::<RawDocumentBuf>();
    let documents = aggregate(&collection, pipeline, &mut opened.session);
    let documents: Vec<RawDocumentBuf> = documents.await.map_err(failed)?;
    let mut found = Found {
        models: Vec::with_capacity(documents.len()),
        unfilled: Vec::new(),
    };
    for document in documents {
        let (document, key) = match filling {
            Some(_) => {
                divide(&document).map_err(|error| Error::mongodb(descriptor.model, error))?
            }
            None => (document, None),
        };
        found.models.push(match computed {
            [] => decoded(descriptor, &document)?,
            computed => computed::read(computed, &document)?,
        });
        found.unfilled.extend(key);
    }
    Ok(found)
}

/// A document without what only tells of it, and its key if it is to be filled.
fn divide(document: &RawDocument) -> Result<(RawDocumentBuf, Option<Key>), error::Error> {
    let (mut stored, mut key, mut is_unfilled) = (RawDocumentBuf::new(), None, false);
    for element in document {
        let (name, value) = element?;
        if name.as_str() == UNFILLED {
            is_unfilled = value.as_bool().unwrap_or_default();
            continue;
        }
        if name.as_str() == "_id" {
            let mut alone = RawDocumentBuf::new();
            alone.append(name, value);
            key = Some(alone.into_bytes());
        }
        stored.append(name, value);
    }
    Ok((stored, key.filter(|_| is_unfilled)))
}

/// The struct of a document, as the driver's own cursors read it, and not as text that people read.
///
/// # Errors
/// It is none of this struct: the error says which document, and which field.
pub(super) fn decoded<M: super::Document>(
    descriptor: &'static Descriptor,
    document: &RawDocument,
) -> Result<M> {
    deserialize_from_slice(document.as_bytes()).map_err(|source| Error::Unreadable {
        model: descriptor.model,
        id: id_of(document),
        source: Box::new(source),
    })
}

fn id_of(document: &RawDocument) -> String {
    let id = document.get("_id").ok().flatten();
    let id = id.and_then(|id| Bson::try_from(id).ok());
    // As the shell says it, so that it can be asked for.
    id.map_or_else(
        || "nothing".to_owned(),
        |id| id.into_relaxed_extjson().to_string(),
    )
}

impl<M> Found<M> {
    /// Has filled what is to be, now that the read has come to its end.
    pub(super) fn fill(self, inner: &Arc<Inner>, descriptor: &'static Descriptor) -> Vec<M> {
        if let (Some(fills), false) = (&inner.fills, self.unfilled.is_empty()) {
            fills.add(inner, descriptor, self.unfilled);
        }
        self.models
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{doc, oid::ObjectId, rawdoc};

    use super::*;

    #[test]
    fn a_document_is_read_without_what_tells_of_it() {
        let raw = |unfilled: bool| {
            let mut raw = rawdoc! { "_id": 7_i64 };
            raw.append(mongodb::bson::raw::cstr!("colmig unfilled"), unfilled);
            raw.append(mongodb::bson::raw::cstr!("name"), "a");
            raw
        };
        let (stored, key) = divide(&raw(true)).unwrap();
        assert_eq!(stored, rawdoc! { "_id": 7_i64, "name": "a" });
        let key = Document::from_reader(&mut key.unwrap().as_slice()).unwrap();
        assert_eq!(key, doc! { "_id": 7_i64 });
        let (_, key) = divide(&raw(false)).unwrap();
        assert_eq!(key, None);
        assert_eq!(UNFILLED, "colmig unfilled");
    }

    #[test]
    fn a_document_is_named_so_that_it_can_be_asked_for() {
        assert_eq!(id_of(&rawdoc! { "_id": "a" }), "\"a\"");
        assert_eq!(id_of(&rawdoc! { "_id": 7_i64 }), "7");
        let id = ObjectId::parse_str("65f000000000000000000001").unwrap();
        assert_eq!(
            id_of(&rawdoc! { "_id": id }),
            r#"{"$oid":"65f000000000000000000001"}"#
        );
        assert_eq!(id_of(&rawdoc! {}), "nothing");
    }
}
