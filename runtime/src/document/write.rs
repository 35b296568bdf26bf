//! Writing: insert, save, update, delete, each in one command.

use std::any::Any;
use std::fmt;

use colmig_schema::document::refused;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::UpdateModifications;
use serde::Serialize;

use super::bson::{by_id, literal, of_field, of_key, whole};
use super::computed::set_legacy;
use super::open::{Opened, open};
use super::shape::{Plan, Shape};
use crate::BoxFuture;
use crate::access::{Access, Intent, Target, not_writable};
use crate::error::{Error, Result};
use crate::field::{Field, Given};
use crate::private::Descriptor;

/// Inserts one document.
pub(super) fn insert<'c, M: super::Document>(
    value: &'c M,
    target: Target<'c>,
) -> BoxFuture<'c, Result<()>> {
    Box::pin(async move {
        let descriptor = M::DESCRIPTOR;
        let mut opened = open(target, descriptor, Intent::Write).await?;
        let failed = opened.failed();
        if opened.shape.is_none() && descriptor.version.is_none() {
            let collection = opened.collection::<M>();
            let mut insert = collection.insert_one(value);
            if let Some(session) = &mut opened.session {
                insert = insert.session(&mut **session);
            }
            insert.await.map_err(failed)?;
            return opened.pass.accepted();
        }
        let mut document = whole(descriptor.model, value)?;
        if let Some(shape) = opened.shape {
            document = told(descriptor, shape, document);
            refuse_null(descriptor, &shape.insert, |field| document.get(field))?;
            set_legacy(descriptor, &shape.insert.made, &mut document)?;
        }
        satisfy(descriptor, &mut document);
        let plan = opened.shape.map(|shape| &shape.insert);
        let Some(plan) = plan.filter(|plan| !plan.is_plain()) else {
            let collection = opened.collection::<Document>();
            let mut insert = collection.insert_one(document);
            if let Some(session) = &mut opened.session {
                insert = insert.session(&mut **session);
            }
            insert.await.map_err(failed)?;
            return opened.pass.accepted();
        };
        // The server makes the other side of it, which it does in an update only. This one finds no
        // document and so inserts it; where there is one with this `_id`, that is an error.
        let id = document
            .entry("_id".to_owned())
            .or_insert_with(|| Bson::ObjectId(ObjectId::new()));
        let mut nothing = by_id(id.clone());
        nothing.insert("$nor", vec![doc! {}]);
        let mut pipeline = vec![doc! { "$replaceWith": literal(Bson::Document(document)) }];
        pipeline.extend(plan.behind.iter().cloned());
        change(&mut opened, nothing, pipeline.into(), true).await?;
        opened.pass.accepted()
    })
}

/// Sets every field that the struct knows of one document, or inserts it.
pub(super) fn save<'c, M: super::Document>(
    value: &'c M,
    target: Target<'c>,
) -> BoxFuture<'c, Result<()>> {
    Box::pin(async move {
        let descriptor = M::DESCRIPTOR;
        let mut document = whole(descriptor.model, value)?;
        let mut opened = open(target, descriptor, Intent::Write).await?;
        if let Some(shape) = opened.shape {
            document = told(descriptor, shape, document);
            refuse_null(descriptor, &shape.insert, |field| document.get(field))?;
            set_legacy(descriptor, &shape.insert.made, &mut document)?;
        }
        satisfy(descriptor, &mut document);
        let id = document.remove("_id").ok_or(Error::Mismatch {
            model: descriptor.model,
            reason: "it has no `_id`",
        })?;
        // What serde leaves out is not to stay as it was.
        let left_out = descriptor.columns();
        let left_out = left_out.filter(|name| *name != "_id" && !document.contains_key(name));
        let left_out: Vec<&str> = left_out.collect();
        let plan = opened.shape.map(|shape| &shape.insert);
        let update: UpdateModifications = match plan.filter(|plan| !plan.is_plain()) {
            None => {
                let mut update = doc! { "$set": document };
                if !left_out.is_empty() {
                    let unset = left_out
                        .iter()
                        .map(|name| ((*name).to_owned(), Bson::from("")));
                    update.insert("$unset", unset.collect::<Document>());
                }
                update.into()
            }
            Some(plan) => {
                let left_out = left_out.iter();
                let left_out = left_out.map(|name| ((*name).to_owned(), Bson::from("$$REMOVE")));
                let set = document
                    .into_iter()
                    .map(|(name, value)| (name, literal(value)));
                let set: Document = set.chain(left_out).collect();
                pipeline(plan, set).into()
            }
        };
        change(&mut opened, by_id(id), update, true).await?;
        opened.pass.accepted()
    })
}

/// Deletes the document with this `_id`. Whether there was one.
pub(super) fn delete<M: super::Document>(
    target: Target<'_>,
    key: M::Key,
) -> BoxFuture<'_, Result<bool>> {
    Box::pin(async move {
        let descriptor = M::DESCRIPTOR;
        let id = of_key::<M>(descriptor, &key)?;
        let mut opened = open(target, descriptor, Intent::Write).await?;
        let failed = opened.failed();
        let collection = opened.collection::<Document>();
        let mut delete = collection.delete_one(by_id(id));
        if let Some(session) = &mut opened.session {
            delete = delete.session(&mut **session);
        }
        let deleted = delete.await.map_err(failed)?;
        opened.pass.accepted()?;
        Ok(deleted.deleted_count > 0)
    })
}

/// An update of one document, by its `_id`: some fields are set, and the others left alone.
#[must_use = "nothing is written before `execute` is awaited"]
pub struct DocumentUpdate<M: super::Document> {
    key: M::Key,
    set: Vec<(usize, Result<Bson>)>,
}

impl<M: super::Document> fmt::Debug for DocumentUpdate<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.set.iter();
        let set: Vec<_> = set.map(|(field, _)| M::DESCRIPTOR.column(*field)).collect();
        f.debug_struct("DocumentUpdate")
            .field("model", &M::DESCRIPTOR.model)
            .field("set", &set)
            .finish()
    }
}

/// Begins an update of the document with this `_id`.
pub(super) fn update<M: super::Document>(key: M::Key) -> DocumentUpdate<M> {
    DocumentUpdate {
        key,
        set: Vec::new(),
    }
}

impl<M: super::Document> DocumentUpdate<M> {
    /// Sets a field, named by [`field!`](crate::field). Set twice, the last value holds.
    ///
    /// ```ignore
    /// use colmig::{Document, field};
    ///
    /// let mut update = Person::update(id).set(field!(Person.display), "Ada L.");
    /// if let Some(bio) = new_bio {
    ///     update = update.set(field!(Person.bio), bio);
    /// }
    /// let was_there = update.execute(&db).await?;
    /// ```
    pub fn set<T: Any + Serialize>(mut self, field: Field<M, T>, value: impl Given<T>) -> Self {
        let value = of_field::<M, T>(M::DESCRIPTOR.model, field.position, &value.give());
        // In their order, so that the same fields are the same command.
        let at = self.set.partition_point(|(set, _)| *set < field.position);
        match self.set.get_mut(at) {
            Some((set, known)) if *set == field.position => *known = value,
            _ => self.set.insert(at, (field.position, value)),
        }
        self
    }

    /// Executes the update. Whether there was such a document.
    ///
    /// # Errors
    /// No field is set, a value cannot be stored yet, or the database refuses.
    pub fn execute<'c>(self, on: impl Access<'c>) -> BoxFuture<'c, Result<bool>> {
        let target = on.target();
        Box::pin(async move {
            let descriptor = M::DESCRIPTOR;
            if self.set.is_empty() {
                return Err(Error::NothingSet {
                    model: descriptor.model,
                });
            }
            let id = of_key::<M>(descriptor, &self.key)?;
            let fields: Vec<usize> = self.set.iter().map(|(field, _)| *field).collect();
            let mut set = Document::new();
            for (field, value) in self.set {
                set.insert(descriptor.column(field), value?);
            }
            let mut opened = open(target, descriptor, Intent::Write).await?;
            let plan = match opened.shape {
                Some(shape) => Some(shape.update(descriptor, &fields)?),
                None => None,
            };
            if let Some(plan) = plan {
                refuse_null(descriptor, plan, |field| set.get(field))?;
                set_legacy(descriptor, &plan.made, &mut set)?;
            }
            let update: UpdateModifications = match plan.filter(|plan| !plan.is_plain()) {
                None => {
                    let mut update = doc! { "$set": set };
                    if let Some((field, own)) = descriptor.version {
                        update.insert("$min", doc! { field: own });
                    }
                    update.into()
                }
                Some(plan) => {
                    let set = set.into_iter().map(|(name, value)| (name, literal(value)));
                    let mut pipeline = pipeline(plan, set.collect());
                    if let Some((field, own)) = descriptor.version {
                        let lowered = doc! { "$min": [format!("${field}"), own] };
                        pipeline.push(doc! { "$set": { field: lowered } });
                    }
                    pipeline.into()
                }
            };
            let matched = change(&mut opened, by_id(id), update, false).await?;
            opened.pass.accepted()?;
            Ok(matched)
        })
    }
}

/// The stages that set fields, and do what else is needed.
fn pipeline(plan: &Plan, set: Document) -> Vec<Document> {
    let mut pipeline = plan.before.clone();
    pipeline.push(doc! { "$set": set });
    pipeline.extend(plan.behind.iter().cloned());
    pipeline
}

/// Changes one document. Whether there was one.
async fn change(
    opened: &mut Opened<'_>,
    filter: Document,
    update: UpdateModifications,
    upsert: bool,
) -> Result<bool> {
    let failed = opened.failed();
    let collection = opened.collection::<Document>();
    let mut change = collection.update_one(filter, update);
    if upsert {
        change = change.upsert(true);
    }
    if let Some(session) = &mut opened.session {
        change = change.session(&mut **session);
    }
    match change.await {
        Ok(changed) => Ok(changed.matched_count > 0),
        Err(error) => {
            let descriptor = opened.descriptor();
            // The command holds a value against what legacy would give, and fails if it is another.
            match (refused(&error.to_string()), descriptor.flights) {
                (Some(field), Some(flights)) => Err(not_writable(descriptor, flights, field)),
                _ => Err(failed(error)),
            }
        }
    }
}

/// The document with a null in the fields in flight that serde left out: what is missing counts as
/// older than the field.
fn told(descriptor: &'static Descriptor, shape: &Shape, mut document: Document) -> Document {
    let flies = descriptor.columns().zip(&shape.collection.fields);
    for (name, field) in flies {
        if field.flight.is_some() && !document.contains_key(name) {
            document.insert(name, Bson::Null);
        }
    }
    document
}

/// Has a whole document say that it satisfies the version of this build. One of which only some fields are
/// set satisfies that at most, and what it did before: what this build does not know may be stale by then,
/// and what is new to it may be missing.
fn satisfy(descriptor: &'static Descriptor, document: &mut Document) {
    if let Some((field, own)) = descriptor.version {
        document.insert(field, own);
    }
}

/// Refuses null where there is no place for it yet, before anything is sent.
fn refuse_null<'v>(
    descriptor: &'static Descriptor,
    plan: &Plan,
    value: impl Fn(&'static str) -> Option<&'v Bson>,
) -> Result<()> {
    for field in &plan.refuse_null {
        if let (Some(Bson::Null) | None, Some(flights)) =
            (value(descriptor.column(*field)), descriptor.flights)
        {
            return Err(not_writable(descriptor, flights, *field));
        }
    }
    Ok(())
}
