//! The trait that `#[derive(Model)]` implements.

use std::any::Any;

use crate::access::{Reader, Update};
use crate::error::Result;
use crate::private::Descriptor;

/// A struct that is a row of a table.
///
/// Derive it; the derive also gives the struct its accessors (`find`, `query`, `insert`,
/// `update`, `delete`, `columns`). What the trait itself asks for is not part of the
/// stable interface.
pub trait Model: Sized + Send + Sync + 'static {
    /// The primary key: the type of its field, or a tuple of several.
    type Key: Send + Sync + 'static;

    /// What [`update`](crate::Update) is wrapped in, with a method for each field.
    type Update;

    /// What is known without the type.
    #[doc(hidden)]
    fn descriptor() -> &'static Descriptor;

    /// The value of a stored field, by its position.
    #[doc(hidden)]
    fn value(&self, field: usize) -> &dyn Any;

    /// A part of the primary key, by its position.
    #[doc(hidden)]
    fn key_value(key: &Self::Key, part: usize) -> &dyn Any;

    /// Reads the fields in their order.
    #[doc(hidden)]
    fn read(reader: &mut Reader<'_>) -> Result<Self>;

    /// Wraps an update that is begun.
    #[doc(hidden)]
    fn begin_update(update: Update<Self>) -> Self::Update;
}
