//! Documents of MongoDB: the accessors of a struct that is a collection.

mod bson;
mod computed;
mod fill_on_read;
mod found;
mod open;
mod query;
mod read;
mod rule;
mod shadow;
mod shape;
mod write;

use std::any::Any;

use mongodb::bson::Bson;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::BoxFuture;
use crate::access::Access;
use crate::error::Result;
use crate::field::Given;
use crate::flight::Flights;
use crate::private::{Described, Descriptor};

pub use bson::{decode, encode, encoded};
pub(crate) use computed::Computed;
pub(crate) use fill_on_read::Fills;
pub use query::DocumentQuery;
pub use rule::{AsBson, DocumentConverted, DocumentFilled, DocumentRule};
pub(crate) use shadow::shown;
pub(crate) use shape::Shape;
pub use write::DocumentUpdate;

/// What the derive writes for a struct that is a collection. All else is [`Document`], which every
/// struct with this has.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model of a collection",
    label = "has no `#[derive(colmig::Model)]` with `#[colmig(collection = \"...\")]`"
)]
pub trait DerivedDocument: Serialize + DeserializeOwned + Send + Sync + Sized + 'static {
    /// The type of `_id`.
    type Key: Serialize + Send + Sync + 'static;

    /// What is known without the type, in the lines that `Described::read` reads.
    const MODEL: &'static str;

    /// Present where fields are in flight; the record in `MODEL` says which.
    const FLIGHTS: Option<&'static Flights> = None;

    /// The fields that are not stored by the name that they have in the struct, by position.
    const COLUMNS: &'static [(usize, &'static str)] = &[];

    /// How the fields are stored of which serde is told a function, by position.
    const ENCODED: &'static [(usize, Encode)] = &[];

    /// The field in which documents say which version of the model they satisfy, and that of this build.
    const VERSION: Option<(&'static str, i32)> = None;

    /// The rules in Rust of the fields in flight that have one, by position.
    const RULES: &'static [(usize, &'static dyn DocumentRule)] = &[];
}

/// What a value is stored as; none if it is of another type than its field.
pub type Encode = fn(&dyn Any) -> Option<Result<Bson, mongodb::bson::error::Error>>;

/// A struct that is a document of a collection, with accessors that are right in every phase.
///
/// Derive [`Model`](macro@crate::Model) with `#[colmig(collection = "people")]`, and serde's
/// `Serialize` and `Deserialize`, and bring this trait into scope where the accessors are called.
///
/// Every accessor is one command, so a document is changed as a whole or not at all. What is
/// written is accepted once most servers have it on disk; what is read is read from the server that
/// is written to. They take a [`Db`](crate::Db), or a [`Tx`](crate::Tx) where there is a replica set.
///
/// ```
/// use colmig::Document;
/// use mongodb::bson::doc;
///
/// # async fn example<Person: Document<Key = i64>>(db: &colmig::Db, person: Person) -> colmig::Result<()> {
/// person.insert(db).await?;
/// let found: Option<Person> = Person::find(db, 42).await?;
/// let adas: Vec<Person> = Person::query(db)
///     .filter(doc! { "name": "Ada" })
///     .sort(doc! { "born": -1 })
///     .limit(10)
///     .fetch_all()
///     .await?;
/// let was_there: bool = Person::delete(db, 42).await?;
/// # Ok(()) }
/// ```
pub trait Document: DerivedDocument {
    #[doc(hidden)]
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        described: Described::read(Self::MODEL),
        flights: Self::FLIGHTS,
        columns: Self::COLUMNS,
        custom: &[],
        rules: &[],
        version: Self::VERSION,
        document_rules: Self::RULES,
    };

    /// The document with this `_id`, if there is one.
    ///
    /// # Errors
    /// The database refuses, the document is none of this struct, or what is known of the phases
    /// is too old.
    fn find<'c>(
        on: impl Access<'c>,
        id: impl Given<Self::Key>,
    ) -> BoxFuture<'c, Result<Option<Self>>> {
        read::find(on.target(), id.give())
    }

    /// A search with any filter and sort, by the names that the fields are stored by.
    fn query<'c>(on: impl Access<'c>) -> DocumentQuery<'c, Self> {
        query::query(on.target())
    }

    /// Inserts this document.
    ///
    /// # Errors
    /// There is one with this `_id`
    /// ([`is_unique_violation`](crate::Error::is_unique_violation)), a value cannot be stored yet
    /// ([`NotReversible`](crate::Error::NotReversible)), or the database refuses; then nothing is
    /// written.
    fn insert<'c>(&'c self, on: impl Access<'c>) -> BoxFuture<'c, Result<()>> {
        write::insert(self, on.target())
    }

    /// Sets every field of the document with this `_id` that this struct knows, or inserts it where
    /// there is none. Fields that the struct does not know stay as they are: others may have put
    /// them there, and builds behind this one.
    ///
    /// # Errors
    /// A value cannot be stored yet ([`NotReversible`](crate::Error::NotReversible)), or the
    /// database refuses; then nothing is written.
    fn save<'c>(&'c self, on: impl Access<'c>) -> BoxFuture<'c, Result<()>> {
        write::save(self, on.target())
    }

    /// Begins an update of the document with this `_id`: set fields, then execute it.
    fn update(id: impl Given<Self::Key>) -> DocumentUpdate<Self> {
        write::update(id.give())
    }

    /// Deletes the document with this `_id`. Whether there was one.
    ///
    /// # Errors
    /// The database refuses.
    fn delete<'c>(on: impl Access<'c>, id: impl Given<Self::Key>) -> BoxFuture<'c, Result<bool>> {
        write::delete::<Self>(on.target(), id.give())
    }
}

impl<M: DerivedDocument> Document for M {}
