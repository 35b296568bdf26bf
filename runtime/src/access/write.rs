//! Writing: insert, update, delete, each in one statement.

use std::any::Any;
use std::fmt;

use super::read::key_values;
use super::{Access, Intent, Target, arguments, on};
use crate::BoxFuture;
use crate::backend::Backend;
use crate::error::{Error, Result};
use crate::field::{Field, Given};
use crate::flight::{Chosen, Flights};
use crate::model::Model;
use crate::private::Descriptor;

/// Inserts one row.
pub(crate) fn insert<'c, M: Model>(row: &'c M, target: Target<'c>) -> BoxFuture<'c, Result<()>> {
    async fn insert_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        chosen: Chosen,
        row: &M,
    ) -> Result<u64> {
        let descriptor = M::DESCRIPTOR;
        let value = |field: usize| (field, row.value(field));
        let (sql, arguments) = match chosen {
            Chosen::Plain(sql) => (
                sql.insert,
                arguments::<D>(descriptor, (0..descriptor.fields().count()).map(value))?,
            ),
            Chosen::InFlight(_, sql) => (
                sql.insert,
                arguments::<D>(descriptor, sql.insert_binds.iter().copied().map(value))?,
            ),
        };
        execute::<D>(connection, descriptor, sql, arguments).await
    }

    Box::pin(async move {
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
        let inserted =
            on!(&mut held, D, connection => insert_on::<D, M>(connection, chosen, row).await)?;
        pass.accepted()?;
        match chosen {
            // The statement inserts nothing when a value differs that cannot be stored yet.
            Chosen::InFlight(flights, statements) if inserted == 0 => {
                let early = flights.of(M::DESCRIPTOR)?.iter().zip(&statements.stages);
                let early = early
                    .filter(|(_, stage)| **stage < colmig_schema::Stage::Written)
                    .map(|(flight, _)| flight.field)
                    .next();
                Err(early.map_or(
                    Error::Mismatch {
                        model: M::DESCRIPTOR.model,
                        reason: "no row was inserted",
                    },
                    |field| not_writable(M::DESCRIPTOR, flights, field),
                ))
            }
            _ => Ok(()),
        }
    })
}

/// Deletes the row with this key. Whether there was one.
pub(crate) fn delete<M: Model>(target: Target<'_>, key: M::Key) -> BoxFuture<'_, Result<bool>> {
    async fn delete_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        sql: &'static str,
        key: M::Key,
    ) -> Result<u64> {
        let arguments = arguments::<D>(M::DESCRIPTOR, key_values::<M>(&key))?;
        execute::<D>(connection, M::DESCRIPTOR, sql, arguments).await
    }

    Box::pin(async move {
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
        let deleted = on!(&mut held, D, connection => delete_on::<D, M>(connection, chosen.delete(), key).await)?;
        pass.accepted()?;
        Ok(deleted > 0)
    })
}

/// An update of one row, by its key: some fields are set, and the others left alone.
#[must_use = "nothing is written before `execute` is awaited"]
pub struct Update<M: Model> {
    key: M::Key,
    set: Vec<(usize, Box<dyn Any + Send + Sync>)>,
}

impl<M: Model> fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.set.iter();
        let set: Vec<_> = set.map(|(field, _)| M::DESCRIPTOR.column(*field)).collect();
        f.debug_struct("Update")
            .field("model", &M::DESCRIPTOR.model)
            .field("set", &set)
            .finish()
    }
}

/// Begins an update of the row with this key.
pub(crate) fn update<M: Model>(key: M::Key) -> Update<M> {
    Update {
        key,
        set: Vec::new(),
    }
}

impl<M: Model> Update<M> {
    /// Sets a field, named by [`field!`](crate::field). Set twice, the last value holds.
    ///
    /// ```ignore
    /// use colmig::{Model, field};
    ///
    /// let mut update = User::update(42).set(field!(User.display_name), "Ada L.");
    /// if let Some(bio) = new_bio {
    ///     update = update.set(field!(User.bio), bio);
    /// }
    /// let was_there = update.execute(&db).await?;
    /// ```
    pub fn set<T: Any + Send + Sync>(mut self, field: Field<M, T>, value: impl Given<T>) -> Self {
        self.set.retain(|(set, _)| *set != field.position);
        self.set.push((field.position, Box::new(value.give())));
        self
    }

    /// Executes the update. Whether there was such a row.
    ///
    /// # Errors
    /// No field is set, a field cannot be written yet, or the database refuses.
    pub fn execute<'c>(self, on: impl Access<'c>) -> BoxFuture<'c, Result<bool>> {
        async fn update_on<D: Backend, M: Model>(
            connection: &mut D::Connection,
            chosen: Chosen,
            update: Update<M>,
        ) -> Result<u64> {
            let descriptor = M::DESCRIPTOR;
            let fields: Vec<usize> = update.set.iter().map(|(field, _)| *field).collect();
            let table = chosen.table(descriptor, D::DATABASE)?;
            let sql = table.update(&fields).map_err(|early| match chosen {
                Chosen::InFlight(flights, _) => not_writable(descriptor, flights, early),
                Chosen::Plain(_) => Error::Mismatch {
                    model: descriptor.model,
                    reason: "a field is not written",
                },
            })?;
            let arguments = {
                let set = update
                    .set
                    .iter()
                    .map(|(field, value)| (*field, &**value as &dyn Any));
                arguments::<D>(descriptor, set.chain(key_values::<M>(&update.key)))?
            };
            execute::<D>(connection, descriptor, sqlx::AssertSqlSafe(sql), arguments).await
        }

        let target = on.target();
        Box::pin(async move {
            if self.set.is_empty() {
                return Err(Error::NothingSet {
                    model: M::DESCRIPTOR.model,
                });
            }
            let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
            let updated =
                on!(&mut held, D, connection => update_on::<D, M>(connection, chosen, self).await)?;
            pass.accepted()?;
            Ok(updated > 0)
        })
    }
}

async fn execute<D: Backend>(
    connection: &mut D::Connection,
    descriptor: &'static Descriptor,
    sql: impl sqlx::SqlSafeStr,
    arguments: D::Arguments,
) -> Result<u64> {
    D::execute(connection, sql.into_sql_str(), arguments)
        .await
        .map_err(|source| Error::Database {
            model: descriptor.model,
            source,
        })
}

fn not_writable(descriptor: &'static Descriptor, flights: &Flights, field: usize) -> Error {
    let flights = flights.of(descriptor).unwrap_or_default();
    let flight = flights.iter().find(|flight| flight.field == field);
    Error::NotWritable {
        model: descriptor.model,
        column: descriptor.column(field),
        migration: flight.map(|flight| flight.migration).unwrap_or_default(),
    }
}
