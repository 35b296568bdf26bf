//! Searches with any filter and sort, right in every phase.

use std::fmt;

use colmig_schema::document::{BadSearch, Condition, Names, Searched, Until};
use colmig_schema::reads::bucket;
use mongodb::bson::{Bson, Document, doc};

use super::bson::names;
use super::computed::Computed;
use super::fill_on_read::{Filling, filling};
use super::found::{Found, decoded, found};
use super::open::{Opened, open};
use super::read::{aggregate, search};
use super::shape::Shape;
use crate::access::{Intent, Target};
use crate::error::{Error, Result};
use crate::private::Descriptor;

/// A search in the collection of `M`.
///
/// Filter and sort name fields as they are stored, that is as serde names them. While a field is
/// in flight, they go by what a read of it gives, so they also find the documents that are not
/// filled yet; of a field that serves an index, the index serves the search as far as it can.
#[must_use = "a query does nothing before one of its `fetch` methods is awaited"]
pub struct DocumentQuery<'c, M> {
    target: Target<'c>,
    filter: Document,
    sort: Document,
    skip: u64,
    limit: Option<i64>,
    model: std::marker::PhantomData<fn() -> M>,
}

impl<M: super::Document> fmt::Debug for DocumentQuery<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentQuery")
            .field("model", &M::DESCRIPTOR.model)
            .finish_non_exhaustive()
    }
}

/// Begins a search in the collection of `M`.
pub(super) fn query<M: super::Document>(target: Target<'_>) -> DocumentQuery<'_, M> {
    DocumentQuery {
        target,
        filter: Document::new(),
        sort: Document::new(),
        skip: 0,
        limit: None,
        model: std::marker::PhantomData,
    }
}

impl<M: super::Document> DocumentQuery<'_, M> {
    /// Only documents that this filter of MongoDB's finds.
    pub fn filter(mut self, filter: Document) -> Self {
        self.filter = filter;
        self
    }

    /// In this order: `doc! { "born": -1 }`.
    pub fn sort(mut self, sort: Document) -> Self {
        self.sort = sort;
        self
    }

    /// Without so many at the beginning.
    pub fn skip(mut self, skip: u64) -> Self {
        self.skip = skip;
        self
    }

    /// So many at most.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(i64::try_from(limit).unwrap_or(i64::MAX));
        self
    }

    /// Every document.
    ///
    /// # Errors
    /// The filter or the sort names a field that goes ([`Taken`](Error::Taken)), or one that a function
    /// of the application computes as yet ([`InRust`](Error::InRust)), the database refuses, or a document
    /// is none of this struct.
    pub async fn fetch_all(self) -> Result<Vec<M>> {
        if self.limit == Some(0) {
            return Ok(Vec::new());
        }
        let descriptor = M::DESCRIPTOR;
        let prepared = prepare(self.target, descriptor, self.filter, &self.sort);
        let (mut opened, plan, computed) = prepared.await?;
        let (inner, failed) = (opened.inner, opened.failed());
        let (stages, filling) = match plan {
            Plan::Stored(filter) if computed.is_empty() => {
                let found = search(&mut opened, filter, self.sort, self.skip, self.limit);
                let found = found.await.map_err(failed)?;
                opened.pass.accepted()?;
                let found = found.iter().map(|found| decoded(descriptor, found));
                return found.collect();
            }
            Plan::Stored(filter) => {
                let mut stages = vec![doc! { "$match": filter }];
                page(&mut stages, &self.sort, self.skip, self.limit);
                (stages, None)
            }
            Plan::Computed {
                mut stages,
                computes,
                read,
                filling,
            } => {
                page(&mut stages, &self.sort, self.skip, self.limit);
                // Only of those that are left, unless that is how they were found.
                if !computes {
                    stages.push(read);
                }
                (stages, filling)
            }
        };
        let found: Found<M> = found(&mut opened, stages, filling, computed).await?;
        opened.pass.accepted()?;
        Ok(found.fill(inner, descriptor))
    }

    /// The first document, if there is one.
    ///
    /// # Errors
    /// As [`fetch_all`](DocumentQuery::fetch_all).
    pub async fn fetch_optional(self) -> Result<Option<M>> {
        Ok(self.limit(1).fetch_all().await?.pop())
    }

    /// The first document.
    ///
    /// # Errors
    /// As [`fetch_all`](DocumentQuery::fetch_all), and [`sqlx::Error::RowNotFound`] where there is
    /// none.
    pub async fn fetch_one(self) -> Result<M> {
        self.fetch_optional().await?.ok_or(Error::Database {
            model: M::DESCRIPTOR.model,
            source: sqlx::Error::RowNotFound,
        })
    }

    /// How many documents it finds, of those that `skip` and `limit` leave.
    ///
    /// # Errors
    /// As [`fetch_all`](DocumentQuery::fetch_all).
    pub async fn count(self) -> Result<u64> {
        if self.limit == Some(0) {
            return Ok(0);
        }
        let descriptor = M::DESCRIPTOR;
        let unsorted = Document::new();
        let prepared = prepare(self.target, descriptor, self.filter, &unsorted);
        let (mut opened, plan, _) = prepared.await?;
        let failed = opened.failed();
        let mut stages = match plan {
            Plan::Stored(filter) => vec![doc! { "$match": filter }],
            Plan::Computed { stages, .. } => stages,
        };
        page(&mut stages, &unsorted, self.skip, self.limit);
        stages.push(doc! { "$count": "count" });
        let collection = opened.collection::<Document>();
        let counted = aggregate::<_, Document>(&collection, stages, &mut opened.session);
        let counted = counted.await.map_err(failed)?;
        opened.pass.accepted()?;
        // Of nothing there is no answer.
        let count = counted
            .first()
            .and_then(|counted| match counted.get("count") {
                Some(Bson::Int32(count)) => u64::try_from(*count).ok(),
                Some(Bson::Int64(count)) => u64::try_from(*count).ok(),
                _ => None,
            });
        Ok(count.unwrap_or(0))
    }
}

/// How documents are searched for.
enum Plan {
    /// What is stored is what is read.
    Stored(Document),
    /// By a pipeline.
    Computed {
        /// Those that find the documents.
        stages: Vec<Document>,
        /// Whether they have computed what is read already.
        computes: bool,
        /// The stage that does.
        read: Document,
        /// What it tells of which documents are to be filled, if it does.
        filling: Option<&'static Filling>,
    },
}

/// Begins the access, and says how it searches, and what functions make of the documents that it finds.
async fn prepare<'c>(
    target: Target<'c>,
    descriptor: &'static Descriptor,
    filter: Document,
    sort: &Document,
) -> Result<(Opened<'c>, Plan, &'static [Computed])> {
    let opened = open(target, descriptor, Intent::Read).await?;
    let Some(shape) = opened.shape else {
        return Ok((opened, Plan::Stored(filter), &[]));
    };
    // Of the documents of a search nothing is known, so it is on one side as a whole, and the same
    // search always on the same.
    let shape = match shape.by_bucket {
        true => {
            let names: Vec<&str> = filter
                .keys()
                .chain(sort.keys())
                .map(String::as_str)
                .collect();
            shape.of_bucket(descriptor, bucket(names.join(",").as_bytes()))?
        }
        false => shape,
    };
    let filling = filling(&opened, Some(shape))?;
    let plan = divide(descriptor, shape, filling, filter, sort)?;
    Ok((opened, plan, shape.computed.as_slice()))
}

fn divide(
    descriptor: &'static Descriptor,
    shape: &Shape,
    filling: Option<&'static Filling>,
    filter: Document,
    sort: &Document,
) -> Result<Plan> {
    let mut conditions = Vec::new();
    flatten(filter.clone(), &mut conditions);
    let sorted: Vec<String> = sort.keys().cloned().collect();
    let searched = shape.collection.search(conditions, &sorted);
    let model = descriptor.model;
    let searched = searched.map_err(|bad| match bad {
        BadSearch::Taken { field, by } => Error::Taken { model, field, by },
        BadSearch::InRust { field } => Error::InRust {
            model,
            column: descriptor.column(field),
        },
    })?;
    let read = filling.map(|filling| &filling.read);
    let Some(read) = read.or(shape.read.as_ref()).cloned() else {
        return Ok(Plan::Stored(filter));
    };
    let Searched {
        before,
        behind,
        computes,
    } = searched;
    let mut stages = Vec::new();
    if let Some(before) = all(before.into_iter().map(until).collect()) {
        stages.push(doc! { "$match": before });
    }
    if computes {
        stages.push(read.clone());
        if let Some(behind) = all(behind.into_iter().map(said).collect()) {
            stages.push(doc! { "$match": behind });
        }
    }
    Ok(Plan::Computed {
        stages,
        computes,
        read,
        filling,
    })
}

/// The conditions of a filter that all have to hold.
fn flatten(filter: Document, to: &mut Vec<Condition<Bson>>) {
    for (key, value) in filter {
        match value {
            Bson::Array(parts)
                if key == "$and" && parts.iter().all(|part| part.as_document().is_some()) =>
            {
                for part in parts {
                    if let Bson::Document(part) = part {
                        flatten(part, to);
                    }
                }
            }
            value => {
                let names = match key.starts_with('$') {
                    true => names(&key, &value),
                    false => Names::These(Vec::new()),
                };
                to.push(Condition { key, names, value });
            }
        }
    }
}

fn said(condition: Condition<Bson>) -> Document {
    doc! { condition.key: condition.value }
}

fn until(until: Until<Bson>) -> Document {
    match until {
        Until::As(condition) => said(condition),
        Until::OrUnfilled {
            condition,
            field,
            null,
        } => {
            let unfilled = match null {
                true => doc! { field: null },
                false => doc! { field: { "$exists": false } },
            };
            doc! { "$or": [said(condition), unfilled] }
        }
    }
}

/// All of these conditions as one; none of none.
fn all(mut conditions: Vec<Document>) -> Option<Document> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(doc! { "$and": conditions }),
    }
}

/// Puts what was found in order, and takes a part of it.
fn page(stages: &mut Vec<Document>, sort: &Document, skip: u64, limit: Option<i64>) {
    if !sort.is_empty() {
        stages.push(doc! { "$sort": sort.clone() });
    }
    if skip > 0 {
        stages.push(doc! { "$skip": i64::try_from(skip).unwrap_or(i64::MAX) });
    }
    if let Some(limit) = limit {
        stages.push(doc! { "$limit": limit });
    }
}
