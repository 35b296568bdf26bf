//! The trait that `#[derive(Model)]` implements: the accessors.

use crate::BoxFuture;
use crate::access::{self, Access, Query, Update};
use crate::db::Db;
use crate::error::Result;
use crate::field::Given;
use crate::private::{Derived, Described, Descriptor};

/// A struct that is a row of a table, with accessors that are right in every phase.
///
/// Derive it, and bring it into scope where the accessors are called: one `use
/// colmig::Model;` names the derive and the trait. A function of the struct's own with
/// the name of an accessor goes first, as for every trait.
///
/// Every accessor is one statement. It takes a [`Db`], a [`Tx`](crate::Tx) or, through
/// [`Db::on_postgres`] and its siblings, a connection of the application's own.
///
/// ```
/// use colmig::Model;
///
/// # async fn example<User: Model<Key = i64>>(db: &colmig::Db, user: User) -> colmig::Result<()> {
/// user.insert(db).await?;
/// let found: Option<User> = User::find(db, 42).await?;
/// let adas: Vec<User> = User::query(db, "WHERE {name} LIKE $1").bind("Ada %").fetch_all().await?;
/// let was_there: bool = User::delete(db, 42).await?;
/// # Ok(()) }
/// ```
pub trait Model: Derived {
    #[doc(hidden)]
    const DESCRIPTOR: &'static Descriptor = &Descriptor {
        described: Described::read(Self::MODEL),
        flights: Self::FLIGHTS,
        columns: Self::COLUMNS,
        custom: Self::CUSTOM,
        rules: Self::RULES,
        #[cfg(feature = "mongodb")]
        version: None,
        #[cfg(feature = "mongodb")]
        document_rules: &[],
    };

    /// The row with this primary key, if there is one. The key is the type of its field,
    /// or a tuple of several in the order of the struct.
    ///
    /// # Errors
    /// The database refuses, or what is known of the phases is too old.
    fn find<'c>(
        on: impl Access<'c>,
        key: impl Given<Self::Key>,
    ) -> BoxFuture<'c, Result<Option<Self>>> {
        access::find(on.target(), key.give())
    }

    /// A query with any tail of SQL, in which `{column}` stands for what the phase reads.
    fn query<'c>(on: impl Access<'c>, tail: &'static str) -> Query<'c, Self> {
        access::query(on.target(), tail)
    }

    /// Inserts this row.
    ///
    /// # Errors
    /// A field cannot be written yet ([`NotWritable`](crate::Error::NotWritable)), or the
    /// database refuses; then nothing is written.
    fn insert<'c>(&'c self, on: impl Access<'c>) -> BoxFuture<'c, Result<()>> {
        access::insert(self, on.target())
    }

    /// Begins an update of the row with this primary key: set fields, then execute it.
    fn update(key: impl Given<Self::Key>) -> Update<Self> {
        access::update(key.give())
    }

    /// Deletes the row with this primary key. Whether there was one.
    ///
    /// # Errors
    /// The database refuses.
    fn delete<'c>(on: impl Access<'c>, key: impl Given<Self::Key>) -> BoxFuture<'c, Result<bool>> {
        access::delete::<Self>(on.target(), key.give())
    }

    /// The list of expressions that reads every field now, for a query of your own on the
    /// table. Ask anew for each query: it changes with the phases.
    ///
    /// # Errors
    /// No accessors for this database, or what is known of the phases is too old.
    fn columns(db: &Db) -> Result<String> {
        access::columns::<Self>(db)
    }
}

impl<M: Derived> Model for M {}
