//! Reading: one row by its key, and the list of columns for a team's own queries.

use std::any::Any;

use super::{Intent, Target, arguments, on};
use crate::BoxFuture;
use crate::backend::{AnyRow, Backend, known};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::flight::{self, Chosen};
use crate::model::Model;
use crate::private::Descriptor;
use crate::rule::Rule;
use crate::shadow::{self, bucket_of};

/// Reads the fields of a row in their order.
pub struct Reader<'r> {
    descriptor: &'static Descriptor,
    next: usize,
    row: AnyRow<'r>,
    /// The fields that the row gives as legacy holds them, or may leave empty, with the rules
    /// that convert them.
    converted: &'static [(usize, &'static dyn Rule)],
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("model", &self.descriptor.model)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// The next fields of known types: one, or a tuple of them, which may be of tuples.
    ///
    /// # Errors
    /// The database's value is no value of the field's type.
    pub fn take<T: Take>(&mut self) -> Result<T> {
        T::take(self)
    }

    /// A field whose codec generated code names.
    ///
    /// # Errors
    /// The database's value is no value of the field's type.
    pub fn custom<T: Any>(&self, field: usize) -> Result<T> {
        if let Some(converted) = self.convert(field) {
            return converted;
        }
        let mut slot: Option<T> = None;
        let codecs = self.descriptor.custom(field);
        codecs
            .and_then(|codecs| self.row.decode(codecs, field, &mut slot))
            .transpose()
            .map_err(|source| self.failed(source))?;
        slot.ok_or(Error::Mismatch {
            model: self.descriptor.model,
            reason: "a field has no codec",
        })
    }

    /// What a rule in Rust makes of a field; none if the row gives it as it is.
    #[inline]
    fn convert<T: Any>(&self, field: usize) -> Option<Result<T>> {
        if self.converted.is_empty() {
            return None;
        }
        self.convert_by_rule(field)
    }

    #[cold]
    fn convert_by_rule<T: Any>(&self, field: usize) -> Option<Result<T>> {
        let (_, rule) = self.converted.iter().find(|(of, _)| *of == field)?;
        let mismatch = || Error::Mismatch {
            model: self.descriptor.model,
            reason: "a rule in Rust is of another type than its field",
        };
        let made_of = match rule.made_of() {
            [] => &[field],
            // A new column that holds a value says by itself what the field is.
            fields => match self.row.is_null(field) {
                Ok(true) => fields,
                Ok(false) => return None,
                Err(source) => return Some(Err(self.failed(source))),
            },
        };
        let converted = || {
            let legacy = rule.sides().legacy(self.row, made_of);
            let legacy = legacy.ok_or_else(mismatch)?;
            let legacy = legacy.map_err(|source| self.failed(source))?;
            let target = rule.up(legacy).map_err(|reason| Error::NotConvertible {
                model: self.descriptor.model,
                column: self.descriptor.column(field),
                reason,
            })?;
            let target = target.downcast::<T>().map_err(|_| mismatch())?;
            Ok(*target)
        };
        Some(converted())
    }

    /// The position of the next field of a known type.
    fn advance(&mut self) -> usize {
        while self.descriptor.custom(self.next).is_some() {
            self.next += 1;
        }
        self.next += 1;
        self.next - 1
    }

    fn failed(&self, source: sqlx::Error) -> Error {
        Error::Database {
            model: self.descriptor.model,
            source,
        }
    }
}

/// What is read without a codec: the types that the library knows, and tuples of them.
///
/// A struct's fields are read as one tuple, for that is one thing to be checked by the
/// compiler and not one for each field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of the standard library that it is called like",
    note = "name the type of its column with #[colmig(sql_type = \"...\")]"
)]
pub trait Take: Sized {
    /// Reads it.
    #[doc(hidden)]
    fn take(reader: &mut Reader<'_>) -> Result<Self>;
}

macro_rules! take_known {
    ($ty:ty) => {
        impl Take for $ty {
            fn take(reader: &mut Reader<'_>) -> Result<Self> {
                let at = reader.advance();
                if let Some(converted) = reader.convert(at) {
                    return converted;
                }
                match reader.row {
                    #[cfg(feature = "postgres")]
                    AnyRow::Postgres(row) => sqlx::Row::try_get(row, at),
                    #[cfg(feature = "mariadb")]
                    AnyRow::MySql(row) => sqlx::Row::try_get(row, at),
                    #[cfg(feature = "sqlite")]
                    AnyRow::Sqlite(row) => sqlx::Row::try_get(row, at),
                    #[cfg(not(any(
                        feature = "postgres",
                        feature = "mariadb",
                        feature = "sqlite"
                    )))]
                    AnyRow::Nothing(_) => {
                        Err(sqlx::Error::ColumnIndexOutOfBounds { index: at, len: 0 })
                    }
                }
                .map_err(|source| reader.failed(source))
            }
        }
    };
}
known!(take_known);

/// Tuples of one to sixteen; generated code nests them for structs with more fields.
macro_rules! take_tuple {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Take, $($rest: Take),*> Take for ($first, $($rest,)*) {
            fn take(reader: &mut Reader<'_>) -> Result<Self> {
                Ok(($first::take(reader)?, $($rest::take(reader)?,)*))
            }
        }
        take_tuple!($($rest)*);
    };
}
take_tuple!(A B C D E F G H I J K L M N O P);

/// Makes a model of a row.
pub(super) fn read<D: Backend, M: Model>(row: &D::Row, chosen: Chosen) -> Result<M> {
    M::read(&mut Reader {
        converted: chosen.converted(),
        descriptor: M::DESCRIPTOR,
        next: 0,
        row: D::row(row),
    })
}

/// The row with this key, if there is one.
pub(crate) fn find<M: Model>(target: Target<'_>, key: M::Key) -> BoxFuture<'_, Result<Option<M>>> {
    async fn find_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        chosen: Chosen,
        key: &M::Key,
    ) -> Result<Option<M>> {
        let sql = chosen.find();
        let descriptor = M::DESCRIPTOR;
        let row = {
            let arguments = arguments::<D>(descriptor, key_values::<M>(key))?;
            D::fetch_optional(connection, sqlx::SqlSafeStr::into_sql_str(sql), arguments)
        };
        let row = row.await.map_err(|source| Error::Database {
            model: descriptor.model,
            source,
        })?;
        row.as_ref()
            .map(|row| read::<D, M>(row, chosen))
            .transpose()
    }

    Box::pin(async move {
        let inner = target.inner;
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Read).await?;
        let database = held.database();
        let bucket = chosen.is_by_bucket().then(|| bucket_of::<M>(&key));
        let of_row = match bucket {
            Some(bucket) => chosen.of_bucket(M::DESCRIPTOR, database, bucket)?,
            None => chosen,
        };
        let found =
            on!(&mut held, D, connection => find_on::<D, M>(connection, of_row, &key).await)?;
        pass.accepted()?;
        if let Some(bucket) = bucket {
            let compared = chosen.compared(M::DESCRIPTOR, bucket)?;
            if !compared.is_empty() && found.is_some() {
                shadow::compare::<M>(inner, chosen, key, compared);
            }
        }
        Ok(found)
    })
}

/// The parts of a key, with the position of the field that each belongs to.
pub(crate) fn key_values<M: Model>(key: &M::Key) -> impl Iterator<Item = (usize, &dyn Any)> {
    let fields = M::DESCRIPTOR.key().enumerate();
    fields.map(|(part, field)| (field, M::key_part(key, part)))
}

/// The list of expressions that reads every field of a model now, for a team's own
/// query on its table. Ask anew for each query: it changes with the phases.
///
/// # Errors
/// No accessors for this database, or a view of the phases that is too old.
pub(crate) fn columns<M: Model>(db: &Db) -> Result<String> {
    let views = &db.inner().views;
    let database = db.inner().sql(M::DESCRIPTOR.model)?;
    let chosen = flight::choose(M::DESCRIPTOR, database, views, views.fresh())?;
    if let Some((field, _)) = chosen.converted().first() {
        return Err(Error::InRust {
            model: M::DESCRIPTOR.model,
            column: M::DESCRIPTOR.column(*field),
        });
    }
    Ok(chosen.list(M::DESCRIPTOR, database))
}
