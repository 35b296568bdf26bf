//! Where an access to documents takes place, and what it sends.

use std::sync::Arc;

use mongodb::{ClientSession, Collection};

use super::shape::{self, Shape};
use crate::access::{Intent, Link, Pass, Target};
use crate::db::Inner;
use crate::error::{Error, Result};
use crate::fleet::Session;
use crate::metrics;
use crate::mongodb::Place;
use crate::private::Descriptor;

/// An access to documents that may begin.
pub(super) struct Opened<'c> {
    pub(super) inner: &'c Arc<Inner>,
    descriptor: &'static Descriptor,
    place: &'c Place,
    /// The transaction in which it takes place.
    pub(super) session: Option<&'c mut ClientSession>,
    /// What it sends; none where nothing is in flight.
    pub(super) shape: Option<&'static Shape>,
    pub(super) pass: Pass<'c>,
}

/// Begins an access, as [`Target::open`] does one to a table.
pub(super) async fn open<'c>(
    target: Target<'c>,
    descriptor: &'static Descriptor,
    intent: Intent,
) -> Result<Opened<'c>> {
    let inner = target.inner;
    let place = inner.place(descriptor.model)?;
    let session = match target.link {
        Link::Pool => None,
        Link::MongoDb(session) => Some(session),
        #[cfg(any(feature = "postgres", feature = "mariadb", feature = "sqlite"))]
        _ => {
            return Err(Error::Mismatch {
                model: descriptor.model,
                reason: "a connection for SQL holds no documents",
            });
        }
    };
    let alone = session.is_none();
    let mut pass = Pass::new(inner, descriptor, intent);
    if !pass.early(target.tx.as_deref()) {
        let words = &mut Session::new(place);
        let late = Box::pin(pass.late(words, alone, target.tx)).await;
        late.inspect_err(metrics::refused)?;
    }
    if alone && pass.is_first() {
        let words = &mut Session::new(place);
        let first = Box::pin(pass.first(words)).await;
        first.inspect_err(metrics::refused)?;
    }
    pass.fits().inspect_err(metrics::refused)?;
    let shape = shape::choose(descriptor, &inner.views, pass.view())?;
    Ok(Opened {
        inner,
        descriptor,
        place,
        session,
        shape,
        pass,
    })
}

impl Opened<'_> {
    /// The collection of the model.
    pub(super) fn collection<T: Send + Sync>(&self) -> Collection<T> {
        self.place.collection(self.descriptor.table)
    }

    pub(super) fn descriptor(&self) -> &'static Descriptor {
        self.descriptor
    }

    /// The error of the driver.
    pub(super) fn failed(&self) -> impl Fn(mongodb::error::Error) -> Error + Copy + use<> {
        let model = self.descriptor.model;
        move |error| Error::mongodb(model, error)
    }
}
