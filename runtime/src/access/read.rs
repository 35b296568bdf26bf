//! Reading: one row by its key, and the list of columns for a team's own queries.

use std::any::Any;

use super::{Access, arguments, codecs, on};
use crate::BoxFuture;
use crate::backend::Backend;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::flight;
use crate::model::Model;
use crate::private::Descriptor;

/// Reads the fields of a row in their order.
pub struct Reader<'r> {
    descriptor: &'static Descriptor,
    next: usize,
    row: &'r dyn Fields,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("model", &self.descriptor.model)
            .field("next", &self.next)
            .finish()
    }
}

/// A row, whichever driver it came from.
trait Fields {
    fn decode(&self, field: usize, to: &mut dyn Any) -> Result<(), sqlx::Error>;
}

struct Row<'r, D: Backend> {
    row: &'r D::Row,
    codecs: &'static [crate::backend::Codec<D>],
}

impl<D: Backend> Fields for Row<'_, D> {
    fn decode(&self, field: usize, to: &mut dyn Any) -> Result<(), sqlx::Error> {
        match self.codecs.get(field) {
            Some(codec) => (codec.decode)(self.row, field, to),
            None => Err(sqlx::Error::ColumnIndexOutOfBounds {
                index: field,
                len: self.codecs.len(),
            }),
        }
    }
}

impl Reader<'_> {
    /// The next field.
    ///
    /// # Errors
    /// The database's value is no value of the field's type.
    pub fn take<T: Any>(&mut self) -> Result<T> {
        let mut slot: Option<T> = None;
        let field = self.next;
        self.next += 1;
        self.row
            .decode(field, &mut slot)
            .map_err(|source| Error::Database {
                model: self.descriptor.model,
                source,
            })?;
        slot.ok_or(Error::Mismatch {
            model: self.descriptor.model,
            reason: "a field was not read",
        })
    }
}

/// Makes a model of a row.
pub(super) fn read<D: Backend, M: Model>(row: &D::Row) -> Result<M> {
    let descriptor = M::descriptor();
    let row = Row::<D> {
        row,
        codecs: codecs::<D>(descriptor)?,
    };
    M::read(&mut Reader {
        descriptor,
        next: 0,
        row: &row,
    })
}

/// The row with this key, if there is one.
pub fn find<'c, M: Model>(
    on: impl Access<'c>,
    key: impl Into<M::Key>,
) -> BoxFuture<'c, Result<Option<M>>> {
    async fn find_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        sql: &'static str,
        key: M::Key,
    ) -> Result<Option<M>> {
        let descriptor = M::descriptor();
        let row = {
            let arguments = arguments::<D>(descriptor, key_values::<M>(&key))?;
            D::fetch_optional(connection, sqlx::SqlSafeStr::into_sql_str(sql), arguments)
        };
        let row = row.await.map_err(|source| Error::Database {
            model: descriptor.model,
            source,
        })?;
        row.as_ref().map(read::<D, M>).transpose()
    }

    let (target, key) = (on.target(), key.into());
    Box::pin(async move {
        let (mut held, chosen) = target.open(M::descriptor()).await?;
        on!(&mut held, D, connection => find_on::<D, M>(connection, chosen.find(), key).await)
    })
}

/// The parts of a key, with the position of the field that each belongs to.
pub(super) fn key_values<M: Model>(key: &M::Key) -> impl Iterator<Item = (usize, &dyn Any)> {
    let fields = M::descriptor().key.iter().enumerate();
    fields.map(|(part, field)| (*field, M::key_value(key, part)))
}

/// The list of expressions that reads every field of a model now, for a team's own
/// query on its table. Ask anew for each query: it changes with the phases.
///
/// # Errors
/// No accessors for this database, or a view of the phases that is too old.
pub fn columns<M: Model>(db: &Db) -> Result<String> {
    let stages = db.inner().views.fresh();
    let chosen = flight::choose(M::descriptor(), db.database(), stages.as_deref())?;
    Ok(chosen.list().to_owned())
}
