//! Writing: insert, update, delete, each in one statement.

use std::any::Any;
use std::fmt;

use colmig_schema::access::Condition;

use super::read::key_values;
use super::{Access, Intent, Target, arguments, on};
use crate::BoxFuture;
use crate::backend::Backend;
use crate::error::{Error, Result};
use crate::field::{Field, Given};
use crate::flight::{Chosen, Flights, Statements};
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
        let values = |binds: &mut dyn Iterator<Item = usize>| {
            arguments::<D>(descriptor, binds.map(|field| (field, row.value(field))))
        };
        let (flights, sql) = match chosen {
            Chosen::Plain(sql) => {
                let values = values(&mut (0..descriptor.fields().count()))?;
                return execute::<D>(connection, descriptor, sql.insert, values).await;
            }
            Chosen::InFlight(flights, sql) => (flights, sql),
        };
        let all = values(&mut sql.insert_binds.iter().copied())?;
        let mut inserted = execute::<D>(connection, descriptor, sql.insert, all).await;
        let Some(question) = sql.legacy_there else {
            return inserted;
        };
        // While contract runs, required legacy columns go one change after the other, and nobody
        // can say which are still there when the statement arrives: it is refused as a whole
        // then, and made anew for those that are.
        let table = flights.table(descriptor, D::DATABASE, &sql.stands)?;
        let legacy = table.legacy_left();
        let mut tried = None;
        while let Err(error) = &inserted {
            let by_schema = match tried {
                None => error.is_kind(sqlx::error::ErrorKind::NotNullViolation),
                Some(_) => error.is_kind(sqlx::error::ErrorKind::Other),
            };
            if !by_schema {
                break;
            }
            let there = which::<D>(connection, descriptor, question, &legacy).await?;
            // Columns only go, so this comes to an end.
            if tried.as_ref() == Some(&there) {
                break;
            }
            let beside = table.insert_beside(&there);
            let values = values(&mut beside.binds.iter().copied())?;
            let beside = sqlx::AssertSqlSafe(beside.sql);
            inserted = execute::<D>(connection, descriptor, beside, values).await;
            tried = Some(there);
        }
        inserted
    }

    async fn refused_on<D: Backend, M: Model>(
        connection: &mut D::Connection,
        statements: &'static Statements,
        row: &M,
    ) -> Result<Option<usize>> {
        let binds = statements.insert_binds.iter().copied();
        let values = arguments::<D>(M::DESCRIPTOR, binds.map(|field| (field, row.value(field))))?;
        first_refused::<D>(
            connection,
            M::DESCRIPTOR,
            statements.insert_condition.as_ref(),
            values,
        )
        .await
    }

    Box::pin(async move {
        let (mut held, chosen, pass) = target.open(M::DESCRIPTOR, Intent::Write).await?;
        let inserted =
            on!(&mut held, D, connection => insert_on::<D, M>(connection, chosen, row).await)?;
        pass.accepted()?;
        if inserted > 0 {
            return Ok(());
        }
        // The statement inserts nothing when a value differs from what a read would give.
        let refused = match chosen {
            Chosen::InFlight(_, statements) => {
                on!(&mut held, D, connection => refused_on::<D, M>(connection, statements, row).await)?
            }
            Chosen::Plain(_) => None,
        };
        Err(match (chosen, refused) {
            (Chosen::InFlight(flights, _), Some(field)) => {
                not_writable(M::DESCRIPTOR, flights, field)
            }
            _ => Error::Mismatch {
                model: M::DESCRIPTOR.model,
                reason: "no row was inserted",
            },
        })
    })
}

/// Which of these columns are there.
async fn which<'a, D: Backend>(
    connection: &mut D::Connection,
    descriptor: &'static Descriptor,
    question: &'static str,
    columns: &[&'a str],
) -> Result<Vec<&'a str>> {
    let failed = |source| Error::Database {
        model: descriptor.model,
        source,
    };
    let sql = sqlx::SqlSafeStr::into_sql_str(question);
    let row = D::fetch_optional(connection, sql, D::Arguments::default());
    let Some(row) = row.await.map_err(failed)? else {
        return Ok(Vec::new());
    };
    let row = D::row(&row);
    let mut there = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        if row.truth(at).map_err(failed)? {
            there.push(*column);
        }
    }
    Ok(there)
}

/// The first field whose value kept a statement from writing; none if it was none of them.
async fn first_refused<D: Backend>(
    connection: &mut D::Connection,
    descriptor: &'static Descriptor,
    condition: Option<&Condition>,
    values: D::Arguments,
) -> Result<Option<usize>> {
    let Some(condition) = condition else {
        return Ok(None);
    };
    let sql = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(condition.sql.clone()));
    let failed = |source| Error::Database {
        model: descriptor.model,
        source,
    };
    let row = D::fetch_optional(connection, sql, values)
        .await
        .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    let row = D::row(&row);
    for (column, field) in condition.fields.iter().enumerate() {
        if !row.truth(column).map_err(failed)? {
            return Ok(Some(*field));
        }
    }
    Ok(None)
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
            let statement = table.update(&fields).map_err(|early| match chosen {
                Chosen::InFlight(flights, _) => not_writable(descriptor, flights, early),
                Chosen::Plain(_) => Error::Mismatch {
                    model: descriptor.model,
                    reason: "a field is not written",
                },
            })?;
            let values = || {
                let set = update
                    .set
                    .iter()
                    .map(|(field, value)| (*field, &**value as &dyn Any));
                arguments::<D>(descriptor, set.chain(key_values::<M>(&update.key)))
            };
            let sql = sqlx::AssertSqlSafe(statement.sql);
            let updated = execute::<D>(connection, descriptor, sql, values()?).await?;
            let (Chosen::InFlight(flights, _), true) = (chosen, updated == 0) else {
                return Ok(updated);
            };
            // No row, or a value for which there is no place yet.
            let condition = statement.condition.as_ref();
            match first_refused::<D>(connection, descriptor, condition, values()?).await? {
                Some(field) => Err(not_writable(descriptor, flights, field)),
                None => Ok(0),
            }
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
    let (model, column) = (descriptor.model, descriptor.column(field));
    let migration = flight.map(|flight| flight.migration).unwrap_or_default();
    match flight.map(|flight| flight.legacy.as_slice()) {
        Some(legacy @ [_, ..]) => {
            let names = legacy.iter().map(|legacy| format!("`{}`", legacy.column));
            Error::NotReversible {
                model,
                column,
                legacy: names.collect::<Vec<_>>().join(" and "),
                migration,
            }
        }
        _ => Error::NotWritable {
            model,
            column,
            migration,
        },
    }
}
