//! Reading: one document by its `_id`.

use mongodb::bson::{Document, RawDocumentBuf, doc};
use mongodb::{ClientSession, Collection};
use serde::de::DeserializeOwned;

use super::bson::{by_id, of_key};
use super::fill_on_read::filling;
use super::found::{decoded, found};
use super::open::{Opened, open};
use super::shadow;
use super::shape::bucket_of;
use crate::BoxFuture;
use crate::access::{Intent, Target};
use crate::error::Result;
use crate::mongodb::{all, all_of_session};

/// The document with this `_id`, if there is one.
pub(super) fn find<M: super::Document>(
    target: Target<'_>,
    key: M::Key,
) -> BoxFuture<'_, Result<Option<M>>> {
    Box::pin(async move {
        let descriptor = M::DESCRIPTOR;
        let inner = target.inner;
        let id = of_key::<M>(descriptor, &key)?;
        let mut opened = open(target, descriptor, Intent::Read).await?;
        let failed = opened.failed();
        let shape = match opened.shape {
            Some(shape) => Some(shape.of_bucket(descriptor, bucket_of(&id))?),
            None => None,
        };
        let compared = opened.shape.filter(|shape| shape.by_bucket);
        let compared = compared.map(|shape| (shape, id.clone()));
        let read = shape.and_then(|shape| shape.read.as_ref());
        let computed = shape.map_or(&[][..], |shape| &shape.computed);
        let found = match read {
            None if computed.is_empty() => {
                let collection = opened.collection::<RawDocumentBuf>();
                let mut find = collection.find_one(by_id(id));
                if let Some(session) = &mut opened.session {
                    find = find.session(&mut **session);
                }
                let found = find.await.map_err(failed)?;
                opened.pass.accepted()?;
                found.map(|found| decoded(descriptor, &found)).transpose()?
            }
            read => {
                let filling = filling(&opened, shape)?;
                let read = filling.map(|filling| &filling.read).or(read);
                let mut pipeline = vec![doc! { "$match": by_id(id) }];
                pipeline.extend(read.cloned());
                let found = found::<M>(&mut opened, pipeline, filling, computed).await?;
                opened.pass.accepted()?;
                found.fill(inner, descriptor).pop()
            }
        };
        if let (Some((shape, id)), true) = (compared, found.is_some()) {
            let bucket = bucket_of(&id);
            shadow::compare(inner, descriptor, shape, id, bucket)?;
        }
        Ok(found)
    })
}

/// What a pipeline gives.
pub(super) async fn aggregate<T: Send + Sync, R: DeserializeOwned + Send + Sync>(
    collection: &Collection<T>,
    pipeline: Vec<Document>,
    session: &mut Option<&mut ClientSession>,
) -> Result<Vec<R>, mongodb::error::Error> {
    let aggregate = collection.aggregate(pipeline).with_type::<R>();
    match session {
        Some(session) => {
            let cursor = aggregate.session(&mut **session).await?;
            all_of_session(cursor, session).await
        }
        None => all(aggregate.await?).await,
    }
}

/// What a search without anything computed gives.
pub(super) async fn search(
    opened: &mut Opened<'_>,
    filter: Document,
    sort: Document,
    skip: u64,
    limit: Option<i64>,
) -> Result<Vec<RawDocumentBuf>, mongodb::error::Error> {
    let collection = opened.collection::<RawDocumentBuf>();
    let mut find = collection.find(filter);
    if !sort.is_empty() {
        find = find.sort(sort);
    }
    if skip > 0 {
        find = find.skip(skip);
    }
    if let Some(limit) = limit {
        find = find.limit(limit);
    }
    match &mut opened.session {
        Some(session) => {
            let cursor = find.session(&mut **session).await?;
            all_of_session(cursor, session).await
        }
        None => all(find.await?).await,
    }
}
